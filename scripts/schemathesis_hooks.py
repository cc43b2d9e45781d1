"""What schemathesis does not know of our interface: how to make conditions, and which refusals are right although no document can say when.

A JSON schema describes one member at a time and knows neither the clock nor the records that are there. Each entry of LAWFUL names such a rule by the
answer that it leads to, so that any other refusal of a request that the document allows is still a finding.
"""
import itertools
import json
import re
import urllib.parse

import schemathesis
from hypothesis import strategies
from schemathesis.core import NOT_SET
from schemathesis.core.failures import AcceptedNegativeData, ServerError
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

# Conditions, as IfMatch and IfNoneMatch of openapi/common.yaml have them. Of a pattern alone schemathesis makes no header field with a quote in it.
schemathesis.openapi.format("entity-tags", strategies.from_regex(r'([*]|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*"){0,15})', fullmatch=True))

# One request with content in so many keeps its conditions.
CONDITIONAL_ONE_OF = 5
with_content = itertools.count(1)


def names_address(case):
    """Whether a URI in the body has an IPv6 address, of which the pattern tells the characters alone, or a parameter twice."""
    if not isinstance(case.body, dict):
        return False
    uris = [*(case.body.get("apiRoots") or []), case.body.get("contact") or ""]
    parameters = [parameter.partition("=")[0].lower() for parameter in uris[-1].split(";")[1:]]
    return any("[" in uri for uri in uris) or len(set(parameters)) < len(parameters)


# Status, `/member reason` of what is refused, which requests, and why. Of requests that the document allows.
LAWFUL = (
    (412, r"", None, "a condition judges the record that is there (RFC 9110 §13.2.2)"),
    (400, r"/notAfter is before notBefore", None, "two members are compared, perhaps with those of the record"),
    (400, r"/(impus|publicIdentities|certificateNames) names (a name|an identity) twice", None, "two spellings of one identity are different texts"),
    (400, r"/k is missing: a new subscriber needs k and opc, or k and op", None, "it depends on whether the subscriber is there"),
    (400, r".* a number with too many digits", None, "an implementation may set limits on the range and precision of numbers (RFC 8259 §9)"),
    (400, r"/(apiRoots/[0-9]+ is neither .*|contact is not a URI)", names_address, "no short pattern describes these"),
)


def faults(response):
    try:
        problem = json.loads(response.content)
    except ValueError:
        return []
    return [f"{invalid['param']} {invalid['reason']}" for invalid in problem.get("invalidParams", [])] if isinstance(problem, dict) else []


def is_lawful_refusal(case, response):
    for status, pattern, concerns, _ in LAWFUL:
        if response.status_code == status and (concerns is None or concerns(case)):
            if not pattern or faults(response) and all(re.fullmatch(pattern, fault) for fault in faults(response)):
                return True
    return False


def has_wrong(case, location):
    component = case.meta.components.get(location) if case.meta else None
    return component is not None and component.mode.is_negative


def is_sent_as_made(case):
    """Whether the path has the parameters as they were made: what looks like an encoded character in them, schemathesis decodes."""
    sent = {name: urllib.parse.unquote(str(value)) for name, value in (case.path_parameters or {}).items()}
    return case.operation.path_parameters.get_strict_validator().is_valid(sent)


def has_no_time_left(case):
    """Whether the caller says that it waits so shortly that 504 is the answer it asks for (TS 29.500 §5.2.3.2.5)."""
    text = str(case.headers.get("3gpp-Sbi-Max-Rsp-Time", ""))
    return re.fullmatch("[0-9]{1,5}", text) is not None and int(text) < 1000


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leaves the conditions out of most requests with content: they hardly ever hold, and content that is not looked at is not tried."""
    is_of_fields = case.meta is not None and case.meta.phase.data.parameter_location == ParameterLocation.HEADER
    if case.body is NOT_SET or is_of_fields or has_wrong(case, ParameterLocation.HEADER) or next(with_content) % CONDITIONAL_ONE_OF == 0:
        return
    for name in ("If-Match", "If-None-Match"):
        case.headers.pop(name, None)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Returns whether the failure counts."""
    if isinstance(failure, RejectedPositiveData):
        return is_sent_as_made(case) and not is_lawful_refusal(case, response)
    if isinstance(failure, AcceptedNegativeData):
        # A condition comes before the content: 412 says nothing of the content (RFC 9110 §13.2.1). Of wrong conditions it would be the wrong answer.
        is_content = has_wrong(case, ParameterLocation.BODY) and not has_wrong(case, ParameterLocation.HEADER)
        return not (response.status_code == 412 and is_content)
    if isinstance(failure, ServerError):
        return not (response.status_code == 504 and has_no_time_left(case))
    return True
