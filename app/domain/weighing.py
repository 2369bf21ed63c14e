"""What two partitions are weighed by when they are compared."""

from __future__ import annotations

from enum import StrEnum


class Weighing(StrEnum):
    RESIDENTS = "residents"  # people living in each small area
    PATIENTS = "patients"  # registered patients living in each small area, wherever they are registered
    AREA = "area"  # square metres; says nothing of numbers

    @property
    def unit(self) -> str:
        return {Weighing.RESIDENTS: "people", Weighing.PATIENTS: "patients", Weighing.AREA: "square metres"}[self]

    @property
    def explained(self) -> str:
        return {
            Weighing.RESIDENTS: "people living in each small area",
            Weighing.PATIENTS: "registered patients living in each small area, wherever they are registered",
            Weighing.AREA: "square metres of land; says nothing of numbers of people",
        }[self]
