"""``telekalk models shadow|disagreements``: a candidate runs beside the active model, and where the two disagree."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from workbench.cli.model_release import AS, JSON, NAME, print_json, say, who, with_database
from workbench.cli.models import models
from workbench.settings import get_settings


@models.command("shadow")
@click.argument("version", required=False)
@click.option("--off", is_flag=True, help="Stop the shadow run.")
@AS
@with_database
def shadow(version: str | None, off: bool, login: str | None) -> None:
    """Let a candidate run silently beside the active model on live sets, or stop it (--off). It changes no finding."""
    from workbench.cases.learning.shadow import start_shadow, stop_shadow

    if off == (version is not None):
        raise click.UsageError("VERSION | --off")
    if version is not None:
        made = start_shadow(who(login), NAME, version)
        say(f"{made.label} läuft als Schatten mit.", f"{made.label} runs as a shadow.")
        return
    ended = stop_shadow(who(login), NAME)
    if ended is None:
        say("Es lief kein Schatten.", "No shadow was running.")
    else:
        say(f"{ended.label} läuft nicht mehr mit.", f"{ended.label} no longer runs as a shadow.")


_KINDS = {
    "only_active": ("nur aktives Modell", "only active model"),
    "only_candidate": ("nur Kandidat", "only candidate"),
    "other_class": ("andere Klasse", "other class"),
    "other_part": ("anderes Bauteil", "other part"),
    "other_severity": ("andere Schwere", "other severity"),
    "box_moved": ("Rechteck verschoben", "box moved"),
    "failed": ("Kandidat gescheitert", "candidate failed"),
}
_RIGHT = {
    "active": ("aktives Modell", "active model"),
    "candidate": ("Kandidat", "candidate"),
    "neither": ("keines", "neither"),
    None: ("–", "–"),
}


@models.command("disagreements")
@click.argument("version")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="The newest so many.")
@JSON
@with_database
def disagreements(version: str, limit: int, as_json: bool) -> None:
    """Where a shadow and the active model disagree: counts by type, who was right by what experts decided, and the photos."""
    from workbench.cases.learning import shadow as runs

    actor = who(None)
    seen, found = runs.summary(actor, version), runs.disagreements(actor, version, limit)
    if as_json:
        counts = {**asdict(seen), "decided": seen.decided, "candidate_right": seen.candidate_right,
                  "active_right": seen.active_right}  # fmt: skip
        print_json({"summary": counts, "disagreements": [asdict(item) for item in found]})
        return
    _print_summary(seen)
    _print_disagreements(found)


def _print_summary(seen: Any) -> None:
    english = get_settings().language == "en"
    beside = ", ".join(seen.active_models) or "–"
    say(
        f"{NAME}-{seen.version} ({seen.state}) neben {beside}: {seen.photos} Fotos in {seen.cases} Vorgängen, "
        f"{seen.photos_disagreeing} mit Abweichung, {seen.failed} gescheitert",
        f"{NAME}-{seen.version} ({seen.state}) beside {beside}: {seen.photos} photos in {seen.cases} cases, "
        f"{seen.photos_disagreeing} disagreeing, {seen.failed} failed",
    )
    for item in seen.types:
        share = f"{item.candidate_right} : {item.active_right}" if item.decided else "–"
        words = "candidate : active right" if english else "Kandidat : aktives recht"
        click.echo(f"  {_KINDS[item.kind][english]:<22}{item.count:>6}   {words} {share} ({item.decided}/{item.count})")


def _print_disagreements(found: tuple[Any, ...]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as Grid

    english = get_settings().language == "en"
    grid = Grid()
    for heading in (
        ("case", "photo", "what", "active", "candidate", "right")
        if english
        else ("Vorgang", "Foto", "was", "aktiv", "Kandidat", "recht")
    ):
        grid.add_column(heading)
    for item in found:
        regions = [_region(item.active), _region(item.candidate) if item.candidate else item.code or "–"]
        cells = (item.claim_number, item.filename, _KINDS[item.kind][english], *regions, _RIGHT[item.right][english])
        grid.add_row(*(escape(cell) for cell in cells))
    Console().print(grid)


def _region(region: Any) -> str:
    if region is None:
        return "–"
    where = "/".join(str(word) for word in (region["part"], region["side"]) if word)
    return " ".join(
        word for word in (region["category"], where, region["severity"] or "", region["score"] or "") if word
    )
