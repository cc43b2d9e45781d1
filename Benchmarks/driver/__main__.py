"""usage: python3 -m driver [--build-only | --no-build] [CASE...]      (in Benchmarks/)

Cases: http1 http1-unpinned http2 abuse chain durable durable-chain milenage idle start; all of them if none is named.
ROUNDS (5) and SECONDS_PER_ROUND (3) say how long each row is loaded, MC_BIN where the services are. Writes results.json.
"""
import os, signal, sys

from . import abuse, builds, cases, durable, resources, table

GROUPS = {
    "http1": cases.http1, "http1-unpinned": cases.http1_unpinned, "http2": cases.http2, "abuse": abuse.abuse, "chain": cases.chain, "durable": durable.durable,
    "durable-chain": durable.durable_chain}
FIGURES = {"milenage": resources.milenage, "idle": resources.idle, "start": resources.start}


def main(arguments):
    chosen = {argument for argument in arguments if not argument.startswith("-")} or {*GROUPS, *FIGURES}
    if unknown := chosen - {*GROUPS, *FIGURES} | {flag for flag in arguments if flag.startswith("-")} - {"--build-only", "--no-build"}:
        sys.exit(f"not known: {' '.join(sorted(unknown))}\n{__doc__}")
    # Ended from outside, we still end the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if "--no-build" not in arguments:
        builds.build_all(chosen)
    if "--build-only" in arguments:
        return
    groups = {case: run() for case, run in GROUPS.items() if case in chosen}
    figures, skipped = {}, {}
    for case, run in FIGURES.items():
        if case in chosen:
            values, reasons = run()
            figures |= values
            skipped |= reasons
    print(table.printed(groups, figures, skipped, chosen))
    table.save(os.path.join(builds.HERE, "results.json"), groups, figures, skipped, chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
