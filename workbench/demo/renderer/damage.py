"""Collision damage: geometry, paint decals and truth masks from parameters.

Every damage has a kind, a part, a place on it, a size and a severity 0..1.
Vertex data are handled as columns [position | normal | rest position].
"""
from __future__ import annotations

from typing import Any

import numpy as np

from . import crash, decals
from .crash import waves
from .surface import clip, sstep

KINDS = ("scratch", "dent", "crack", "pushed_in", "broken_lamp", "broken_glass", "glass_crack", "hanging", "front_crash")
TRUTH_CLASS = {"scratch": "scratch", "dent": "dent", "crack": "crack", "pushed_in": "deformation", "hanging": "deformation",
               "broken_lamp": "broken_lamp", "broken_glass": "broken_glass", "glass_crack": "broken_glass", "front_crash": "deformation"}
RIGID = ("wheel", "tyre", "interior", "windscreen", "rear_glass", "pillar", "roof")


class Damage:
    """One damage instance bound to the geometry of a built car."""

    def __init__(self, spec, parts, body, idx):
        self.s, self.body, self.id = spec, body, idx
        self.kind, self.part = spec["type"], spec["part"]
        self.sev = float(spec.get("severity", .5))
        self.seed = int(spec.get("seed", 7 + idx))
        self.size = spec.get("size", [.4, .2])
        skin = [q for q in parts if q["part"] == self.part and "rest_v" in q]
        skin = skin or [q for q in parts if q["part"] == self.part and q["mat"] == "paint"]
        v = np.concatenate([q.get("rest_v", q["v"]) for q in skin])
        n = np.concatenate([q.get("rest_n", q["n"]) for q in skin])
        a, b = spec.get("at", [.5, .5])
        ax = 1 if any(k in self.part for k in ("bumper", "tailgate", "grille", "bonnet", "windscreen", "rear_glass")) else 0
        lo, hi = v.min(0), v.max(0)
        tgt = lo + (hi - lo) * np.array([a, a, b])
        d = np.hypot(v[:, ax] - tgt[ax], (v[:, 2] - tgt[2]) * (0.3 if self.part == "bonnet" else 1))
        if self.part == "bonnet":
            d = np.hypot(v[:, 1] - tgt[1], v[:, 0] - (lo[0] + (hi[0] - lo[0]) * b))
        near = np.argsort(d)[:12]
        self.o = v[near[0]]
        nn = n[near].mean(0)
        self.n = nn / np.linalg.norm(nn)
        t1 = np.cross([0, 0, 1.0], self.n)
        self.t1 = t1 / np.linalg.norm(t1)
        self.t2 = np.cross(self.n, self.t1)
        self.decals: list[decals.Decal] = []
        self.alpha: np.ndarray | None = None
        r = self.rng()
        self.jag = np.cumsum(r.normal(0, .0065, 64))
        self.jag -= np.linspace(self.jag[0], self.jag[-1], 64) * .8
        self.removed = None

    def rng(self):
        return np.random.default_rng(self.seed)

    def uv(self, p):
        q = p - self.o
        return q @ self.t1, q @ self.t2, q @ self.n

    # --- geometry ----------------------------------------------------------
    def affects(self, part):
        if self.kind in ("scratch", "broken_glass", "broken_lamp", "crack", "glass_crack", "hanging"):
            return part == self.part
        if part.startswith(RIGID) and self.kind != "front_crash":
            return False
        return not part.startswith(RIGID)

    def displace(self, p, part):
        """Offset vectors for rest points p of a part."""
        d = np.zeros_like(p)
        if not self.affects(part):
            return d
        r = self.rng()
        u, v, w = self.uv(p)
        if self.kind == "dent":
            a, b = self.size[0] / 2, self.size[1] / 2
            ang = np.radians(self.s.get("direction_deg", r.uniform(-25, 25)))
            uu, vv = u * np.cos(ang) + v * np.sin(ang), -u * np.sin(ang) + v * np.cos(ang)
            warp = 1 + .13 * waves(p, .22, r, 5)
            rr = np.hypot(uu / a, vv / b) * warp
            dep = (.014 + .050 * self.sev) * self.s.get("depth_scale", 1)
            core = np.clip(1 - rr * rr, 0, 1) ** 2
            crease = np.exp(-np.sqrt((vv - .15 * b + .25 * b * (uu / a) ** 2) ** 2 + .003 ** 2) / (.17 * b)) * np.clip(1 - (uu / a) ** 2, 0, 1) ** 2
            rim = np.exp(-((rr - 1.08) / .17) ** 2)
            off = dep * (-.72 * core - .42 * crease * np.clip(1.15 - rr, 0, 1) + .07 * rim + .05 * core * waves(p, .07, r, 6))
            return off[:, None] * np.where(np.abs(w) < .25, 1, 0)[:, None] * self.n
        if self.kind == "pushed_in" and (part == self.part or part == "body_inner"):
            fall = sstep(self.size[0], 0, np.hypot(u, v * .6))
            k = self.sev * .055
            off = -self.n * k * 1.2 + np.array([0, 0, -.5 * k]) + self.t1 * k * .25
            buck = waves(p, .35, r, 5) * k * .14 * sstep(.1, .6, fall)
            return fall[:, None] * off + buck[:, None] * self.n
        if self.kind == "front_crash":
            return crash.displace(self, p, part)
        if self.kind == "hanging":                # torn from its holder, turned and dropped
            s = np.sign(self.o[1])
            foot = np.array([self.o[0], s * (self.body.hw - .06), self.o[2] - .06])
            a, b = np.radians(18 + 30 * self.sev), np.radians(10 + 20 * self.sev)
            rx = np.array([[1, 0, 0], [0, np.cos(a), s * np.sin(a)], [0, -s * np.sin(a), np.cos(a)]])
            rz = np.array([[np.cos(b), -s * np.sin(b), 0], [s * np.sin(b), np.cos(b), 0], [0, 0, 1]])
            return (p - foot) @ (rz @ rx).T + foot - p - [0, 0, .02 * self.sev]
        return d

    # --- topology ------------------------------------------------------------
    def reach(self, rest):
        """Vertices near enough to need a finer mesh (twice: coarse, fine)."""
        u, v, w = self.uv(rest)
        if self.kind == "front_crash":
            return rest[:, 0] < self.body.x_front + .95
        k = {"dent": .75, "crack": .65, "pushed_in": .5}.get(self.kind, 1.2)
        return (np.hypot(u / (self.size[0] * k + .02), v / (self.size[1] * k + .02)) < 1) & (np.abs(w) < .3)

    def edit(self, q, m, t):
        """Topology edits on columns m of part record q; returns m, t, extras."""
        r, extra = self.rng(), []
        if q["part"] != self.part:
            return m, t, extra
        if q["mat"] == "drl":                     # the light strip breaks off near the impact
            if self.kind == "broken_lamp":
                u, v, _ = self.uv(m[:, 6:9])
                t = t[(np.hypot(u, v)[t] > .05 + .12 * self.sev).all(1)]
            return m, t, extra
        if self.kind == "crack" and q["mat"] in ("paint", "plastic"):
            m, t = self._split(m, t)
        if self.kind == "broken_lamp" and q["mat"] in ("lampglass", "redglass"):
            m, t = self._shards(m, t, r, .026, .05 + (.08 if q["mat"] == "lampglass" else .11) * self.sev, .06)
        if self.kind == "broken_glass" and q["mat"] == "glass":
            m, t = self._shards(m, t, r, .016, .12 + .22 * self.sev, .03)
        if self.kind == "front_crash" and q["mat"] in ("paint", "plastic") and self.s.get("tear", True):
            m, t = crash.tear(self, m, t)
        return m, t, extra

    def crack_s(self, rest):
        u, v, w = self.uv(rest)
        ang = np.radians(self.s.get("direction_deg", 12))
        uu, vv = u * np.cos(ang) - v * np.sin(ang), u * np.sin(ang) + v * np.cos(ang)
        h = self.size[1]
        k = np.clip((vv / h + .5) * 63, 0, 63)
        s = uu - np.interp(k, np.arange(64), self.jag * h / .3)
        f = np.clip(1 - (np.abs(vv) / (h / 2)) ** 2, 0, 1)
        return s, f, np.abs(w)

    def _split(self, m, t):
        s, f, w = self.crack_s(m[:, 6:9])
        inside = ((f > 0) & (np.abs(s) < .12) & (w < .2))[t].all(1)
        if not inside.any():
            return m, t
        a, base = t[inside], [(m, t[~inside])]
        wid = (.0012 + .0045 * self.sev) * f
        for sign in (1, -1):
            mm, tt = clip(m, a, sign * s - wid)
            s2, f2, _ = self.crack_s(mm[:, 6:9])
            k = np.exp(-np.abs(s2) / .04) * sstep(.10, .03, np.abs(s2)) * f2 * (.003 + .010 * self.sev) * (1 if sign > 0 else -.25)
            mm[:, :3] -= k[:, None] * self.n
            base.append((mm, tt))
        off, ms, ts = 0, [], []
        for mm, tt in base:
            ms.append(mm)
            ts.append(tt + off)
            off += len(mm)
        return np.concatenate(ms), np.concatenate(ts)

    def _shards(self, m, t, r, cell, radius, tilt):
        rest = m[:, 6:9]
        u, v, _ = self.uv(rest)
        lo, hi = np.array([u.min(), v.min()]), np.array([u.max(), v.max()])
        n = int(np.prod(hi - lo) / cell ** 2) + 8
        sites = r.uniform(lo, hi, (n, 2))
        lab = np.empty(len(u), int)
        for i in range(0, len(u), 4000):
            lab[i:i + 4000] = ((u[i:i + 4000, None] - sites[:, 0]) ** 2 + (v[i:i + 4000, None] - sites[:, 1]) ** 2).argmin(1)
        dist = np.hypot(*sites.T)
        hole = dist < radius * r.uniform(.55, 1.2, n) * (1 + .25 * np.sin(3 * np.arctan2(sites[:, 1], sites[:, 0]) + r.uniform(0, 6)))
        la = lab[t]
        same = (la[:, 0] == la[:, 1]) & (la[:, 0] == la[:, 2])
        crk = dist[la].max(1) > radius * 1.9
        ok = ~hole[la].any(1) & (same | crk)
        jit = r.normal(0, tilt * .07, (n, 3)) * np.exp(-dist / radius / .8)[:, None]
        m = m.copy()
        m[:, :3] += jit[lab]
        m[:, 3:6] += r.normal(0, .5 * tilt, (n, 3))[lab]
        self.removed = (sites, hole)
        return m, t[ok]

    # --- truth -----------------------------------------------------------------
    def mask(self, rest, part):
        """True where a rest-space point shows this damage."""
        if not self.affects(part) or part == "body_inner":
            return np.zeros(len(rest), bool)
        u, v, w = self.uv(rest)
        if self.kind in ("scratch", "glass_crack"):
            fr = self.decals[0].frame
            ht, wd = self.alpha.shape
            i = ((v / fr[4] + .5) * ht).astype(int)
            j = ((u / fr[3] + .5) * wd).astype(int)
            ok = (i >= 0) & (i < ht) & (j >= 0) & (j < wd) & (np.abs(w) < .3)
            res = np.zeros(len(rest), bool)
            res[ok] = self.alpha[i[ok], j[ok]]
            return res
        if self.kind == "crack":
            s, f, ww = self.crack_s(rest)
            return (f > .02) & (np.abs(s) < .022) & (ww < .2)
        if self.kind in ("broken_lamp", "broken_glass", "hanging"):
            return np.ones(len(rest), bool)
        lim = {"dent": .0022, "pushed_in": .008, "front_crash": .03}[self.kind]
        return np.linalg.norm(self.displace(rest, part), axis=1) > lim

    def paint(self, cv2: Any) -> None:
        """Make the decals (scratches, cracks, scraped paint) of this damage and the mask of the first."""
        decals.make(self, cv2)
