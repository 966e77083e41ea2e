"""``telekalk process``: the main job without a browser or a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.errors import TelekalkError
from workbench.settings import get_settings

if TYPE_CHECKING:
    from workbench.cases.assess import Assessment, Progress
    from workbench.cases.views import ClaimData
    from workbench.documents.formats import Language

_STEPS = {
    "photos": ("Fotos lesen", "Reading photos"),
    "look": ("Fotos ansehen", "Looking at photos"),
    "document": ("Fahrzeugschein lesen", "Reading the document"),
    "offer": ("Kalkulation und Angebot", "Calculation and offer"),
}


def _say(german: str, english: str, *, err: bool = True) -> None:
    click.echo(english if get_settings().language == "en" else german, err=err)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """Progress bars on standard error when that is a terminal; silence otherwise."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    english = get_settings().language == "en"
    columns = (TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(_STEPS[what][english], total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report


def _claim(folder: Path, file: Path | None) -> ClaimData:
    from workbench.cases.folders import claim_from_json, claim_of_folder

    if file is None:
        return claim_of_folder(folder)
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as problem:
        raise TelekalkError(
            "TK-CASE-010",
            f"{file.name} ist kein lesbares JSON.",
            f"{file.name} is no readable JSON.",
            remedy_de="`telekalk schema claim` zeigt, wie die Angaben aussehen.",
            remedy_en="`telekalk schema claim` shows what it looks like.",
        ) from problem
    claim = claim_from_json(data)
    return claim if claim.claim_number else replace(claim, claim_number=claim_of_folder(folder).claim_number)


def _write(out: Path, made: Assessment) -> None:
    try:
        (out / "photos").mkdir(parents=True, exist_ok=True)
        (out / "case.json").write_text(json.dumps(made.case, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if made.offer_pdf is not None:
            (out / "offer.pdf").write_bytes(made.offer_pdf)
        for name, content in made.drawn.items():
            (out / "photos" / name).write_bytes(content)
    except OSError as problem:
        raise TelekalkError(
            "TK-CLI-003",
            f"Das Ergebnis kann nicht nach {out} geschrieben werden ({problem.strerror}).",
            f"The result cannot be written to {out} ({problem.strerror}).",
            remedy_de="Wählen Sie mit --out einen anderen Ordner.",
            remedy_en="Choose another folder with --out.",
        ) from problem


def _summary(made: Assessment, out: Path) -> None:
    """What came out, in a few lines."""
    from workbench.documents.formats import money

    case, english = made.case, get_settings().language == "en"
    language: Language = "en" if english else "de"
    totals, settlement = case["result"]["totals"], case["result"]["settlement"]
    fields = sum(1 for field in case["fields"].values() if field["value"])
    _say(
        f"{case['vehicle'] or 'Fahrzeug unbekannt'}: {len(case['photos'])} Fotos, {fields} Felder gelesen, "
        f"{len(case['findings'])} Befunde",
        f"{case['vehicle'] or 'Vehicle unknown'}: {len(case['photos'])} photos, {fields} fields read, "
        f"{len(case['findings'])} findings",
        err=False,
    )
    _say(
        f"Reparatur {money(totals['gross'], language)} mit MwSt., Auszahlung {money(settlement['payout'], language)}",
        f"Repair {money(totals['gross'], language)} including VAT, payment {money(settlement['payout'], language)}",
        err=False,
    )
    for flag in case["flags"]:
        if flag["level"] != "info":
            mark = {"red": "!!", "amber": "! "}[flag["level"]]
            click.echo(
                f"{mark} {flag['title_en' if english else 'title']}: {flag['reason_en' if english else 'reason']}"
            )
    _say(f"Ergebnis: {out}", f"Result: {out}", err=False)


@click.command("process")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--claim",
    "claim_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Facts of the claim as JSON (`telekalk schema claim`). Without it: claim.json in FOLDER, if there is one.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for case.json, photos/ and offer.pdf. Without it: `telekalk` inside FOLDER.",
)
@click.option("--json", "as_json", is_flag=True, help="Print case.json on standard output, and nothing else there.")
def process(folder: Path, claim_file: Path | None, out: Path | None, as_json: bool) -> None:
    """A folder of photos of one damage in; case.json, photos with drawn regions and the draft offer as PDF out.

    Works without a database. A file that is no usable photo is named with its code, and the rest goes on.
    """
    from workbench.cases.assess import assess_folder
    from workbench.cases.folders import photo_files
    from workbench.logs import configure_logging

    configure_logging(process="cli")
    claim = _claim(folder, claim_file)
    target = out or folder / "telekalk"
    english = get_settings().language == "en"
    try:
        with _progress(as_json) as progress:
            made = assess_folder(photo_files(folder), claim, progress=progress)
    except TelekalkError as error:
        for item in error.data.get("rejected", ()):
            click.echo(
                f"{item['code']} {item['filename']}: {item['message_en' if english else 'message_de']}", err=True
            )
        raise
    for refused in made.rejected:
        click.echo(
            f"{refused.code} {refused.filename}: {refused.message_en if english else refused.message_de}", err=True
        )
    _write(target, made)
    if as_json:
        click.echo(json.dumps(made.case, ensure_ascii=False))
    else:
        _summary(made, target)


process_command = process
