"""What lies on or in the paper beside form and data: stickers, seals, hologram strip, pen, highlighter, stains, holes, creases."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import FOLDS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.typeset import PX_PER_MM, known, picture, quote

Field = NDArray[Any]
Points = NDArray[Any]
_PENS = ((0.05, 0.08, 0.45), (0.08, 0.08, 0.10), (0.55, 0.05, 0.08), (0.05, 0.30, 0.15))
_MARKERS = ((0.98, 0.98, 0.25), (0.55, 0.98, 0.45), (1.0, 0.62, 0.80), (1.0, 0.80, 0.40), (0.55, 0.90, 0.98))
_AUTHORITIES = ("KREIS MUSTERSTADT", "LANDRATSAMT", "STADT NEUWEILER", "ZULASSUNGSBEHÖRDE", "LANDKREIS ALTFELDEN")


def _window(image: Field, x: float, y: float, width: float, height: float) -> tuple[slice, slice]:
    x0, y0 = max(0, round(x * PX_PER_MM)), max(0, round(y * PX_PER_MM))
    x1, y1 = round((x + width) * PX_PER_MM), round((y + height) * PX_PER_MM)
    return slice(min(y0, image.shape[0] - 1), max(y1, y0 + 1)), slice(min(x0, image.shape[1] - 1), max(x1, x0 + 1))


def _blend(image: Field, cover: Field, colour: Sequence[float], where: tuple[slice, slice]) -> None:
    rows, columns = (
        min(where[0].stop, image.shape[0]) - where[0].start,
        min(where[1].stop, image.shape[1]) - where[1].start,
    )
    rows, columns = min(rows, cover.shape[0]), min(columns, cover.shape[1])
    part = image[where[0].start : where[0].start + rows, where[1].start : where[1].start + columns]
    part += cover[:rows, :columns, None] * (np.array(colour, np.float32) - part)


def _letters(image: Field, text: str, x: float, y: float, size: float, colour: Sequence[float]) -> None:
    """Stroke letters with their foot at a point in mm, `size` mm tall."""
    scale = size * PX_PER_MM / 21
    layer = np.zeros((round(size * 1.6 * PX_PER_MM), round(size * PX_PER_MM * (len(text) + 1))), np.uint8)
    cv2.putText(layer, text, (2, round(size * 1.2 * PX_PER_MM)), 0, scale, 255, 2, cv2.LINE_AA)
    where = _window(image, x, y - size * 1.2, layer.shape[1] / PX_PER_MM, layer.shape[0] / PX_PER_MM)
    _blend(image, layer.astype(np.float32)[: where[0].stop - where[0].start] / 255, colour, where)


def stars(image: Field, rng: random.Random) -> None:
    """The blue field with a ring of twelve stars and the country's letter."""
    x, y, wide = rng.uniform(50, 53), rng.uniform(1.8, 3.0), rng.uniform(6, 8.5)
    high = wide * rng.uniform(0.9, 1.4)
    where = _window(image, x, y, wide, high)
    image[where] = np.array([0.10, 0.20 + rng.uniform(0, 0.1), 0.55], np.float32)
    for index in range(12):
        angle = index * math.pi / 6
        at = ((x + wide / 2 + wide * 0.36 * math.cos(angle)), (y + high * 0.42 + wide * 0.36 * math.sin(angle)))
        cv2.circle(image, (round(at[0] * PX_PER_MM), round(at[1] * PX_PER_MM)), 4, (0.95, 0.85, 0.2), -1, cv2.LINE_AA)
    _letters(image, "D", x + wide * 0.4, y + high * 0.52, 1.8, (0.95, 0.95, 0.95))


def hologram(image: Field, rng: random.Random) -> None:
    """A shimmering strip or patch on the left panel."""
    upright = rng.random() < 0.5
    box = (rng.uniform(40, 54), rng.uniform(0, 30), rng.uniform(2.5, 6), rng.uniform(12, 40)) if upright else (
        rng.uniform(0, 20), rng.uniform(28, 40), rng.uniform(12, 40), rng.uniform(3, 7))  # fmt: skip
    where = _window(image, *box)
    part = image[where]
    y, x = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32) / PX_PER_MM
    phase = x * rng.uniform(0.3, 1.2) + y * rng.uniform(0.2, 0.9)
    glow = np.stack([0.72 + 0.22 * np.sin(phase + shift) for shift in (0.0, 2.1, 4.2)], axis=2)
    glow *= 0.9 + 0.1 * (np.sin(x * 9) * np.sin(y * 9))[:, :, None]
    part += rng.uniform(0.4, 0.8) * (glow.astype(np.float32) - part)


def sticker(image: Field, rng: random.Random) -> None:
    """A pale label with a square two-dimensional code and a short security code, mostly beside data."""
    x, y = (
        (rng.uniform(30, 52), rng.uniform(30, 40)) if rng.random() < 0.85 else (rng.uniform(2, 48), rng.uniform(28, 90))
    )
    size = rng.uniform(5.2, 7.5)
    count = rng.choice([14, 16, 18, 20])
    cells = np.random.default_rng(rng.randrange(2**32)).random((count, count)) > 0.5
    cells[:, 0] = True
    cells[-1] = True
    cells[0, ::2] = True
    cells[0, 1::2] = False
    cells[::2, -1] = False
    wide = size + 2 + (rng.uniform(5, 12) if rng.random() < 0.6 else 0)
    where = _window(image, x, y, wide, size + 2)
    tone = rng.uniform(0.86, 0.97)
    part = image[where]
    part[:] = np.array([tone, tone, tone * rng.uniform(0.95, 1.0)], np.float32)
    code = cv2.resize(cells.astype(np.float32), (round(size * PX_PER_MM),) * 2, interpolation=cv2.INTER_NEAREST)
    _blend(image, code, (0.07, 0.07, 0.07), _window(image, x + 1, y + 1, size, size))
    if wide > size + 3:
        text = "".join(rng.choices("ABCDEFGHKLMNPRSTUVWXYZ23456789", k=rng.choice([3, 6, 7])))
        _letters(image, text[: int((wide - size - 2) / 1.5)], x + size + 1.3, y + size / 2 + 2, 1.6, (0.1, 0.1, 0.1))
    if rng.random() < 0.5:
        cv2.rectangle(image, (where[1].start, where[0].start), (where[1].stop, where[0].stop), (0.45, 0.5, 0.45), 2)


def seal(image: Field, rng: random.Random) -> None:
    """The office's seal in stamp ink near the date."""
    x, y, radius = rng.uniform(38, 56), rng.uniform(88, 97), rng.uniform(7.5, 10.5)
    side = round(2 * (radius + 1) * PX_PER_MM)
    middle = side / 2
    layer = np.zeros((side, side), np.uint8)
    at = (round(middle), round(middle))
    for share, thick in ((1.0, rng.randrange(3, 6)), (0.68, 2)):
        cv2.circle(layer, at, round(radius * share * PX_PER_MM), 255, thick, cv2.LINE_AA)
    words = rng.choice(_AUTHORITIES)
    for index, char in enumerate(words):
        angle = math.pi + (index + 0.5) / len(words) * math.pi * 1.7
        spot = (
            middle + radius * 0.82 * PX_PER_MM * math.cos(angle),
            middle + radius * 0.82 * PX_PER_MM * math.sin(angle),
        )
        glyph = np.zeros((60, 60), np.uint8)
        cv2.putText(glyph, char if char.isascii() else "O", (18, 42), 0, 1.0, 255, 2, cv2.LINE_AA)
        turn = cv2.getRotationMatrix2D((30, 30), -math.degrees(angle) - 90, 0.9)
        turn[:, 2] += np.array([spot[0] - 30, spot[1] - 30])
        layer = np.maximum(layer, cv2.warpAffine(glyph, turn, (side, side)))
    for _ in range(3):
        corner = (middle + rng.uniform(-2, 2) * PX_PER_MM, middle + rng.uniform(-3, 3) * PX_PER_MM)
        cv2.ellipse(layer, (round(corner[0]), round(corner[1])), (rng.randrange(12, 40), rng.randrange(12, 40)), 0, 0, 300, 255, 3, cv2.LINE_AA)  # fmt: skip
    patchy = cv2.resize(
        np.random.default_rng(rng.randrange(2**32)).random((9, 9), np.float32),
        (side, side),
        interpolation=cv2.INTER_CUBIC,
    )
    cover = layer.astype(np.float32) / 255 * np.clip(0.4 + patchy, 0, 1) * rng.uniform(0.3, 0.75)
    where = _window(image, x - radius - 1, y - radius - 1, 2 * radius + 2, 2 * radius + 2)
    part = image[where]
    _blend(image, cover[: part.shape[0], : part.shape[1]], rng.choice([(0.15, 0.15, 0.45), (0.12, 0.12, 0.14), (0.10, 0.25, 0.5), (0.35, 0.1, 0.3)]), where)  # fmt: skip


def _stroke(points: Points, image: Field, colour: Sequence[float], width: float) -> None:
    low = np.floor(points.min(0) - 2).astype(int)
    high = np.ceil(points.max(0) + 2).astype(int)
    where = _window(image, float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    layer = np.zeros(image[where].shape[:2], np.uint8)
    corner = np.array([where[1].start, where[0].start])
    line = np.round((points * PX_PER_MM - corner) * 16).astype(np.int32)
    cv2.polylines(layer, [line], False, 255, max(1, round(width * PX_PER_MM)), cv2.LINE_AA, 4)
    _blend(image, layer.astype(np.float32) / 255 * 0.85, colour, where)


def pen(image: Field, quad: Points, rng: random.Random) -> None:
    """A tick, an underline, a ring or a scribbled word about a value, by hand."""
    colour, width = rng.choice(_PENS), rng.uniform(0.25, 0.5)
    left, right, middle = float(quad[:, 0].min()), float(quad[:, 0].max()), float(quad[:, 1].mean())
    kind = rng.choice(["tick", "tick", "underline", "ring", "word"])
    t = np.linspace(0, 1, 40)

    def shake(reach: float) -> Points:
        return np.cumsum(np.random.default_rng(rng.randrange(2**32)).normal(0, reach, 40))

    if kind == "tick":
        x = right + 1 + np.interp(t, [0, 0.35, 1], [0, 1.2, 4.0])
        y = middle + np.interp(t, [0, 0.35, 1], [0, 1.8, -3.0]) + shake(0.04)
    elif kind == "underline":
        x, y = left + t * (right - left), middle + 2.1 + shake(0.05)
    elif kind == "ring":
        x = (left + right) / 2 + ((right - left) / 2 + 2) * np.cos(t * 6.8) + shake(0.05)
        y = middle + 3.0 * np.sin(t * 6.8) + shake(0.05)
    else:
        x = right + 2 + t * rng.uniform(5, 14)
        y = middle + 1.2 * np.sin(t * rng.uniform(15, 40)) * np.sin(t * 9 + 1) + shake(0.06)
    _stroke(np.column_stack([x, y]), image, colour, width)


def highlight(image: Field, quad: Points, rng: random.Random) -> None:
    """A highlighter drawn over a value: multiplies, so that ink stays."""
    x0, x1 = float(quad[:, 0].min()) - rng.uniform(0, 2), float(quad[:, 0].max()) + rng.uniform(0, 3)
    y0 = float(quad[:, 1].mean()) - rng.uniform(1.7, 2.3)
    where = _window(image, x0, y0, x1 - x0, rng.uniform(3.4, 4.8))
    image[where] *= np.array(rng.choice(_MARKERS), np.float32)


def stain(image: Field, rng: random.Random) -> None:
    """A coffee ring."""
    x, y, radius = rng.uniform(10, 200), rng.uniform(5, 100), rng.uniform(18, 42)
    side = round(2 * (radius + 3) * PX_PER_MM / 4)
    yy, xx = np.mgrid[0:side, 0:side].astype(np.float32) * 4 / PX_PER_MM - (radius + 3)
    reach, angle = np.hypot(xx, yy), np.arctan2(yy, xx)
    edge = radius + 0.8 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.4 * np.sin(7 * angle)
    cover = 0.5 * np.exp(-(((reach - edge) / 1.0) ** 2)) * (0.6 + 0.4 * np.sin(angle + rng.uniform(0, 6))) + 0.10 * (
        reach < edge
    )
    cover = cv2.resize(cover.astype(np.float32), None, fx=4, fy=4)
    rows, columns = image.shape[:2]
    x0, y0 = round((x - radius - 3) * PX_PER_MM), round((y - radius - 3) * PX_PER_MM)
    top, left = max(0, -y0), max(0, -x0)
    part = image[max(0, y0) : min(rows, y0 + cover.shape[0]), max(0, x0) : min(columns, x0 + cover.shape[1])]
    soak = cover[top : top + part.shape[0], left : left + part.shape[1], None] * np.float32(rng.uniform(0.4, 0.9))
    part *= 1 - soak * (1 - np.array([0.62, 0.45, 0.28], np.float32))


def creases(image: Field, rng: random.Random, wear: float) -> None:
    """Worn folds and stray creases: a pale line with a dark edge; `wear` 0 to 1."""
    rows, columns = image.shape[:2]
    lines = [
        ((fold + rng.uniform(-0.4, 0.4), 0.0), (fold + rng.uniform(-0.4, 0.4), SHEET_HEIGHT), wear) for fold in FOLDS
    ]
    if rng.random() < wear:
        y = rng.uniform(40, 62)
        lines.append(((0.0, y), (SHEET_WIDTH, y + rng.uniform(-1, 1)), wear * 0.7))
    for _ in range(rng.choice([0, 0, 1, 3]) if wear > 0.2 else 0):
        x, y, angle, long = rng.uniform(0, 210), rng.uniform(0, 105), rng.uniform(0, 6.3), rng.uniform(15, 80)
        lines.append(((x, y), (x + long * math.cos(angle), y + long * math.sin(angle)), wear * 0.6))
    light, dark = np.zeros((rows, columns), np.uint8), np.zeros((rows, columns), np.uint8)
    for start, end, power in lines:
        a, b = ((round(p[0] * PX_PER_MM), round(p[1] * PX_PER_MM)) for p in (start, end))
        cv2.line(light, a, b, int(200 * power), rng.randrange(2, 6), cv2.LINE_AA)
        cv2.line(dark, (a[0] + 6, a[1] + 5), (b[0] + 6, b[1] + 5), int(110 * power), 8, cv2.LINE_AA)
    rough = cv2.resize(
        np.random.default_rng(rng.randrange(2**32)).random((rows // 17, columns // 11), np.float32),
        (columns, rows),
        interpolation=cv2.INTER_CUBIC,
    )
    pale = light.astype(np.float32)[:, :, None] / 255 * rough[:, :, None]
    image *= 1 - cv2.blur(dark, (9, 9)).astype(np.float32)[:, :, None] / 255 * 0.35
    image += pale * (0.97 - image)


def outline_alpha(shape: tuple[int, int], rng: random.Random, worn: bool) -> NDArray[np.uint8]:
    """Where there is paper: rounded corners; when worn also punched holes, a small tear or a nibbled edge."""
    rows, columns = shape
    alpha = np.full((rows, columns), 255, np.uint8)
    if not worn:
        return alpha
    kind = rng.choice(["holes", "tear", "corner", "edge"])
    if kind == "holes":
        x = rng.choice([rng.uniform(7, 12), rng.uniform(198, 203)]) if rng.random() < 0.5 else rng.uniform(60, 150)
        upright = x < 15 or x > 195
        for step in (-40, 40):
            at = (x, 52 + step) if upright else (x + step, rng.uniform(6, 7))
            cv2.circle(
                alpha, (round(at[0] * PX_PER_MM), round(at[1] * PX_PER_MM)), round(2.75 * PX_PER_MM), 0, -1, cv2.LINE_AA
            )
    elif kind == "tear":
        x, deep, top = rng.choice([*FOLDS, rng.uniform(5, 205)]), rng.uniform(3, 13), rng.random() < 0.5
        points = [(x + rng.uniform(-0.6, 0.6), deep * share) for share in np.linspace(1, 0.15, 6)]
        points = [(x - rng.uniform(0.5, 1.6), -1.0), *points[::-1], (x + rng.uniform(0.5, 1.6), -1.0)]
        line = np.array([(px, py if top else SHEET_HEIGHT - py) for px, py in points]) * PX_PER_MM
        cv2.fillPoly(alpha, [line.astype(np.int32)], 0, cv2.LINE_AA)
    elif kind == "corner":
        size, x, y = rng.uniform(3, 9), rng.choice([0.0, SHEET_WIDTH]), rng.choice([0.0, SHEET_HEIGHT])
        line = (
            np.array([(x, y), (x + math.copysign(size, 100 - x), y), (x, y + math.copysign(size, 50 - y))]) * PX_PER_MM
        )
        cv2.fillPoly(alpha, [line.astype(np.int32)], 0, cv2.LINE_AA)
    else:
        bites = np.random.default_rng(rng.randrange(2**32)).uniform(0, 0.6, columns // 12)
        depth = np.interp(np.arange(columns), np.arange(len(bites)) * 12, bites) * PX_PER_MM
        rim = np.arange(rows)[:, None] < depth[None, :]
        alpha[rim if rng.random() < 0.5 else rim[::-1]] = 0
    return alpha


def dog_ear(image: Field, paper: NDArray[np.uint8], rng: random.Random) -> None:
    """One corner folded over: outside the fold there is no paper, inside lies the pale back; in place."""
    size, slant = rng.uniform(5, 18), rng.uniform(0.6, 1.5)
    right, low = rng.random() < 0.5, rng.random() < 0.5
    x, y = SHEET_WIDTH * right, SHEET_HEIGHT * low
    on_x, on_y = (x + (-size if right else size), y), (x, y + (-size * slant if low else size * slant))
    along = np.array(on_y) - np.array(on_x)
    foot = np.array(on_x) + along * (((x, y) - np.array(on_x)) @ along) / (along @ along)
    tip = 2 * foot - np.array([x, y])
    fold = [np.round(np.array(p) * PX_PER_MM).astype(np.int32) for p in (on_x, on_y, tuple(tip))]
    cv2.fillPoly(
        paper, [np.array([fold[0], fold[1], np.round(np.array([x, y]) * PX_PER_MM).astype(np.int32)])], 0, cv2.LINE_AA
    )
    tone = rng.uniform(0.8, 0.92)
    cv2.fillPoly(image, [np.array(fold) + 5], (0.5, 0.52, 0.5), cv2.LINE_AA)
    cv2.fillPoly(image, [np.array(fold)], (tone, tone * 1.02, tone * 0.98), cv2.LINE_AA)


def margin_note(image: Field, rng: random.Random) -> None:
    """A few words set by another hand in the free part of the left panel: a dealer's or clerk's stamp."""
    face = rng.choice(known("Libertinus Serif", "DejaVu Sans", "Liberation Sans"))
    words = rng.choice(["KOPIE", "bezahlt", "Original eingesehen", "i. O.", "EINGEGANGEN"])
    body = f"#set text(font: {quote(face)}, size: {rng.uniform(8, 13):.1f}pt)\n#rotate({rng.uniform(-12, 12):.1f}deg)[{words}]"
    cover = picture(body, width=34, height=9, px_per_mm=PX_PER_MM)[:, :, 3].astype(np.float32) / 255
    where = _window(image, rng.uniform(3, 26), rng.uniform(32, 38), 34, 9)
    _blend(image, cover * 0.7, rng.choice([(0.6, 0.1, 0.1), (0.15, 0.15, 0.5), (0.1, 0.1, 0.1)]), where)
