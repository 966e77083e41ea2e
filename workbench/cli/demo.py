"""``telekalk demo``: everything in one foreground command."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

import click

from workbench.access.accounts import DEMO_USERS
from workbench.cli.children import Child, Stopped, stop_all, stop_on_signals, supervise
from workbench.errors import TelekalkError
from workbench.settings import Settings, get_settings

_READY_SECONDS = 60.0


def _say(german: str, english: str) -> None:
    click.echo(english if get_settings().language == "en" else german)


def check_port(host: str, port: int, what: str) -> None:
    """Raise TK-DEMO-001 when the port is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise TelekalkError(
                "TK-DEMO-001",
                f"Port {port} ({what}) ist belegt oder nicht erlaubt.",
                f"Port {port} ({what}) is in use or not allowed.",
                remedy_de="Wählen Sie einen anderen: scripts/demo --port 8070",
                remedy_en="Choose another one: scripts/demo --port 8070",
            ) from problem


def _only_one(home: Path) -> IO[str]:
    home.mkdir(parents=True, exist_ok=True)
    handle = (home / "demo.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        handle.close()
        raise TelekalkError(
            "TK-DEMO-002",
            "Die Demonstration läuft auf diesen Daten schon.",
            "The demonstration is running on these data already.",
            remedy_de="Beenden Sie sie, oder wählen Sie mit TELEKALK_HOME einen anderen Ordner.",
            remedy_en="Stop it, or choose another folder with TELEKALK_HOME.",
        ) from problem
    return handle


def _children(settings: Settings) -> list[Child]:
    logs = settings.home / "logs"
    telekalk = [sys.executable, "-m", "workbench"]
    return [Child(name, [*telekalk, name], log_file=logs / f"{name}.log") for name in ("desk", "customer", "worker")]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status < 500)
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _wait_ready(settings: Settings, children: list[Child]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    waiting = {"desk": settings.desk_url, "customer": f"http://{settings.customer_host}:{settings.customer_port}"}
    while waiting and time.monotonic() < deadline:
        for name, url in list(waiting.items()):
            if _answers(url):
                del waiting[name]
        dead = [child for child in children if not child.alive]
        if dead:
            break
        time.sleep(0.1)
    for name in waiting:
        _say(
            f"Achtung: {name} antwortet noch nicht; siehe {settings.home / 'logs' / (name + '.log')}",
            f"Warning: {name} does not answer yet; see {settings.home / 'logs' / (name + '.log')}",
        )


def _announce(settings: Settings) -> None:
    _say("\nTelekalk läuft (Demonstration).", "\nTelekalk is running (demonstration).")
    _say(f"  Arbeitsplatz   {settings.desk_url}", f"  Desk           {settings.desk_url}")
    _say(f"  Kundenseite    {settings.customer_url}", f"  Customer face  {settings.customer_url}")
    _say("  Anmeldung (Name / Kennwort / Rolle):", "  Logins (name / password / role):")
    for user in DEMO_USERS:
        click.echo(f"    {user.login:<8}{user.password:<14}{', '.join(user.roles)}")
    _say("Ende mit Strg-C.", "Stop with Ctrl-C.")
    sys.stdout.flush()


@click.command()
@click.option("--port", type=click.IntRange(1, 65534), help="Port of the desk; the customer face takes the next one.")
@click.option(
    "--photos",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Load your own photo sets: a folder with one sub-folder per set (claim.json beside the photos is optional).",
)
@click.option("--empty", is_flag=True, help="Start without the demonstration cases.")
def demo(port: int | None, photos: Path | None, empty: bool) -> None:
    """Everything in one: embedded database, migrations, demo cases, desk, customer pages, worker."""
    if port is not None:
        os.environ["TELEKALK_DESK_PORT"] = str(port)
        os.environ["TELEKALK_CUSTOMER_PORT"] = str(port + 1)
        get_settings.cache_clear()
    settings = get_settings()
    from workbench.logs import configure_logging

    configure_logging(process="demo")
    stop_on_signals()
    children: list[Child] = []
    lock: IO[str] | None = None
    try:
        lock = _only_one(settings.home)
        check_port(settings.desk_host, settings.desk_port, "desk")
        check_port(settings.customer_host, settings.customer_port, "customer")
        _run(children, photos, empty=empty)
    except Stopped:
        _say("\nWird beendet …", "\nStopping …")
    finally:
        stop_all(children)
        _stop_database()
        if lock is not None:
            lock.close()


def _run(children: list[Child], photos: Path | None, *, empty: bool) -> None:
    from workbench.access import ensure_demo_users
    from workbench.demo import loader
    from workbench.store import database, migrate

    _say("Datenbank wird gestartet …", "Starting the database …")
    migrate.upgrade()
    ensure_demo_users()
    if not get_settings().database_url:
        # From here on every process of the demo, this one included, uses the one address.
        os.environ["TELEKALK_DATABASE_URL"] = database.conninfo()
        get_settings.cache_clear()
    settings = get_settings()
    for child in _children(settings):
        child.start()
        children.append(child)
    _wait_ready(settings, children)
    _announce(settings)
    for line_de, line_en in loader.load(photos, demonstration=not empty):
        _say(line_de, line_en)
    sys.stdout.flush()

    def restarted(child: Child) -> None:
        _say(f"{child.name} wird neu gestartet.", f"{child.name} is being restarted.")
        sys.stdout.flush()

    supervise(children, on_restart=restarted)


def _stop_database() -> None:
    from workbench.store import database

    database.dispose()
