"""The upload page speaks of kinds, fields and options in the service's own words."""

from __future__ import annotations

import re
from pathlib import Path

from app.ingest.kinds import Kind
from app.ingest.recognise import KNOWN
from app.services.uploading.guessing import FIELDS, NEEDED
from app.services.uploading.options import LoadOptions

SOURCE = (Path(__file__).resolve().parents[2] / "app" / "web" / "src" / "upload" / "kinds.ts").read_text("utf-8")
PAIR = re.compile(r"""^\s*"?([a-z_-]+)"?:\s*"([^"]*)",?$""", re.MULTILINE)


def block(name: str) -> str:
    found = re.search(rf"export const {name}\b.*?= \{{\n(.*?)\n\}};", SOURCE, re.DOTALL)
    assert found, f"kinds.ts has no {name}"
    return found[1]


def test_every_kind_is_offered_by_the_name_that_messages_give_it() -> None:
    assert dict(PAIR.findall(block("KINDS"))) == {str(kind): KNOWN[kind] for kind in Kind}


def test_the_fields_of_each_kind_are_those_that_can_be_mapped() -> None:
    parts = re.findall(r"""^  "?([a-z-]+)"?: \{\n(.*?)\n  \},""", block("FIELDS"), re.DOTALL | re.MULTILINE)
    assert {kind: dict(PAIR.findall(fields)) for kind, fields in parts} == {str(k): f for k, f in FIELDS.items()}


def test_what_is_needed_is_what_the_service_needs() -> None:
    lines = re.findall(r"""^  "?([a-z-]+)"?: \[(.*)\],$""", block("NEEDED"), re.MULTILINE)
    groups = {
        kind: [re.findall(r'"([a-z_]+)"', group) for group in re.findall(r"\[([^\]]*)\]", line)] for kind, line in lines
    }
    assert groups == {str(kind): [list(group) for group in needed] for kind, needed in NEEDED.items()}


def test_the_page_starts_from_what_the_service_takes_where_nothing_is_said() -> None:
    plain = LoadOptions().model_dump(mode="json")
    words = {"null": None, "{}": {}, "false": False}
    said = re.findall(r"^  ([a-z_]+): (.+),$", block("NOTHING_SAID"), re.MULTILINE)
    assert {name: words.get(value, value.strip('"')) for name, value in said} == plain
