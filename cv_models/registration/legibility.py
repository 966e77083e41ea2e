"""Why a photographed document is hard to read: light, sharpness, size and cover, measured on the sheet itself.

A whole photo says little: a white table is bright while the paper lies in shadow, a sharp keyboard stands beside a blurred
document. So everything is measured where the form's print stands. Well under 30 ms for a photo of any size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import CELL, KEY_FIELDS, PANELS, SHEET_HEIGHT, PanelName
from cv_models.registration.reading import WARNINGS, FieldReading

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]

DARK: Final = 62.0  # luminance of the paper (0 to 255) below which sensors give noise instead of print
BRIGHT: Final = 248.0  # paper burnt out all over
BURNT: Final = 250.0
EDGE_MM: Final = 0.5  # a stroke is 0.25 to 0.35 mm wide: an edge smeared wider than that melts letters together
EDGE_PIXELS: Final = 2.8  # … unless the photo has so few pixels that no edge could be narrower
SMALL: Final = 4.5  # pixels per mm; print of 2.4 mm is then 11 pixels high
DOUBTFUL: Final = 0.8
_HARD: Final = 4  # so many key fields blank: hard to read, whatever the cause
# Reasons that say what is there instead: "no document" beside them would only confuse.
_OTHER_PAPERS: Final = frozenset(["other_side", "part_two", "foreign", "two_documents", "screen"])
_STEP: Final = 1.25  # mm between the points at which the sheet is looked at
# Fields that are filled on every form, by panel: when all of a panel are blank, it was folded away or covered.
_ALWAYS: Final[dict[PanelName, tuple[str, ...]]] = {
    "left": ("A", "C.1.1", "C.1.3", "I"),
    "middle": ("B", "2.1", "E", "D.1", "D.3", "P.3"),
    "right": ("P.2", "T", "18", "19", "F.1", "15.1", "R", "K"),
}


class Mapped(Protocol):
    """What is asked of a fitted form: where points of the sheet stand in the photo."""

    @property
    def scale(self) -> float:
        """Pixels per mm."""

    def to_photo(self, mm: Points, panel: PanelName, /) -> Points:
        """Pixels of points (N x 2, mm) of a panel."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """Measures of the sheet in a photo.

    Attributes:
        paper: luminance of the lit paper, 0 to 255 (median over the sheet of the bright part of each square centimetre).
        darkest: the same of the darkest tenth of the sheet.
        burnt: share of the sheet that is burnt out without any print left.
        edge_pixels: width of the edges of printed strokes in pixels, in the direction where they are widest; None unknown.
        edge_mm: the same in millimetres on the sheet.
        scale: pixels per millimetre.
        outside: share of the sheet that lies outside of the photo, per panel.
    """

    paper: float
    darkest: float
    burnt: float
    edge_pixels: float | None
    edge_mm: float | None
    scale: float
    outside: Mapping[PanelName, float]


def measure(photo: Pixels, grid: Mapped, *, factor: float = 1.0) -> Legibility:
    """Measure a sheet whose place is known.

    Args:
        photo: RGB photo as it was taken, light not stretched.
        grid: the fitted form.
        factor: scale of the grid's pixels to those of the photo (0.5: the grid was fitted to the photo at half size).
    """
    height, width = photo.shape[:2]
    outside: dict[PanelName, float] = {}
    levels, burnt, squares = [], 0, 0
    for name, (x0, x1) in PANELS.items():
        xs, ys = np.arange(x0 + 1, x1 - 1, _STEP), np.arange(1.0, SHEET_HEIGHT - 1, _STEP)
        mm = np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2)
        at = np.asarray(grid.to_photo(mm, name)) / factor
        inside = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] <= width - 1) & (at[:, 1] <= height - 1)
        outside[name] = 1.0 - float(inside.mean())
        if not inside.any():
            continue
        pixels = photo[at[inside, 1].astype(np.intp), at[inside, 0].astype(np.intp)].astype(np.float32)
        light = np.full(len(mm), np.nan, np.float32)
        light[inside] = pixels @ np.array([0.299, 0.587, 0.114], np.float32)
        lit, gone = _squares(light.reshape(len(ys), len(xs)))
        levels.append(lit)
        burnt += gone
        squares += len(lit)
    lit = np.concatenate(levels) if levels else np.zeros(1, np.float32)
    edge = _edges(photo, grid, factor)
    scale = grid.scale / factor
    return Legibility(
        paper=float(np.median(lit)),
        darkest=float(np.percentile(lit, 10)),
        burnt=burnt / max(1, squares),
        edge_pixels=edge,
        edge_mm=edge / max(1e-6, scale) if edge is not None else None,
        scale=scale,
        outside=outside,
    )


def _squares(light: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """Bright level of each square centimetre that is at least half in the photo, and how many are burnt out."""
    side = round(10 / _STEP)
    levels, burnt = [], 0
    for top in range(0, light.shape[0] - side + 1, side):
        for left in range(0, light.shape[1] - side + 1, side):
            block = light[top : top + side, left : left + side]
            known = block[~np.isnan(block)]
            if known.size < block.size / 2:
                continue
            levels.append(float(np.percentile(known, 75)))
            # Paper that is exposed well still shows print and ground; burnt-out paper shows nothing at all.
            burnt += bool(np.percentile(known, 10) >= BURNT)
    return np.array(levels or [0.0], np.float32), burnt


# Cells in which much is printed on most forms, over all three panels.
_LOOKED_AT: Final = ("A", "C.1.1", "B", "2.2", "E", "D.1", "D.3", "P.3", "P.2/P.4", "15.1", "R", "K", "16")


def _edges(photo: Pixels, grid: Mapped, factor: float) -> float | None:
    """Width in pixels of the edges of print: contrast over steepest slope, in the direction where it is largest."""
    found = []
    for code in _LOOKED_AT:
        cell = CELL[code]
        middle, x1 = (cell.y0 + cell.y1) / 2, min(cell.x1, cell.x0 + 32.0)
        if cell.panel == "left" and cell.y1 - cell.y0 > 4.5:
            middle = cell.y1 - 2.05
        corners = np.array([[cell.x0, middle - 2.2], [x1, middle - 2.2], [x1, middle + 2.2], [cell.x0, middle + 2.2]])
        width = _edge_of(photo, np.asarray(grid.to_photo(corners, cell.panel)) / factor)
        if width is not None:
            found.append(width)
    # The sharper third: blank cells and rules seen alone make the rest look worse than it is.
    return float(np.percentile(found, 35)) if len(found) >= 3 else None


def _edge_of(photo: Pixels, quad: Points) -> float | None:
    low, high = quad.min(0), quad.max(0)
    if not np.isfinite(quad).all() or (low < 1).any() or (high >= np.array([photo.shape[1], photo.shape[0]]) - 1).any():
        return None
    along, across = float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))
    if across < 8 or along < 16:
        return None
    size = (int(min(along, 700.0)), int(min(across, 96.0)))
    shrink = max(along / size[0], across / size[1])
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    x0, y0 = np.floor(low).astype(int)
    x1, y1 = np.ceil(high).astype(int) + 1
    part = cv2.cvtColor(photo[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY)
    matrix = cv2.getPerspectiveTransform((quad - [x0, y0]).astype(np.float32), target)
    flat = cv2.warpPerspective(part, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # Sensor noise has the steepest slopes of all; a light blur takes it off and is reckoned out again below.
    soft = cv2.GaussianBlur(flat, (0, 0), 0.8).astype(np.float32)
    dark, light = np.percentile(soft, (2, 80))
    contrast = float(light - dark)
    if contrast < 14:
        return None
    widths = []
    for axis in (0, 1):
        slope = np.abs(np.diff(soft, axis=axis))
        steep = float(np.percentile(slope, 98.5))
        widths.append(contrast / max(0.5, steep))
    width = max(widths)
    return float(np.sqrt(max(0.25, width * width - 0.8 * 0.8 * 2 * np.pi)) * shrink)


def explain(seen: Legibility, fields: Mapping[str, FieldReading]) -> tuple[str, ...]:
    """Codes of `WARNINGS`, the gravest first: what keeps the document from being read, or makes it doubtful.

    A dim or soft photo that was read all the same is not complained about: light, sharpness and size are named only when
    key fields are blank or doubtful. That a part of the sheet is missing is always named.

    Args:
        seen: measures of the sheet.
        fields: what was read.
    """
    lost = [code for code in KEY_FIELDS if code not in fields or fields[code].value is None]
    doubtful = [code for code in KEY_FIELDS if code in fields and 0 < fields[code].confidence < DOUBTFUL]
    out = set()
    if any(share > 0.06 for share in seen.outside.values()) or _hidden(fields):
        out.add("sheet_partly_visible")
    if len(lost) >= 2 or len(lost) + len(doubtful) >= 3:
        if seen.paper < DARK or (seen.darkest < DARK * 0.6 and seen.paper < DARK * 1.6):
            out.add("too_dark")
        if seen.paper > BRIGHT and seen.burnt > 0.35:
            out.add("too_bright")
        elif seen.burnt > 0.03:
            out.add("glare")
        if (seen.edge_mm or 0.0) > EDGE_MM and (seen.edge_pixels or 0.0) > EDGE_PIXELS:
            out.add("blurred")
        if seen.scale < SMALL:
            out.add("text_too_small")
    if len(lost) >= _HARD:
        out.add("hard_to_read")
    return ordered(out)


def warnings(
    photo: Pixels, grid: Mapped, fields: Mapping[str, FieldReading], *, factor: float = 1.0
) -> tuple[str, ...]:
    """`explain` of `measure`: what the reader says about a photo in which it found a document."""
    return explain(measure(photo, grid, factor=factor), fields)


def _hidden(fields: Mapping[str, FieldReading]) -> bool:
    """Whether one panel is blank all over while another was read: folded away, or something lies on it."""
    read = {
        panel: sum(1 for code in codes if code in fields and fields[code].value is not None)
        for panel, codes in _ALWAYS.items()
    }
    return min(read.values()) == 0 and max(read[p] / len(_ALWAYS[p]) for p in read) >= 0.7


def nothing(photo: Pixels, reason: str | None = None) -> tuple[str, ...]:
    """Codes of `WARNINGS` for a photo in which no document to read was found.

    Args:
        photo: RGB photo as it was taken.
        reason: what the search for the form says (`Located.reason`); None for "no document".
    """
    if reason in _OTHER_PAPERS:
        return (reason,)
    out = {"no_document"}
    if reason in ("too_small", "photo_too_small"):
        out.add("photo_too_small")
    # A black wall and a dark document look alike: only light that would hide any document is named.
    step = max(1, max(photo.shape[:2]) // 400)
    light = cv2.cvtColor(np.ascontiguousarray(photo[::step, ::step]), cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(light, (2, 98))
    if high < 70 or reason == "too_dark":
        out.add("too_dark")
    elif low > 245:
        out.add("too_bright")
    return ordered(out)


def ordered(codes: set[str]) -> tuple[str, ...]:
    """Codes in the order of `WARNINGS`, which is from grave to slight."""
    return tuple(code for code in WARNINGS if code in codes)
