"""``telekalk models register|promote|shadow|disagreements|rollback|history``: how a new model comes to be the active one."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.models import models
from workbench.errors import TelekalkError
from workbench.settings import get_settings

if TYPE_CHECKING:
    from workbench.access import Actor
    from workbench.cases.learning.gate import GateReport
    from workbench.cases.learning.model_views import ModelVersionView

NAME = "damage"
AS = click.option("--as", "login", help="Login name of the person who does it; kept with the event.")
JSON = click.option("--json", "as_json", is_flag=True, help="For machines.")


def say(german: str, english: str, *, err: bool = False) -> None:
    """One sentence in the language of this process."""
    click.echo(english if get_settings().language == "en" else german, err=err)


def who(login: str | None) -> Actor:
    """The person named, else the program with the name of the machine's user: the history shall know who it was."""
    from workbench.access import SYSTEM, Actor, find_actor

    if login is None:
        try:
            user = getpass.getuser()
        except (KeyError, OSError):  # a user without a name
            user = str(os.getuid())
        return Actor(None, SYSTEM.login, f"{SYSTEM.name} ({user})", SYSTEM.roles)
    actor = find_actor(login)
    if actor is None:
        raise TelekalkError(
            "TK-ACCESS-401", f"Es gibt kein Konto {login}.", f"There is no account {login}.", status=401
        )
    return actor


def with_database(command: Callable[..., None]) -> Callable[..., None]:
    """Bring the database to this program's version before, and close it after."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        from workbench.cli.serve import _prepare
        from workbench.store import database

        try:
            _prepare("models")
            command(*args, **options)
        finally:
            database.dispose()

    return run


def plain(value: Any) -> Any:
    """JSON's own kinds of values for those that it does not know."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def print_json(value: Any) -> None:
    """For machines, on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=plain))


def _version_json(made: ModelVersionView) -> dict[str, Any]:
    return {key: value for key, value in asdict(made).items() if key not in {"card", "settings", "evaluation"}}


@models.command("register")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--oversize", metavar="REASON", help="Accept more than 20 MB, for this reason; it is kept.")
@click.option("--run", "training_run", help="Name of the training run that made it.")
@AS
@JSON
@with_database
def register(folder: Path, oversize: str | None, training_run: str | None, login: str | None, as_json: bool) -> None:
    """Take a bundle (registry.json, network files, card.md) into the installation as a candidate.

    Every file is checked against its hash and the network is tried on probe pictures in a process of its own. A bundle that is
    refused leaves nothing behind; the same bundle again changes nothing, but mends its files in the store.
    """
    from workbench.cases.learning import release

    made = release.register(who(login), folder, oversize=oversize, training_run=training_run)
    if as_json:
        print_json(_version_json(made))
        return
    size = f"{made.bytes / 1e6:.1f}"
    say(
        f"{made.label} ist registriert ({size} MB, {made.state}).",
        f"{made.label} is registered ({size} MB, {made.state}).",
    )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, str], None]]:
    if not sys.stderr.isatty():
        yield lambda _done, _name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Photos" if get_settings().language == "en" else "Fotos", total=total)
        yield lambda done, _name: bars.update(task, completed=done)


@models.command("promote")
@click.argument("version")
@click.option("--coco", type=click.Path(path_type=Path), required=True, help="Labels of the photos, COCO.")
@click.option("--images", type=click.Path(path_type=Path), required=True, help="Folder of the photos.")
@click.option("--split", type=click.Path(path_type=Path), help="Only the photos in this list, one file name a line.")
@click.option("--reason", default="", help="Why; kept with the release.")
@click.option(
    "--despite", metavar="REASON", help="Release it although the gate refuses it; kept as an event of its own."
)
@click.option("--most-slower", type=click.FloatRange(0.1), default=1.25, show_default=True,
              help="Most time per photo, as a multiple of the active model's.")  # fmt: skip
@click.option("--most-mib", type=click.FloatRange(1), default=1024.0, show_default=True, help="Most memory.")
@click.option(
    "--least-photos", type=click.IntRange(1), default=20, show_default=True, help="Fewer photos prove nothing."
)
@click.option("--shadow-photos", type=click.IntRange(0), default=0, show_default=True,
              help="Live photos that it must have looked at as a shadow.")  # fmt: skip
@click.option("--resamples", type=click.IntRange(200), default=2000, show_default=True, help="Of the paired test.")
@AS
@JSON
@with_database
def promote(
    version: str,
    coco: Path,
    images: Path,
    split: Path | None,
    reason: str,
    despite: str | None,
    most_slower: float,
    most_mib: float,
    least_photos: int,
    shadow_photos: int,
    resamples: int,
    login: str | None,
    as_json: bool,
) -> None:
    """Make a registered version the active one, if it passes the gate.

    The active model and the candidate look at the same photos in one run. The candidate must not be worse beyond chance (paired
    test) on any class, overall, or in false finds on undamaged photos; not much slower; its memory and size in bounds; its files
    the registered ones. Exit 2 with TK-MODEL-021 and the reasons when it is refused; either way the report is kept.
    """
    from cv_models.datasets.coco import read
    from workbench.cases.learning import release
    from workbench.cases.learning.gate import Limits

    actor = who(login)
    if despite is not None and not despite.strip():
        raise TelekalkError(
            "TK-MODEL-026", "--despite verlangt einen Grund.", "--despite asks for a reason.", status=400
        )
    labelled = read(coco, images, split)
    language = get_settings().language
    if labelled.problems:
        click.echo(labelled.summary(language), err=True)
    limits = Limits(
        most_slower=most_slower, most_mib=most_mib, least_photos=least_photos, least_shadow_photos=shadow_photos
    )
    said_photos = f"{coco.name}{f', {split.name}' if split else ''}: {len(labelled.photos)}"
    with _progress(len(labelled.photos)) as tell:
        report, comparison = release.examine(
            actor, version, labelled.photos, limits=limits, resamples=resamples, photos_from=said_photos, progress=tell
        )
    if as_json:
        print_json(report.to_json())
    else:
        click.echo(comparison.markdown(language))
        click.echo("")
        _print_checks(report)
    made = release.promote(actor, NAME, version, report=report, reason=reason, despite=despite)
    if not report.verdict.passed:
        say(
            f"{made.label} ist aktiv, obwohl die Prüfung sie nicht freigibt. Der Grund ist festgehalten.",
            f"{made.label} is active although the gate refuses it. The reason is kept.",
            err=True,
        )
    elif not as_json:
        say(
            f"{made.label} ist aktiv; der nächste Fotosatz wird damit angesehen.",
            f"{made.label} is active; the next set is looked at by it.",
        )


def _print_checks(report: GateReport) -> None:
    language = get_settings().language
    for check in report.verdict.checks:
        click.echo(f"{'✓' if check.passed else '✗'} {check.detail(language)}")


@models.command("rollback")
@click.argument("name", default=NAME)
@click.option("--reason", default="", help="Why; kept.")
@AS
@JSON
@with_database
def rollback(name: str, reason: str, login: str | None, as_json: bool) -> None:
    """Go back to the version that was active before; again: one further back. Works also when the active file is broken."""
    from workbench.cases.learning import release

    done = release.rollback(who(login), name, reason=reason)
    if as_json:
        print_json({**_version_json(done.version), "left": done.left, "passed_over": done.passed_over})
        return
    say(
        f"{done.version.label} ist wieder aktiv (statt {done.left}).",
        f"{done.version.label} is active again (in place of {done.left}).",
    )
    for version in done.passed_over:
        say(
            f"{version} ist nicht mehr ganz und wurde übergangen.", f"{version} is no longer whole and was passed over."
        )


@models.command("history")
@click.argument("name", default=NAME)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="The newest so many.")
@JSON
@with_database
def history(name: str, limit: int, as_json: bool) -> None:
    """What happened to the versions of a model: registered, judged, promoted, run as shadow, rolled back; who and why."""
    from workbench.cases.learning import release

    found = release.events(who(None), name, limit=limit)
    if as_json:
        print_json([asdict(item) for item in found])
        return
    for item in found:
        report = item.report
        facts = [str(report[key]) for key in ("despite", "reason", "oversize", "left") if report.get(key)]
        if report.get("reasons"):
            facts.append(", ".join(report["reasons"]))
        when = item.made_at.astimezone().strftime("%Y-%m-%d %H:%M")
        click.echo(
            f"{when}  {item.name}-{item.version:<12} {item.event:<16} {item.actor}  {' · '.join(facts)}".rstrip()
        )
