"""The job queue: procrastinate in the same PostgreSQL, so that work is enqueued in the transaction that causes it."""

from __future__ import annotations

from typing import Any

import procrastinate
from sqlalchemy.orm import Session

from workbench.settings import get_settings
from workbench.store.database import conninfo, driver_connection

#: The app without a connection of its own: it holds the tasks, and enqueues over a session's connection.
app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(), import_paths=["workbench.jobs.tasks"])


def enqueue(
    session: Session,
    task: str,
    *,
    lock: str | None = None,
    in_seconds: int | None = None,
    priority: int = 0,
    **kwargs: Any,
) -> int:
    """Enqueue a job in the session's transaction: it exists if and only if the transaction commits.

    Args:
        session: The open transaction.
        task: Name of the task.
        lock: Jobs with the same lock run one after another.
        in_seconds: Start no sooner than in that many seconds.
        priority: Jobs with a higher one are taken first.
        kwargs: The task's arguments, JSON-able; ids, never personal data.

    Returns:
        The id of the job.
    """
    options: dict[str, Any] = {"lock": lock, "priority": priority, "connection": driver_connection(session)}
    if in_seconds is not None:
        options["schedule_in"] = {"seconds": in_seconds}
    return app.configure_task(task, **options).defer(**kwargs)


def worker_app() -> procrastinate.App:
    """The app with an asynchronous connection of its own, for a worker process."""
    pool = get_settings().worker_concurrency + 3
    return app.with_connector(procrastinate.PsycopgConnector(conninfo=conninfo(), min_size=1, max_size=pool))
