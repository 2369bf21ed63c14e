"""A kind of work whose steps a test can hold up, count and break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.problem import Fault, Problem
from app.services.long_work import Cancelled, Progress, WorkKind
from app.services.workspace import Workspace


class ToyQuestion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = Field(1, ge=0, le=100)
    note: str = ""
    fails: str = ""  # "problem", "unavailable" or "crash"
    diary: str = ""  # a file that is told of every run
    waits_for: str = ""  # a file; the work goes on once it is there
    deaf: bool = False  # does not hear that it is to stop
    writes: bool = False


def run(_work: Workspace, question: dict[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
    """Square a number, step by step."""
    if question["diary"]:
        with Path(question["diary"]).open("a", encoding="utf-8") as diary:
            diary.write(f"{question['number']}\n")
    progress(0.25, "a quarter")
    if question["fails"] == "problem":
        raise Problem(Fault.CONFLICT, "This cannot be", "Because of a toy.", remedy="Take another.")
    if question["fails"] == "unavailable":
        raise Problem(Fault.UNAVAILABLE, "Gone", "The database is away.")
    if question["fails"] == "crash":
        raise RuntimeError("secret of the inside")
    while question["waits_for"] and not Path(question["waits_for"]).exists():
        sleep(0.02)
        if not question["deaf"]:
            progress(0.5, "waiting")
    return {"square": question["number"] ** 2, "stopped": cancelled()}


TOY = WorkKind("toy", "Square a number", ToyQuestion, run, writes=lambda question: bool(question["writes"]))


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; fail if it never does."""
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        sleep(0.05)
    raise AssertionError("it never came to be")
