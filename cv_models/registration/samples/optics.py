"""Light, lens and phone software: from the scene as it is to the picture as it is stored."""

from __future__ import annotations

import math
import random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.samples.camera import Frame, View
from cv_models.registration.samples.shot import Shot

Image = NDArray[Any]
_STEP = 8


def light(image: Image, shot: Shot, rng: random.Random) -> Image:
    """Lamp, shadows, colour cast and exposure."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height:_STEP, 0:width:_STEP].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    angle = rng.uniform(0, 2 * math.pi)
    lamp = 1 - shot.gradient * (0.5 + (x * math.cos(angle) + y * math.sin(angle)))
    lamp *= 1 - shot.vignette * (x * x + y * y)
    if shot.shadow:
        centre = np.array([rng.uniform(0, lamp.shape[1]), rng.uniform(0.4, 1.1) * lamp.shape[0]])
        reach = lamp.shape[1] * rng.uniform(0.2, 0.5)
        shape = [
            centre + reach * np.array([math.cos(a), math.sin(a) * 1.4]) * rng.uniform(0.6, 1.2)
            for a in np.linspace(0, 2 * math.pi, 9)[:-1]
        ]
        lamp *= 1 - shot.shadow * _soft(lamp, [np.array(shape)], lamp.shape[1] * rng.uniform(0.01, 0.05))
    if shot.hand_shadow:
        lamp *= 1 - shot.hand_shadow * _soft(lamp, _hand(lamp, rng), lamp.shape[1] * rng.uniform(0.015, 0.05))
    if shot.flash:
        spot = np.exp(
            -(((x - rng.uniform(-0.15, 0.15)) ** 2 + (y - rng.uniform(-0.15, 0.15)) ** 2) / rng.uniform(0.05, 0.15))
        )
        lamp *= 1 + shot.flash * (2.2 * spot - 0.35)
    tone = (
        np.array([1 + shot.warmth, 1.0, 1 - shot.warmth], np.float32) * np.array(shot.cast, np.float32) * shot.exposure
    )
    full = cv2.resize(lamp.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    image *= full[:, :, None]
    image *= tone
    if shot.glare:
        tall = rng.uniform(0.5, 1.6)
        spot = np.exp(
            -(((x - rng.uniform(-0.3, 0.3)) / 0.09) ** 2 + ((y - rng.uniform(-0.3, 0.3)) / (0.09 * tall)) ** 2)
        )
        image += shot.glare * cv2.resize(spot, (width, height))[:, :, None]
    if shot.hdr:
        image = _local_contrast(image, shot.hdr)
    return image


def _soft(lamp: Image, shapes: list[Image], blur: float) -> Image:
    mask = np.zeros(lamp.shape, np.float32)
    for shape in shapes:
        cv2.fillPoly(mask, [shape.astype(np.int32)], 1.0)
    return cv2.GaussianBlur(mask, (0, 0), max(0.5, blur))


def _hand(lamp: Image, rng: random.Random) -> list[Image]:
    """Shadow of a hand with a phone: a slab and four fingers from one side."""
    height, width = lamp.shape
    unit = width * rng.uniform(0.05, 0.09)
    turn, at = (
        rng.uniform(-0.7, 0.7) + rng.choice([0, math.pi]),
        np.array([rng.uniform(0.2, 0.8) * width, rng.uniform(0.55, 1.0) * height]),
    )
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    shapes = [
        np.array(
            [at + along * a * unit + across * b * unit for a, b in ((-1.6, -3.2), (1.6, -3.2), (1.6, 3.2), (-1.6, 3.2))]
        )
    ]
    for index in range(4):
        base = at + along * 1.4 * unit + across * (index * 1.1 - 1.6) * unit
        tip = base + along * rng.uniform(1.2, 2.2) * unit
        shapes.append(
            np.array(
                [
                    base - across * 0.4 * unit,
                    tip - across * 0.3 * unit,
                    tip + across * 0.3 * unit,
                    base + across * 0.4 * unit,
                ]
            )
        )
    return shapes


def _local_contrast(image: Image, amount: float) -> Image:
    small = cv2.resize(image, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA).max(axis=2)
    broad = cv2.GaussianBlur(small, (0, 0), max(3.0, max(small.shape) * 0.06)).clip(0.03, 2.0)
    gain = (0.55 / broad) ** (0.55 * amount)
    image *= cv2.resize(gain.astype(np.float32), (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)[
        :, :, None
    ]
    return image


def expose(image: Image, shot: Shot, rng: random.Random) -> Image:
    """Focus, motion, sensor noise and what the phone's software makes of them; uint8."""
    scale = shot.size / 2000
    image = _blur(image, shot, scale, rng)
    height, width = image.shape[:2]
    cv2.setRNGSeed(rng.randrange(1, 2**31 - 1))
    grain: Image = np.empty((height, width, 3), np.float32)
    cv2.randn(grain, np.zeros(3), np.ones(3))
    # Most of the noise is common to all colours, as after the phone's own colour interpolation.
    mix = np.array([[1.35, 0, 0], [0.75, 0.6, 0], [0.75, 0, 0.6]], np.float32)
    grain = cv2.transform(grain, mix)
    grain *= (np.sqrt(np.clip(image[:, :, 1], 0, 1)) * np.float32(0.6 * shot.noise) + np.float32(0.6 * shot.noise))[
        :, :, None
    ]
    grain += image
    out: Image = cv2.multiply(grain, np.full(3, 255.0), dtype=cv2.CV_8U)
    if shot.denoise:
        out = _smear(out, shot.denoise, scale)
    elif shot.noise > 0.004:
        out = cv2.GaussianBlur(out, (0, 0), 0.7)
    if shot.halo:
        reach = rng.uniform(1.0, 1.8) * max(0.8, scale)
        soft = cv2.GaussianBlur(out, (0, 0), reach)
        out = cv2.addWeighted(out, 1 + shot.halo * 0.6, soft, -shot.halo * 0.6, 0)
    return out


def _blur(image: Image, shot: Shot, scale: float, rng: random.Random) -> Image:
    height, width = image.shape[:2]
    if shot.motion * scale > 0.6:
        image = _streak(image, shot.motion * scale, rng.uniform(0, 180))
    focus = shot.defocus * scale
    if focus > 0.15:
        image = cv2.GaussianBlur(image, (0, 0), focus)
    if shot.focus_tilt or shot.rolling:
        far = image
        if shot.focus_tilt:
            far = cv2.GaussianBlur(far, (0, 0), max(0.2, shot.focus_tilt * 1.6 * scale))
        if shot.rolling:
            far = _streak(far, max(1.0, shot.rolling * scale), rng.choice([0, 0, 90, 30]))
        upright = shot.rolling > 0 or rng.random() < 0.5
        ramp = np.linspace(
            rng.uniform(-0.6, 0.1), rng.uniform(0.9, 1.2), height if upright else width, dtype=np.float32
        ).clip(0, 1)
        if rng.random() < 0.5:
            ramp = ramp[::-1].copy()
        weight = ramp[:, None, None] if upright else ramp[None, :, None]
        image = image + (far - image) * weight
    return image


def _smear(image: Image, amount: float, scale: float) -> Image:
    """A phone's noise reduction: flat patches smear, edges stay, fine texture goes."""
    size = 5 if scale < 1.4 else 7
    smooth = cv2.bilateralFilter(image, size, 18 + 40 * amount, 1.2 * max(1.0, scale))
    if amount > 0.7:
        smooth = cv2.medianBlur(smooth, 3)
    return cv2.addWeighted(smooth, min(1.0, 0.5 + amount * 0.5), image, 1 - min(1.0, 0.5 + amount * 0.5), 0)


def _streak(image: Image, length: float, angle: float) -> Image:
    size = max(3, int(length) * 2 + 1)
    kernel = np.zeros((size, size), np.float32)
    c = size // 2
    dx, dy = math.cos(math.radians(angle)) * length / 2, math.sin(math.radians(angle)) * length / 2
    start, end = ((round((c - s * dx) * 16), round((c - s * dy) * 16)) for s in (1, -1))
    cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_AA, 4)
    return cv2.filter2D(image, -1, kernel / max(float(kernel.sum()), 1e-6))


def store(image: Image, shot: Shot, view: View, rng: random.Random) -> Image:
    """What a messenger or a screenshot makes of the camera's picture; `view.frame` is set to it."""
    height, width = image.shape[:2]
    if shot.messenger and shot.messenger < max(height, width):
        factor = shot.messenger / max(height, width)
        image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        image = _jpeg(image, rng.randrange(55, 82))
        view.frame = Frame(scale=image.shape[1] / width)
    if shot.screenshot:
        height, width = image.shape[:2]
        wide = min(width, rng.choice([1080, 1170, 1440]) if width < height else rng.choice([1400, 1600, 2340]))
        factor = wide / width
        image = cv2.resize(image, (wide, round(height * factor)), interpolation=cv2.INTER_AREA)
        above, below = (int(wide * rng.uniform(0.06, 0.3)) for _ in range(2))
        dark = rng.random() < 0.6
        canvas = np.full((image.shape[0] + above + below, wide, 3), 8 if dark else 250, np.uint8)
        canvas[above : above + image.shape[0]] = image
        pen = (225, 225, 225) if dark else (40, 40, 40)
        size = wide / 1300
        cv2.putText(
            canvas,
            f"{rng.randrange(24):02d}:{rng.randrange(60):02d}",
            (int(wide * 0.04), int(wide * 0.045)),
            0,
            size,
            pen,
            2,
            cv2.LINE_AA,
        )
        cv2.putText(canvas, rng.choice(["IMG_2044.JPG", "Galerie", "Heute", "WhatsApp Bilder"]), (int(wide * 0.3), int(wide * 0.045)), 0, size, pen, 2, cv2.LINE_AA)  # fmt: skip
        for index in range(4):
            at = (int(wide * (0.14 + 0.24 * index)), canvas.shape[0] - below // 2)
            cv2.circle(canvas, at, int(wide * 0.018), pen, 3, cv2.LINE_AA)
        image = canvas
        view.frame = Frame(view.frame.scale * factor, 0.0, float(above))
    return image


def _jpeg(image: Image, quality: int) -> Image:
    done, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("no JPEG")
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if back is None:
        raise RuntimeError("no JPEG")
    return np.ascontiguousarray(back[:, :, ::-1])
