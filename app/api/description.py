"""The interface in OpenAPI as it really answers: problems as RFC 9457 has them, and every form an address offers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.api.formats import MEDIA, Format
from app.api.problems import MEDIA_TYPE

Document = dict[str, Any]

SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457: what is wrong, why, and what to do about it.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The sort of problem, explained there"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Why"},
        "remedy": {"type": "string", "description": "What to do"},
        "file": {"type": "string", "description": "Which file, for what was sent"},
        "findings": {
            "type": "array",
            "items": {"type": "object"},
            "description": "What is wrong with a file, row by row and field by field",
        },
    },
}
LEFT_BEHIND = ("HTTPValidationError", "ValidationError")
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def install(app: FastAPI) -> None:
    """Have ``app`` describe itself so."""
    plain = app.openapi

    def described() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(plain())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend its document


def _completed(document: Document) -> Document:
    problem: Document = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in LEFT_BEHIND:
        schemas.pop(name, None)
    schemas["Problem"] = SCHEMA
    for ways in document["paths"].values():
        for method, operation in ways.items():
            if method not in METHODS:
                continue
            responses = operation["responses"]
            for status, response in responses.items():
                if status >= "400":
                    response["content"] = problem
            if operation.get("security"):
                responses.setdefault("401", {"description": "A key is needed, or is not known", "content": problem})
            responses["default"] = {"description": "A problem: what is wrong, and what to do", "content": problem}
            if MEDIA[Format.JSON] in responses.get("200", {}).get("content", {}) and any(
                p["name"] == "f" and p["in"] == "query" for p in operation.get("parameters", ())
            ):
                _say_forms(responses.get("200"))
    return document


def _say_forms(response: Document | None) -> None:
    """JSON as described, and the same as a table or, at some addresses, on a map."""
    if response is None:
        return
    content = response.setdefault("content", {})
    content.setdefault(MEDIA[Format.CSV], {"schema": {"type": "string"}})
    content.setdefault(MEDIA[Format.GEOJSON], {"schema": {"type": "object"}})
