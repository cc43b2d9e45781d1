"""What `swift format lint` finds, with the rules of .swift-format."""
import re
import subprocess

from .tree import Finding

REPORTED = re.compile(r"^(.+?):(\d+):(?:\d+:)? (?:error|warning): (.*)$")


class Lint:
    """Started before the other checks, because it takes as long as all of them together."""

    def __init__(self, tree):
        self.process = subprocess.Popen(
            ["swift", "format", "lint", "--strict", "--parallel", *tree.swift_files], cwd=tree.root, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def findings(self):
        output, _ = self.process.communicate()
        found = list(read(output))
        if self.process.returncode and not found:
            found.append(Finding(".swift-format", 1, f"swift format ended with {self.process.returncode}: {output.strip()[:300]}"))
        return found


def read(output):
    for line in output.split("\n"):
        if match := REPORTED.match(line):
            yield Finding(match.group(1), int(match.group(2)), f"{match.group(3)}; `swift format --in-place` mends most of this")


def check(tree):
    return Lint(tree).findings()
