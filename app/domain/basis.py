"""What a figure stands on, from the best evidence to the weakest (docs/method.md)."""

from __future__ import annotations

from enum import StrEnum


class Basis(StrEnum):
    PATIENTS = "patients"  # registered patients by the small area they live in
    PRACTICE = "practice"  # whole lists, at the practice's own point
    AREA = "area"  # square metres of the areas drawn for each PCN

    @property
    def explained(self) -> str:
        return {
            Basis.PATIENTS: "registered patients, counted where they live",
            Basis.PRACTICE: "registered patients, all counted where their practice stands",
            Basis.AREA: "square metres of the small areas in which the PCN has most patients; says nothing of numbers",
        }[self]
