"""Is the process alive, and is it ready to answer?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.api.access import Work
from app.domain.problem import Fault, Problem

router = APIRouter(tags=["service"])


@router.get("/livez", summary="Alive")
def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", summary="Ready: the database answers and its tables are up to date")
def readyz(work: Work) -> dict[str, Any]:
    revision = work.store.revision()
    if not work.store.is_current:
        raise Problem(
            Fault.UNAVAILABLE,
            "The database is not up to date",
            f"Its tables are at version {revision or 'none'}, which is not what this version of the service needs.",
            remedy="Run “coterminous db upgrade”.",
        )
    return {"status": "ready", "revision": revision}
