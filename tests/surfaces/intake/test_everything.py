"""The whole description of the interface, asked for what nobody thought of: no input may be an error of ours.

Every answer must be one that the description names, in the shape that it names. SHOUWANG_API_EXAMPLES sets how many
examples each operation gets.
"""

import json
import os
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from shouwang.client import request_headers
from tests.surfaces.intake.speaking import API, HOST, System, now
from tests.surfaces.intake.test_doors import OPERATIONS

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("SHOUWANG_API_EXAMPLES", "20"))
OWN_HEADERS = {"signature", "signature-input", "content-digest", "shouwang-signature", "content-length", "content-type"}
LABELS = sorted(f"{method} {API}{path.replace('{int:', '{')}" for method, path in OPERATIONS)


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    from shouwang.surfaces.intake.pages import description

    return json.loads(json.dumps(description()))


@pytest.fixture
def asking(system: Any) -> System:
    """A system that may do everything, often."""
    often = {"per_minute": 900_000, "per_day": 900_000}
    return system("everything", feeds=["medical_settlements"], **often)


def test_every_operation_of_the_description_is_asked(document: dict[str, Any]) -> None:
    described = {f"{method.upper()} {path}" for path, one in document["paths"].items() for method in one}

    assert described == set(LABELS)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_input_is_an_error_of_ours(
    label: str, mode: GenerationMode, document: dict[str, Any], asking: System
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    operation = next(one.ok() for one in schema.get_all_operations() if one.ok().label == label)

    @given(case=operation.as_strategy(generation_mode=mode), signed=st.integers(0, 9).map(bool))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: Any, signed: bool) -> None:
        answer = send(asking, case, signed=signed)

        assert answer.status_code < 500, answer.content.decode()
        assert_as_described(answer, operation, document)

    try:
        asked()
    except Exception as wrong:
        # An operation without parameters has no wrong input.
        if type(wrong).__name__ not in {"Unsatisfiable", "InvalidArgument"} or mode is GenerationMode.POSITIVE:
            raise


def send(asking: System, case: Any, *, signed: bool) -> Any:
    """The request of a case; mostly under a signature that holds, so that the operation itself is reached."""
    path = quote(str(case.formatted_path), safe="/%", errors="replace")
    query = urlencode(
        {name: value for name, value in dict(case.query or {}).items() if value is not None},
        doseq=True,
        errors="replace",
    )
    body = body_of(case)
    headers = {
        name: one_line(value) for name, value in dict(case.headers or {}).items() if name.lower() not in OWN_HEADERS
    }
    if signed and path == f"{API}/deliveries" and case.method.upper() == "POST":
        headers |= asking.signed(body)
    elif signed:
        headers |= request_headers(
            asking.key,
            method=case.method.upper(),
            authority=HOST,
            path=path,
            query=query,
            body=body,
            at=now(),
        )
    return asking.client.generic(
        case.method.upper(), f"{path}?{query}" if query else path, body, content_type=kind_of(case), headers=headers
    )


def body_of(case: Any) -> bytes:
    if isinstance(case.body, bytes):
        return case.body
    if isinstance(case.body, dict | list | str | int | float | bool) or case.body is None:
        return json.dumps(case.body).encode()
    return b""


def kind_of(case: Any) -> str:
    return case.media_type or "application/json"


def one_line(value: Any) -> str:
    return "".join(sign for sign in str(value) if sign.isprintable()).encode("latin-1", "replace").decode("latin-1")


def assert_as_described(answer: Any, operation: Any, document: dict[str, Any]) -> None:
    described = document["paths"][operation.path][operation.method]["responses"]
    if answer.status_code in (404, 405) and not answer.content:
        return
    assert str(answer.status_code) in described or answer.status_code in (404, 405), answer.content.decode()
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        shape: dict[str, Any] = {"$ref": "#/components/schemas/ProblemDetails"}
    elif answer["Content-Type"] == "application/json":
        shape = described[str(answer.status_code)]["content"]["application/json"]["schema"]
    else:
        return
    jsonschema_rs.validator_for({**shape, "components": document["components"]}).validate(answer.json())
