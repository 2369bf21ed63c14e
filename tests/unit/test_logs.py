"""Lines of the log: where they go, which there are, and what they never hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from app import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_a_failure_is_told_on_standard_error_without_the_values_of_variables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info")

    def work(patients: str) -> None:
        raise ValueError(f"{len(patients)} letters")

    try:
        work("four-of-practice-X")
    except ValueError as error:
        structlog.get_logger().error("job failed", job="a1", exc_info=error)
    said = capsys.readouterr()
    assert said.out == ""
    assert "job failed" in said.err
    assert "job=a1" in said.err
    assert "ValueError: 18 letters" in said.err
    assert "in work" in said.err
    assert "four-of-practice-X" not in said.err.replace('work("four-of-practice-X")', "")
    assert "\x1b" not in said.err


def test_what_is_less_grave_than_asked_for_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")
    log = structlog.get_logger()
    log.info("job begun")
    log.warning("no work can be taken")
    assert "job begun" not in (said := capsys.readouterr().err)
    assert "no work can be taken" in said
