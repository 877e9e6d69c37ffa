# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test test-quick lint format docs site lock sbom soak soak-short fuzz fuzz-guided browser browser-short mpp spark lake bench bench-short bench-compare bench-peers plot clean

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

# Hundreds of processes are started: none of them shall compile our modules again, whatever the shell says.
test test-quick: export PYTHONDONTWRITEBYTECODE :=

test: lint  ## everything that must hold before a commit lands
	$(BIN)/pytest -n 2 --dist worksteal

test-quick: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)  ## writes what is derived from code: docs/model.md, config.example.toml, docs/rules.md …
	$(BIN)/python -m plumbrule.derived

site: $(READY)  ## the documentation as pages, into site/: links and anchors are checked, and that pages ask no other host
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-site.txt
	$(BIN)/zensical build --strict
	$(BIN)/pytest -q tests/plumbrule/test_site.py

lock:  ## needs uv; leaves no index address behind
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev -o requirements.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra pdf --extra telemetry --extra web -c requirements.txt -o requirements-image.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra browser -o requirements-browser.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra mpp -o requirements-mpp.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra site -c requirements.txt -o requirements-site.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra bench -c requirements.txt -o requirements-bench.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra spark -o requirements-spark.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra lake -o requirements-lake.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra fuzz -c requirements.txt -o requirements-fuzz.txt pyproject.toml
	echo 'cyclonedx-bom>=7' | uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements-sbom.txt -

sbom:  ## what the image and the wheel are made of, as CycloneDX, from the pinned requirements: sbom.cdx.json
	test -x .venv-sbom/bin/cyclonedx-py || { \
		$(PYTHON) -m venv .venv-sbom && \
		.venv-sbom/bin/python -m pip install --quiet --require-hashes -r requirements-sbom.txt; \
	}
	PYTHONWARNINGS=ignore .venv-sbom/bin/cyclonedx-py requirements requirements-image.txt --pyproject pyproject.toml --mc-type application \
		--spec-version 1.6 --output-reproducible --of JSON -o sbom.cdx.json

soak: $(READY)  ## hours: 1,000 kills and 10,000 faults, hundreds of orders of edits in Jira, every damage to a rule
	$(BIN)/python -m soak --kills 1000 --faults 10000
	PLUMBRULE_SOAK=1 $(BIN)/pytest tests/connectors/test_jira_converges.py tests/connectors/test_tabular_pull.py tests/sync/test_export_texts.py
	PLUMBRULE_SOAK=1 $(BIN)/pytest tests/rules/test_mutants.py tests/rules/test_lifecycle.py

fuzz: $(READY)  ## five minutes for each parser of what comes from outside: inputs, ends, findings, memory
	cd tests && ../$(BIN)/python -m fuzz --seconds 300 --keep ../fuzz-findings

fuzz-guided:  ## the same by atheris, which sees what is covered, in an environment of its own
	test -x .venv-fuzz/bin/python || { \
		$(PYTHON) -m venv .venv-fuzz && \
		.venv-fuzz/bin/python -m pip install --quiet --require-hashes -r requirements-fuzz.txt && \
		.venv-fuzz/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	}
	cd tests && ../.venv-fuzz/bin/python -m fuzz --guided --seconds 300 --keep ../fuzz-findings
soak-short: $(READY)  ## minutes: every kind of trial once
	$(BIN)/python -m soak --short

DRIVEN := tests/reports/test_browser.py tests/reports/test_browser_axe.py tests/reports/test_browser_keyboard.py tests/plumbrule/test_serve_browser.py

browser: $(READY)  ## the pages in Chromium and Firefox (Debian: chromium, firefox-esr), with axe-core, in every look
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-browser.txt
	PLUMBRULE_BROWSER=full $(BIN)/pytest -s $(DRIVEN)

browser-short: $(READY)  ## the same in fewer looks
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-browser.txt
	PLUMBRULE_BROWSER=short $(BIN)/pytest -s $(DRIVEN)

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

lake:  ## Delta tables of `plumbrule export delta`, in an environment of its own
	test -x .venv-lake/bin/pytest || { \
		$(PYTHON) -m venv .venv-lake && \
		.venv-lake/bin/python -m pip install --quiet --require-hashes -r requirements-lake.txt && \
		.venv-lake/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	}
	.venv-lake/bin/pytest tests/plumbrule/test_export.py tests/sync/test_lake.py

bench: $(READY) bench-peers  ## tens of minutes; see docs/benchmarks.md
	$(BIN)/python -m benchmarks.jira --ten-times
	$(BIN)/python -m benchmarks.msproject
	$(BIN)/python -m benchmarks.pwa
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.network
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.forecast
	$(BIN)/python -m benchmarks.writing
	$(BIN)/python -m benchmarks.nightly

bench-short: $(READY)  ## the small forms, a few minutes at most
	$(BIN)/python -m benchmarks.jira --short
	$(BIN)/python -m benchmarks.msproject --short
	$(BIN)/python -m benchmarks.pwa --short
	$(BIN)/python -m benchmarks.rules --short
	$(BIN)/python -m benchmarks.network --short
	$(BIN)/python -m benchmarks.reports --short
	$(BIN)/python -m benchmarks.forecast --short
	$(BIN)/python -m benchmarks.writing --short
	$(BIN)/python -m benchmarks.nightly --short

bench-compare: $(READY)  ## the newest results beside those before them
	$(BIN)/python -m benchmarks.compare

plot: $(READY)  ## what an item costs beside how many there are, from the results that were kept: docs/cost.png
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.txt
	$(BIN)/python -m benchmarks.plot --out docs/cost.png

bench-peers:  ## other people's tools, each in an environment of its own
	for peer in dlt tap-jira target-duckdb mpxj soda pandera dbt-duckdb great-expectations; do \
		test -x benchmarks/.venv-peers/$$peer/bin/python || { \
			$(PYTHON) -m venv benchmarks/.venv-peers/$$peer && \
			benchmarks/.venv-peers/$$peer/bin/python -m pip install --quiet --require-hashes -r benchmarks/requirements/$$peer.txt; \
		} || exit 1; \
	done

clean:
	rm -rf $(VENV) .venv-mpp .venv-sbom .venv-spark .venv-lake .venv-fuzz fuzz-findings demo site .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
