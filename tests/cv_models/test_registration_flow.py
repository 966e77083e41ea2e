"""From a found form to its lines: runs of print dealt to cells, strips cut along the bend, both readers, the true grid."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cv_models.registration import KEY_FIELDS, eyes, reader
from cv_models.registration.cells import Run, right_limit, runs
from cv_models.registration.decide import Reading
from cv_models.registration.grid import Grid, PanelView, bend_terms
from cv_models.registration.layout import CELL, PANELS, PanelName
from cv_models.registration.locate import Located, SheetBox
from cv_models.registration.rowshift import ROW
from cv_models.registration.samples import Sample, make_sample
from cv_models.registration.strips import inked, strip, visible, window
from cv_models.registration.true_grid import boxes_on, evened, grid_of_lattice, lattice, true_grid

Pixels = NDArray[np.uint8]


def box(panel: PanelName, x0: float, x1: float, y: float, height: float = 4.0) -> SheetBox:
    return SheetBox(panel, x0, y - height / 2, x1, y + height / 2, 0.9)


def flat_grid(scale: float = 10.0) -> Grid:
    matrix = np.diag([scale, scale, 1.0])
    return Grid(matrix, views={panel: PanelView(matrix, panel) for panel in PANELS})


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample(12, "phone", size=2000)


@pytest.fixture(scope="module")
def placed(sample: Sample) -> Located:
    grid = true_grid(sample.photo)
    return Located(grid, tuple(boxes_on(sample.photo.pixels, grid)), None, 1.0)


def test_a_run_belongs_to_the_cell_in_which_it_stands() -> None:
    found = runs([box("middle", 66.6, 86.0, 10.1), box("right", 140.4, 148.0, 14.2), box("left", 3.2, 22.0, 51.9)])
    assert set(found) == {("B", 0), ("18", 0), ("A", 0)}
    assert abs(found["B", 0].y - 10.1) < 1e-6


def test_a_run_over_several_cells_is_parted_and_its_codes_are_left_out() -> None:
    found = runs([box("middle", 63.2, 130.0, 10.2)])
    assert set(found) == {("B", 0), ("2.1", 0), ("2.2", 0)}
    for (code, _), run in found.items():
        assert run.x0 > CELL[code].x0
        assert run.x1 <= right_limit(code)


def test_a_printed_code_alone_is_no_value() -> None:
    assert runs([box("middle", 63.4, 65.8, 10.1, 2.4)]) == {}


def test_two_lines_in_one_box_are_two_rows() -> None:
    assert set(runs([box("middle", 66.5, 90.0, 30.0, 8.0)])) == {("D.2", 0), ("D.2", 1)}
    umlaut = runs([box("left", 2.9, 18.0, 59.4, 5.9)])
    assert abs(umlaut["C.1.1", 0].height - 5.9) < 1e-6


def test_small_wording_gives_way_to_the_larger_print_beside_it() -> None:
    value, wording = box("left", 2.7, 20.0, 50.2, 4.6), box("left", 1.8, 12.4, 53.2, 3.4)
    found = runs([value, wording, box("left", 3, 20, 60.0, 4.6), box("left", 3, 20, 72.0, 4.6)])
    assert abs(found["A", 0].y - 50.2) < 0.3


def test_windows_stay_out_of_the_neighbour() -> None:
    run = Run("2.1", 0, 96.9, 107.0, 10.1, 4.0)
    for look in range(3):
        for who in ("own", "shipped"):
            x0, y0, x1, y1 = window(run, who, look)  # type: ignore[arg-type]
            assert CELL["2.1"].x0 - 1.7 <= x0 < run.x0 < run.x1 < x1 <= right_limit("2.1") + 0.81
            assert y0 < 8.7
            assert y1 > 11.5


def test_a_strip_follows_the_bend_of_the_paper() -> None:
    photo = np.full((1100, 2200, 3), 255, np.uint8)
    matrix = np.diag([10.0, 10.0, 1.0])
    bend = np.zeros((bend_terms(np.zeros((1, 2)), "middle").shape[1], 2))
    bend[0, 1] = 4.0  # the line sags by 4 mm at both ends of the panel
    grid = Grid(matrix, views={"middle": PanelView(matrix, "middle", bend)})
    along = np.column_stack([np.linspace(64, 134, 900), np.full(900, 30.0)])
    for x, y in grid.to_photo(along, "middle").round().astype(int):
        photo[y - 4 : y + 5, x - 1 : x + 2] = 0
    flat = strip(photo, grid, "middle", (66.0, 28.0, 132.0, 32.0), height=40)
    assert flat is not None
    dark = flat.min(2) < 100
    middle = np.array([np.flatnonzero(column).mean() for column in dark.T if column.any()])
    assert len(middle) > 0.95 * flat.shape[1]
    assert np.abs(middle - 19.5).max() < 2.0


def test_a_strip_outside_of_the_photo_is_none() -> None:
    photo = np.full((300, 400, 3), 200, np.uint8)
    grid = flat_grid()
    assert strip(photo, grid, "right", (140.0, 10.0, 150.0, 14.0), height=32) is None
    assert strip(photo, flat_grid(0.01), "left", (3.0, 50.0, 20.0, 54.0), height=32) is None
    assert not visible(photo, np.full((4, 2), np.nan))


def test_lone_ink_is_found_and_a_dash_is_told() -> None:
    photo = np.full((1100, 2200, 3), 235, np.uint8)
    photo[88:113, 1405:1420] = 20  # a digit in cell L
    photo[224:228, 1605:1625] = 20  # a dash in cell 13
    seen = {code: run for run, code in inked(photo, flat_grid(), {})}
    assert seen["13"] is None
    digit = seen["L"]
    assert digit is not None
    assert abs(digit.x0 - 140.5) < 0.4
    assert abs(digit.x1 - 142.0) < 0.6
    assert "T" not in seen
    assert seen["E"] is not None  # filled on every form, so that it is read even where nothing was detected


def test_the_true_grid_is_true(sample: Sample) -> None:
    rows = np.array(json.loads(json.dumps(lattice(sample.photo.to_photo))))
    grid = grid_of_lattice(rows)
    for panel, (low, high) in PANELS.items():
        part = rows[(rows[:, 0] > low) & (rows[:, 0] < high)]
        assert np.abs(grid.to_photo(part[:, :2], panel) - part[:, 2:]).max() < 4.0
        assert np.abs(grid.to_sheet(part[:, 2:], panel) - part[:, :2]).max() < 0.6


def test_evened_light_keeps_print_and_drops_shade() -> None:
    page = np.full((400, 600, 3), 220, np.float32)
    page[100:110, ::40] = 60
    page[300:310, ::40] = 60
    page *= np.linspace(0.2, 1.0, 400)[:, None, None]
    even = evened(page.astype(np.uint8))
    assert abs(int(np.median(even[20:40])) - int(np.median(even[350:380]))) < 25
    assert even[105, 40].max() < 120


def test_reading_on_the_true_grid(sample: Sample, placed: Located) -> None:
    reading = reader.read_located(sample.photo.pixels, placed)
    keys = [code for code in KEY_FIELDS if code in sample.values]
    right = [code for code in keys if reading.fields[code].value == sample.values[code]]
    wrong = [code for code in keys if reading.fields[code].value not in (None, sample.values[code])]
    assert len(right) >= len(keys) - 1, [(c, reading.fields[c], sample.values[c]) for c in keys]
    assert wrong == []
    assert set(CELL) - {"22b", "P.2/P.4"} <= set(reading.fields)


def test_a_panel_that_was_found_a_row_off_is_put_right(sample: Sample, placed: Located) -> None:
    assert placed.grid is not None
    off = Located(placed.grid.moved("middle", -ROW), (), None, 1.0)
    assert off.grid is not None
    boxes = tuple(replace(b, y0=b.y0 - ROW, y1=b.y1 - ROW) if b.panel == "middle" else b for b in placed.boxes)
    found = reader.read_located(sample.photo.pixels, replace(off, boxes=boxes))
    for code in ("B", "E", "2.1", "D.1"):
        assert found.fields[code].value == sample.values[code], code


def test_key_fields_are_seen_by_both_readers(sample: Sample, placed: Located) -> None:
    whole = Reading(sample.photo.pixels, placed, 2)
    whole.settle()
    for code in ("E", "B", "2.2"):
        assert len(whole.seen.of(code, "own")) >= 2
        assert len(whole.seen.of(code, "shipped")) >= 1


def test_a_look_reads_only_what_is_asked(sample: Sample, placed: Located) -> None:
    assert placed.grid is not None
    lines = runs(placed.boxes)
    wanted = [run for (code, _), run in lines.items() if code in ("B", "18")]
    seen = eyes.look(sample.photo.pixels, placed.grid, wanted, "own", 0, threads=1)
    assert set(seen) <= {"B", "18"}
    assert eyes.look(sample.photo.pixels, placed.grid, [], "shipped", 0, threads=1) == {}


def test_a_grid_without_runs_or_far_outside_is_read_as_blank() -> None:
    blank = np.full((1000, 1400, 3), 240, np.uint8)
    reading = reader.read_located(blank, Located(flat_grid(40.0), (), None, 1.0))
    assert reading.found
    assert all(field.value is None for field in reading.fields.values())
