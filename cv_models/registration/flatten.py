"""The flattened sheet: its panels side by side as a scanner would see them, and the runs of print that the detector finds there."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from cv_models.registration import ocr
from cv_models.registration.grid import Grid, Matrix, apply
from cv_models.registration.layout import PANELS, SHEET_HEIGHT, PanelName
from cv_models.registration.ocr import Pixels

PX_PER_MM: Final = 4.9
_RIM: Final = 2.5  # mm around the sheet; data may be printed over its right rim
_OVER_RIGHT: Final = 5.0
_GAP: Final = 0.75  # mm between a code and its value at least; more than between the letters of a word


@dataclass(frozen=True, slots=True)
class SheetBox:
    """An unread run of print on a panel: its place in mm of the grid and the detector's score.

    `after` is where its value seems to begin when a code was taken along with it, None when nothing parts the two.
    """

    panel: PanelName
    x0: float
    y0: float
    x1: float
    y1: float
    score: float
    after: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """Flattened panels side by side: pixels, pixels per mm, the form's x at the left edge and y at the top edge, and which panels."""

    pixels: Pixels
    per_mm: float
    x0: float
    y0: float
    panels: tuple[PanelName, ...]


def shrunk(photo: Pixels, shrink: float) -> tuple[Pixels, float]:
    """The photo reduced so that `shrink` of its pixels that fall on one are averaged, not skipped; and by how much."""
    if shrink <= 1.5:
        return photo, 1.0
    factor = 1.2 / shrink
    return np.asarray(cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8), factor


def warp(photo: Pixels, to_photo: Matrix, width: int, height: int) -> Pixels:
    """The picture whose pixels a homography takes to the photo's."""
    corners = apply(to_photo, np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))
    shrink = float(np.sqrt(abs(cv2.contourArea(corners.astype(np.float32))) / (width * height)))
    photo, factor = shrunk(photo, shrink)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    scaled = np.diag([factor, factor, 1.0]) @ to_photo
    return np.asarray(cv2.warpPerspective(photo, scaled, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)  # fmt: skip


def flatten(photo: Pixels, grid: Grid, panels: tuple[PanelName, ...], *, per_mm: float = PX_PER_MM) -> Flat:
    """Flatten neighbouring panels whose views have no bend yet."""
    x0 = PANELS[panels[0]][0] - (_RIM if panels[0] == "left" else 0.0)
    x1 = PANELS[panels[-1]][1] + (_OVER_RIGHT if panels[-1] == "right" else 0.0)
    width, height = -(-round((x1 - x0) * per_mm) // 32) * 32, -(-round((SHEET_HEIGHT + 2 * _RIM) * per_mm) // 32) * 32
    photo, factor = shrunk(photo, grid.scale / per_mm)
    canvas = np.full((height, width, 3), 255, np.uint8)
    for panel in panels:
        left, right = PANELS[panel]
        begin = round((left - x0) * per_mm) if panel != panels[0] else 0
        end = round((right - x0) * per_mm) if panel != panels[-1] else width
        shift = np.array([[1 / per_mm, 0, x0 + begin / per_mm], [0, 1 / per_mm, -_RIM], [0, 0, 1]])
        matrix = np.diag([factor, factor, 1.0]) @ grid.views[panel].matrix @ shift
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        part = cv2.warpPerspective(
            photo,
            matrix,
            (end - begin, height),
            flags=flags,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(225, 225, 225),
        )
        canvas[:, begin:end] = part
    return Flat(canvas, per_mm, x0, -_RIM, panels)


def print_on(flat: Flat, *, threads: int) -> tuple[SheetBox, ...]:
    """Runs of upright print on a flattened sheet, parted at the folds, in mm."""
    out: list[SheetBox] = []
    for box in ocr.detect(flat.pixels, max(flat.pixels.shape), threads=threads):
        lone = box.length < 1.5 * box.height
        along = abs(np.cos(box.angle))
        if not lone and along < 0.97:
            continue
        half_x, half_y = (box.length / 2, box.height / 2) if along > 0.7 else (box.height / 2, box.length / 2)
        x0, x1 = (box.x - half_x) / flat.per_mm + flat.x0, (box.x + half_x) / flat.per_mm + flat.x0
        y0, y1 = (box.y - half_y) / flat.per_mm + flat.y0, (box.y + half_y) / flat.per_mm + flat.y0
        for panel in flat.panels:
            low = PANELS[panel][0] - (_RIM if panel == flat.panels[0] else 0.0)
            high = PANELS[panel][1] + (_OVER_RIGHT if panel == flat.panels[-1] else 0.0)
            left, right = max(x0, low), min(x1, high)
            if right - left > min(1.2, 0.5 * (x1 - x0)):
                run = SheetBox(panel, left, y0, right, y1, box.score)
                out.append(replace(run, after=_behind_gap(flat, run)))
    return tuple(out)


def _behind_gap(flat: Flat, box: SheetBox) -> float | None:
    """Where full ink begins after paler ink, or ink again behind a gap, in the first millimetres of a run."""
    inset = 0.16 * (box.y1 - box.y0)
    top, bottom = round((box.y0 + inset - flat.y0) * flat.per_mm), round((box.y1 - inset - flat.y0) * flat.per_mm)
    left, right = round((box.x0 - flat.x0) * flat.per_mm), round((min(box.x1, box.x0 + 9.0) - flat.x0) * flat.per_mm)
    part = flat.pixels[max(0, top) : bottom, max(0, left) : right].astype(np.float32).mean(2)
    if part.shape[0] < 4 or part.shape[1] < 12:
        return None
    ground, darkest = float(np.percentile(part, 75)), float(np.percentile(part, 4))
    if ground - darkest < 18:
        return None
    ink = (ground - part) / (ground - darkest)
    # Codes are thinner and paler than data more often than not: where full ink begins is where the value does.
    full = np.flatnonzero((ink > 0.68).mean(0) > 0.12)
    if len(full) and 1.6 < full[0] / flat.per_mm < 6.2:
        return float(box.x0 + full[0] / flat.per_mm)
    columns = np.flatnonzero((ink > 0.4).mean(0) > 0.09)
    for before, behind in itertools.pairwise(columns):
        if (behind - before - 1) / flat.per_mm > _GAP:
            end = before / flat.per_mm
            return float(box.x0 + behind / flat.per_mm) if 0.9 < end < 6.2 else None
    return None
