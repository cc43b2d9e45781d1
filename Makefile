# The two commands a newcomer needs are `make demo` and `make test`; the rest is what they are made of.
.PHONY: all demo test unit contract openapi driver packages test-packages release debug bench fuzz docker clean help

all: release

help:
	@echo "make demo          build, start five services, register a migrating UE, draw the ladder (KEEP=1 leaves it running)"
	@echo "make test          everything that CI checks"
	@echo "make release       the binaries, in .build/release"
	@echo "make bench         HTTPKit and the services against other servers, one table of ratios (CASES=\"http1 chain\" for some of it)"
	@echo "make fuzz          every parser of outside bytes fuzzed for SECONDS=10 each (Fuzzing/README.md)"
	@echo "make docker        images and the two operators in containers (needs buildah and podman)"

packages:
	@scripts/packages.sh build

test-packages:
	@scripts/packages.sh test

release: packages
	@scripts/release.sh

debug: test-packages
	swift build --build-tests --explicit-target-dependency-import-check error

demo: release
	@scripts/demo.sh

test: openapi driver debug unit contract

unit: debug
	SWIFT_BACKTRACE=enable=no swift test --skip-build --no-parallel

# The outside contract, where the checks are beside the project.
contract: debug
	@scripts/contract.sh

openapi: test-packages
	python3 scripts/openapi.py check
	python3 scripts/openapi_golden.py

# The benchmark's control must not be one that a server may close.
driver:
	cd Benchmarks && python3 -m unittest driver.test_abuser

# Without a case named, all of them: about ten minutes, and as long again to build it the first time.
bench: packages
	@scripts/packages.sh bench
	cd Benchmarks && python3 -m driver $(CASES)

# Sanitised and instrumented, so a build of its own.
SECONDS ?= 10
fuzz: packages
	@SECONDS_EACH=$(SECONDS) Fuzzing/run

docker:
	docker/build-and-run.sh

clean:
	rm -rf .build
