"""The one place where a request is allowed or refused.

Reading what is loaded is open (it is public data); every write needs a key, and so do records that name people.
Roles by place come here, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.problems import Unauthorised
from app.domain.records import ApiKey
from app.services.keys import known_key
from app.services.workspace import Workspace

_bearer = HTTPBearer(auto_error=False, description="The key printed at the first start.")


def workspace(request: Request) -> Workspace:
    """What this request may work with."""
    work: Workspace = request.app.state.work
    return work


def may_write(
    work: Annotated[Workspace, Depends(workspace)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> ApiKey:
    """The key of a request that writes. Raises ``Unauthorised`` without a known one."""
    if given is None:
        raise Unauthorised("This needs a key, and none was sent.")
    key = known_key(work.store, given.credentials)
    if key is None:
        raise Unauthorised("The key sent is not known here.")
    return key


def may_read(
    request: Request,
    work: Annotated[Workspace, Depends(workspace)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> ApiKey | None:
    """The key of a request that reads, if it sends one: reading is open, but what is not known is refused.

    Programs that cannot send a header (QGIS 3.40.3 stopped doing so) may send the key as ``?token=``; nothing can be
    written with that. Raises ``Unauthorised`` for a key that is not known.
    """
    sent = given.credentials if given is not None else request.query_params.get("token")
    if sent is None:
        return None
    key = known_key(work.store, sent)
    if key is None:
        raise Unauthorised("The key sent is not known here.")
    return key


def key_if_needed(
    work: Annotated[Workspace, Depends(workspace)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Callable[[], ApiKey]:
    """For requests of which only some write: to be called for those; it refuses as ``may_write`` does."""
    return lambda: may_write(work, given)


Work = Annotated[Workspace, Depends(workspace)]
Reader = Annotated[ApiKey | None, Depends(may_read)]
Writer = Annotated[ApiKey, Depends(may_write)]
KeyIfNeeded = Annotated[Callable[[], ApiKey], Depends(key_if_needed)]
