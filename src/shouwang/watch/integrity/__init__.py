"""Whether everything that is stored fits together (数据核验)."""
