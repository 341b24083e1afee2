# Everything a person types. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(p) 2>/dev/null)))
VENV   := .venv
BIN    := $(VENV)/bin
export PYTHONPATH := devtools
export CONNECT_OPERATOR_CACHE ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/connect-operator
# The number of tests that run at the same time; by default as many as there are cores, and twice as many (8 at most) of
# those with servers, which wait more than they work.
WORKERS ?=
WAITING = $(or $(WORKERS),$(shell $(PYTHON) -c 'import os; print(min(8, 2 * (os.cpu_count() or 1)))'))

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.ready ## .venv with connect-operator and connect-sim

$(VENV)/.ready: requirements/dev.txt pyproject.toml devtools/setup_venv.sh
	@devtools/setup_venv.sh "$(PYTHON)" "$(VENV)"

.PHONY: cluster
cluster: setup ## build (once) the kube-apiserver and etcd that demo and tests run
	@$(BIN)/python -m local_cluster build

.PHONY: demo
demo: cluster ## the main job, on this machine; KEEP=1 leaves it running, PICTURES=folder draws it
	@$(BIN)/python -m demo $(if $(KEEP),--keep) $(if $(PICTURES),--pictures $(PICTURES))

.PHONY: check
check: setup ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: test
test: check cluster ## every check and every test, the fast ones first
	$(BIN)/pytest tests/unit tests/release tests/sim tests/sim_operator -n $(or $(WORKERS),auto) --cov --cov-report=
	$(BIN)/pytest tests/crds tests/kube tests/install tests/pages tests/cli tests/e2e -n $(WAITING) --dist loadfile

.PHONY: test-argocd
test-argocd: cluster ## the tests with Argo CD itself, which is built first, once on this machine
	$(BIN)/pytest tests/argocd

.PHONY: test-image
test-image: cluster ## build the image with buildah, as root, and run it against the local cluster
	$(BIN)/pytest tests/image

.PHONY: bench
bench: cluster ## the benchmarks: a table, and JSON in bench-results/; ONLY=name for one, USERS=1000 for a quick look, PROFILE=1, CHARTS=1
	@CONNECT_BENCH_USERS=$(USERS) CONNECT_BENCH_PROFILES=$(if $(PROFILE),bench-results/profiles) $(BIN)/python -m bench $(ONLY) $(if $(CHARTS),--charts docs/charts)

.PHONY: campaign
campaign: cluster ## the fault campaign: a crash at every point, every family of faults, mutants; JSON in campaign-results/
	@$(BIN)/python -m campaign run $(if $(WORKERS),--workers $(WORKERS)) $(if $(SEED),--seed $(SEED))

.PHONY: model
model: setup ## every schedule of the protocol in model/user.pml, and of its mutants; needs spin and gcc
	@$(BIN)/python -m campaign model

.PHONY: soak
MINUTES ?= 10
soak: setup ## random schedules of faults in virtual time, MINUTES=10 on all cores; a failing one is printed to be replayed
	@$(BIN)/python -m campaign soak --minutes $(MINUTES) $(if $(WORKERS),--workers $(WORKERS)) $(if $(SEED),--seed $(SEED))

.PHONY: docs
docs: setup ## the documentation site in build/site, checked for dead links
	@$(BIN)/python -m docs_site

.PHONY: release
release: setup ## wheel, chart, image, bill of materials, licences and checksums of the commit, in dist/
	@$(BIN)/python -m release build

.PHONY: audit
audit: setup ## known vulnerabilities of what is shipped; says so when it cannot find out
	@$(BIN)/python -m release audit

.PHONY: generate
generate: setup ## write what is made from other files: schemas, chart files, reference pages, Argo CD's ConfigMap
	@$(BIN)/python -m generate

.PHONY: lock
lock: ## write requirements/*.txt anew from requirements/*.in (needs uv)
	@for f in runtime dev; do uv -q pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --no-annotate -o requirements/$$f.txt requirements/$$f.in; done

.PHONY: clean
clean: ## remove what this folder's make created (the shared cache stays)
	rm -rf $(VENV) build dist bench-results campaign-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
