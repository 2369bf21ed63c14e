"""The interface under /api/v1 holds to its description under anything that may be sent, on both databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
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

from app.ingest.source import Source
from app.services.loading import LoadRequest
from tests.databases import BOTH
from tests.loaded import Service, service

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=int(os.environ.get("COTERMINOUS_EXAMPLES", "4")),
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", params=BOTH)
def served(
    request: pytest.FixtureRequest, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service that may be written to."""
    requests = [LoadRequest(Source.of(path)) for path in sample_files]
    with service(request, tmp_path_factory.mktemp("contract"), requests) as client:
        yield client


@pytest.mark.filterwarnings("ignore")
def test_whatever_is_asked_is_answered_as_described(served: Service) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", served.app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        asked += 1

        @BOUNDED
        @given(case=operation.as_strategy())
        def hold(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, headers=served.key)

        hold()
    assert asked > 60
