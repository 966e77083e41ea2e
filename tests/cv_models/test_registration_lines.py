"""Our own recogniser on cells cut from a flat printed form, beside and in one batch."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from cv_models.registration import lines, ocr
from cv_models.registration.samples import Print, make_record, make_sheet
from cv_models.registration.samples.form import PX_PER_MM

CODES = ("B", "2.1", "2.2", "T", "18", "G", "16", "10", "6")


@pytest.fixture(scope="module")
def cells() -> tuple[list[ocr.Pixels], list[str]]:
    rng = random.Random(11)
    record = make_record(rng)
    printer = replace(Print.draw(rng, "clean"), kind="laser", ink=1.0, squeeze=1.0, size=9.5, dx=0.2, dy=0.1)
    sheet = make_sheet(record, printer, rng, variant=0)
    crops = []
    for code in CODES:
        x0, y0, x1, y1 = sheet.boxes[code]
        middle = (y0 + y1) / 2
        quad = np.array(
            [[x0 - 1, middle - 1.9], [x1 + 1.5, middle - 1.9], [x1 + 1.5, middle + 1.9], [x0 - 1, middle + 1.9]]
        )
        crops.append(ocr.cut(sheet.pixels, quad * PX_PER_MM, height=lines.HEIGHT))
    return crops, [record[code] for code in CODES]


def test_clean_print_is_read(cells: tuple[list[ocr.Pixels], list[str]]) -> None:
    crops, printed = cells
    got = [scores.decode()[0].strip() for scores in lines.read_crops(crops, threads=1)]
    assert sum(a == b for a, b in zip(got, printed, strict=True)) >= len(CODES) - 1, list(
        zip(got, printed, strict=True)
    )


def test_a_crop_reads_the_same_alone_and_in_a_batch(cells: tuple[list[ocr.Pixels], list[str]]) -> None:
    crops, _ = cells
    together = lines.read_crops(crops, threads=1)
    for crop, scores in zip(crops, together, strict=True):
        (alone,) = lines.read_crops([crop], threads=1)
        assert len(alone.steps) == len(scores.steps) == -(-crop.shape[1] // lines.STRIDE)
        assert alone.decode()[0] == scores.decode()[0]


def test_an_empty_cell_says_little() -> None:
    (scores,) = lines.read_crops([np.full((lines.HEIGHT, 120, 3), 230, np.uint8)], threads=1)
    assert len(scores.decode()[0].strip()) <= 1


def test_nothing_to_read() -> None:
    assert lines.read_crops([]) == []
