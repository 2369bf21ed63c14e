"""The arrangement of the toy place's U1: 90 patients in N1, 90 in N2 (the lead), 20 in N3, 5 outside, 5 unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.alignment import align
from app.domain.arrangement.annex import annex
from app.domain.arrangement.division import divide, ours
from app.domain.arrangement.draft import ArrangementDraft, Stood, draft
from app.domain.arrangement.fields import Date, from_plain, merged, plain
from app.domain.arrangement.kept import STEPS, ArrangementRecord, Party, Signature, check_signature, check_step
from app.domain.arrangement.review import Drafted, due
from app.domain.arrangement.terms import Elsewhere, Terms, Triggers, Weight
from app.domain.problem import Problem
from app.domain.thresholds import Thresholds
from app.domain.work import ArrangementStatus as S

from . import toy

NOW = align(toy.inputs())
UNION = next(p for p in NOW.pcns if p.code == "U1")
THRESHOLDS = Thresholds(material_patients=25)
STOOD = Stood("Plan A, version 1 (draft)", date(2026, 7, 1), ("lists.csv (2026-07-01)",))
TODAY = date(2026, 11, 25)


def drafted(terms: Terms | None = None, stood: Stood = STOOD, **triggers: object) -> ArrangementDraft:
    usual = Triggers.usual(THRESHOLDS, **triggers)  # type: ignore[arg-type]
    return draft(NOW, "U1", terms or Terms(), usual, THRESHOLDS, stood)


def text(made: ArrangementDraft, key: str) -> str | None:
    return next(field.value for field in made.fields if field.key == key)


def test_nobody_is_lost_and_the_parts_are_the_whole() -> None:
    found = divide(NOW, UNION, Terms(sessions=5, amount=10_001))
    assert [(p.code, p.patients, p.total, p.sessions, p.amount) for p in found.parts] == [
        ("N2", 90, 100, 2.25, 4762),  # 90 + 5 outside + 5 unknown; quotas of 10,001: 4762.38, 4286.14, 952.48
        ("N1", 90, 90, 2.25, 4286),
        ("N3", 20, 20, 0.5, 953),
    ]
    assert sum(p.total for p in found.parts) == UNION.patients == 210
    assert [p.share for p in found.parts] == pytest.approx([100 / 210, 90 / 210, 20 / 210])


def test_patients_from_elsewhere_may_be_shared_as_the_others() -> None:
    found = divide(NOW, UNION, Terms(elsewhere=Elsewhere.PROPORTION, amount=200))
    assert {p.code: p.amount for p in found.parts} == {"N1": 90, "N2": 90, "N3": 20}
    assert sum(p.total for p in found.parts) == 210


def test_an_int_below_the_minimum_goes_with_the_lead() -> None:
    found = divide(NOW, UNION, Terms(minimum_share=0.2, sessions=10, session_unit=1))
    assert {p.code: (p.served_by, p.total, p.sessions) for p in found.parts} == {
        "N2": ("N2", 120, 6),
        "N1": ("N1", 90, 4),
        "N3": ("N2", 0, 0),
    }
    assert [p.code for p in found.served] == ["N2", "N1"]


def test_a_measure_weighs_patients_and_those_from_elsewhere_weigh_the_mean() -> None:
    terms = Terms(weight=Weight.DEPRIVATION, measure={"N1": 30.0, "N2": 10.0, "N3": 20.0}, amount=1_000_000)
    found = {p.code: p.share for p in divide(NOW, UNION, terms).parts}
    mean = (90 * 30 + 90 * 10 + 20 * 20) / 200
    whole = 210 * mean
    assert found == pytest.approx({"N1": 2700 / whole, "N2": (900 + 10 * mean) / whole, "N3": 400 / whole})


def test_activity_is_taken_as_given() -> None:
    found = divide(NOW, UNION, Terms(weight=Weight.ACTIVITY, activity={"N1": 3, "N3": 1}, sessions=8))
    assert {p.code: p.sessions for p in found.parts} == {"N1": 6, "N2": 0, "N3": 2}


def test_another_lead_needs_a_reason_and_patients_there() -> None:
    made = drafted(Terms(lead="N1", lead_reason="The hub is there."))
    assert made.division.lead == "N1"
    assert made.division.parts[0].total == 100
    assert text(made, "lead.reason") == "Chosen instead of Middle, where most live: The hub is there."
    with pytest.raises(Problem, match="without a reason"):
        Terms(lead="N1")
    with pytest.raises(Problem, match="No patient of UNION PCN lives in N9"):
        drafted(Terms(lead="N9", lead_reason="x"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sessions": 1.1},
        {"sessions": float("nan")},
        {"amount": -1},
        {"session_unit": 0.3},
        {"minimum_share": 1.0},
        {"weight": Weight.ACTIVITY},
        {"activity": {"N1": 1.0}},
        {"weight": Weight.ACTIVITY, "activity": {"N1": -1.0}},
        {"weight": Weight.ACTIVITY, "activity": {"N1": float("inf")}},
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Problem):
        Terms(**wrong)  # type: ignore[arg-type]


def test_a_measure_that_is_not_loaded_and_activity_elsewhere_are_refused() -> None:
    with pytest.raises(Problem, match="none is loaded"):
        divide(NOW, UNION, Terms(weight=Weight.DEPRIVATION))
    with pytest.raises(Problem, match="N9"):
        divide(NOW, UNION, Terms(weight=Weight.ACTIVITY, activity={"N9": 1.0}))
    with pytest.raises(Problem, match="U9 is no PCN"):
        draft(NOW, "U9", Terms(), Triggers.usual(THRESHOLDS), THRESHOLDS, STOOD)


def test_the_pcns_part_of_an_int_is_of_everybody_registered_there() -> None:
    found = {o.code: o for o in ours(NOW, UNION, Terms(int_sessions=12, int_amount=1200, session_unit=1))}
    # N1: 90 of 120, the rest in no PCN; N2: 90 of 100; N3: 20 of 110
    assert {c: (o.patients_total, o.sessions, o.amount) for c, o in found.items()} == {
        "N1": (120, 9, 900),
        "N2": (100, 11, 1080),
        "N3": (110, 2, 218),
    }
    assert found["N1"].share_of_int == pytest.approx(0.75)


def test_the_record_says_what_the_figures_say_and_leaves_the_rest_open() -> None:
    made = drafted(Terms(sessions=5, amount=21_000))
    keys = [field.key for field in made.fields]
    assert len(keys) == len(set(keys))
    assert {f.section for f in made.fields} >= {
        "Parties",
        "Patient attribution",
        "Funding split",
        "Status and sign-off",
    }
    evidence = text(made, "reason.evidence") or ""
    assert "Of 210 registered patients 200 live" in evidence
    assert "North 90 (45.0%)" in evidence
    assert text(made, "mdt.sessions") == (
        "5 sessions a week: Middle 2.25; North 2.25; South 0.5. "
        "Shared by the PCN's registered patients living in the INT."
    )
    assert "FIRST" in (text(made, "others.N1") or "")
    assert text(made, "parties.integrator") is None
    for field in made.fields:
        assert (field.value is None) == (field.state == "open")
        assert field.by is not None or field.state == "figures"
        assert field.basis


def test_why_nothing_was_realigned_is_told_where_it_is_known() -> None:
    assert text(drafted(), "reason.realignment") is None
    assert text(drafted(stood=replace(STOOD, route="No move helps.")), "reason.realignment") == "No move helps."


def test_small_numbers_are_not_said_where_data_is_restricted() -> None:
    made = drafted(stood=replace(STOOD, restricted=True))
    assert "(fewer than 8) or with no known home (fewer than 8)" in (text(made, "attribution.elsewhere") or "")


def test_fields_are_filled_in_taken_back_and_refused_by_name() -> None:
    fields = drafted().fields
    changed = merged(fields, {"parties.integrator": " Trust X ", Date.START: "2027-04-01"})
    assert {f.key: (f.value, f.state) for f in changed if f not in fields} == {
        "parties.integrator": ("Trust X", "filled in"),
        "term.start": ("2027-04-01", "filled in"),
    }
    assert merged(changed, {"parties.integrator": None, Date.START: None}) == fields
    assert from_plain(map(plain, changed)) == changed
    wrong = {"no.such": "x", "lead.int": "N1", "host.employer": " ", "term.start": "1 April"}
    with pytest.raises(Problem) as caught:
        merged(fields, {**wrong, "parties.integrator": "kept out"})
    assert {f.field: f.code for f in caught.value.findings} == {
        "no.such": "unknown-field",
        "lead.int": "from-the-figures",
        "host.employer": "text",
        "term.start": "date",
    }


def test_an_arrangement_on_the_same_figures_is_not_due() -> None:
    made = drafted(lead_share=0.4)
    assert due(Drafted.of(made), made.triggers, NOW, TODAY) == ()
    then = Drafted.from_plain(Drafted.of(made).plain())
    assert then == Drafted.of(made)


def test_each_trigger_goes_off_by_itself() -> None:
    made = drafted(lead_share=0.4, review_date=TODAY)
    then, usual = Drafted.of(made), replace(made.triggers, review_date=None)

    def found(then: Drafted = then, triggers: Triggers = usual, **more: bool) -> list[str]:
        return [d.trigger for d in due(then, triggers, NOW, TODAY, **more)]

    assert found(triggers=made.triggers) == ["review-date"]
    assert found(triggers=replace(usual, review_date=date(2026, 11, 26))) == []
    assert found(superseded=True) == ["footprints-superseded"]
    assert found(triggers=replace(usual, lead_share=0.46)) == ["lead-share"]  # 90 of 200 are 45 %
    assert found(replace(then, largest="N1")) == ["largest-changed"]
    assert found(replace(then, material=("N1", "N2"))) == ["int-material"]
    assert found(replace(then, material=("N1", "N2", "N3", "N4"))) == ["int-not-material"]
    assert found(replace(then, patients=190)) == ["list-change"]
    assert found(replace(then, patients=191)) == []  # 9.9 % more
    assert found(replace(then, patients=240)) == ["list-change"]
    assert found(replace(then, practices=("P1",))) == ["practices-changed"]
    assert found(replace(then, pcn="U9")) == ["pcn-gone"]


def test_a_practice_that_joins_makes_it_due() -> None:
    made = drafted(lead_share=0.4)
    later = align(toy.inputs(pcn_of={"P1": "U1", "P2": "U1", "P3": "U2", "P4": "U1"}))
    text = {d.trigger: d.text for d in due(Drafted.of(made), made.triggers, later, TODAY)}
    assert text["practices-changed"] == "The PCN's practices have changed (joined: P4)."
    assert "grown by 19.0%" in text["list-change"]
    assert "North" in text["largest-changed"]


def record(status: S, *parties: Party) -> ArrangementRecord:
    signed = [Signature(party, "A", "Chair", TODAY).plain() for party in parties]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return ArrangementRecord("a", "v", None, "U1", status, 1, {"signatures": signed}, at, at)


def test_steps_go_both_ways_before_agreement_and_only_onwards_after() -> None:
    both = (Party.HEALTH, Party.LOCAL_AUTHORITY)
    for before in S:
        for after in S:
            if after in STEPS[before]:
                check_step(record(before, *both), after, TODAY, TODAY)
            else:
                with pytest.raises(Problem, match="cannot become"):
                    check_step(record(before, *both), after, TODAY, TODAY)
    assert S.PROPOSED in STEPS[S.DRAFT]
    assert S.DRAFT in STEPS[S.PROPOSED]
    assert S.PROPOSED not in STEPS[S.AGREED]


def test_agreement_needs_health_and_the_local_authority_and_a_start() -> None:
    for parties, missing in (((), "health, local authority"), ((Party.HEALTH,), "local authority")):
        with pytest.raises(Problem, match=missing):
            check_step(record(S.PROPOSED, *parties), S.AGREED, TODAY, TODAY)
    with pytest.raises(Problem, match="without a start"):
        check_step(record(S.DRAFT), S.PROPOSED, None, TODAY)
    with pytest.raises(Problem, match="2026-11-26"):
        check_step(record(S.AGREED, *Party), S.IN_FORCE, date(2026, 11, 26), TODAY)


def test_only_what_is_proposed_is_signed_once_and_not_ahead_of_time() -> None:
    mine = Signature(Party.HEALTH, "A", "Chair", TODAY)
    check_signature(record(S.PROPOSED), mine, TODAY)
    with pytest.raises(Problem, match="proposed"):
        check_signature(record(S.DRAFT), mine, TODAY)
    with pytest.raises(Problem, match="already"):
        check_signature(record(S.PROPOSED, Party.HEALTH), mine, TODAY)
    with pytest.raises(Problem, match="to come"):
        check_signature(record(S.PROPOSED), replace(mine, signed_on=date(2027, 1, 1)), TODAY)


def test_the_annex_shows_open_fields_and_lets_no_name_break_it() -> None:
    field = {"key": "k", "section": "Parties", "label": "Integrator", "basis": "b", "by": "x", "drafted": None}
    said = {
        "pcn": {"name": "A*B|C_D", "code": "U1"},
        "provenance": {
            "place": None,
            "footprints": {"name": "Plan", "version": 1, "status": "draft"},
            "basis_explained": "patients",
            "as_of": "2026-07-01",
            "datasets": [],
            "warnings": [],
            "small_numbers": None,
            "attribution": "OGL",
        },
        "fields": [
            {**field, "value": None, "state": "open"},
            {**field, "value": "one\n# two <b>", "state": "filled in"},
        ],
        "ours": [],
    }
    printed = annex(said)
    assert "A\\*B\\|C_D (U1)" in printed
    assert "- **Integrator**: [open] ______ To be filled in by x." in printed
    assert "- **Integrator**: one # two \\<b\\>\n" in printed
    assert printed.endswith("\n")
