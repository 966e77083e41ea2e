"""``telekalk desk``, ``telekalk customer``, ``telekalk worker``: the processes of a real installation."""

from __future__ import annotations

import os
import sys
import threading

import click

from workbench.settings import get_settings


def _prepare(process: str) -> None:
    """Logs, and a database that is there and migrated; the process then knows its address."""
    from workbench.errors import TelekalkError
    from workbench.logs import configure_logging
    from workbench.store import database, migrate

    configure_logging(process=process)
    if migrate.current() != migrate.head():
        if get_settings().database_url:
            raise TelekalkError(
                "TK-STORE-005",
                "Die Datenbank ist nicht auf dem Stand dieses Programms.",
                "The database is not at this program's version.",
                status=503,
                remedy_de="Rufen Sie `telekalk migrate` auf.",
                remedy_en="Run `telekalk migrate`.",
            )
        migrate.upgrade()
    if not get_settings().database_url:
        os.environ["TELEKALK_DATABASE_URL"] = database.conninfo()
        get_settings.cache_clear()


@click.command()
def desk() -> None:
    """Run the experts' desk (gunicorn, one process with threads)."""
    _prepare("desk")
    settings = get_settings()
    from workbench.store import database

    # With the embedded server this process started it and must stay to stop it, so the web server is a child.
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{settings.desk_host}:{settings.desk_port}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        str(settings.desk_threads),
        "--timeout",
        "60",
        "--graceful-timeout",
        "5",
        "--worker-tmp-dir",
        "/dev/shm" if os.path.isdir("/dev/shm") else ".",  # noqa: PTH112, S108 - heartbeat file in memory
        "--log-level",
        "warning",
        "workbench.desk.app:create_app()",
    ]
    if database.owns_server():
        from workbench.cli.children import run_until_stopped

        raise click.exceptions.Exit(run_until_stopped(command))
    database.dispose()
    os.execv(sys.executable, command)  # noqa: S606 - our own words


@click.command()
def customer() -> None:
    """Run the customer face with the intake API (uvicorn)."""
    _prepare("customer")
    settings = get_settings()
    import uvicorn

    from workbench.store import database

    try:
        uvicorn.run(
            "workbench.customer.app:create_app",
            factory=True,
            host=settings.customer_host,
            port=settings.customer_port,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    finally:
        database.dispose()


@click.command()
@click.option("--once", is_flag=True, help="Stop when no job is left.")
@click.option("--no-warm", is_flag=True, help="Do not load the models before the first job.")
def worker(once: bool, no_warm: bool) -> None:
    """Run background jobs; start as many of these as are wanted, on as many machines."""
    _prepare("worker")
    from workbench.jobs.worker import run_worker
    from workbench.messages.outbox import start_delivering
    from workbench.messages.watched_folder import start_watching
    from workbench.store import database

    stop = threading.Event()
    watcher = None if once else start_watching()
    if not once:
        start_delivering(stop)
    try:
        run_worker(wait=not once, warm=not (no_warm or once))
    finally:
        stop.set()
        if watcher is not None:
            watcher.stop()
        database.dispose()
