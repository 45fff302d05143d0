"""Every month (每月)."""
