# Everything a clone needs: Python 3.11 or later, make, and this file. `make help` lists the targets.

UV_VERSION := 0.13.9
PYTHONS := python3.13 python3.12 python3.11 python3.14 python3
UP_HOME := $(CURDIR)/var/$(if $(DEMO),demo,tieout)
PY := .venv/bin/python
# The environment holds this folder's path, so one that was copied or moved along is made anew.
READY := .venv/.ready-$(shell printf '%s' "$(CURDIR)" | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help demo up test lint types bench docs soak fuzz clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: $(READY)  ## a demo company on an embedded PostgreSQL, in var/demo; ONCE=1 ends after tables and stories
	@$(PY) -m tieout.cli demo $(if $(ONCE),--once) $(ARGS)

up: $(READY)  ## start Tieout in var/tieout, empty at first; DEMO=1 continues with the data of the last demo
	@TIEOUT_HOME="$(UP_HOME)" $(PY) -m tieout.cli up

test: lint types  ## everything: lint, types, import rules, tests
	@$(PY) -m pytest -n auto --dist worksteal $(ARGS)

lint: $(READY)  ## ruff and the import rules
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/lint-imports --no-cache > .venv/import-rules.txt 2>&1 || { cat .venv/import-rules.txt; exit 1; }
	@tail -n 2 .venv/import-rules.txt

types: $(READY)  ## mypy --strict over src
	@$(PY) -m mypy

bench: $(READY)  ## performance: documents per second, by stage
	@$(PY) -m tieout.cli bench payables $(ARGS)

docs: $(READY)  ## regenerate the pages of docs/reference
	@$(PY) docs/generate.py
	@$(PY) docs/catalogues.py

soak: $(READY)  ## the property, crash and simulation tests with many more seeds, then HARM=1800 seconds of harm to processes
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest -n auto --dist worksteal tests/core tests/engine tests/sim tests/api/test_every_door.py \
	  tests/formats/test_invoice_walk.py tests/connectors/test_outgoing_walk.py tests/metering/test_hostile.py $(ARGS)
	@$(PY) -m tests.soak.nemesis --seconds $(or $(HARM),1800)

fuzz: $(READY)  ## ten minutes of damaged files through every parser to the database; ARGS="--seconds 60"
	@# guided by what code each file reaches, where the fuzzer can be had for this Python; else the same files blindly
	@$(PY) -c 'import atheris' 2>/dev/null || VIRTUAL_ENV=.venv .venv/uv/bin/uv pip install --quiet atheris==3.0.0 || true
	@$(PY) -m tests.soak.fuzz $(ARGS)

clean:  ## remove the environment, the caches, and the databases in var
	@for home in var/demo var/tieout; do if [ -e $$home/postgres ] && [ -x $(PY) ]; then $(PY) -c \
	  'import pathlib, sys, tieout.config.postgres as p; p.destroy(pathlib.Path(sys.argv[1]))' $$home; fi; done
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml uv.lock
	@[ -w . ] || { echo "This folder is not yours to write: clone Tieout into one of your own." >&2; exit 1; }
	@found=; for name in $(PYTHONS); do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Tieout needs Python 3.11 or later. Found: $$(python3 --version 2>&1 || echo none)." >&2; \
	  echo "Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python), then try again." >&2; \
	  exit 1; \
	fi; \
	echo "Making the environment with $$($$found --version) ..."; \
	rm -f .venv/.ready-*; \
	$$found -m venv --clear .venv || { \
	  echo "$$found cannot make a virtual environment (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --target .venv/uv uv==$(UV_VERSION)
	@# a company's proxy may sign with a certificate that only the machine knows: the second try takes the machine's
	@export UV_PYTHON="$(CURDIR)/$(PY)" UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv UV_LINK_MODE=copy; \
	  .venv/uv/bin/uv sync --frozen --quiet 2>/dev/null || .venv/uv/bin/uv sync --frozen --quiet --system-certs
	@touch $@
