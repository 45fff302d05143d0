"""Every minute (每分钟)."""
