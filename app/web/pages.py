"""The page at ``/``: a template, the built files beside it, and the policy that keeps it to its own host."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Scope

FOLDER = Path(__file__).resolve().parent
STATIC = FOLDER / "static"
ENTRY = "src/main.ts"

#: Nothing from another host, no inline script or style. MapLibre draws its buttons from ``data:`` images, reads its
#: own symbols as ``blob:`` and runs its worker from a file of ours.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

router = APIRouter(include_in_schema=False)
_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True)
class Assets:
    """Paths of the built files below ``/static/``, as Vite's manifest names them."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()

    @classmethod
    def built_in(cls, static: Path) -> Assets:
        """The files of the last build in ``static``; none where the front end has not been built."""
        manifest = static / ".vite" / "manifest.json"
        if not manifest.is_file():
            return cls()
        entry = json.loads(manifest.read_text(encoding="utf-8"))[ENTRY]
        return cls(scripts=(entry["file"],), styles=tuple(entry.get("css", ())))


@router.get("/", response_class=HTMLResponse)
def workbench(request: Request) -> HTMLResponse:
    """The map and the ranked table. Its figures come from the API, so the page itself never changes between builds."""
    assets = Assets.built_in(STATIC)
    name = "workbench.html" if assets.scripts else "unbuilt.html"
    html = _templates.get_template(name).render(root=request.scope.get("root_path", "").rstrip("/"), assets=assets)
    return HTMLResponse(
        html,
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


class _BuiltFiles(StaticFiles):
    """Files whose names hold their hash may be kept for ever; the others are asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = Path(path).parts[:1] == ("assets",)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def mount_static(app: FastAPI) -> None:
    """Serves the built files below ``/static``. Nothing built yet is no error: the page then says so."""
    app.mount("/static", _BuiltFiles(directory=STATIC, check_dir=False), name="static")
