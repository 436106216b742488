# Needs only Python 3.11 or newer; everything else goes into .venv, once per lock file.
PORT ?= 8501
PYTHON ?= python3
PY := .venv/bin/python
INSTALL := $(PY) -m pip install --quiet --no-compile --disable-pip-version-check --no-input --require-hashes -r
COMPILE := .venv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)
export CULTUURATLAS_PORT := $(PORT)
# what Python compiles is kept: the packages come uncompiled, and the tests start hundreds of processes
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help dashboard smoke data publish edition catalogue pictures docs sbom audit day test check bench lock clean browser

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dashboard: .venv/run ## Serve the dashboard (PORT=8501)
	$(PY) -m dashboard

smoke: .venv/build ## Ask every source one small thing: does it answer, as we read it?
	$(PY) -m pipelines smoke

data: .venv/build ## Fetch the open data and build the database
	$(PY) -m pipelines fetch
	$(PY) -m pipelines build

publish: .venv/run ## Write the static site into site/ (URL=https://... APP=https://... CONTACT=mail)
	$(PY) -m dashboard.publish $(if $(wildcard build/docs/index.html),--docs build/docs) $(if $(URL),--url $(URL)) $(if $(APP),--app $(APP)) $(if $(CONTACT),--contact $(CONTACT))

edition: .venv/build ## Write the edition that comes with the repository
	$(PY) -m pipelines edition

catalogue: .venv/build ## Write the documentation of sources, indicators and ideas
	$(PY) -m pipelines catalogue

pictures: .venv/dev browser ## Take the pictures of the README anew
	$(PY) -m tests.pictures

docs: .venv/dev ## Write the documentation as a site into build/docs/, which publish takes along
	rm -rf build/docs build/docs-pages
	mkdir -p build/docs-pages
	for page in docs/*.md CONTRIBUTING.md data/catalogue/README.md; do \
		sed -e 's#\](\.\./data/catalogue/README\.md)#](catalogue.md)#g; s#\](\.\./CONTRIBUTING\.md)#](CONTRIBUTING.md)#g' \
			-e 's#\](\.\./data/#](../../data/#g; s#\](docs/#](#g; s#\](\.\./\.\./docs/#](#g' $$page \
			>build/docs-pages/$$(basename $$page | sed s/README/catalogue/); \
	done
	$(PY) -m sphinx -c docs -W --keep-going -q build/docs-pages build/docs

sbom: .venv/dev ## Write what serving is made of, from its lock file, as CycloneDX: build/sbom.json
	mkdir -p build
	$(PY) -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o build/sbom.json

audit: .venv/dev ## Look for known weaknesses in what is locked (OSV=... asks another server of OSV records)
	$(PY) -m pip_audit --disable-pip --require-hashes --progress-spinner off --vulnerability-service osv \
		$(if $(OSV),--osv-url $(OSV)) -r requirements-build.lock

test: .venv/dev browser ## Run all tests, three at a time, then those in a browser
	$(PY) -m pytest -m 'not browser' --numprocesses 3 --dist loadscope --no-loadscope-reorder
	$(PY) -m pytest tests/browser -m browser --numprocesses 3 --dist worksteal

check: .venv/dev ## Lint, format, types and import rules, without changing a file
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy pipelines dashboard
	.venv/bin/lint-imports --no-logo

bench: .venv/dev browser ## Measure the dashboard (SHORT=1: a few times only, to see that it can be measured)
	SHORT=$(SHORT) $(PY) -m tests.bench

day: .venv/dev browser ## Live a day in twenty minutes (MINUTES=5: in five): sessions, editions, faults
	MINUTES=$(MINUTES) $(PY) -m tests.day

lock: .venv/dev ## Lock the dependencies of pyproject.toml (UPGRADE=1: to their newest versions)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group build -c requirements.lock -o requirements-build.lock
	$(COMPILE) pyproject.toml --group build --group dev -c requirements-build.lock -o requirements-dev.lock

clean: ## Remove .venv, caches and half-made builds; fetched data and databases stay
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis data/*.duckdb.new data/raw/*.part
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Needs Python 3.11 or newer as $(PYTHON); choose with: make PYTHON=python3.13' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo 'No virtual environment; on Debian: apt-get install python3-venv' >&2; exit 1; }

.venv/run: requirements.lock | $(PY)
	@echo 'Installing what the dashboard needs (once, about a minute)'
	@$(INSTALL) $<
	@touch $@

# A lock holds all of the one before it, in the same versions.
.venv/build: requirements-build.lock requirements.lock | $(PY)
	@echo 'Installing what fetching and building need (once, about a minute)'
	@$(INSTALL) $<
	@touch .venv/run $@

.venv/dev: requirements-dev.lock requirements-build.lock requirements.lock | $(PY)
	@echo 'Installing what development needs (once, about a minute)'
	@$(INSTALL) $<
	@touch .venv/run .venv/build $@

browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	else echo 'The tests need Chromium or Chrome on the PATH' >&2; exit 1; fi
