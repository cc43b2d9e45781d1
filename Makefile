# The two commands a newcomer needs are `make demo` and `make test`; the rest is what they are made of.
.PHONY: all demo programs test house unit contract openapi schemathesis driver packages test-packages release debug bench fuzz docker moved clean help

all: release

help:
	@echo "make demo          build, start five services, register a migrating UE, draw the ladder (KEEP=1 leaves it running)"
	@echo "make test          everything that CI checks"
	@echo "make house         the rules of the house alone, in seconds (scripts/house.py)"
	@echo "make schemathesis  the interface documents tried on running services (SERVICES=\"authdb primary-mms\" for some of them, KEEP=1, SEED=7)"
	@echo "make release       the binaries as they are shipped, in .build/release"
	@echo "make bench         HTTPKit and the services against other servers, one table of ratios (CASES=\"http1 chain\" for some of it)"
	@echo "make fuzz          every parser of outside bytes fuzzed for SECONDS=10 each (Fuzzing/README.md)"
	@echo "make docker        images and the two operators in containers (needs buildah and podman)"
	@echo "make clean         removes what was built"

packages:
	@scripts/packages.sh build

test-packages:
	@scripts/packages.sh test

# A folder that was copied or moved is built anew.
moved:
	@scripts/moved.sh

release: packages moved
	@scripts/release.sh

# The demonstration runs the debug build, which the tests share: what is shipped takes several times as long to build.
programs: packages moved
	swift build

debug: test-packages moved
	swift build --build-tests --explicit-target-dependency-import-check error

demo: programs
	@scripts/demo.sh

test: house openapi driver debug unit contract schemathesis

# The checks are tested first: one that finds nothing any more would go unnoticed.
house:
	@cd scripts && python3 -B -m unittest discover -q -s house/tests -t .
	@scripts/house.py

unit: debug
	SWIFT_BACKTRACE=enable=no swift test --skip-build --no-parallel

# The outside contract, where the checks are beside the project.
contract: debug
	@scripts/contract.sh

openapi: test-packages
	python3 scripts/openapi.py check
	python3 scripts/openapi_golden.py

# The interface documents, tried on running services with valid and invalid requests: docs/CHANGING.md. Two minutes.
schemathesis: debug
	@scripts/schemathesis.sh $(SERVICES)

# The benchmark's control must not be one that a server may close.
driver:
	cd Benchmarks && python3 -m unittest driver.test_abuser

# Without a case named, all of them: about ten minutes, and as long again to build it the first time.
bench: packages moved
	@scripts/packages.sh bench
	cd Benchmarks && python3 -m driver $(CASES)

# Sanitised and instrumented, so a build of its own.
SECONDS ?= 10
fuzz: packages moved
	@SECONDS_EACH=$(SECONDS) Fuzzing/run

docker:
	docker/build-and-run.sh

clean:
	rm -rf .build .build-static Fuzzing/.build Benchmarks/.build Benchmarks/Baselines/.build
