# Every target sets up what it needs: `make demo` or `make test` may be the first command ever.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CONFIG ?= config/example.yaml
JOBS ?= 2
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PACKAGES := .venv/.installed-$(firstword $(shell cksum < requirements-dev.txt))
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url \
	--no-emit-find-links --no-header --annotation-style line

.PHONY: help setup demo test check pytest synth plan smoke cost deploy bench evidence lock clean

help: ## Show this list
	@echo "Local Presence for Amazon Connect"; echo
	@grep -E '^[a-z]+:.*## ' Makefile | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'
	@echo; echo "  CONFIG=FILE chooses the environment (default $(CONFIG)); see README.md"

setup: $(PACKAGES) ## Bring everything that is missing (Python packages, Node, Java, DynamoDB Local)
	@$(BIN)/python -m local.toolchain

demo: setup ## The main job on this machine: upload a pool, dial customers, show what they see
	@$(BIN)/python -m local demo

test: setup ## Every check and every test
	@$(MAKE) --no-print-directory check pytest IN_TEST=1

check: $(PACKAGES) ## Lint, types, layers, and the templates through cfn-lint and cdk-nag
	@echo "ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "mypy"; $(BIN)/mypy
	@echo "layers"; $(BIN)/lint-imports
	@if [ -z "$(IN_TEST)" ]; then echo "templates"; $(BIN)/python -m pytest tests/stacks; fi

pytest:
	@$(BIN)/python -m pytest -n $(JOBS)

synth: setup ## Write the templates of CONFIG to cdk.out
	@rm -rf cdk.out
	@node_modules/.bin/cdk synth --quiet -c config=$(CONFIG) 2>&1 \
		| sed '/^Supply a stack id/d; /feature flags are not configured/d'
	@echo "cdk-nag found nothing, except what is accepted with a reason"
	@ls cdk.out/*.template.json

plan: setup ## A living instance against CONFIG: what a deployment would change, and what it refuses
	@$(BIN)/python -m local plan --config $(CONFIG)

cost: setup ## What CONFIG costs: by module while nobody calls, and per million picks
	@$(BIN)/python -m local cost --config $(CONFIG)

smoke: setup ## Whether a live deployment of CONFIG is whole; CALL=+1206… watches a call of yours
	@$(BIN)/python -m local smoke --config $(CONFIG) $(if $(CALL),--call "$(CALL)") \
		$(if $(QUEUE),--queue "$(QUEUE)") $(if $(KEEP),--keep "$(KEEP)")

deploy: setup ## Deploy CONFIG with your AWS credentials
	node_modules/.bin/cdk deploy --all -c config=$(CONFIG)

bench: setup ## Every benchmark, ours and the other side by side (build/bench.json)
	@$(BIN)/python -m local bench

evidence: setup ## The long demonstrations: races, replays (build/evidence.json)
	@$(BIN)/python -m local evidence

lock: $(PACKAGES) ## Pin the newest packages that requirements*.in allow
	$(LOCK) --upgrade requirements.in -o requirements.txt
	$(LOCK) --upgrade requirements-dev.in -o requirements-dev.txt

clean: ## Remove everything that was built or brought
	rm -rf .venv .tools build cdk.out node_modules .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis

$(PACKAGES): requirements-dev.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or later is needed and none was found (python3 is: $$(python3 --version 2>&1))." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "$(PYTHON) lacks the venv module. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; fi
	@test -x $(BIN)/python || { echo "Making .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv .venv; }
	@echo "Installing the Python packages of requirements-dev.txt (one to three minutes)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@rm -f .venv/.installed-*; touch $@
