"""The page about the data and the API, at ``/api``: no script, and examples that work on what is loaded."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.services.landing import landing
from app.web.pages import CONTENT_SECURITY_POLICY, FOLDER, PAGES, STATIC, Assets

router = APIRouter(include_in_schema=False)


def parts(address: str) -> list[str]:
    """An address in parts between which it may be broken where a line ends."""
    return [part for part in re.split(r"(?=[/?&])", address) if part]


_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_templates.filters["parts"] = parts


@router.get("/api", response_class=HTMLResponse)
def about_the_api(request: Request) -> HTMLResponse:
    """Answers with the page, the examples below the address that the reader has used, or the one that is set."""
    assets = Assets.built_in(STATIC, "start")
    configured: str = request.app.state.settings.public_url
    html = _templates.get_template("api.html").render(
        root=request.scope.get("root_path", "").rstrip("/"),
        assets=Assets(styles=assets.styles),
        navigation=PAGES,
        current="api",
        service=(configured or str(request.base_url)).rstrip("/"),
        said=landing(request.app.state.work),
    )
    return HTMLResponse(
        html,
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
