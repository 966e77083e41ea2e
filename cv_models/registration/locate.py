"""Finds the form in the photo: the grid of its three panels, and where print stands on it.

A small network says what a reduced photo shows and which point of the form stands where; the panels are flattened, runs of print
are found on them, and the grid is pulled onto those. Where that is in doubt, the lines of the whole page are read instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cv_models.registration import fine, other_papers, pattern, sheetmap
from cv_models.registration.anchor_search import find_grid, search_page, settle
from cv_models.registration.anchors import is_printed
from cv_models.registration.fine import Fitted
from cv_models.registration.fine_panel import data_height
from cv_models.registration.flatten import SheetBox, flatten, print_on
from cv_models.registration.grid import Grid, PanelView, value_point
from cv_models.registration.layout import PANELS, PanelName
from cv_models.registration.ocr import Pixels
from cv_models.registration.proof import proof
from cv_models.registration.sheet_fit import Finding, find, look_closer, panels_of, robust_homography
from cv_models.registration.text_lines import Line, orient
from cv_models.runtime import registry

__all__ = [
    "Grid",
    "Line",
    "Located",
    "SheetBox",
    "find_grid",
    "is_printed",
    "locate",
    "orient",
    "settle",
    "value_point",
]

_SURE: Final = 0.5  # certainty from which the map is believed without reading the page
_ANOTHER: Final = 0.7  # certainty below which words of another paper are believed more than the lines that fit
_LEAST_SCALE: Final = 2.4  # pixels per mm below which print cannot be read
_WELL: Final = 0.42  # fit of the print below which another beginning is tried
_SETTLED: Final = 0.75  # certainty from which nothing need be read to believe it
_BACK: Final = sheetmap.KINDS.index("back")
_MUCH: Final = 0.3  # part of a photo that shows the back of a document, from which it is one
_DARK: Final = 26  # brightest hundredth of a photo in which nothing can be seen
_NAMES: Final[tuple[PanelName, ...]] = ("left", "middle", "right")


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """What was found.

    Attributes:
        grid: the fitted form, None when there is none to read. `grid.trust` says for each panel that is seen how sure it
            stands where it is said to (0 to 1); a panel that is not in it is hidden or was not found.
        boxes: runs of print in its panels, unread, in mm of the grid.
        reason: why there is no grid: `no_document`, `too_dark`, `too_small`, `two_documents`, `other_side`, `part_two`,
            `foreign` or `screen`.
        certainty: 0 to 1, how sure the grid stands where it is said to.
        how: `map` or `lines`, the way it was found.
    """

    grid: Grid | None
    boxes: tuple[SheetBox, ...] = ()
    reason: str | None = None
    certainty: float = 0.0
    how: str = "map"


def locate(photo: Pixels, *, threads: int) -> Located:
    """Find the registration document.

    Args:
        photo: RGB, H x W x 3, uint8, turned in any way.
        threads: onnxruntime threads.
    """
    if float(np.percentile(photo[:: max(1, photo.shape[0] // 128), :: max(1, photo.shape[1] // 128)], 99)) < _DARK:
        return Located(None, reason="too_dark")
    found = by_map(photo, threads=threads)
    if found.certainty >= _SURE or found.reason in ("too_small", "two_documents", "other_side"):
        return found
    read = by_lines(photo, threads=threads)
    if read.grid is None:
        return found if found.grid is not None and found.certainty > 0.6 * _SURE else read
    return read


def by_lines(photo: Pixels, *, threads: int) -> Located:
    """Find the form by reading the lines of the page: thorough and slow."""
    texts: list[str] = []
    found = search_page(photo, threads, texts)
    if found is None:
        return Located(None, reason=other_papers.reason_of(texts), how="lines")
    grid, lines = found
    certainty = min(1.0, grid.anchors / 12) * min(1.0, grid.support / 20)
    if certainty < _ANOTHER:
        other = other_papers.reason_of(line.text for line in lines if line.text)
        if other != "no_document":
            return Located(None, reason=other, how="lines")
    grid.trust = dict.fromkeys(PANELS, certainty)
    return Located(grid, boxes_of_lines(grid, lines), None, certainty, "lines")


def by_map(photo: Pixels, *, threads: int) -> Located:
    """Find the form by the map of the sheet and the runs of print on the flattened panels."""
    if sheetmap.MODEL not in registry():
        return Located(None, reason="no_document")
    maps = sheetmap.look_around(photo, threads=threads)
    finding = best_of(maps)
    if finding is None or finding.matrix is None or finding.places is None:
        back = max(float(seen.kinds[:, :, _BACK].mean()) for seen in maps)
        return Located(None, reason="other_side" if back > _MUCH else "no_document")
    if finding.rival > 0.75:
        return Located(None, reason="two_documents")
    places, whole = finding.places, finding.matrix
    for _ in range(2):
        closer = look_closer(photo, Finding(whole, places, 0.0, 0.0, {}), threads=threads)
        if closer is None:
            break
        places = closer
        whole, _ = robust_homography(closer, damping=0.4, start=whole)
    grid = panels_of(places, whole)
    shown = _neighbours(grid)
    if not shown:
        return Located(None, reason="no_document")
    if grid.scale < _LEAST_SCALE:
        return Located(None, reason="too_small")
    return _proved(photo, _on_print(photo, grid, shown, threads), threads)


def _proved(photo: Pixels, found: Located, threads: int) -> Located:
    """Reads a few cells where the print alone does not settle that this is the form: a lone panel, a fit that is not sure."""
    if found.grid is None:
        return found
    seen = tuple(panel for panel in _NAMES if found.grid.trust.get(panel, 0.0) > 0.15)
    if len(seen) > 1 and found.certainty >= _SETTLED:
        return found
    evidence = proof(photo, found.grid, seen, threads=threads)
    if evidence >= 3.0:
        return replace(found, certainty=max(found.certainty, 0.7))
    if len(seen) < 2 and evidence < 1.0:
        return Located(None, reason="no_document", certainty=0.0)
    return replace(found, certainty=min(found.certainty, 0.3 if evidence < 1.0 else 0.45))


def _on_print(photo: Pixels, grid: Grid, shown: tuple[PanelName, ...], threads: int) -> Located:
    """The grid pulled onto the print panel by panel; as a whole first, and flattened anew, where that does not fit well."""
    boxes = print_on(flatten(photo, grid, shown), threads=threads)
    first = fine.fit(_only(grid, shown), boxes)
    if _well(first) >= _WELL:
        return _judged(grid, first, boxes, shown)
    found = pattern.match(boxes, data_height(boxes), reach=9.0, stretch=0.08)
    affine = np.vstack([found.affine, [0, 0, 1]])
    corners = np.array([[PANELS[shown[0]][0] + 5, 10.0], [PANELS[shown[-1]][1] - 5, 95.0]])
    shift = float(np.abs(corners @ found.affine[:, :2].T + found.affine[:, 2] - corners).max())
    moved = {p: PanelView(v.matrix @ affine, p) for p, v in grid.views.items()}
    other = Grid(grid.matrix @ affine, views=moved, trust=grid.trust)
    again = (
        print_on(flatten(photo, other, shown), threads=threads) if shift > 3.0 else pattern.moved(boxes, found, shown)
    )
    second = fine.fit(_only(other, shown), again)
    if _well(second) > _well(first) + 0.05:
        return _judged(other, second, again, shown)
    return _judged(grid, first, boxes, shown)


def _only(grid: Grid, shown: tuple[PanelName, ...]) -> Grid:
    return Grid(grid.matrix, views={p: grid.views[p] for p in shown}, trust=grid.trust)


def _well(fitted: Fitted) -> float:
    """How well the print of the panels with many cells fits: the worse of the two."""
    values = [value for panel, value in fitted.fits.items() if panel != "left"] or list(fitted.fits.values())
    return min(values, default=0.0) * min(1.0, 0.5 + fitted.margin)


def best_of(maps: list[sheetmap.Sheetmap]) -> Finding | None:
    """The document in the one of four turned looks that shows it best."""

    def weight(seen: sheetmap.Sheetmap) -> float:
        return float((seen.kinds[:, :, 1:4].sum(2) ** 2 / (4.0 + seen.spread)).sum())

    ranked = sorted(maps, key=weight, reverse=True)[:2]
    findings = [f for f in (find(seen) for seen in ranked) if f.matrix is not None and f.places is not None]
    return max(findings, key=lambda f: f.share * float(f.places.weight.sum()) if f.places else 0.0, default=None)


def _neighbours(grid: Grid) -> tuple[PanelName, ...]:
    """The panels that are seen, without gaps."""
    seen = [name for name in _NAMES if grid.trust.get(name, 0.0) > 0.2]
    if not seen:
        return ()
    first, last = _NAMES.index(seen[0]), _NAMES.index(seen[-1])
    return _NAMES[first : last + 1]


def _judged(grid: Grid, fitted: Fitted, boxes: tuple[SheetBox, ...], shown: tuple[PanelName, ...]) -> Located:
    """The final grid with its trust, and the runs of print in its mm."""
    final = fitted.grid
    certain = float(np.clip(fitted.margin / 0.2, 0, 1))
    for panel in shown:
        least, enough, count = (0.08, 0.3, 5.0) if panel == "left" else (0.22, 0.5, 8.0)
        fits = float(np.clip((fitted.fits[panel] - least) / (enough - least), 0, 1))
        seen = float(np.clip(grid.trust.get(panel, 0.0) * 1.3, 0, 1))
        final.trust[panel] = round(fits * min(1.0, fitted.matched[panel][0] / count) * (0.5 + 0.5 * seen) * certain, 3)
    # Hidden panels keep a view so that the outline can be drawn.
    final.views = {**grid.views, **final.views}
    final.trust = {panel: value for panel, value in final.trust.items() if panel in shown}
    moved = tuple(_settled(final, grid, box) for box in boxes)
    best = sorted(final.trust.values())[-2:]
    return Located(final, moved, None, round(float(np.mean(best)), 3))


def _settled(final: Grid, before: Grid, box: SheetBox) -> SheetBox:
    """A run of print in mm of the corrected grid."""
    corners = np.array([[box.x0, box.y0], [box.x1, box.y1], [box.x0 if box.after is None else box.after, box.y0]])
    mm = final.to_sheet(before.to_photo(corners, box.panel), box.panel)
    after = None if box.after is None else float(mm[2, 0])
    return replace(box, x0=float(mm[0, 0]), y0=float(mm[0, 1]), x1=float(mm[1, 0]), y1=float(mm[1, 1]), after=after)


def boxes_of_lines(grid: Grid, lines: list[Line]) -> tuple[SheetBox, ...]:
    """Detected lines of the page as runs of print on the panels; a line over a fold is parted there."""
    out: list[SheetBox] = []
    for line in lines:
        quad = line.quad
        for panel, (low, high) in PANELS.items():
            mm = grid.to_sheet(quad, panel)
            x0, x1 = float(mm[[0, 3], 0].mean()), float(mm[[1, 2], 0].mean())
            y0, y1 = float(mm[:2, 1].mean()), float(mm[2:, 1].mean())
            left, right = max(x0, low), min(x1, high + (8.0 if panel == "right" else 0.0))
            if right - left > max(1.0, 0.3 * (y1 - y0)) and y0 > -4 and y1 < 109 and 0.8 < y1 - y0 < 9:
                out.append(SheetBox(panel, left, y0, right, y1, line.box.score))
    return tuple(out)
