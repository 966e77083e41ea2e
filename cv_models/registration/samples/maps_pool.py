"""A pool of flat papers and table tops for the scenes that teach the map of the sheet: `python -m cv_models.registration.samples.maps_pool OUT.npz`.

Drawing a paper takes a tenth of a second, a scene a hundredth: papers are drawn once and photographed many times.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples import surfaces
from cv_models.registration.samples.form import Print, make_sheet
from cv_models.registration.samples.maps_forms import PX_PER_MM, loose_form
from cv_models.registration.samples.maps_papers import back, other
from cv_models.registration.samples.record import make_record

Pixels = NDArray[np.uint8]
TABLE_SIZE = 640  # pixels at one pixel per mm


@dataclass(frozen=True)
class Pool:
    """Papers at `PX_PER_MM` and table tops at one pixel per mm, RGB.

    Attributes:
        sheets: registration documents, flat.
        offsets: N x 2, by how much (mm) the data of each are off the form.
        backs: their backs; `others`: other printed things; `tables`: table tops.
    """

    sheets: tuple[Pixels, ...]
    offsets: NDArray[np.float64]
    backs: tuple[Pixels, ...]
    others: tuple[Pixels, ...]
    tables: tuple[Pixels, ...]


def make_pool(seed: int, *, loose: int, careful: int, others: int, tables: int) -> Pool:
    """Draw a pool.

    Args:
        seed: decides everything.
        loose: number of documents drawn loosely.
        careful: number of documents of the sample generator.
        others: number of other papers (a seventh as many backs).
        tables: number of table tops.
    """
    sheets: list[Pixels] = []
    offsets: list[tuple[float, float]] = []
    for number in range(loose):
        rng = random.Random(f"loose-{seed}-{number}")
        pixels, off = loose_form(rng, make_record(rng))
        sheets.append(pixels)
        offsets.append(off)
    size = (round(SHEET_WIDTH * PX_PER_MM), round(SHEET_HEIGHT * PX_PER_MM))
    for number in range(careful):
        rng = random.Random(f"careful-{seed}-{number}")
        printer = Print.draw(rng, "hard")
        sheet = make_sheet(make_record(rng), printer, rng)
        sheets.append(np.asarray(cv2.resize(sheet.pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
        offsets.append((printer.dx, printer.dy))
    rng = random.Random(f"others-{seed}")
    tops = []
    for number in range(tables):
        top = surfaces.table(rng.choice(surfaces.TABLES), seed * 100 + number)
        reduced = cv2.resize(top, (TABLE_SIZE, TABLE_SIZE), interpolation=cv2.INTER_AREA)
        tops.append((np.clip(reduced, 0, 1) * 255).astype(np.uint8))
    return Pool(
        tuple(sheets),
        np.array(offsets, np.float64).reshape(-1, 2),
        tuple(back(rng) for _ in range(-(-others // 7))),
        tuple(other(rng) for _ in range(others)),
        tuple(tops),
    )


def save(pool: Pool, path: Path) -> None:
    """Write a pool, at once or not at all."""
    parts: dict[str, NDArray[np.generic]] = {"offsets": pool.offsets}
    for name in ("sheets", "backs", "others", "tables"):
        for number, pixels in enumerate(getattr(pool, name)):
            parts[f"{name}-{number:05d}"] = pixels
    partial = path.with_suffix(".part.npz")
    np.savez(partial, allow_pickle=False, **parts)
    partial.replace(path)


def load(path: Path) -> Pool:
    """Read a pool."""
    with np.load(path, allow_pickle=False) as stored:
        groups = {
            name: tuple(np.asarray(stored[key]) for key in sorted(stored.files) if key.startswith(f"{name}-"))
            for name in ("sheets", "backs", "others", "tables")
        }
        return Pool(
            groups["sheets"], np.asarray(stored["offsets"]), groups["backs"], groups["others"], groups["tables"]
        )


def main() -> None:
    """Entry point of `python -m cv_models.registration.samples.maps_pool`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loose", type=int, default=600)
    parser.add_argument("--careful", type=int, default=120)
    parser.add_argument("--others", type=int, default=280)
    parser.add_argument("--tables", type=int, default=36)
    a = parser.parse_args()
    save(make_pool(a.seed, loose=a.loose, careful=a.careful, others=a.others, tables=a.tables), a.out)


if __name__ == "__main__":
    main()
