"""The described interfaces hold under anything that may be sent: no failure of ours, nothing that is not described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def operations(client: TestClient, address: str) -> list[Any]:
    schema = schemathesis.openapi.from_asgi(address, client.app)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.filterwarnings("ignore")
def test_the_collections_hold_to_their_description(reading: TestClient) -> None:
    found = operations(reading, "/ogc/api")
    assert len(found) == 16  # the description itself is not asked for again
    for operation in found:

        @BOUNDED
        @given(case=operation.as_strategy())
        def hold(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        hold()
