"""The last step of a search: single blocks move and pairs of blocks change places, as long as that is better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.plan import ROUNDING, Labels, canonical
from app.domain.proposing.state import State

MOST_ROUNDS = 200


def polished(
    blocks: Blocks,
    start: Labels,
    band: Band,
    price: float,
    *,
    others: Sequence[Labels] = (),
    apart: float = 0.0,
    cancelled: Callable[[], bool] = lambda: False,
) -> Labels:
    """A local optimum: no move of one block, and no exchange of two between neighbourhoods that touch, is better.

    Better is less outside the band, then a higher score. Every neighbourhood stays in one piece, and the plan as far
    from the others as it was, or as it must be.
    """
    state = State(blocks, start, band, price, others, apart)
    far = state.different()
    for _ in range(MOST_ROUNDS):
        if cancelled() or not (_improve(state, _singles(state), far) or _improve(state, _exchanges(state), far)):
            break
    return canonical(state.labels)


Step = tuple[tuple[int, int], ...]  # blocks and where they go


def _singles(state: State) -> list[Step]:
    return [((block, to),) for block, to in _border(state)]


def _exchanges(state: State) -> Iterator[Step]:
    crossing: dict[tuple[int, int], list[int]] = {}
    for block, to in _border(state):
        crossing.setdefault((state.labels[block], to), []).append(block)
    for (at, to), blocks in sorted(crossing.items()):
        if at < to:
            for one in blocks:
                for other in crossing.get((to, at), ()):
                    yield ((one, to), (other, at))


def _border(state: State) -> list[tuple[int, int]]:
    """Each block at a border with each neighbourhood across it, in block order."""
    labels = state.labels
    return [
        (block, to)
        for block in range(len(labels))
        for to in sorted({labels[other] for other, _ in state.blocks.neighbours[block]} - {labels[block]})
    ]


def _improve(state: State, steps: Iterator[Step] | list[Step], far: bool) -> bool:
    """Take every step that is better when its turn comes; whether any was."""
    found = False
    for step in steps:
        back = tuple((block, state.labels[block]) for block, _ in step)
        if len(step) == 2 and (back[0][1], back[1][1]) != (step[1][1], step[0][1]):
            continue  # one of the two has moved since
        if len(step) == 1 and not any(state.labels[o] == step[0][1] for o, _ in state.blocks.neighbours[step[0][0]]):
            continue
        if step[0][1] == back[0][1]:
            continue
        found |= _take(state, step, back, far)
    return found


def _take(state: State, step: Step, back: Step, far: bool) -> bool:
    """Take a step if it is better and nothing falls apart; otherwise leave everything as it was."""
    if len(step) == 1:
        block, to = step[0]
        worse, gain = state.beyond_after(block, to), state.gain(block, to)
        if not _better(worse, gain) or not state.may_leave(block):
            return False
        state.move(block, to)
    else:
        (one, to), (other, at) = step
        worse, gain = state.beyond_after(one, to), state.gain(one, to)
        state.move(one, to)
        worse, gain = worse + state.beyond_after(other, at), gain + state.gain(other, at)
        state.move(other, at)
        if not _better(worse, gain) or not (_whole(state, at) and _whole(state, to)):
            _undo(state, back)
            return False
    if far and state.others and not state.different():
        _undo(state, back)
        return False
    return True


def _better(worse: float, gain: float) -> bool:
    return worse < -ROUNDING or (worse <= ROUNDING and gain > ROUNDING)


def _undo(state: State, back: Step) -> None:
    for block, at in reversed(back):
        state.move(block, at)


def _whole(state: State, label: int) -> bool:
    inside = sum(1 << block for block, at in enumerate(state.labels) if at == label)
    return inside != 0 and state.blocks.flood(inside & -inside, inside) == inside
