"""The local settings by which figures are put into words, and the benchmark they are shown beside.

None of these is a rule: the London model gives no such numbers (domain notes §0.1, §5.1). A place may set its own.
"""

from __future__ import annotations

from dataclasses import dataclass

ALIGNED, PARTLY, SPLIT = "aligned", "partly", "split"


@dataclass(frozen=True)
class Thresholds:
    """Shares are of registered patients living inside the plan; ``material_patients`` is a number of patients."""

    aligned: float = 0.80
    split: float = 0.50
    material_share: float = 0.05
    material_patients: float = 1_000
    reach: float = 0.90

    def __post_init__(self) -> None:
        if not 0 < self.split <= self.aligned <= 1:
            raise ValueError("thresholds must satisfy 0 < split <= aligned <= 1")

    def class_of(self, containment: float | None) -> str | None:
        """``aligned``, ``partly`` or ``split``; ``None`` where nobody lives inside the plan."""
        if containment is None:
            return None
        if containment >= self.aligned:
            return ALIGNED
        return PARTLY if containment >= self.split else SPLIT


@dataclass(frozen=True)
class Benchmark:
    """Share of patients with a GP in the network of their own area, in the best data-driven grouping of London."""

    median_containment: float = 0.701
    low: float = 0.446
    high: float = 0.914
    source: str = (
        "Clarke et al. 2020, BMJ Open 10:e036504: London practices grouped by data into 165 networks; median 70.1 % "
        "(range 44.6–91.4 %) of patients attend a practice in the network of their own area"
    )
