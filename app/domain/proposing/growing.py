"""First plans to improve on: random spanning trees cut where the people balance.

The recombination step of DeFord, Duchin & Solomon 2021 ("Recombination: a family of Markov chains for redistricting"),
used to divide a place from the whole down. Trees may prefer to run between blocks that share their PCNs, so that what
is cut off resembles the catchments PCNs have today.
"""

from __future__ import annotations

import numpy as np

from app.domain.figures import Floats
from app.domain.problem import Fault, Problem
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.plan import Labels, canonical

TREES = 24
"""Trees tried for each cut, of which the best balanced is taken."""


def divided(blocks: Blocks, number: int, chance: np.random.Generator, likeness: float) -> Labels:
    """Blocks divided into ``number`` contiguous neighbourhoods of about equal people.

    ``likeness`` 0 takes trees at random; 1 makes them follow the PCNs as far as they can. Raises ``Problem`` where the
    place falls into more pieces than there are neighbourhoods, or there are fewer blocks.
    """
    labels = [0] * len(blocks)
    unlike = _unlike(blocks)
    done = 0
    for part, share in zip(blocks.parts, shared_out(blocks, number), strict=True):
        done = _divide(blocks, list(part), share, done, labels, unlike * likeness, chance)
    return canonical(labels)


def shared_out(blocks: Blocks, number: int) -> tuple[int, ...]:
    """How many of ``number`` neighbourhoods each piece of the place gets: one at least, then by people.

    Raises ``Problem`` as ``divided`` does.
    """
    people = [float(blocks.people[list(part)].sum()) for part in blocks.parts]
    sizes = [len(part) for part in blocks.parts]
    if number > len(blocks):
        raise Problem(
            Fault.BAD_INPUT,
            "There are fewer areas than neighbourhoods",
            f"{number} neighbourhoods cannot be made of {len(blocks)} whole areas.",
            remedy="Ask for fewer neighbourhoods, or build them of smaller areas.",
        )
    if number < len(people):
        raise Problem(
            Fault.BAD_INPUT,
            "The place falls into more pieces than there are neighbourhoods",
            f"Its areas make {len(people)} pieces that do not touch, and {number} neighbourhoods were asked for; the "
            f"smallest piece begins with {blocks.codes[blocks.parts[int(np.argmin(people))][0]]}.",
            remedy="Link areas across water (a bridge, a tunnel), or ask for more neighbourhoods.",
        )
    given = [1] * len(people)
    for _ in range(number - len(people)):
        open_ = [at for at in range(len(people)) if given[at] < sizes[at]]
        given[max(open_, key=lambda at: (people[at] / given[at], -at))] += 1
    return tuple(given)


def _unlike(blocks: Blocks) -> Floats:
    """For each edge how far the PCN mixes of its two blocks are apart, 0 (the same) to 1."""
    if not len(blocks.edges):
        return np.zeros(0)
    mix = blocks.patients / np.maximum(blocks.patients.sum(axis=0), 1e-9)
    return np.asarray(np.abs(mix[:, blocks.edges[:, 0]] - mix[:, blocks.edges[:, 1]]).sum(axis=0) / 2)


def _divide(
    blocks: Blocks,
    region: list[int],
    number: int,
    done: int,
    labels: list[int],
    unlike: Floats,
    chance: np.random.Generator,
) -> int:
    """Give the blocks of a contiguous region ``number`` labels from ``done`` on; the next free label."""
    if number == 1:
        for block in region:
            labels[block] = done
        return done + 1
    one, other, first = _cut(blocks, region, number, unlike, chance)
    done = _divide(blocks, one, first, done, labels, unlike, chance)
    return _divide(blocks, other, number - first, done, labels, unlike, chance)


def _cut(
    blocks: Blocks, region: list[int], number: int, unlike: Floats, chance: np.random.Generator
) -> tuple[list[int], list[int], int]:
    """A region cut in two along an edge of a tree, and how many of ``number`` neighbourhoods the first part holds.

    Half of them, with nearest half of the people; one, where no tree tried has an edge that leaves blocks enough.
    """
    place = {block: at for at, block in enumerate(region)}
    inside = [at for at, (a, b) in enumerate(blocks.edges.tolist()) if a in place and b in place]
    ends = [(place[a], place[b]) for a, b in blocks.edges[inside].tolist()]
    people = blocks.people[region].tolist()
    for first in sorted({number // 2, 1}, reverse=True):
        best: tuple[float, list[int]] | None = None
        for _ in range(TREES):
            order = np.argsort(chance.random(len(ends)) * 0.5 + unlike[inside], kind="stable").tolist()
            found = _side(_tree(len(region), ends, order), people, first, number)
            if found is not None and (best is None or found[0] < best[0] - 1e-9):
                best = found
        if best is not None:
            chosen = set(best[1])
            one = [block for at, block in enumerate(region) if at in chosen]
            return one, [block for at, block in enumerate(region) if at not in chosen], first
    raise AssertionError("a leaf can be cut off any tree")


def _side(tree: list[list[int]], people: list[float], first: int, number: int) -> tuple[float, list[int]] | None:
    """The most even cut of a tree with blocks enough on both sides: how uneven, and the blocks of the first part."""
    size = len(tree)
    visit, parent = [0], [-1] * size
    for block in visit:
        for other in tree[block]:
            if other != parent[block]:
                parent[other] = block
                visit.append(other)
    below, count = list(people), [1] * size
    for block in reversed(visit[1:]):
        below[parent[block]] += below[block]
        count[parent[block]] += count[block]
    wanted, rest = below[0] * first / number, number - first
    cuts = []
    for block in visit[1:]:
        if count[block] >= first and size - count[block] >= rest:
            cuts.append((abs(below[block] - wanted), block, False))
        if size - count[block] >= first and count[block] >= rest:
            cuts.append((abs(below[0] - below[block] - wanted), block, True))
    if not cuts:
        return None
    off, top, above = min(cuts)
    under = [top]
    for block in under:
        under += [other for other in tree[block] if other != parent[block]]
    inside = set(under)
    return off, [at for at in range(size) if at not in inside] if above else under


def _tree(size: int, ends: list[tuple[int, int]], order: list[int]) -> list[list[int]]:
    """The spanning tree of the edges taken in order (Kruskal 1956), as neighbours by block."""
    root = list(range(size))
    tree: list[list[int]] = [[] for _ in range(size)]
    for edge in order:
        one, other = ends[edge]
        a, b = one, other
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a != b:
            root[b] = a
            tree[one].append(other)
            tree[other].append(one)
    return tree
