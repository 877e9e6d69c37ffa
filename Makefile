# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test test-quick lint format docs lock soak soak-short browser mpp spark bench bench-short bench-peers clean

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: $(READY)  ## the whole run against the sandbox company
	$(BIN)/plumbrule demo --dir demo

lint: $(READY)  ## style, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint  ## everything that must hold before a commit lands
	$(BIN)/pytest -n 2 --dist worksteal

test-quick: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)  ## writes what is derived from code: docs/model.md, config.example.toml, docs/rules.md …
	$(BIN)/python -m plumbrule.derived

lock:  ## needs uv; leaves no index address behind
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev -o requirements.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra pdf --extra web -c requirements.txt -o requirements-image.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra browser -o requirements-browser.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra mpp -o requirements-mpp.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra spark -o requirements-spark.txt pyproject.toml

soak: $(READY)  ## hours: 1,000 kills and 10,000 faults, hundreds of orders of edits in Jira, every damage to a rule
	$(BIN)/python -m soak --kills 1000 --faults 10000
	PLUMBRULE_SOAK=1 $(BIN)/pytest tests/connectors/test_jira_converges.py tests/connectors/test_tabular_pull.py
	PLUMBRULE_SOAK=1 $(BIN)/pytest tests/rules/test_mutants.py tests/rules/test_lifecycle.py

soak-short: $(READY)  ## a few minutes of it
	$(BIN)/python -m soak --short

browser: $(READY)  ## the page in a real browser; needs a chromium on the path
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-browser.txt
	$(BIN)/pytest tests/reports/test_browser.py

mpp:  ## plans of Microsoft Project (.mpp) and networks through MPXJ, in an environment of its own; needs Java 11 or newer
	test -x .venv-mpp/bin/pytest || { \
		$(PYTHON) -m venv .venv-mpp && \
		.venv-mpp/bin/python -m pip install --quiet --require-hashes -r requirements-mpp.txt && \
		.venv-mpp/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	}
	.venv-mpp/bin/pytest tests/connectors/test_mpp_real_plans.py tests/connectors/test_mpp_without.py tests/rules/test_network_against_mpxj.py

spark:  ## the rule language on Spark, and on PostgreSQL where it is installed, against DuckDB; needs Java 17 or newer
	test -x .venv-spark/bin/pytest || { \
		$(PYTHON) -m venv .venv-spark && \
		.venv-spark/bin/python -m pip install --quiet --require-hashes -r requirements-spark.txt && \
		.venv-spark/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	}
	.venv-spark/bin/pytest -s tests/rules/engines

bench: $(READY) bench-peers  ## tens of minutes; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.jira --ten-times
	$(BIN)/python -m benchmarks.msproject
	$(BIN)/python -m benchmarks.pwa
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.network
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.forecast
	$(BIN)/python -m benchmarks.writing

bench-short: $(READY)  ## the small forms, a few minutes at most
	$(BIN)/python -m benchmarks.jira --short
	$(BIN)/python -m benchmarks.msproject --short
	$(BIN)/python -m benchmarks.pwa --short
	$(BIN)/python -m benchmarks.rules --short
	$(BIN)/python -m benchmarks.network --short
	$(BIN)/python -m benchmarks.reports --short
	$(BIN)/python -m benchmarks.forecast --short
	$(BIN)/python -m benchmarks.writing --short

bench-peers:  ## other people's tools, each in an environment of its own
	for peer in dlt tap-jira target-duckdb mpxj soda pandera dbt-duckdb great-expectations; do \
		test -x benchmarks/.venv-peers/$$peer/bin/python || { \
			$(PYTHON) -m venv benchmarks/.venv-peers/$$peer && \
			benchmarks/.venv-peers/$$peer/bin/python -m pip install --quiet --require-hashes -r benchmarks/requirements/$$peer.txt; \
		} || exit 1; \
	done

clean:
	rm -rf $(VENV) .venv-mpp .venv-spark demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
