"""The other hand's camera. Only for judging: never train on it, never tune to it.

Written apart from `camera`, `optics`, `cover` and `surfaces`: paper is a hinged sheet with bumps, seen through a lens of the
Brown model; its triangles are laid in one by one; light is a lamp in space with gloss; a Bayer sensor with photon noise
records linear light and a small pipeline develops it.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import FOLDS, SHEET_HEIGHT, SHEET_WIDTH

Image = NDArray[Any]
Points = NDArray[np.float64]
_CELL: Final = 4.0


@dataclass(frozen=True)
class Take:
    """How one picture is taken; `level` 0 scan, 1 phone, 2 hard; lengths in mm, angles in radians."""

    level: int
    width: int
    height: int
    spin: float
    lean: float
    swing: float
    cover: float
    hinge: tuple[float, float]
    curl: float
    bumps: float
    open_from: int
    open_to: int
    k1: float
    k2: float

    @staticmethod
    def draw(rng: random.Random, tier: str, size: int) -> Take:
        """By chance for a tier."""
        level = ("clean", "phone", "hard").index(tier)
        u = rng.uniform
        tall = level > 0 and rng.random() < 0.4
        long, short = size, round(size * rng.choice([0.75, 0.75, 0.5625] if level else [0.7071, 0.75]))
        quarter = rng.choices([0.0, math.pi / 2, math.pi, -math.pi / 2], [8, 1, 2, 1] if not tall else [1, 6, 1, 6])[0]
        if level == 0:
            quarter = rng.choice([0.0, 0.0, 0.0, math.pi])
        tilt = (0.0, 0.22, 0.45)[level]
        strips = [(0, 3)] * (40, 18, 9)[level] + [(0, 2), (1, 3), (1, 2)]
        first, last = rng.choice(strips)
        return Take(
            level,
            short if tall else long,
            long if tall else short,
            quarter + u(-1, 1) * (0.02, 0.14, 0.4)[level],
            u(-tilt, tilt),
            u(-tilt, tilt),
            u(*((0.86, 0.98), (0.68, 0.95), (0.62, 0.95))[level]),
            (u(-1, 1) * (0.0, 0.16, 0.34)[level], u(-1, 1) * (0.0, 0.16, 0.34)[level]),
            u(-1, 1) * (0.0, 2.0, 5.0)[level],
            u(0, (0.0, 0.5, 1.3)[level]),
            first,
            last,
            u(-0.06, 0.05) * min(1, level),
            u(-0.02, 0.02) * min(1, level),
        )


class Scene:
    """Geometry of one picture: `to_photo` takes mm of the sheet to pixels."""

    def __init__(self, take: Take, rng: random.Random) -> None:
        self.take = take
        self._waves = [(rng.uniform(0.01, 0.06), rng.uniform(0.01, 0.07), rng.uniform(0, 6.3)) for _ in range(4)]
        cx, cy, cz = take.lean, take.swing, take.spin
        rx = np.array([[1, 0, 0], [0, math.cos(cx), -math.sin(cx)], [0, math.sin(cx), math.cos(cx)]])
        ry = np.array([[math.cos(cy), 0, math.sin(cy)], [0, 1, 0], [-math.sin(cy), 0, math.cos(cy)]])
        rz = np.array([[math.cos(cz), -math.sin(cz), 0], [math.sin(cz), math.cos(cz), 0], [0, 0, 1]])
        self.rotation = rx @ ry @ rz
        edges = (0.0, *FOLDS, SHEET_WIDTH)
        self.x0, self.x1 = edges[take.open_from], edges[take.open_to]
        self.focal = rng.uniform(0.7, 1.05) * max(take.width, take.height)
        rim = self.space(self.rim())
        self._middle = (rim.min(0) + rim.max(0)) / 2
        self.distance = 400.0
        self._move = np.zeros(2)
        for _ in range(4):
            seen = self._pin(rim)
            low, high = seen.min(0), seen.max(0)
            share = float(max((high - low) / np.array([take.width, take.height])))
            self.distance *= share / take.cover
        seen = self._pin(rim)
        room = np.maximum(0, np.array([take.width, take.height]) - np.ptp(seen, axis=0)) / 2
        self._move = (
            np.array([take.width, take.height]) / 2
            - (seen.min(0) + seen.max(0)) / 2
            + room * np.array([rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8)])
        )

    def rim(self) -> Points:
        """Outline of what lies open, mm."""
        t = np.linspace(0, 1, 30)
        wide, tall = self.x0 + t * (self.x1 - self.x0), t * SHEET_HEIGHT
        return np.vstack([
            np.column_stack([wide, 0 * t]), np.column_stack([0 * t + self.x1, tall]), np.column_stack([wide[::-1], 0 * t + SHEET_HEIGHT]),
            np.column_stack([0 * t + self.x0, tall[::-1]]),
        ])  # fmt: skip

    def space(self, mm: Points) -> Points:
        """Points over the table (N x 3, mm): hinged at the folds, each panel curled, with low bumps."""
        x, y = mm[:, 0], mm[:, 1]
        a, b = self.take.hinge
        left, right = np.minimum(x - FOLDS[0], 0), np.maximum(x - FOLDS[1], 0)
        across = np.clip(x, *FOLDS) + left * math.cos(a) + right * math.cos(b)
        up = -left * math.sin(abs(a)) + right * math.sin(abs(b))
        for low, high in ((0.0, FOLDS[0]), FOLDS, (FOLDS[1], SHEET_WIDTH)):
            share = np.clip((x - low) / (high - low), 0, 1)
            up = up + self.take.curl * 4 * share * (1 - share) * 0.5
        for fx, fy, phase in self._waves:
            up = up + self.take.bumps * np.sin(fx * x * 2 + fy * y * 2 + phase)
        return np.column_stack([across - SHEET_WIDTH / 2, y - SHEET_HEIGHT / 2, up])

    def _pin(self, points: Points) -> Points:
        turned = (points - self._middle if hasattr(self, "_middle") else points) @ self.rotation.T
        flat = turned[:, :2] / (self.distance - turned[:, 2])[:, None]
        reach = (flat**2).sum(1, keepdims=True) * (self.focal / (0.6 * max(self.take.width, self.take.height))) ** 2
        out: Points = flat * (1 + self.take.k1 * reach + self.take.k2 * reach**2) * self.focal
        return out

    def project(self, points: Points) -> Points:
        """Pixels of points in space."""
        return self._pin(points) + self._move

    def to_photo(self, mm: Points) -> Points:
        """Pixels of points on the sheet (N x 2, mm)."""
        return self.project(self.space(np.asarray(mm, float)))


def lay_sheet(scene: Scene, table: Image, sheet: Image, per_mm: float, lamp: Points, gloss: float) -> None:
    """Lay the sheet (float RGB) into the picture `table`, triangle by triangle, lit by a lamp at a point in space."""
    take = scene.take
    columns = np.unique(
        np.concatenate(
            [
                np.linspace(scene.x0, scene.x1, round((scene.x1 - scene.x0) / _CELL) + 1),
                [f for f in FOLDS if scene.x0 <= f <= scene.x1],
            ]
        )
    )
    rows = np.linspace(0, SHEET_HEIGHT, round(SHEET_HEIGHT / _CELL) + 1)
    gx, gy = np.meshgrid(columns, rows)
    mm = np.column_stack([gx.ravel(), gy.ravel()])
    pixels = scene.to_photo(mm).reshape(*gx.shape, 2)
    grid = mm.reshape(*gx.shape, 2)
    low = np.maximum(np.floor(pixels.min((0, 1))).astype(int) - 2, 0)
    high = np.minimum(np.ceil(pixels.max((0, 1))).astype(int) + 3, [take.width, take.height])
    maps = np.zeros((high[1] - low[1], high[0] - low[0], 2), np.float32)
    for i in range(grid.shape[0] - 1):
        for j in range(grid.shape[1] - 1):
            for corners in (((i, j), (i, j + 1), (i + 1, j)), ((i + 1, j + 1), (i, j + 1), (i + 1, j))):
                _triangle(maps, np.array([grid[c] for c in corners]), np.array([pixels[c] for c in corners]) - low)
    rim = scene.to_photo(scene.rim()) - low
    alpha = np.zeros(maps.shape[:2], np.uint8)
    cv2.fillPoly(alpha, [np.round(rim * 32).astype(np.int32)], 255, cv2.LINE_AA, 5)
    ratio = float(np.linalg.norm(np.diff(scene.to_photo(np.array([[90.0, 50], [110.0, 50]])), axis=0))) / 20 / per_mm
    source = sheet if ratio > 0.85 else cv2.GaussianBlur(sheet, (0, 0), 0.42 / ratio)
    colour = cv2.remap(
        source,
        maps[:, :, 0] * per_mm - 0.5,
        maps[:, :, 1] * per_mm - 0.5,
        cv2.INTER_LANCZOS4,
        borderMode=cv2.BORDER_REPLICATE,
    )
    light = _lit(scene, grid, lamp, gloss)
    wx = (maps[:, :, 0] - columns[0]) / (columns[-1] - columns[0]) * (light.shape[1] - 1)
    wy = maps[:, :, 1] / SHEET_HEIGHT * (light.shape[0] - 1)
    lit = cv2.remap(
        light, wx.astype(np.float32), wy.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    part = table[low[1] : high[1], low[0] : high[0]]
    share = alpha.astype(np.float32)[:, :, None] / 255
    part += share * (np.clip(colour, 0, 1) ** 2.2 * lit[:, :, :1] + lit[:, :, 1:] - part)


def _triangle(maps: Image, source: Points, target: Points) -> None:
    low, high = np.floor(target.min(0)).astype(int), np.ceil(target.max(0)).astype(int) + 1
    low, high = np.maximum(low, 0), np.minimum(high, [maps.shape[1], maps.shape[0]])
    if (low >= high).any():
        return
    back = cv2.getAffineTransform((target - low).astype(np.float32), source.astype(np.float32))
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round((target - low) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    ys, xs = np.nonzero(mask)
    spot = maps[low[1] : high[1], low[0] : high[0]]
    spot[ys, xs] = np.column_stack([xs, ys, np.ones(len(xs))]).astype(np.float32) @ back.T.astype(np.float32)


def _lit(scene: Scene, grid: Points, lamp: Points, gloss: float) -> Image:
    """(diffuse, gloss) on the mesh: a lamp at a point, light falling with the square of the distance, and its mirror image."""
    step = np.array([[0.8, 0.0], [0.0, 0.8]])
    flat = grid.reshape(-1, 2)
    here = scene.space(flat)
    du, dv = scene.space(flat + step[0]) - here, scene.space(flat + step[1]) - here
    normal = np.cross(du, dv)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    to_lamp = lamp - here
    far = np.linalg.norm(to_lamp, axis=1, keepdims=True)
    direct = np.clip((normal * to_lamp / far).sum(1), 0, 1) * (np.linalg.norm(lamp) / far[:, 0]) ** 2
    eye = np.array([0, 0, scene.distance]) @ scene.rotation - here
    half = to_lamp / far + eye / np.linalg.norm(eye, axis=1, keepdims=True)
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    shine = gloss * np.clip((normal * half).sum(1), 0, 1) ** 220
    return np.stack([0.35 + 0.65 * direct, shine], axis=1).reshape(*grid.shape[:2], 2).astype(np.float32)


def develop(linear: Image, level: int, rng: random.Random, size: int) -> Image:
    """Lens blur, sensor and development: linear light (float RGB) to the stored 8-bit picture."""
    scale = size / 2400
    disc = rng.uniform(*((0.0, 0.5), (0.4, 1.2), (0.6, 2.0))[level]) * scale
    if disc > 0.5:
        reach = math.ceil(disc)
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        kernel = np.clip(disc + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
        linear = cv2.filter2D(linear, -1, kernel / kernel.sum())
    if level and rng.random() < 0.25 * level:
        linear = cv2.filter2D(linear, -1, _shake(rng, rng.uniform(1.0, 2.2 * level) * scale))
    height, width = linear.shape[0] // 2 * 2, linear.shape[1] // 2 * 2
    shown = rng.uniform(*((0.85, 1.0), (0.55, 1.1), (0.16, 1.05))[level])
    warm = rng.uniform(-1, 1) * (0.02, 0.10, 0.28)[level]
    green = rng.uniform(-1, 1) * (0.0, 0.03, 0.08)[level]
    linear = linear * (np.array([1 + warm, 1 + green, 1 - warm], np.float32) * np.float32(shown))
    photons = rng.uniform(*((9000, 20000), (900, 4000), (130, 900))[level])
    raw = np.empty((height, width), np.float32)
    for (a, b), channel in zip(((0, 0), (0, 1), (1, 0), (1, 1)), (0, 1, 1, 2), strict=True):
        raw[a::2, b::2] = linear[a:height:2, b:width:2, channel]
    chance = np.random.default_rng(rng.randrange(2**32))
    grain = chance.standard_normal(raw.shape, np.float32)
    raw += np.sqrt(np.clip(raw, 0, None) / np.float32(photons) + np.float32(0.05 / photons)) * grain
    raw += chance.standard_normal((height, 1), np.float32) * np.float32(0.0015 * level)
    counts = (np.clip(raw, 0, 1) * 65535).astype(np.uint16)
    colour = cv2.cvtColor(counts, cv2.COLOR_BayerBG2BGR)[:, :, ::-1].astype(np.float32) / 65535
    if level and rng.random() < 0.35:
        lift = cv2.GaussianBlur(
            cv2.resize(colour, None, fx=0.05, fy=0.05, interpolation=cv2.INTER_AREA).mean(axis=2), (0, 0), 12
        )
        colour *= (cv2.resize(0.4 / np.maximum(lift, 0.05), (width, height)) ** 0.35)[:, :, None]
    picture: Image = (np.clip(colour, 0, 1) ** np.float32(1 / rng.uniform(2.0, 2.4)) * 255).astype(np.uint8)
    if level:
        chroma = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
        smooth = cv2.blur(chroma[:, :, 1:], (5, 5))
        chroma[:, :, 1:] = smooth
        if level == 2 or rng.random() < 0.3:
            plain = cv2.medianBlur(chroma[:, :, 0], 3)
            chroma[:, :, 0] = _between(chroma[:, :, 0], plain, rng.uniform(0.3, 0.9))
        picture = cv2.cvtColor(chroma, cv2.COLOR_YCrCb2RGB)
    edges = cv2.Laplacian(cv2.GaussianBlur(picture, (0, 0), 0.8), cv2.CV_16S)
    return np.clip(picture.astype(np.int16) - (edges * rng.uniform(0.0, 0.9)).astype(np.int16), 0, 255).astype(np.uint8)


def _between(one: Image, two: Image, share: float) -> Image:
    return cv2.addWeighted(one, 1 - share, two, share, 0)


def _shake(rng: random.Random, reach: float) -> Image:
    """Kernel of a hand that trembles: a curved path."""
    size = 2 * math.ceil(reach + 1) + 1
    kernel: Image = np.zeros((size, size), np.float32)
    angle, at = rng.uniform(0, 6.3), np.array([0.0, 0.0])
    path = []
    for _ in range(40):
        angle += rng.uniform(-0.25, 0.25)
        at = at + np.array([math.cos(angle), math.sin(angle)])
        path.append(at)
    track = np.array(path)
    track = (track - track.mean(0)) / max(1e-6, float(np.abs(track - track.mean(0)).max())) * reach / 2
    for x, y in track:
        kernel[round(y + size // 2), round(x + size // 2)] += 1
    kernel = cv2.GaussianBlur(kernel, (0, 0), 0.5)
    out: Image = kernel / kernel.sum()
    return out
