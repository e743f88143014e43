# Every target works as the first command on a fresh clone: it sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test unit check format coverage images docs site validator proof comparison bench bench-docs conformance fuzz lock audit clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'

$(READY): pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(READY_DEV): $(READY)
	$(BIN)/pip install --quiet --group dev
	@touch $@

demo: $(READY)  ## patch a sample: the launch chain, what is lost, and the diff
	@$(BIN)/python samples/demo.py

test: $(READY_DEV)  ## all tests, those in real containers too where this machine has an engine
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

unit: $(READY_DEV)  ## the tests without containers
	$(BIN)/python -m pytest --numprocesses 2 -m 'not container' $(ARGS)

check: $(READY_DEV)  ## types, lint and format
	$(BIN)/mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY_DEV)  ## write the format that `check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

coverage: $(READY_DEV)  ## branch coverage of the tests without containers
	$(BIN)/python -m pytest --numprocesses 2 -m 'not container' --cov --cov-report=term-missing:skip-covered --cov-report=html

images: | $(VENV)/bin/pip  ## build and cache the base images of the container tests
	$(BIN)/python tests/e2e/images.py

docs: $(READY)  ## write the pages of docs/ that come from the mechanisms' own files, the manual and the picture
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_man.py
	$(BIN)/python scripts/make_picture.py

site: $(READY_DEV)  ## the pages of docs/ as a site, in .cache/site
	$(BIN)/mkdocs build --strict

validator:  ## the validator of SARIF that the tests use if it is there, by npm
	npm install --silent --no-save --prefix .cache @microsoft/sarif-multitool@5.7.0

proof: $(READY_DEV)  ## run every mechanism and the truth table in containers; write docs/proof.md and docs/truth.md
	$(BIN)/python tests/e2e/proof.py
	$(BIN)/python tests/e2e/truth_page.py

comparison: $(READY_DEV)  ## run known cures beside this tool and write docs/comparison.md
	$(BIN)/python tests/e2e/comparison.py

bench: $(READY_DEV)  ## speed beside hadolint and others on the same files, and how it grows: 10 minutes
	$(BIN)/python benchmarks/run.py

bench-docs: $(READY_DEV)  ## the same, written to docs/benchmarks.md
	$(BIN)/python benchmarks/run.py --write docs/benchmarks.md

conformance: $(READY_DEV)  ## 100,000 damaged files read beside BuildKit's parser; another SEED=, other files
	FARGATE_PATCH_MUTATIONS=100000 FARGATE_PATCH_SEED=$(or $(SEED),6) $(BIN)/python -m pytest tests/conformance

fuzz: $(READY_DEV)  ## coverage-guided fuzzing for SECONDS= (600); what it breaks on is left in .cache/fuzz
	$(BIN)/python tests/robustness/fuzz.py -max_total_time=$(or $(SECONDS),600)

lock:  ## write requirements-dev.lock anew
	uv pip compile pyproject.toml --group dev --universal --python-version 3.10 --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements-dev.lock

audit: $(READY_DEV)  ## known vulnerabilities and licences of the dependencies
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/python scripts/audit.py

clean:  ## take away what the other targets made
	rm -rf $(VENV) .cache .coverage htmlcov dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
