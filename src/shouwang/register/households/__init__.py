"""Households (农户): families and their members as the register knows them, masked until somebody gives a reason."""
