"""From the map of the sheet to panels, onto the print, and the whole way from a photo to the grid."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from cv_models.registration import fine, locate
from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import Grid, PanelView, bend_terms, homography, value_point
from cv_models.registration.layout import CELL, CELLS, PANELS, PanelName
from cv_models.registration.proof import proof
from cv_models.registration.samples import Shot, make_sample, surfaces
from cv_models.registration.sheet_fit import find, panels_of
from cv_models.registration.sheetmap import KINDS, Sheetmap

_CORNERS = np.array([[0.0, 0.0], [210.0, 0.0], [210.0, 105.0], [0.0, 105.0]])
_NAMES: tuple[PanelName, ...] = ("left", "middle", "right")


def _views(tilt: float = 0.0) -> dict[PanelName, PanelView]:
    """Three panels that meet at the folds; the outer ones lean by `tilt` (share of their width that is lost)."""
    across = {0.0: 300 + 620 * tilt, 62.0: 920.0, 136.0: 1660.0, 210.0: 2400 - 740 * tilt}
    views: dict[PanelName, PanelView] = {}
    for name, (left, right) in PANELS.items():
        x0, x1 = across[left], across[right]
        lean0, lean1 = (60 * tilt if left == 0 else 0), (60 * tilt if right == 210 else 0)
        mm = np.array([[left, 0.0], [right, 0.0], [right, 105.0], [left, 105.0]])
        px = np.array([[x0, 400 - lean0], [x1, 420 - lean1], [x1, 1470 + lean1], [x0, 1450 + lean0]])
        views[name] = PanelView(homography(mm, px, np.ones(4), damping=0.0), name)
    return views


def _seen(views: dict[PanelName, PanelView], rng: np.random.Generator, *, noise: float, wild: float) -> Sheetmap:
    """A map of a photo of 2700 x 1900 as the network might say it, with points off and some far off."""
    x, y = np.meshgrid(np.arange(0, 2700, 60.0), np.arange(0, 1900, 60.0))
    kinds = np.zeros((*x.shape, 6), np.float32)
    kinds[..., 0] = 1
    mm = np.zeros((*x.shape, 2), np.float32)
    pixels = np.stack([x, y], -1)
    for number, name in enumerate(_NAMES):
        at = views[name].to_sheet(pixels.reshape(-1, 2)).reshape(pixels.shape)
        left, right = PANELS[name]
        on = (at[..., 0] >= left) & (at[..., 0] < right) & (at[..., 1] >= 0) & (at[..., 1] <= 105)
        kinds[on] = 0
        kinds[on, number + 1] = 1
        mm[on] = at[on]
    mm += rng.normal(0, noise, mm.shape).astype(np.float32)
    off = rng.random(x.shape) < wild
    mm[off] = rng.uniform([0, 0], [210, 105], (int(off.sum()), 2))
    return Sheetmap(kinds, mm, np.full(x.shape, 2.0, np.float32), pixels)


def test_a_panel_goes_there_and_back_with_its_bend() -> None:
    view = replace(_views()["middle"], bend=np.random.default_rng(1).normal(0, 0.8, (6, 2)))
    mm = np.array([[64.0, 3.0], [99.0, 52.0], [135.0, 100.0], [80.0, 20.0]])
    assert np.abs(view.to_sheet(view.to_photo(mm)) - mm).max() < 0.01
    assert bend_terms(mm, "middle").shape == (4, 6)


@pytest.mark.parametrize("tilt", [0.0, 0.15])
def test_panels_are_fitted_one_by_one_in_spite_of_wild_points(tilt: float) -> None:
    views = _views(tilt)
    seen = _seen(views, np.random.default_rng(3), noise=1.5, wild=0.12)
    finding = find(seen)
    assert finding.matrix is not None
    assert finding.places is not None
    grid = panels_of(finding.places, finding.matrix)
    for name, (left, right) in PANELS.items():
        mm = np.array([[left + 4, 10.0], [right - 4, 10.0], [right - 4, 95.0], [left + 4, 95.0]])
        assert np.abs(grid.views[name].to_sheet(views[name].to_photo(mm)) - mm).max() < 2.0
        assert grid.trust[name] > 0.6


def test_an_empty_map_shows_no_document() -> None:
    nothing = np.zeros((20, 30, 6), np.float32)
    nothing[..., 0] = 1
    seen = Sheetmap(nothing, np.zeros((20, 30, 2), np.float32), np.ones((20, 30), np.float32), np.zeros((20, 30, 2)))
    finding = find(seen)
    assert finding.matrix is None
    assert finding.kinds["ground"] == pytest.approx(1.0)
    assert set(finding.kinds) == set(KINDS)


def _print(rng: random.Random, shift: tuple[float, float], *, glued: float, lost: float) -> tuple[SheetBox, ...]:
    """Runs of print as the detector gives them for a filled form whose data stand off the grid by `shift`."""
    out = []
    for cell in CELLS:
        for row in range(cell.lines if cell.code not in ("22", "22b") else 2):
            if rng.random() < lost:
                continue
            x, y = value_point(cell, row) + shift + [rng.gauss(0, 0.15), rng.gauss(0, 0.12)]
            high, wide = 3.6 + rng.gauss(0, 0.2), rng.uniform(3, cell.x1 - cell.x0)
            together = cell.panel != "left" and rng.random() < glued
            x0 = (cell.label_x + 0.6 if together else x) - 0.17 * high
            after = x if together and rng.random() < 0.7 else None
            out.append(SheetBox(cell.panel, x0, y - high / 2, x + wide, y + high / 2, 0.9, after))
    for _ in range(12):
        x, y = rng.uniform(0, 55), rng.uniform(2, 45)
        out.append(SheetBox("left", x, y, x + 20, y + 1.9, 0.7))
    return tuple(out)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (1.0, 1.6), (-1.2, -1.6), (0.5, 3.2), (-0.5, -3.4)])
def test_the_grid_is_pulled_onto_the_print_and_not_onto_the_next_row(shift: tuple[float, float]) -> None:
    boxes = _print(random.Random(7), shift, glued=0.35, lost=0.15)
    views = _views()
    fitted = fine.fit(Grid(views["middle"].matrix, views=views, trust=dict.fromkeys(_NAMES, 1.0)), boxes)
    assert fitted.margin > 0.1
    for cell in CELLS:
        stands = views[cell.panel].to_photo((value_point(cell) + shift)[None])
        off = fitted.grid.to_sheet(stands, cell.panel)[0] - value_point(cell)
        assert abs(off[0]) < 0.9, cell.code
        assert abs(off[1]) < 0.5, cell.code


def test_no_print_leaves_the_panels_where_they_were_and_says_so() -> None:
    views = _views()
    fitted = fine.fit(Grid(views["middle"].matrix, views=views, trust=dict.fromkeys(_NAMES, 1.0)), ())
    assert fitted.margin == 0.0
    for name, view in views.items():
        at = view.to_photo(_CORNERS)
        assert np.abs(fitted.grid.to_photo(_CORNERS, name) - at).max() < 1.0


def test_a_folded_photo_taken_upside_down_is_found_by_the_map() -> None:
    shot = replace(Shot.draw(random.Random(5), "phone", 1800), turn=184.0, portrait=False, folds=(8.0, -7.0), clutter=2, pitch=9.0, yaw=-8.0, fill=0.85)  # fmt: skip
    sample = make_sample(31, "phone", size=1800, shot=shot)
    found = locate.by_map(sample.photo.pixels, threads=2)
    assert found.grid is not None
    assert found.certainty > 0.5
    for code, box in sample.photo.boxes.items():
        cell = CELL[code]
        if cell.lines > 1:
            continue
        off = found.grid.to_sheet(((box[0] + box[3]) / 2)[None], cell.panel)[0] - value_point(cell)
        assert abs(off[0]) < 2.0, (
            code
        )  # codes stand 2.8 mm before values; faces of other machines begin a little elsewhere
        assert abs(off[1]) < 1.6, code  # rows stand 4.1 mm apart
    runs = [box for box in found.boxes if box.panel == "middle"]
    assert len(runs) > 10


@pytest.mark.parametrize(("level", "reason"), [(4, "too_dark"), (200, "no_document")])
def test_nothing_to_find(level: int, reason: str) -> None:
    found = locate.locate(np.full((600, 800, 3), level, np.uint8), threads=1)
    assert found.grid is None
    assert found.reason == reason


def test_a_grid_in_its_place_is_proved_by_a_few_cells_and_one_a_row_off_is_not() -> None:
    sample = make_sample(33, "clean", size=1800)
    found = locate.by_map(sample.photo.pixels, threads=2)
    assert found.grid is not None
    panels: tuple[PanelName, ...] = ("middle", "right")
    assert proof(sample.photo.pixels, found.grid, panels, threads=2) > 8
    for name in panels:
        view = found.grid.views[name]
        assert view.bend is not None
        bend = view.bend.copy()
        bend[0, 1] += 4.08
        found.grid.views[name] = replace(view, bend=bend)
    assert proof(sample.photo.pixels, found.grid, panels, threads=2) < 1


def test_a_letter_on_a_table_is_no_document() -> None:
    letter = (np.clip(surfaces.letter(2), 0, 1) * 255).astype(np.uint8)
    photo = np.full((1100, 1500, 3), 90, np.uint8)
    photo[80 : 80 + 900, 300 : 300 + letter.shape[1]] = letter[:900]
    found = locate.by_map(photo, threads=2)
    assert found.grid is None
    assert found.reason == "no_document"
