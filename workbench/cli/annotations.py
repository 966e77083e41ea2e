"""``telekalk annotations export``: what experts confirmed and corrected, for the data team."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from workbench.access import SYSTEM
from workbench.errors import TelekalkError
from workbench.settings import get_settings

_REASONS = {
    "names": ("Namen und Anschriften (nur mit --with-names)", "names and addresses (only with --with-names)"),
    "blank": ("Feld ohne Wert", "field without a value"),
    "not_seen": ("keine Stelle im Foto", "no place in a photo"),
    "several_lines": ("mehrere gedruckte Zeilen in einem Feld", "several printed lines in one field"),
    "photo_gone": ("Foto gelöscht oder Stelle außerhalb", "photo deleted, or place outside of it"),
}


@click.group("annotations")
def annotations_group() -> None:
    """What experts confirmed and corrected, as training data."""


@annotations_group.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["lines", "coco", "yolo"]),
    required=True,
    help="lines: the printed lines of registration documents. coco and yolo (damage) do not exist yet: TK-ANNOTATION-001.",
)
@click.option("--with-names", is_flag=True, help="Also the holder's name and address (C.1.1 to C.1.3). Personal data.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def export(form: str, with_names: bool, as_json: bool, out: Path) -> None:
    """Write the annotated lines of registration documents to OUT: one PNG each, and labels.jsonl.

    Each line of labels.jsonl has the field's code, the text as the expert left it, what was read with its confidence,
    alternatives and model, and its side (train, validation, test); all cases of a vehicle are on the same side.
    """
    if form != "lines":
        raise TelekalkError(
            "TK-ANNOTATION-001",
            f"Das Format {form} gibt es noch nicht; bisher nur lines.",
            f"There is no format {form} yet; so far only lines.",
            remedy_de="Befunde an Fotos können noch nicht ausgegeben werden.",
            remedy_en="Damage findings cannot be exported yet.",
        )
    from workbench.cases.annotation_export import export_lines
    from workbench.store.database import dispose

    try:
        made = export_lines(SYSTEM, out, with_names=with_names)
    finally:
        dispose()
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False))
        return
    english = get_settings().language == "en"
    for split in ("train", "validation", "test"):
        count, vehicles = made.lines.get(split, 0), made.vehicles.get(split, 0)
        click.echo(f"{split:<11}{count:>7} {'lines of' if english else 'Zeilen von'} {vehicles} "
                   f"{'vehicles' if english else 'Fahrzeugen'}")  # fmt: skip
    for reason, count in sorted(made.left_out.items()):
        told = _REASONS[reason][1 if english else 0]
        click.echo(f"{'left out' if english else 'ausgelassen':<11}{count:>7} {told}")
