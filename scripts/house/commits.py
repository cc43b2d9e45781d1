"""The commits that docs/CHANGING.md gives as examples: they are in this history, and are called what the document calls them.

Without a history (an archive, a shallow clone) there is nothing to look at.
"""
import re
import subprocess

from .tree import Finding

DOCUMENT = "docs/CHANGING.md"
COMMIT = re.compile(r"`([0-9a-f]{7,40})` (.*)")


def check(tree):
    if not tree.exists(DOCUMENT):
        yield Finding(DOCUMENT, 1, "this document is missing")
        return
    if _git(tree, "rev-parse", "--is-shallow-repository") != "false":
        return
    for number, line in enumerate(tree.lines(DOCUMENT), 1):
        for hash, text in COMMIT.findall(line):
            subject = _git(tree, "log", "-1", "--format=%s", hash, "--")
            if subject is None or _git(tree, "merge-base", "--is-ancestor", hash, "HEAD") is None:
                yield Finding(DOCUMENT, number, f"commit {hash} is not in this history: give another example")
            elif not text.startswith(subject):
                yield Finding(DOCUMENT, number, f"commit {hash} is called \"{subject}\": write that after it")


def _git(tree, *arguments):
    done = subprocess.run(["git", *arguments], cwd=tree.root, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None
