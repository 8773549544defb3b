# Every command of the project, each once. Each sets up what it needs on a fresh Debian or Ubuntu machine.
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DEMO ?= demo
PORT ?= 8000

# Without stored bytecode every process of a test or a server compiles a thousand modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-all check bench docs lock clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh scripts/setup.sh base

$(VENV)/.java: $(VENV)/.ready
	@VENV="$(VENV)" sh scripts/setup.sh java

$(VENV)/.browser: $(VENV)/.ready
	@VENV="$(VENV)" sh scripts/setup.sh browser

demo: $(VENV)/.ready ## Run the web application with a sample organisation, and build its reports, River and audit
	@BIN="$(BIN)" DEMO="$(DEMO)" PORT="$(PORT)" sh scripts/demo.sh

test: $(VENV)/.ready $(VENV)/.browser ## Run the tests, in under fifteen minutes on two cores
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-all: $(VENV)/.ready $(VENV)/.java $(VENV)/.browser ## Run every test, and those of the rooms once more on an embedded PostgreSQL
	@HEADWATER_EXAMPLES=searching $(BIN)/python -m pytest -n 2 --dist loadfile
	@HEADWATER_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" tests/rooms

check: $(VENV)/.ready ## Format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.ready ## Print every performance claim side by side with what a user would otherwise use
	@$(BIN)/python -m benchmarks

docs: $(VENV)/.ready ## Build the documentation site into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "The documentation is in site/index.html"

lock: ## Pin every dependency anew (needs uv)
	@uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-annotate --output-file requirements.lock --upgrade --quiet

clean: ## Remove what the commands made
	@rm -rf $(VENV) site demo demo-records demo-records-keys .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
