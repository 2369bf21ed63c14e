"""A request that may be sent again: the same key and the same request have the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from app.domain.problem import Fault, Problem
from app.domain.uploads import Answer
from app.store.store import Store

LONGEST_KEY = 255


def once(
    store: Store, by: int, address: str, key: str | None, fingerprint: str, answer: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer, and whether it was given before. Answers are kept for 24 hours, per API key and address.

    Without a ``key`` nothing is kept. What ends in a ``Problem`` may be tried again under the same key. Raises
    ``Problem``: bad input for a key that is blank or too long; conflict where it was used for another request
    (``fingerprint`` differs), or the first is still being answered.
    """
    if key is None:
        return answer(), False
    if not key.strip() or len(key) > LONGEST_KEY:
        raise Problem(
            Fault.BAD_INPUT,
            "The Idempotency-Key cannot be used",
            f"It has {len(key)} characters.",
            remedy=f"Send between 1 and {LONGEST_KEY} characters, for example a UUID.",
        )
    kept_as = hashlib.sha256(f"{by}\n{address}\n{key}".encode()).hexdigest()
    with store.write() as unit:
        before = unit.uploads.begin_answer(kept_as, fingerprint)
    if before is not None:
        return before, True
    try:
        made = answer()
    except BaseException:
        with store.write() as unit:
            unit.uploads.drop_answer(kept_as)
        raise
    with store.write() as unit:
        unit.uploads.keep_answer(kept_as, made)
    return made, False
