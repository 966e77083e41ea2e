"""The door to PostgreSQL: one engine per process, one transaction per ``session_scope``."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.types.json import set_json_loads
from pydantic_core import from_json
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store.embedded import EmbeddedServer

_IDLE_SECONDS = 5.0
# A case has some hundred small JSON values: read them by the faster parser.
set_json_loads(from_json)

_lock = threading.Lock()
_engine: Engine | None = None
_sessions: sessionmaker[Session] | None = None
_embedded: EmbeddedServer | None = None


def database_url() -> str:
    """The address in use: the configured one, else that of the embedded server, which is started when needed."""
    global _embedded
    settings = get_settings()
    if settings.database_url:
        return settings.database_url
    if _embedded is None:
        _embedded = EmbeddedServer(settings.home / "pgdata")
    return _embedded.in_use() or _embedded.start()


def sqlalchemy_url(url: str) -> URL:
    """The address with the psycopg 3 driver named."""
    return make_url(url).set(drivername="postgresql+psycopg")


def conninfo(url: str | None = None) -> str:
    """The address as psycopg and procrastinate take it."""
    plain = make_url(url or database_url()).set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)


def engine() -> Engine:
    """The engine of this process, made at first use."""
    global _engine, _sessions
    if _engine is None:
        with _lock:
            if _engine is None:
                made = create_engine(
                    sqlalchemy_url(database_url()),
                    pool_size=10,
                    max_overflow=20,
                    # The same statements run all day: let the server keep their plans after the second use.
                    connect_args={"prepare_threshold": 2, "options": "-c timezone=UTC"},
                )
                _ping_after_idling(made)
                _sessions = sessionmaker(made, expire_on_commit=False)
                _engine = made
    return _engine


def _ping_after_idling(made: Engine) -> None:
    """Test a pooled connection before its use, but only one that has lain idle: a ping costs a round trip."""

    @event.listens_for(made, "checkin")
    def _put_back(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def _taken_out(connection: Any, record: Any, _proxy: Any) -> None:
        idle_since = record.info.get("idle_since")
        if connection.closed or connection.broken:
            raise DisconnectionError
        if idle_since is not None and time.monotonic() - idle_since > _IDLE_SECONDS:
            try:
                connection.execute("SELECT 1")
                connection.rollback()
            except psycopg.Error as gone:
                raise DisconnectionError from gone


@contextmanager
def session_scope() -> Iterator[Session]:
    """One transaction: committed at the end, rolled back on any error.

    Raises:
        TelekalkError: TK-STORE-002 when the database does not answer.
    """
    engine()
    if _sessions is None:  # pragma: no cover - engine() sets it
        raise RuntimeError("no session factory")
    session = _sessions()
    try:
        yield session
        session.commit()
    except OperationalError as problem:
        session.rollback()
        if problem.connection_invalidated or isinstance(problem.orig, psycopg.errors.ConnectionFailure):
            raise unreachable() from problem
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def driver_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection of the session's open transaction, for jobs that are enqueued within it."""
    raw = session.connection().connection.driver_connection
    if not isinstance(raw, psycopg.Connection):  # pragma: no cover - one dialect only
        raise TypeError("not a psycopg connection")
    return raw


def unreachable() -> TelekalkError:
    """The error for a database that does not answer."""
    return TelekalkError(
        "TK-STORE-002",
        "Die Datenbank antwortet nicht.",
        "The database does not answer.",
        status=503,
        remedy_de="Ein neuer Versuch in einigen Sekunden genügt meist; sonst sagt `telekalk doctor`, was fehlt.",
        remedy_en="Try again in a few seconds; otherwise `telekalk doctor` says what is missing.",
    )


def dispose() -> None:
    """Close every connection of this process and stop the embedded server if this process started it."""
    global _engine, _sessions, _embedded
    with _lock:
        if _engine is not None:
            _engine.dispose()
        _engine = None
        _sessions = None
        if _embedded is not None:
            _embedded.stop()
        _embedded = None


def owns_server() -> bool:
    """Whether this process started the embedded server and must stop it."""
    return _embedded is not None and _embedded.mine
