"""Names of the engines (执行引擎): which one carries out a run; loads nothing, so that asking for help is quick."""

ENGINES = {"arrays": "arrays", "duckdb": "duck", "memory": "memory", "spark": "spark"}
"""Name on the command line → module under backends/."""
DEFAULT_ENGINE = "arrays"
