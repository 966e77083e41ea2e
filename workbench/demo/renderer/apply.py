"""Applies damages to the mesh records of a car, and strews debris on the ground."""
from __future__ import annotations

import numpy as np

from .surface import refine


def apply(parts, damages, fine=1):
    """Deform, crack and break all parts; keeps rest coordinates for truth."""
    out = []
    for q in parts:
        m = np.concatenate([q["v"], q["n"], q["v"]], 1)
        t, extra = q["t"], []
        for d in damages:
            if not d.affects(q["part"]) or q["mat"] in ("rim", "tyre"):
                continue
            levels = {"front_crash": fine, "dent": 2, "crack": 3, "pushed_in": 1}.get(d.kind, 3)
            if d.kind in ("scratch", "glass_crack", "hanging"):
                levels = 0
            if q["mat"] == "grille" or "bowl" in q["mat"] or q["name"] == "intake":
                levels = 0
            for _ in range(levels):
                near = d.reach(m[:, 6:9]) if d.kind not in ("broken_glass", "broken_lamp") else np.ones(len(m), bool)
                if near.any() and not (d.kind.startswith("broken") and q["mat"] not in ("glass", "lampglass", "redglass")):
                    m, t = refine(m, t, near)
            m, t, ex = d.edit(q, m, t)
            extra += ex
        rest, e = m[:, 6:9], 1.5e-3
        field = lambda p: sum((d.displace(p, q["part"]) for d in damages), np.zeros_like(p))
        off = field(rest)
        mv = np.linalg.norm(off, axis=1) > 1e-5
        n = m[:, 3:6] / np.maximum(np.linalg.norm(m[:, 3:6], axis=1, keepdims=True), 1e-9)
        if mv.any():
            nn, p = n[mv], rest[mv]
            ref = np.where(np.abs(nn[:, :1]) < .8, [[1.0, 0, 0]], [[0, 1.0, 0]])
            a = np.cross(nn, ref)
            a /= np.linalg.norm(a, axis=1, keepdims=True)
            b = np.cross(nn, a)
            ja = a + (field(p + e * a) - field(p - e * a)) / (2 * e)
            jb = b + (field(p + e * b) - field(p - e * b)) / (2 * e)
            c = np.cross(ja, jb)
            n = n.copy()
            n[mv] = c / np.maximum(np.linalg.norm(c, axis=1, keepdims=True), 1e-9)
        out.append(dict(q, v=m[:, :3] + off, n=n, t=t, rest=rest))
    return out


def debris(damages, rng=None):
    """Glass crumbs and plastic shards on the ground below broken parts."""
    res = []
    for d in damages:
        num = {"broken_lamp": 60, "broken_glass": 900, "front_crash": int(240 * d.sev)}.get(d.kind, 0)
        if not num:
            continue
        r = d.rng()
        c = d.o + d.n * (.12 if d.kind == "broken_glass" else -.05)
        sp = (.34, .22) if d.kind == "broken_glass" else (.28, .34)
        cube = np.array([[a, b, h] for a in (-1, 1) for b in (-1, 1) for h in (0, 1)], float)
        f = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]])
        for mat, k, s in (("crumb", num, .0035), ("redcrumb" if "taillamp" in d.part else "rawplastic", 0 if d.kind == "broken_glass" else num // 4, .010)):
            if not k:
                continue
            vs, ts = [], []
            for i in range(k):
                a = r.uniform(0, 6.3)
                R = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
                sz = s * r.uniform(.5, 1.5, 3) * (1, 1, 1.2 if mat == "crumb" else .25)
                w = (cube * sz + r.normal(0, s * .15, (8, 3))) @ R.T
                pos = np.array([c[0] + r.normal(0, sp[0]), c[1] + r.normal(0, sp[1]), .001])
                vs.append(w * [1, 1, 1] + pos)
                ts.append(f + 8 * i)
            v, t = np.concatenate(vs), np.concatenate(ts)
            v[:, 2] = np.maximum(v[:, 2], .0005)
            res.append(dict(name=f"debris_{d.id}_{mat}", part="debris", mat=mat, v=v, t=t, n=None, rest=v))
    return res
