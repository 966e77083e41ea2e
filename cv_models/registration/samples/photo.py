"""Photographs a flat sheet: folds and bend in space, a pinhole phone camera, light, shadow, blur, noise, JPEG."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import FOLDS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples import surfaces
from cv_models.registration.samples.form import PX_PER_MM, Sheet

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Shot:
    """One exposure. Angles in degrees, light as factors, blur in pixels of a 2000-pixel photo."""

    size: int
    portrait: bool
    turn: float
    pitch: float
    yaw: float
    fill: float
    folds: tuple[float, float]
    bend: float
    clutter: int
    exposure: float
    warmth: float
    gradient: float
    shadow: float
    defocus: float
    motion: float
    noise: float
    glare: float
    thumb: bool
    quality: int
    panels: tuple[int, int] = (0, 3)

    @staticmethod
    def draw(rng: random.Random, tier: str, size: int) -> Shot:
        """An exposure by chance for the tier `clean` (scan-like), `phone` (ordinary) or `hard`."""
        u = rng.uniform
        if tier == "clean":
            return Shot(
                size,
                False,
                rng.choice([0, 0, 0, 180]) + u(-1.5, 1.5),
                u(-2, 2),
                u(-2, 2),
                u(0.9, 0.97),
                (u(-1, 1), u(-1, 1)),
                u(0, 0.0006),
                0,
                u(0.95, 1.05),
                u(-0.02, 0.02),
                u(0, 0.06),
                0,
                u(0, 0.25),
                0,
                u(0.002, 0.006),
                0,
                False,
                rng.randrange(88, 96),
            )
        if tier == "phone":
            turn = rng.choices([0, 90, 180, 270], [6, 2, 1, 2])[0]
            return Shot(
                size,
                turn in (90, 270) or rng.random() < 0.25,
                turn + u(-9, 9),
                u(-16, 16),
                u(-16, 16),
                u(0.66, 0.93),
                (u(-9, 9), u(-9, 9)),
                u(0, 0.002),
                rng.randrange(0, 4),
                u(0.75, 1.08),
                u(-0.06, 0.10),
                u(0, 0.3),
                u(0, 0.35) * (rng.random() < 0.6),
                u(0.2, 0.9),
                u(0, 1.2) * (rng.random() < 0.3),
                u(0.006, 0.016),
                0.0 if rng.random() < 0.8 else u(0.2, 0.5),
                rng.random() < 0.2,
                rng.randrange(76, 93),
            )
        turn = rng.choice([0, 90, 180, 270])
        return Shot(size, turn in (90, 270) or rng.random() < 0.3, turn + u(-22, 22), u(-30, 30), u(-28, 28), u(0.58, 0.92), (u(-18, 18), u(-18, 18)),
                    u(0, 0.0045), rng.randrange(0, 6), u(0.38, 0.95), u(-0.1, 0.22), u(0.1, 0.55), u(0.2, 0.6) * (rng.random() < 0.7),
                    u(0.4, 1.4), u(0, 3.0) * (rng.random() < 0.4), u(0.012, 0.035), 0.0 if rng.random() < 0.55 else u(0.3, 0.9), rng.random() < 0.35,
                    rng.randrange(55, 86), rng.choices([(0, 3), (0, 2), (1, 3)], [8, 1, 1])[0])  # fmt: skip


@dataclass(frozen=True)
class Photo:
    """The picture with its truth: RGB pixels, JPEG quality to store it, sheet outline and value boxes in pixels, and where
    points of the sheet (N x 2, mm) stand in the picture (N x 2, pixels; hidden ones too).
    """

    pixels: Pixels
    quality: int
    outline: Points
    boxes: dict[str, Points]
    to_photo: Callable[[Points], Points]


class _Surface:
    """The bent sheet: maps millimetres on the sheet to points in space over the table (z up, mm)."""

    def __init__(self, shot: Shot, rng: random.Random) -> None:
        step = 0.5
        u = np.arange(0, SHEET_WIDTH + step, step)
        angle = np.zeros_like(u)
        heading = rng.uniform(-2, 2)
        signs = [rng.choice([-1, 1]) for _ in range(3)]
        for index, at in enumerate(u):
            panel = 0 if at < FOLDS[0] else 1 if at < FOLDS[1] else 2
            fold = (0.0, shot.folds[0], shot.folds[0] + shot.folds[1])[panel]
            angle[index] = math.radians(heading + fold) + signs[panel] * shot.bend * (at - (31, 99, 173)[panel])
        self._u = u
        self._x = np.concatenate([[0], np.cumsum(np.cos(angle[:-1]) * step)])
        self._z = np.concatenate([[0], np.cumsum(np.sin(angle[:-1]) * step)])
        self._angle = angle
        self._x -= (self._x[0] + self._x[-1]) / 2
        self._z -= self._z.min() - 0.5

    def points(self, mm: Points) -> Points:
        x = np.interp(mm[:, 0], self._u, self._x)
        z = np.interp(mm[:, 0], self._u, self._z)
        return np.column_stack([x, mm[:, 1] - SHEET_HEIGHT / 2, z])

    def shade(self, columns: Points, light: Points) -> Points:
        angle = np.interp(columns, self._u, self._angle)
        normal = np.column_stack([-np.sin(angle), np.zeros_like(angle), np.cos(angle)])
        return 0.45 + 0.55 * np.clip(normal @ light, 0, 1) / light[2]


class _Camera:
    """A pinhole over the table; `project` gives pixels of points in space."""

    def __init__(self, shot: Shot, rng: random.Random) -> None:
        long, short = shot.size, round(shot.size * 0.75)
        self.width, self.height = (short, long) if shot.portrait else (long, short)
        turn, pitch, yaw = (math.radians(a) for a in (shot.turn, shot.pitch, shot.yaw))
        spin = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
        tilt = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
        roll = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
        self._rotation = roll @ tilt @ spin
        self._focal = 0.82 * long
        first, last = (
            (0.0, FOLDS[0], FOLDS[1], SHEET_WIDTH)[shot.panels[0]],
            (0.0, FOLDS[0], FOLDS[1], SHEET_WIDTH)[shot.panels[1]],
        )
        self._centre = np.array([(first + last) / 2 - SHEET_WIDTH / 2, 0, 0])
        c, s = abs(math.cos(turn)), abs(math.sin(turn))
        need_x = ((last - first) * c + SHEET_HEIGHT * s) / self.width
        need_y = ((last - first) * s + SHEET_HEIGHT * c) / self.height
        self._distance = self._focal * max(need_x, need_y) / shot.fill
        slack_x = max(0.0, 1 - need_x / max(need_x, need_y) * shot.fill) * self.width / 2
        slack_y = max(0.0, 1 - need_y / max(need_x, need_y) * shot.fill) * self.height / 2
        self._shift = np.array([rng.uniform(-0.6, 0.6) * slack_x, rng.uniform(-0.6, 0.6) * slack_y])

    def project(self, points: Points) -> Points:
        turned = (points - self._centre) @ self._rotation.T
        depth = self._distance - turned[:, 2]
        plane = turned[:, :2] / depth[:, None] * self._focal
        return plane + np.array([self.width / 2, self.height / 2]) + self._shift


def _quad_homography(source: Points, target: Points) -> NDArray[np.float64]:
    return cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32)).astype(np.float64)


def take(sheet: Sheet, shot: Shot, rng: random.Random) -> Photo:
    """Photograph a sheet.

    Args:
        sheet: flat sheet with the boxes of its values in mm.
        shot: the exposure.
        rng: source of chance for placement, table, light direction and sensor noise.
    """
    surface, camera = _Surface(shot, rng), _Camera(shot, rng)
    width, height = camera.width, camera.height
    half = surfaces.TABLE_MM / 2
    corners = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]])
    top = surfaces.dressed_table(rng, shot.clutter)
    size = top.shape[0]
    to_photo = _quad_homography(np.array([[0, 0], [size, 0], [size, size], [0, size]]), camera.project(corners))
    image = cv2.warpPerspective(
        top, to_photo, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    edges = (0.0, FOLDS[0], FOLDS[1], SHEET_WIDTH)
    first, last = edges[shot.panels[0]], edges[shot.panels[1]]
    rim = np.linspace(first, last, 60)
    outline = camera.project(
        surface.points(
            np.vstack([np.column_stack([rim, np.zeros(60)]), np.column_stack([rim[::-1], np.full(60, SHEET_HEIGHT)])])
        )
    )
    _cast_shadow(image, outline, shot.size)
    light = np.array([rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), 1.0])
    _lay_sheet(image, sheet.pixels, surface, camera, light, (first, last))
    shown = {code: box for code, box in sheet.boxes.items() if box[0] >= first - 1 and box[2] <= last + 1}
    boxes = {
        code: camera.project(surface.points(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])))
        for code, (x0, y0, x1, y1) in shown.items()
    }
    frame = np.array([width, height])
    boxes = {code: box for code, box in boxes.items() if (box >= 1).all() and (box <= frame - 2).all()}
    if shot.thumb:
        _thumb(image, outline, boxes, rng, shot.size)
    image = _expose(image, shot, rng)
    return Photo(
        image,
        shot.quality,
        camera.project(surface.points(np.array([[first, 0], [last, 0], [last, SHEET_HEIGHT], [first, SHEET_HEIGHT]]))),
        boxes,
        lambda mm: camera.project(surface.points(mm)),
    )


def _cast_shadow(image: NDArray[np.float32], outline: Points, size: int) -> None:
    mask = np.zeros(image.shape[:2], np.float32)
    cv2.fillPoly(mask, [(outline + size * 0.004).astype(np.int32)], 1.0)
    mask = cv2.GaussianBlur(mask, (0, 0), size * 0.005)
    image *= (1 - 0.5 * mask)[:, :, None]


def _lay_sheet(
    image: NDArray[np.float32],
    pixels: Pixels,
    surface: _Surface,
    camera: _Camera,
    light: Points,
    span: tuple[float, float],
) -> None:
    """Lay the bent sheet into the picture strip by strip, each strip flat."""
    height, width = image.shape[:2]
    cuts = np.unique(
        np.concatenate([np.arange(span[0], span[1], 8.0), [f for f in FOLDS if span[0] < f < span[1]], [span[1]]])
    )
    scale = float(
        np.linalg.norm(np.diff(camera.project(surface.points(np.array([[span[0], 50.0], [span[1], 50.0]]))), axis=0))
    ) / (span[1] - span[0])
    source = pixels
    ratio = scale / PX_PER_MM
    if ratio < 0.8:
        source = cv2.resize(pixels, None, fx=ratio * 1.15, fy=ratio * 1.15, interpolation=cv2.INTER_AREA)
    per_mm = source.shape[1] / SHEET_WIDTH
    shades = surface.shade(cuts, light)
    for left, right, shade in zip(cuts[:-1], cuts[1:], (shades[:-1] + shades[1:]) / 2, strict=True):
        corners_mm = np.array([[left, 0], [right, 0], [right, SHEET_HEIGHT], [left, SHEET_HEIGHT]])
        target = camera.project(surface.points(corners_mm))
        x0, y0 = np.floor(target.min(0)).astype(int) - 2
        x1, y1 = np.ceil(target.max(0)).astype(int) + 2
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
        if x0 >= x1 or y0 >= y1:
            continue
        shift = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1]], np.float64)
        matrix = shift @ _quad_homography(corners_mm * per_mm, target)
        patch = cv2.warpPerspective(
            source, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        grown = target.copy()
        grown[[1, 2]] += (
            (target[[1, 2]] - target[[0, 3]]) / max(1.0, float(np.linalg.norm(target[1] - target[0]))) * 0.7
        )
        cv2.fillPoly(mask, [np.round((grown - [x0, y0]) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        cover = mask.astype(np.float32)[:, :, None] / 255
        region = image[y0:y1, x0:x1]
        region += cover * (patch.astype(np.float32) / 255 * shade - region)


def _thumb(
    image: NDArray[np.float32], outline: Points, boxes: dict[str, Points], rng: random.Random, size: int
) -> None:
    """A thumb on the rim; values that it covers leave the truth."""
    at = outline[rng.randrange(len(outline))]
    towards = outline.mean(0) - at
    towards = towards / (np.linalg.norm(towards) + 1e-6)
    tip = at + towards * size * rng.uniform(-0.01, 0.02)
    base = at - towards * size * 0.7 + rng.uniform(-0.1, 0.1) * size * np.array([towards[1], -towards[0]])
    mask = np.zeros(image.shape[:2], np.float32)
    thick = int(float(np.ptp(outline[:, 0]) + np.ptp(outline[:, 1])) / 315 * rng.uniform(15, 21))
    cv2.line(mask, tuple(int(v) for v in tip), tuple(int(v) for v in base), 1.0, thick)
    hidden = [code for code, box in boxes.items() if cv2.countNonZero(mask[_window(box, mask.shape)]) > 0]
    for code in hidden:
        del boxes[code]
    mask = cv2.GaussianBlur(mask, (0, 0), size * 0.0012)
    round_off = cv2.GaussianBlur(mask, (0, 0), thick * 0.25)
    skin = np.array(rng.choice([(0.85, 0.62, 0.50), (0.72, 0.50, 0.38), (0.45, 0.30, 0.22)]), np.float32)
    shade = cv2.GaussianBlur(mask, (0, 0), size * 0.008)
    image *= (1 - 0.35 * shade)[:, :, None]
    image += mask[:, :, None] * (skin * (0.35 + 0.65 * round_off[:, :, None]) - image)


def _window(box: Points, shape: tuple[int, ...]) -> tuple[slice, slice]:
    x0, y0 = np.maximum(np.floor(box.min(0)).astype(int), 0)
    x1, y1 = np.ceil(box.max(0)).astype(int) + 1
    return slice(min(y0, shape[0] - 1), max(y1, 1)), slice(min(x0, shape[1] - 1), max(x1, 1))


def _expose(image: NDArray[np.float32], shot: Shot, rng: random.Random) -> Pixels:
    """Light, shadow of the photographer, glare, lens, sensor."""
    height, width = image.shape[:2]
    noise = np.random.default_rng(rng.randrange(2**32))
    y, x = np.mgrid[0:height:8, 0:width:8].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    angle = rng.uniform(0, 2 * math.pi)
    lamp = 1 - shot.gradient * (0.5 + (x * math.cos(angle) + y * math.sin(angle)))
    lamp *= 1 - 0.35 * (x * x + y * y)
    if shot.shadow:
        mask = np.zeros(lamp.shape, np.float32)
        centre = np.array([rng.uniform(0, lamp.shape[1]), rng.uniform(0.4, 1.1) * lamp.shape[0]])
        reach = lamp.shape[1] * rng.uniform(0.2, 0.5)
        shape = [
            centre + reach * np.array([math.cos(a), math.sin(a) * 1.4]) * rng.uniform(0.6, 1.2)
            for a in np.linspace(0, 2 * math.pi, 9)[:-1]
        ]
        cv2.fillPoly(mask, [np.array(shape).astype(np.int32)], 1.0)
        lamp *= 1 - shot.shadow * cv2.GaussianBlur(mask, (0, 0), lamp.shape[1] * rng.uniform(0.01, 0.05))
    lamp_full = cv2.resize(lamp, (width, height), interpolation=cv2.INTER_LINEAR)[:, :, None]
    tone = np.array([1 + shot.warmth, 1.0, 1 - shot.warmth], np.float32)
    image = image * lamp_full * tone * shot.exposure
    if shot.glare:
        spot = np.exp(-(((x - rng.uniform(-0.3, 0.3)) / 0.09) ** 2 + ((y - rng.uniform(-0.3, 0.3)) / 0.11) ** 2))
        image += shot.glare * cv2.resize(spot, (width, height))[:, :, None]
    scale = shot.size / 2000
    if shot.motion * scale > 0.6:
        image = _streak(image, shot.motion * scale, rng.uniform(0, 180))
    if shot.defocus * scale > 0.15:
        image = cv2.GaussianBlur(image, (0, 0), shot.defocus * scale)
    grain = noise.standard_normal((height, width, 1), np.float32) * 0.8
    for channel in range(3):
        image[:, :, channel : channel + 1] += (
            shot.noise
            * (0.6 + 0.6 * np.sqrt(np.clip(image[:, :, channel : channel + 1], 0, 1)))
            * (grain + 0.6 * noise.standard_normal((height, width, 1), np.float32))
        )
    if shot.noise > 0.004:
        soft = cv2.GaussianBlur(image, (0, 0), 0.9)
        image = soft + rng.uniform(0.3, 0.9) * (soft - cv2.GaussianBlur(soft, (0, 0), 1.6))
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _streak(image: NDArray[np.float32], length: float, angle: float) -> NDArray[np.float32]:
    size = max(3, int(length) * 2 + 1)
    kernel = np.zeros((size, size), np.float32)
    c = size // 2
    dx, dy = math.cos(math.radians(angle)) * length / 2, math.sin(math.radians(angle)) * length / 2
    cv2.line(
        kernel,
        (round((c - dx) * 16), round((c - dy) * 16)),
        (round((c + dx) * 16), round((c + dy) * 16)),
        1.0,
        1,
        cv2.LINE_AA,
        4,
    )
    return cv2.filter2D(image, -1, kernel / max(float(kernel.sum()), 1e-6))
