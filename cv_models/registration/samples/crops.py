"""Single values of the form as the reader cuts them out of photos, with their text: pictures for training and measuring a
line recogniser.

One crop is a patch of the form (ground, rules, code cells, neighbouring lines), a value printed on it, and a photo of the
patch: tilted, curled, dim, blurred, noisy, small. Wider than real life on purpose. A crop is a pure function of its number.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.samples.faces import Face, find_faces
from cv_models.registration.samples.press import PX_PER_MM, Cover, Press, impression
from cv_models.registration.samples.texts import form_code, random_text

Pixels = NDArray[np.uint8]
Picture = NDArray[Any]  # float RGB 0 to 1; OpenCV's stubs give no kind
HEIGHT = 32
WIDEST = 640
_ROW = 4.06  # mm from line to line on the form
_ROOM = 3.6  # mm left of the value
_MIDDLE = 5.0  # mm from the top of the patch to the middle of the capitals
_WORDING = (
    "Name oder Firmenname", "Vorname(n)", "Amtliches Kennzeichen", "Anschrift", "Datum dieser Zulassung", "Datum der Erstzulassung",
    "Code zu 2", "Code zu D.2", "Fahrzeugklasse", "Art des Aufbaus", "Identifizierungsnummer", "Marke", "Typ", "Handelsbezeichnung",
    "Hersteller", "Schadstoffklasse", "Kraftstoffart", "Hubraum", "Leistung", "Achsen", "Masse", "Breite", "Farbe", "Bemerkungen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crop:
    """An RGB picture, `HEIGHT` pixels high, and the text of the value in it ("" when there is none)."""

    pixels: Pixels
    text: str


@lru_cache(maxsize=64)
def _ground(number: int) -> NDArray[np.uint8]:
    """Security ground at `PX_PER_MM`: interlaced fine curves and rosettes in pale tones (H x W x 3)."""
    rng = np.random.default_rng(7000 + number)
    height, width = 260, 1000
    x = np.arange(width, dtype=np.float32)[None, :] / PX_PER_MM
    y = np.arange(height, dtype=np.float32)[:, None] / PX_PER_MM
    image = np.empty((height, width, 3), np.float32)
    image[:] = rng.uniform(0.84, 1.0, 3)
    for _ in range(int(rng.integers(0, 6))):
        tone = rng.uniform([0.35, 0.5, 0.35], [0.95, 0.9, 0.95]).astype(np.float32)
        a, b, c, d = rng.uniform(0.03, 0.35, 4)
        p = rng.uniform(0, 6.28, 4)
        across = x * float(rng.choice([0.0, 0.0, 0.4, 1.0]))
        wave = (
            y
            + across
            + float(rng.uniform(0, 3.5)) * np.sin(a * x + p[0])
            + float(rng.uniform(0, 2)) * np.sin(b * x * 1.7 + c * y + p[1])
        )
        line = np.abs(np.mod(wave * rng.uniform(0.6, 2.4), 1.0) - 0.5)
        cover = np.clip((rng.uniform(0.06, 0.2) - line) * 10, 0, 1) * rng.uniform(0.1, 0.6)
        cover = cover * (0.55 + 0.45 * np.sin(d * x + 0.1 * y + p[2]))
        image += cover[:, :, None] * (tone - image)
    for _ in range(int(rng.integers(0, 3))):
        tone = rng.uniform(0.4, 0.9, 3).astype(np.float32)
        radius = np.hypot(x - float(rng.uniform(0, 90)), y - float(rng.uniform(-5, 30)))
        angle = np.arctan2(y - float(rng.uniform(0, 24)), x - float(rng.uniform(0, 90)))
        ring = np.abs(np.mod(radius * rng.uniform(0.6, 1.6) + 1.6 * np.sin(int(rng.integers(5, 14)) * angle), 1) - 0.5)
        image += (np.clip((0.12 - ring) * 9, 0, 1) * rng.uniform(0.1, 0.45))[:, :, None] * (tone - image)
    image += rng.normal(0, rng.uniform(0, 0.02), (height, width, 1)).astype(np.float32)
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _patch(rng: random.Random, width: int, height: int) -> Picture:
    ground = _ground(rng.randrange(48))
    if width > ground.shape[1]:
        ground = np.concatenate([ground, ground[:, ::-1]] * (width // ground.shape[1] // 2 + 1), axis=1)
    x, y = rng.randrange(ground.shape[1] - width + 1), rng.randrange(ground.shape[0] - height + 1)
    part = ground[y : y + height, x : x + width]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    if rng.random() < 0.5:
        part = part[::-1]
    image = part.astype(np.float32) / 255
    if rng.random() < 0.25:
        mean = image.mean((0, 1))
        image = mean + (image - mean) * np.float32(rng.uniform(0.3, 2.2))
    return image


def _lay(image: Picture, cover: Cover, tone: tuple[float, float, float], x: float, y: float) -> None:
    """Lay ink on the patch; `x`, `y` (mm) is where the cover's left edge and the middle of its capitals come to lie."""
    left, top = round(x * PX_PER_MM) - 4, round((y - 5.0) * PX_PER_MM)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(image.shape[1], left + cover.shape[1]), min(image.shape[0], top + cover.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    region = image[y0:y1, x0:x1]
    region += part * (np.array(tone, np.float32) - region)


def _form(
    image: Picture,
    rng: random.Random,
    faces: dict[str, tuple[Face, ...]],
    end: float,
    window: tuple[float, float, float, float],
) -> None:
    """What the form itself prints around the value: rules, this cell's code, the next cell's, small wording."""
    green = (rng.uniform(0.02, 0.3), rng.uniform(0.2, 0.45), rng.uniform(0.1, 0.35))
    strength = rng.uniform(0.35, 1.0)
    off_x, off_y = rng.gauss(0, 0.5), rng.gauss(0, 0.55)
    off_y = min(1.7, max(-1.7, off_y))
    tone = np.array(green, np.float32)

    def rule(x0: float, y0: float, x1: float, y1: float) -> None:
        thick = rng.uniform(0.06, 0.25)
        a, b = round(min(y0, y1) * PX_PER_MM), round((max(y0, y1) + (thick if y0 == y1 else 0)) * PX_PER_MM)
        c, d = round(min(x0, x1) * PX_PER_MM), round((max(x0, x1) + (thick if x0 == x1 else 0)) * PX_PER_MM)
        region = image[max(0, a) : max(0, b, a + 1), max(0, c) : max(0, d, c + 1)]
        region += strength * (tone - region)

    width = image.shape[1] / PX_PER_MM
    if rng.random() < 0.8:
        begin = 0.0 if rng.random() < 0.7 else _ROOM - 3.2 + off_x
        for y in (_MIDDLE - _ROW / 2 + off_y, _MIDDLE + _ROW / 2 + off_y):
            if rng.random() < 0.9:
                rule(begin, y, width, y)
    edge = _ROOM - 3.1 + off_x
    if rng.random() < 0.6:
        rule(edge, 0, edge, 10)
    next_cell = end + rng.uniform(0.6, 4.0)
    if rng.random() < 0.5:
        rule(next_cell, 0, next_cell, 10)
    small = {g: f for g, f in faces.items() if g in ("sans", "serif")} or faces
    for at, shown in ((edge + 0.2, 0.75), (next_cell + 0.2, 0.6)):
        if rng.random() < shown and window[0] - 4 < at < window[2]:
            label = form_code(rng)
            _small(image, rng, small, label, (at, _MIDDLE + off_y + rng.uniform(-0.5, 0.9)), green, strength)
    if rng.random() < 0.12:
        y = _MIDDLE + rng.choice([-1, 1]) * rng.uniform(2.1, 3.6)
        if window[1] - 1 < y < window[3] + 1:
            _small(image, rng, small, rng.choice(_WORDING), (rng.uniform(0, _ROOM), y), green, strength)
    if rng.random() < 0.22:
        # Some printings of the form explain each code in tiny letters, over which the value is printed.
        place = (_ROOM + rng.uniform(-3, 9), _MIDDLE + off_y + rng.choice([-1, -1, 1]) * rng.uniform(0.6, 2.0))
        _small(image, rng, small, rng.choice(_WORDING), place, green, strength * rng.uniform(0.5, 1), (0.55, 0.9))


def _small(
    image: Picture,
    rng: random.Random,
    faces: dict[str, tuple[Face, ...]],
    text: str,
    at: tuple[float, float],
    tone: tuple[float, float, float],
    strength: float,
    cap: tuple[float, float] = (0.95, 1.5),
) -> None:
    press = Press.draw(rng, faces, text)
    plain = Press(
        press.face,
        rng.uniform(*cap),
        0.0,
        rng.uniform(0.75, 1.0),
        0,
        0.0,
        rng.uniform(0, 0.5),
        strength,
        tone,
        0.0,
        0,
        0.0,
    )
    _lay(image, impression(text, plain, rng), tone, *at)


def _marks(image: Picture, rng: random.Random) -> None:
    """Arcs and letters of a seal, a pen stroke, a crease; in place."""
    height, width = image.shape[:2]
    layer = np.zeros((height, width), np.uint8)
    tone = rng.choice([(0.15, 0.15, 0.5), (0.3, 0.1, 0.45), (0.1, 0.1, 0.12), (0.6, 0.1, 0.1)])
    if rng.random() < 0.6:
        radius = int(rng.uniform(4, 14) * PX_PER_MM)
        centre = (rng.randrange(-40, width + 40), rng.randrange(-radius, height + radius))
        cv2.circle(layer, centre, radius, 255, rng.randint(1, 4), cv2.LINE_AA)
        for step in range(14):
            angle = step * 2 * math.pi / 14
            spot = (
                int(centre[0] + 0.8 * radius * math.cos(angle)),
                int(centre[1] + 0.8 * radius * math.sin(angle)),
            )
            cv2.putText(layer, rng.choice("STADTKREIS"), spot, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 2, cv2.LINE_AA)
    else:
        points = [(rng.randrange(-20, width + 20), rng.randrange(-20, height + 20)) for _ in range(2)]
        cv2.line(layer, points[0], points[1], 255, rng.randint(1, 3), cv2.LINE_AA)
    cover = (layer.astype(np.float32) / 255 * rng.uniform(0.12, 0.55))[:, :, None]
    image += cover * (np.array(tone, np.float32) - image)


def _window(rng: random.Random, width: float) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 (mm) of the cut: mostly close to the value, sometimes the whole cell, sometimes badly placed."""
    x0, x1 = _ROOM - rng.uniform(0.3, 1.5), _ROOM + width + rng.uniform(0.4, 2.8)
    middle, half = _MIDDLE + rng.gauss(0, 0.16), rng.uniform(1.5, 2.5)
    kind = rng.random()
    if kind < 0.12:
        x1 += rng.uniform(0, 12 if width > 12 else 24)
    elif kind < 0.2:
        x0 -= rng.uniform(0, 2.0)
    if rng.random() < 0.1:
        middle = _MIDDLE + rng.uniform(-0.9, 0.9)
        half = max(half, abs(middle - _MIDDLE) + rng.uniform(1.25, 1.6))
    return max(0.1, x0), middle - half, x1, middle + half


def make_crop(number: int, faces: dict[str, tuple[Face, ...]], *, text: str | None = None) -> Crop:
    """The crop of a number.

    Args:
        number: seed of all chance.
        faces: typefaces at hand, as `faces.find_faces` gives.
        text: what is printed; by chance when None.

    Raises:
        LookupError: no face has the characters of the text.
    """
    rng = random.Random(f"crop-{number}")
    if text is None:
        text = "" if rng.random() < 0.015 else random_text(rng)
    press = Press.draw(rng, faces, text)
    cover = impression(text, press, rng)
    ends = np.flatnonzero(cover.max(0) > 0.05 * press.ink) if text else np.zeros(0, np.int64)
    reach = (float(ends[-1]) - 4) / PX_PER_MM if len(ends) else rng.uniform(1, 20)
    x0, y0, x1, y1 = _window(rng, reach)
    width = round((max(x1, _ROOM + reach) + 1.0) * PX_PER_MM)
    image = _patch(rng, width, round(2 * _MIDDLE * PX_PER_MM))
    _form(image, rng, faces, _ROOM + reach, (x0, y0, x1, y1))
    if rng.random() < 0.08:
        _marks(image, rng)
    for row in (-1, 1):
        y = _MIDDLE + row * (_ROW + rng.gauss(0, 0.08))
        if rng.random() < 0.5 and y0 - 1.2 < y < y1 + 2.1:
            line = impression(random_text(rng), press, rng)
            _lay(image, line, press.colour, _ROOM + rng.uniform(-0.1, 0.1), y)
    _lay(image, cover, press.colour, _ROOM, _MIDDLE)
    if rng.random() < 0.03:
        _marks(image, rng)
    return Crop(_photograph(image, (x0, y0, x1, y1), rng), text)


def _photograph(image: Picture, window: tuple[float, float, float, float], rng: random.Random) -> Pixels:
    """A photo of the window of the patch, cut and flattened again as imperfectly as the reader does."""
    x0, y0, x1, y1 = window
    # Three photos in four are spared the worst: what nobody can read teaches nothing.
    trouble = 1.0 if rng.random() < 0.25 else rng.uniform(0.25, 0.75)
    scale = math.exp(rng.uniform(math.log(3.3 if trouble == 1.0 else 4.2), math.log(12.5)))
    patch_size = (max(8, round((x1 - x0) * scale)), max(8, round((y1 - y0) * scale)))
    slack = rng.uniform(0, 0.22) if rng.random() < 0.7 else rng.uniform(0, 0.45)
    turn = math.tan(math.radians(rng.gauss(0, 0.5))) * (x1 - x0) / 2
    turn = min(0.6, max(-0.6, turn))
    corners = np.array([[x0, y0 - turn], [x1, y0 + turn], [x1, y1 + turn], [x0, y1 - turn]])
    corners += np.array([[rng.uniform(-slack, slack) for _ in range(2)] for _ in range(4)])
    shrink = PX_PER_MM / scale
    if shrink > 1.25:
        image = cv2.GaussianBlur(image, (0, 0), 0.38 * shrink)
    target = np.array([[0, 0], [patch_size[0], 0], patch_size, [0, patch_size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform((corners * PX_PER_MM).astype(np.float32), target)
    if rng.random() < 0.2:
        patch = _curled(image, np.linalg.inv(matrix), patch_size, rng)
    else:
        patch = cv2.warpPerspective(image, matrix, patch_size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    patch = _exposed(patch, scale, trouble, rng)
    final = int(np.clip(round((x1 - x0) / (y1 - y0) * HEIGHT * rng.choice([1.0, 1.0, rng.uniform(0.8, 1.25)])), 16, WIDEST))  # fmt: skip
    way = cv2.INTER_AREA if patch_size[1] > 1.6 * HEIGHT else rng.choice([cv2.INTER_CUBIC, cv2.INTER_LINEAR])
    return np.asarray(cv2.resize(patch, (final, HEIGHT), interpolation=way))


def _curled(image: Picture, back: NDArray[Any], size: tuple[int, int], rng: random.Random) -> Picture:
    x, y = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    w = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    px = ((back[0, 0] * x + back[0, 1] * y + back[0, 2]) / w).astype(np.float32)
    py = ((back[1, 0] * x + back[1, 1] * y + back[1, 2]) / w).astype(np.float32)
    wave = rng.uniform(0.5, 2.5) * np.sin(px * rng.uniform(0.004, 0.02) + rng.uniform(0, 6.3))
    return np.asarray(
        cv2.remap(image, px, py + wave.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def _exposed(patch: Picture, scale: float, trouble: float, rng: random.Random) -> Pixels:
    """Light, lens, sensor and storing of the photo; `trouble` (0 to 1) scales blur and grain."""
    height, width = patch.shape[:2]
    noise = np.random.default_rng(rng.getrandbits(32))
    u = rng.uniform
    warm = u(-0.12, 0.22)
    tone = np.array([1 + warm, 1.0 + u(-0.05, 0.05), 1 - warm], np.float32)
    light = np.linspace(1 + u(-0.2, 0.2), 1 + u(-0.2, 0.2), width, dtype=np.float32)[None, :]
    if rng.random() < 0.15:
        at = u(0, width)
        steep = np.clip((np.arange(width) - at) / u(1, 12), -30, 30)
        light = light * (1.0 - u(0.1, 0.6) / (1 + np.exp(steep))).astype(np.float32)[None, :]
    exposure = rng.choice([u(0.85, 1.1), u(0.6, 1.1), u(0.3, 0.8)])
    patch = patch * (light[:, :, None] * tone * exposure)
    if rng.random() < 0.08:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        spot = np.exp(-(((x - u(0, width)) / (u(2, 10) * scale)) ** 2) - ((y - u(0, height)) / (u(2, 8) * scale)) ** 2)
        patch = patch + u(0.1, 0.7) * spot[:, :, None]
    if rng.random() < 0.2:
        veil = u(0.02, 0.25)
        patch = patch * (1 - veil) + veil * u(0.5, 1.0)
    blur = trouble * scale * rng.choice([0.0, u(0, 0.08), u(0, 0.16), u(0.08, 0.3)])
    if blur > 0.25:
        patch = cv2.GaussianBlur(patch, (0, 0), blur)
    if rng.random() < 0.15:
        patch = _streak(patch, trouble * scale * u(0.15, 0.75), u(0, 180))
    grain = trouble * exposure * rng.choice([u(0, 0.01), u(0.004, 0.03), u(0.02, 0.07)])
    patch = patch + grain * (
        noise.standard_normal((height, width, 1), np.float32)
        + 0.6 * noise.standard_normal((height, width, 3), np.float32)
    )
    if rng.random() < 0.5:
        soft = cv2.GaussianBlur(patch, (0, 0), u(0.5, 1.0))
        patch = soft + u(0.0, 1.2) * (soft - cv2.GaussianBlur(soft, (0, 0), 1.6))
    if rng.random() < 0.03:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        patch = patch * (1 + u(0.03, 0.15) * np.sin(x * u(0.3, 2.8) + y * u(0.3, 2.8)))[:, :, None]
    patch = np.clip(patch, 0, 1)
    if rng.random() < 0.25:
        patch = patch ** np.float32(u(0.65, 1.5))
    out = (patch * 255).astype(np.uint8)
    if rng.random() < 0.2:
        # A dark or flat photo is stretched by the reader before it is read.
        low, high = np.percentile(out, (u(0.5, 3), 99))
        out = np.clip((out.astype(np.float32) - low) * (235.0 / max(20.0, high - low)), 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        good, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(35, 95)])
        if good:
            out = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return out


def _streak(image: Picture, length: float, angle: float) -> Picture:
    size = max(3, int(length) * 2 + 1)
    kernel = np.zeros((size, size), np.float32)
    c = size // 2
    dx, dy = math.cos(math.radians(angle)) * length / 2, math.sin(math.radians(angle)) * length / 2
    ends = [(round((c + s * dx) * 16), round((c + s * dy) * 16)) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(image, -1, kernel / max(float(kernel.sum()), 1e-6)))


def faces_for(folders: tuple[Path, ...] = (), *, held_out: bool = False) -> dict[str, tuple[Face, ...]]:
    """Typefaces for `make_crop`.

    Raises:
        LookupError: none was found.
    """
    faces = find_faces(folders, held_out)
    if not faces:
        raise LookupError("no known typeface was found; name folders with free fonts")
    return faces
