"""``telekalk doctor``: checks the installation and says what to do."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import click

from workbench.settings import get_settings

_LEAST_FREE_MIB = 500


@dataclass(frozen=True, slots=True)
class Check:
    """Outcome of one check.

    Attributes:
        name: what was checked.
        level: ok, warning or error.
        found_de, found_en: what was found.
        todo_de, todo_en: what to do; empty when there is nothing to do.
    """

    name: str
    level: str
    found_de: str
    found_en: str
    todo_de: str = ""
    todo_en: str = ""


def _database() -> Check:
    from sqlalchemy import text

    from workbench.store.database import engine

    with engine().connect() as connection:
        version = connection.execute(text("SHOW server_version")).scalar()
        number = int(connection.execute(text("SHOW server_version_num")).scalar() or 0)
    kind = "TELEKALK_DATABASE_URL" if get_settings().database_url else "embedded"
    if number < 140_000:
        return Check("database", "error", f"PostgreSQL {version} ist zu alt", f"PostgreSQL {version} is too old",
                     "PostgreSQL 14 oder neuer bereitstellen.", "Provide PostgreSQL 14 or newer.")  # fmt: skip
    return Check("database", "ok", f"PostgreSQL {version} ({kind})", f"PostgreSQL {version} ({kind})")


def _migrations() -> Check:
    from workbench.store import migrate

    at, newest = migrate.current(), migrate.head()
    if at == newest:
        return Check("migrations", "ok", f"Stand {at}", f"at {at}")
    return Check("migrations", "error", f"Stand {at or 'leer'}, neuester ist {newest}", f"at {at or 'empty'}, newest is {newest}",
                 "`telekalk migrate` aufrufen.", "Run `telekalk migrate`.")  # fmt: skip


def _storage() -> Check:
    root = get_settings().photos_path
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root) as probe:
        probe.write(b"probe")
        probe.flush()
        os.fsync(probe.fileno())
    free = shutil.disk_usage(root).free // (1024 * 1024)
    if free < _LEAST_FREE_MIB:
        return Check("storage", "warning", f"nur {free} MiB frei in {root}", f"only {free} MiB free in {root}",
                     "Platz schaffen oder TELEKALK_PHOTO_STORE verlegen.", "Free some space or move TELEKALK_PHOTO_STORE.")  # fmt: skip
    return Check("storage", "ok", f"beschreibbar, {free} MiB frei: {root}", f"writable, {free} MiB free: {root}")


def _models() -> Check:
    from workbench.cases.learning import health
    from workbench.cases.looking import looker
    from workbench.store import migrate

    # Which detector is active stands in the database; without one it is the last one of this home, or the shipped one.
    try:
        has_database = migrate.current() == migrate.head()
    except Exception:  # the database's own check says what is wrong with it
        has_database = False
    seen = health.of_models() if has_database else health.of_home()
    eyes = looker().using(seen.detector)
    if seen.detector.problem is None:
        eyes.warm()
    said = ", ".join(f"{name} {version}" for name, version in eyes.versions.items())
    de, en = (", ".join(filter(None, (said, more))) for more in (seen.found_de, seen.found_en))
    return Check("models", seen.level, de, en, seen.todo_de, seen.todo_en)


def _drift() -> Check:
    from workbench.cases.learning import drift
    from workbench.store.database import session_scope

    with session_scope() as session:
        alarms = drift.alarms(session)
    if not alarms:
        return Check("drift", "ok", "Fotos und Befunde wie gewohnt", "photos and findings as usual")
    worst = alarms[0]
    more = len(alarms) - 1
    return Check(
        "drift",
        "warning",
        worst.reason_de + (f" (und {more} weitere)" if more else ""),
        worst.reason_en + (f" (and {more} more)" if more else ""),
        worst.remedy_de,
        worst.remedy_en,
    )


def _tables() -> Check:
    from pricing_tables import tables_on

    tables = tables_on(datetime.now(UTC).date())
    count = len(tables.references)
    own = sum(1 for reference in tables.references if not reference.demonstration)
    return Check(
        "tables",
        "ok",
        f"{count} Tabellen für heute, {count - own} davon Demonstration",
        f"{count} tables for today, {count - own} of them demonstration",
    )


def _clock() -> Check:
    from sqlalchemy import text

    from workbench.cases.clock import office_hours
    from workbench.store.database import engine

    office_hours()
    with engine().connect() as connection:
        there = connection.execute(text("SELECT clock_timestamp()")).scalar()
    if not isinstance(there, datetime):
        raise TypeError("the database has no clock")
    apart = abs((there - datetime.now(UTC)).total_seconds())
    if apart > 5:
        return Check("clock", "error", f"Uhren von Rechner und Datenbank gehen {apart:.0f} s auseinander",
                     f"the clocks of this machine and the database are {apart:.0f} s apart",
                     "Zeitsynchronisation einschalten.", "Switch on time synchronisation.")  # fmt: skip
    return Check("clock", "ok", "Uhr und Bürozeiten stimmen", "clock and office hours are right")


def _fonts() -> Check:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "probe.typ")  # noqa: PTH118
        with open(path, "w", encoding="utf-8") as out:  # noqa: PTH123
            out.write("Prüfung: Größe, 4.000,00 €")
        typst.compile(path, format="pdf")
    return Check("documents", "ok", "Angebote lassen sich setzen", "offers can be type-set")


def _ports() -> Check:
    settings = get_settings()
    taken = []
    for name, host, port in (
        ("desk", settings.desk_host, settings.desk_port),
        ("customer", settings.customer_host, settings.customer_port),
    ):
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                taken.append(f"{name} {port}")
    if taken:
        listed = ", ".join(taken)
        return Check("ports", "warning", f"belegt: {listed} (läuft Telekalk schon?)", f"in use: {listed} (is Telekalk running?)",
                     "Sonst TELEKALK_DESK_PORT oder TELEKALK_CUSTOMER_PORT ändern.",
                     "Otherwise change TELEKALK_DESK_PORT or TELEKALK_CUSTOMER_PORT.")  # fmt: skip
    return Check("ports", "ok", f"{settings.desk_port} und {settings.customer_port} sind frei",
                 f"{settings.desk_port} and {settings.customer_port} are free")  # fmt: skip


def _jobs() -> Check:
    from sqlalchemy import text

    from workbench.store.database import engine

    with engine().connect() as connection:
        waiting, failed, workers = connection.execute(
            text(
                "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed'), "
                "(SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute') "
                "FROM procrastinate_jobs"
            )
        ).one()
    de = f"{workers} Worker, {waiting} wartend, {failed} fehlgeschlagen"
    en = f"{workers} workers, {waiting} waiting, {failed} failed"
    if waiting and not workers:
        return Check("jobs", "warning", de, en, "`telekalk worker` starten.", "Start `telekalk worker`.")
    return Check("jobs", "ok", de, en)


CHECKS: tuple[tuple[str, Callable[[], Check]], ...] = (
    ("database", _database),
    ("migrations", _migrations),
    ("jobs", _jobs),
    ("storage", _storage),
    ("models", _models),
    ("drift", _drift),
    ("tables", _tables),
    ("documents", _fonts),
    ("clock", _clock),
    ("ports", _ports),
)
_ADVICE = {
    "database": ("TELEKALK_DATABASE_URL prüfen; ohne sie: Rechte von TELEKALK_HOME.",
                 "Check TELEKALK_DATABASE_URL; without it: the permissions of TELEKALK_HOME."),
    "migrations": ("Zuerst die Datenbank in Ordnung bringen.", "Mend the database first."),
    "jobs": ("`telekalk migrate` aufrufen.", "Run `telekalk migrate`."),
    "storage": ("Schreibrechte von TELEKALK_PHOTO_STORE prüfen.", "Check write permission of TELEKALK_PHOTO_STORE."),
    "drift": (
        "Die Datenseite (`/data`) öffnen: dort steht, was sich geändert hat.",
        "Open the data page (`/data`): it says what has changed.",
    ),
    "models": ("Installation erneuern: scripts/setup.", "Renew the installation: scripts/setup."),
    "tables": ("`telekalk tables check` aufrufen.", "Run `telekalk tables check`."),
    "documents": ("Installation erneuern: scripts/setup.", "Renew the installation: scripts/setup."),
    "clock": ("Bürozeiten und Zeitzone prüfen.", "Check office hours and time zone."),
    "ports": ("TELEKALK_DESK_HOST und TELEKALK_CUSTOMER_HOST prüfen.", "Check TELEKALK_DESK_HOST and TELEKALK_CUSTOMER_HOST."),
}  # fmt: skip


def run_checks() -> list[Check]:
    """All checks; one that breaks is an error with advice, and the others still run."""
    outcome = []
    for name, check in CHECKS:
        try:
            outcome.append(check())
        except Exception as problem:  # a doctor reports whatever is broken instead of breaking
            said = f"{type(problem).__name__}: {problem}".splitlines()[0][:300]
            advice = _ADVICE[name]
            de = getattr(problem, "message_de", said)
            en = getattr(problem, "message_en", said)
            todo_de = getattr(problem, "remedy_de", "") or advice[0]
            outcome.append(Check(name, "error", de, en, todo_de, getattr(problem, "remedy_en", "") or advice[1]))
    return outcome


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def doctor(as_json: bool) -> None:
    """Check database, migrations, jobs, storage, models, drift, tables, documents, clock and ports, and say what to do.

    Exit code 0 when nothing is wrong (warnings count as well), 2 when something is.
    """
    from workbench.store import database

    try:
        checks = run_checks()
    finally:
        database.dispose()
    wrong = any(check.level == "error" for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        english = get_settings().language == "en"
        marks = {"ok": "✓", "warning": "!", "error": "✗"}
        for check in checks:
            click.echo(f"{marks[check.level]} {check.name:<11}{check.found_en if english else check.found_de}")
            todo = check.todo_en if english else check.todo_de
            if todo:
                click.echo(f"  {'':<11}→ {todo}")
    if wrong:
        raise click.exceptions.Exit(2)
