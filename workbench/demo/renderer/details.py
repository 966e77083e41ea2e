"""Small things that make a car look used: antenna, badges, rear wiper, exhaust, sensors, plates."""

from __future__ import annotations

import os
from typing import Any

import bpy
import numpy as np

from .parts import box_sdf, capsule, hit, lathe, rec, sdf_part
from .surface import smax, surface_nets

Record = dict[str, Any]
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
)


def build(body: Any) -> list[Record]:
    """Antenna, badges, rear wiper, exhaust, parking sensors and tow cover."""
    L, wb, out = body.p.lift, body.p.wheelbase, []
    p0 = hit(body, (body.p.roof_end - 0.22, 0, 2), (0, 0, -1))
    f = lambda p: smax(
        capsule(p * [1, 2.0, 1], p0 + [-0.05, 0, 0.0], p0 + [0.04, 0, 0.035], 0.024), (p0[2] - 0.01) - p[:, 2], 0.01
    )
    out.append(sdf_part("antenna", "roof", "gloss", f, p0 - 0.1, p0 + 0.1, 0.008))
    front_z = {"a": 0.615, "b": 0.60, "c": 0.70}[body.p.face]
    for nm, org, d, dz in (
        ("front", (-1.5, 0, front_z + L), (1, 0, 0), 1),
        ("rear", (wb + 2, 0, 0.92 + L), (-1, 0, 0), -1),
    ):
        p = hit(body, org, d)
        prof = [(1e-4, 0.006), (0.030, 0.006), (0.033, 0.010), (0.038, 0.010), (0.041, 0), (0.041, -0.03)]
        if body.p.face == "b":  # a solid shield instead of a ring
            prof = [(1e-4, 0.012), (0.030, 0.010), (0.036, 0.004), (0.038, -0.03)]
        v, t = lathe(prof, 48)
        oval = 1.35 if body.p.face == "c" else 1.0
        v = np.stack([-dz * v[:, 1], v[:, 0] * oval, v[:, 2] / oval], 1) + p
        out.append(rec("badge_" + nm, "grille" if nm == "front" else "tailgate", "chrome", v, t))
    # rear wiper along the foot of the tailgate glass
    ys = np.linspace(0.02, 0.36, 5)
    pts = [hit(body, (wb + 2.5, y, 1.065 + L + 0.05 * (y - 0.02)), (-1, 0, 0), 4) + [0.013, 0, 0.0] for y in ys]
    g = lambda p: np.min([capsule(p, pts[i], pts[i + 1], 0.0085) for i in range(4)], 0)
    out.append(sdf_part("rear_wiper", "rear_glass", "rubber", g, np.min(pts, 0) - 0.03, np.max(pts, 0) + 0.03, 0.007))
    p = pts[0]
    out.append(
        sdf_part(
            "rear_wiper_foot",
            "rear_glass",
            "rubber",
            lambda q: np.linalg.norm(q - p, axis=1) - 0.022,
            p - 0.03,
            p + 0.03,
            0.007,
        )
    )
    # exhaust and parking sensors
    v, t = lathe([(0.026, 0.10), (0.030, 0.10), (0.031, -0.06), (0.026, -0.06), (0.025, 0.10)], 32)
    out.append(
        rec(
            "exhaust",
            "rear_bumper",
            "metal",
            np.stack([-v[:, 1], v[:, 0] - 0.48, v[:, 2] + 0.245 + L], 1) + [body.x_rear - 0.13, 0, 0],
            t,
        )
    )
    for y in (-0.62, -0.24, 0.24, 0.62):
        q = hit(body, (wb + 2.5, y, 0.515 + L), (-1, 0, 0), 4)
        v, t = lathe([(1e-4, 0.0015), (0.011, 0.0012), (0.0125, -0.003), (0.0125, -0.02)], 24)
        out.append(
            rec(f"sensor_{y}", "rear_bumper", "plastic", np.stack([v[:, 1], v[:, 0], v[:, 2]], 1) + q, t[:, ::-1])
        )
    return out


def text_mesh(txt: str, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Characters as a mesh lying in the (u, v) plane, centred."""
    cu = bpy.data.curves.new("txt", "FONT")
    cu.body, cu.size, cu.align_x, cu.align_y, cu.extrude = txt, height, "CENTER", "CENTER", 0.0006
    for f in FONTS:
        if os.path.exists(f):
            cu.font = bpy.data.fonts.load(f, check_existing=True)
            break
    o = bpy.data.objects.new("txt", cu)
    me = bpy.data.meshes.new_from_object(o)
    me.calc_loop_triangles()
    v = np.array([x.co for x in me.vertices])
    t = np.array([x.vertices for x in me.loop_triangles])
    bpy.data.objects.remove(o)
    return v, t


def plates(body: Any, txt: str) -> list[Record]:
    """Front and rear number plates with their holders (text of districts that do not exist)."""
    L, out = body.p.lift, []
    for nm, sgn, z in (("front", -1, 0.475 + L), ("rear", 1, 0.79 + L)):
        p = hit(body, (sgn * 9, 0, z), (-sgn, 0, 0), 12)
        p2 = hit(body, (sgn * 9, 0, z + 0.05), (-sgn, 0, 0), 12)
        lean = np.clip((p2[0] - p[0]) / 0.05, -0.25, 0.25)
        frame = lambda u, v, d: np.stack([p[0] + sgn * (d + 0.014) + lean * v, u * sgn, z + v], 1)
        f = lambda q: box_sdf(q, (0, 0, 0), (0.26, 0.055, 0.004), 0.0039)
        v, t = surface_nets(f, (-0.27, -0.065, -0.012), (0.27, 0.065, 0.012), 0.006, 2)
        h = lambda q: box_sdf(q, (0, -0.006, -0.010), (0.268, 0.068, 0.010), 0.005)
        hv, ht = surface_nets(h, (-0.28, -0.085, -0.03), (0.28, 0.07, 0.008), 0.007, 2)
        tv, tt = text_mesh(txt, 0.098)
        for key, part_v, part_t, mat, du, dd in (
            ("plate", v, t, "plate", 0, 0),
            ("holder", hv, ht, "plastic", 0, 0),
            ("text", tv, tt, "ink", 0.02, 0.0042),
        ):
            w = frame(part_v[:, 0] + du, part_v[:, 1], part_v[:, 2] + dd)
            out.append(rec(f"{key}_{nm}", "number_plate_" + nm, mat, w, part_t))
        u = np.array([[-0.253, -0.048], [-0.217, -0.048], [-0.217, 0.048], [-0.253, 0.048]])
        w = frame(u[:, 0], u[:, 1], np.full(4, 0.0045))
        out.append(rec(f"euro_{nm}", "number_plate_" + nm, "euro", w, np.array([[0, 1, 2], [0, 2, 3]])))
    return out
