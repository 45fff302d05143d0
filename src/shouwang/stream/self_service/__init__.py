"""Self-service (自助办理): what a household sends in by itself, and what it may see of what became of it."""
