"""Where postcodes are. The national directory has 2.7 million: they are taken in as they come."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.areas import Box
from app.store.frames import add_frame, batches, read_frame, table_of
from app.store.tables import Postcode

ASKED_AT_ONCE = 2_000
KEPT_AT_ONCE = 50_000


class Postcodes:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, dataset_id: str, chunks: pd.DataFrame | Iterable[pd.DataFrame]) -> None:
        """Keep one frame of postcodes or many in turn; no more than one chunk is held in memory.

        Raises ``Problem``: a postcode missing or twice, or a dataset that is filled already.
        """
        for frame in [chunks] if isinstance(chunks, pd.DataFrame) else chunks:
            for start in range(0, len(frame), KEPT_AT_ONCE):
                part = frame.iloc[start : start + KEPT_AT_ONCE]
                add_frame(self._session, Postcode, part, dataset_id=dataset_id)

    def locate(self, dataset_id: str, postcodes: Iterable[str]) -> pd.DataFrame:
        """The rows of these postcodes, sorted; those not found are left out. Spaces and case do not matter."""
        columns = table_of(Postcode).columns
        wanted = sorted({"".join(postcode.split()).upper() for postcode in postcodes})
        found = [
            read_frame(
                self._session,
                select(*(columns[name] for name in Postcode.FRAME))
                .where(columns["dataset_id"] == dataset_id, columns["postcode"].in_(batch))
                .order_by(columns["postcode"]),
                Postcode,
                Postcode.FRAME,
            )
            for batch in batches(wanted, ASKED_AT_ONCE)
        ]
        kept = [frame for frame in found if len(frame)]
        if not kept:
            return read_frame(
                self._session, select(*(columns[n] for n in Postcode.FRAME)).limit(0), Postcode, Postcode.FRAME
            )
        return pd.concat(kept, ignore_index=True)

    def within(self, dataset_id: str, box: Box) -> pd.DataFrame:
        """Postcodes with a grid reference inside a box (its edge counts), sorted; terminated ones too."""
        minx, miny, maxx, maxy = box
        columns = table_of(Postcode).columns
        query = (
            select(*(columns[name] for name in Postcode.FRAME))
            .where(columns["dataset_id"] == dataset_id)
            .where(columns["easting"].between(minx, maxx), columns["northing"].between(miny, maxy))
            .order_by(columns["postcode"])
        )
        return read_frame(self._session, query, Postcode, Postcode.FRAME)
