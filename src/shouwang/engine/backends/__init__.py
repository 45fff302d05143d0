"""Backends (执行引擎): memory (the readable reference), duck (everything at once), spark (a cluster); one meaning."""
