"""Hedges, trees and fallen leaves."""
from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .materials import G, simple
from .primitives import box, mesh_object

Rng = np.random.Generator


def leaf_material(name: str, col: tuple[float, float, float]) -> Any:
    """Two-sided leaf with a colour that differs from leaf to leaf."""
    g = G(name)
    pos = g.n("NewGeometry")
    rnd = pos.outputs["Random Per Island"]
    c = g.mix(g.rng(rnd, 0, 1, 0, .8), (*col, 1), (col[0] * 2.4 + .02, col[1] * 1.7, col[2] * 1.1, 1))
    d, t, m = g.n("BsdfDiffuse"), g.n("BsdfTranslucent"), g.n("MixShader")
    g.put(d, 0, c)
    g.put(t, 0, c)
    m.inputs[0].default_value = .35
    g.t.links.new(d.outputs[0], m.inputs[1])
    g.t.links.new(t.outputs[0], m.inputs[2])
    return g.done(m.outputs[0])


def leaves(name: str, centres: np.ndarray, size: float, mat: Any, rng: Rng, flat: bool = False) -> Any:
    """Cloud of small folded quads; `flat` lays them on the ground."""
    n = len(centres)
    a = rng.normal(size=(n, 3)) * ((1, 1, .05) if flat else (1, 1, 1))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b = np.cross(a, rng.normal(size=(n, 3)) * ((.1, .1, 1) if flat else (1, 1, 1)))
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    c = np.cross(a, b)
    s = size * rng.uniform(.6, 1.3, (n, 1))
    v = np.stack([centres - a * s, centres + b * s * .5 + c * s * .12, centres + a * s, centres - b * s * .5 + c * s * .12], 1).reshape(-1, 3)
    if flat:
        v[:, 2] = np.maximum(v[:, 2], .002)
    return mesh_object(name, v, np.arange(4 * n).reshape(-1, 4), mat)


def hedge(lo: Any, hi: Any, rng: Rng, mat: Any, dense: int = 6500) -> Any:
    """Clipped hedge: a dark core in a shell of leaves with an uneven surface."""
    lo, hi = np.array(lo, float), np.array(hi, float)
    n = int(dense * np.prod(hi - lo))
    p = rng.uniform(lo, hi, (n, 3))
    q = np.abs((p - (lo + hi) / 2) / ((hi - lo) / 2)).max(1)
    p = p[rng.random(n) < np.clip(q ** 4 + .05, 0, 1)]
    p += .07 * np.sin(p[:, [1, 2, 0]] * 4.1 + 1) + .05 * np.sin(p[:, [2, 0, 1]] * 11.0) + rng.normal(0, .025, p.shape)
    twigs = p[rng.random(len(p)) < .02] + np.abs(rng.normal(0, .09, (1, 3)))
    box("hedge_core", lo + .12, hi - .12, simple("hedge_core", color=(.018, .030, .010), rough=1.0))
    return leaves("hedge", np.concatenate([p, twigs]), .027, mat, rng)


def limb(a: np.ndarray, b: np.ndarray, r0: float, r1: float, seg: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Tapered stick from a to b as quads."""
    d = (b - a) / np.linalg.norm(b - a)
    u = np.cross(d, [1.0, .3, 0])
    u /= np.linalg.norm(u)
    w = np.cross(d, u)
    t = np.linspace(0, 2 * np.pi, seg, endpoint=False)
    ring = np.cos(t)[:, None] * u + np.sin(t)[:, None] * w
    i = np.arange(seg)
    return np.concatenate([a + ring * r0, b + ring * r1]), np.stack([i, (i + 1) % seg, (i + 1) % seg + seg, i + seg], 1)


def tree(h: float, rng: Rng, leaf: Any, bark: Any, density: float = 1.0) -> list[Any]:
    """Broad-leaved tree at the origin: forked trunk, branches, leaves in clusters at the branch ends."""
    vs, qs, tips = [], [], []

    def stick(a: np.ndarray, b: np.ndarray, r0: float, r1: float) -> None:
        v, q = limb(a, b, r0, r1)
        qs.append(q + sum(len(x) for x in vs))
        vs.append(v)

    foot, fork = np.zeros(3), np.array([rng.normal(0, .12), rng.normal(0, .12), h * .34])
    stick(foot, fork, h * .024, h * .018)
    for i in range(7):
        az = i * 2.4 + rng.normal(0, .3)
        up = rng.uniform(.25, .62) * h
        e = fork + [np.cos(az) * h * rng.uniform(.10, .24), np.sin(az) * h * rng.uniform(.10, .24), up * .8]
        stick(fork, e, h * .011, h * .004)
        for _ in range(9):
            k = rng.uniform(.35, 1.0)
            tip = fork + (e - fork) * k + rng.normal(0, h * .075, 3) + [0, 0, h * .03]
            stick(fork + (e - fork) * k * .9, tip, h * .004, h * .0015)
            tips.append(tip)
    p = np.concatenate([c + rng.normal(0, h * .042, (int(240 * density), 3)) * (1, 1, .75) for c in tips])
    wood = mesh_object("wood", np.concatenate(vs), np.concatenate(qs), bark)
    return [leaves("crown", p, .062 * (h / 7) ** .5, leaf, rng), wood]


def plant(objs: list[Any], at: tuple[float, float], scale: float, turn: float) -> None:
    """Instance of a tree."""
    for o in objs:
        c = bpy.data.objects.new(o.name, o.data)
        c.location, c.scale, c.rotation_euler = (*at, 0), (scale, scale, scale * (1 + .1 * np.sin(turn * 7))), (0, 0, turn)
        bpy.context.scene.collection.objects.link(c)


def litter(rng: Rng, mat: Any, n: int = 260) -> None:
    """Fallen leaves, thick along the kerbs."""
    p = np.stack([rng.uniform(-7, 9, n), rng.normal(0, 1, n), np.full(n, .004)], 1)
    kerb = rng.random(n) < .6
    p[:, 1] = np.where(kerb, 5.2 - np.abs(rng.normal(0, .35, n)), rng.uniform(-6, 6, n))
    leaves("litter", p, .030, mat, rng, flat=True)
