"""What a place lead would call absurd in an option, so that tests of a few places and of all ask the same."""

from __future__ import annotations

from app.domain.options.kinds import Kind, Option
from app.domain.options.routes import Way
from app.domain.options.rules import Outcome
from app.domain.options.situation import Situation
from app.domain.options.states import PcnState
from app.domain.options.suggesting import Suggestions


def assert_sensible(place: Situation, found: Suggestions) -> None:
    """No option breaks a limit, helps too few, or leaves a PCN worse off without saying so."""
    assert found.options[0].kind is Kind.NO_CHANGE
    ids = [option.id for option in found.options]
    assert len(ids) == len(set(ids))
    for option in found.options:
        _option(place, option)
    for route in found.routes:
        if route.way is Way.REALIGN and route.before.containment is not None:
            assert route.after.containment is not None
            assert route.after.containment > route.before.containment - place.limits.benefit_points


def _option(place: Situation, option: Option) -> None:
    limits = place.limits
    assert limits.ceiling is not None
    assert limits.reach is not None
    assert not option.stopped
    warned = [check.text for check in option.checks if check.outcome is Outcome.WARN]
    for change in option.touched:
        before, after = change.before, change.after
        if after is None:
            continue
        was = before.patients if before else 0.0
        assert after.patients >= min(limits.floor, was or limits.floor) - 0.5
        assert after.patients <= max(limits.ceiling, was) + 0.5
        if len(after.practices) == 1 and (before is None or len(before.practices) > 1):
            assert any("left with one practice" in text for text in warned)
        if not _ends(option) and before is not None and _fall(before, after) >= limits.benefit_points:
            assert f"{after.name} itself would fit less well" in option.sentence
    if option.kind is Kind.MOVE:
        for move in option.moves:
            metres = place.metres[place.row[move.practice], place.pcns.index(move.target)]
            assert not metres > limits.reach
    if option.kind in (Kind.MOVE, Kind.SPLIT):
        assert option.benefit >= limits.benefit_patients
        assert option.benefit >= limits.benefit_share * option.disturbed - 0.01


def _fall(before: PcnState, after: PcnState) -> float:
    """How far the share in the lead neighbourhood falls; nothing where nobody lives in the place."""
    return 0.0 if before.containment is None or after.containment is None else before.containment - after.containment


def _ends(option: Option) -> bool:
    """Whether a PCN ends with it."""
    return any(change.after is None for change in option.touched)
