"""Stable ids made from names."""

from __future__ import annotations

import re
import unicodedata

from app.domain.problem import Fault, Problem


def slug(name: str) -> str:
    """Lower case, ASCII, words joined by hyphens: "Plan A (draft)" is ``plan-a-draft``.

    Raises ``Problem`` where nothing is left to make an id from.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not made:
        raise Problem(
            Fault.BAD_INPUT,
            "A name needs a letter or a digit",
            f"No id can be made from “{name}”.",
            remedy="Give a name with at least one letter (A to Z) or digit.",
        )
    return made
