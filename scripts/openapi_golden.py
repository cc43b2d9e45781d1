#!/usr/bin/env python3
"""Validates the golden wire files against 3GPP's own OpenAPI document of Nhss_imsUEAU (TS 29.562 Annex A.3).

    validate_golden.py [--openapi BUNDLED.json] [FOLDER or FILE ...]

The document is third-party text and no part of the project. It is looked for under --openapi, then $MC_SHARED, then ../shared beside
the package; where it is absent this says so and succeeds. A file's name says its schema: request*, result*, problem*.
"""
import argparse
import json
import os
import pathlib
import sys

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
BUNDLED = "spec/openapi/nhss-ims-ueau.rel18.bundled.json"
SCHEMAS = {"request": "SipAuthenticationInfoRequest", "result": "SipAuthenticationInfoResult", "problem": "ProblemDetails"}


def refuse_duplicates(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member is there twice")
    return dict(pairs)


def schema_name(document, wanted):
    """The bundled document may prefix the names of common types with their specification."""
    names = [name for name in document["components"]["schemas"] if name == wanted or name.endswith("_" + wanted)]
    if len(names) != 1:
        sys.exit(f"the OpenAPI document has {len(names)} schemas named {wanted}")
    return names[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = pathlib.Path(os.environ.get("MC_SHARED", PACKAGE.parent / "shared"))
    parser.add_argument("--openapi", type=pathlib.Path, default=shared / BUNDLED)
    parser.add_argument("paths", nargs="*", type=pathlib.Path, default=[PACKAGE / "Tests/Library/NhssHTTP/Golden"])
    arguments = parser.parse_args()
    if not arguments.openapi.is_file():
        print(f"SKIPPED: {arguments.openapi} is absent (set MC_SHARED or --openapi)")
        return
    try:
        import jsonschema
    except ImportError:
        print("SKIPPED: Python has no jsonschema (apt install python3-jsonschema)")
        return
    document = json.loads(arguments.openapi.read_text())
    files = [file for path in arguments.paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    if not files:
        sys.exit("no golden files found")
    failures = 0
    for file in files:
        kind = file.name.split("-")[0].split(".")[0]
        if kind not in SCHEMAS:
            sys.exit(f"{file.name}: a golden file is called request*, result* or problem*")
        schema = {"$ref": "#/components/schemas/" + schema_name(document, SCHEMAS[kind]), "components": document["components"]}
        try:
            value = json.loads(file.read_text(), object_pairs_hook=refuse_duplicates)
            errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in jsonschema.Draft4Validator(schema).iter_errors(value)]
        except ValueError as error:
            errors = [str(error)]
        failures += bool(errors)
        print(f"{'FAILED' if errors else 'ok'} {file.name}" + "".join(f"\n    {error}" for error in errors))
    if failures:
        sys.exit(f"{failures} of {len(files)} golden files do not match the standard")
    print(f"{len(files)} golden files match {SCHEMAS['request']}, {SCHEMAS['result']} and {SCHEMAS['problem']}")


main()
