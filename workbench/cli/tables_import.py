"""``telekalk tables import``: a price list or rate sheet becomes a table version, after everybody has seen what it changes."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from pricing_tables.diff import change_words, headline
from pricing_tables.importers.plan import Options, Plan, TablePreview, apply, plan
from pricing_tables.importers.problems import ImportFileError, Problem
from pricing_tables.versions import Stamp
from pricing_tables.wording import row_label
from workbench.errors import TelekalkError
from workbench.logs import configure_logging, get_logger
from workbench.settings import get_settings

#: Most sentences of a kind in the preview of one table; --json has all.
SHOWN = 25


def _english() -> bool:
    return get_settings().language == "en"


def day_of(text: str | None, option: str) -> date | None:
    """A date given as YYYY-MM-DD or DD.MM.YYYY.

    Raises:
        TelekalkError: TK-TABLE-022.
    """
    if text is None:
        return None
    try:
        if len(text) == 10 and text[2] == text[5] == ".":
            return date(int(text[6:]), int(text[3:5]), int(text[:2]))
        return date.fromisoformat(text)
    except ValueError:
        raise TelekalkError(
            "TK-TABLE-022", f"{option}: kein Datum (JJJJ-MM-TT).", f"{option}: no date (YYYY-MM-DD)."
        ) from None


def units_of(text: str | None) -> Decimal | None:
    """Time units per hour, 1 to 1000.

    Raises:
        TelekalkError: TK-TABLE-022.
    """
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 1 <= value <= 1000:
        raise TelekalkError("TK-TABLE-022", "--units-per-hour: 1 bis 1000.", "--units-per-hour: 1 to 1000.")
    return value


def user_name() -> str:
    """The name under which somebody works on this machine; it goes into the version's metadata alone."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _said(problem: Problem, english: bool) -> str:
    level = {"error": ("Fehler", "error"), "warning": ("Warnung", "warning"), "note": ("Hinweis", "note")}[
        problem.level
    ]
    return f"{problem.code} {level[english]}: {problem.words(english)}"


def tell_refused(error: ImportFileError, *, as_json: bool) -> None:
    """Every problem of a refused file, on standard error, or as JSON on standard output."""
    if as_json:
        click.echo(json.dumps({"problems": [p.to_json() for p in error.problems]}, ensure_ascii=False, indent=2))
    english = _english()
    for problem in error.problems:
        click.echo(_said(problem, english), err=True)


def _table_words(preview: TablePreview, english: bool) -> list[str]:
    kept = f"{preview.base} -> {preview.version}"
    rows = len({c.key for c in preview.changed})
    counts = (
        f"{len(preview.added)} rows added, {rows} changed, {len(preview.removed)} removed, {preview.confirmed} confirmed, {preview.unchanged} unchanged"
        if english
        else f"{len(preview.added)} Zeilen neu, {rows} geändert, {len(preview.removed)} entfallen, {preview.confirmed} bestätigt, {preview.unchanged} gleich"
    )
    lines = [f"{preview.name} ({kept}): {counts}"]
    new, gone = ("added", "removed") if english else ("neu", "entfallen")
    sentences = [change_words(preview.name, c, english=english) for c in headline(preview.name, preview.changed)]
    sentences += [f"{new}: {row_label(preview.name, key, english)}" for key in preview.added]
    sentences += [f"{gone}: {row_label(preview.name, key, english)}" for key in preview.removed]
    lines += [f"  {sentence}" for sentence in sentences[:SHOWN]]
    if len(sentences) > SHOWN:
        more = len(sentences) - SHOWN
        lines.append(f"  … and {more} more (--json)" if english else f"  … und {more} weitere (--json)")
    for version in preview.ends:
        lines.append(
            f"  ends version {version} the day before" if english else f"  beendet Fassung {version} am Tag davor"
        )
    return lines


def _show(made: Plan, english: bool) -> None:
    first = made.stamp.valid_from.isoformat()
    until = f" – {made.stamp.valid_until.isoformat()}" if made.stamp.valid_until else ""
    head = ("Import of", "kind", "valid from", "mode") if english else ("Import von", "Art", "gültig ab", "Modus")
    click.echo(
        f"{head[0]} {made.stamp.file_name} · {head[1]} {made.kind} · {head[2]} {first}{until} · {head[3]} {made.options.mode}"
    )
    for problem in made.problems:
        click.echo(_said(problem, english))
    for preview in made.previews:
        for line in _table_words(preview, english):
            click.echo(line)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    help="workshop_rates, part_prices, job_times, paint_times, or a table whose own columns the file has; found out when left out.",
)
@click.option("--valid-from", help="First day (YYYY-MM-DD); today when left out.")
@click.option("--valid-until", help="Last day; open when left out.")
@click.option("--replace-from", help="First day, and end the versions that are valid then on the day before.")
@click.option(
    "--mode",
    type=click.Choice(["merge", "complete"]),
    default="merge",
    help="merge: change and add rows of the present version. complete: the file is the whole table.",
)
@click.option(
    "--segment",
    type=click.Choice(["small", "compact", "middle", "suv", "all"]),
    help="Segment, where the file does not say it.",
)
@click.option("--amounts", type=click.Choice(["net", "gross"]), help="gross: divide by 1 + VAT.")
@click.option("--units-per-hour", help="Time units per hour (10, 12, 100), where times are in units.")
@click.option(
    "--default", "default", is_flag=True, help="A rate sheet with a postcode is the office's default all the same."
)
@click.option("--skip-unknown", is_flag=True, help="Leave out rows of other parts instead of refusing the file.")
@click.option("--version", help="Name of the new version; its first day when left out.")
@click.option("--reviewed-until", help="After this day the version counts as overdue; a year when left out.")
@click.option("--note", default="", help="Why.")
@click.option(
    "--by",
    help="Who imports; the name of the user of this machine when left out. Kept in the version's metadata alone.",
)
@click.option("--preview", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Import without asking.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_context
def import_tables(
    ctx: click.Context,
    file: Path,
    kind: str | None,
    valid_from: str | None,
    valid_until: str | None,
    replace_from: str | None,
    mode: str,
    segment: str | None,
    amounts: str | None,
    units_per_hour: str | None,
    default: bool,
    skip_unknown: bool,
    version: str | None,
    reviewed_until: str | None,
    note: str,
    by: str | None,
    preview: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Import FILE (CSV or Excel): show what it changes, then make a new version. All rows, or none; old versions stay as they are."""
    if valid_from and replace_from:
        raise click.UsageError("--valid-from | --replace-from")
    start = day_of(replace_from, "--replace-from") or day_of(valid_from, "--valid-from") or date.today()
    end = day_of(valid_until, "--valid-until")
    if end is not None and end < start:
        raise TelekalkError(
            "TK-TABLE-022", "--valid-until liegt vor dem ersten Tag.", "--valid-until is before the first day."
        )
    stamp = Stamp(
        by=(by if by is not None else user_name())[:200],
        at=datetime.now(UTC),
        file_name=file.name,
        valid_from=start,
        valid_until=end,
        version=(version or "")[:60],
        note=note[:500],
        replace=replace_from is not None,
        reviewed_until=day_of(reviewed_until, "--reviewed-until"),
    )
    options = Options(
        kind=kind,
        segment=segment,
        mode="complete" if mode == "complete" else "merge",
        amounts="gross" if amounts == "gross" else "net" if amounts == "net" else None,
        units_per_hour=units_of(units_per_hour),
        default=default,
        skip_unknown=skip_unknown,
    )
    try:
        made = plan(file, stamp, options)
    except ImportFileError as error:
        tell_refused(error, as_json=as_json)
        ctx.exit(2)
    english = _english()
    if not as_json:
        _show(made, english)
    if preview:
        if as_json:
            click.echo(json.dumps({**made.to_json(), "imported": False}, ensure_ascii=False, indent=2))
        return
    if not yes and (as_json or not sys.stdin.isatty()):
        raise TelekalkError(
            "TK-TABLE-025",
            "Nichts importiert: --preview zeigt nur, --yes importiert.",
            "Nothing imported: --preview only shows, --yes imports.",
        )
    if not yes and not click.confirm("Import now?" if english else "Jetzt importieren?"):
        return
    configure_logging(process="cli")
    versions = apply(made, get_settings().tables_path)
    get_logger("tables").info("tables_imported", versions=[f"{t.name} {t.version}" for t in versions])
    if as_json:
        click.echo(
            json.dumps(
                {**made.to_json(), "imported": True, "versions": {t.name: t.version for t in versions}},
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    listed = ", ".join(f"{t.name} {t.version}" for t in versions)
    click.echo(f"Imported: {listed}." if english else f"Importiert: {listed}.")
