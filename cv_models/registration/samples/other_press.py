"""The other hand's printers, stamps and wear. Only for judging: never train on it, never tune to it."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageDraw

from cv_models.registration.layout import PANELS
from cv_models.registration.samples.other_faces import FORM, face_of, font_of

Image = NDArray[Any]
SCALE: Final = 12.0


def pressed(meant: Image, level: int, rng: random.Random) -> Image:
    """The same ink as a real printer leaves it."""
    chance = np.random.default_rng(rng.randrange(2**32))
    height, width = meant.shape
    kind = rng.choices(["toner", "jet", "needles", "ribbon"], [4, 3, 2.5, 1.5])[0]
    if kind == "needles":
        cell = rng.choice([2, 3]) * 0.85
        rows, columns = int(height / cell), int(width / cell)
        hits = (cv2.resize(meant, (columns, rows), interpolation=cv2.INTER_AREA) > 0.45).astype(np.float32)
        hits *= chance.uniform(0.7, 1.0, hits.shape).astype(np.float32)
        fat = cv2.resize(hits, (columns * 4, rows * 4), interpolation=cv2.INTER_NEAREST)
        out = cv2.resize(
            np.clip(cv2.GaussianBlur(fat, (0, 0), 1.5) * 1.35, 0, 1), (width, height), interpolation=cv2.INTER_AREA
        )
        out = np.clip(out, 0, 0.95)
    elif kind == "jet":
        rough = cv2.GaussianBlur(chance.standard_normal((height, width)).astype(np.float32), (0, 0), 1.2) * 0.55
        out = (np.clip((cv2.GaussianBlur(meant, (0, 0), 0.9) - 0.45 + rough * 0.5 * (meant > 0.05)) * 5, 0, 1)) * 0.92
    elif kind == "ribbon":
        weave = (
            0.75
            + 0.25
            * np.sin(np.arange(width, dtype=np.float32) * 1.1)[None]
            * np.sin(np.arange(height, dtype=np.float32) * 1.1)[:, None]
        )
        press = cv2.resize(
            chance.uniform(0.5, 1.1, (30, 80)).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR
        )
        out = np.clip(cv2.GaussianBlur(meant, (0, 0), 1.0) * 1.2, 0, 1) * weave * press
    else:
        out = meant.copy()
    dark = rng.uniform(*((0.85, 1.0), (0.65, 1.0), (0.45, 0.95))[level])
    cloud = cv2.resize(
        chance.uniform(0.75, 1.05, (7, 12)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    out = out * dark * cloud
    if level and rng.random() < 0.25:
        at = rng.randrange(width)
        out[:, at : at + rng.randrange(6, 40)] *= rng.uniform(0.3, 0.8)
    if level and rng.random() < 0.2:
        out *= 1 - rng.uniform(0.1, 0.4) * (np.arange(height) // rng.randrange(15, 60) % 2 == 0)[:, None]
    ink: Image = np.clip(out, 0, 1).astype(np.float32)
    return ink


def label(paper: Image, rng: random.Random) -> None:
    """A pale sticker with a field of small squares."""
    side, x, y = rng.uniform(5.5, 8), rng.uniform(25, 50), rng.uniform(29, 38)
    a, b, c, d = (round(v * SCALE) for v in (y - 1, y + side + 1, x - 1, x + side + rng.choice([1, 12])))
    paper[a:b, c:d] = rng.uniform(0.85, 0.96)
    count = rng.choice([12, 16, 18, 22])
    dots = np.random.default_rng(rng.randrange(2**32)).random((count, count)) < 0.52
    dots[:, 0], dots[-1] = True, True
    dots[0] = np.arange(count) % 2 == 0
    grown = cv2.resize(dots.astype(np.uint8), (round(side * SCALE),) * 2, interpolation=cv2.INTER_NEAREST)
    spot = paper[round(y * SCALE) :, round(x * SCALE) :][: grown.shape[0], : grown.shape[1]]
    spot[grown[: spot.shape[0], : spot.shape[1]] == 1] = 0.08


def official_stamp(paper: Image, rng: random.Random) -> None:
    """A double ring with words on its arc, drawn with Pillow and laid on askew."""
    side = 300
    page = Pictures.new("L", (side, side), 0)
    pen = ImageDraw.Draw(page)
    pen.ellipse((8, 8, 292, 292), outline=255, width=rng.randrange(4, 8))
    pen.ellipse((58, 58, 242, 242), outline=255, width=3)
    words, font = (
        rng.choice(["LANDKREIS HEIDENAU", "STADT ALTENAU · 12", "KFZ-ZULASSUNG", "KREISVERWALTUNG 7"]),
        font_of(face_of(rng, FORM), 30),
    )
    for index, char in enumerate(words):
        tile = Pictures.new("L", (44, 44), 0)
        ImageDraw.Draw(tile).text((22, 22), char, fill=255, font=font, anchor="mm")
        angle = math.radians(-200 + 220 * index / max(1, len(words) - 1))
        turned = tile.rotate(-math.degrees(angle) - 90, resample=Pictures.Resampling.BICUBIC)
        page.paste(255, (round(150 + 117 * math.cos(angle) - 22), round(150 + 117 * math.sin(angle) - 22)), turned)
    pen.polygon([(150, 90), (200, 190), (150, 165), (100, 190)], fill=190)
    pen.text(
        (150, 205),
        "BADEN" if rng.random() < 0.5 else "SIEGEL",
        fill=255,
        font=font_of(face_of(rng, FORM), 22),
        anchor="mm",
    )
    mm = rng.uniform(16, 22)
    size = round(mm * SCALE)
    cover = np.asarray(page.rotate(rng.uniform(-40, 40)).resize((size, size)), np.float32) / 255
    worn = cv2.resize(
        np.random.default_rng(rng.randrange(2**32)).random((12, 12)).astype(np.float32),
        (size, size),
        interpolation=cv2.INTER_CUBIC,
    )
    cover = cover * np.clip(worn + 0.2, 0, 1) * rng.uniform(0.35, 0.8)
    y, x = round(rng.uniform(80, 103 - mm) * SCALE), round(rng.uniform(28, 60 - mm / 2) * SCALE)
    spot = paper[y : y + size, x : x + size]
    spot -= cover[: spot.shape[0], : spot.shape[1], None] * (
        spot - np.array(rng.choice([(0.1, 0.15, 0.5), (0.1, 0.1, 0.12), (0.4, 0.1, 0.4)]), np.float32)
    )


def age(paper: Image, rng: random.Random, amount: float) -> None:
    """Dirt, worn folds, a stroke of marker, a ballpoint line."""
    height, width = paper.shape[:2]
    chance = np.random.default_rng(rng.randrange(2**32))
    dirt = cv2.resize(chance.random((9, 16)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    paper *= (1 - 0.12 * amount * np.clip(dirt - 0.4, 0, 1))[:, :, None]
    for fold in (PANELS["left"][1], PANELS["middle"][1]):
        at = fold * SCALE + rng.uniform(-4, 4)
        x = np.arange(width, dtype=np.float32)
        ridge = np.exp(-(((x - at) / rng.uniform(1.5, 4)) ** 2)) - 0.7 * np.exp(-(((x - at - 7) / 5) ** 2))
        paper += (ridge * rng.uniform(0.05, 0.22) * amount)[None, :, None]
    if rng.random() < 0.25 * amount:
        top, left = rng.randrange(100, height - 60), rng.randrange(40, width - 700)
        paper[top : top + rng.randrange(38, 60), left : left + rng.randrange(250, 650)] *= np.array(
            rng.choice([(1.0, 0.97, 0.35), (0.7, 1.0, 0.55), (1.0, 0.7, 0.85)]), np.float32
        )
    if rng.random() < 0.25 * amount:
        t = np.linspace(0, 1, 60)
        x0, y0 = rng.uniform(200, width - 500), rng.uniform(150, height - 150)
        path = np.column_stack(
            [x0 + t * rng.uniform(60, 420), y0 + 18 * np.sin(t * rng.uniform(3, 30)) + rng.uniform(-60, 60) * t]
        )
        for a, b in pairwise(path):
            cv2.line(paper, (round(a[0]), round(a[1])), (round(b[0]), round(b[1])), (0.1, 0.12, 0.5), 4, cv2.LINE_AA)
