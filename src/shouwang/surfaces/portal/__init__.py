"""Pages for households (农户门户): no account, no app, no script; and the village's notice board."""
