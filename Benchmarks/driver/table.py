"""The one table, and the same figures as JSON."""
import json

from .rounds import ROUNDS, SECONDS
from .targets import TARGETS

NAME, COLUMNS = 56, (("perSecond", "per second", 12, 0), ("cpuMicroseconds", "CPU us", 10, 2), ("p50", "p50 ms", 9, 2), ("p99", "p99 ms", 9, 2))
RELATIVE = 11


def group_lines(group):
    """Ratios are those to the group's first measured row."""
    medians = group.medians()
    first = next(iter(medians), None)
    yield ""
    yield group.title
    yield " " * NAME + "".join(f"{title:>{width}}" for _, title, width, _ in COLUMNS) + f"{'rate x':>{RELATIVE}}{'CPU x':>{RELATIVE}}"
    for name, row in medians.items():
        line = f"  {name:{NAME - 2}}" + "".join(f"{row[key]:{width}.{digits}f}" for key, _, width, digits in COLUMNS)
        for key in ("perSecond", "cpuMicroseconds"):
            line += f"{group.ratio(name, first, key)[0]:{RELATIVE}.2f}"
        yield line
    for name, reason in group.skipped.items():
        yield f"  {name:{NAME - 2}}   skipped: {reason}"


def figure_lines(figures, skipped):
    if figures or skipped:
        yield ""
        yield "without load"
    for name, value in figures.items():
        yield f"  {name:{NAME - 2}}{value:12.1f}"
    for name, reason in skipped.items():
        yield f"  {name:{NAME - 2}}   skipped: {reason}"


def judged(groups, figures, cases):
    for target in TARGETS:
        if target.case not in cases:
            continue
        value = target.value(groups, figures)
        yield target, value, None if value is None else target.is_met(value)


def target_lines(groups, figures, cases):
    yield ""
    yield f"{'target':{NAME}}{'bound':>12}{'measured':>12}  (rounds)"
    for target, value, met in judged(groups, figures, cases):
        line = f"  {target.text:{NAME - 2}}{target.sense + f' {target.bound:g}' + target.unit:>12}"
        if value is None:
            yield line + "  not measured"
            continue
        spread = f"  ({value[1]:.2f} to {value[2]:.2f})" if len(value) == 3 else ""
        yield line + f"{f'{value[0]:.2f}{target.unit}':>12}  {'met' if met else 'MISSED':6}{spread}"


def printed(groups, figures, skipped, cases):
    lines = [f"median of {ROUNDS} interleaved rounds of {SECONDS} s; CPU is user + system of the servers, per request; x is against the first row"]
    for group in groups.values():
        lines += group_lines(group)
    lines += figure_lines(figures, skipped)
    lines += target_lines(groups, figures, cases)
    return "\n".join(lines)


def save(path, groups, figures, skipped, cases):
    document = {
        "rounds": ROUNDS, "secondsPerRound": SECONDS,
        "groups": {
            case: {"title": group.title, "medians": group.medians(), "rounds": group.rounds, "skipped": group.skipped}
            for case, group in groups.items()},
        "figures": figures, "skipped": skipped,
        "targets": [
            {"target": target.text, "sense": target.sense, "bound": target.bound, "value": None if value is None else value[0], "met": met}
            for target, value, met in judged(groups, figures, cases)]}
    with open(path, "w") as file:
        json.dump(document, file, indent=1)
