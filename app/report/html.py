"""A paper as one HTML file that needs no other: its style stands in it, its maps are pictures inside it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.report.blocks import Paper, Picture, Points

_FOLDER = Path(__file__).resolve().parent / "templates"
_STYLE = (_FOLDER / "paper.css").read_text(encoding="utf-8")
_templates = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)

_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: Its own style and its own pictures; no script, no other host. Our own page may show it in a frame.
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def write(paper: Paper) -> str:
    """The paper as HTML, the same to the byte for the same paper."""
    return _templates.get_template("paper.html").render(
        paper=paper,
        style=_STYLE,
        drawn=_drawn,
        points=_points,
    )


def _drawn(picture: Picture) -> str:
    return base64.b64encode(picture.draw("svg")).decode()


def _points(points: Points) -> tuple[str, ...]:
    return points.items
