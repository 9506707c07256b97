# Everything that is needed to run, test and change Tracescope. "make help" lists it.

SWIFT ?= swift
# The longest that all the tests may take, in seconds.
TEST_TIME ?= 1200
# The file that "make run" opens: make run FILE=Examples/multi_agent.lua ARGS="-- optoprime"
FILE ?=
ARGS ?=
# The duration of "make fuzz", in seconds.
FUZZ_SECONDS ?= 300
# The number of random workflows that "make conformance-random" compares, and their seed.
COUNT ?= 1000
SEED ?= 1
# Which tests "make test" runs: make test FILTER=DebuggingTests
FILTER ?=
# The version of Python that "make test-python" runs on, such as 3.11; all that there are without one.
PYTHON ?=
# The number of random things that "make fuzz-screen" does, and its seed.
SCREEN_EVENTS ?= 1000000
SCREEN_SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help tools setup build run test model-demo screens test-python record-python bench-python bench bench-screen bench-reference conformance conformance-random fuzz fuzz-screen format lint manual check clean

help: ## Lists what make can do
	@echo "Tracescope: a terminal debugger for generative optimization"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run FILE=Examples/multi_agent.lua ARGS=\"-- optoprime\" opens a workflow with arguments"
	@echo "  make conformance-random COUNT=3000 SEED=7 compares 3000 random workflows, others for each SEED"

tools:
	@Scripts/setup

setup: tools ## Installs the libraries and tools that are missing, and what the tests of Python programs need
	@Scripts/python-environments system >/dev/null || echo "Without that the tests of Python programs are left out." >&2
	@python=$$(ls -d .build/python/*/bin/python 2>/dev/null | head -1); [ -z "$$python" ] || Scripts/python-sources "$$python" >/dev/null || \
		echo "Without its sources the reference's own tests are left out." >&2

build: tools ## Builds the program for debugging
	$(SWIFT) build

run: tools ## Builds the program for speed and runs it
	@$(SWIFT) build -c release --product tracescope
	@.build/release/tracescope $(FILE) $(ARGS)

test: setup ## Runs all tests, or those that FILTER matches
	@SWIFT="$(SWIFT)" Scripts/test $(TEST_TIME) $(FILTER)

screens: setup ## Writes the pictures of all views anew that the tests compare with
	@WRITE_SCREENS=1 SWIFT="$(SWIFT)" Scripts/test $(TEST_TIME) GoldenTests

test-python: ## Runs the tests of the Python part on every Python from 3.10 on (needs PyPI the first time)
	@Scripts/test-python $(PYTHON)

record-python: ## Records anew what the example programs in Python tell
	@"$$(Scripts/python-environments $(PYTHON) | tail -1)" -B Python/tracescope/tests/record.py Tests/PythonProgramsTests/Recorded

bench-python: tools ## Measures what the agent in a Python program costs, its start, and how much the record takes from it
	@$(SWIFT) build -c release --product bench
	@$(SWIFT) build -c release --product tracescope
	@for python in $$(Scripts/python-environments $(PYTHON)); do TRACESCOPE="$$PWD/.build/release/tracescope" "$$python" -B Python/tracescope/tests/bench.py --json ".build/python/bench-$$(basename "$$(dirname "$$(dirname "$$python")")").json" || failed=1; done; \
		[ -z "$${failed:-}" ]
	@.build/release/bench --shapes none --calls none --rounds none --sessions none

bench: tools ## Measures the engine
	@$(SWIFT) build -c release --product bench
	@.build/release/bench

bench-screen: tools ## Measures the screen, its layouts beside those of dot (which apt-get installs, if it may)
	@command -v dot >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get install -y -q graphviz >/dev/null 2>&1; } || \
		echo "There is no dot here, so layouts are measured alone: apt-get install graphviz" >&2
	@$(SWIFT) build -c release --product bench
	@.build/release/bench screen --json-to .build/bench-screen.json
	@echo "The same as JSON: .build/bench-screen.json"

bench-reference: tools ## Measures the engine side by side with the reference implementation (needs Python 3 and PyPI)
	@$(SWIFT) build -c release --product bench
	@Scripts/bench-reference

conformance: ## Records anew what the reference implementation does, and fails if that changed (needs Python 3 and PyPI)
	@Conformance/setup.sh .build/reference
	@.build/reference/bin/python Conformance/record.py Tests/TraceTests/Conformance/Recorded
	@test -z "$$(git status --porcelain -- Tests/TraceTests/Conformance/Recorded)" || \
		{ git --no-pager diff --stat -- Tests/TraceTests/Conformance/Recorded; echo "What is recorded changed."; exit 1; }

conformance-random: tools ## Compares COUNT random workflows of SEED with the reference implementation (needs Python 3 and PyPI)
	@Conformance/setup.sh .build/reference
	@rm -rf .build/fresh
	@.build/reference/bin/python Conformance/record.py .build/fresh --random $(COUNT) --seed $(SEED)
	@TRACE_CONFORMANCE="$(CURDIR)/.build/fresh" SWIFT="$(SWIFT)" Scripts/test $(TEST_TIME) doesWhatTheReferenceDoesInFreshWorkflows

model-demo: tools ## Runs an example with a real, small language model on this machine, and records it (needs Python 3 and PyPI)
	@$(SWIFT) build --product tracescope
	@Scripts/model-demo

fuzz-screen: tools ## Does SCREEN_EVENTS random things on the screen, from SCREEN_SEED on, and compares what is shown with what should be
	@SCREEN_EVENTS=$(SCREEN_EVENTS) SCREEN_SEED=$(SCREEN_SEED) Scripts/test 86400 ScreenFuzzTests

fuzz: tools ## Runs workflows, values, commands and files made at random for FUZZ_SECONDS (needs Python 3)
	@$(SWIFT) build -c release --product tracescope
	@Scripts/fuzz --seconds $(FUZZ_SECONDS)

format: ## Formats the Swift code
	$(SWIFT) format -i -r --parallel Sources Tests Benchmarks Examples Package.swift

lint: ## Checks the format of the Swift code
	$(SWIFT) format lint --strict -r --parallel Sources Tests Benchmarks Examples Package.swift

manual: tools ## Makes the pages of the manual that are made from the code
	@SWIFT="$(SWIFT)" Scripts/make-manual

check: ## Does all that has to hold before a change goes in
	@.ci/run

clean: ## Removes what was built
	rm -rf .build
