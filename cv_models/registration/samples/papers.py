"""Photos that show no (single) Teil I: other papers, screens, empty pictures. For tests of bad input and for training.

`flat` gives a paper as it lies in a scanner, `take` a photo. All layouts, words and names are invented; nothing is a copy of an
original.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.samples import optics, surfaces
from cv_models.registration.samples.form import Print, make_sheet
from cv_models.registration.samples.ground import ground
from cv_models.registration.samples.paper_forms import SIZES, bodies
from cv_models.registration.samples.record import make_record
from cv_models.registration.samples.shot import Shot
from cv_models.registration.samples.typeset import known, quote, render

Pixels = NDArray[np.uint8]
Image = NDArray[Any]
FLAT_KINDS: Final = ("part_two", "french", "polish", "dutch", "invoice", "insurance", "letter", "licence", "back")
KINDS: Final = (*FLAT_KINDS, "screen", "two", "table", "black", "white", "one_pixel", "noise", "huge")


@dataclass(frozen=True, eq=False)
class Paper:
    """A picture of something else: RGB pixels and its kind."""

    pixels: Pixels
    kind: str


def flat(kind: str, rng: random.Random, *, px_per_mm: float = 6.0) -> Pixels:
    """A paper as it lies in a scanner, RGB.

    Args:
        kind: one of `FLAT_KINDS`.
        rng: source of chance for words, values, faces, colours and places.
        px_per_mm: resolution.

    Raises:
        ValueError: another kind.
    """
    if kind not in FLAT_KINDS:
        raise ValueError(f"no flat paper: {kind!r}")
    width, height = SIZES[kind]
    strength = 0.0 if kind in ("invoice", "letter") else rng.uniform(0.3, 1.0)
    image = (
        ground(rng, px_per_mm, width=width, height=height, strength=strength)
        if strength
        else _plain(rng, width, height, px_per_mm)
    )
    face = rng.choice(known("Liberation Sans", "DejaVu Sans", "Nimbus Sans", "Libertinus Serif", "New Computer Modern"))
    printed = rng.choice(known("DejaVu Sans Mono", "Nimbus Mono PS", "Liberation Mono", "Liberation Sans"))
    form, data = bodies(kind, rng)
    ink = np.array(
        rng.choice([(0.10, 0.30, 0.20), (0.12, 0.12, 0.14), (0.15, 0.2, 0.45), (0.4, 0.12, 0.2)]), np.float32
    )
    for font, body, colour in ((face, form, ink), (printed, data, np.array([0.06, 0.06, 0.08], np.float32))):
        page = render(
            f"#set text(font: {quote(font)}, hyphenate: false)\n{body}", width=width, height=height, px_per_mm=px_per_mm
        )
        image += page[:, :, None].astype(np.float32) / 255 * rng.uniform(0.8, 0.95) * (colour - image)
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _plain(rng: random.Random, width: float, height: float, px_per_mm: float) -> Image:
    tone = np.array(
        rng.choice([(0.98, 0.98, 0.98), (0.97, 0.96, 0.92), (0.93, 0.95, 0.97), (0.95, 0.97, 0.93)]), np.float32
    )
    return np.broadcast_to(tone, (round(height * px_per_mm), round(width * px_per_mm), 3)).copy()


def take(kind: str, seed: int, size: int = 2400) -> Paper:
    """A photo of something that is no single Teil I; the same arguments give the same picture.

    Args:
        kind: one of `KINDS`. `huge` has 50 megapixels and `one_pixel` one, whatever the size.
        seed: number of the picture.
        size: longest side in pixels.

    Raises:
        ValueError: another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no such paper: {kind!r}")
    rng = random.Random(f"paper-{kind}-{seed}")
    short = round(size * 0.75)
    if kind == "one_pixel":
        return Paper(np.full((1, 1, 3), rng.randrange(256), np.uint8), kind)
    if kind in ("black", "white", "noise"):
        chance = np.random.default_rng(rng.randrange(2**32))
        low, high = {"black": (0, 4), "white": (250, 256), "noise": (0, 256)}[kind]
        return Paper(chance.integers(low, high, (short, size, 3), dtype=np.uint8), kind)
    if kind == "huge":
        small = take(rng.choice(("table", "letter", "part_two")), seed, 2040)
        shape = (8165, 6124) if small.pixels.shape[0] < small.pixels.shape[1] else (6124, 8165)
        return Paper(np.asarray(cv2.resize(small.pixels, shape, interpolation=cv2.INTER_LINEAR), dtype=np.uint8), kind)
    shot = replace(
        Shot.draw(rng, rng.choice(["phone", "phone", "hard"]), size),
        messenger=0,
        screenshot=False,
        thumb=False,
        exposure=rng.uniform(0.75, 1.05),
    )
    if kind == "table":
        return Paper(_photograph([], shot, rng), kind)
    if kind == "screen":
        return Paper(_screen(shot, rng), kind)
    if kind == "two":
        sheets = [make_sheet(make_record(rng), Print.draw(rng, "phone"), rng).pixels for _ in range(2)]
        return Paper(_photograph([(sheet, 210.0, 105.0) for sheet in sheets], shot, rng), kind)
    width, height = SIZES[kind]
    return Paper(
        _photograph([(flat(kind, rng, px_per_mm=min(14.0, max(6.0, size / width))), width, height)], shot, rng), kind
    )


def _photograph(papers: list[tuple[Pixels, float, float]], shot: Shot, rng: random.Random) -> Pixels:
    """Flat papers on a table, one under the other, through a camera."""
    image_size = (round(shot.size * 0.75), shot.size) if shot.portrait else (shot.size, round(shot.size * 0.75))
    places, depth = [], 0.0
    for *_, height in papers:
        places.append((0.0, depth + height / 2))
        depth += height + rng.uniform(4, 15)
    wide = max([width for _, width, _ in papers], default=210.0)
    centre = np.array([0.0, max(depth, 105.0) / 2])
    turn, pitch, yaw = (math.radians(a) for a in (shot.turn, shot.pitch, shot.yaw))

    def project(mm: Image) -> Image:
        x, y = (mm - centre).T
        u, v = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        w = (u * math.sin(yaw) + v * math.sin(pitch)) * 0.6
        away = 420.0 * max(1.0, max(wide, depth) / 230)
        return np.column_stack([u * math.cos(yaw) / (1 + w / away), v * math.cos(pitch) / (1 + w / away)])

    rim = project(
        np.array([[-wide / 2, 0.0], [wide / 2, 0.0], [wide / 2, max(depth, 105.0)], [-wide / 2, max(depth, 105.0)]])
    )
    scale = shot.fill * min(image_size[0] / np.ptp(rim[:, 0]), image_size[1] / np.ptp(rim[:, 1]))
    middle = (rim.min(0) + rim.max(0)) / 2

    def to_photo(mm: Image) -> Image:
        out: Image = (project(mm) - middle) * scale + np.array(image_size) / 2
        return out

    table = surfaces.dressed_table(rng, shot.clutter)
    half = surfaces.TABLE_MM / 2
    image = _warp(
        table,
        to_photo(centre + np.array([[-half, -half], [half, -half], [half, half], [-half, half]])),
        image_size,
        border=True,
    )
    for (pixels, width, height), (x, y) in zip(papers, places, strict=True):
        corners = np.array(
            [
                [x - width / 2, y - height / 2],
                [x + width / 2, y - height / 2],
                [x + width / 2, y + height / 2],
                [x - width / 2, y + height / 2],
            ]
        )
        tilt = math.radians(rng.uniform(-4, 4))
        spin = np.array([[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]])
        quad = to_photo((corners - [x, y]) @ spin.T + [x, y])
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(quad * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        reduce = min(1.0, 1.2 * float(np.linalg.norm(quad[1] - quad[0])) / pixels.shape[1])
        small = cv2.resize(pixels, None, fx=reduce, fy=reduce, interpolation=cv2.INTER_AREA) if reduce < 0.9 else pixels
        laid = _warp(small.astype(np.float32) / 255, quad, image_size, border=True)
        image += mask[:, :, None].astype(np.float32) / 255 * (laid - image)
    return np.asarray(optics.expose(optics.light(image, shot, rng), shot, rng), dtype=np.uint8)


def _warp(source: Image, quad: Image, size: tuple[int, int], *, border: bool) -> Image:
    height, width = source.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    mode = cv2.BORDER_REFLECT_101 if border else cv2.BORDER_CONSTANT
    return cv2.warpPerspective(
        source,
        cv2.getPerspectiveTransform(corners, quad.astype(np.float32)),
        size,
        flags=cv2.INTER_LINEAR,
        borderMode=mode,
    )


def _screen(shot: Shot, rng: random.Random) -> Pixels:
    """The document on a screen, photographed: bezel, pixel grid, moire from grid and sensor."""
    sheet = make_sheet(make_record(rng), Print.draw(rng, "clean"), rng).pixels
    rows, columns = rng.choice([(600, 1066), (700, 1120)])
    shown = np.full((rows, columns, 3), rng.uniform(0.1, 0.95), np.float32)
    wide = int(columns * rng.uniform(0.75, 0.95))
    small = cv2.resize(sheet, (wide, wide // 2), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    y, x = (rows - small.shape[0]) // 2, (columns - wide) // 2
    shown[y : y + small.shape[0], x : x + wide] = small
    step = 3
    fine = cv2.resize(shown, None, fx=step, fy=step, interpolation=cv2.INTER_NEAREST)
    grid = np.full((rows * step, columns * step, 3), 0.35, np.float32)
    for channel in range(3):
        grid[:, channel::step, channel] = 1.55
    grid[::step] *= 0.75
    lit = np.clip(fine * grid, 0, 1)
    rim = 60
    body = np.full((lit.shape[0] + 2 * rim, lit.shape[1] + 2 * rim, 3), 0.04, np.float32)
    body[rim:-rim, rim:-rim] = lit
    # No reduction before the warp: the grid against the sensor's pixels is what makes the moire.
    pixels = (body * 255).astype(np.uint8)
    width = 520.0
    calm = replace(shot, clutter=0, glare=shot.glare * 0.5, fill=max(shot.fill, 0.8))
    return _photograph([(pixels, width, width * body.shape[0] / body.shape[1])], calm, rng)
