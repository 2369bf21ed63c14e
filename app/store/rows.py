"""What the repositories of plain frames share: rows are added once for a dataset and read back whole."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.frames import add_frame, read_frame, table_of
from app.store.tables import Framed


class Rows:
    """Rows of one frame by dataset. Subclasses say which, and in which order they are read."""

    model: type[Framed]
    order: tuple[str, ...]

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Keep a frame with the columns ``COLUMNS`` has for it.

        Raises ``Problem``: a key missing or twice, or a dataset that is filled already.
        """
        add_frame(self._session, self.model, frame, dataset_id=dataset_id)

    def of(self, dataset_id: str) -> pd.DataFrame:
        """All rows of a dataset, in a fixed order; empty (with its columns) where it has none."""
        columns = table_of(self.model).columns
        query = (
            select(*(columns[name] for name in self.model.FRAME))
            .where(columns["dataset_id"] == dataset_id)
            .order_by(*(columns[name] for name in self.order))
        )
        return read_frame(self._session, query, self.model, self.model.FRAME)
