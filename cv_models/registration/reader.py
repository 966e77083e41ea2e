"""The reader: find the sheet, fit its grid, deal the text to cells, understand each field, look again where in doubt."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.errors import ModelInputError
from cv_models.registration import eyes, legibility, locate, ocr
from cv_models.registration.cells import CellText, Piece, cell_quad, deal, ink, reread
from cv_models.registration.layout import CELL, CELLS
from cv_models.registration.locate import Grid, Line
from cv_models.registration.ocr import Pixels, Scores, TextBox
from cv_models.registration.opinion import ALONE, weigh
from cv_models.registration.reading import Box, FieldReading, RegistrationReading
from cv_models.registration.understand import Judged, judge
from cv_models.registration.vin import judge_vin

LONGEST: Final = 4096
_FIRST_SIDE: Final = 960
_WANTED_SCALE: Final = 5.2
_LEAST_SCALE: Final = 3.9
# Names and free text, whose words our own recogniser does not read better yet, and the VIN, which has its own judge.
_ONE_READER: Final = frozenset(("C.1.1", "C.1.2", "C.1.3", "D.2", "2", "22", "22b", "E"))
# No grammar proves these: our own recogniser confirms or contradicts what the shipped one saw, it does not stand alone.
_NO_GRAMMAR: Final = frozenset(("D.1", "D.3", "R", "5", "14", "V.9", "K", "4", "21", "Nr."))
_TRUST: Final = 0.9
_OFTEN_EMPTY: Final = frozenset(("Nr.", "21", "12", "Q", "7.3", "8.3", "15.3", "S.2", "C.1.2", "22", "HU", "I"))
_LOOK_AGAIN: Final = ("A", "B", "2.1", "2.2", "D.1", "D.3", "P.2/P.4", "C.1.1", "3")


def read(image: NDArray[Any], *, threads: int = 2) -> RegistrationReading:
    """Read the registration document in a photo.

    Args:
        image: RGB photo, H x W x 3, uint8, in any of the four directions. Any size; more than 4096 pixels are reduced.
        threads: onnxruntime threads, at most 2.

    Returns:
        The reading. A photo without a document gives `found=False` and the warning `no_document`, never an exception.

    Raises:
        ModelInputError: TK-IMAGE-001, the array is no H x W x 3 uint8 picture.
    """
    started = time.perf_counter()
    photo, factor = _prepare(image)
    empty = RegistrationReading(False, {}, None, ("no_document",), 0.0, ocr.MODEL_NAME)
    if min(photo.shape[:2]) < 64 or max(photo.shape[:2]) < 300:
        return replace(empty, warnings=legibility.nothing(image, "too_small"), seconds=time.perf_counter() - started)
    found = _find(photo, threads)
    if found is None:
        return replace(empty, warnings=legibility.nothing(image), seconds=time.perf_counter() - started)
    grid, lines = found
    cells = deal(grid, lines)
    fields = _fields(photo, grid, cells, threads)
    warnings = legibility.warnings(image, grid, fields, factor=factor)
    scaled = {
        code: replace(f, box=cast("Box", tuple((x / factor, y / factor) for x, y in f.box)))
        if f.box and factor != 1.0
        else f
        for code, f in fields.items()
    }
    outline = tuple((x / factor, y / factor) for x, y in grid.outline())
    return RegistrationReading(True, scaled, outline, warnings, time.perf_counter() - started, ocr.MODEL_NAME)


def _prepare(image: NDArray[Any]) -> tuple[Pixels, float]:
    """A picture of at most `LONGEST` pixels with its light stretched when it is dark or flat, and its scale."""
    if (
        not isinstance(image, np.ndarray)
        or image.ndim != 3
        or image.shape[2] != 3
        or image.dtype != np.uint8
        or not image.size
    ):
        raise ModelInputError(
            "TK-IMAGE-001",
            "Das Bild ist kein RGB-Foto (H x B x 3, 8 Bit).",
            "the array is no RGB photo (H x W x 3, 8 bit)",
        )
    factor = min(1.0, LONGEST / max(image.shape[:2]))
    if factor < 1.0:
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    sample = image[:: max(1, image.shape[0] // 200), :: max(1, image.shape[1] // 200)]
    low, high = np.percentile(sample, (1, 99.5))
    if high < 190 and high - low > 12:
        ramp = np.clip((np.arange(256) - low) * (235.0 / (high - low)), 0, 255).astype(np.uint8)
        image = cv2.LUT(image, ramp)
    return np.ascontiguousarray(image), factor


def _find(photo: Pixels, threads: int) -> tuple[Grid, list[Line]] | None:
    """The fitted grid and the read lines on the sheet; looks closer where the text is small."""
    longest = max(photo.shape[:2])
    boxes = ocr.detect(photo, _FIRST_SIDE, threads=threads)
    found = locate.find_grid(photo, locate.orient(photo, boxes, threads=threads), threads=threads)
    side = min(longest, _FIRST_SIDE)
    if found is None:
        if longest < 1.25 * _FIRST_SIDE or len(boxes) < 3:
            return None
        side = min(longest, 1600)
        clear = _contrast(photo, side)
        back = longest / max(clear.shape[:2])
        boxes = [
            replace(b, x=b.x * back, y=b.y * back, length=b.length * back, height=b.height * back)
            for b in ocr.detect(clear, side, threads=threads)
        ]
        found = locate.find_grid(photo, locate.orient(photo, boxes, threads=threads), threads=threads)
        if found is None:
            return None
    grid, lines = found
    seen_scale = grid.scale * side / longest
    if seen_scale < _LEAST_SCALE and grid.scale > seen_scale * 1.2:
        closer = _closer(photo, grid, lines, threads)
        if len(closer) > len(lines):
            lines = closer
    return locate.settle(photo, grid, lines, threads=threads), lines


def _contrast(photo: Pixels, side: int) -> Pixels:
    """The photo with local contrast raised, for pale or shaded text, reduced to `side`."""
    factor = min(1.0, side / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else photo
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(3.0, (8, 8)).apply(lab[:, :, 0])
    return cast("Pixels", cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def _closer(photo: Pixels, grid: Grid, lines: list[Line], threads: int) -> list[Line]:
    """Detect again within the sheet at a scale where small text is found."""
    outline = np.array(grid.outline())
    x0, y0 = np.maximum(outline.min(0) - 8 * grid.scale, 0).astype(int)
    x1, y1 = np.ceil(outline.max(0) + 8 * grid.scale).astype(int)
    part = photo[y0:y1, x0:x1]
    if min(part.shape[:2]) < 64:
        return lines
    wanted = round(max(part.shape[:2]) * min(1.0, _WANTED_SCALE / grid.scale))
    boxes = [
        replace(b, x=b.x + x0, y=b.y + y0)
        for b in ocr.detect(np.ascontiguousarray(part), min(wanted, 1408), threads=threads)
    ]
    direction = float(np.angle(np.mean([np.exp(1j * line.angle) for line in lines])))
    return [line for line in (_directed(b, direction) for b in boxes) if line is not None]


def _directed(box: TextBox, direction: float) -> Line | None:
    if box.length < 1.2 * box.height:
        # Too short to tell: a lone digit stands as its neighbours do.
        turned = replace(box, angle=(direction + np.pi / 2) % np.pi - np.pi / 2)
        across = abs(np.sin(box.angle - direction)) > 0.7
        if across:
            turned = replace(turned, length=box.height, height=box.length)
        box = turned
    away = (box.angle - direction + np.pi / 2) % np.pi - np.pi / 2
    if abs(away) > np.deg2rad(16):
        return None
    return Line(box, bool(np.cos(box.angle - direction) < 0))


def _fields(photo: Pixels, grid: Grid, cells: dict[str, CellText], threads: int) -> dict[str, FieldReading]:
    out: dict[str, FieldReading] = {}
    own = eyes.look(photo, grid, cells, tuple(c for c in cells if c not in _ONE_READER), 0, threads=threads)
    shipped: dict[str, Judged] = {}
    for cell in CELLS:
        if cell.code not in ("E", "22b"):
            seen = cells.get(cell.code)
            shipped[cell.code] = judge(cell.code, seen) if seen else _unseen(photo, grid, cell.code, threads)
    both = {
        code: first
        if first.reason == "dash"
        else weigh(first, _second(code, own), alone=2.0 if code in _NO_GRAMMAR else ALONE)
        for code, first in shipped.items()
    }
    for cell in CELLS:
        if cell.code in ("E", "22b", "3"):
            continue
        seen = cells.get(cell.code)
        judged = both[cell.code]
        if cell.code in _LOOK_AGAIN and (judged.value is None or judged.confidence < 0.8) and judged.reason != "dash":
            judged = _look_again(photo, grid, cell.code, seen, judged, threads)
        elif cell.code in ("C.1.1", "C.1.2", "A") and judged.value is not None:
            judged = _dots(photo, grid, cell.code, seen, judged, threads)
        out[cell.code] = _field(grid, cell.code, seen, judged)
    _remarks(out, cells)
    digit, digits = _digit(photo, grid, cells.get("3"), both["3"], threads)
    out["3"] = _field(grid, "3", cells.get("3"), digit)
    out["E"] = _field(grid, "E", cells.get("E"), _vin(photo, grid, cells.get("E"), digits, threads))
    _trade(out)
    power = out.pop("P.2/P.4")
    kilowatt, _, speed = (power.value or "").partition("/")
    out["P.2"] = replace(power, value=kilowatt or None)
    out["P.4"] = replace(power, value=speed if speed not in ("", "-") else None, alternatives=())
    size = out["P.1"].value
    if out["P.2"].value and size and int(out["P.2"].value) > 0.165 * int(size):
        # More power than any engine of that size gives: a stray digit.
        read_as = (out["P.2"].value, *out["P.2"].alternatives)
        out["P.2"] = replace(out["P.2"], value=None, confidence=0.0, alternatives=read_as, reason="contradiction")
    return out


def _second(code: str, own: dict[str, CellText]) -> list[Judged]:
    """What our own recogniser's look at a cell is understood to be."""
    if code not in own:
        return []
    judged = judge(code, own[code])
    return [replace(judged, confidence=judged.confidence * _TRUST)]


def _unseen(photo: Pixels, grid: Grid, code: str, threads: int) -> Judged:
    """A cell without a detected line: lone digits escape the detector, so look where there is ink."""
    if CELL[code].lines > 1 or code in _OFTEN_EMPTY:
        return Judged(None, 0.0, (), "not_seen")
    marks = ink(photo, grid, code)
    if marks < 0.3:
        return Judged(None, 0.0, (), "dash" if marks > 0.03 else "not_seen")
    scores = reread(photo, grid, code, None, variant=0, threads=threads)
    if scores is None or not scores.decode()[0].strip():
        return Judged(None, 0.0, (), "not_seen")
    judged = judge(code, CellText({0: [Piece(scores, 0.0, 1.0, 0.0, 1.0)]}))
    return replace(judged, confidence=judged.confidence * 0.93)


def _look_again(photo: Pixels, grid: Grid, code: str, seen: CellText | None, first: Judged, threads: int) -> Judged:
    """Up to three other looks; a value is taken when it is sure or when two looks agree."""
    votes: dict[str, list[float]] = {}
    if first.value is not None:
        votes.setdefault(first.value, []).append(first.confidence)
    best, others = first, list(first.alternatives)
    for variant in range(3):
        scores = reread(photo, grid, code, seen, variant=variant, threads=threads)
        if scores is None:
            break
        judged = judge(code, CellText({0: [Piece(scores, 0.0, 1.0, 0.0, 1.0)]}))
        if judged.value is None:
            others += judged.alternatives
            continue
        votes.setdefault(judged.value, []).append(judged.confidence)
        if best.value is None or judged.confidence > best.confidence:
            best = judged
        if max(votes[judged.value]) > 0.9 or len(votes[judged.value]) > 1:
            break
    if not votes:
        return replace(first, alternatives=tuple(dict.fromkeys(others))[:4])
    value = max(votes, key=lambda v: (len(votes[v]), max(votes[v])))
    total = sum(len(v) for v in votes.values())
    confidence = max(votes[value]) * (1.0 if len(votes) == 1 else 0.8 * len(votes[value]) / total)
    rest = tuple(dict.fromkeys([v for v in votes if v != value] + [o for o in others if o != value]))[:4]
    if len(votes) > 1 and len(votes[value]) < 2 and max(votes[value]) < 0.9:
        return Judged(None, 0.0, (value, *rest)[:4], "uncertain")
    reason = best.reason if best.value == value else None
    return Judged(value, confidence, rest, reason)


_UNDOTTED: Final = str.maketrans("ÄÖÜäöü", "AOUaou")


def _dots(photo: Pixels, grid: Grid, code: str, seen: CellText | None, first: Judged, threads: int) -> Judged:
    """A second look with more room above: capitals lose the dots of their umlauts where the line was cut tight."""
    assert first.value is not None
    if not set(first.value) & set("AOUaouÄÖÜäöü"):
        return first
    scores = reread(photo, grid, code, seen, variant=1, threads=threads)
    second = judge(code, CellText({0: [Piece(scores, 0.0, 1.0, 0.0, 1.0)]})) if scores is not None else first
    if second.value is None or second.value == first.value:
        return first
    if second.value.translate(_UNDOTTED) != first.value.translate(_UNDOTTED):
        return replace(first, confidence=first.confidence * 0.9, alternatives=(second.value, *first.alternatives)[:4])
    merged = "".join(a if a not in "AOUaou" else b for a, b in zip(first.value, second.value, strict=True))
    return Judged(merged, min(0.8, first.confidence, second.confidence), (first.value,), "umlaut")


def _digit(
    photo: Pixels, grid: Grid, seen: CellText | None, judged: Judged, threads: int
) -> tuple[Judged, list[tuple[str, float]]]:
    """Field 3 and its candidate readings."""
    if judged.reason == "dash":
        return judged, []
    if judged.value is None or judged.confidence < 0.85:
        judged = _look_again(photo, grid, "3", seen, judged, threads)
    return judged, [(judged.value, judged.confidence)] if judged.value else []


def _vin(photo: Pixels, grid: Grid, seen: CellText | None, digits: list[tuple[str, float]], threads: int) -> Judged:
    views: list[Scores] = []
    if seen is not None and 0 in seen.rows:
        pieces = sorted(seen.rows[0], key=lambda p: p.x0)
        views.append(Scores(np.vstack([p.scores.steps for p in pieces])))
    judged = judge_vin(views, digits)
    for variant in range(4):
        if judged.value is not None and judged.confidence > 0.9:
            break
        if judged.value is not None and len(views) >= 3:
            break
        scores = reread(photo, grid, "E", seen, variant=variant, threads=threads)
        if scores is None:
            break
        views.append(scores)
        judged = judge_vin(views, digits)
    return judged


def _trade(out: dict[str, FieldReading]) -> None:
    """BMW names its models by three digits and a letter: a fourth digit 1 is the letter I."""
    make, name = out["D.1"], out["D.3"]
    if make.value == "BMW" and name.value and re.fullmatch(r"[1-8]\d\d[1l]", name.value):
        out["D.3"] = replace(
            name, value=name.value[:3] + "I", confidence=min(0.85, name.confidence), alternatives=(name.value,)
        )


def _remarks(out: dict[str, FieldReading], cells: dict[str, CellText]) -> None:
    """Field 22 runs on over the fold: join its two halves line by line."""
    left, right = cells.get("22"), cells.get("22b")
    if left is None and right is None:
        return
    rows = sorted({*(left.rows if left else ()), *(right.rows if right else ())})
    lines = []
    for row in rows:
        parts = [CellText({row: c.rows[row]}).text() for c in (left, right) if c and row in c.rows]
        lines.append(" ".join(p for p in parts if p))
    text = "\n".join(line for line in lines if line)
    weakest = min(c.weakest() for c in (left, right) if c is not None)
    old = out["22"]
    out["22"] = FieldReading(
        text or None, 0.3 + 0.5 * weakest if text else 0.0, old.box, (), None if text else "not_seen"
    )


def _field(grid: Grid, code: str, seen: CellText | None, judged: Judged) -> FieldReading:
    box: Box | None = None
    bounds = seen.bounds() if seen else None
    if bounds is not None:
        x0, y0, x1, y1 = bounds
        corners = grid.to_photo(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), CELL[code].panel)
        box = cast("Box", tuple((float(x), float(y)) for x, y in corners))
    elif judged.value is not None:
        quad = cell_quad(grid, code, None, 0)
        box = cast("Box", tuple((float(x), float(y)) for x, y in quad)) if quad is not None else None
    return FieldReading(judged.value, round(judged.confidence, 4), box, judged.alternatives, judged.reason)


def crop(image: NDArray[np.uint8], box: Box, *, height: int = 64, margin: float = 0.35) -> Pixels:
    """Upright flat crop of a field for showing beside its value.

    Args:
        image: the photo that was read, RGB.
        box: `FieldReading.box`.
        height: height of the crop in pixels; the width follows the text.
        margin: share of the text's height that is added on each side.
    """
    quad = np.array(box, np.float64)
    across = float(np.linalg.norm(quad[3] - quad[0]))
    along = (quad[1] - quad[0]) / max(1e-6, float(np.linalg.norm(quad[1] - quad[0])))
    down = (quad[3] - quad[0]) / max(1e-6, across)
    grow = across * margin
    grown = quad + grow * np.array([-along - down, along - down, along + down, -along + down])
    return ocr.cut(image, grown, height=height, most=2400)
