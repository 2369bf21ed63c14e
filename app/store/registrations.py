"""R: registered patients by practice and the area they live in."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.store.columnar import pack, unpack
from app.store.frames import not_found
from app.store.tables import Registration
from geometry.labelled import Labelled

COLUMNS = ("practice_code", "area_code", "patients")


class Registrations:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Keep a frame of practice, area and patients; rows of the same practice and area are summed.

        Raises ``Problem``: a code or count missing, or a dataset that is filled already.
        """
        if tuple(frame.columns) != COLUMNS:
            raise ValueError(f"registrations need the columns {list(COLUMNS)}, not {list(frame.columns)}")
        missing = int(frame.isna().any(axis=1).sum())
        if missing:
            raise Problem(
                Fault.BAD_INPUT,
                "A registration lacks what it needs",
                f"{missing:,} rows have no practice, no area or no number of patients.",
                remedy="Complete the rows; patients whose area is not known belong to the area for unknown residence.",
            )
        matrix = Labelled.from_triples(frame["practice_code"], frame["area_code"], frame["patients"].astype("float64"))
        try:
            self._session.execute(insert(Registration).values(dataset_id=dataset_id, content=pack(matrix)))
        except IntegrityError as error:
            raise Problem(
                Fault.CONFLICT,
                "The registrations do not fit what is kept",
                f"Dataset {dataset_id} has registrations already, or there is no such dataset.",
                remedy="A dataset is filled once and never changed: load the file again as a whole.",
            ) from error

    def matrix(self, dataset_id: str) -> Labelled:
        """Practices × area codes, patients, both sorted by code.

        Patients whose residence is not known stand in a column of their own, under the code the reader gave them.
        Raises ``Problem`` (not found) if the dataset holds no registrations.
        """
        content = self._session.scalar(select(Registration.content).where(Registration.dataset_id == dataset_id))
        if content is None:
            known = self._session.scalars(select(Registration.dataset_id).order_by(Registration.dataset_id))
            not_found("dataset of registrations", dataset_id, known)
        return unpack(content)
