"""Sample documents by another hand. ONLY FOR JUDGING: never train on these pictures and never tune a reader to them.

The reader is trained and tuned on the own generator (`samples.make_sample`); how much of that carries over to drawing, camera and
words that it has never met is what these pictures measure. So nothing of `form` or `photo` is used here: other typefaces, grounds,
words (`other_words`), paper (`other_sheet`) and camera (`other_camera`). Shared are the millimetres of `layout`, the values
that `record.make_record` fills in, the `Photo` type, and the rule for what can be read (`legible`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT
from cv_models.registration.samples import Sample, legible, readable_values
from cv_models.registration.samples.other_camera import Scene, Take, develop, lay_sheet
from cv_models.registration.samples.other_faces import use_fonts
from cv_models.registration.samples.other_press import SCALE
from cv_models.registration.samples.other_sheet import OtherSheet, draw_sheet
from cv_models.registration.samples.other_words import other_values
from cv_models.registration.samples.photo import Photo
from cv_models.registration.samples.record import make_record

__all__ = ["make_other_sample", "use_fonts"]
Image = NDArray[Any]
Points = NDArray[np.float64]


def make_other_sample(seed: int, tier: str, size: int = 2400, *, given: Mapping[str, str] | None = None) -> Sample:
    """A sample document photo by the other hand; the same arguments give the same sample on the same machine.

    Args:
        seed: number of the sample.
        tier: `clean`, `phone` or `hard`.
        size: longest side of the photo in pixels.
        given: printed values to keep, by code.
    """
    rng = random.Random(f"other-{tier}-{seed}")
    record = make_record(rng, {**other_values(rng), **(given or {})})
    sheet = draw_sheet(record, tier, rng)
    photo = _take(sheet, Take.draw(rng, tier, size), rng, size)
    return Sample(photo, record, readable_values(record, photo), tier)


def _take(sheet: OtherSheet, take: Take, rng: random.Random, size: int) -> Photo:
    scene = Scene(take, rng)
    image = _table(take, rng)
    u = rng.uniform
    lamp = np.array([u(-500, 500), u(-500, 500), u(350, 900)])
    _papers(image, take, rng)
    rim = scene.to_photo(scene.rim())
    _dark_under(image, rim + size * 0.004, size)
    gloss = u(0.2, 1.2) if take.level and rng.random() < 0.3 * take.level else u(0, 0.05)
    lay_sheet(scene, image, sheet.pixels, SCALE, lamp, gloss)
    if take.level and rng.random() < 0.22 * take.level:
        _hold(image, rim, rng)
    if take.level and rng.random() < 0.15 * take.level:
        _clip(image, rim, rng)
    if take.level:
        _window(image, rng, take.level)
    pixels = develop(image, take.level, rng, size)
    quality = rng.randrange(*((86, 96), (70, 92), (45, 84))[take.level])
    factor, pixels = _small(pixels, take, rng)

    def to_photo(mm: Points) -> Points:
        out: Points = (scene.to_photo(mm) + 0.5) * factor - 0.5
        return out

    lines = [
        line for line in sheet.lines if line.quad[:, 0].min() > scene.x0 - 1 and line.quad[:, 0].max() < scene.x1 + 1
    ]
    fine = legible.readable(pixels, sheet.ink, lines, to_photo, px_per_mm=SCALE)
    boxes: dict[str, Points] = {}
    for code in fine:
        own = [line.quad for line in lines if line.code == code]
        right = max(own, key=lambda quad: float(quad[1, 0]))
        boxes[code] = to_photo(
            np.array([own[0][0], right[1] + (own[0][0] - right[0]), right[2] + (own[-1][3] - right[3]), own[-1][3]])
        )
    corners = np.array([[scene.x0, 0], [scene.x1, 0], [scene.x1, SHEET_HEIGHT], [scene.x0, SHEET_HEIGHT]], float)
    return Photo(
        np.ascontiguousarray(pixels), quality, to_photo(corners), boxes, to_photo, (take.open_from, take.open_to)
    )


def _small(pixels: Image, take: Take, rng: random.Random) -> tuple[float, Image]:
    """Sent by a messenger: reduced, and once through JPEG."""
    if not take.level or rng.random() > 0.15 * take.level or max(pixels.shape) <= 1600:
        return 1.0, pixels
    factor = 1600 / max(pixels.shape)
    pixels = cv2.resize(
        pixels, (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor)), interpolation=cv2.INTER_AREA
    )
    done, data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(60, 85)])
    if not done:
        raise RuntimeError("no JPEG")
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if back is None:
        raise RuntimeError("no JPEG")
    return factor, np.ascontiguousarray(back[:, :, ::-1])


def _cloud(chance: np.random.Generator, height: int, width: int, rows: int, columns: int) -> Image:
    return cv2.resize(chance.random((rows, columns), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def _table(take: Take, rng: random.Random) -> Image:
    """What lies under the paper, in linear light."""
    chance = np.random.default_rng(rng.randrange(2**32))
    height, width = take.height, take.width
    if take.level == 0:
        return np.full((height, width, 3), rng.choice([0.95, 0.9, 0.75, 0.02]), np.float32)
    base = np.array([rng.uniform(0.03, 0.7) for _ in range(3)], np.float32)
    base = base * 0.5 + base.mean() * 0.5
    kind = rng.choice(["planks", "stone", "check", "blurred", "leather", "plain", "ribs"])
    small = (max(2, height // 3), max(2, width // 3))
    tone: Image
    if kind == "planks":
        grain = _cloud(chance, *small, small[0] // 2, 5) * 0.5 + _cloud(chance, *small, 9, 3) * 0.5
        tone = 0.6 + 0.7 * grain
        for at in range(0, small[0], max(30, small[0] // rng.randrange(3, 8))):
            tone[at : at + 2] *= 0.4
    elif kind == "stone":
        tone = 0.5 + 0.5 * _cloud(chance, *small, 12, 16) + 0.35 * (chance.random(small, np.float32) > 0.93)
    elif kind == "check":
        step = max(8, small[1] // rng.randrange(8, 22))
        y, x = np.mgrid[0 : small[0], 0 : small[1]]
        tone = 0.5 + 0.35 * (y // step % 2) + 0.35 * (x // step % 2) + 0.1 * chance.random(small)
    elif kind == "leather":
        tone = 0.8 + 0.5 * (cv2.GaussianBlur(chance.random(small, np.float32), (0, 0), 2) - 0.5) * 4
        tone[:: max(20, small[0] // 9)] *= 0.5
    elif kind == "ribs":
        tone = 0.75 + 0.25 * np.sin(np.arange(small[1]) * rng.uniform(0.05, 0.4))[None] * np.ones((small[0], 1))
    elif kind == "blurred":
        tone = 0.3 + 1.2 * _cloud(chance, *small, 4, 5)
    else:
        tone = 0.9 + 0.2 * _cloud(chance, *small, 3, 3)
    full = cv2.resize(tone.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    hue = 1 + 0.25 * (_cloud(chance, height // 8 + 1, width // 8 + 1, 3, 4)[:, :, None] - 0.5) * np.array(
        [1, 0, -1], np.float32
    )
    out: Image = np.clip(full[:, :, None] * base * cv2.resize(hue.astype(np.float32), (width, height)), 0, 1.2)
    return out


def _papers(image: Image, take: Take, rng: random.Random) -> None:
    """Sheets with grey lines of writing, a coloured folder, an envelope, seen from above."""
    for _ in range(rng.choice([0, 0, 1, 2, 3]) if take.level else 0):
        wide, tall = rng.choice([(900, 1270), (1200, 560), (700, 500), (860, 1240)])
        page = np.full((tall, wide, 3), 0.8, np.float32) * np.array(
            rng.choice([(1, 1, 1), (1, 0.95, 0.8), (0.75, 0.9, 0.75), (0.95, 0.6, 0.55), (0.7, 0.8, 1)]), np.float32
        )
        for y in range(70, tall - 60, rng.randrange(16, 34)):
            x = 60
            while x < wide - 90 and rng.random() < 0.96:
                long = rng.randrange(12, 90)
                cv2.line(page, (x, y), (min(x + long, wide - 60), y), (0.12, 0.12, 0.13), rng.choice([5, 7]))
                x += long + 12
        centre = np.array([rng.uniform(0, take.width), rng.uniform(0, take.height)])
        scale, turn = take.width / rng.uniform(1500, 3200), rng.uniform(0, 6.3)
        along = np.array([math.cos(turn), math.sin(turn)]) * scale
        across = np.array([-math.sin(turn), math.cos(turn)]) * scale
        quad = np.array(
            [centre + a * wide / 2 * along + b * tall / 2 * across for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        )
        quad += np.array([[rng.uniform(-30, 30), rng.uniform(-30, 30)] for _ in range(4)])
        _dark_under(image, quad + take.width * 0.003, take.width)
        warp = cv2.getPerspectiveTransform(
            np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32), quad.astype(np.float32)
        )
        mask = cv2.warpPerspective(np.ones((tall, wide), np.float32), warp, (take.width, take.height))[:, :, None]
        image += mask * (cv2.warpPerspective(page, warp, (take.width, take.height)) - image)


def _dark_under(image: Image, outline: Points, size: int) -> None:
    small = np.zeros((image.shape[0] // 6 + 1, image.shape[1] // 6 + 1), np.float32)
    cv2.fillPoly(small, [np.round(outline / 6).astype(np.int32)], 0.55)
    image *= (
        1
        - cv2.resize(cv2.GaussianBlur(small, (0, 0), max(1.0, size / 1500)), (image.shape[1], image.shape[0]))[
            :, :, None
        ]
    )


def _hold(image: Image, rim: Points, rng: random.Random) -> None:
    """Two to four fingers of one hand that hold the sheet at its rim."""
    centre, start = rim.mean(0), rng.randrange(len(rim))
    unit = float(np.ptp(rim, axis=0).sum()) / 315
    skin = np.array(
        rng.choice([(0.75, 0.45, 0.34), (0.55, 0.32, 0.22), (0.30, 0.16, 0.10), (0.85, 0.58, 0.46)]), np.float32
    )
    for index in range(rng.randrange(1, 4)):
        at = rim[(start + index * 5) % len(rim)]
        inward = (centre - at) / np.linalg.norm(centre - at)
        side = np.array([-inward[1], inward[0]])
        half, deep = unit * rng.uniform(7, 9), unit * rng.uniform(2, 13)
        t = np.linspace(-math.pi / 2, math.pi / 2, 15)
        tip = [at + inward * (deep + half * math.cos(a)) + side * half * math.sin(a) for a in t]
        root = [at - inward * unit * 90 + side * half * 1.25, at - inward * unit * 90 - side * half * 1.25]
        shape = np.array([*tip, *root])
        low = np.maximum(np.floor(shape.min(0)).astype(int) - 20, 0)
        high = np.ceil(shape.max(0)).astype(int) + 20
        part = image[low[1] : high[1], low[0] : high[0]]
        if min(part.shape[:2]) < 4:
            continue
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(shape - low).astype(np.int32)], 1)
        depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3) / half
        soft = cv2.blur(mask.astype(np.float32), (5, 5))[:, :, None]
        shaded = skin * (0.35 + 0.65 * np.sqrt(np.clip(1 - (1 - np.clip(depth, 0, 1)) ** 2, 0, 1)))[:, :, None]
        part += soft * (shaded - part)


def _clip(image: Image, rim: Points, rng: random.Random) -> None:
    """A pen or a paper clip that lies across a rim."""
    at, other = rim[rng.randrange(len(rim))], rim.mean(0)
    unit = float(np.ptp(rim, axis=0).sum()) / 315
    inner = at + (other - at) * rng.uniform(0.05, 0.3)
    outer = at + (at - other) * rng.uniform(0.3, 0.9)
    wide = max(2, round(unit * rng.choice([1.2, 8.0])))
    ends = [tuple(int(v) for v in p) for p in (inner, outer)]
    cv2.line(image, ends[0], ends[1], (0.03, 0.03, 0.04), wide + 4, cv2.LINE_AA)
    cv2.line(
        image,
        ends[0],
        ends[1],
        rng.choice([(0.6, 0.6, 0.62), (0.05, 0.07, 0.35), (0.5, 0.05, 0.05), (0.08, 0.08, 0.08)]),
        wide,
        cv2.LINE_AA,
    )


def _window(image: Image, rng: random.Random, level: int) -> None:
    """Light through a window with bars, falling off to the rims of the picture; the head of whoever photographs."""
    height, width = image.shape[0] // 8 + 1, image.shape[1] // 8 + 1
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    field = np.ones((height, width), np.float32)
    turn = rng.uniform(0, 3.14)
    along = (x - width / 2) / width * math.cos(turn) + (y - height / 2) / width * math.sin(turn)
    field *= 1 - rng.uniform(0, 0.25 * level) * (along + 0.5)
    if rng.random() < 0.3 * level:
        bars = (np.mod(along * rng.uniform(1.5, 5) + rng.random(), 1.0) < rng.uniform(0.1, 0.5)).astype(np.float32)
        field *= 1 - rng.uniform(0.1, 0.25 * level) * cv2.GaussianBlur(bars, (0, 0), width * rng.uniform(0.004, 0.03))
    if rng.random() < 0.35 * level:
        head = np.zeros((height, width), np.float32)
        spot = (rng.randrange(width), rng.randrange(height // 2, height))
        cv2.ellipse(
            head,
            spot,
            (int(width * rng.uniform(0.1, 0.25)), int(width * rng.uniform(0.15, 0.4))),
            rng.uniform(0, 180),
            0,
            360,
            1.0,
            -1,
        )
        field *= 1 - rng.uniform(0.15, 0.3 * level) * cv2.GaussianBlur(head, (0, 0), width * rng.uniform(0.01, 0.05))
    corner = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * rng.uniform(0.1, 0.7)
    image *= cv2.resize(field * (1 - corner), (image.shape[1], image.shape[0]))[:, :, None]
