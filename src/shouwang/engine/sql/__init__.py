"""Plans as set-based SQL (批量 SQL) that DuckDB, Spark and PostgreSQL read alike."""
