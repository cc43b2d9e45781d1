"""What must hold for an interface document beyond its being JSON. Every function yields one line a fault."""
import json
import re

import jsonschema

import openapi_bundle

try:  # knows the whole of OpenAPI 3.1, but Debian does not have it: used where it is there
    from openapi_spec_validator import OpenAPIV31SpecValidator
except ImportError:
    OpenAPIV31SpecValidator = None

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
LISTENERS = ("signalling", "admin")
OPERATION_ENDPOINTS = ("/livez", "/readyz", "/healthz", "/metrics", "/version", "/openapi.json", "/admin/v1/flow-events")
EVERYWHERE = ("400", "405", "408", "413", "414", "417", "431", "500", "501", "503", "505")

# Our schema and the standard's, by the section of nhss-samples.yaml.
STANDARD_SCHEMAS = {"request": "SipAuthenticationInfoRequest", "result": "SipAuthenticationInfoResult", "vector": "3GAkaAv"}


def faults(document):
    dangling = list(dangling_references(document))
    if dangling:  # nothing below can be judged
        return dangling
    found = [*structure_faults(document), *operation_faults(document), *path_faults(document)]
    for path, method, operation in operations(document):
        where = f"{method.upper()} {path}"
        found += status_faults(where, operation)
        found += [f"{where}: {fault}" for fault in example_faults(document, path, operation)]
        found += [f"{where}: {fault}" for fault in round_trip_faults(document, path, method, operation)]
    return found


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def nodes(value, where="#"):
    yield where, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from nodes(child, f"{where}/{key}")


def dangling_references(document):
    for where, node in nodes(document):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str):
            continue
        try:
            openapi_bundle.at(document, reference)
        except (KeyError, IndexError, TypeError, ValueError):
            yield f"{where}: {reference} does not exist"


def structure_faults(document):
    for where, node in nodes(document):
        if node is None and not re.search(r"/enum/[0-9]+$", where):  # as an unquoted comma in a YAML flow mapping makes it
            yield f"{where} has no value"
    if OpenAPIV31SpecValidator is None:
        return
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"OpenAPI 3.1: {error.message[:200]}"


def operation_faults(document):
    seen = {}
    for path, method, operation in operations(document):
        where = f"{method.upper()} {path}"
        identity = operation.get("operationId")
        if not identity:
            yield f"{where}: there is no operationId"
        elif identity in seen:
            yield f"{where}: the operationId {identity} is also that of {seen[identity]}"
        seen[identity] = where
    for endpoint in OPERATION_ENDPOINTS:
        if endpoint not in document["paths"]:
            yield f"{endpoint} is missing"


def path_faults(document):
    for path, item in document["paths"].items():
        listener = item.get("x-listener")
        if listener not in LISTENERS:
            yield f"{path}: x-listener is {listener}"
        if [server.get("x-listener") for server in item.get("servers", document["servers"])] != [listener]:
            yield f"{path}: its servers are not those of the {listener} listener"
        for method in METHODS:
            parameters = merged_parameters(document, item, item.get(method, {}))
            named = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
            if method in item and named != set(re.findall(r"{(\w+)}", path)):
                yield f"{path}: {method} describes the path parameters {sorted(named)}"


def status_faults(where, operation):
    expected = set(EVERYWHERE) | ({"415"} if "requestBody" in operation else set())
    for status in sorted(expected - set(operation["responses"])):
        yield f"{where}: {status} is not documented"


def resolve(document, value):
    return openapi_bundle.at(document, value["$ref"]) if "$ref" in value else value


def merged_parameters(document, item, operation):
    return [resolve(document, parameter) for parameter in item.get("parameters", []) + operation.get("parameters", [])]


def schema_error(document, schema, value):
    """Why `value` is not what `schema` says; None if it is. Local references resolve because the components come along."""
    whole = {"allOf": [schema], "components": document["components"]}
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(whole).iter_errors(value))
    return error and f"{error.json_path}: {error.message}"


def examples(document, media_type):
    if "example" in media_type:
        yield "example", media_type["example"]
    for name, example in media_type.get("examples", {}).items():
        yield name, resolve(document, example)["value"]


def described(document, path, operation):
    """Everything of an operation that must have an example: where it is, and the object with `schema` and examples."""
    for parameter in merged_parameters(document, document["paths"][path], operation):
        yield f"parameter {parameter['name']}", parameter
    for name, media_type in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {name}", media_type
    for status, response in operation["responses"].items():
        response = resolve(document, response)
        for name, header in response.get("headers", {}).items():
            yield f"{status} header {name}", resolve(document, header)
        for name, media_type in response.get("content", {}).items():
            yield f"{status} {name}", media_type


def example_faults(document, path, operation):
    for where, media_type in described(document, path, operation):
        found = list(examples(document, media_type))
        if not found:
            yield f"{where}: there is no example"
        for name, value in found:
            error = schema_error(document, media_type["schema"], value)
            if error:
                yield f"{where}: {name}: {error}"
            if "problem+json" in where and str(value.get("status")) != where.split()[0]:
                yield f"{where}: {name}: its status is {value.get('status')}"


def round_trip_faults(document, path, method, operation):
    """What a GET returns can be PUT back."""
    put = document["paths"][path].get("put")
    if method != "get" or put is None:
        return
    schema = put["requestBody"]["content"]["application/json"]["schema"]
    for name, value in examples(document, operation["responses"]["200"]["content"]["application/json"]):
        error = schema_error(document, schema, value)
        if error:
            yield f"{name} cannot be PUT back: {error}"


def standard_faults(document, standard_file, samples_file):
    """Messages that ours and the standard's schemas judge otherwise than the table says. The standard's are compared where the file is there."""
    standard = json.loads(standard_file.read_text(encoding="utf-8")) if standard_file.exists() else None
    for section, samples in openapi_bundle.load(samples_file).items():
        for sample in samples:
            ours = sample["ours"] if "ours" in sample else sample["valid"]
            yield from verdict_faults(document, our_schema(document, section), ours, f"our {section}", sample)
            if standard:
                reference = {"$ref": f"#/components/schemas/{STANDARD_SCHEMAS[section]}"}
                expected = sample["standard"] if "standard" in sample else sample["valid"]
                yield from verdict_faults(standard, reference, expected, f"the standard's {section}", sample)


def our_schema(document, section):
    """As the operation has it, so that a service which adds a member is judged with it."""
    post = next(item["post"] for path, item in document["paths"].items() if path.endswith("/generate-sip-auth-data"))
    if section == "request":
        return post["requestBody"]["content"]["application/json"]["schema"]
    if section == "result":
        return post["responses"]["200"]["content"]["application/json"]["schema"]
    return {"$ref": f"#/components/schemas/{STANDARD_SCHEMAS[section]}"}


def verdict_faults(document, schema, valid, whose, sample):
    error = schema_error(document, schema, sample["value"])
    if (error is None) != valid:
        yield f"{whose} schema {'refuses' if valid else 'accepts'} {sample['name']}" + (f": {error}" if error else "")
