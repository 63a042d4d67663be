# make run      the app on http://localhost:8501
# make test     everything that must hold: style, types, import rules, tests (with a browser)
# make check    the quick part of it: style, types, import rules
# make bench    the benchmarks, each figure beside its bound; more than a quarter of an hour of a machine that rests
# make plotly   the browser's part of Plotly anew, after the Python package has changed its version; needs npm
# make fuzz     300 damaged files of every form that is read, about 15 minutes; not part of make bench
#
# The first call builds .venv; later ones install only when a requirements file has changed.
# PYTHON=python3.12 picks another interpreter (3.11 or newer); PIP_FLAGS is handed to pip install.

PYTHON ?= python3
PIP_FLAGS ?=
PORT ?= 8501
CHROMIUM ?=
export CHROMIUM

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet $(PIP_FLAGS)

.PHONY: run test check format bench fuzz plotly screenshots browser clean
.DEFAULT_GOAL := run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gate Explorer needs Python 3.11 or newer; name one with make PYTHON=python3.12.")'
	$(PYTHON) -m venv .venv

.venv/.app: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements.txt requirements-dev.txt | $(BIN)/python
	$(PIP) -r requirements-dev.txt
	@touch $@ .venv/.app

run: .venv/.app
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict explorer
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Two processes: first each file to one of them, the trainings, which take longest, before all else; then, in the
# browser, each test to the one that is free.
test: browser check
	$(BIN)/python -m pytest tests/training tests --ignore=tests/browser -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest tests/browser -n 2 --dist worksteal

# Each file of benchmarks/ that has a main prints its rows; all of these run but the fuzz, then a missed bound fails.
# Those that let a class work at a real server take minutes each: load 3, soak 6, bare 3, replicas 2.
bench: .venv/.dev
	@missed=0; for file in $(filter-out benchmarks/fuzz.py,$(shell grep -l __main__ benchmarks/*.py)); do \
		name=$$(basename $$file .py); echo "== $$name"; \
		$(BIN)/python -m benchmarks.$$name || missed=1; \
	done; exit $$missed

fuzz: .venv/.dev
	$(BIN)/python -m benchmarks.fuzz

# The version that the Python package speaks, in a folder that is gone afterwards.
plotly: .venv/.dev
	@set -e; version=$$($(BIN)/python -c 'from plotly.offline import get_plotlyjs_version as v; print(v())'); \
	folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; cp assets/plotly/entry.mjs "$$folder"; \
	npm install --prefix "$$folder" --ignore-scripts --no-audit --no-fund plotly.js@$$version esbuild@0.28.2; \
	cp "$$folder/node_modules/plotly.js/LICENSE" assets/plotly/LICENSE; \
	"$$folder/node_modules/.bin/esbuild" "$$folder/entry.mjs" --bundle --minify --format=esm --target=es2022 \
		--define:global=window --define:define.amd=false --loader:.css=empty --legal-comments=eof \
		--banner:js="/*! plotly.js $$version: core, bar, heatmap, scatter. MIT licence, see LICENSE beside this file. */" \
		--outfile=assets/plotly/plotly.js

screenshots: browser .venv/.dev
	$(BIN)/python docs/screenshots.py

# The tests drive a real Chromium; where none is found, Debian's and Ubuntu's own package is installed.
browser:
	@for name in $$CHROMIUM chromium chromium-browser google-chrome; do \
		command -v "$$name" >/dev/null && exit 0; \
	done; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$as_root" ] || $$as_root true 2>/dev/null; }; then \
		echo "No Chromium found: installing the package chromium."; \
		$$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; \
	else \
		echo "No Chromium found for the browser tests: install chromium or google-chrome, or set CHROMIUM to the browser's path." >&2; \
		exit 1; \
	fi

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
