"""COCO truth: visible parts and damages from a software z-buffer."""
from __future__ import annotations

from typing import Any

import numpy as np

from .damage import TRUTH_CLASS
from .post import lens_maps

CLASSES = {"scratch": 1, "dent": 2, "crack": 3, "broken_lamp": 4, "broken_glass": 5, "deformation": 6}
#: renderer part -> standard part name (without side)
NAMES = {"front_bumper": "bumper_front", "rear_bumper": "bumper_rear", "front_door": "door_front", "rear_door": "door_rear", "tailgate": "boot_lid",
         "taillamp": "tail_lamp", "front_side_glass": "side_window", "rear_side_glass": "side_window", "rear_glass": "rear_window"}


def standard_part(part: str) -> tuple[str, str | None]:
    """Standard part name and side (left, right or None) of a renderer part."""
    side = None
    for s in ("left", "right"):
        if part.endswith("_" + s):
            part, side = part[:-len(s) - 1], s
    if part.startswith("wheel"):
        return "wheel", side
    return NAMES.get(part, part), side



def zbuffer(cam, w, h, records, step, seed=0):
    """Point-splat z-buffer of the car: owner, triangle and rest point per cell.

    Triangles get random samples in proportion to their projected area.
    """
    rng = np.random.default_rng(seed)
    gh, gw = h // step, w // step
    M = np.array(cam.matrix_world.inverted())
    f = cam.data.lens / cam.data.sensor_width * max(w, h)
    best = np.full(gh * gw, 1e9)
    own, rest_out = np.full(gh * gw, -1), np.zeros((gh * gw, 3))
    for k, q in enumerate(records):
        p = q["v"] @ M[:3, :3].T + M[:3, 3]
        z = -p[:, 2]
        zz = np.maximum(z, .05)
        xy = np.stack([w / 2 + f * p[:, 0] / zz, h / 2 - f * p[:, 1] / zz], 1) / step
        t = q["t"]
        a = xy[t]
        ok = (z[t] > .06).all(1) & (a.max(1) > 0).all(1) & (a[:, :, 0].min(1) < gw) & (a[:, :, 1].min(1) < gh)
        t, a = t[ok], a[ok]
        if not len(t):
            continue
        e0, e1 = a[:, 1] - a[:, 0], a[:, 2] - a[:, 0]
        ar = np.abs(e0[:, 0] * e1[:, 1] - e0[:, 1] * e1[:, 0]) / 2
        n = np.minimum(np.ceil(ar * 2.5).astype(int) + 1, 4000)
        i = np.repeat(np.arange(len(t)), n)
        u, v = rng.random(len(i)), rng.random(len(i))
        fl = u + v > 1
        u[fl], v[fl] = 1 - u[fl], 1 - v[fl]
        s = a[i, 0] + u[:, None] * e0[i] + v[:, None] * e1[i]
        d = z[t[i, 0]] * (1 - u - v) + z[t[i, 1]] * u + z[t[i, 2]] * v
        c = np.floor(s).astype(int)
        ins = (c >= 0).all(1) & (c[:, 0] < gw) & (c[:, 1] < gh)
        cell, d, i, u, v = (c[:, 1] * gw + c[:, 0])[ins], d[ins], i[ins], u[ins], v[ins]
        o = np.argsort(d)[::-1]
        cell, d, i, u, v = cell[o], d[o], i[o], u[o], v[o]
        last = np.full(gh * gw, -1)
        last[cell] = np.arange(len(cell))
        c = np.nonzero(last >= 0)[0]
        j = last[c]
        win = d[j] < best[c]
        c, j = c[win], j[win]
        r, tt = q["rest"], t[i[j]]
        best[c], own[c] = d[j], k
        rest_out[c] = r[tt[:, 0]] * (1 - u[j] - v[j])[:, None] + r[tt[:, 1]] * u[j][:, None] + r[tt[:, 2]] * v[j][:, None]
    return gh, gw, own, rest_out


def annotate(cam: Any, w: int, h: int, records: list[dict[str, Any]], damages: list[Any], step: int, cv2: Any,
             image_id: int, min_px: int = 60) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """COCO annotations of the visible damages in one picture, with part and side; and the categories."""
    gh, gw, own, rest_px = zbuffer(cam, w, h, records, step)
    anns: list[dict[str, Any]] = []
    mx, my = lens_maps(gw, gh)

    def add(mask: np.ndarray, cat: int, extra: dict[str, Any]) -> None:
        g = mask.reshape(gh, gw).astype(np.uint8)
        g = cv2.morphologyEx(g, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        g = cv2.remap(g, mx, my, cv2.INTER_NEAREST)
        n = int(g.sum())
        if n < 6 or n * step * step < min_px:
            return
        ys, xs = np.nonzero(g)
        seg: list[list[int]] = []
        for c in cv2.findContours(cv2.resize(g, (gw * step, gh * step), interpolation=cv2.INTER_NEAREST),
                                  cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1)[0]:
            if len(c) >= 3:
                seg.append([int(v) for v in c.reshape(-1)])
        anns.append(dict(id=image_id * 100 + len(anns), image_id=image_id, category_id=cat, iscrowd=0, area=n * step * step,
                         bbox=[int(xs.min() * step), int(ys.min() * step), int((xs.max() - xs.min() + 1) * step),
                               int((ys.max() - ys.min() + 1) * step)], segmentation=seg, **extra))

    for d in damages:
        by_part: dict[str, np.ndarray] = {}
        for i in np.unique(own[own >= 0]):
            q = records[i]
            if not d.affects(q["part"]):
                continue
            sel = np.nonzero(own == i)[0]
            p = rest_px[sel]
            by_part.setdefault(q["part"], np.zeros(len(own), bool))[sel] |= d.mask(p, q["part"])
        for part, m in by_part.items():
            kind = TRUTH_CLASS[d.kind]
            if part == "debris" or part.startswith("number_plate") or (d.kind == "front_crash" and any(
                    e.kind == "broken_lamp" and e.part == part for e in damages)):
                continue
            name, side = standard_part(part)
            add(m, CLASSES[kind], dict(part=name, side=side, damage_id=d.id, damage_type=d.kind, severity=d.sev))
    return anns, [dict(id=i, name=k, supercategory="damage") for k, i in CLASSES.items()]
