"""Paint images of damages: R clear-coat scuff, G primer, B bare material, A foreign paint.

For glass only R is used (white crack lines). A decal is projected in a local frame
(origin, t1, t2, width, height in metres) of the undeformed body.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Frame = tuple[Array, Array, Array, float, float]


@dataclass(frozen=True)
class Decal:
    """One image and the parts it is laid on."""

    parts: tuple[str, ...]
    image: Array
    frame: Frame


class Sheet:
    """Four float layers with strokes given in metres."""

    def __init__(self, cv2: Any, width: float, height: float, pitch: float = .0004) -> None:
        self.cv2, self.w, self.h = cv2, width, height
        self.px = min(2048, int(width / pitch))
        self.py = max(64, int(self.px * height / width))
        self.m = self.px / width
        self.scuff, self.primer, self.bare, self.foreign = (np.zeros((self.py, self.px), np.float32) for _ in range(4))

    def stroke(self, layer: Array, pts: Array, thick: float, val: float) -> None:
        """Polyline in pixels, thickness in metres, drawn as maximum."""
        tmp = np.zeros((self.py, self.px), np.uint8)
        self.cv2.polylines(tmp, [np.round(pts * 16).astype(np.int32)], False, 255, max(1, round(thick * self.m)), self.cv2.LINE_AA, 4)
        np.maximum(layer, tmp.astype(np.float32) * (val / 255.0), out=layer)

    def noise(self, r: np.random.Generator, cell_y: float, cell_x: float, smooth: bool = True) -> Array:
        """Random field 0..1 with cells of the given size in metres."""
        n = (max(2, int(self.h / cell_y)), max(2, int(self.w / cell_x)))
        return self.cv2.resize(r.random(n).astype(np.float32), (self.px, self.py), interpolation=self.cv2.INTER_CUBIC if smooth else self.cv2.INTER_LINEAR)

    def image(self) -> Array:
        return np.stack([self.scuff, self.primer, self.bare, self.foreign], -1)


def make(d: Any, cv2: Any) -> None:
    """Fill `d.decals` and `d.alpha` (damaged area of the first decal)."""
    r = d.rng()
    grow = 31
    if d.kind == "crack":
        sh = _crack(d, cv2, r)
    elif d.kind in ("scratch", "dent"):
        if d.kind == "dent" and not d.s.get("scuff", d.sev > .35):
            return
        sh = _scratches(d, cv2, r)
    elif d.kind in ("glass_crack", "broken_lamp"):
        sh, grow = _star(d, cv2, r), 61
    elif d.kind == "broken_glass":
        sh = _crazed(d, cv2, r)
    elif d.kind == "front_crash":
        _crash(d, cv2, r)
        return
    else:
        return
    img = sh.image()
    d.decals.append(Decal((d.part,), img, (d.o, d.t1, d.t2, sh.w, sh.h)))
    hit = (img.max(-1) > .22).astype(np.uint8)
    d.alpha = cv2.morphologyEx(cv2.dilate(hit, np.ones((9, 9), np.uint8)), cv2.MORPH_CLOSE, np.ones((grow, grow), np.uint8)) > 0


def _crack(d: Any, cv2: Any, r: np.random.Generator) -> Sheet:
    side = max(d.size[1] * 1.3, .2)
    sh = Sheet(cv2, side, side)
    vv = np.linspace(-.5, .5, 120)
    a, b = np.interp((vv + .5) * 63, np.arange(64), d.jag * d.size[1] / .3), vv * d.size[1]
    ang = np.radians(d.s.get("direction_deg", 12))
    pts = np.stack([(a * np.cos(ang) + b * np.sin(ang)) * sh.m + sh.px / 2, (-a * np.sin(ang) + b * np.cos(ang)) * sh.m + sh.py / 2], 1)
    for j in range(119):                       # chipped lacquer: irregular, not a halo
        if r.random() < .75:
            sh.stroke(sh.scuff, pts[j:j + 2] + r.normal(0, 3, 2), (.002 + .008 * d.sev) * r.random(), r.uniform(.2, .7))
        if r.random() < .55:
            sh.stroke(sh.primer, pts[j:j + 2] + r.normal(0, 4, 2), (.001 + .009 * d.sev) * r.random() ** 2, r.uniform(.5, 1))
    sh.stroke(sh.bare, pts, .003 * d.sev + .001, 1)
    _strokes(d, sh, r, int(14 * d.sev), ang)
    return sh


def _strokes(d: Any, sh: Sheet, r: np.random.Generator, n: int, base: float, spread: float = .17) -> None:
    sev = d.sev
    for _ in range(n):
        ln = sh.w * r.beta(2, 1.6) * .8 * sh.m
        c = np.array([r.normal(sh.px * .5, sh.px * .13), r.normal(sh.py * .5, sh.py * spread)])
        a = base + r.normal(0, .045)
        k = np.linspace(-.5, .5, 40)
        bend = r.normal(0, .06) * ln * (k ** 2) + np.cumsum(r.normal(0, .10, 40))
        pts = c + np.stack([np.cos(a) * k * ln - np.sin(a) * bend, np.sin(a) * k * ln + np.cos(a) * bend], 1)
        th = .0003 + .0013 * sev * r.random() ** 3
        val = r.uniform(.25, .9) * r.random() ** .4
        for j in range(0, 39, 3):                 # tapered, broken intensity
            tap = np.sin((j + 1.5) / 40 * np.pi) ** .7 * r.uniform(.55, 1.1)
            sh.stroke(sh.scuff, pts[j:j + 4], th * 2.0 * (.5 + tap), min(1, val * tap))
        if r.random() < .25 + .45 * sev:
            j0, j1 = sorted(r.integers(2, 38, 2))
            for j in range(j0, j1, 2):
                sh.stroke(sh.primer, pts[j:j + 3], th * r.uniform(.7, 1.7), r.uniform(.5, 1))
            if r.random() < sev * .7:
                sh.stroke(sh.bare, pts[j0 + 1:(j0 + j1) // 2 + 3], th * .7, 1)


def _scratches(d: Any, cv2: Any, r: np.random.Generator) -> Sheet:
    """Bundle of strokes over a rubbed zone; severe ones with primer, bare metal and foreign paint."""
    sev, scratch = d.sev, d.kind == "scratch"
    sh = Sheet(cv2, d.size[0] * 1.15, d.size[1] * 1.5)
    base = np.radians(d.s.get("direction_deg", 4))
    _strokes(d, sh, r, int(14 + (70 if scratch else 34) * sev), base)
    st = cv2.resize(r.random((max(8, int(sh.h / .0006)), 20)).astype(np.float32), (sh.px, sh.py), interpolation=cv2.INTER_CUBIC)
    rot = cv2.getRotationMatrix2D((sh.px / 2, sh.py / 2), -np.degrees(base), 1)
    st = cv2.warpAffine(st, rot, (sh.px, sh.py), borderMode=cv2.BORDER_REFLECT)
    yy, xx = np.mgrid[0:sh.py, 0:sh.px].astype(np.float32)
    en = np.exp(-((xx / sh.px - .5) / .26) ** 4 - ((yy / sh.py - .5) / ((.12 if scratch else .05) + .12 * sev)) ** 2)
    blot = cv2.resize(r.random((6, 14)).astype(np.float32), (sh.px, sh.py), interpolation=cv2.INTER_CUBIC)
    rub = float(d.s.get("rub", 1.0))
    sh.scuff = np.maximum(sh.scuff, np.clip((st * en * (.5 + blot) - .38) * 2.6 * rub, 0, .9) * (.4 + .6 * sev))
    sh.primer = np.maximum(sh.primer, np.clip((st * en * blot * 1.5 - .80 + .25 * sev * rub) * 6, 0, 1) * sev)
    if d.s.get("paint_transfer", sev > .4):
        sh.foreign = np.clip((st * en * (1.4 * blot) - .66) * 3, 0, .6)
    br = cv2.resize(r.random((sh.py // 6 + 2, sh.px // 10 + 2)).astype(np.float32), (sh.px, sh.py), interpolation=cv2.INTER_LINEAR)
    sh.primer *= np.clip(br * 2.2 - .1, 0, 1)
    return sh


def _star(d: Any, cv2: Any, r: np.random.Generator) -> Sheet:
    """Laminated glass: crushed centre, radial cracks that branch, rings around the impact."""
    sh = Sheet(cv2, *((.62, .46) if d.kind == "broken_lamp" else d.size), .00065)
    hits = [np.array([sh.px / 2, sh.py / 2])] + [np.array([sh.px, sh.py]) * r.uniform(.35, .65, 2) for _ in range(int(d.s.get("hits", 1)) - 1)]
    for c in hits:
        def walk(p: Array, a: float, ln: float, th: float, depth: int) -> None:
            pts = [p]
            while ln > 0:
                a += r.normal(0, .10)
                step = r.uniform(10, 34)
                p = p + np.array([np.cos(a), np.sin(a)]) * step
                ln -= step
                pts.append(p)
                if depth and r.random() < .07:
                    walk(p, a + r.choice([-1, 1]) * r.uniform(.35, .9), ln * r.uniform(.3, .7), th * .8, depth - 1)
            for j in range(len(pts) - 1):
                sh.stroke(sh.scuff, np.array(pts[j:j + 2]), th * r.uniform(.5, 1.4), r.uniform(.55, 1))
        n = int(9 + 9 * d.sev)
        for i in range(n):
            walk(c, i * 2 * np.pi / n + r.normal(0, .15), sh.px * r.uniform(.12, .5) * (.5 + d.sev * .7), .0013, 2)
        for k in range(int(3 + 5 * d.sev)):
            rad = (18 + 22 * k + r.uniform(-6, 6)) * (.8 + d.sev * .6)
            for _ in range(4):
                a0 = r.uniform(0, 6.3)
                t = np.linspace(a0, a0 + r.uniform(.4, 1.3), 10)
                sh.stroke(sh.scuff, c + rad * np.stack([np.cos(t), np.sin(t)], 1), .0010, r.uniform(.4, .9))
        yy, xx = np.mgrid[0:sh.py, 0:sh.px].astype(np.float32)
        rr = np.hypot(xx - c[0], yy - c[1]) / (30 + 44 * d.sev)
        sh.scuff = np.maximum(sh.scuff, np.clip(1.1 - rr, 0, 1) * sh.noise(r, .004, .004) * 1.2)
    sh.scuff = np.clip(sh.scuff, 0, 1)
    return sh


def _crazed(d: Any, cv2: Any, r: np.random.Generator) -> Sheet:
    """Tempered glass: a fine net of cells over the whole pane, denser at the hole."""
    sh = Sheet(cv2, d.size[0] * 1.25, d.size[1] * 1.6, .0006)
    n = int(sh.w * sh.h / .0085 ** 2)
    seed = np.full((sh.py, sh.px), 255, np.uint8)
    seed[r.integers(0, sh.py, n), r.integers(0, sh.px, n)] = 0
    lab = cv2.distanceTransformWithLabels(seed, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    edge = np.zeros((sh.py, sh.px), np.float32)
    edge[:, 1:] = lab[:, 1:] != lab[:, :-1]
    edge[1:] = np.maximum(edge[1:], lab[1:] != lab[:-1])
    val = r.uniform(.0, .30, int(lab.max()) + 1).astype(np.float32)[lab]
    sh.scuff = np.clip(np.maximum(cv2.GaussianBlur(edge, (0, 0), .6) * .62, val), 0, 1)
    return sh


def _crash(d: Any, cv2: Any, r: np.random.Generator) -> None:
    """Scraped and flaked paint over the front, one image from ahead and one from above."""
    L, y0 = d.body.p.lift, float(d.s.get("offset_y", -.35))
    ey, ez, ex = np.array([0, 1.0, 0]), np.array([0, 0, 1.0]), np.array([1.0, 0, 0])
    views = ((("front_bumper", "fender_left", "fender_right", "grille"), np.array([d.body.x_front, 0, .50 + L]), ey, ez, 1.9, .75, .02),
             (("bonnet",), np.array([d.body.x_front + .5, 0, .8 + L]), ey, ex, 1.7, 1.1, 1.5))
    for parts, o, t1, t2, w, h, base in views:
        sh = Sheet(cv2, w, h, .0010)
        yy, xx = np.mgrid[0:sh.py, 0:sh.px].astype(np.float32)
        zone = np.exp(-((xx / sh.m - w / 2 - y0) / (.28 + .22 * d.sev)) ** 2)
        if "bonnet" in parts:
            zone *= np.clip(1.15 - yy / sh.py * 1.6, 0, 1)
        for _ in range(int(120 * d.sev)):
            c = np.array([(w / 2 + y0 + r.normal(0, .25)) * sh.m, r.uniform(0, sh.py) * (.5 if "bonnet" in parts else 1)])
            ln, a = r.uniform(.02, .22) * sh.m, base + r.normal(0, .35)
            k = np.linspace(-.5, .5, 8)[:, None]
            pts = c + k * ln * np.array([np.cos(a), np.sin(a)]) + np.cumsum(r.normal(0, .6, (8, 2)), 0)
            sh.stroke(sh.scuff, pts, r.uniform(.001, .003), r.uniform(.3, .9))
            if r.random() < .5:
                sh.stroke(sh.primer, pts[2:6], r.uniform(.001, .004), r.uniform(.5, 1))
        rough = .55 * sh.noise(r, .035, .06) + .3 * sh.noise(r, .010, .012) + .15 * sh.noise(r, .004, .004)
        sh.scuff = np.maximum(sh.scuff, np.clip((rough * zone - .30) * 4, 0, .85))
        sh.primer = np.maximum(sh.primer, np.clip((rough * zone - .47) * 9, 0, 1))
        sh.bare = np.maximum(sh.bare, np.clip((rough * zone - .55) * 12, 0, 1))
        d.decals.append(Decal(parts, sh.image(), (o, t1, t2, w, h)))
