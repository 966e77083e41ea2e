"""Two pairs of eyes for every printed line: our own small recogniser, which reads all, and the shipped one where it pays."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

from cv_models.registration import lines, ocr
from cv_models.registration.anchors import is_printed
from cv_models.registration.cells import CellText, Piece, Run
from cv_models.registration.grid import Grid
from cv_models.registration.layout import CELL
from cv_models.registration.ocr import Pixels
from cv_models.registration.strips import Reader, strip, window

_PORTION: Final = 32  # crops that are held at once
_WORDING: Final = (
    "nameoderfirmenname", "vornamen", "anschrift", "amtlicheskennzeichen", "kennzeichen", "nächstehu", "nächstehauptuntersuchung",
    "vorundfamilienname", "oderfirmenname", "datumdieserzulassung", "derinhaberderzulassungsbescheinigung", "zulassungsbescheinigung", "monatundjahr",
)  # fmt: skip


def is_wording(text: str) -> bool:
    """Whether a line of the left panel is the form's own, even when some of its letters were misread."""
    if is_printed(text) or re.match(r"[C2G(][.,] ?[1I][.,] ?[1-4]", text):
        return True
    letters = re.sub(r"[^a-zäöüß]", "", re.sub(r"^\W*[C(][ .,]*[1I][ .,]*\d?", "", text).lower())
    if len(letters) < 7:
        return False
    return any(difflib.SequenceMatcher(None, letters, words[: len(letters) + 1]).ratio() > 0.8 for words in _WORDING)


def look(
    photo: Pixels, grid: Grid, wanted: Iterable[Run], reader: Reader, number: int, *, threads: int
) -> dict[str, CellText]:
    """What one recogniser sees in printed lines.

    Args:
        photo: RGB photo, full size.
        grid: the fitted form.
        wanted: the lines to read.
        reader: `own` (about 3 ms a line) or `shipped` (about 15 ms).
        number: which look, 0 to 2: margins differ (see `strips.LOOKS`).
        threads: onnxruntime threads.

    Returns:
        By code of the cell; lines in which nothing was seen, or the form's own wording, are left out.
    """
    height = lines.HEIGHT if reader == "own" else ocr.LINE_HEIGHT
    out: dict[str, CellText] = {}
    pending: list[Run] = []
    crops: list[Pixels] = []

    def read() -> None:
        seen = lines.read_crops(crops, threads=threads) if reader == "own" else ocr.recognise(crops, threads=threads)
        for run, scores in zip(pending, seen, strict=True):
            text = scores.decode()[0].strip()
            if text and not (CELL[run.code].panel == "left" and is_wording(text)):
                piece = Piece(scores, run.x0, run.x1, run.y, min(max(run.height, 2.2), 4.0))
                out.setdefault(run.code, CellText()).rows[run.row] = [piece]
        pending.clear()
        crops.clear()

    # Lines of about equal length share a portion, so that batches are full and of equal width.
    for run in sorted(wanted, key=lambda r: r.x1 - r.x0):
        most = 20 * height if reader == "own" else 1600
        crop = strip(photo, grid, CELL[run.code].panel, window(run, reader, number), height=height, most=most)
        if crop is None:
            continue
        pending.append(run)
        crops.append(crop)
        if len(crops) == _PORTION:
            read()
    if crops:
        read()
    return out
