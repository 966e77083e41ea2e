"""The flat document: ground, form, printed data and what time has added, as an RGB sheet with truth."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.samples import marks
from cv_models.registration.samples.blank import Form, form_layer
from cv_models.registration.samples.ground import ground
from cv_models.registration.samples.printer import Print, PrintedLine, data_fonts, print_data
from cv_models.registration.samples.typeset import PX_PER_MM, families

__all__ = ["PX_PER_MM", "Print", "Sheet", "data_fonts", "families", "make_sheet"]
Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A flat printed sheet at `PX_PER_MM`.

    Attributes:
        pixels: RGB.
        paper: where there is paper (0 to 255): holes and tears are 0.
        ink: the data as they were meant to come out (0 to 255), for the question whether a value can be read.
        lines: every printed line with its corners in mm.
    """

    pixels: Pixels
    paper: Pixels
    ink: Pixels
    lines: tuple[PrintedLine, ...]

    @property
    def quads(self) -> dict[str, Points]:
        """Corners in mm of each field's ink, all its lines together (4 x 2, from top left, clockwise)."""
        found: dict[str, list[PrintedLine]] = {}
        for line in self.lines:
            found.setdefault(line.code, []).append(line)
        out: dict[str, Points] = {}
        for code, lines in found.items():
            first, last = lines[0].quad, lines[-1].quad
            # All lines of a field are turned alike, so that the widest gives the right edge.
            across = (first[1] - first[0]) / max(1e-6, float(np.linalg.norm(first[1] - first[0])))
            wide = max(float((line.quad[1] - line.quad[0]) @ across) for line in lines)
            out[code] = np.array([first[0], first[0] + across * wide, last[3] + across * wide, last[3]])
        return out

    @property
    def boxes(self) -> Mapping[str, tuple[float, float, float, float]]:
        """Each field's ink as an upright box in mm (x0, y0, x1, y1)."""
        return {
            code: (*(float(v) for v in quad.min(0)), *(float(v) for v in quad.max(0)))  # type: ignore[misc]
            for code, quad in self.quads.items()
        }


def make_sheet(
    record: Mapping[str, str],
    printer: Print,
    rng: random.Random,
    *,
    variant: int | None = None,
    tier: str = "phone",
) -> Sheet:
    """Print a record on a form.

    Args:
        record: code to printed text, as `record.make_record` gives.
        printer: how the data are printed.
        rng: source of chance for form, ground, stamp, sticker and wear.
        variant: number of a calm, always equal form; by chance among all when None.
        tier: `clean`, `phone` or `hard`: how worn the sheet may be.
    """
    calm = variant is not None
    chance = random.Random(variant) if calm else rng
    form = Form.draw(chance)
    if calm:
        form = replace(form, jitter=0.0, shift=(0.0, 0.0), scale=(1.0, 1.0), small=False)
    words, rules = form_layer(form, chance)
    image = ground(chance, PX_PER_MM)
    level = 0 if calm else {"clean": 1, "phone": 2, "hard": 3}[tier]

    def maybe(share: float) -> bool:
        return rng.random() < share * level / 3

    if maybe(0.5):
        marks.hologram(image, rng)
    ink = np.array(form.ink, np.float32)
    tone = 1 - (1 - ink) * np.float32(form.rule_tone)
    _ink(image, rules.astype(np.float32) / 255, tone)
    _ink(image, words.astype(np.float32) / 255 * np.float32(0.9), ink)
    if form.age == "older" or maybe(0.3):
        marks.stars(image, chance)
    if maybe(0.3):
        marks.margin_note(image, rng)
    early = rng.random() < 0.8
    if early and rng.random() < 0.65:
        marks.sticker(image, rng)
    shown, meant, lines = print_data(record, printer, rng)
    _ink(image, shown, np.array(printer.colour, np.float32))
    if rng.random() < 0.8:
        marks.seal(image, rng)
    if not early and level > 1 and rng.random() < 0.4:
        marks.sticker(image, rng)
    for _ in range(rng.choice([1, 2, 3]) if maybe(0.3) else 0):
        marks.highlight(image, rng.choice(lines).quad, rng)
    for _ in range(rng.choice([1, 1, 3]) if maybe(0.25) else 0):
        marks.pen(image, rng.choice(lines).quad, rng)
    if maybe(0.12):
        marks.stain(image, rng)
    if level:
        marks.creases(image, rng, rng.uniform(0.1, 0.35) * level)
    paper = marks.outline_alpha(image.shape[:2], rng, maybe(0.25))
    if maybe(0.15):
        marks.dog_ear(image, paper, rng)
    return Sheet(
        (np.clip(image, 0, 1) * 255).astype(np.uint8),
        paper,
        (np.clip(meant, 0, 1) * 255).astype(np.uint8),
        tuple(lines),
    )


def _ink(image: NDArray[Any], cover: NDArray[Any], colour: NDArray[Any]) -> None:
    """Lay ink of a colour on the paper, in place; most of a sheet is bare, so only inked pixels are touched."""
    flat, where = image.reshape(-1, 3), np.flatnonzero(cover > 0.004)
    bare = flat[where]
    flat[where] = bare + cover.reshape(-1)[where, None] * (colour - bare)
