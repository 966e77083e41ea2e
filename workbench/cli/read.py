"""``telekalk read-registration`` and ``telekalk detect``: one model at a time, for scripts and for looking closer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.errors import TelekalkError
from workbench.settings import get_settings

if TYPE_CHECKING:
    from workbench.cases.looking import Looker
    from workbench.store.models import Photo

_IMAGES = click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))


def _english() -> bool:
    return get_settings().language == "en"


def _tell(path: Path, error: TelekalkError) -> None:
    language = get_settings().language
    words = " ".join(part for part in (error.message(language), error.remedy(language)) if part)
    click.echo(f"{error.code} {path}: {words}", err=True)


def _each(
    images: tuple[Path, ...],
    look: Callable[[Looker, Path, Photo], None],
    failed: Callable[[Path, TelekalkError], None] | None = None,
) -> None:
    """Clean each image as the intake does, and look at it; a bad one is told, and the rest goes on.

    Leaves with exit code 2 at the end when one could not be read.
    """
    from workbench.cases.assess import passing_store, stored_photo
    from workbench.cases.looking import Looker

    bad = False
    with passing_store():
        eyes = Looker()
        for path in images:
            try:
                photo = stored_photo(path)
            except OSError as problem:
                error = TelekalkError(
                    "TK-CLI-004",
                    f"Die Datei kann nicht gelesen werden ({problem.strerror}).",
                    f"The file cannot be read ({problem.strerror}).",
                )
            except TelekalkError as refused:
                error = refused
            else:
                look(eyes, path, photo)
                continue
            bad = True
            _tell(path, error)
            if failed is not None:
                failed(path, error)
    if bad:
        sys.exit(2)


@click.command("read-registration")
@_IMAGES
def read_registration(images: tuple[Path, ...]) -> None:
    """Read photos of registration documents; one JSON object per image and line.

    Keys of `fields` are the codes printed on the document. Boxes are in pixels of the upright photo. What is wrong with a
    photo stands among its warnings, and in words on standard error. An image that cannot be read gives a line with the
    error's code among its warnings, and exit code 2 at the end.
    """
    from cv_models.registration import WARNINGS

    def show(eyes: Looker, path: Path, photo: Photo) -> None:
        reading = eyes.document(photo.sha256)
        _line({"file": str(path), **reading.to_json()})
        for code in reading.warnings:
            click.echo(
                f"{path}: {WARNINGS[code][get_settings().language == 'en'] if code in WARNINGS else code}", err=True
            )

    def refuse(path: Path, error: TelekalkError) -> None:
        _line({"file": str(path), "found": False, "fields": {}, "warnings": [error.code], "seconds": 0.0})

    _each(images, show, refuse)


def _line(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))
    # A reader at the other end of a pipe gets each image as soon as it is read.
    sys.stdout.flush()


@click.command("detect")
@_IMAGES
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, not standard output.")
@click.option(
    "--least-score",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Least score of a finding; the desk shows from the model's own threshold on.",
)
def detect(images: tuple[Path, ...], out: Path | None, least_score: float) -> None:
    """Find damage in photos; COCO results in pixels of the upright photo.

    One JSON list: file_name, category, bbox [x, y, width, height], score, and segmentation and part where known. Findings of
    low score are given too, as figures such as average precision want them. A photo of a document or an odometer is named on
    standard error and gives none, as in the pipeline.
    """
    from workbench.cases.assess import LOOKED_AT_FOR_DAMAGE

    results: list[dict[str, Any]] = []

    def show(eyes: Looker, path: Path, photo: Photo) -> None:
        role = eyes.role(photo.sha256)
        if role.role not in LOOKED_AT_FOR_DAMAGE:
            words = (
                "no vehicle, not looked at for damage" if _english() else "kein Fahrzeug, nicht auf Schäden angesehen"
            )
            click.echo(f"{path}: {words} ({role.role})", err=True)
            return
        for region in eyes.damage(photo.sha256, photo.width, photo.height, role.view, least_score=least_score):
            found: dict[str, Any] = {
                "file_name": str(path),
                "category": region.category,
                "bbox": list(region.box),
                "score": round(region.score, 4),
            }
            if region.polygon:
                found["segmentation"] = [[coordinate for point in region.polygon for coordinate in point]]
            if region.part:
                found["part"] = region.part
            results.append(found)

    def write() -> None:
        text = json.dumps(results, ensure_ascii=False, indent=1)
        if out is None:
            click.echo(text)
            return
        try:
            out.write_text(text + "\n", encoding="utf-8")
        except OSError as problem:
            raise TelekalkError(
                "TK-CLI-003",
                f"Das Ergebnis kann nicht nach {out} geschrieben werden ({problem.strerror}).",
                f"The result cannot be written to {out} ({problem.strerror}).",
            ) from problem

    try:
        _each(images, show)
    except SystemExit:
        # Some images could not be read; what was found on the others is still the result.
        write()
        raise
    write()


read_registration_command = read_registration
detect_command = detect
