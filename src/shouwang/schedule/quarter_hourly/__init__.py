"""Every quarter of an hour (每刻钟)."""
