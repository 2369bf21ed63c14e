"""A plan while it is being changed: every figure kept up to date block by block, in plain lists, which are fastest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.plan import Labels, share_moved


class State:
    """Blocks with labels. ``others`` are plans that at least ``apart`` of the people must differ from.

    ``cost`` is what annealing lowers: border and patients outside the lead, with a price on people outside the band
    and on people too many who stay where another plan has them.
    """

    def __init__(
        self,
        blocks: Blocks,
        labels: Labels,
        band: Band,
        price: float,
        others: Sequence[Labels] = (),
        apart: float = 0.0,
    ) -> None:
        self.blocks, self.low, self.high, self.price = blocks, float(band.low), float(band.high), price / 1_000
        self.others, self.apart = tuple(others), apart
        self.number = max(labels) + 1
        self.labels = list(labels)
        self.weight: list[float] = blocks.people.tolist()
        self.people: list[float] = np.bincount(labels, blocks.people, self.number).tolist()
        self.size = np.bincount(labels, minlength=self.number).tolist()
        self.held = [
            [(j, float(patients)) for j, patients in enumerate(column) if patients > 0]
            for column in blocks.patients.T.tolist()
        ]
        belongs = np.zeros((len(blocks), self.number))
        belongs[np.arange(len(blocks)), list(labels)] = 1.0
        self.table: list[list[float]] = (blocks.patients @ belongs).tolist()
        self.lead = [max(row, default=0.0) for row in self.table]
        self.may_stay = (1 - apart) * blocks.total
        self.overlap = [self._overlap(other) for other in self.others]
        self.partner: list[list[int]] = []
        self.kept: list[float] = []
        self.match_again()

    def _overlap(self, other: Labels) -> list[list[float]]:
        table = np.zeros((self.number, max(other) + 1))
        np.add.at(table, (np.array(self.labels), np.array(other)), self.blocks.people)
        return [list(map(float, row)) for row in table.tolist()]

    def match_again(self) -> None:
        """Pair the neighbourhoods with those of the other plans afresh; in between the last pairing is used."""
        self.partner, self.kept = [], []
        for table in self.overlap:
            rows, columns = linear_sum_assignment(np.array(table), maximize=True)
            partner = [-1] * self.number
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
                partner[row] = column
            self.partner.append(partner)
            self.kept.append(sum(table[k][t] for k, t in enumerate(partner) if t >= 0))

    def beyond_after(self, block: int, to: int) -> float:
        """Change of the people outside the band if a block moved."""
        at, people, low, high = self.labels[block], self.weight[block], self.low, self.high
        one, other = self.people[at], self.people[to]
        before = max(0.0, low - one, one - high) + max(0.0, low - other, other - high)
        one, other = one - people, other + people
        return max(0.0, low - one, one - high) + max(0.0, low - other, other - high) - before

    def alike_after(self, block: int, to: int) -> float:
        """Change of the people too many who stay where another plan has them if a block moved."""
        at, change = self.labels[block], 0.0
        for other, partner, kept in zip(self.others, self.partner, self.kept, strict=True):
            there = other[block]
            after = kept + self.weight[block] * (int(partner[to] == there) - int(partner[at] == there))
            change += max(0.0, after - self.may_stay) - max(0.0, kept - self.may_stay)
        return change

    def gain(self, block: int, to: int) -> float:
        """Change of the score (patients in the lead, less the price of the border) if a block moved."""
        labels, at, table, lead = self.labels, self.labels[block], self.table, self.lead
        border = 0.0
        for other, length in self.blocks.neighbours[block]:
            there = labels[other]
            if there == at:
                border += length
            elif there == to:
                border -= length
        change = -border * self.price
        for j, patients in self.held[block]:
            row, best = table[j], lead[j]
            grown = row[to] + patients
            if row[at] < best:
                if grown > best:
                    change += grown - best
                continue
            left = row[at] - patients
            after = grown if grown > left else left
            if left < best:
                for k, value in enumerate(row):
                    if value > after and k != at:
                        after = value
            change += after - best
        return change

    def move(self, block: int, to: int) -> None:
        """Move a block; nothing is checked."""
        at, people = self.labels[block], self.weight[block]
        self.people[at] -= people
        self.people[to] += people
        self.size[at] -= 1
        self.size[to] += 1
        for j, patients in self.held[block]:
            row = self.table[j]
            row[at] -= patients
            row[to] += patients
            self.lead[j] = max(row)
        for q, other in enumerate(self.others):
            there, partner = other[block], self.partner[q]
            self.overlap[q][at][there] -= people
            self.overlap[q][to][there] += people
            self.kept[q] += people * (int(partner[to] == there) - int(partner[at] == there))
        self.labels[block] = to

    def may_leave(self, block: int) -> bool:
        """Whether what a block leaves behind still hangs together, and is not empty."""
        labels, at = self.labels, self.labels[block]
        if self.size[at] < 2:
            return False
        neighbours = self.blocks.neighbours
        near = [other for other, _ in neighbours[block] if labels[other] == at]
        if len(near) < 2:
            return len(near) == 1
        wanted, reached, front = set(near[1:]), {block, near[0]}, [near[0]]
        while front:
            node = front.pop()
            for other, _ in neighbours[node]:
                if labels[other] == at and other not in reached:
                    reached.add(other)
                    wanted.discard(other)
                    if not wanted:
                        return True
                    front.append(other)
        return False

    def different(self) -> bool:
        """Whether the plan is as far from the others as it must be, by the best pairing."""
        labels = tuple(self.labels)
        return all(share_moved(self.blocks, labels, other) >= self.apart - 1e-9 for other in self.others)

    @property
    def beyond(self) -> float:
        return float(sum(max(0.0, self.low - p, p - self.high) for p in self.people))

    @property
    def alike(self) -> float:
        return float(sum(max(0.0, kept - self.may_stay) for kept in self.kept))
