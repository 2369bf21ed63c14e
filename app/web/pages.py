"""The pages: a template and a built script each, one navigation, and the policy that keeps them to their own host.

A page is a line in ``PAGES``, ``templates/NAME.html`` (extending ``base.html``) and ``src/NAME/main.ts``, whose first
import is ``../shared/frame``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Scope

FOLDER = Path(__file__).resolve().parent
STATIC = FOLDER / "static"

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


@dataclass(frozen=True)
class Page:
    """A page: its template and script by ``name``, where it is, and what the navigation calls it.

    ``frames``: it may show answers of this service in a frame.
    """

    name: str
    address: str
    label: str
    frames: bool = False


#: In the order of the navigation.
PAGES = (
    Page("start", "/", "Which PCNs fit"),
    Page("checks", "/checks", "Is it covered once"),
    Page("compare", "/compare", "Plans side by side"),
    Page("options", "/options", "What could be done"),
    Page("propose", "/propose", "Start from nothing"),
    Page("try", "/try", "Try it"),
    Page("arrangements", "/arrangements", "Work across"),
    Page("upload", "/upload", "Load files"),
    Page("paper", "/paper", "Decision paper", frames=True),
)

_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True)
class Assets:
    """Paths of a page's built files below ``/static/``, as Vite's manifest names them."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()

    @classmethod
    def built_in(cls, static: Path, name: str) -> Assets:
        """The files of page ``name`` in the last build, those it shares with other pages first; none before a build."""
        path = static / ".vite" / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        entry = f"src/{name}/main.ts"
        if entry not in manifest:
            return cls()
        chunks: list[str] = []

        def gather(chunk: str) -> None:
            for shared in manifest[chunk].get("imports", ()):
                if shared not in chunks:
                    gather(shared)
            if chunk not in chunks:
                chunks.append(chunk)

        gather(entry)
        return cls(
            scripts=(manifest[entry]["file"],),
            styles=tuple(dict.fromkeys(sheet for chunk in chunks for sheet in manifest[chunk].get("css", ()))),
            preloads=tuple(manifest[chunk]["file"] for chunk in chunks if chunk != entry),
        )


def _endpoint(page: Page) -> Callable[[Request], HTMLResponse]:
    """Answers with the page. Its figures come from the API, so the page itself never changes between builds."""

    def show(request: Request) -> HTMLResponse:
        assets = Assets.built_in(STATIC, page.name)
        html = _templates.get_template(f"{page.name}.html" if assets.scripts else "unbuilt.html").render(
            root=request.scope.get("root_path", "").rstrip("/"), assets=assets, navigation=PAGES, current=page.name
        )
        return HTMLResponse(
            html,
            headers={
                "Cache-Control": "no-cache",
                "Content-Security-Policy": CONTENT_SECURITY_POLICY + ("; frame-src 'self'" if page.frames else ""),
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
            },
        )

    return show


router = APIRouter(include_in_schema=False)
for _page in PAGES:
    router.add_api_route(_page.address, _endpoint(_page), response_class=HTMLResponse)


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
