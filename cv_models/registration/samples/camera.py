"""Geometry of a sample photo: the folded, bent and twisted sheet in space, the pinhole, the lens, the final frame."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import FOLDS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.shot import Shot

Points = NDArray[np.float64]
Maps = NDArray[np.float32]
_EDGES = (0.0, FOLDS[0], FOLDS[1], SHEET_WIDTH)
_RIM = 3.0


class Surface:
    """The bent sheet: maps millimetres on the sheet to points in space over the table (z up, mm)."""

    def __init__(self, shot: Shot, rng: random.Random) -> None:
        step = 0.5
        u = np.arange(-_RIM, SHEET_WIDTH + _RIM + step, step)
        heading = rng.uniform(-2, 2)
        signs = [rng.choice([-1, 1]) for _ in range(3)]
        panel = np.digitize(u, FOLDS)
        fold = np.array([0.0, shot.folds[0], shot.folds[0] + shot.folds[1]])[panel]
        centre = np.array([31.0, 99.0, 173.0])[panel]
        self._angle = np.radians(heading + fold) + np.array(signs, float)[panel] * shot.bend * (u - centre)
        self._u = u
        self._x = np.concatenate([[0], np.cumsum(np.cos(self._angle[:-1]) * step)])
        self._z = np.concatenate([[0], np.cumsum(np.sin(self._angle[:-1]) * step)])
        self._x -= (self._x[0] + self._x[-1]) / 2
        self._z -= self._z.min() - 0.5
        self._twist = shot.twist

    def points(self, mm: Points) -> Points:
        """Points in space (N x 3) of points on the sheet (N x 2)."""
        x, z = np.interp(mm[:, 0], self._u, self._x), np.interp(mm[:, 0], self._u, self._z)
        lift = self._twist * (mm[:, 0] / SHEET_WIDTH - 0.5) * (mm[:, 1] / SHEET_HEIGHT - 0.5)
        return np.column_stack([x, mm[:, 1] - SHEET_HEIGHT / 2, z + lift + abs(self._twist) * 0.25])

    def shade(self, columns: Points, light: Points) -> Points:
        """How bright the paper is at columns (mm), 1 for flat paper."""
        angle = np.interp(columns, self._u, self._angle)
        normal = np.column_stack([-np.sin(angle), np.zeros_like(angle), np.cos(angle)])
        out: Points = 0.45 + 0.55 * np.clip(normal @ light, 0, 1) / light[2]
        return out


class Camera:
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
        first, last = _EDGES[shot.panels[0]], _EDGES[shot.panels[1]]
        self._centre = np.array([(first + last) / 2 - SHEET_WIDTH / 2, 0, 0])
        c, s = abs(math.cos(turn)), abs(math.sin(turn))
        need_x = ((last - first) * c + SHEET_HEIGHT * s) / self.width
        need_y = ((last - first) * s + SHEET_HEIGHT * c) / self.height
        self._distance = self._focal * max(need_x, need_y) / shot.fill
        slack_x = max(0.0, 1 - need_x / max(need_x, need_y) * shot.fill) * self.width / 2
        slack_y = max(0.0, 1 - need_y / max(need_x, need_y) * shot.fill) * self.height / 2
        self._shift = np.array([rng.uniform(-0.6, 0.6) * slack_x, rng.uniform(-0.6, 0.6) * slack_y])

    def project(self, points: Points) -> Points:
        """Pixels before the lens (N x 2) of points in space (N x 3)."""
        turned = (points - self._centre) @ self._rotation.T
        depth = self._distance - turned[:, 2]
        out: Points = (
            turned[:, :2] / depth[:, None] * self._focal + np.array([self.width / 2, self.height / 2]) + self._shift
        )
        return out


@dataclass(frozen=True)
class Lens:
    """Radial distortion about the middle of a picture; the corners stay where they are."""

    strength: float
    width: int
    height: int

    def bend(self, pixels: Points) -> Points:
        """Where the lens puts pixels of the pinhole picture."""
        centre = np.array([self.width / 2, self.height / 2])
        offset = pixels - centre
        reach = (offset**2).sum(axis=1, keepdims=True) / (centre @ centre)
        out: Points = centre + offset * (1 + self.strength * (reach - 1))
        return out

    def apply(self, image: NDArray[Any], aberration: float) -> NDArray[Any]:
        """The picture through the lens; red and blue part by `aberration` of the distance from the middle."""
        if abs(self.strength) < 1e-4 and aberration < 5e-5:
            return image
        step = 16
        x, y = np.meshgrid(np.arange(0, self.width + step, step), np.arange(0, self.height + step, step))
        target = np.column_stack([x.ravel(), y.ravel()]).astype(float)
        source = target.copy()
        for _ in range(6):
            source += target - self.bend(source)
        shape = (*x.shape, 2)
        size = (x.shape[1] * step, x.shape[0] * step)
        # Nodes stand at multiples of the step, cv2.resize samples at half pixels: shift by half a step less half a pixel.
        nodes = (source - target).reshape(shape).astype(np.float32)
        shift = np.array([[step, 0, 0], [0, step, 0]], np.float32)
        full = cv2.warpAffine(nodes, shift, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        full = full[: self.height, : self.width]
        base_x, base_y = np.meshgrid(np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32))
        if aberration < 5e-5:
            return cv2.remap(
                image,
                base_x + full[:, :, 0],
                base_y + full[:, :, 1],
                cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REFLECT_101,
            )
        out = np.empty_like(image)
        for channel, part in ((0, 1 + aberration), (1, 1.0), (2, 1 - aberration)):
            map_x = (base_x + full[:, :, 0] - np.float32(self.width / 2)) * np.float32(part) + np.float32(
                self.width / 2
            )
            map_y = (base_y + full[:, :, 1] - np.float32(self.height / 2)) * np.float32(part) + np.float32(
                self.height / 2
            )
            plane = np.ascontiguousarray(image[:, :, channel])
            out[:, :, channel] = cv2.remap(plane, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
        return out


@dataclass(frozen=True)
class Frame:
    """Where the camera's picture stands in the stored one: messenger and screenshot scale it and put bars about it."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0


class View:
    """All of the geometry together: `to_photo` is the truth of a sample."""

    def __init__(self, shot: Shot, rng: random.Random) -> None:
        self.surface, self.camera = Surface(shot, rng), Camera(shot, rng)
        self.lens = Lens(shot.lens, self.camera.width, self.camera.height)
        self.frame = Frame()
        self.span = (_EDGES[shot.panels[0]], _EDGES[shot.panels[1]])

    def pinhole(self, mm: Points) -> Points:
        """Pixels before the lens of points on the sheet."""
        return self.camera.project(self.surface.points(mm))

    def to_photo(self, mm: Points) -> Points:
        """Pixels in the stored picture of points on the sheet (N x 2, mm); hidden ones and ones off the picture too."""
        bent = self.lens.bend(self.pinhole(np.asarray(mm, float)))
        # Pixel centres: a scale by cv2.resize moves the middle of pixel x to (x + 0.5) * scale - 0.5.
        out: Points = (bent + 0.5) * self.frame.scale - 0.5 + np.array([self.frame.left, self.frame.top])
        return out

    def rim(self, grow: float = 0.0) -> Points:
        """The outline of the part that lies open, before the lens, in pixels."""
        first, last = self.span
        across, down = np.linspace(first - grow, last + grow, 40), np.linspace(-grow, SHEET_HEIGHT + grow, 20)
        left, right = np.full(20, first - grow), np.full(20, last + grow)
        top, bottom = np.full(40, -grow), np.full(40, SHEET_HEIGHT + grow)
        return self.pinhole(np.vstack([
            np.column_stack([across, top]), np.column_stack([right, down]), np.column_stack([across[::-1], bottom]), np.column_stack([left, down[::-1]]),
        ]))  # fmt: skip

    def sheet_maps(self) -> tuple[Maps, tuple[int, int]]:
        """For every pixel of the pinhole picture about the sheet, the point of the sheet in mm (H x W x 2, far off where
        there is none), and the top left pixel (x, y) of this window.
        """
        first, last = self.span
        rim = self.rim(1.5)
        x0, y0 = np.maximum(np.floor(rim.min(0)).astype(int) - 1, 0)
        x1 = min(int(np.ceil(rim[:, 0].max())) + 2, self.camera.width)
        y1 = min(int(np.ceil(rim[:, 1].max())) + 2, self.camera.height)
        maps = np.full((max(1, y1 - y0), max(1, x1 - x0), 2), -99.0, np.float32)
        inner = np.arange(first, last, 8.0)
        cuts_x = np.unique(
            np.concatenate([[first - 1.0], inner, [f for f in FOLDS if first < f < last], [last, last + 1.0]])
        )
        cuts_y = np.array([-1.0, 35.0, 70.0, SHEET_HEIGHT + 1.0])
        for left, right in pairwise(cuts_x):
            for top, bottom in pairwise(cuts_y):
                self._patch(maps, np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), (x0, y0))
        return maps, (int(x0), int(y0))

    def _patch(self, maps: Maps, corners: Points, origin: tuple[int, int]) -> None:
        target = self.pinhole(corners) - np.array(origin)
        low = np.maximum(np.floor(target.min(0)).astype(int) - 1, 0)
        high = np.minimum(np.ceil(target.max(0)).astype(int) + 2, [maps.shape[1], maps.shape[0]])
        if (low >= high).any():
            return
        back = cv2.getPerspectiveTransform((target - low).astype(np.float32), corners.astype(np.float32)).astype(
            np.float32
        )
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        cv2.fillConvexPoly(mask, np.round((target - low) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
        ys, xs = np.nonzero(mask)
        fx, fy = xs.astype(np.float32), ys.astype(np.float32)
        depth = back[2, 0] * fx + back[2, 1] * fy + back[2, 2]
        window = maps[low[1] : high[1], low[0] : high[0]]
        window[ys, xs, 0] = (back[0, 0] * fx + back[0, 1] * fy + back[0, 2]) / depth
        window[ys, xs, 1] = (back[1, 0] * fx + back[1, 1] * fy + back[1, 2]) / depth
