#!/usr/bin/env python3
"""Embeds the interface documents of openapi/ into the services, and checks them.

    scripts/openapi.py embed    writes Sources/<Target>/OpenAPI.generated.swift
    scripts/openapi.py check    fails on anything stale, dangling, repeated or untrue

Needs python3-yaml and, for `check`, python3-jsonschema.
"""
import json
import pathlib
import sys

import openapi_bundle
import openapi_check

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = {"authdb": "AuthDB", "primary-mms": "PrimaryMMS", "partner-mms": "PartnerMMS", "sip-core-stub": "SipCoreStub"}

SWIFT = """\
// Generated from openapi/{name}.yaml and openapi/common.yaml by scripts/openapi.py embed. Do not edit.
// swift-format-ignore-file

/// What the service answers at /openapi.json.
enum OpenAPIDocument {{
    static let json = #\"\"\"
        {json}
        \"\"\"#
}}
"""


def swift_file(name):
    return ROOT / "Sources" / TARGETS[name] / "OpenAPI.generated.swift"


def swift_text(name, document):
    """Escaped to ASCII, so that neither an editor nor a compiler sees anything but plain characters. JSON cannot hold three quotes in a row."""
    minified = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return SWIFT.format(name=name, json=minified)


def embed(documents):
    for name, document in documents.items():
        file = swift_file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(swift_text(name, document), encoding="ascii")
        print(f"wrote {file.relative_to(ROOT)}")
    return 0


def stale_files(documents):
    for name, document in documents.items():
        file = swift_file(name)
        if not file.exists() or file.read_text(encoding="utf-8") != swift_text(name, document):
            yield f"{file.relative_to(ROOT)} is stale: run scripts/openapi.py embed"


def check(documents):
    faults = list(stale_files(documents))
    for name, document in documents.items():
        faults += [f"{name}: {fault}" for fault in openapi_check.faults(document)]
    standard = ROOT.parent / "shared/spec/openapi/nhss-ims-ueau.rel18.bundled.json"
    for name, document in documents.items():
        faults += [f"{name}: {fault}" for fault in openapi_check.standard_faults(document, standard, ROOT / "openapi/nhss-samples.yaml")]
    if openapi_check.OpenAPIV31SpecValidator is None:
        print("skipped: validation against OpenAPI 3.1 as a whole (pip install openapi-spec-validator)")
    if not standard.exists():
        print(f"skipped: comparison with the standard's document, which is not at {standard}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(documents)} documents, {len(faults)} faults")
    return 1 if faults else 0


def main(arguments):
    commands = {"embed": embed, "check": check}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        documents = {name: openapi_bundle.bundle(ROOT / "openapi" / f"{name}.yaml") for name in TARGETS}
    except openapi_bundle.DocumentError as error:
        print(error, file=sys.stderr)
        return 1
    return commands[arguments[0]](documents)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
