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


def doubled(places: Places) -> float:
    """Part of the form, 0 to 1, that is seen at two places far from each other: documents that touch are one patch of the map.

    Looked at in squares of 15 mm of the form; twice means two groups of places with a gap of a sixth of the whole between them.
    """
    far = 0.18 * float(np.ptp(places.pixels, axis=0).max())
    squares = (places.mm // 15).astype(np.int64)
    keys = squares[:, 0] * 100 + squares[:, 1]
    seen = twice = 0
    for key in np.unique(keys):
        at = places.pixels[keys == key]
        if len(at) < 6:
            continue
        seen += len(at)
        middle = (at.min(0) + at.max(0)) / 2
        long = int(np.ptp(at, axis=0).argmax())
        below, above = at[at[:, long] < middle[long] - far / 2], at[at[:, long] > middle[long] + far / 2]
        if min(len(below), len(above)) >= 0.25 * len(at) and len(below) + len(above) >= 0.8 * len(at):
            twice += len(at)
    return twice / seen if seen else 0.0


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
    # Half of the form seen twice is enough: the map draws touching documents together.
    rival = max(rival, min(1.0, 2 * doubled(main)))
    matrix, away = robust_homography(main, damping=0.4, start=matrix)
    matrix = _filled(matrix, main, seen)
    away = _away(matrix, main)
    return Finding(matrix, main, float(np.average(away < 8.0, weights=main.weight)), rival, kinds)


def _filled(matrix: Matrix, places: Places, seen: Sheetmap) -> Matrix:
    """The homography stretched so that the panels seen fill what the map shows of them: in doubt the map draws points together.

    Edges that the rim of the photo cuts off say nothing.
    """
    panels = [n for n in range(3) if (places.panel == n).mean() > 0.1]
    if not panels:
        return matrix
    mm = apply(np.linalg.inv(matrix), places.pixels)
    low, high = seen.pixels.reshape(-1, 2).min(0), seen.pixels.reshape(-1, 2).max(0)
    pitch = float(np.linalg.norm(seen.pixels[0, 1] - seen.pixels[0, 0]))
    scale, shift = np.ones(2), np.zeros(2)
    wanted = ((PANELS[_NAMES[panels[0]]][0], PANELS[_NAMES[panels[-1]]][1]), (0.0, SHEET_HEIGHT))
    for axis in (0, 1):
        ends = np.percentile(mm[:, axis], (1.5, 98.5))
        # Places stand in the middle of eight pixels, so that half of these is missing at each rim.
        half = 0.4 * pitch / max(1e-6, _per_mm(matrix, mm.mean(0)))
        ends = ends + np.array([-half, half])
        whole = []
        for end, outer in ((0, mm[:, axis] < ends[0] + 2 * half + 1), (1, mm[:, axis] > ends[1] - 2 * half - 1)):
            rim = places.pixels[outer]
            cut = ((rim < low + pitch) | (rim > high - pitch)).any(1).mean() if len(rim) else 1.0
            if cut < 0.3:
                whole.append(end)
        if len(whole) == 2 and ends[1] - ends[0] > 15:
            scale[axis] = np.clip((ends[1] - ends[0]) / (wanted[axis][1] - wanted[axis][0]), 0.4, 1.6)
            shift[axis] = ends[0] - scale[axis] * wanted[axis][0]
        elif len(whole) == 1:
            shift[axis] = np.clip(ends[whole[0]] - wanted[axis][whole[0]], -25, 25)
    return np.asarray(matrix @ np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]], [0, 0, 1]]))


def _per_mm(matrix: Matrix, at: Points) -> float:
    ends = apply(matrix, at + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    return float(np.sqrt(np.linalg.norm(ends[1] - ends[0]) * np.linalg.norm(ends[2] - ends[0])))


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
    """A grid whose panels are moved and stretched one by one where their places say so; `trust` says how sure each is.

    The view of the whole sheet holds where a panel's places say little or contradict each other.
    """
    views: dict[PanelName, PanelView] = {}
    trust: dict[PanelName, float] = {}
    seen_as = apply(np.linalg.inv(whole), places.pixels)
    for number, name in enumerate(_NAMES):
        left, right = PANELS[name]
        near = (places.mm[:, 0] > left - 9) & (places.mm[:, 0] < right + 9) & (np.abs(seen_as - places.mm).max(1) < 40)
        own = near & (places.panel == number)
        if int(own.sum()) < _LEAST:
            views[name] = PanelView(whole, name)
            continue
        near &= own | (places.mm[:, 0] < left + 4) | (places.mm[:, 0] > right - 4)
        weight = places.weight * np.where(own, 1.0, 0.35)
        affine, away = _panel_affine(places.mm[near], seen_as[near], weight[near], name)
        views[name] = PanelView(whole @ np.vstack([affine, [0, 0, 1]]), name)
        mine = own[near]
        agree = float(np.average(away[mine] < _CLOSE, weights=weight[near][mine]))
        sound = places.mm[near][mine & (away < _CLOSE)]
        spans = np.ptp(sound, axis=0) if len(sound) else np.zeros(2)
        full = min(1.0, float(spans[0]) / (0.7 * (right - left)), float(spans[1]) / (0.55 * SHEET_HEIGHT))
        trust[name] = agree * full
    return Grid(whole, views=views, trust=trust)


def _panel_affine(mm: Points, seen_as: Points, weight: Points, panel: PanelName) -> tuple[Matrix, Points]:
    """The affine (2 x 3) from the form to where the whole view shows a panel, drawn to the identity, and what is left over (mm)."""
    left, right = PANELS[panel]
    centre, half = np.array([(left + right) / 2, SHEET_HEIGHT / 2]), np.array([(right - left) / 2, SHEET_HEIGHT / 2])
    design = np.column_stack([np.ones(len(mm)), (mm - centre) / half])
    wanted = seen_as - mm
    # Neighbouring places err together: they count as a few dozen independent ones.
    weight = weight / weight.sum() * min(40.0, len(mm) / 3)
    prior = np.diag([1 / 8.0, 1 / 3.0, 1 / 3.0]) ** 2
    solution = np.zeros((3, 2))
    away = np.linalg.norm(wanted, axis=1)
    for reach in (16.0, 10.0, 7.0, 6.0):
        keep = weight * np.clip(1 - (away / max(reach, 1.5 * float(np.median(away)))) ** 2, 0, None) ** 2
        normal = design.T @ (design * keep[:, None]) / 3.0**2 + prior
        solution = np.linalg.solve(normal, design.T @ (wanted * keep[:, None]) / 3.0**2)
        away = np.linalg.norm(wanted - design @ solution, axis=1)
    linear = np.eye(2) + (solution[1:] / half[:, None]).T
    return np.column_stack([linear, solution[0] - (linear - np.eye(2)) @ centre]), away
