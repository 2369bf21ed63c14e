"""An invented place and the service's answers about it, worked out from a few lines of arithmetic.

It lets the page be looked at in states that no loaded data is in: many PCNs, nothing inside the plan, an error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
NAMES = ("Abbotsmead", "Brackwater", "Cinder Hill", "Dovecote", "Elmsgate", "Fallowfield", "Gorsey Bank", "Hartsmere")
LATITUDE, LONGITUDE, SIDE = 51.50, -0.10, 0.02


@dataclass(frozen=True)
class Practice:
    code: str
    name: str
    pcn: int | None
    at: tuple[float, float] | None  # in neighbourhood sides, from the south-west corner
    patients: int


@dataclass(frozen=True)
class Invented:
    """``wide`` × ``high`` square neighbourhoods; PCN j sits somewhere and its patients thin out with distance."""

    wide: int = 3
    high: int = 2
    pcns: int = 7
    fictional: bool = True

    @property
    def neighbourhoods(self) -> list[tuple[str, str]]:
        return [
            (f"N{n:03}", NAMES[n] if n < len(NAMES) else f"Neighbourhood {n + 1}") for n in range(self.wide * self.high)
        ]

    @property
    def practices(self) -> list[Practice]:
        found: list[Practice] = []
        for j in range(self.pcns):
            x = (0.6180 * (j + 1)) % 1 * self.wide
            y = (0.7548 * (j + 1)) % 1 * self.high
            for k in range(3 + j % 2):
                # The first two practices of every PCN share a building.
                shift = 0.0 if k < 2 else 0.22 * k
                point = ((x + shift) % self.wide, (y + shift / 2) % self.high)
                code = f"Y{len(found):05}"
                found.append(
                    Practice(code, f"{NAMES[len(found) % 8]} Surgery {k + 1}", j, point, 5000 + 731 * k + 97 * j)
                )
        found.append(Practice("Y90001", "Quayside Walk-in Centre", None, (1.5, 0.5), 2100))
        found.append(Practice("Y90002", "Unplaced Practice", None, None, 640))
        return found

    def living(self, practice: Practice) -> list[int]:
        """Patients by neighbourhood: of nine in ten, shared out by exp(-2 × distance)."""
        if practice.at is None:
            return [0] * (self.wide * self.high)
        x, y = practice.at
        pull = [
            math.exp(-2 * math.hypot(column + 0.5 - x, row + 0.5 - y))
            for row in range(self.high)
            for column in range(self.wide)
        ]
        return [round(0.9 * practice.patients * share / sum(pull)) for share in pull]

    def pcn(self, j: int) -> tuple[str, str]:
        return f"U{j:05}", f"{NAMES[(j * 3 + 1) % 8]} {'and District ' if j % 3 == 2 else ''}PCN {j + 1}"

    def lead(self, j: int) -> int:
        """The neighbourhood in which most patients of PCN j live."""
        cells = [sum(column) for column in zip(*(self.living(p) for p in self.practices if p.pcn == j), strict=True)]
        return max(range(len(cells)), key=lambda n: (cells[n], -n))

    def answers(self) -> dict[str, Json]:
        """By the last part of the address below ``/api/v1``."""
        practices, areas = self.practices, self.neighbourhoods
        rows: list[Json] = []
        table = []
        for j in range(self.pcns):
            members = [p for p in practices if p.pcn == j]
            cells = [sum(column) for column in zip(*(self.living(p) for p in members), strict=True)]
            table.append(cells)
            whole, inside = sum(p.patients for p in members), sum(cells)
            lead = max(range(len(areas)), key=lambda n: (cells[n], -n))
            share = cells[lead] / inside
            rows.append(
                {
                    "code": self.pcn(j)[0],
                    "name": self.pcn(j)[1],
                    "place": "Invented",
                    "practices": len(members),
                    "patients": whole,
                    "patients_inside": inside,
                    "patients_outside": whole - inside - 7,
                    "patients_unknown": 7,
                    "lead": areas[lead][0],
                    "lead_name": areas[lead][1],
                    "patients_in_lead": cells[lead],
                    "patients_outside_lead": inside - cells[lead],
                    "containment": share,
                    "effective_neighbourhoods": 1 / sum((cell / inside) ** 2 for cell in cells),
                    "material_neighbourhoods": [areas[n][0] for n, cell in enumerate(cells) if cell >= 1000],
                    "class": "aligned" if share >= 0.8 else "partly" if share >= 0.5 else "split",
                }
            )
        rows.sort(key=lambda row: (-row["patients_outside_lead"], row["code"]))
        inside = sum(row["patients_inside"] for row in rows)
        shares = sorted(row["containment"] for row in rows)
        known = {
            "footprints": {"id": "invented", "name": "Invented plan", "version": 2, "status": "proposed"},
            "place": None,
            "basis": "patients",
            "basis_explained": "registered patients, counted where they live",
            "unit": "patients",
            "as_of": "2025-07-01",
            "fictional": self.fictional,
            "datasets": [
                {
                    "id": 1,
                    "kind": "registrations",
                    "name": "invented.csv",
                    "sha256": "ab" * 32,
                    "effective_date": "2025-07-01",
                }
            ],
            "attribution": "Invented for tests.",
            "warnings": ["The list of one practice is older than the others."],
        }
        summary = known | {
            "practices": len(practices),
            "practices_without_pcn": 2,
            "pcns": self.pcns,
            "neighbourhoods": len(areas),
            "patients_total": sum(row["patients"] for row in rows),
            "patients_inside": inside,
            "patients_outside": sum(row["patients_outside"] for row in rows),
            "patients_unknown": 7 * self.pcns,
            "misalignment": sum(row["patients_outside_lead"] for row in rows) / inside,
            "median_containment": shares[len(shares) // 2],
            "classes": {name: sum(row["class"] == name for row in rows) for name in ("aligned", "partly", "split")},
            "thresholds": {"aligned": 0.8, "split": 0.5, "material_share": 0.05, "material_patients": 1000},
            "benchmark": {"median_containment": 0.701, "low": 0.446, "high": 0.914, "source": "Clarke et al. 2020"},
            "pcn": rows,
        }
        versions = [
            {"id": "invented", "name": "Invented plan", "role": "proposal", "service": None, "version": number}
            | {"status": status, "neighbourhoods": len(areas), "places": ["Invented"]}
            for number, status in ((1, "draft"), (2, "proposed"))
        ]
        return {
            "places": {"items": [{"id": "invented", "name": "Invented", "boroughs": ["Invented"]}]},
            "footprints": {"items": versions[1:]},
            "versions": {"items": versions},
            "alignment": summary,
            "shadings": known | {"shadings": []},
            "layers": {"items": []},
            "findings": known
            | {"clean": True, "findings": 2, "by_severity": {"warning": 2}, "by_kind": {"gap": 1, "overlap": 1}},
            "matrix": known
            | {
                "rows": [dict(zip(("code", "name"), self.pcn(j), strict=True)) for j in range(self.pcns)],
                "columns": [{"code": code, "name": name} for code, name in areas],
                "patients": table,
                "outside": [0] * self.pcns,
                "unknown": [7] * self.pcns,
            },
            "practices": {"type": "FeatureCollection", "features": [self._practice(p) for p in practices]},
            "neighbourhoods": {
                "type": "FeatureCollection",
                "features": [self._neighbourhood(n, [row[n] for row in table]) for n in range(len(areas))],
            },
        }

    def _practice(self, practice: Practice) -> Json:
        living, areas = self.living(practice), self.neighbourhoods
        main = max(range(len(areas)), key=lambda n: (living[n], -n)) if practice.at else None
        stands = int(practice.at[1]) * self.wide + int(practice.at[0]) if practice.at else None
        code, name = self.pcn(practice.pcn) if practice.pcn is not None else (None, None)
        return {
            "type": "Feature",
            "id": practice.code,
            "geometry": practice.at
            and {
                "type": "Point",
                "coordinates": [LONGITUDE + SIDE * 1.6 * practice.at[0], LATITUDE + SIDE * practice.at[1]],
            },
            "properties": {
                "code": practice.code,
                "name": practice.name,
                "postcode": "ZZ1 1ZZ",
                "pcn_code": code,
                "pcn_name": name,
                "patients": practice.patients,
                "located_in": None if stands is None else areas[stands][0],
                "main_neighbourhood": None if main is None else areas[main][0],
                "main_share": None if main is None else living[main] / sum(living),
                "mismatch": main is not None and stands != main,
                "patients_outside_pcn_lead": None
                if practice.pcn is None
                else sum(living) - living[self.lead(practice.pcn)],
            },
        }

    def _neighbourhood(self, n: int, patients: list[int]) -> Json:
        west, south = LONGITUDE + SIDE * 1.6 * (n % self.wide), LATITUDE + SIDE * (n // self.wide)
        east, north = west + SIDE * 1.6, south + SIDE
        need, reached = 0.9 * sum(patients), 0
        for reach, count in enumerate(sorted(patients, reverse=True), start=1):  # noqa: B007 - used after the loop
            reached += count
            if reached >= need:
                break
        code, name = self.neighbourhoods[n]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {
            "type": "Feature",
            "id": code,
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {
                "code": code,
                "name": name,
                "place": "Invented",
                "patients": sum(patients),
                "residents": round(sum(patients) / 1.1),
                "pcns": sum(count > 0 for count in patients),
                "pcns_to_reach_90": reach,
            },
        }
