"""From the map of the sheet to its panels: robust homographies, one per panel, and how sure each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.flatten import warp
from cv_models.registration.grid import Grid, Matrix, PanelView, apply, homography
from cv_models.registration.layout import PANELS, SHEET_HEIGHT, SHEET_WIDTH, PanelName
from cv_models.registration.ocr import Pixels, Points
from cv_models.registration.sheetmap import KINDS, Sheetmap, look

_NAMES: Final[tuple[PanelName, ...]] = ("left", "middle", "right")
_LEAST: Final = 10  # places of a panel below which nothing is said about it
_CLOSE: Final = 3.5  # mm: a place farther off than this does not belong to the fit


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places of one document in the photo: pixels (N x 2), points of the form in mm (N x 2), panel number (0 to 2), weight."""

    pixels: Points
    mm: Points
    panel: NDArray[np.int64]
    weight: Points

    def chosen(self, keep: NDArray[np.bool_]) -> Places:
        """Some of the places."""
        return Places(self.pixels[keep], self.mm[keep], self.panel[keep], self.weight[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A document in a photo.

    Attributes:
        matrix: homography from mm to pixels for the whole sheet, None when no document is seen.
        places: the places it was fitted to.
        share: part of these places that agree with it.
        rival: area of a second document in parts of the first's.
        kinds: part of the photo that shows each of `KINDS`.
    """

    matrix: Matrix | None
    places: Places | None
    share: float
    rival: float
    kinds: dict[str, float]


def places_of(seen: Sheetmap, *, least: float = 0.5) -> tuple[Places, NDArray[np.int64]]:
    """Places that show a panel, and the number of the patch (places that touch) each belongs to."""
    panels = seen.kinds[:, :, 1:4]
    on = panels.sum(2) > least
    _, patches = cv2.connectedComponents(on.astype(np.uint8), connectivity=8)
    weight = panels.sum(2)[on] / (2.0 + seen.spread[on])
    places = Places(seen.pixels[on], seen.mm[on].astype(np.float64), panels[on].argmax(1), weight.astype(np.float64))
    return places, np.asarray(patches[on], np.int64)


def robust_homography(places: Places, *, damping: float, close: float = _CLOSE, start: Matrix | None = None) -> tuple[Matrix, Points]:  # fmt: skip
    """Homography from mm to pixels with far-off places left out step by step, and how far off (mm) each place is."""
    matrix = _guess(places) if start is None else start
    away = _away(matrix, places)
    for scale in (4.0, 2.5, 1.5, 1.0, 1.0):
        reach = max(close * scale, 1.2 * float(np.median(away)))
        keep = np.clip(1 - (away / reach) ** 2, 0, None) ** 2
        if (keep > 0).sum() < 6:
            break
        matrix = homography(places.mm, places.pixels, places.weight * keep, damping=damping)
        away = _away(matrix, places)
    return matrix, away


def _guess(places: Places) -> Matrix:
    """A similarity that most places agree with: drawn from pairs, so that a wrongly seen half does not bend it."""
    chance = np.random.default_rng(len(places.mm))
    mm = places.mm[:, 0] + 1j * places.mm[:, 1]
    px = places.pixels[:, 0] + 1j * places.pixels[:, 1]
    best, most = (1 + 0j, 0j), -1.0
    for _ in range(120):
        i, j = chance.integers(len(mm), size=2)
        if abs(mm[i] - mm[j]) < 15:
            continue
        turn = (px[i] - px[j]) / (mm[i] - mm[j])
        if abs(turn) < 1e-6:
            continue
        shift = px[i] - turn * mm[i]
        votes = float(((np.abs(px - turn * mm - shift) / abs(turn) < 8.0) * places.weight).sum())
        if votes > most:
            best, most = (complex(turn), complex(shift)), votes
    turn, shift = best
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0, 0, 1.0]])


def _away(matrix: Matrix, places: Places) -> Points:
    """Distance in mm between where a place is said to be on the form and where the homography puts it."""
    try:
        back = apply(np.linalg.inv(matrix), places.pixels)
    except np.linalg.LinAlgError:
        return np.full(len(places.mm), 1e3)
    return np.asarray(np.minimum(np.linalg.norm(back - places.mm, axis=1), 1e3))


def find(seen: Sheetmap) -> Finding:
    """The document that the map shows; the largest where there are several."""
    kinds = {name: float(seen.kinds[:, :, index].mean()) for index, name in enumerate(KINDS)}
    places, patches = places_of(seen)
    empty = Finding(None, None, 0.0, 0.0, kinds)
    if len(places.mm) < 8:
        return empty
    sizes = np.bincount(patches)
    order = [int(n) for n in np.argsort(-sizes) if sizes[n] >= 6]
    if not order or sizes[order[0]] < 8:
        return empty
    main = places.chosen(patches == order[0])
    matrix, away = robust_homography(main, damping=0.4)
    members = patches == order[0]
    rival = 0.0
    for number in order[1:4]:
        part = places.chosen(patches == number)
        if float(np.median(_away(matrix, part))) < 12.0:
            members |= patches == number
        else:
            rival = max(rival, float(sizes[number] / sizes[order[0]]))
    main = places.chosen(members)
    matrix, away = robust_homography(main, damping=0.4, start=matrix)
    return Finding(matrix, main, float(np.average(away < 8.0, weights=main.weight)), rival, kinds)


def look_closer(photo: Pixels, first: Finding, *, threads: int, per_mm: float = 1.5) -> Places | None:
    """The map again, of the sheet turned upright and filling the picture; its places are in pixels of the photo."""
    if first.matrix is None or first.places is None:
        return None
    mm = first.places.mm
    x0, x1 = (
        max(float(np.percentile(mm[:, 0], 3)) - 16, -9.0),
        min(float(np.percentile(mm[:, 0], 97)) + 16, SHEET_WIDTH + 9),
    )
    y0, y1 = (
        max(float(np.percentile(mm[:, 1], 3)) - 12, -9.0),
        min(float(np.percentile(mm[:, 1], 97)) + 12, SHEET_HEIGHT + 9),
    )
    if x1 - x0 < 20 or y1 - y0 < 20:
        return None
    width = max(64, round((x1 - x0) * per_mm / 32) * 32)
    height = max(64, round((y1 - y0) * per_mm / 32) * 32)
    to_mm = np.array([[(x1 - x0) / width, 0, x0], [0, (y1 - y0) / height, y0], [0, 0, 1]])
    to_photo = first.matrix @ to_mm
    flat = warp(photo, to_photo, width, height)
    seen = look(flat, max(flat.shape[:2]), threads=threads)
    places, _ = places_of(seen)
    if len(places.mm) < _LEAST:
        return None
    return Places(apply(to_photo, places.pixels), places.mm, places.panel, places.weight)


def panels_of(places: Places, whole: Matrix) -> Grid:
    """A grid whose panels are fitted one by one, drawn to their neighbours at the folds; `trust` says how sure each is."""
    views: dict[PanelName, PanelView] = {}
    trust: dict[PanelName, float] = {}
    for number, name in enumerate(_NAMES):
        left, right = PANELS[name]
        own = places.panel == number
        inside = (places.mm[:, 0] > left - 9) & (places.mm[:, 0] < right + 9)
        near = inside & (own | (places.mm[:, 0] < left + 4) | (places.mm[:, 0] > right - 4))
        count = int((own & inside).sum())
        if count < _LEAST:
            views[name] = PanelView(whole, name)
            continue
        part = places.chosen(near)
        weight = part.weight * np.where(part.panel == number, 1.0, 0.35)
        part = Places(part.pixels, part.mm, part.panel, weight)
        matrix, away = robust_homography(part, damping=0.25, start=whole)
        views[name] = PanelView(matrix, name)
        mine = part.panel == number
        agree = float(np.average(away[mine] < _CLOSE, weights=part.weight[mine]))
        spans = np.ptp(part.mm[mine & (away < _CLOSE)], axis=0) if (mine & (away < _CLOSE)).any() else np.zeros(2)
        full = min(1.0, float(spans[0]) / (0.75 * (right - left)), float(spans[1]) / (0.6 * SHEET_HEIGHT))
        trust[name] = agree * full
    return Grid(whole, views=views, trust=trust)
