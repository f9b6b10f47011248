# `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# A system is seven processes: without bytecode each would compile a thousand files at every start, which takes longer than all the rest.
unexport PYTHONDONTWRITEBYTECODE
PIP_INSTALL := VIRTUAL_ENV=.venv $(BIN)/uv pip install -q
MEMBERS := proto services/core services/gateway services/poller services/nellis-proxy services/bidder services/notifier services/cli plugins/strategy-auto plugins/strategy-snipe plugins/strategy-manual plugins/strategy-smart plugins/schedule-default plugins/notify-log plugins/notify-apprise plugins/notify-browser plugins/notify-webhook plugins/feature-breaker plugins/feature-calendar plugins/feature-champion plugins/feature-disk plugins/feature-journal plugins/feature-live plugins/feature-polling plugins/feature-timings plugins/feature-tracing plugins/guard-retail tests/simulator

.PHONY: help
help: ## List every target with its sentence
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.venv/bin/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Bidwright needs Python 3.11 or newer; set PYTHON=python3.12 or the like"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

.venv/run.done: .venv/bin/uv requirements/run.txt $(MEMBERS:%=%/pyproject.toml)
	$(PIP_INSTALL) --compile-bytecode --require-hashes -r requirements/run.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation $(MEMBERS:%=-e %)
	@touch $@

.venv/dev.done: .venv/run.done requirements/dev.txt
	$(PIP_INSTALL) --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: setup
setup: .venv/dev.done ## Make .venv with everything a contributor needs

.PHONY: apprise
apprise: .venv/run.done ## Add Apprise to .venv, for notices by messenger, mail and push services
	$(PIP_INSTALL) --compile-bytecode --require-hashes -r requirements/apprise.txt

.PHONY: run
run: .venv/run.done ## The whole system on this machine; SITE=live for the real site (in dry run)
	@exec $(BIN)/bidwright up $(if $(SITE),--site $(SITE))

.PHONY: test
test: .venv/dev.done ## The suite a contributor runs; one summary line "N passed"
	$(BIN)/pytest -q -n 3 --dist loadgroup -m "not long" tests

.PHONY: integration
integration: .venv/dev.done ## Only what needs a real engine, gRPC or sockets
	$(BIN)/pytest -q -n 2 --dist loadgroup tests/integration

.PHONY: features
features: .venv/dev.done ## What the product does, told as a story, against real parts (OF=core, performance, edge_cases, integration, or a part such as breaker)
	$(BIN)/pytest -q -n 2 --dist loadgroup $(if $(OF),-m $(OF)) tests/features

.PHONY: security
security: .venv/dev.done ## The security list of the gateway, item by item
	$(BIN)/pytest -q -n 2 --dist loadgroup tests/security

.PHONY: e2e
e2e: .venv/dev.done extension/node_modules/.done ## The page and the extension in a real Chromium, and the smoke run of the whole system (KILLS=100: the worker that often)
	BIDWRIGHT_WORKER_KILLS=$(or $(KILLS),6) $(BIN)/pytest -q -n 2 --dist loadgroup tests/e2e

.PHONY: extension
extension: ## The extension as a reproducible zip in dist/
	PYTHON=$(PYTHON) tools/extension

extension/node_modules/.done: extension/package-lock.json
	@command -v npm >/dev/null || { echo "npm is not on this machine: what needs it is left out (types, unit tests and axe of the extension)"; exit 0; }
	@! command -v npm >/dev/null || { cd extension && npm ci --silent && touch node_modules/.done; }

.PHONY: extension-check
extension-check: extension/node_modules/.done ## Types and unit tests of the extension; needs Node
	PYTHON=$(PYTHON) tools/extension --check
	@command -v node >/dev/null || { echo "SKIPPED: node is not on this machine"; exit 0; }
	@! command -v node >/dev/null || { cd extension && npx tsc -p . && node --test --test-reporter=dot test/*.test.js; }

.PHONY: secrets
secrets: ## Keys, token and passwords for compose.prod.yml, each in a file in secrets/; those that are there stay
	@$(PYTHON) tools/make_secrets.py

.PHONY: swarm
swarm: ## The hardened stack on Docker Swarm, for more than one machine (docs/scaling.md)
	@mkdir -p dist && $(PYTHON) tools/swarm.py > dist/stack.yml
	docker stack deploy --prune --resolve-image never -c dist/stack.yml bidwright

.PHONY: compose-test
compose-test: .venv/dev.done ## The containers: built, scaled, driven, killed in part, taken down (needs Docker)
	tests/compose/run

.PHONY: swarm-test
swarm-test: .venv/dev.done ## The stack for Swarm, deployed on this machine and taken away again; its engine is a Swarm meanwhile
	BIDWRIGHT_COMPOSE_TEST=1 BIDWRIGHT_SWARM_TEST=1 $(BIN)/pytest -q -p no:cacheprovider tests/compose/test_swarm.py

.PHONY: bench
bench: .venv/dev.done ## Measure the ceilings of the machine, decoding, GetLot, live streams, HTTP pools, the request budget, strategy hosts, toggles, the gateway and its clients that are cut off; writes bench/results
	$(BIN)/python tests/perf/ceilings.py
	$(BIN)/python tests/perf/decode.py
	$(BIN)/python tests/perf/get_lot.py
	$(BIN)/python tests/perf/streams.py
	$(BIN)/python tests/perf/http_choice.py
	$(BIN)/python tests/perf/rate.py
	$(BIN)/python tests/perf/hosts.py
	$(BIN)/python tests/perf/toggles.py
	$(BIN)/python tests/perf/traces.py
	$(BIN)/python tests/perf/gateway.py
	$(BIN)/python tests/perf/resume.py

SCALE := $(BIN)/python tests/perf/scale.py --lots
.PHONY: bench-scale
bench-scale: .venv/dev.done ## The whole system with 100, 1 000 and 10 000 lots, with and without live events, closes spread and bunched, 1 to 100 clients (about an hour)
	$(SCALE) 100
	$(SCALE) 100 --clients 1
	$(SCALE) 100 --clients 100
	$(SCALE) 100 --polling
	$(SCALE) 1000
	$(SCALE) 1000 --polling
	$(SCALE) 1000 --bunched --near 100
	$(SCALE) 10000 --armed 1000 --per-second 50 --bids 3000

.PHONY: fuzz
fuzz: .venv/dev.done ## The page reader with 10 000 examples per property, then guided by coverage for a minute (FOR=300: five)
	BIDWRIGHT_EXAMPLES=10000 $(BIN)/pytest -q --timeout 0 tests/unit/bidwright/turbo_stream
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check atheris || { echo "atheris, which guides the fuzzing, could not be installed here (Linux only, not for every Python); the properties above were tried"; exit 1; }
	$(BIN)/python tests/fuzz/decoder.py --seconds $(or $(FOR),60)

.PHONY: chaos-short
chaos-short: .venv/dev.done ## Every failpoint on real processes, then ten minutes in which something breaks every few seconds (SEED=7: other dice)
	BIDWRIGHT_CHAOS_TEST=1 $(BIN)/pytest -q tests/chaos
	$(BIN)/python tests/chaos/rolling.py --minutes 10 --seed $(or $(SEED),1)

.PHONY: chaos-sim
chaos-sim: .venv/dev.done ## The shipped transitions in a simulated storm: 5 000 seeds, then each guard removed; writes bench/results
	$(BIN)/python tests/simulation --seeds $(or $(SEEDS),5000) --jobs $(or $(JOBS),2)
	$(BIN)/python tests/simulation --ablations --jobs $(or $(JOBS),2)

.PHONY: chaos
chaos: .venv/dev.done ## The simulation, then an hour in which something breaks every few seconds (SEED=7: other dice)
	$(MAKE) chaos-sim
	$(BIN)/python tests/chaos/rolling.py --minutes 60 --seed $(or $(SEED),1)

.PHONY: chaos-figures
chaos-figures: .venv/dev.done ## What docs/safety.md states: kills, cut replies, halts and decision times, measured anew (about two hours)
	$(BIN)/python tests/chaos/rolling.py --kills 50
	$(BIN)/python tests/chaos/cut_replies.py
	$(BIN)/python tests/chaos/halts.py
	$(BIN)/python tests/chaos/decisions.py
	$(BIN)/python tests/chaos/decisions.py --zoo --lots 200 --closing 80 --gap 1.5

.PHONY: soak
soak: .venv/dev.done ## A whole system at its usual work for 30 minutes (FOR=600: minutes, up to a day): does anything grow? Writes bench/results
	$(BIN)/python tests/soak/soak.py --minutes $(or $(FOR),30)

.PHONY: rules
rules: .venv/dev.done ## The alert rules: each fires and stays quiet as its tests say (needs promtool)
	tools/rules

.PHONY: check
check: .venv/dev.done ## Lint, types, fences, drift and coverage, in the order CI runs them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	tools/proto --check
	tools/docs --check
	tools/api --check
	tools/dashboards --check
	tools/rules
	tools/clean-tree
	PYTHON=$(PYTHON) tools/vendor --check
	$(MAKE) --no-print-directory extension-check
	tools/cover

.PHONY: fix
fix: .venv/dev.done ## Format, mend what lint can mend, write generated code and tables anew
	$(BIN)/ruff check --fix -q . || true
	$(BIN)/ruff format -q .
	tools/proto
	tools/docs
	tools/api
	tools/extension --write
	tools/dashboards

.PHONY: clean
clean: ## Take .venv and caches away; data in .bidwright stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
