# What a newcomer types. Everything runs inside .venv, which is made once and again when
# pyproject.toml changes. Another Python: make PYTHON=python3.12 test

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test simulate check bench docs clean

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1@/p' Makefile | awk -F@ '{ printf "%-12s %s\n", $$1, $$2 }'

.venv/installed: pyproject.toml tools/venv.sh
	@tools/venv.sh "$(PYTHON)"
	@touch $@

demo: .venv/installed ## import a sample household and write its packet to build/demo
	@$(BIN)/basis demo --to build/demo

test: .venv/installed ## run every test
	@$(BIN)/python -m pytest -n auto

N ?= 100
simulate: .venv/installed ## hold N simulated households (N=1000) against the truth, in every order
	@$(BIN)/python -m tests.simulated --n $(N)

check: .venv/installed ## lint, check types, and see that the generated pages are fresh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/docs.py --check

bench: .venv/installed ## measure speed and memory
	@$(BIN)/python -m benchmarks.run

docs: .venv/installed ## write the pages that come from the code: rules, errors, commands
	@$(BIN)/python tools/docs.py

clean: ## remove what was made, also .venv
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
