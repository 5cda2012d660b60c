# One command each. Every target first makes sure that the environment stands (.ci/setup).

PORT ?= 8000
MODE ?= demonstration
PYTHON ?=
PY := .venv/bin/python
# Where the machine forbids it, each process would compile five thousand modules anew.
export PYTHONDONTWRITEBYTECODE :=
SETUP := @PYTHON="$(PYTHON)" .ci/setup

.DEFAULT_GOAL := help
.PHONY: help run setup test check journeys conformance faults fuzz bench drill vendor

help: ## What can be typed here
	@echo "Auditorium. Type make and one of these:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name words; do printf '  %-12s %s\n' "$$name" "$$words"; done

run: ## Everything set up, the demonstration served on http://localhost:8000 (PORT= for another)
	$(SETUP)
	@MODE=$(MODE) PORT=$(PORT) exec $(PY) manage.py serve --prepare --port $(PORT)

setup: ## The locked environment in .venv, and the system libraries that documents need
	$(SETUP)
	@echo "Ready: .venv/bin/python manage.py …"

test: ## All tests but the journeys (DATABASE_URL and BROKER_URL choose other services)
	$(SETUP)
	@$(PY) -m pytest -n 2 tests --ignore=tests/journeys --ignore=tests/conformance

check: ## Linters, types, floor plan, migrations, templates, player, house
	$(SETUP)
	@PY=$(PY) .ci/check

journeys: ## The whole way in Chromium, against the real product
	@PYTHON="$(PYTHON)" .ci/setup --browser
	@$(PY) -m pytest tests/journeys

conformance: ## What software that nobody here wrote says of what we sign (java, poppler, qpdf, openssl, zbar, node, npm)
	$(SETUP)
	@.ci/conformance
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Install node and npm, and type it again." >&2; exit 1; }
	@mkdir -p .local/conformance && cp tests/conformance/package.json .local/conformance/
	@cd .local/conformance && npm install --no-audit --no-fund --ignore-scripts --silent
	@$(PY) -m pytest tests/conformance tests/certificates/test_independent.py tests/certificates/actions/test_keys.py

# Where nobody is: the tests have a PostgreSQL of their own.
faults: ## Every part killed, away, full or slow, amid each piece of work (FAULTS=some for one of each kind)
	$(SETUP)
	@FAULTS=$(or $(FAULTS),all) DATABASE_URL=postgres://postgres@127.0.0.1:9/faults BROKER_URL= \
		$(PY) -m pytest tests/faults --ignore=tests/faults/test_killed.py

fuzz: ## Spoiled files for every parser, for SECONDS= (600), from FIRST= (0) on
	$(SETUP)
	@$(PY) -m tests.fuzz --seconds $(or $(SECONDS),600) --first $(or $(FIRST),0)

bench: ## How fast the ways that matter are, on this machine (PART=scale, or day, anchors, verifying, growth, pages: into docs/benchmarks.md)
	$(SETUP)
	@[ "$(PART)" != day ] && [ "$(PART)" != scale ] || UV_PROJECT_ENVIRONMENT=.local/bench .local/uv/bin/uv sync --python $(PY) --frozen --quiet --only-group bench
	@DATABASE_URL="$${DATABASE_URL-$(if $(PART),postgres://postgres@127.0.0.1:5432/auditorium_bench)}" $(PY) -m tests.bench $(PART) $(SIZES)

drill: ## A backup, restored into a fresh database and proven there (DATABASE_URL: of which institution)
	$(SETUP)
	@$(PY) manage.py drill

vendor: ## The run-time of SCORM packages out of its own package again (npm)
	@.ci/vendor
