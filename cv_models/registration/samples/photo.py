"""Photographs a flat sheet: paper in space over a table, a phone's camera, light, and what the phone makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples import cover, legible, optics, surfaces
from cv_models.registration.samples.camera import View
from cv_models.registration.samples.form import PX_PER_MM, Sheet
from cv_models.registration.samples.shot import Shot

__all__ = ["Photo", "Shot", "take"]
Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]
Image = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Photo:
    """The picture with its truth.

    Attributes:
        pixels: RGB.
        quality: JPEG quality to store it.
        outline: corners of the part of the sheet that lies open, in pixels.
        boxes: corners of the values that can be read (`legible`), in pixels, by code.
        to_photo: where points of the sheet (N x 2, mm) stand in the picture (N x 2, pixels; hidden ones too).
        panels: which panels lie open (from, to).
    """

    pixels: Pixels
    quality: int
    outline: Points
    boxes: dict[str, Points]
    to_photo: Callable[[Points], Points]
    panels: tuple[int, int] = (0, 3)


def take(sheet: Sheet, shot: Shot, rng: random.Random) -> Photo:
    """Photograph a sheet.

    Args:
        sheet: flat sheet with its printed lines in mm.
        shot: the exposure.
        rng: source of chance for placement, table, light direction and sensor noise.
    """
    view = View(shot, rng)
    camera = view.camera
    half = surfaces.TABLE_MM / 2
    corners = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]])
    top = surfaces.lid(rng) if shot.scan else surfaces.dressed_table(rng, shot.clutter, second=shot.second)
    size = top.shape[0]
    flat = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    to_photo = cv2.getPerspectiveTransform(flat, camera.project(corners).astype(np.float32))
    image: Image = cv2.warpPerspective(
        top, to_photo, (camera.width, camera.height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    outline = view.rim()
    cover.shadow(image, outline, shot.size, rng)
    if shot.panels != (0, 3):
        cover.behind(image, view, rng)
    lamp = np.array([rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), 1.0])
    _lay(image, sheet, view, lamp)
    if shot.sleeve:
        cover.sleeve(image, outline, rng, shot.sleeve)
    if shot.thumb:
        cover.fingers(image, outline, rng, shot.thumbs)
    image = optics.light(image, shot, rng)
    image = view.lens.apply(image, shot.aberration)
    pixels = optics.store(optics.expose(image, shot, rng), shot, view, rng)
    first, last = view.span
    shown = [line for line in sheet.lines if line.quad[:, 0].min() >= first - 1 and line.quad[:, 0].max() <= last + 1]
    fine = legible.readable(pixels, sheet.ink, shown, view.to_photo)
    quads = {code: quad for code, quad in sheet.quads.items() if code in fine}
    return Photo(
        np.ascontiguousarray(pixels),
        shot.quality,
        view.to_photo(np.array([[first, 0], [last, 0], [last, SHEET_HEIGHT], [first, SHEET_HEIGHT]], float)),
        {code: view.to_photo(quad) for code, quad in quads.items()},
        view.to_photo,
        shot.panels,
    )


def _lay(image: Image, sheet: Sheet, view: View, lamp: Points) -> None:
    """Lay the bent sheet into the picture."""
    maps, (x0, y0) = view.sheet_maps()
    first, last = view.span
    middle = view.pinhole(np.array([[first, SHEET_HEIGHT / 2], [last, SHEET_HEIGHT / 2]]))
    scale = float(np.linalg.norm(middle[1] - middle[0])) / (last - first)
    layers: Image = np.dstack([sheet.pixels, sheet.paper])
    if first > 0:
        layers[:, : round(first * PX_PER_MM), 3] = 0
    if last < SHEET_WIDTH:
        layers[:, round(last * PX_PER_MM) :, 3] = 0
    ratio = scale / PX_PER_MM
    if ratio < 0.8:
        layers = cv2.resize(layers, None, fx=ratio * 1.15, fy=ratio * 1.15, interpolation=cv2.INTER_AREA)
    per_mm = layers.shape[1] / SHEET_WIDTH
    column = maps[:, :, 0]
    source_x, source_y = (
        column * np.float32(per_mm) - np.float32(0.5),
        maps[:, :, 1] * np.float32(per_mm) - np.float32(0.5),
    )
    colours = cv2.remap(layers[:, :, :3], source_x, source_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    paper = cv2.remap(
        layers[:, :, 3], source_x, source_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
    )
    table = view.surface.shade(np.arange(0, SHEET_WIDTH, 0.5), lamp).astype(np.float32)
    index = np.clip(column * 2, 0, len(table) - 1).astype(np.int16)
    shade = table[index] * np.float32(1 / 255)
    part = image[y0 : y0 + maps.shape[0], x0 : x0 + maps.shape[1]]
    alpha = paper.astype(np.float32)[:, :, None] * np.float32(1 / 255)
    part += alpha * (colours.astype(np.float32) * shade[:, :, None] - part)
