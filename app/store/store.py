"""The store: one face for a SQLite file and for PostgreSQL with PostGIS."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.store import schema
from app.store.unit import Unit

BUSY_TIMEOUT_MS = 30_000
"""How long a writer on SQLite waits for another to finish."""

PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Keeps datasets and footprints. Safe to share between threads; ``close`` when done.

    ``url`` is ``sqlite:///path`` (the folder must exist) or ``postgresql://…``. Raises ``Problem`` for any other, and
    when the database does not answer.
    """

    def __init__(self, url: str, *, now: Callable[[], datetime] = utc_now) -> None:
        self.url = _url(url)
        self._now = now
        self.writes = 0
        """How often this store has been written to: what was read before may no longer be so."""
        # Two pools: whoever writes while reading never waits for a connection that only readers could give back.
        self.engine = _engine(self.url)
        self._reading = _engine(self.url, read_only=True)

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """One transaction: what is written is kept whole when the block ends well, and not at all otherwise."""
        with self._session(self.engine) as session:
            yield Unit(session, self._now)
            session.commit()
        self.writes += 1

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """Read as of one moment; writers are not held up, and writing is refused."""
        with self._session(self._reading) as session:
            yield Unit(session, self._now)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a revision, by default the newest. Doing it again changes nothing."""
        with self._transaction() as connection:
            schema.upgrade(connection, revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to a revision; ``"base"`` leaves an empty database."""
        with self._transaction() as connection:
            schema.downgrade(connection, revision)

    def revision(self) -> str | None:
        """The revision the schema stands at; ``None`` for an empty database."""
        with self._session(self._reading) as session:
            return schema.current(session.connection())

    @property
    def encodes_tiles(self) -> bool:
        """Whether the database makes vector tiles itself, as PostGIS does."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def is_current(self) -> bool:
        """Whether the schema is the one this version of the service needs."""
        return self.revision() == schema.head()

    def close(self) -> None:
        self.engine.dispose()
        self._reading.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session:
            try:
                session.connection()
            except (DBAPIError, PoolTimeoutError) as error:
                raise _unavailable(self.url) from error
            yield session

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._session(self.engine) as session:
            yield session.connection()
            session.commit()


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise _unusable("It is not a database URL.") from None
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise _unusable(f"It names a database of the kind {backend!r}.")
    if not url.database or url.database == ":memory:":
        raise _unusable("It names no file, and a database in memory would be lost with the process.")
    folder = Path(url.database).resolve().parent
    if not folder.is_dir():
        raise _unusable(f"There is no folder {folder}.")
    return url.set(drivername="sqlite+pysqlite")


def _engine(url: URL, *, read_only: bool = False) -> Engine:
    pool = {"pool_size": 10, "max_overflow": 30}  # as many as a web server has threads
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, **pool)
        # One snapshot for all that is read in a unit, as a transaction on SQLite has by nature.
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return engine.execution_options(**snapshot) if read_only else engine
    engine = create_engine(url, **pool)

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own; begin does
        pragmas = (f"busy_timeout = {BUSY_TIMEOUT_MS}", *PRAGMAS, f"query_only = {int(read_only)}")
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()  # the pool drops it without closing
            raise

    def begin(connection: Connection) -> None:
        # A writer takes its turn at once: turning from reading to writing halfway cannot wait, and would fail.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _unusable(why: str) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "The database URL cannot be used",
        why,
        remedy="Give sqlite:///path/to/file or postgresql://user:password@host/database.",
    )


def _unavailable(url: URL) -> Problem:
    return Problem(
        Fault.UNAVAILABLE,
        "The database does not answer",
        f"No transaction could be begun on {url.render_as_string(hide_password=True)}.",
        remedy="Check that it is a database, running, reachable and not held by another program, and try again.",
    )
