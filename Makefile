# Two commands: `make run` starts the newsroom on this machine, `make test` runs every test.
# Both need Python 3.11 or newer and make. They install the rest into hidden folders beside this file.

PYTHON ?= python3
CONTENT ?= events/uploads
PORT ?= 8080
STATE ?= .local
ENV ?= default
ARCHITECTURE ?= arm64
N ?= 200000
SEED ?= 0
RUNS ?= 5

uv := .venv/bin/uv
export UV_PYTHON_DOWNLOADS := never

.PHONY: help run test coverage audit soak bench lint format pack deploy lock clean
.DEFAULT_GOAL := help

help:
	@echo 'make run [CONTENT=events/uploads] [PORT=8080] [STATE=.local]   the newsroom on this machine'
	@echo 'make test      everything the project promises, checked'
	@echo 'make coverage  the lines that the tests reach; fails if they are fewer than pyproject.toml says'
	@echo 'make audit [PORT=8080] [STATE=.local] [RUNS=5]   every check on every kind of page that `make run` serves'
	@echo 'make soak [N=200000] [SEED=0]   N simulated schedules with faults of every kind'
	@echo 'make bench [RUNS=5]   speed and cost, beside Hugo and Pelican, as one table and in build/bench.json'
	@echo 'make lint      only style and types; make format fixes the style'
	@echo 'make pack      one zip per function in build/, as this machine runs them, and template.json'
	@echo 'make deploy [ENV=default]   deploy to AWS; the first time it asks, and keeps the answers in samconfig.toml'
	@echo 'make lock      resolve the dependencies again, after a change of pyproject.toml'
	@echo 'make clean     remove everything that was installed and built; STATE keeps the articles'

run: .venv/installed .cloud/installed
	@.venv/bin/python -m infra.local --content '$(CONTENT)' --port '$(PORT)' --state '$(STATE)'

test: lint .cloud/installed .checkov/installed .audit/installed
	@.venv/bin/python -m pytest --quiet --numprocesses 2 --dist loadgroup

# Coverage is not part of `make test`: tracing adds half of the time. It leaves out the tests that measure time, and the
# mutants, which reach no further lines.
coverage: .cloud/installed .checkov/installed .audit/installed
	@.venv/bin/python -m pytest --quiet --numprocesses 2 --dist loadgroup --cov --cov-report term \
	  --ignore tests/hostile/test_bombs.py --ignore tests/test_costs.py --ignore tests/simulation/test_mutants.py

audit: .audit/lighthouse
	@.venv/bin/python -m tests.pages --port '$(PORT)' --state '$(STATE)' --runs '$(RUNS)'

soak: .venv/installed
	@.venv/bin/python -m tests.simulation --seed '$(SEED)' --count '$(N)'

bench: .venv/installed .cloud/installed .peers/installed
	@.venv/bin/python -m infra.bench --runs '$(RUNS)'

lint: .venv/installed
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy functions infra

format: .venv/installed
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

pack: .venv/installed
	@.venv/bin/python -m infra.pack $(if $(FOR_AWS),--for-aws --architecture '$(ARCHITECTURE)')

# The SAM command line of this machine, or one that uv downloads. If the creation of a stack fails, SAM removes it, so
# that the same command can be run again.
sam := $(or $(shell command -v sam),SAM_CLI_TELEMETRY=0 .venv/bin/uvx --quiet --from aws-sam-cli==1.170.0 sam)
is_configured = $(shell grep -qs '^\[$(ENV)[].]' samconfig.toml && echo yes)

deploy: .venv/installed
	@.venv/bin/python -m infra.pack --for-aws --architecture '$(ARCHITECTURE)'
	@echo 'Deploying: the first time takes five to ten minutes, most of them CloudFront.'
	@$(sam) deploy --template-file build/template.json --config-file '$(CURDIR)/samconfig.toml' --config-env '$(ENV)' \
	  --capabilities CAPABILITY_IAM --resolve-s3 --no-fail-on-empty-changeset --on-failure DELETE $(if $(is_configured),,--guided)

lock: .venv/installed
	@$(uv) lock

clean:
	@rm -rf .venv .cloud .checkov .audit .peers build .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/uv: requirements-uv.txt
	@command -v '$(PYTHON)' >/dev/null || \
	  { echo "Broadsheet needs Python 3.11 or newer, and there is no '$(PYTHON)' here: install it, or name one with make PYTHON=..." >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Broadsheet needs Python 3.11 or newer, and '$(PYTHON)' is $$('$(PYTHON)' -V 2>&1): name a newer one with make PYTHON=..." >&2; exit 1; }
	@echo 'Installing into .venv (once)'
	@'$(PYTHON)' -m venv --clear .venv || \
	  { echo "'$(PYTHON)' cannot make a virtual environment: install its venv module (python3-venv on Debian and Ubuntu)" >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-uv.txt
	@touch $@

.venv/installed: .venv/bin/uv uv.lock pyproject.toml
	@$(uv) sync --quiet --frozen --all-extras --python .venv/bin/python
	@touch $@

.cloud/installed: .venv/installed
	@UV_PROJECT_ENVIRONMENT=.cloud $(uv) sync --quiet --frozen --only-group cloud --compile-bytecode --python .venv/bin/python
	@touch $@

.checkov/installed: .venv/installed
	@UV_PROJECT_ENVIRONMENT=.checkov $(uv) sync --quiet --frozen --only-group checkov --python .venv/bin/python
	@touch $@

# The page checkers come from npm. --ignore-scripts: no package may run a script here.
npm_ci = cp tests/pages/package.json tests/pages/package-lock.json .audit && cd .audit && \
  PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent

# Without npm's registry the other tests still run, and the tests of pages say what is missing.
.audit/installed: .venv/installed tests/pages/package.json tests/pages/package-lock.json
	@mkdir -p .audit && { ($(npm_ci) --omit=dev) && touch $@ || echo 'The page checkers could not be installed from npm.'; }

.audit/lighthouse: .audit/installed
	@$(npm_ci)
	@touch $@

.peers/installed: .venv/installed
	@UV_PROJECT_ENVIRONMENT=.peers $(uv) sync --quiet --frozen --only-group peers --compile-bytecode --python .venv/bin/python
	@touch $@
