"""``telekalk models``: what the registered models are, their cards, and how well they do on photos with truth."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import model_listing
from workbench.errors import TelekalkError
from workbench.settings import get_settings

if TYPE_CHECKING:
    from cv_models.registration.evaluation import Entry
    from cv_models.registration.evaluation.score import Tally
    from cv_models.runtime import ModelEntry

#: what a registered model is for; a model that is not named here is described by the title of its card.
_PURPOSE = {
    "damage": ("Schäden in Fotos finden", "find damage in photos"),
    "role": ("erkennen, was ein Foto zeigt", "tell what a photo shows"),
    "recogniser": ("Zeilen des Fahrzeugscheins lesen", "read lines of the registration document"),
    "sheetmap": ("den Fahrzeugschein im Foto finden", "find the registration document in a photo"),
}
TIERS = ("clean", "phone", "hard")


def _english() -> bool:
    return get_settings().language == "en"


@click.group()
def models() -> None:
    """The models: registry, cards, evaluation."""


def _card_file(name: str) -> Path | None:
    """The card in the installed package, or in the checkout whose `docs/` the package's cards are links to."""
    import cv_models

    package = Path(cv_models.__file__).parent
    for place in (package / "models" / "cards" / f"{name}.md", package.parent / "docs" / "models" / f"{name}.md"):
        if place.is_file():
            return place
    return None


def _card_names() -> list[str]:
    import cv_models

    package = Path(cv_models.__file__).parent
    places = (package / "models" / "cards", package.parent / "docs" / "models")
    return sorted({path.stem for place in places for path in place.glob("*.md") if path.is_file()})


def _title(card: Path | None) -> str:
    if card is None:
        return ""
    first = card.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("#").strip().removeprefix("Model card:").strip()


def _state(entry: ModelEntry) -> tuple[str, int | None]:
    """`ok`, `changed` or `missing`, and the size in bytes."""
    from cv_models.runtime import MODEL_FOLDER

    try:
        content = (MODEL_FOLDER / entry.file).read_bytes()
    except OSError:
        return "missing", None
    return ("ok" if hashlib.sha256(content).hexdigest() == entry.sha256 else "changed"), len(content)


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(as_json: bool) -> None:
    """List every registered model: version, size, whether its file is the registered one, whether it is active, what it is for.

    Exit 1 when a file is missing or was changed.
    """
    from cv_models.runtime import registry

    rows: list[dict[str, Any]] = []
    for entry in registry().values():
        state, size = _state(entry)
        card = Path(entry.card).stem
        rows.append(
            {
                "name": entry.name,
                "version": entry.version,
                "file": entry.file,
                "bytes": size,
                "state": state,
                "sha256": entry.sha256,
                "licence": entry.licence,
                "purpose": _PURPOSE[entry.name][_english()] if entry.name in _PURPOSE else _title(_card_file(card)),
                "card": card,
            }
        )
    rows = model_listing.with_versions(rows)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_rows(rows)
    if any(row["state"] != "ok" for row in rows):
        sys.exit(1)


def _print_rows(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as Grid

    english = _english()
    words = {
        "ok": "ok",
        "changed": "changed" if english else "verändert",
        "missing": "missing" if english else "fehlt",
    }
    grid = Grid()
    for heading in (
        ("name", "version", "state", "MB", "file", "for", "licence", "card")
        if english
        else ("Name", "Version", "Stand", "MB", "Datei", "wozu", "Lizenz", "Karte")
    ):
        grid.add_column(heading)
    for row in rows:
        size = f"{row['bytes'] / 1e6:.1f}" if row["bytes"] is not None else "–"
        stands = row["release"] or "–"
        cells = (
            row["name"],
            row["version"],
            stands,
            size,
            words[row["state"]],
            row["purpose"],
            row["licence"],
            row["card"],
        )
        grid.add_row(*(escape(cell) for cell in cells))
    Console().print(grid)


@models.command("card")
@click.argument("name")
def card(name: str) -> None:
    """Print the card of a model (or `registration` for the document reader as a whole): what it does, how good, its limits."""
    from cv_models.runtime import registry

    entry = registry().get(name)
    wanted = Path(entry.card).stem if entry is not None else name
    path = _card_file(wanted) if wanted.replace("_", "").replace("-", "").isalnum() else None
    stored = model_listing.stored_card(name) if path is None else None
    if stored is not None:
        click.echo(stored, nl=False)
        return
    if path is None:
        known = ", ".join(sorted({*registry(), *_card_names()}))
        raise TelekalkError(
            "TK-CLI-005",
            f"Zu diesem Modell gibt es keine Karte: {name}. Es gibt: {known}.",
            f"There is no card of this model: {name}. There are: {known}.",
        )
    click.echo(path.read_text(encoding="utf-8"), nl=False)


@models.group("evaluate")
def evaluate() -> None:
    """Measure a model on photos with truth."""


@evaluate.command("registration")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1), help="So many photos; without FOLDER 30 are drawn.")
@click.option(
    "--first", type=click.IntRange(0), default=0, help="Number of the first sample, or of the first photo of FOLDER."
)
@click.option(
    "--size",
    type=click.IntRange(300, 12000),
    default=4032,
    show_default=True,
    help="Longest side of drawn photos in pixels.",
)
@click.option(
    "--hand",
    type=click.Choice(["own", "other"]),
    default="own",
    help="Which drawing: that of training, or the one made only for judging.",
)
@click.option(
    "--fonts",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of more typefaces for drawn photos; may be given more than once.",
)
@click.option(
    "--tier", "tiers", multiple=True, help="Only this tier (clean, phone, hard); may be given more than once."
)
@click.option(
    "--baseline",
    type=click.IntRange(0),
    default=0,
    help="The plain whole-page reader reads the first so many photos, too.",
)
@click.option("--threads", type=click.IntRange(1, 2), default=2, show_default=True, help="Threads of either reader.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for report.json, report.md and the mistakes with their crops.",
)
@click.option("--keep-photos", is_flag=True, help="Also keep the photos with a mistake in a key field (with --out).")
def registration(
    folder: Path | None,
    count: int | None,
    first: int,
    size: int,
    hand: str,
    fonts: tuple[Path, ...],
    tiers: tuple[str, ...],
    baseline: int,
    threads: int,
    as_json: bool,
    out: Path | None,
    keep_photos: bool,
) -> None:
    """Measure the reader of the registration document on photos with truth.

    FOLDER holds `truth.json` and `images/` as `python -m cv_models.registration.samples` writes them; without it, sample
    photos are drawn one by one, tiers in turn. Reported per tier: the nine key fields by exact match (right, wrong and blank
    with 95 % intervals; of 2.2 the first three characters decide), all other fields, the VIN, found documents, calibration
    of the confidence, seconds, peak memory of the reading process, and the plain whole-page reader on the same photos.
    """
    from cv_models.registration.evaluation import drawn, from_folder, markdown, measure, report

    about: dict[str, Any] = {"first": first, "hand": hand, "size": size}
    with ExitStack() as stack:
        entries: Iterable[Entry]
        if folder is not None:
            entries = from_folder(folder, tiers, first, count)
            total, about = len(entries), {"folder": folder.name, "first": first}
        else:
            total = count or 30
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="telekalk-samples-")))
            entries = drawn(scratch, first=first, count=total, size=size, tiers=_known(tiers), hand=hand, fonts=fonts)
        gallery = _gallery(out, keep_photos)
        measured = measure(
            entries,
            baseline_photos=baseline,
            threads=threads,
            progress=stack.enter_context(_progress(total)),
            seen=gallery.add if gallery else lambda _entry, _result: None,
        )
    data = report(measured, **about)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    tables = markdown(data)
    if gallery is not None and out is not None:
        with _writing(out):
            (out / "report.json").write_text(text + "\n", encoding="utf-8")
            (out / "report.md").write_text(tables + "\n", encoding="utf-8")
            page = gallery.write()
        click.echo(f"Mistakes: {page}" if _english() else f"Fehlerliste: {page}", err=True)
    click.echo(text if as_json else tables)


def _known(tiers: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(tiers) - set(TIERS))
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: clean | phone | hard", param_hint="--tier")
    return tuple(tier for tier in TIERS if tier in tiers) or TIERS


def _gallery(out: Path | None, keep_photos: bool) -> Any:
    from cv_models.registration.evaluation import Gallery

    if out is None:
        return None
    with _writing(out):
        return Gallery(out, keep_photos=keep_photos)


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise TelekalkError(
            "TK-CLI-003",
            f"Das Ergebnis kann nicht nach {out} geschrieben werden ({problem.strerror}).",
            f"The result cannot be written to {out} ({problem.strerror}).",
            remedy_de="Wählen Sie mit --out einen anderen Ordner.",
            remedy_en="Choose another folder with --out.",
        ) from problem


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, str, Tally], None]]:
    """A bar with the counts so far on standard error when that is a terminal; silence otherwise."""
    if not sys.stderr.isatty():
        yield lambda _done, _name, _key: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("…", total=total)
        sums = [0, 0, 0]

        def tell(done: int, name: str, key: Tally) -> None:
            for place, number in enumerate((key.right, key.wrong, key.blank)):
                sums[place] += number
            words = ("right", "wrong", "blank") if _english() else ("richtig", "falsch", "leer")
            said = ", ".join(f"{number} {word}" for number, word in zip(sums, words, strict=True))
            bars.update(task, completed=done, description=f"{name}: {said}")

        yield tell


from workbench.cli import model_evaluation, model_release, model_shadow, model_training  # noqa: E402, F401 - they register commands in the group above
