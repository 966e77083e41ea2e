"""``telekalk models evaluate damage`` and ``telekalk models compare``: how good a detector is, and which of two is better."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.models import _english, _writing, evaluate, models
from workbench.errors import TelekalkError

if TYPE_CHECKING:
    from cv_models.datasets import LabelledPhoto, LabelledSet
    from cv_models.evaluation import Predictions

NAME = "damage"
SHIPPED = "shipped"


def _photo_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say on which photos is measured and where the result goes."""
    for option in reversed(
        (
            click.option("--coco", type=click.Path(path_type=Path), required=True, help="Labels of the photos, COCO."),
            click.option("--images", type=click.Path(path_type=Path), required=True, help="Folder of the photos."),
            click.option(
                "--split", type=click.Path(path_type=Path), help="Only the photos in this list, one file name a line."
            ),
            click.option("--limit", type=click.IntRange(1), help="Only so many photos, spread evenly over the list."),
            click.option(
                "--threads", type=click.IntRange(1, 2), default=2, show_default=True, help="Threads of the network."
            ),
            click.option(
                "--threshold",
                type=click.FloatRange(0, 1),
                help="Least score of a finding that is shown; without it the model's own.",
            ),
            click.option(
                "--out",
                type=click.Path(path_type=Path, file_okay=False),
                help="Folder for index.html with curves and pictures of mistakes, the figures as JSON and Markdown.",
            ),
            click.option("--json", "as_json", is_flag=True, help="For machines."),
        )
    ):
        command = option(command)
    return command


@evaluate.command("damage")
@click.argument("model", required=False)
@_photo_options
@click.option(
    "--resamples", type=click.IntRange(0, 100_000), default=1000, show_default=True, help="Resamples of the intervals."
)
def damage(
    model: str | None,
    coco: Path,
    images: Path,
    split: Path | None,
    limit: int | None,
    threads: int,
    threshold: float | None,
    out: Path | None,
    as_json: bool,
    resamples: int,
) -> None:
    """Measure a damage detector on labelled photos.

    MODEL is a registered version (`damage-0.4`), the folder of a bundle, `shipped`, or a JSON file with results: COCO
    results, the output of `telekalk detect`, or `predictions.json` of an earlier run. Without it the active model is
    measured. Reported, with 95 % intervals over vehicles: AP at IoU 0.5 and 0.5:0.95, recall at one false find per photo,
    by class, size and source; what is shown at the threshold; parts, severity, calibration; time and memory.
    """
    from cv_models.evaluation import measure
    from cv_models.evaluation.pages import write_report

    labelled, photos = _photos(coco, images, split, limit)
    (predictions,) = _predictions([_resolve(model)], photos, coco, threads, threshold)
    report = measure(photos, predictions, resamples=resamples)
    about = {"dataset": _about(labelled, coco, split)}
    language = "en" if _english() else "de"
    if out is not None:
        with _writing(out):
            page = write_report(report, predictions, out, language=language, about=about)
        _say_page(page)
    _say_problems(labelled)
    click.echo(_text({**report.to_json(), **about}) if as_json else report.markdown(language))


@models.command("compare")
@click.argument("a")
@click.argument("b")
@_photo_options
@click.option(
    "--resamples",
    type=click.IntRange(100, 100_000),
    default=2000,
    show_default=True,
    help="Resamples of the paired test.",
)
def compare_models(
    a: str,
    b: str,
    coco: Path,
    images: Path,
    split: Path | None,
    limit: int | None,
    threads: int,
    threshold: float | None,
    out: Path | None,
    as_json: bool,
    resamples: int,
) -> None:
    """Compare two damage detectors on the same photos in one run, and say which differences are more than chance.

    A and B are as MODEL of `evaluate damage`; verdicts are about B against A. Models look at each photo in turn, so that
    their times can be compared. The paired test resamples vehicles; figures per class are corrected for their number (Holm).
    """
    from cv_models.evaluation import compare, measure
    from cv_models.evaluation.pages import write_comparison

    labelled, photos = _photos(coco, images, split, limit)
    first, second = _predictions([_resolve(a), _resolve(b)], photos, coco, threads, threshold)
    comparison = compare(photos, first, second, resamples=resamples)
    about = {"dataset": _about(labelled, coco, split)}
    language = "en" if _english() else "de"
    if out is not None:
        left = set(comparison.left_out)
        same = [photo for photo in photos if photo.file_name not in left]
        reports = [measure(same, found, resamples=0) for found in (first, second)]
        with _writing(out):
            page = write_comparison(comparison, reports, out, language=language, about=about)
        _say_page(page)
    _say_problems(labelled)
    click.echo(_text({**comparison.to_json(), **about}) if as_json else comparison.markdown(language))


@dataclass(frozen=True)
class _Named:
    """A detector as it was asked for: a folder with models, or a file with results."""

    folder: Path | None = None
    results: Path | None = None


def _resolve(model: str | None) -> _Named:
    """Find what is meant by MODEL.

    Raises:
        TelekalkError: TK-EVAL-013, it is none of the things that it can be.
    """
    from cv_models.runtime import MODEL_FOLDER, model_entry

    if model is None:
        return _Named(_active() or MODEL_FOLDER)
    if model in (SHIPPED, model_entry(NAME, MODEL_FOLDER).label):
        return _Named(MODEL_FOLDER)
    path = Path(model)
    if path.is_dir():
        return _Named(_bundle(path))
    if path.is_file():
        return _Named(results=path)
    registered = _registered(model)
    if registered is None:
        raise TelekalkError(
            "TK-EVAL-013",
            f"Ein Modell, einen Ordner oder eine Ergebnisdatei „{model}“ gibt es nicht.",
            f"There is no model, folder or file of results called {model!r}.",
            remedy_de="`telekalk models list` zeigt die registrierten Modelle.",
            remedy_en="`telekalk models list` shows the registered models.",
        )
    return _Named(registered)


def _bundle(folder: Path) -> Path:
    """A folder given by hand, when a detector is registered in it.

    Raises:
        TelekalkError: TK-EVAL-014, it is none: unlike the product's own folder, this is input and no fault of ours.
    """
    from cv_models.errors import ModelFileError
    from cv_models.runtime import model_path

    try:
        model_path(NAME, folder)
    except ModelFileError as problem:
        raise TelekalkError(
            "TK-EVAL-014",
            f"Der Ordner {folder} enthält kein brauchbares Modell: {problem.message_de}",
            f"The folder {folder} holds no usable model: {problem.message_en}.",
            remedy_de="Erwartet werden registry.json mit dem Eintrag „damage“ und die dort genannten Dateien.",
            remedy_en="It should hold registry.json with the entry `damage`, and the files named there.",
        ) from problem
    return folder


def _active() -> Path | None:
    """Folder of the active model; None where this installation has no database, so that the shipped one is meant."""
    from workbench.cli.model_listing import reachable
    from workbench.store import database

    try:
        if not reachable():
            return None
        from workbench.cases.learning.active import active_folder

        return active_folder(NAME)
    finally:
        database.dispose()


def _registered(label: str) -> Path | None:
    """Folder of a registered version, fetched from the store; None when it is not registered here."""
    from workbench.cli.model_listing import reachable
    from workbench.store import database

    version = label.removeprefix(f"{NAME}-")
    try:
        if not reachable():
            return None
        from workbench.access import SYSTEM
        from workbench.cases.learning.model_views import version_folder, versions

        if version not in {made.version for made in versions(SYSTEM, NAME)}:
            return None
        return version_folder(SYSTEM, version, NAME)
    finally:
        database.dispose()


def _photos(
    coco: Path, images: Path, split: Path | None, limit: int | None
) -> tuple[LabelledSet, Sequence[LabelledPhoto]]:
    from cv_models.datasets import read
    from cv_models.evaluation.predictions import require_photos

    labelled = read(coco, images, split)
    photos: Sequence[LabelledPhoto] = labelled.photos
    if limit is not None and limit < len(photos):
        photos = [photos[place * len(photos) // limit] for place in range(limit)]
    try:
        require_photos(photos)
    except Exception:
        _say_problems(labelled)
        raise
    return labelled, photos


def _predictions(
    named: Sequence[_Named], photos: Sequence[LabelledPhoto], coco: Path, threads: int, threshold: float | None
) -> list[Predictions]:
    from cv_models.evaluation import predict_bundles, read_results

    # Files are read first: what is wrong with them is told before the models work.
    read = {place: read_results(item.results, photos, coco) for place, item in enumerate(named) if item.results}
    folders = [item.folder for item in named if item.folder is not None]
    if folders:
        with _progress(len(photos)) as progress:
            made = iter(predict_bundles(photos, folders, threads=threads, progress=progress))
    found = [read[place] if place in read else next(made) for place in range(len(named))]
    return found if threshold is None else [replace(item, threshold=threshold) for item in found]


def _about(labelled: LabelledSet, coco: Path, split: Path | None) -> dict[str, Any]:
    return {
        "coco": coco.name,
        "split": split.name if split else None,
        **labelled.counts(),
        "problem_list": [problem.to_json() for problem in labelled.problems],
    }


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def _say_page(page: Path) -> None:
    click.echo(f"Page: {page}" if _english() else f"Seite: {page}", err=True)


def _say_problems(labelled: LabelledSet) -> None:
    """What is wrong with the labels, on standard error, one line per kind; --json has every one."""
    if labelled.problems:
        click.echo(labelled.summary("en" if _english() else "de"), err=True)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, str], None] | None]:
    """A bar on standard error when that is a terminal; silence otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("…", total=total)
        yield lambda done, name: bars.update(task, completed=done, description=escape(name[:40]))
