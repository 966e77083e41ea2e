"""The places a car is photographed at: car park, street, supermarket, courtyard, underground."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import buildings
from .buildings import Stuff
from .grounds import asphalt, masonry, paving
from .materials import G, simple
from .plants import hedge, leaf_material, leaves, litter, plant, tree
from .primitives import Batch, box, mesh_object

Rng = np.random.Generator
#: a parked neighbour: x, y, turn (radians), index into the pool of neighbour cars
Parked = tuple[float, float, float, int]
WALLS = {"cream": (.62, .55, .40), "white": (.66, .65, .62), "grey": (.36, .36, .35), "ochre": (.50, .34, .16), "rose": (.50, .32, .26)}


def plaster(name: str) -> Any:
    """Coloured plaster with weathering."""
    g = G("plaster_" + name)
    co = g.n("TexCoord").outputs["Object"]
    n1, n2 = g.noise(co, .6, 4, .65), g.noise(co, 90, 1, .7)
    col = WALLS[name]
    c = g.mix(g.rng(n1, .45, .85, 0, .45), (*col, 1), tuple(x * .5 for x in col) + (1,))
    return g.done(g.bsdf(color=c, rough=.92, spec=.2, normal=g.bump(n2, .5, .004)).outputs[0])


def quad(name: str, x0: float, y0: float, x1: float, y1: float, z: float, mat: Any) -> None:
    """Flat rectangle on the ground."""
    mesh_object(name, np.array([[x0, y0, z], [x1, y0, z], [x1, y1, z], [x0, y1, z]], float), np.array([[0, 1, 2, 3]]), mat)


def line_material() -> Any:
    """Worn white road paint."""
    g = G("line")
    co = g.n("TexCoord").outputs["Object"]
    wear = g.rng(g.noise(co, 14, 4, .7), .38, .52)
    b = g.bsdf(color=(.52, .52, .50), rough=.8)
    tr, mx = g.n("BsdfTransparent"), g.n("MixShader")
    g.put(mx, 0, g.math("MULTIPLY", wear, .85))
    g.t.links.new(tr.outputs[0], mx.inputs[1])
    g.t.links.new(b.outputs[0], mx.inputs[2])
    return g.done(mx.outputs[0])


def bays(xs: tuple[float, float], ys: list[float], mat: Any) -> None:
    """Lines of parking bays at the given y."""
    for y in ys:
        quad("line", xs[0], y - .05, xs[1], y + .05, .0015, mat)


def kerb(x0: float, x1: float, y: float, mat: Any, rng: Rng, h: float = .11) -> None:
    """Row of kerb stones along x, slightly uneven."""
    b = Batch()
    for i in range(int(x1 - x0)):
        d = rng.normal(0, .004, 2)
        b.box((x0 + i, y + d[0], 0), (x0 + i + .992, y + .13 + d[0], h + d[1]), mat)
    b.emit("kerb")


def pole(x: float, y: float, h: float, mat: Any, arm: float = 0.0) -> None:
    """Lamp post."""
    box("pole", (x - .05, y - .05, 0), (x + .05, y + .05, h), mat)
    if arm:
        box("arm", (x - .04, min(y, y + arm), h - .08), (x + .04, max(y, y + arm), h), mat)
        box("lamp", (x - .12, y + arm - .3, h - .12), (x + .12, y + arm + .3, h - .02), mat)


class Greens:
    """Plant materials and one tree of each kind to instance."""

    def __init__(self, rng: Rng) -> None:
        self.leaf = leaf_material("leaf", (.042, .092, .020))
        self.leaf2 = leaf_material("leaf2", (.055, .092, .022))
        self.dry = leaf_material("dry", (.10, .055, .018))
        bark = simple("bark", noise=.8, noise_scale=30, color=(.06, .05, .04), rough=.95)
        self.trees = [tree(h, rng, lf, bark) for h, lf in ((7.0, self.leaf2), (5.2, self.leaf))]
        for k, t in enumerate(self.trees):
            for o in t:
                o.location = (-60 - 20 * k, 60, 0)

    def at(self, rng: Rng, *places: tuple[float, float, float]) -> None:
        """Trees at (x, y, scale)."""
        for i, (x, y, k) in enumerate(places):
            plant(self.trees[i % 2], (x, y), k, rng.uniform(0, 6))


def _car_park(cfg: dict[str, Any], rng: Rng, st: Stuff) -> list[Parked]:
    gr, lm = Greens(rng), line_material()
    stone = masonry("kerbstone", "plaster")
    if cfg.get("ground") != "paving":
        bays((-1.3, 3.9), [-6.5, -4.0, -1.45, 1.3, 4.0], lm)
        bays((-14.5, -9.3), [-6.5, -4.0, -1.45, 1.3, 4.0], lm)
    kerb(-16, 18, 5.3, stone, rng)
    kerb(-16, 18, -9.6, stone, rng)
    quad("soil", -16, 5.43, 18, 9, .06, simple("soil", noise=1, noise_scale=9, color=(.045, .038, .025), rough=1.0))
    if cfg.get("backdrop") == "wall":
        box("wall", (-16, 6.2, 0), (18, 6.45, 2.0), masonry("brick", "brick"))
        box("wallcap", (-16, 6.15, 2.0), (18, 6.5, 2.07), stone)
        hedge((-12, -10.9, 0), (16, -10.0, 1.3), rng, gr.leaf, 4500)
    else:
        hedge((-12, 5.6, 0), (14, 6.6, 1.45), rng, gr.leaf)
        box("wall", (-16, -10.3, 0), (18, -10.0, 1.1), masonry("brick", "brick"))
    gr.at(rng, (-5, 9, 1), (3, 10.5, 1.1), (10, 8.5, .9), (-13, 11, 1.2), (-9, -13, 1), (6, -14, 1.1), (15, -12, .9))
    buildings.house(st, (-20, 16), 0, 15, 9, 2, plaster("cream"), rng, "tiles")
    buildings.house(st, (0, 18), 0, 18, 9, 3, plaster("white"), rng, "dark")
    buildings.house(st, (22, 14), -math.pi / 2, 24, 10, 3, plaster("grey"), rng, "flat", door=False)
    buildings.house(st, (12, -22), math.pi, 26, 10, 2, masonry("fac2", "brick"), rng, "dark")
    buildings.house(st, (-24, -6), math.pi / 2, 18, 9, 3, plaster("ochre"), rng, "tiles")
    litter(rng, gr.dry)
    return [(-10.5, 2.6, math.pi, 0), (-10.4, -2.7, math.pi, 1), (8.9, -2.6, 0, 2), (9.0, 2.7, 0, 3), (-10.2, -5.3, math.pi, 3), (8.7, -5.2, 0, 1)]


def _street(cfg: dict[str, Any], rng: Rng, st: Stuff) -> list[Parked]:
    gr, stone = Greens(rng), masonry("kerbstone", "plaster")
    slabs = paving()
    for y, s in ((1.35, 1), (-6.2, -1)):
        kerb(-26, 30, y if s > 0 else y - .13, stone, rng)
        y0, y1 = sorted((y + s * .12, y + s * 2.5))
        quad("pavement", -26, y0, 30, y1, .105, slabs)
    hedge((-12, 3.9, 0), (-2.6, 4.5, 1.05), rng, gr.leaf, 5000)
    b = Batch((-1.6, 4.0))
    for i in range(60):                            # garden fence
        b.box((i * .14, 0, .12), (i * .14 + .085, .022, 1.02), st.frame if cfg.get("fence", "white") == "white" else st.wood)
    b.box((0, .022, .3), (8.4, .06, .38), st.frame)
    b.box((0, .022, .8), (8.4, .06, .88), st.frame)
    b.emit("fence")
    hedge((8.2, 3.9, 0), (16, 4.6, 1.3), rng, gr.leaf, 4500)
    lawn = simple("lawn", noise=1, noise_scale=40, color=(.035, .06, .015), rough=1.0)
    quad("lawn", -26, 3.9, 30, 12, .10, lawn)
    quad("lawn", -26, -20, 30, -8.7, .10, lawn)
    x = -22.0
    names = list(WALLS)
    for i in range(5):
        w = float(rng.uniform(8.5, 11))
        buildings.house(st, (x, 8.2 + float(rng.normal(0, .5))), 0, w, 8.5, 2, plaster(names[i]), rng, "tiles" if i % 2 else "dark")
        x += w + float(rng.uniform(1.5, 3.5))
    x = 24.0
    for i in range(5):
        w = float(rng.uniform(9, 12))
        buildings.house(st, (x, -12.5), math.pi, w, 9, int(rng.integers(2, 4)), plaster(names[(i + 2) % 5]) if i != 2 else masonry("fac2", "brick"), rng,
                        "dark" if i % 2 else "tiles")
        x -= w + float(rng.uniform(1.0, 3.0))
    gr.at(rng, (-6, 6.4, .75), (7, 6.8, .8), (-9, -10, .9), (3, -10.2, .85), (14, -10, 1.0), (13, 6.5, .7))
    for x in (-8.0, 10.5):
        pole(x, 3.4, 5.0, st.zinc, -.9)
    litter(rng, gr.dry, 320)
    return [(-9.6, .05, 0, 0), (8.6, -.05, 0, 1), (-15.5, .1, 0, 2), (3.5, -5.2, math.pi, 3), (11.5, -5.25, math.pi, 0), (-5.0, -5.2, math.pi, 2), (14.6, .0, 0, 3)]


def _supermarket(cfg: dict[str, Any], rng: Rng, st: Stuff) -> list[Parked]:
    gr, lm = Greens(rng), line_material()
    stone = masonry("kerbstone", "plaster")
    for x in ((-1.4, 3.8), (-14.0, -8.8), (9.6, 14.8), (3.8, 9.0)):
        bays(x, [-13.2 + 2.6 * i for i in range(11)], lm)
    quad("line", 3.75, -13.2, 3.85, 13, .0015, lm)
    buildings.supermarket(st, (-24, 21), 0, rng, cfg.get("sign", "MARKT"))
    buildings.house(st, (14, 24), 0, 16, 9, 3, plaster("rose"), rng, "tiles")
    buildings.house(st, (26, 14), -math.pi / 2, 22, 9, 3, plaster("white"), rng, "flat")
    buildings.house(st, (10, -27), math.pi, 16, 9, 2, plaster("ochre"), rng, "tiles")
    buildings.house(st, (-9, -28), math.pi, 14, 9, 3, plaster("cream"), rng, "dark")
    buildings.house(st, (-30, -14), math.pi / 2, 24, 9, 2, masonry("fac2", "brick"), rng, "flat")
    kerb(-24, 24, -17.4, stone, rng)
    hedge((-20, -19, 0), (20, -18.2, .9), rng, gr.leaf, 3000)
    gr.at(rng, (-15, -20, 1), (-2, -21, .9), (11, -20, 1), (18, -13, .8), (-20, 2, .9), (18, 12, .9), (-6, 13.2, .6))
    for x, y in ((3.8, 9.0), (3.8, -9.0), (-18, 8), (-18, -9)):
        pole(x, y, 7.0, st.zinc, 1.0)
    b = Batch((-19, 9.0))                          # shelter for trolleys
    for x in (0.0, 4.0):
        for y in (0.0, 2.2):
            b.box((x, y, 0), (x + .07, y + .07, 2.2), st.zinc)
    b.box((-.2, -.2, 2.2), (4.3, 2.5, 2.26), st.glass)
    for i in range(9):
        b.box((.3 + i * .22, .4, .55), (.34 + i * .22, 1.0, 1.0), st.zinc)
        b.box((.3 + i * .22, .4, .95), (.9 + i * .22, .44, .98), st.zinc)
    b.emit("trolleys")
    rows = [(8.9, -2.7, 0, 0), (8.8, 2.5, 0, 1), (8.9, 7.8, 0, 3), (-10.4, 5.3, math.pi, 2), (-10.6, -5.3, math.pi, 3), (-10.5, .1, math.pi, 1),
            (.1, 7.8, 0, 2), (.0, -8.0, 0, 0), (8.8, -7.9, 0, 2), (.1, 13.0, 0, 1), (-10.4, 10.4, math.pi, 0), (9.9, 13.0, math.pi, 2)]
    return [(x, y + float(rng.normal(0, .1)), r, k) for x, y, r, k in rows]


def _courtyard(cfg: dict[str, Any], rng: Rng, st: Stuff) -> list[Parked]:
    gr = Greens(rng)
    buildings.garages(st, (-7.5, 6.4), 0, 6, plaster("grey"), rng)
    buildings.house(st, (11, -9.5), math.pi, 22, 9, 4, plaster("cream"), rng, "dark")
    buildings.house(st, (-13, -12), math.pi / 2, 22, 9, 3, plaster("ochre"), rng, "tiles")
    buildings.house(st, (15, 5), -math.pi / 2, 16, 9, 3, plaster("white"), rng, "dark")
    buildings.house(st, (-9, 15), 0, 24, 9, 4, plaster("rose"), rng, "tiles")
    green, blue, lid = (simple(n, color=c, rough=.5) for n, c in (("bin", (.02, .02, .021)), ("binb", (.01, .05, .16)), ("biny", (.45, .32, .01))))
    for i, m in enumerate((green, green, lid, blue)):
        x = -9.0 + i * .68
        box("bin", (x - 2.2, -8.9, .06), (x - 1.64, -8.25, .98), green)
        box("binlid", (x - 2.22, -8.95, .98), (x - 1.62, -8.2, 1.05), m)
    hedge((4.5, -9.3, 0), (10.5, -8.6, .9), rng, gr.leaf, 4500)
    gr.at(rng, (12.3, 5.0, .8), (-11.3, -1.0, .7))
    litter(rng, gr.dry, 160)
    return [(9.3, 2.2, math.pi / 2, 0), (-9.2, 3.4, -math.pi / 2 * .97, 1)]


def _underground(cfg: dict[str, Any], rng: Rng, st: Stuff) -> list[Parked]:
    lm = line_material()
    bays((-1.3, 3.9), [-6.5, -4.0, -1.45, 1.3, 4.0, 6.5], lm)
    buildings.underground(rng)
    return [(8.9, -2.6, 0, 2), (9.0, 2.7, 0, 3), (-9.6, 2.6, math.pi, 0), (-9.8, -2.7, math.pi, 1), (.0, 5.9, 0, 1)]


PLACES: dict[str, Callable[[dict[str, Any], Rng, Stuff], list[Parked]]] = {
    "hedge": _car_park, "wall": _car_park, "street": _street, "supermarket": _supermarket, "courtyard": _courtyard, "underground": _underground}


def environment(cfg: dict[str, Any], rng: Rng) -> list[Parked]:
    """Build ground and surroundings (`cfg`: ground, backdrop, light); returns where neighbours park."""
    st = Stuff()
    place = "underground" if cfg.get("light") == "garage" else cfg.get("backdrop", "hedge")
    S = 70
    quad("ground", -S, -S, S, S, 0, paving() if cfg.get("ground") == "paving" else asphalt())
    n = 900                                        # grit and small stones
    p = np.stack([rng.uniform(-6, 8, n), rng.uniform(-6, 6, n), np.full(n, .003)], 1)
    leaves("grit", p, .006, simple("grit", color=(.16, .15, .14), rough=.9), rng)
    return PLACES[place](cfg, rng, st)
