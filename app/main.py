"""The application put together: services below, routers and pages on top."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.api import (
    agreement,
    alignment,
    areas,
    arrangements,
    catchments,
    checks,
    comparison,
    datasets,
    footprints,
    health,
    jobs,
    lookups,
    options,
    paper,
    places,
    problem_types,
    proposals,
    registry,
    scenarios,
    search,
    sensitivity,
    uploads,
)
from app.api.compression import Compressed
from app.api.deprecation import Announcing
from app.api.description import install as describe
from app.api.limits import BodyLimit
from app.api.ogc.router import router as ogc
from app.api.problems import install as install_problems
from app.api.revalidation import Revalidation
from app.services.workspace import Workspace
from app.settings import Settings
from app.web import landing, pages

DESCRIPTION = """
Where do Primary Care Networks and proposed neighbourhoods not fit, and by how many patients?

Every figure says which datasets, date and basis it stands on. Errors are `application/problem+json` (RFC 9457) and
say what to do. Reading what is loaded is open; writing needs a key (`Authorization: Bearer …`).
"""


def create_app(work: Workspace, configured: Settings) -> FastAPI:
    """The ASGI application on an open workspace."""
    app = FastAPI(title="Coterminous", version="1", description=DESCRIPTION, docs_url="/docs", redoc_url=None)
    app.state.work = work
    app.state.settings = configured
    install_problems(app)
    for part in (
        datasets,
        places,
        registry,
        footprints,
        checks,
        agreement,
        alignment,
        sensitivity,
        comparison,
        catchments,
        lookups,
        areas,
        search,
        options,
        paper,
        scenarios,
        jobs,
        arrangements,
        proposals,
        uploads,
    ):
        app.include_router(part.router, prefix="/api/v1")
    app.include_router(ogc)
    app.include_router(health.router)
    app.include_router(problem_types.router)
    app.include_router(pages.router)
    app.include_router(landing.router)
    pages.mount_static(app)
    describe(app)
    app.add_middleware(Announcing)
    app.add_middleware(Revalidation)
    app.add_middleware(Compressed)
    app.add_middleware(BodyLimit, most=configured.max_upload_bytes)
    if configured.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=configured.cors_origins,
            allow_methods=["GET", "HEAD", "OPTIONS"],
            allow_headers=["Authorization", "If-None-Match"],
            expose_headers=["Content-Crs", "Deprecation", "ETag", "Link", "Location", "Sunset"],
        )
    return app
