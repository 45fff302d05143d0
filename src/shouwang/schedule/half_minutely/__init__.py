"""Every half minute (每半分钟)."""
