# Few words for the hand, the same in CI. Works with make 3.81; nothing but Python 3.11+ is needed.

BIN := .venv/bin
PYTHON_READY := .venv/.ready-python
WEB_READY := src/tieline/serve/web/.built-from
WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)

# Arguments for the program under the word: make run UP="--emulate", make run SAMPLES=folder,
# make test ARGS="-k fold -x".
UP ?=
SAMPLES ?=
ARGS ?=

# Node trusts the certificates of the system, as Python does: newer ones ask it, older ones its file.
export NODE_USE_SYSTEM_CA := 1
NODE_EXTRA_CA_CERTS ?= $(firstword $(SSL_CERT_FILE) $(wildcard \
	/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
export NODE_EXTRA_CA_CERTS

.PHONY: help setup run test check format derive docs bench proof lock clean

help:
	@echo "make setup    make .venv from requirements.lock and build the pages"
	@echo "make run      collect, serve and show everything (setup comes first by itself)"
	@echo "make test     every test                     make test ARGS='-k fold'"
	@echo "make check    format, lint, types, web lint  make format mends what can be mended"
	@echo "make derive   write schemas/ and docs/reference/ again from what the code says"
	@echo "make docs     derive, then check that the pages are whole and their links lead somewhere"
	@echo "make bench    measure against the targets"
	@echo "make proof    the full counts; takes hours"
	@echo "make lock     resolve requirements.lock again"
	@echo "make clean    remove everything that make made"

setup: $(WEB_READY)

$(PYTHON_READY): requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh
	@touch $@

$(WEB_READY): $(PYTHON_READY) scripts/web_build.py $(WEB_SOURCES)
	$(BIN)/python scripts/web_build.py
	@touch $@

run: setup
	$(BIN)/tieline up $(if $(SAMPLES),--samples "$(SAMPLES)") $(UP)

test: setup
	$(if $(ARGS),,$(BIN)/python scripts/web_build.py --test)
	$(BIN)/python -m pytest -n auto $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/web_build.py --lint

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

derive: setup
	$(BIN)/python -m scripts.derive

docs: derive
	$(BIN)/python -m pytest -q tests/contract/test_docs.py

bench: setup
	$(BIN)/python -m scripts.bench $(ARGS)

proof: setup
	$(BIN)/python -m scripts.proof $(ARGS)

lock: setup
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	rm -rf web/node_modules web/dist src/tieline/serve/web
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
