"""Houses, a supermarket front, garages and an underground car park, put together from boxes."""
from __future__ import annotations

from typing import Any

import numpy as np

from .details import text_mesh
from .grounds import masonry
from .materials import G, simple, thin_glass
from .primitives import Batch, box, mesh_object

Rng = np.random.Generator


class Stuff:
    """Materials that all buildings of a scene share."""

    def __init__(self) -> None:
        self.frame = simple("frame", color=(.62, .62, .60), rough=.45)
        self.frame_dark = simple("frame_dark", color=(.05, .052, .055), rough=.4)
        self.glass = thin_glass("pane", (.80, .86, .84), dust=.04)
        self.room = simple("room", color=(.10, .09, .08), rough=1.0)
        self.curtain = simple("curtain", color=(.55, .53, .48), rough=1.0)
        self.stone = simple("sillstone", color=(.34, .33, .31), rough=.8)
        self.zinc = simple("zinc", color=(.30, .31, .32), rough=.45, metal=.6)
        self.wood = simple("doorwood", color=(.10, .05, .025), rough=.5)
        self.plinth = masonry("plinth", "plaster")
        self.tiles = roof_tiles("tiles", (.16, .055, .035))
        self.tiles_dark = roof_tiles("tiles_dark", (.045, .043, .045))


def roof_tiles(name: str, col: tuple[float, float, float]) -> Any:
    """Roof tiles as a bump in rows along local x and z."""
    g = G(name)
    co = g.n("TexCoord").outputs["Object"]
    sp = g.n("SeparateXYZ")
    g.put(sp, 0, co)
    wave = g.math("ABSOLUTE", g.math("SINE", g.math("MULTIPLY", sp.outputs[0], 14.0)))
    row = g.math("FRACT", g.math("MULTIPLY", sp.outputs[2], 4.2))
    h = g.math("ADD", g.math("MULTIPLY", wave, .5), row)
    n = g.noise(co, 1.1, 6, .65)
    c = g.mix(g.rng(n, .35, .75, 0, .7), (*col, 1), tuple(x * .45 + .012 for x in col) + (1,))
    c = g.mix(g.rng(row, .12, 0, 0, .7), c, (.01, .01, .01, 1))
    return g.done(g.bsdf(color=c, rough=.75, spec=.3, normal=g.bump(h, 1.0, .02)).outputs[0])


def window(b: Batch, st: Stuff, x: float, z: float, w: float, h: float, rng: Rng, dark: bool = False) -> None:
    """Window in an opening of the facade y=0: frame, mullion, glass, sill, curtains, a dim room."""
    fr, d, t = st.frame_dark if dark else st.frame, .13, .065
    for lo, hi in (((x, d, z), (x + t, d + .06, z + h)), ((x + w - t, d, z), (x + w, d + .06, z + h)),
                   ((x, d, z), (x + w, d + .06, z + t)), ((x, d, z + h - t), (x + w, d + .06, z + h))):
        b.box(lo, hi, fr)
    if w > .95:
        b.box((x + w / 2 - .05, d - .01, z), (x + w / 2 + .05, d + .06, z + h), fr)
    b.box((x, d + .03, z), (x + w, d + .034, z + h), st.glass)
    b.box((x - .06, -.07, z - .05), (x + w + .06, d, z), st.stone)
    k = rng.random()
    if k < .35:                                   # curtains at both sides
        for a, e in ((x, x + w * rng.uniform(.16, .3)), (x + w * rng.uniform(.7, .84), x + w)):
            b.box((a, d + .12, z), (e, d + .14, z + h), st.curtain)
    elif k < .6:                                  # roller blind, part way down
        b.box((x, d - .02, z + h * rng.uniform(.3, .85)), (x + w, d + .01, z + h), st.curtain if rng.random() < .4 else st.frame)
    b.box((x - .3, .9, z - .3), (x + w + .3, .95, z + h + .3), st.room)


def facade(b: Batch, st: Stuff, width: float, floors: int, wall: Any, rng: Rng, door_at: float | None = None, floor_h: float = 2.85,
           dark: bool = False, win: tuple[float, float] = (1.25, 1.35), base: float = .3) -> float:
    """Wall of the plane y=0 with openings; returns its height."""
    n = max(1, int((width - 1.0) / 2.4))
    pitch = width / n
    for f in range(floors):
        z = base + f * floor_h
        lo, hi = z + .92, z + .92 + win[1]
        b.box((0, 0, z), (width, .35, lo), wall)
        b.box((0, 0, hi), (width, .35, z + floor_h), wall)
        x = 0.0
        for i in range(n):
            w = win[0] if rng.random() < .8 else win[0] * .62
            x0 = pitch * (i + .5) - w / 2
            b.box((x, 0, lo), (x0, .35, hi), wall)
            window(b, st, x0, lo, w, hi - lo, rng, dark)
            x = x0 + w
        b.box((x, 0, lo), (width, .35, hi), wall)
    b.box((-.03, -.03, 0), (width + .03, .35, base + .12), st.plinth)
    if door_at is not None:
        b.box((door_at - .62, -.05, 0), (door_at + .62, .1, 2.35), st.frame)
        b.box((door_at - .52, -.07, .12), (door_at + .52, .1, 2.25), st.wood)
        b.box((door_at - .22, -.075, 1.2), (door_at + .22, -.06, 1.95), st.glass)
        b.box((door_at - .8, -.9, 0), (door_at + .8, 0, .14), st.stone)
        b.box((door_at - .95, -.95, 2.5), (door_at + .95, .1, 2.58), st.frame_dark)
    return base + floors * floor_h


def house(st: Stuff, origin: tuple[float, float], angle: float, width: float, depth: float, floors: int, wall: Any, rng: Rng,
          roof: str = "tiles", door: bool = True) -> None:
    """House whose front is the local plane y=0, going back along +y, with a saddle or flat roof."""
    b = Batch(origin, angle)
    h = facade(b, st, width, floors, wall, rng, width * rng.uniform(.3, .7) if door else None)
    for x in (0.0, width - .35):
        b.box((x, .35, 0), (x + .35, depth, h), wall)
    b.box((0, depth - .35, 0), (width, depth, h), wall)
    b.box((0, .95, h - .1), (width, depth, h), st.room)
    if roof == "flat":
        b.box((-.12, -.12, h), (width + .12, depth + .12, h + .35), st.zinc)
    else:
        tiles, o, rise = st.tiles if roof == "tiles" else st.tiles_dark, .45, depth * .42
        ridge = h + rise
        lo = h - o * rise / (depth / 2)
        for y0, y1 in ((-o, depth / 2), (depth + o, depth / 2)):
            v = np.array([[-o, y0, lo], [width + o, y0, lo], [width + o, y1, ridge], [-o, y1, ridge]])
            b.add(np.concatenate([v, v - [0, 0, .18]]), np.array([[0, 1, 2, 3], [7, 6, 5, 4], [0, 4, 5, 1], [1, 5, 6, 2], [3, 2, 6, 7], [0, 3, 7, 4]]), tiles)
        for x in (.05, width - .05):
            g = np.array([[x, 0, h], [x, depth, h], [x, depth / 2, ridge - .1], [x, depth / 2, ridge - .1]])
            b.add(g, np.array([[0, 1, 2, 3]]), wall)
        b.box((-o, -o - .12, lo - .10), (width + o, -o, lo + .02), st.zinc)
        b.box((width - .25, -.12, 0), (width - .15, -.02, lo), st.zinc)
        b.box((width * .3, depth * .3, h + rise * .3), (width * .3 + .6, depth * .3 + .6, ridge + .7), st.plinth)
    b.emit("house")


def supermarket(st: Stuff, origin: tuple[float, float], angle: float, rng: Rng, name: str = "MARKT") -> None:
    """Flat building with a glass front, a canopy and a sign."""
    b, w = Batch(origin, angle), 34.0
    wall, red = masonry("marketwall", "plaster"), simple("sign", color=(.30, .012, .010), rough=.35)
    b.box((0, 0, 3.0), (w, 16, 5.4), wall)
    b.box((0, 0, 0), (8, 16, 3.0), wall)
    b.box((26, 0, 0), (w, 16, 3.0), wall)
    b.box((-.5, -2.2, 3.0), (w + .5, .2, 3.45), st.zinc)
    b.box((8, 1.5, 0), (26, 1.6, 3.0), st.room)
    b.box((8, .2, .1), (26, .21, 3.0), st.glass)
    for i in range(13):
        b.box((8 + i * 1.5 - .04, .16, 0), (8 + i * 1.5 + .04, .26, 3.0), st.frame_dark)
        b.box((8.1 + i * 1.4, .9, .2), (9.2 + i * 1.4, 1.3, rng.uniform(.9, 1.9)), (st.curtain, red, st.frame)[int(rng.integers(3))])
    for x in (2.0, 12.0, 22.0, 32.0):
        b.box((x, -2.0, 0), (x + .14, -1.86, 3.0), st.zinc)
    b.box((11, -.12, 3.7), (19, .05, 5.0), red)
    b.emit("market")
    v, t = text_mesh(name, 1.05)
    c, s = np.cos(angle), np.sin(angle)
    p = np.stack([v[:, 0] + 15, np.full(len(v), -.16), v[:, 1] + 4.35 - .3], 1)
    p = np.stack([p[:, 0] * c - p[:, 1] * s + origin[0], p[:, 0] * s + p[:, 1] * c + origin[1], p[:, 2]], 1)
    mesh_object("signtext", p, t, st.frame)


def garages(st: Stuff, origin: tuple[float, float], angle: float, n: int, wall: Any, rng: Rng) -> None:
    """Row of garages with ribbed doors."""
    b = Batch(origin, angle)
    cols = [simple(f"gdoor{i}", color=c, rough=.5) for i, c in enumerate(((.42, .42, .40), (.10, .16, .12), (.22, .11, .06)))]
    for i in range(n):
        x, m = i * 3.0, cols[int(rng.integers(3))]
        b.box((x, 0, 0), (x + .28, 5.5, 2.55), wall)
        b.box((x + .28, 0, 2.15), (x + 3.0, 5.5, 2.55), wall)
        for k in range(18):
            b.box((x + .28 + k * .1511, .10 + .014 * (k % 2), 0), (x + .28 + (k + 1) * .1511, .16, 2.15), m)
        b.box((x + 1.55, .07, .95), (x + 1.72, .11, 1.02), st.zinc)
    b.box((n * 3.0, 0, 0), (n * 3.0 + .28, 5.5, 2.55), wall)
    b.box((-.12, -.14, 2.55), (n * 3.0 + .4, 5.6, 2.72), st.zinc)
    b.emit("garages")


def underground(rng: Rng) -> None:
    """Underground car park: walls with a painted band, beams, pillars, pipes and tube lights."""
    conc = masonry("concrete", "plaster")
    band, yellow, black = simple("band", color=(.05, .17, .24), rough=.6), simple("yel", color=(.55, .36, .01), rough=.6), simple("blk", color=(.02, .02, .02), rough=.6)
    pipe = simple("pipe", color=(.45, .45, .44), rough=.4, metal=.4)
    b = Batch()
    b.box((-14, -9, 2.62), (18, 9, 2.8), conc)
    for x in (-11, -6.5, -2, 2.5, 7, 11.5, 16):
        b.box((x - .18, -9, 2.36), (x + .18, 9, 2.62), conc)
    for lo, hi in (((-14, -9.2, 0), (18, -9, 2.6)), ((-14, 9, 0), (18, 9.2, 2.6)), ((-14.2, -9, 0), (-14, 9, 2.6)), ((18, -9, 0), (18.2, 9, 2.6))):
        b.box(lo, hi, conc)
    for y, s in ((-9, 1), (9, -1)):
        b.box((-14, min(y, y + s * .012), .95), (18, max(y, y + s * .012), 1.45), band)
    for x in (-6.5, 7.0, 11.5):
        for y in (-5.6, 5.2):
            b.box((x - .22, y - .22, 0), (x + .22, y + .22, 2.6), conc)
            for k in range(6):
                b.box((x - .225, y - .225, .1 + k * .16), (x + .225, y + .225, .26 + k * .16), yellow if k % 2 else black)
    for y in (-3.1, -2.9, 5.8):
        b.box((-14, y, 2.22), (18, y + .09, 2.31), pipe)
    b.emit("underground")
    em = G("tube")
    e = em.n("Emission")
    e.inputs[0].default_value, e.inputs[1].default_value = (.93, 1.0, .96, 1), 30
    m = em.done(e.outputs[0])
    for x in (-8.7, -4.2, .2, 4.7, 9.3):
        for y in (-4.4, -1.5, 1.9, 4.4):
            if rng.random() < .9:
                box("tube", (x - .62, y - .04, 2.50), (x + .62, y + .04, 2.53), m)
