"""Every hour (每小时)."""
