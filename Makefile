# Every target sets up what it needs first; a second time that costs nothing.

VENV ?= .venv
PYTHON ?= $(shell cat .python-version)
SERVE ?= 1
BIN := $(VENV)/bin

# The faces that draw, serve or run notebooks, and the pages, whose outputs are those of
# one version of Python; all other tests are the core's.
FACES := tests/handbook tests/jupyter tests/browser tests/test_pages.py

.PHONY: help setup handbook test test-core test-browser coverage lint format types dead-code advisories \
	walls bench lock lock-check clean

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## the environment alone, in .venv
	@scripts/setup $(VENV) $(PYTHON)

handbook: setup ## build the handbook and serve it (SERVE=0: only build)
	$(BIN)/pyguard handbook build
ifneq ($(SERVE),0)
	$(BIN)/pyguard handbook serve
endif

test: setup ## all tests, and every page of the handbook run anew
	$(BIN)/python -m pytest -n auto --ignore=tests/browser
	$(BIN)/python -m pytest -n auto --dist loadfile --nbval --nbval-current-env \
		--nbval-sanitize-with tests/nbval-sanitize.cfg book

test-core: setup ## the core's tests alone
	$(BIN)/python -m pytest -n auto $(addprefix --ignore=,$(FACES))

test-browser: setup ## the built handbook in Chromium, which scripts/browser gets
	scripts/browser
	$(BIN)/python -m pytest tests/browser

coverage: setup ## all tests, at least 80% of the code reached
	$(BIN)/python -m pytest -n auto --ignore=tests/browser --cov --cov-report=term:skip-covered --cov-fail-under=80

lint: setup ## ruff, and PyGuard on itself
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyguard check
	$(BIN)/pyguard audit

format: setup ## what ruff can mend by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: setup ## mypy, strict
	$(BIN)/mypy

dead-code: setup ## what nothing uses, by vulture
	$(BIN)/vulture

advisories: setup ## known holes in what the lock installs, by pip-audit (asks the network)
	$(BIN)/pip-audit --requirement requirements.lock --disable-pip

walls: setup ## who may import whom
	$(BIN)/python -m pytest tests/test_walls.py

bench: setup ## speed and memory against other checkers
	$(BIN)/python -m benchmarks

lock: setup ## write requirements.lock anew from pyproject.toml
	$(call export-lock,requirements.lock)

lock-check: setup ## requirements.lock is what pyproject.toml leads to
	$(call export-lock,$(VENV)/requirements.lock)
	diff $(VENV)/requirements.lock requirements.lock

# Resolved afresh, so that nothing but pyproject.toml decides. uv.lock itself records
# download addresses; the export leaves them out.
define export-lock
	rm -f uv.lock
	$(BIN)/uv lock --quiet --python $(BIN)/python
	$(BIN)/uv export --quiet --frozen --python $(BIN)/python --all-extras --all-groups \
		--no-emit-project --no-header --format requirements-txt --output-file $(1) >/dev/null
endef

clean: ## all that was made here
	rm -rf .tools .venv* _build dist uv.lock .coverage* .hypothesis .*_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
