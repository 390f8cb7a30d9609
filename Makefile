# Everything a person or CI runs. `make help` lists the targets.
# Without PYTHON=… the Python that .venv was made with stays the one to use.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell .venv/bin/python -c 'import sys; print(sys._base_executable)' 2>/dev/null || echo python3)
endif
PORT ?= 8080
ONCE ?=
JOB ?=
COVERAGE ?=
export JOB

BIN := .venv/bin
# Under a lock, so that of two makes at once the second finds what the first one made.
ENVIRONMENT := $(PYTHON) -c 'import fcntl, subprocess, sys; \
	subprocess.call(["mkdir", "-p", ".make"]); \
	lock = open(".make/environment.lock", "w"); fcntl.flock(lock, fcntl.LOCK_EX); \
	sys.exit(subprocess.call(sys.argv[1:]))' \
	$(MAKE) --no-print-directory -f shared/callevents_build/environment.mk PYTHON='$(PYTHON)'

.PHONY: help run socket page pictures test quick judges lint format readme observability audit build bench soak fuzz check \
	deploy undeploy application doctor messages lock environment-run environment-dev clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 15

environment-run:
	@$(ENVIRONMENT) run

environment-dev:
	@$(ENVIRONMENT) dev

run: environment-run  ## Ask for a sample call on the embedded sandbox and go on serving (ONCE=1, JOB="job-…", PORT=8080)
	@$(if $(ONCE),:,$(BIN)/python -m callevents_build page || echo "Going on without the page; make page tries again.")
	@$(BIN)/python -m callevents_sandbox --port "$(PORT)" $(if $(ONCE),--once) $(if $(JOB),--job="$$JOB")

page: environment-run  ## Bundle the playground page that make run serves (with the machine's Node, or one from PyPI)
	@$(BIN)/python -m callevents_build page

pictures: environment-run  ## Make the README's pictures from the running product (PICTURES=.pictures; needs Chromium)
	@$(BIN)/python -m callevents_build pictures

socket: environment-run  ## Run the Slack app here, in a real workspace, over Socket Mode (SLACK_APP_TOKEN, SLACK_BOT_TOKEN)
	@$(BIN)/python -m callevents_build.socket_mode

test: environment-dev  ## Run all tests (COVERAGE=1: and fail where less of the product is covered than before)
	@THOROUGH=1 $(BIN)/python -m pytest -q -n auto $(if $(COVERAGE),--cov)

quick: environment-dev  ## Run the tests that start no server, no Node and no browser, with few made-up examples
	@$(BIN)/python -m pytest -q -n auto -m "not socket and not node and not browser"

judges: environment-dev  ## Have @slack/bolt and emulate judge the Slack part, Serverless Devs the application (with the machine's Node, or one from PyPI)
	@$(BIN)/python -m callevents_build.judges

lint: environment-dev  ## Check format, rules, types, layers, the template and the documents' table
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m callevents_build template

format: environment-dev  ## Format the sources
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

readme: environment-dev  ## Renew what is made from the sources: the documents' table of variables, functions/observability/*.json
	@$(BIN)/python -m callevents_build readme

observability: environment-run  ## Write what SLS gets, to build/observability: saved searches, dashboard, alerts (LOG_PROJECT, LOG_STORE, LOG_ACTION_POLICY)
	@$(BIN)/python -m callevents_build.sls.observability

audit: environment-dev  ## Ask whether a locked package is known to be vulnerable (needs api.osv.dev and the npm registry)
	@$(BIN)/python -m callevents_build.audit

build: environment-run  ## Make build/<function>/ and dist/<function>.zip for Function Compute (PYTHON_VERSION=3.10 or 3.12; DEPLOY_CONCURRENCY=20: many requests at once)
	@$(BIN)/python -m callevents_build build

bench: environment-dev  ## Measure this project beside the usual pattern and the bare minimum (QUICK=1: fewer rounds)
	@$(BIN)/python -m tests.bench

soak: environment-dev  ## All doors with all faults at random; nothing may be lost (SECONDS=180, SEED, THREADS=12, AT_ONCE=20: many requests per instance)
	@$(BIN)/python -m tests.soak

fuzz: environment-dev  ## Feed every front door with made-up input for long (FUZZ_EXAMPLES=3000 each; `make test` takes 60)
	@THOROUGH=1 FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-3000} $(BIN)/python -m pytest -q -n auto tests/fuzz

deploy: environment-run  ## From nothing to the first answer: does the next steps and says what comes after (PLAN=1: only says)
	@$(BIN)/python -m callevents_build deploy

undeploy: environment-run  ## Remove what make deploy made, and say what stays (PLAN=1: only says; YES=1: does)
	@$(BIN)/python -m callevents_build undeploy

application: environment-dev  ## Make dist/application/, the Serverless Devs application, and check it (functions/README.md has how to publish)
	@$(BIN)/python -m callevents_build application

doctor: environment-run  ## Check the settings against the real services
	@$(BIN)/python -m callevents_build doctor

check: COVERAGE := 1
check: lint test judges build audit  ## What must pass before a change lands
	@$(MAKE) --no-print-directory run ONCE=1

messages: environment-dev  ## Renew the translation catalogue from the sources
	@mkdir -p build
	@$(BIN)/pybabel -q extract -k N_ --no-location --sort-output --no-wrap --project callevents --version 0.1.0 -o build/callevents.pot shared/callevents
	@$(BIN)/pybabel -q update -D callevents -i build/callevents.pot -d shared/callevents/locale -l zh_CN --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -D callevents -d shared/callevents/locale -l zh_CN

lock: environment-dev  ## Renew the lock files
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.10 --no-emit-index-url --no-header pyproject.toml --all-extras -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.10 --no-emit-index-url --no-header pyproject.toml --all-extras --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## Remove everything that was made
	@rm -rf .venv .make build dist node_modules tests/slack/judges/node_modules tests/build_tools/application/judges/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache
