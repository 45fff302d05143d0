"""Every night (每日)."""
