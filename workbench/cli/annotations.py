"""``telekalk annotations export``: what experts confirmed and corrected, for the data team."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import click

from workbench.access import SYSTEM
from workbench.errors import TelekalkError
from workbench.settings import get_settings

_REASONS = {
    "names": ("Namen und Anschriften (nur mit --with-names)", "names and addresses (only with --with-names)"),
    "blank": ("Feld ohne Wert", "field without a value"),
    "not_seen": ("keine Stelle im Foto", "no place in a photo"),
    "several_lines": ("mehrere gedruckte Zeilen in einem Feld", "several printed lines in one field"),
    "photo_gone": ("Foto gelöscht, unlesbar oder Stelle außerhalb", "photo deleted or unreadable, or place outside of it"),
    "undecided": ("Fotos mit offenen Regionen", "photos with open regions"),
    "older": ("Fotos ohne Entscheidung seit --since", "photos without a decision since --since"),
    "same_photo": ("dasselbe Foto aus einem anderen Vorgang", "the same photo from another case"),
    "still_private": ("nach dem Verdecken noch Kennzeichen oder Gesicht erkannt", "plate or face still found after hiding"),
    "outside": ("Regionen außerhalb des Fotos", "regions outside the photo"),
    "double": ("doppelte Regionen", "regions that repeat another one"),
    "tiny": ("Regionen unter einem Pixel nach dem Verkleinern", "regions under a pixel after scaling"),
}  # fmt: skip
_DAY = "%Y-%m-%d"


@click.group("annotations")
def annotations_group() -> None:
    """What experts confirmed and corrected, as training data."""


@annotations_group.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["lines", "coco", "yolo"]),
    required=True,
    help="lines: printed lines of registration documents. coco, yolo: regions of damage on photos.",
)
@click.option(
    "--with-names", is_flag=True, help="lines: also the holder's name and address (C.1.1 to C.1.3). Personal data."
)
@click.option("--name", help="coco, yolo: name of the dataset version; made from its content when left out.")
@click.option("--since", type=click.DateTime([_DAY]), help="coco, yolo: only photos decided on this day or later.")
@click.option("--implicit", is_flag=True, help="coco, yolo: of cases that an offer closed also photos with open regions, "
              "where the sent calculation names their parts.")  # fmt: skip
@click.option(
    "--no-blur-check",
    is_flag=True,
    help="coco, yolo: hide plates and faces, but do not look at each photo again. Faster.",
)
@click.option("--full", is_flag=True, help="coco, yolo: photos in full size instead of at most 2048 pixels.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def export(
    form: str,
    with_names: bool,
    name: str | None,
    since: datetime | None,
    implicit: bool,
    no_blur_check: bool,
    full: bool,
    as_json: bool,
    out: Path,
) -> None:
    """Write what experts left to OUT, a new folder, split by vehicle: all cases and photos of a vehicle are on the same side.

    lines: one PNG per printed line of a registration document, and labels.jsonl with the field's code, the text as the
    expert left it, what was read with its confidence, alternatives and model, and its side (train, validation, test).

    coco, yolo: photos with the regions of damage that experts confirmed, corrected and drew, and photos whose every region
    they rejected; number plates and faces are hidden. Each export is kept as a dataset version. See docs/annotations.md.
    """
    given = {"--name": name is not None, "--since": since is not None, "--implicit": implicit,
             "--no-blur-check": no_blur_check, "--full": full} if form == "lines" else {"--with-names": with_names}  # fmt: skip
    for option, is_given in given.items():
        if is_given:
            raise TelekalkError(
                "TK-ANNOTATION-008",
                f"{option} passt nicht zum Format {form}.",
                f"{option} does not go with the format {form}.",
                remedy_de="telekalk annotations export --help zeigt, was wozu gehört.",
                remedy_en="telekalk annotations export --help shows what goes with what.",
            )
    from workbench.store.database import dispose

    try:
        if form == "lines":
            _lines(out, with_names=with_names, as_json=as_json)
        else:
            options: dict[str, Any] = {"implicit": implicit, "blur_check": not no_blur_check, "full": full}
            day = since.date() if since else None
            _regions(out, form, name=name, since=day, options=options, as_json=as_json)
    finally:
        dispose()


def _english() -> bool:
    return get_settings().language == "en"


def _tell_left_out(left_out: dict[str, int]) -> None:
    english = _english()
    for reason, count in sorted(left_out.items()):
        told = _REASONS[reason][1 if english else 0]
        click.echo(f"{'left out' if english else 'ausgelassen':<11}{count:>7} {told}")


def _lines(out: Path, *, with_names: bool, as_json: bool) -> None:
    from workbench.cases.annotation_export import export_lines

    made = export_lines(SYSTEM, out, with_names=with_names)
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False))
        return
    english = _english()
    for split in ("train", "validation", "test"):
        count, vehicles = made.lines.get(split, 0), made.vehicles.get(split, 0)
        click.echo(f"{split:<11}{count:>7} {'lines of' if english else 'Zeilen von'} {vehicles} "
                   f"{'vehicles' if english else 'Fahrzeugen'}")  # fmt: skip
    _tell_left_out(dict(made.left_out))


def _regions(
    out: Path, form: str, *, name: str | None, since: date | None, options: dict[str, Any], as_json: bool
) -> None:
    from workbench.cases.learning.export_regions import export_regions
    from workbench.cases.learning.region_files import Format

    made = export_regions(SYSTEM, out, cast("Format", form), name=name, since=since, **options)
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False))
        return
    english = _english()
    click.echo(f"{'dataset' if english else 'Datensatz'} {made.name} ({made.manifest_sha256[:12]})"
               + ((", exported before" if english else ", schon einmal exportiert") if made.known else ""))  # fmt: skip
    counts = made.counts
    for split in ("train", "val", "test"):
        labels, empty = sum(counts["labels"][split].values()), counts["negatives"][split]
        click.echo(
            f"{split:<6}{counts['photos'][split]:>7} photos of {counts['vehicles'][split]} vehicles, {labels} regions, "
            f"{empty} photos without damage"
            if english
            else f"{split:<6}{counts['photos'][split]:>7} Fotos von {counts['vehicles'][split]} Fahrzeugen, {labels} Regionen, "
            f"{empty} Fotos ohne Schaden"
        )
    private = counts["private"]
    click.echo(f"{'hidden' if english else 'verdeckt'}: {private.get('plate', 0)} "
               f"{'plates' if english else 'Kennzeichen'}, {private.get('face', 0)} {'heads' if english else 'Köpfe'}")  # fmt: skip
    for file in made.covered:
        click.echo(f"{'label mostly hidden in' if english else 'Region großenteils verdeckt in'} {file}")
    for one in made.merged:
        click.echo(f"{one['vehicle']}: {' + '.join(one['stood_on'])} -> {one['now']} "
                   f"({'two vehicles turned out to be one' if english else 'zwei Fahrzeuge waren eines'})")  # fmt: skip
    _tell_left_out(dict(made.left_out))
