"""The kinds of long work there are, by name. A new kind is a ``WorkKind`` of its own module and a name in this list."""

from __future__ import annotations

from app.services import boundary_work, mending_work, options_work, proposing_work, upload_work
from app.services.long_work import WorkKind

KINDS: dict[str, WorkKind] = {
    kind.name: kind
    for kind in (
        mending_work.MEND,
        options_work.OPTIONS,
        boundary_work.BOUNDARIES,
        proposing_work.PROPOSE,
        upload_work.UPLOAD,
    )
}
