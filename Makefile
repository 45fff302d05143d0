# Every target sets up what it needs; the second call finds it there. Try `make demo`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
RESIDENTS ?=
PORT ?=
ONCE ?=
QUICK ?=
PYTEST_ARGS ?=

.PHONY: help setup setup-dev assets demo test check fix bench pack-check docs clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup: ## the virtual environment with the locked packages
	@sh scripts/bootstrap.sh run

setup-dev:
	@sh scripts/bootstrap.sh dev

assets: setup
	@$(PY) -m shouwang.surfaces.web.assets

demo: setup assets ## a synthetic county on http://127.0.0.1:8000 (ONCE=1: all but serving; RESIDENTS=, PORT=)
	@.venv/bin/shouwang demo $(if $(RESIDENTS),--residents $(RESIDENTS)) $(if $(PORT),--port $(PORT)) $(if $(ONCE),--once)

test: setup-dev assets ## all tests, browser included, a process per core (PYTEST_ARGS=…)
	@sh scripts/test-tools.sh
	@$(PY) -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile $(PYTEST_ARGS)

check: setup-dev ## lint, types, layers, packs, migrations, lock: what CI asks before the tests
	@sh scripts/check.sh

fix: setup-dev ## what can be mended by machine
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format --quiet .
	@$(PY) scripts/write_docs.py

bench: setup-dev assets ## measure against the floor and the peers; writes benchmarks/RESULTS.md (QUICK=1: small, writes nothing)
	@$(PY) benchmarks/run.py $(if $(QUICK),--quick)

pack-check: setup ## validate every policy pack and run its cases
	@.venv/bin/shouwang pack check

docs: setup ## write the generated chapters (rule book, data contracts) into docs/
	@$(PY) scripts/write_docs.py

clean: ## remove the environment and caches; the data in .shouwang stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks examples scripts -name __pycache__ -type d -exec rm -rf {} + 2>/dev/null || true
