"""Stable ids made from names."""

from __future__ import annotations

import re
import unicodedata


def slug(name: str) -> str:
    """Lower case, ASCII, words joined by hyphens: "Plan A (draft)" is ``plan-a-draft``. Raises ``ValueError`` if empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not made:
        raise ValueError(f"no id can be made from {name!r}: it has no letter or digit")
    return made
