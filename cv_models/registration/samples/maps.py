"""Scenes that teach the map of the sheet: small photos of papers on tables, made in a hundredth of a second, with the truth of
every eighth pixel: what it shows and which point of the form stands there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.grid import apply
from cv_models.registration.layout import PANELS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.maps_forms import PX_PER_MM
from cv_models.registration.samples.maps_light import Picture, expose, occlude, reduced, reduction
from cv_models.registration.samples.maps_pool import TABLE_SIZE, Pixels, Pool

Floats = NDArray[np.float32]
Points = NDArray[np.float64]
Chance = np.random.Generator

STRIDE: Final = 8
# What a pixel shows: the table, the panels from the left, the back of such a document, any other printed thing.
GROUND, LEFT, MIDDLE, RIGHT, BACK, OTHER = range(6)
_EDGES = [edge[0] for edge in PANELS.values()] + [SHEET_WIDTH]


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture with its truth.

    Attributes:
        pixels: H x W x 3, RGB.
        kind: H/8 x W/8, what the middle of the pixels (8 row + 3.5, 8 column + 3.5) shows (`GROUND` to `OTHER`).
        mm: H/8 x W/8 x 2, which point of the grid of values stands there; only of meaning on panels.
    """

    pixels: Pixels
    kind: NDArray[np.uint8]
    mm: Floats


@dataclass(frozen=True)
class View:
    """How a scene is seen: rotation, distance, scale to pixels (2 x 2) and shift."""

    rotation: Points
    distance: float
    zoom: Points
    shift: Points

    def project(self, points: Points) -> Points:
        """Pixels of points in space (N x 3, mm around the middle of the sheet)."""
        turned = points @ self.rotation.T
        depth = np.maximum(self.distance - turned[:, 2], 0.15 * self.distance)
        return np.asarray(turned[:, :2] / depth[:, None] @ self.zoom.T + self.shift)


def folded(mm: Points, angles: tuple[float, float]) -> Points:
    """Points of the sheet in space when the outer panels stand at angles (radians) to the middle one."""
    (_, first), (_, second) = PANELS["left"], PANELS["middle"]
    middle = (first + second) / 2
    x, z = mm[:, 0] - middle, np.zeros(len(mm))
    left, right = mm[:, 0] < first - 1e-6, mm[:, 0] > second + 1e-6
    for side, edge, angle in ((left, first, angles[0]), (right, second, angles[1])):
        away = mm[side, 0] - edge
        x[side] = edge - middle + away * math.cos(angle)
        z[side] = np.abs(away) * math.sin(angle)
    return np.column_stack([x, mm[:, 1] - SHEET_HEIGHT / 2, z])


def draw_view(rng: Chance, width: int, height: int, shown: Points, closer: bool, quarter: int) -> View:
    """A camera by chance that shows these points in space at a size between a quarter and 130 per cent of the picture.

    Args:
        rng: source of chance.
        width: of the picture.
        height: of the picture.
        shown: points in space.
        closer: for the second look, which has the sheet upright and filling the picture.
        quarter: by how many quarters of a circle the picture is turned, besides less than half a quarter by chance.
    """
    if closer:
        spin, tilt = rng.normal(0, 3.5), abs(rng.normal(0, 8))
        fill = rng.uniform(0.72, 1.1)
    else:
        spin = 90 * quarter + (rng.uniform(-50, 50) if rng.random() < 0.35 and not quarter else rng.normal(0, 10))
        tilt = min(48.0, abs(rng.normal(0, 19)))
        fill = rng.choice(
            [rng.uniform(0.55, 0.98), rng.uniform(0.28, 0.55), rng.uniform(0.98, 1.3)], p=[0.7, 0.18, 0.12]
        )
    a, t, d = math.radians(spin), math.radians(tilt), rng.uniform(0, 2 * math.pi)
    turn = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    axis = np.array([math.cos(d), math.sin(d), 0.0])
    cross = np.array([[0, 0, axis[1]], [0, 0, -axis[0]], [-axis[1], axis[0], 0]])
    lean = np.eye(3) + math.sin(t) * cross + (1 - math.cos(t)) * cross @ cross
    rough = View(lean @ turn, rng.uniform(260, 900), np.eye(2), np.zeros(2))
    if closer:
        # As the first look leaves it: turned upright, but somewhat stretched and sheared.
        rough = View(rough.rotation, rough.distance, np.eye(2) + rng.normal(0, 0.06, (2, 2)), rough.shift)
    at = rough.project(shown)
    low, high = at.min(0), at.max(0)
    frame = np.array([width, height], np.float64)
    fits = fill * frame / np.maximum(high - low, 1e-9)
    uneven = closer and rng.random() < 0.6 and float(fits.max() / fits.min()) < 1.35
    zoom = np.diag(fits) if uneven else np.eye(2) * float(fits.min())
    size = zoom @ (high - low)
    slack = np.abs(frame - size) / 2 * (0.8 if closer else 1.05) + (0.04 * frame if closer else 0.0)
    shift = frame / 2 - zoom @ (low + high) / 2 + rng.uniform(-1, 1, 2) * slack
    return View(rough.rotation, rough.distance, zoom @ rough.zoom, shift)


def scene(rng: Chance, pool: Pool, width: int, height: int) -> Scene:
    """One scene: table, other papers, mostly a document, things lying over it, light, lens and sensor.

    Args:
        rng: source of chance.
        pool: papers and tables.
        width: of the picture in pixels, a multiple of 8.
        height: of the picture, likewise.
    """
    closer = bool(rng.random() < 0.55)
    quarter = int(rng.integers(1, 4)) if not closer and rng.random() < 0.12 else 0
    main = rng.choice(["sheet", "back", "none"], p=[0.84, 0.04, 0.12]) if not closer else "sheet"
    first, last = (0, 3)
    if rng.random() < 0.2:
        first, last = [(0, 2), (1, 3), (0, 1), (1, 2), (2, 3)][rng.choice(5, p=[0.3, 0.3, 0.14, 0.13, 0.13])]
    spread = rng.choice([1.0, 6.0, 16.0, 32.0], p=[0.3, 0.3, 0.3, 0.1])
    angles = (math.radians(rng.normal(0, spread)), math.radians(rng.normal(0, spread)))
    rim = np.array([[x, y] for x in _EDGES[first : last + 1] for y in (0.0, SHEET_HEIGHT)])
    view = draw_view(rng, width, height, folded(rim, angles), closer, quarter)
    picture = Picture(_table(rng, pool, width, height), *_rays(rng, width, height))
    if rng.random() < (0.25 if closer else 0.6):
        for _ in range(int(rng.integers(1, 5))):
            _lay_other(picture, rng, pool, view, spread=260.0)
    if main == "sheet":
        if rng.random() < 0.03:
            _lay_sheet(picture, rng, pool, _beside(rng, view), (0, 3), (0.0, 0.0))
        _lay_sheet(picture, rng, pool, view, (first, last), angles)
        if rng.random() < 0.13:
            _lay_other(picture, rng, pool, view, spread=130.0)
    elif main == "back":
        paper = pool.backs[int(rng.integers(len(pool.backs)))]
        corners = np.array([[0, 0], [SHEET_WIDTH, 0], [SHEET_WIDTH, SHEET_HEIGHT], [0, SHEET_HEIGHT]])
        matrix = _homography(corners * PX_PER_MM, view.project(folded(corners, (0.0, 0.0))))
        picture.lay(paper, _style(rng, paper, 1.0), matrix, BACK, shadow=float(rng.uniform(0, 0.5)))
    elif rng.random() < 0.75:
        _lay_other(picture, rng, pool, view, spread=30.0)
    occlude(picture, rng)
    pixels = expose(picture.pixels, rng, gentle=closer)
    made = Scene(pixels, *_truth(picture))
    return wrong_way(made) if quarter else made


def wrong_way(one: Scene) -> Scene:
    """A scene whose documents do not stand upright: the map is asked four times and must own to one way only."""
    return Scene(
        one.pixels, np.where((one.kind >= LEFT) & (one.kind <= RIGHT), OTHER, one.kind).astype(np.uint8), one.mm
    )


def _truth(picture: Picture) -> tuple[NDArray[np.uint8], Floats]:
    """Kinds and points in the middle of each eight by eight pixels (between four of them)."""
    half = STRIDE // 2
    kind = picture.kind[half::STRIDE, half::STRIDE].copy()
    mm = picture.mm[half::STRIDE, half::STRIDE].copy()
    around = [(half - 1, half - 1), (half - 1, half), (half, half - 1)]
    same = np.all([picture.kind[r::STRIDE, c::STRIDE] == kind for r, c in around], axis=0)
    mean = (mm + sum(picture.mm[r::STRIDE, c::STRIDE] for r, c in around)) / 4
    mm[same] = mean[same]
    return kind, cast("Floats", mm.astype(np.float32))


def _rays(rng: Chance, width: int, height: int) -> tuple[Floats, Floats]:
    """Where each pixel looks: itself, moved by the lens and by soft waves (bent paper)."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    u, v = (x - width / 2) / max(width, height), (y - height / 2) / max(width, height)
    bulge = float(rng.normal(0, 0.06)) * (u * u + v * v) * max(width, height)
    dx, dy = u * bulge, v * bulge
    if rng.random() < 0.6:
        reach = float(rng.uniform(0, 0.008)) * max(width, height)
        for _ in range(2):
            a, b, c = (float(v) for v in rng.uniform([-9, -9, 0], [9, 9, 6.28]))
            wave = np.sin(a * u + b * v + c)
            dx = dx + wave * np.float32(reach * rng.normal())
            dy = dy + wave * np.float32(reach * rng.normal())
    return cast("Floats", (x + dx).astype(np.float32)), cast("Floats", (y + dy).astype(np.float32))


def _table(rng: Chance, pool: Pool, width: int, height: int) -> Floats:
    """A piece of table top of any size and direction, or a plain ground as a scanner's."""
    if rng.random() < 0.14:
        tone = rng.choice([255, 245, 230, 200, 20, 5]) + rng.normal(0, 3, 3)
        return np.broadcast_to(tone.clip(0, 255).astype(np.float32), (height, width, 3)).copy()
    top = pool.tables[int(rng.integers(len(pool.tables)))]
    zoom = math.exp(rng.uniform(-0.5, 1.1))
    turned = cv2.getRotationMatrix2D((TABLE_SIZE / 2, TABLE_SIZE / 2), rng.uniform(0, 360), zoom)
    matrix: Points = np.asarray(turned, np.float64)
    matrix[:, 2] += (np.array([width, height]) - TABLE_SIZE) / 2 + rng.uniform(-80, 80, 2)
    piece = cv2.warpAffine(top, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    tint = rng.uniform(0.55, 1.3, 3) if rng.random() < 0.5 else np.full(3, rng.uniform(0.5, 1.2))
    return np.clip(piece.astype(np.float32) * tint.astype(np.float32), 0, 255)


def _homography(source: Points, target: Points) -> Points:
    return np.asarray(cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32)), np.float64)


def _style(rng: Chance, paper: Pixels, strength: float) -> Points:
    """Other colours for a paper, 3 x 4: channels mixed, contrast and tone moved; sometimes grey, as copies are."""
    linear, shift = np.eye(3), np.zeros(3)
    if rng.random() < 0.7:
        linear = linear + rng.normal(0, 0.13 * strength, (3, 3))
        linear /= linear.sum(1, keepdims=True)
    if rng.random() < 0.15:
        linear = np.full((3, 3), 1 / 3) @ linear
    if rng.random() < 0.5:
        contrast, middle = rng.uniform(0.45, 1.25), float(np.median(paper[::16, ::16]))
        linear, shift = linear * contrast, shift + middle * (1 - contrast)
    gain = np.clip(rng.normal(1, 0.05 * strength, 3), 0.7, 1.2) * rng.uniform(0.8, 1.05)
    return np.column_stack([linear, shift]) * gain[:, None]


def _lay_sheet(
    picture: Picture, rng: Chance, pool: Pool, view: View, span: tuple[int, int], angles: tuple[float, float]
) -> None:
    number = int(rng.integers(len(pool.sheets)))
    style = _style(rng, pool.sheets[number], 1.0)
    bend = rng.normal(0, rng.choice([0.2, 0.8, 1.6]), (2, 3))
    shadow, glow = float(rng.uniform(0, 0.5)), rng.normal(1, 0.06, 3)
    panels: list[tuple[int, Points]] = []
    for panel in sorted(range(span[0], span[1]), key=lambda panel: panel == 1):
        left, right = _EDGES[panel], _EDGES[panel + 1]
        corners = np.array([[left, 0.0], [right, 0.0], [right, SHEET_HEIGHT], [left, SHEET_HEIGHT]])
        panels.append((panel, _homography(corners, view.project(folded(corners, angles)))))
    ratio = max(reduction(matrix, _EDGES[panel] + 30, 52.0) for panel, matrix in panels) / PX_PER_MM
    paper, factor = reduced(pool.sheets[number], style, ratio)
    for panel, matrix in panels:
        span_mm = (_EDGES[panel], _EDGES[panel + 1])
        picture.lay_panel(
            paper * np.float32(glow[panel]),
            PX_PER_MM * factor,
            matrix,
            panel,
            span_mm,
            bend,
            pool.offsets[number],
            shadow,
        )


def _beside(rng: Chance, view: View) -> View:
    """The same camera with the thing moved aside."""
    turn = rng.uniform(0, 360)
    away = 190 / view.distance * view.zoom @ np.array([math.cos(turn), math.sin(turn)])
    return View(view.rotation, view.distance, view.zoom, view.shift + away)


def _lay_other(picture: Picture, rng: Chance, pool: Pool, view: View, *, spread: float) -> None:
    """Another printed thing somewhere on the table, now and then the back of a document."""
    is_back = rng.random() < 0.04
    group = pool.backs if is_back else pool.others
    paper = group[int(rng.integers(len(group)))]
    height, width = paper.shape[0] / PX_PER_MM, paper.shape[1] / PX_PER_MM
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    turn = rng.uniform(0, 2 * math.pi)
    spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    flat = (corners - [width / 2, height / 2]) @ spin.T * rng.uniform(0.7, 1.2) + rng.uniform(-spread, spread, 2)
    at = view.project(np.column_stack([flat, np.full(4, -2.0)]))
    matrix = _homography(corners * PX_PER_MM, at)
    if np.isfinite(apply(matrix, np.zeros((1, 2)))).all():
        picture.lay(
            paper, _style(rng, paper, 0.6), matrix, BACK if is_back else OTHER, shadow=float(rng.uniform(0, 0.5))
        )
