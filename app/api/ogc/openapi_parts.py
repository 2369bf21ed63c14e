"""What descriptions of addresses in OpenAPI 3.0.3 are put together from."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

PAGE = "text/html"


def operation(
    name: str,
    summary: str,
    parameters: list[str],
    media: dict[str, str],
    *,
    missing: bool = False,
    form: str | None = "f",
    page: bool = True,
    tag: str = "description",
    more: Document | None = None,
) -> Document:
    """An address. ``media`` names the schema of each type it answers in but for a ``page``, ``form`` its parameter f.

    ``more`` are answers besides, by status.
    """
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for kind, schema in media.items()}
    responses: Document = {
        "200": {
            "description": summary,
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {**content, **({PAGE: {"schema": {"type": "string"}}} if page else {})},
        },
        "304": {"description": "The client has it already (If-None-Match)"},
        "400": {"$ref": "#/components/responses/badRequest"},
        "401": {"$ref": "#/components/responses/unknownKey"},
        **({"404": {"$ref": "#/components/responses/notFound"}} if missing else {}),
        "503": {"$ref": "#/components/responses/unavailable"},
        **(more or {}),
    }
    named = [*parameters, *([form] if form else []), "token"]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [tag],
            "parameters": [{"$ref": f"#/components/parameters/{known}"} for known in named],
            "responses": responses,
        }
    }


def path_parameter(name: str, description: str, schema: Document) -> Document:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def query_parameter(name: str, description: str, schema: Document) -> Document:
    form = {"style": "form", "explode": False}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **form}
