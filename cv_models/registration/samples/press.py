"""Prints one line of text as an office printer would: faces, squeezed widths, needles, worn ribbons, toner, bleeding ink."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cv_models.registration.samples.faces import Face, has, opened, shares

Cover = NDArray[Any]  # float 0 to 1
PX_PER_MM = 11.0
_HALF = 5.0  # mm above and below the middle of the capitals


@dataclass(frozen=True, slots=True)
class Press:
    """One printer: face, height of capitals and pitch in mm, how dark and how worn; drawn once per crop.

    Attributes:
        pitch: distance of characters in mm; 0 for the face's own widths.
        squeeze: width of a character relative to the face.
        dots: rows of needles per capital, 0 for closed strokes.
        wander: how much single characters leave the line (mm).
        bold: growth of the strokes in pixels; negative makes them thinner.
        ink: darkness 0 to 1; `colour` of full ink as RGB 0 to 1.
        wear: unevenness of the ink 0 to 1.
        nought: what stands in a nought: 0 nothing, 1 a stroke, 2 a dot.
    """

    face: Face
    cap: float
    pitch: float
    squeeze: float
    dots: int
    wander: float
    bold: float
    ink: float
    colour: tuple[float, float, float]
    wear: float
    nought: int
    slant: float

    @staticmethod
    def draw(rng: random.Random, faces: dict[str, tuple[Face, ...]], text: str) -> Press:
        """A printer by chance whose face has all characters of the text."""
        face = _face(rng, faces, text)
        cap = min(3.1, max(1.55, rng.gauss(2.25, 0.28)))
        squeeze = rng.choice([1.0, 1.0, 1.0, rng.uniform(0.82, 1.1), rng.uniform(0.55, 0.85)])
        pitch = 0.0
        if face.fixed:
            natural = cap / _cap_share(face.path) * _advance_share(face.path)
            pitch = natural * squeeze * rng.choice([1.0, 1.0, 1.0, rng.uniform(0.95, 1.25)])
        matrix = face.group == "dots" or (face.group != "serif" and rng.random() < 0.17)
        dots = 0 if not matrix else 0 if face.group == "dots" else rng.choice([7, 7, 8, 9, 9, 11, 13, 16])
        tone = rng.uniform(0.02, 0.2)
        blue = rng.choice([0.0, 0.0, 0.0, rng.uniform(0, 0.3)])
        worn = face.group in ("courier", "ocr", "dots") or matrix
        return Press(
            face=face,
            cap=cap,
            pitch=pitch,
            squeeze=squeeze,
            dots=dots,
            wander=rng.choice([0.0, 0.0, rng.uniform(0, 0.05), rng.uniform(0, 0.12) if worn else 0.0]),
            bold=rng.choice([0.0, 0.0, rng.uniform(-0.9, 0.9), rng.uniform(0, 1.8)]),
            ink=rng.choice([1.0, rng.uniform(0.75, 1.0), rng.uniform(0.5, 0.95), rng.uniform(0.25, 0.6)]),
            colour=(tone, tone, min(1.0, tone + blue)),
            wear=rng.choice([0.0, rng.uniform(0, 0.35), rng.uniform(0, 0.8) if worn else 0.0]),
            nought=rng.choices([0, 1, 2], [88, 7, 5])[0],
            slant=rng.choice([0.0, 0.0, 0.0, rng.uniform(-0.06, 0.22)]),
        )


def _face(rng: random.Random, faces: dict[str, tuple[Face, ...]], text: str) -> Face:
    groups = list(faces)
    for _ in range(40):
        group = rng.choices(groups, shares(groups))[0]
        face = rng.choice(faces[group])
        if all(has(face.path, char) for char in set(text)):
            return face
    raise LookupError(f"no typeface at hand has all characters of {text!r}")


@lru_cache(maxsize=512)
def _cap_share(path: str) -> float:
    """Height of a capital relative to the size of the face."""
    _, top, _, bottom = opened(path, 200).getbbox("H", anchor="ls")
    return max(0.3, (bottom - top) / 200)


@lru_cache(maxsize=512)
def _advance_share(path: str) -> float:
    return max(0.2, opened(path, 200).getlength("0") / 200)


def impression(text: str, press: Press, rng: random.Random) -> Cover:
    """Coverage (0 to 1) of a line at `PX_PER_MM`: the capitals' middle lies `_HALF` mm below the top edge."""
    if not text.strip():
        return np.zeros((round(2 * _HALF * PX_PER_MM), 8), np.float32)
    native = press.face.native
    rows = press.dots
    if native:
        size = native
    elif rows:
        size = max(6, round(rows / _cap_share(press.face.path)))
    else:
        size = max(8, round(press.cap * PX_PER_MM / _cap_share(press.face.path)))
    raw = _typed(text, press, size, rng)
    cap_px = size * _cap_share(press.face.path)
    if native or rows:
        raw = _needles(raw, rng)
        cap_px *= _STEP
    scale = press.cap * PX_PER_MM / cap_px
    width = max(2, round(raw.shape[1] * scale * (press.squeeze if not press.pitch else 1.0)))
    if native or rows or press.pitch:
        # Fixed pitch: the whole line is stretched to it, as printers do.
        count = len(text)
        width = max(2, round(width * _stretch(press, raw.shape[1] * scale, count)))
    height = max(2, round(raw.shape[0] * scale))
    flat = cv2.resize(raw, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    middle = raw.shape[0] * 0.5 * scale
    out = np.zeros((round(2 * _HALF * PX_PER_MM), width + 12), np.float32)
    shift = np.array(
        [[1, -press.slant, 4 + press.slant * _HALF * PX_PER_MM], [0, 1, _HALF * PX_PER_MM - middle]], np.float32
    )
    cv2.warpAffine(flat, shift, (out.shape[1], out.shape[0]), dst=out, flags=cv2.INTER_LINEAR)
    return _inked(out, press, rng)


def _stretch(press: Press, width: float, count: int) -> float:
    if not press.pitch:
        return 1.0
    wanted = press.pitch * PX_PER_MM * count
    return float(np.clip(wanted / max(1.0, width), 0.4, 1.6))


def _typed(text: str, press: Press, size: int, rng: random.Random) -> Cover:
    """The bare line at a size in pixels; the middle of the capitals is the middle of the picture."""
    font = opened(press.face.path, size)
    cap = size * _cap_share(press.face.path)
    half = int(size * 1.25)
    base = half + cap / 2
    if press.face.fixed:
        step = font.getlength("0")
        image = Image.new("L", (int(step * len(text)) + 2, 2 * half), 0)
        draw = ImageDraw.Draw(image)
        wander = press.wander * size * _cap_share(press.face.path) / press.cap
        for index, char in enumerate(text):
            if char == " ":
                continue
            x = index * step + rng.gauss(0, wander)
            y = base + rng.gauss(0, wander)
            if press.face.native:
                x, y = round(x), round(y)
            draw.text((x, y), char, fill=255, font=font, anchor="ls")
            if char == "0" and press.nought:
                left, top, right, bottom = font.getbbox("0", anchor="ls")
                if press.nought == 1:
                    ends = (x + left + 1, y + bottom - 1, x + right - 1, y + top + 1)
                    draw.line(ends, 255, max(1, round(size * 0.07)))
                else:
                    at, half_dot = (x + (left + right) / 2, y + (top + bottom) / 2), max(1.0, size * 0.05)
                    draw.ellipse((at[0] - half_dot, at[1] - half_dot, at[0] + half_dot, at[1] + half_dot), 255)
    else:
        image = Image.new("L", (int(font.getlength(text)) + 4, 2 * half), 0)
        ImageDraw.Draw(image).text((1, base), text, fill=255, font=font, anchor="ls")
    return np.asarray(image, np.float32) / 255


_STEP = 6


def _needles(small: Cover, rng: random.Random) -> Cover:
    """Every marked pixel becomes the dot of a needle; now and then a needle is broken or the head returned a bit off."""
    marks = (small > rng.uniform(0.33, 0.55)).astype(np.float32)
    if rng.random() < 0.08:
        marks[rng.randrange(marks.shape[0]) :: max(8, marks.shape[0] // 2)] = 0
    dots = np.zeros((marks.shape[0] * _STEP, marks.shape[1] * _STEP), np.float32)
    dots[_STEP // 2 :: _STEP, _STEP // 2 :: _STEP] = marks
    if rng.random() < 0.3:
        # Letter quality: a second pass between the first.
        shift = rng.randint(1, _STEP // 2)
        dots[:, shift:] = np.maximum(dots[:, shift:], dots[:, :-shift])
    radius = _STEP * rng.uniform(0.38, 0.78)
    span = int(radius + 1.5)
    y, x = np.mgrid[-span : span + 1, -span : span + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(np.minimum(cv2.filter2D(dots, -1, disc), 1.0))


def _inked(cover: Cover, press: Press, rng: random.Random) -> Cover:
    if press.bold > 0.05:
        cover = np.maximum(cover, cv2.GaussianBlur(cover, (0, 0), 0.35 + press.bold * 0.5) * (1.0 + press.bold * 0.8))
    elif press.bold < -0.05:
        soft = cv2.GaussianBlur(cover, (0, 0), 0.8)
        cover = np.clip(cover + (soft - 1) * -press.bold * 0.9, 0, 1)
    if rng.random() < 0.25:
        cover = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.4, 1.5))
    np.clip(cover, 0, 1, out=cover)
    height, width = cover.shape
    noise = np.random.default_rng(rng.getrandbits(32))
    if press.wear > 0.02:
        cells = noise.random((max(2, height // rng.randint(3, 40)), max(2, width // rng.randint(4, 60)))).astype(
            np.float32
        )
        patches = cv2.resize(cells, (width, height), interpolation=cv2.INTER_LINEAR)
        cover = cover * np.clip(1.0 + press.wear * (patches * 1.6 - 1.3), 0.05, 1.0)
        if rng.random() < 0.3:
            bands = cv2.resize(noise.random((rng.randint(6, 40), 1)).astype(np.float32), (1, height))
            cover = cover * (1 - press.wear * 0.7 * bands)
    if rng.random() < 0.15:
        grains = noise.random((height, width)).astype(np.float32)
        cover = cover * (grains > rng.uniform(0.05, 0.35))
    if rng.random() < 0.1:
        dust = cv2.GaussianBlur((noise.random((height, width)) > 0.998).astype(np.float32), (0, 0), 0.6)
        cover = np.maximum(cover, np.minimum(dust * 2, rng.uniform(0.3, 1)))
    return np.asarray(cover * press.ink, np.float32)
