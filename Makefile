# Everything Convoy can do with itself. The environment lives in .venv/, the embedded site's data in var/.
#
#   make run        the site on your machine, seeded                  make services  PostgreSQL, Redis, Elasticsearch
#   make stack      the production topology on this machine           make stack-test  and whether it holds
#   make test       every test this machine can run                   make bench     figures, every response checked
#   make check      lint, types, order of rooms, tests: the gate      make screenshots  docs/screenshots/
#   make dev        the site, reloading as you edit                   make lock      hashed requirement locks
#   make messages   translations from the sources                     make clean     back to a fresh clone, data kept

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

HOST ?= 127.0.0.1
PORT ?= 8000
PY := .venv/bin/python
# Two processes on a small machine; PYTEST_WORKERS=0 to watch one. Few tests at a time, so that none waits at the end
# for another's long ones.
PYTEST_WORKERS ?= auto
PYTEST := $(PY) -m pytest -n $(PYTEST_WORKERS) --maxprocesses=4 --maxschedchunk=4
SOURCES := community $(wildcard forum polls activity moderation)
has = $(shell command -v $(1) 2>/dev/null)

.PHONY: help run dev stack stack-test test unit browser check lint types rooms pages migrations front translations front-tests \
	services bench screenshots clean lock messages catalogs

help:
	@sed -n '3,9s/^#//p' Makefile

# --- environments: one install per lock, nothing to do while the lock is unchanged

.venv/.base: requirements/base.txt requirements/tools.txt
	@if [ -e .venv/.dev ] && [ .venv/.dev -nt requirements/dev.txt ]; then :; else deploy/environment.sh base; fi
	@touch $@

.venv/.dev: requirements/dev.txt requirements/tools.txt
	@deploy/environment.sh dev
	@touch $@ .venv/.base

node_modules/.installed: package-lock.json
	@# Not `npm ci`: a registry may lack the tools' builds for other systems, which it would insist on.
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

catalogs:
	@$(PY) -m community.core.catalogs

# --- running

run: .venv/.base catalogs
	@exec $(PY) manage.py serve --host $(HOST) --port $(PORT)

dev: .venv/.dev catalogs
	@CONVOY_DEBUG=1 $(PY) manage.py migrate --verbosity 0
	@CONVOY_DEBUG=1 exec $(PY) -m uvicorn community.asgi:application --host $(HOST) --port $(PORT) \
		--ws activity.live.wire:Wire --ws-max-size 4096 --ws-per-message-deflate false \
		--reload --reload-dir community --reload-dir forum --reload-dir polls --reload-dir activity --reload-dir moderation --reload-include '*.html' --lifespan auto

services:
	@deploy/services.sh start
	@deploy/services.sh env

# Caddy, pages, sockets and a worker as in production. DUMP=DIR moves a Stack Exchange community in.
stack: .venv/.base
	@deploy/stack.sh start $(if $(DUMP),--import $(DUMP))
	@deploy/stack.sh status

# --- checking

# The browser's own process comes after the rest, alone on the machine: its clocks are the strictest.
test: front-tests unit browser

unit: .venv/.dev catalogs
	@$(PYTEST) -m "not browser and not stack" $(ARGS)

# One process: each test stands on what the one before left running.
stack-test: .venv/.dev catalogs
	@$(PY) -m pytest tests/services/test_browsers.py tests/services/test_stack.py tests/faults -m stack $(ARGS)

# Pages that are only looked at go two at a time; journeys, whose clocks are the strictest, alone.
browser: .venv/.dev catalogs
	@$(PYTEST) tests/browser/test_pages.py $(ARGS)
	@$(PY) -m pytest tests/browser --ignore=tests/browser/test_pages.py $(ARGS)

# What needs one processor runs two at a time, each told whole.
check:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types migrations lint rooms pages translations front
	@$(MAKE) --no-print-directory test

lint: .venv/.dev
	@echo "== ruff"
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: .venv/.dev
	@echo "== mypy"
	@.venv/bin/mypy $(SOURCES)

rooms: .venv/.dev
	@echo "== import order"
	@.venv/bin/lint-imports --no-logo

pages: .venv/.dev
	@echo "== djlint"
	@.venv/bin/djlint --lint --quiet $(SOURCES)

# Its tests leave a migrated database that all others copy.
migrations: .venv/.dev catalogs
	@echo "== migrations and system checks"
	@DJANGO_SETTINGS_MODULE=community.settings.test $(PY) manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=community.settings.test $(PY) manage.py check --fail-level WARNING
	@$(PY) -m pytest -q tests/test_migrations.py

translations: .venv/.dev catalogs
	@echo "== translations"
	@$(PY) -m pytest -q tests/test_translations.py

# Node is a tool for people who change style sheets and scripts, never a need of the site.
ifneq ($(call has,npm),)
front: node_modules/.installed
	@echo "== biome"
	@npm run --silent check

front-tests:
	@files=$$(find static/js -name '*.test.js' -o -name '*.test.mjs' 2>/dev/null); [ -z "$$files" ] || node --test $$files
else
front front-tests:
	@echo "$@: skipped, npm is not installed here"
	@case ",$${CONVOY_REQUIRE:-}," in *,front,*) exit 1;; esac
endif

bench: .venv/.dev catalogs
	@$(PY) -m tests.benchmarks $(ARGS)

screenshots: .venv/.dev catalogs
	@$(PY) -m tests.browser.screenshots $(ARGS)

# --- keeping

lock: .venv/.dev
	@for name in base extras tools dev; do \
		.venv/bin/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header \
			requirements/$$name.in -o requirements/$$name.txt; \
	done

messages: .venv/.dev
	@$(PY) manage.py makemessages --locale zh_Hans --extension html,txt,py --no-location --no-obsolete --no-wrap \
		--ignore '.venv/*' --ignore 'node_modules/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'static/*'
	@$(PY) -m community.core.catalogs

clean:
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	@find $(SOURCES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@find community/locale -name '*.mo' -delete 2>/dev/null || true
	@echo "var/ (your data) is kept; delete it yourself to begin again"
