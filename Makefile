# Two commands: `make demo` and `make test`. Python 3.11+ and make are all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD := build
export PYTHONPATH := src

.PHONY: help demo demo-full demo-real test test-all check bench docs lock clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(VENV)/run.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "crossline needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@echo "setting up $(VENV) (once, a minute or so)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.done: requirements-dev.lock $(VENV)/run.done
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

CROSSLINE = $(BIN)/python -m crossline

demo: $(VENV)/run.done ## build a small synthetic telecom world, run everything, say where the report is
	@$(CROSSLINE) scenario build --world H1 --profile test --out $(BUILD)/demo
	@$(CROSSLINE) run $(BUILD)/demo/case --key-file $(BUILD)/demo/case.key; code=$$?; [ $$code -eq 0 ] || [ $$code -eq 3 ]
	@echo "open $(BUILD)/demo/case/report/index.html"

demo-full: $(VENV)/run.done ## the same on a world of some 750,000 records (several minutes)
	@$(CROSSLINE) scenario build --world H1 --profile demo --out $(BUILD)/demo-full
	@$(CROSSLINE) run $(BUILD)/demo-full/case --key-file $(BUILD)/demo-full/case.key; code=$$?; [ $$code -eq 0 ] || [ $$code -eq 3 ]
	@echo "open $(BUILD)/demo-full/case/report/index.html"

demo-real: $(VENV)/run.done ## everything on a real multi-host campaign of ../shared/evidence
	@test -f ../shared/evidence/otrf-multi-host-A.zip || { echo "demo-real needs ../shared/evidence, which is not here"; exit 2; }
	@$(CROSSLINE) init $(BUILD)/demo-real
	@mkdir -p $(BUILD)/demo-real/evidence/theshire
	@cp -u ../shared/evidence/otrf-multi-host-A.zip $(BUILD)/demo-real/evidence/theshire/
	@$(CROSSLINE) run $(BUILD)/demo-real; code=$$?; [ $$code -eq 0 ] || [ $$code -eq 3 ]
	@echo "open $(BUILD)/demo-real/report/index.html"

test: $(VENV)/dev.done ## the test suite (a few minutes)
	@$(BIN)/python -m pytest -q -m "not slow"

test-all: $(VENV)/dev.done ## the test suite with the slow tests
	@$(BIN)/python -m pytest -q

check: $(VENV)/dev.done ## style, types, layers, docs up to date
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check

bench: $(VENV)/dev.done ## benchmarks: ratios to a peer or a bound in the same run
	@for each in bench/*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

docs: $(VENV)/dev.done ## write the generated reference pages
	@$(BIN)/python docs/generate.py

lock: ## renew the lock files (needs uv); a week's cool-down against hijacked releases
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --exclude-newer "7 days" -o requirements.lock
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --exclude-newer "7 days" -c requirements.lock -o requirements-dev.lock

clean: ## remove what the other targets made
	@rm -rf $(VENV) $(BUILD) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
