"""Pages for people under ``/ogc``: plain, without scripts, nothing from another host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.api.ogc.answering import address, base

FOLDER = Path(__file__).resolve().parent / "templates"
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}

_templates = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(template: str, request: Request, **said: Any) -> str:
    """A page as text."""

    def at(*path: str) -> str:
        return address(request, *path, f="html")

    return _templates.get_template(template).render(at=at, style=f"{base(request)}/style.css", **said)
