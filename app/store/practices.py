"""Practices, as each dataset states them."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select

from app.store.datasets import preferred
from app.store.frames import read_frame, table_of
from app.store.rows import Rows
from app.store.tables import Dataset, Practice


class Practices(Rows):
    model = Practice
    order = ("code",)

    def find(self, code: str) -> pd.DataFrame:
        """A practice in every dataset that has it, the newest first: ``dataset_id`` and the practice columns."""
        columns = table_of(Practice).columns
        names = ("dataset_id", *Practice.FRAME)
        query = select(*(columns[name] for name in names)).join(Dataset, Dataset.id == columns["dataset_id"])
        query = preferred(query.where(columns["code"] == code), None)
        return read_frame(self._session, query, Practice, names)
