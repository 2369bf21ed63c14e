"""What people write into a paper: what no figure can say."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8_000)]


class Words(BaseModel):
    """The people's part of a paper. All of it may be left out: the paper then says who is to complete it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Short | None = Field(None, description="Title of the paper.")
    prepared_by: Short | None = Field(None, description="Who prepared it.")
    preferred: Annotated[str, StringConstraints(max_length=2_000)] | None = Field(
        None, description="Id of the option that is preferred, such as “no-change”."
    )
    reason: Long | None = Field(None, description="Why that option is preferred.")
    options: tuple[Annotated[str, StringConstraints(max_length=2_000)], ...] | None = Field(
        None, description="Ids of the options shown; by default all. No change is always shown.", max_length=40
    )
    equality: Long | None = Field(None, description="Impact on equality and health inequalities.")
    engagement: Long | None = Field(None, description="Who was asked, when, and what they said.")
    risks: Long | None = Field(None, description="Risks, and what is done about them.")
    recommendation: Long | None = Field(None, description="What the meeting is asked to agree.")
    decided_by: Short | None = Field(None, description="Who decides.")
    decided_on: date | None = Field(None, description="Date of the decision.")
    review_on: date | None = Field(None, description="Date by which it is looked at again.")
