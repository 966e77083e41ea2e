"""Heavy front crash: sheet metal folded along sharp lines, torn and missing bumper plastic."""
from __future__ import annotations

from typing import Any

import numpy as np

from .surface import clip, sstep


def waves(p: np.ndarray, scale: float, rng: np.random.Generator, n: int = 7) -> np.ndarray:
    """Smooth pseudo-random field in about -1..1 (sum of random sines)."""
    out = np.zeros(len(p))
    for _ in range(n):
        d = rng.normal(size=3)
        d *= 2 * np.pi / scale * rng.uniform(.6, 1.5) / np.linalg.norm(d)
        out += np.sin(p @ d + rng.uniform(0, 6.3))
    return out / np.sqrt(n)


def folds(p: np.ndarray, scale: float, rng: np.random.Generator, n: int = 5, soft: float = .985) -> np.ndarray:
    """Faceted field in about -1..1: triangle waves give flat faces that meet in sharp creases."""
    out = np.zeros(len(p))
    warp = .12 * scale * np.stack([waves(p, scale * 2.2, rng, 3) for _ in range(3)], 1)
    for i in range(n):
        d = rng.normal(size=3)
        k = scale * (1.0, .75, .6, .45, .33)[i % 5]
        d *= 2 * np.pi / k / np.linalg.norm(d)
        out += (1.0, .7, .5, .3, .2)[i % 5] * np.arcsin(soft * np.sin((p + warp) @ d + rng.uniform(0, 6.3))) * 2 / np.pi
    return out / 1.5


def displace(dm: Any, p: np.ndarray, part: str) -> np.ndarray:
    """Offsets of rest points `p` (metres) of a part in a frontal collision `dm`."""
    if part.startswith("number_plate"):           # plates stay nearly flat
        return _plate(dm, p, part)
    r = dm.rng()
    x, y, z = p.T
    sev, y0 = dm.sev, float(dm.s.get("offset_y", -.35))
    xf, L = dm.body.x_front, dm.body.p.lift
    wy = np.exp(-((y - y0) / .62) ** 4) * .85 + .15
    u = np.clip((x - xf - .05) / .95, 0, 1)
    g = (1 - u) ** 2 * (1 + .6 * u)
    hz = .55 + .45 * np.exp(-((z - .62 - L) / .22) ** 2)
    f1, f2 = folds(p * [1, .7, .8], .52, r), folds(p, .34, r)
    f3 = folds(p, .20, r, 4)
    depth = .40 * sev * (1 + .12 * waves(p, .55, r, 5))
    d = np.zeros_like(p)
    amp = sev * np.clip(g * wy * 1.25, 0, 1)
    soft = .45 if part in ("front_bumper", "grille") else 1.0       # plastic springs back
    d[:, 0] = depth * wy * g * hz + amp * .055 * f2 * soft
    d[:, 2] = amp * soft * (.075 * f1 + .030 * f3)
    d[:, 1] = amp * soft * (.050 * f2 + .018 * f3)
    if part == "bonnet":
        line = x + .20 + .16 * (y - y0) + .05 * waves(p, .7, r, 3)
        tent = np.exp(-np.sqrt(line ** 2 + 4e-5) / .24)
        line2 = x - .06 - .22 * (y - y0)
        d[:, 2] += sev * (.24 * tent * (.30 + .70 * wy) - .05 * np.exp(-np.sqrt(line2 ** 2 + 3e-5) / .09) * wy)
        d[:, 2] += sev * .05 * np.exp(-np.abs(y - y0 - .22) / .07) * (1 - u)
        d[:, 2] += sev * .06 * sstep(.3, -.6, x)
    elif part.startswith("fender"):
        d[:, 1] += np.sign(y) * amp * (.11 * np.exp(-np.sqrt((x + .33) ** 2 + 3e-5) / .10) - .03)
        d[:, 2] += amp * .03
    elif part == "front_bumper":
        k = sstep(.2, -.9, (y - y0) * np.sign(y0 or 1) * -1) * sev
        d[:, 2] += -.10 * k - .06 * sev * np.exp(-((y - y0) / .25) ** 2)
        d[:, 0] += -.05 * k + .03 * sev * np.sin(y * 9)
    elif part.startswith("headlamp"):
        d += sev * wy[:, None] * np.array([.07, .0, -.045])
    elif part == "grille":
        d += sev * np.array([.07, .02, -.03]) + np.outer((y - y0) * sev, [.06, 0, .10])
    elif part == "body_inner":
        d[:, 0] += .09 * sev * (1 - u) * wy
    return d


def _plate(dm: Any, p: np.ndarray, part: str) -> np.ndarray:
    if part.endswith("rear"):
        return np.zeros_like(p)
    c = np.array([dm.body.x_front, 0, .475 + dm.body.p.lift])
    f = displace(dm, c + np.array([[0, 0, 0], [0, .2, 0], [0, -.2, 0]]), "front_bumper")
    dx: Any = 0
    for k in (-.07, 0, .07):                      # bends along the bumper, low-passed
        for h in (-.05, 0, .05):
            g = c + np.stack([0 * p[:, 1], p[:, 1] + k, 0 * p[:, 1] + h], 1)
            dx = dx + displace(dm, g, "front_bumper")[:, 0] / 9
    e = p - c
    d = f[0] + e[:, 1:2] * (f[1] - f[2]) / .4 * .8
    d[:, 0] = dx - .034 - .25 * e[:, 2] * dm.sev
    return d


def tear(dm: Any, m: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut jagged tears and a missing chunk into a bumper's columns `m` and triangles `t`."""
    r = dm.rng()
    sev, y0, L = dm.sev, float(dm.s.get("offset_y", -.35)), dm.body.p.lift
    side = -np.sign(y0 or 1)
    for dy, top, width, slope in ((.30, .62, .030, .35), (-.16, .50, .016, -.2), (.58, .46, .012, .3)):
        y, z = m[:, 7], m[:, 8] - L
        jag = .016 * folds(m[:, 6:9] * [0, .25, 1], .11, r, 4) + slope * (z - .45) * side
        s = np.abs(y - (y0 + side * dy) - jag) - width * sev * np.clip((top - z) / .25, 0, 1.3)
        m, t = clip(m, t, np.where(z < top, s, .05))
    y, z = m[:, 7], m[:, 8] - L
    q = np.hypot((y - y0 + .02) / (.10 + .13 * sev), (z - .33) / (.06 + .09 * sev)) + .35 * folds(m[:, 6:9], .12, r, 4)
    return clip(m, t, (q - 1) * .1)
