"""Everything that is not cut from the body skin: wheels, mirrors, lamps'
inner structure, handles, plates, interior, wheel houses, wipers, badges."""

import numpy as np

from .faces import Face
from .panels import tri_normals
from .surface import clip, normals_of, smax, smin, sstep, surface_nets


def rec(name, part, mat, v, t, n=None):
    """One mesh record: name, part it belongs to, material key, vertices (m), triangles, normals."""
    n = tri_normals(v, t) if n is None else n
    return dict(name=name, part=part, mat=mat, v=v, t=t, n=n)


def lathe(profile, seg=64, closed=False):
    """Surface of revolution about the y axis from (r, y) points."""
    pr = np.asarray(profile, float)
    a = np.linspace(0, 2 * np.pi, seg, endpoint=False)
    v = np.stack(
        [pr[:, 0, None] * np.cos(a), np.repeat(pr[:, 1, None], seg, 1), pr[:, 0, None] * np.sin(a)], -1
    ).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(len(pr) - 1), np.arange(seg), indexing="ij")
    a0, a1 = i * seg + j, i * seg + (j + 1) % seg
    b0, b1 = a0 + seg, a1 + seg
    t = np.concatenate([np.stack([a0, a1, b1], -1).reshape(-1, 3), np.stack([a0, b1, b0], -1).reshape(-1, 3)])
    return v, t


def box_sdf(p, c, h, r):
    q = np.abs(p - np.asarray(c)) - np.asarray(h) + r
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0) - r


def capsule(p, a, b, r):
    a, b = np.asarray(a, float), np.asarray(b, float)
    h = np.clip(((p - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(p - a - h[:, None] * (b - a), axis=1) - r


def sdf_part(name, part, mat, f, lo, hi, step, project=3):
    v, t = surface_nets(f, lo, hi, step, project)
    return rec(name, part, mat, v, t, normals_of(f, v, step * 0.15))


def rim_fn(R, spokes):
    def f(p):
        r, th = np.hypot(p[:, 0], p[:, 2]), np.arctan2(p[:, 2], p[:, 0])
        y = p[:, 1]
        barrel = np.maximum(np.abs(r - (R - 0.012) + 0.02 * sstep(0.06, -0.05, y)) - 0.005, np.abs(y) - 0.093)
        lip = np.hypot(r - R + 0.002, y - 0.088) - 0.0075
        seg = 2 * np.pi / spokes
        a = np.abs((th + seg / 2) % seg - seg / 2)
        half = 0.10 + 0.06 * (1 - r / R)
        d = r * np.abs(np.sin(a - half)) - (0.0095 + 0.006 * (r / R))
        face = 0.048 + 0.034 * (r / R) ** 2
        thick = np.maximum(y - face - 0.006 * np.clip(1 - (d + 0.014) / 0.014, 0, 1), face - 0.045 - y)
        sp = smax(smax(d, thick, 0.010), r - R + 0.006, 0.01)
        hub = smax(r - 0.068, smax(y - 0.058, 0.0 - y, 0.01), 0.014)
        la = (th + seg / 2) % (2 * np.pi / 5) - np.pi / 5
        bolt = np.hypot(r * np.sin(la), r * np.cos(la) - 0.050) - 0.0095
        hub = smax(hub, -smax(bolt, 0.040 - y, 0.004), 0.004)
        g = smin(smin(sp, hub, 0.016), lip, 0.008)
        return smin(g, barrel, 0.010)

    return f


def wheel(R_tyre, spokes=5):
    """Wheel around the origin, outboard side +y."""
    R = R_tyre - 0.098
    out = []
    v, t = surface_nets(rim_fn(R, spokes), (-R - 0.02, -0.105, -R - 0.02), (R + 0.02, 0.105, R + 0.02), 0.0052, 3)
    out.append(rec("rim", "wheel", "rim", v, t, normals_of(rim_fn(R, spokes), v, 8e-4)))
    h = 0.100
    prof = [
        (R - 0.006, 0.078),
        (R + 0.004, 0.086),
        (R + 0.012, 0.092),
        (R + 0.03, h),
        (R + 0.055, h + 0.004),
        (R + 0.060, h + 0.0045),
        (R + 0.064, h + 0.0035),
        (R + 0.08, h - 0.006),
        (R + 0.092, h - 0.022),
        (R_tyre - 0.001, h - 0.036),
    ]
    for g in (0.045, 0.016, -0.016, -0.045):
        prof += [
            (R_tyre, g + 0.006),
            (R_tyre - 0.0005, g + 0.0045),
            (R_tyre - 0.007, g + 0.004),
            (R_tyre - 0.007, g - 0.004),
            (R_tyre - 0.0005, g - 0.0045),
            (R_tyre, g - 0.006),
        ]
    prof += [(R_tyre - 0.001, -h + 0.036), (R + 0.06, -h - 0.003), (R + 0.02, -h + 0.006), (R - 0.01, -0.08)]
    v, t = lathe(prof, 112)
    lug = (
        0.0025
        * (np.sin(np.arctan2(v[:, 2], v[:, 0]) * 112) > 0)
        * (np.abs(v[:, 1]) > 0.062)
        * (np.hypot(v[:, 0], v[:, 2]) > R_tyre - 0.012)
    )
    v[:, [0, 2]] *= (1 - lug / R_tyre)[:, None]
    out.append(rec("tyre", "tyre", "tyre", v, t[:, ::-1]))
    v, t = lathe([(0.03, 0.012), (0.145, 0.012), (0.147, 0.01), (0.147, -0.008), (0.14, -0.01)], 64)
    out.append(rec("disc", "wheel", "disc", v, t[:, ::-1]))
    v, t = lathe([(0.0001, 0.064), (0.022, 0.064), (0.027, 0.061), (0.028, 0.05)], 40)
    out.append(rec("cap", "wheel", "gloss", v, t[:, ::-1]))
    out.append(
        sdf_part(
            "caliper",
            "wheel",
            "plastic",
            lambda p: box_sdf(p, (0.115, 0.005, 0.03), (0.035, 0.034, 0.07), 0.015),
            (0.06, -0.05, -0.06),
            (0.17, 0.06, 0.12),
            0.012,
        )
    )
    return out


def place(parts, pos, rot_z=0.0, steer=0.0, mirror=False, suffix=""):
    res = []
    c, s = np.cos(steer), np.sin(steer)
    M = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    for q in parts:
        v, n, t = q["v"].copy(), q["n"].copy(), q["t"]
        a = rot_z
        S = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
        if q["name"] != "caliper":
            v, n = v @ S.T, n @ S.T
        if mirror:
            v[:, 1] *= -1
            n[:, 1] *= -1
            t = t[:, ::-1]
        v, n = v @ M.T, n @ M.T
        res.append(dict(q, name=q["name"] + suffix, v=v + pos, n=n, t=t))
    return res


def hit(body, origin, d, smax_=3.0):
    """First body surface point along a ray (sphere-marching with bisection)."""
    s = np.linspace(0, smax_, 3000)
    f = body(np.asarray(origin) + s[:, None] * np.asarray(d))
    i = int(np.argmax(f < 0))
    return np.asarray(origin) + s[max(i, 1)] * np.asarray(d)


def mirror(body, s):
    L = body.p.lift
    c = np.array([0.70, s * (body.hw + 0.085), 1.035 + L])

    def f(p):
        q = (p - c) / np.array([0.088, 0.108, 0.074])
        q[:, 0] = q[:, 0] - 0.15 * q[:, 1] * s * 0
        k = (np.abs(q) ** 2.8).sum(1) ** (1 / 2.8) - 1
        head = smax(k * 0.075, (p[:, 0] - c[0] - 0.040), 0.012)
        foot = capsule(p, c + [0.0, -s * 0.07, -0.055], c + [0.01, -s * 0.20, -0.075], 0.022)
        return head if f.head else smin(head + 0.004, foot, 0.03)

    f.head = True
    lo, hi = c - [0.12, 0.26, 0.15], c + [0.12, 0.26, 0.12]
    side = "left" if s < 0 else "right"
    v, t = surface_nets(f, lo, hi, 0.009, 3)
    v, t = clip(v, t, v[:, 2] - c[2] + 0.028)
    out = [rec("mirror_" + side, "mirror_" + side, "paint", v, t, normals_of(f, v))]
    f.head = False
    g = lambda p: f(p)
    out.append(sdf_part("mirror_base_" + side, "mirror_" + side, "plastic", g, lo, hi, 0.009))
    vv, tt = lathe([(1e-4, 0), (1.0, 0)], 40)
    w = (
        np.stack(
            [
                np.full(len(vv), 0.0425),
                np.sign(vv[:, 0]) * np.abs(vv[:, 0]) ** 0.7 * 0.088,
                np.sign(vv[:, 2]) * np.abs(vv[:, 2]) ** 0.7 * 0.058,
            ],
            1,
        )
        + c
    )
    out.append(
        rec(
            "mirror_glass_" + side,
            "mirror_" + side,
            "chrome",
            w,
            tt[:, ::-1] if s > 0 else tt[:, ::-1],
            np.tile([1.0, 0, 0], (len(w), 1)),
        )
    )
    return out


def build(body, steer=0.12, spokes=5, seed=0):
    """All extra parts of one car."""
    from . import details  # it uses the primitives of this module

    L, wb, hw = body.p.lift, body.p.wheelbase, body.hw
    rng = np.random.default_rng(seed)
    out = []
    w = wheel(body.p.wheel_r, spokes)
    for i, xc in enumerate((0, wb)):
        for s in (-1, 1):
            nm = ("front", "rear")[i] + ("_left" if s < 0 else "_right")
            q = place(
                w,
                np.array([xc, s * (hw - 0.115), body.p.wheel_r - 0.004]),
                rng.uniform(0, 6),
                steer if i == 0 else 0,
                s < 0,
                "_" + nm,
            )
            for r in q:
                r["part"] = "wheel_" + nm
            out += q
            v, t = lathe([(1e-3, 0), (body.arch_r + 0.012, 0), (body.arch_r + 0.012, 0.30)], 64)
            v = v * [1, s, 1] + [xc, s * (hw - 0.37), body.wheel_z]
            v, t = clip(v, t, v[:, 2] - 0.22 - L)
            out.append(rec("wheelhouse_" + nm, "body_inner", "black", v, t))
    for s, side in ((-1, "left"), (1, "right")):
        out += mirror(body, s)
        for k, hx in enumerate(body.handle_x()):
            hz = body.zcrease(hx) + 0.035
            p0 = hit(body, (hx - 0.1, s * 1.2, hz), (0, -s, 0))
            y0 = abs(p0[1]) + 0.014
            f = lambda p: smax(
                smin(
                    capsule(p, (hx - 0.085, s * y0, hz), (hx + 0.085, s * y0, hz + 0.004), 0.0125),
                    capsule(p, (hx + 0.088, s * (y0 - 0.02), hz + 0.004), (hx + 0.088, s * y0, hz + 0.004), 0.012),
                    0.01,
                ),
                np.abs(p[:, 1]) - y0 - 0.009,
                0.006,
            )
            out.append(
                sdf_part(
                    f"handle_{side}_{k}",
                    ("front", "rear")[k] + "_door_" + side,
                    "paint",
                    f,
                    (hx - 0.12, s * y0 - 0.04, hz - 0.03),
                    (hx + 0.12, s * y0 + 0.04, hz + 0.03),
                    0.005,
                )
            )
        # lamp modules: chrome bowls with projector lens
        for j, (ly, lz, R) in enumerate(Face.MODULES[body.p.face]):
            p = hit(body, (-1.2, s * ly, lz + L), (1, 0, 0))
            v, t = lathe(
                [(0.010, 0.045), (R * 0.6, 0.036), (R * 0.92, 0.014), (R, 0), (R * 1.1, 0.0), (R * 1.12, 0.03)], 40
            )
            v = np.stack([v[:, 1] * 0.9, v[:, 0], v[:, 2]], 1) + p + [0.028, 0, 0]
            out.append(rec(f"reflector_{side}_{j}", "headlamp_" + side, "chrome", v, t))
            f = lambda q, p=p, R=R: np.linalg.norm(q - p - [0.062, 0, 0], axis=1) - R * 0.78
            out.append(
                sdf_part(
                    f"lens_{side}_{j}",
                    "headlamp_" + side,
                    "lens",
                    f,
                    p + [0.02, -0.04, -0.04],
                    p + [0.10, 0.04, 0.04],
                    0.008,
                )
            )
    # interior
    H = body.p.height
    for i, (sx, sy) in enumerate(((1.42, -0.36), (1.42, 0.36), (2.28, -0.36), (2.28, 0.36), (2.28, 0))):
        f = lambda p: smin(
            smin(
                box_sdf(p, (sx, sy, 0.50 + L), (0.25, 0.24, 0.09), 0.06),
                box_sdf(
                    p - np.outer((p[:, 2] - 0.5 - L) * 0.28, [1, 0, 0]),
                    (sx + 0.22, sy, 0.78 + L),
                    (0.065, 0.23, 0.30),
                    0.06,
                ),
                0.05,
            ),
            box_sdf(p, (sx + 0.40, sy, H - 0.24 + 0 * L), (0.05, 0.12, 0.095), 0.045),
            0.04,
        )
        out.append(
            sdf_part(
                f"seat_{i}",
                "interior",
                "fabric",
                f,
                (sx - 0.3, sy - 0.3, 0.36 + L),
                (sx + 0.6, sy + 0.3, H - 0.09),
                0.03,
            )
        )
    f = lambda p: smax(box_sdf(p, (0.62, 0, 0.86 + L), (0.26, 0.74, 0.12), 0.08), body(p) + 0.05, 0.03)
    out.append(sdf_part("dashboard", "interior", "plastic", f, (0.3, -0.85, 0.65 + L), (1.0, 0.85, 1.05 + L), 0.03))
    f = lambda p: (
        np.hypot(
            np.hypot((p[:, 1] + 0.36), (p[:, 2] - 0.93 - L) * 1.05 + (p[:, 0] - 0.95) * 0.35) - 0.18,
            (p[:, 0] - 0.95) - (p[:, 2] - 0.93 - L) * 0.4,
        )
        - 0.016
    )
    out.append(sdf_part("steering_wheel", "interior", "plastic", f, (0.8, -0.6, 0.7 + L), (1.1, -0.1, 1.15 + L), 0.014))
    f = lambda p: box_sdf(p, (wb + 0.25, 0, 0.85 + L), (0.30, 0.55, 0.02), 0.015)
    out.append(sdf_part("shelf", "interior", "fabric", f, (wb - 0.1, -0.6, 0.8 + L), (wb + 0.6, 0.6, 0.9 + L), 0.03))
    # wipers
    for a, b in (((0.36, -0.60), (0.60, -0.10)), ((0.30, -0.02), (0.56, 0.48))):
        pts = [
            hit(body, (a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, 1.7), (0, 0, -1)) + [-0.008, 0, 0.012]
            for k in np.linspace(0, 1, 6)
        ]
        f = lambda p: np.min([capsule(p, pts[i], pts[i + 1], 0.0085) for i in range(5)], 0)
        lo, hi = np.min(pts, 0) - 0.03, np.max(pts, 0) + 0.03
        out.append(sdf_part(f"wiper_{a[1]}", "windscreen", "rubber", f, lo, hi, 0.007))
    # front structure that shows when the bonnet or bumper is open
    xf = body.x_front
    f = lambda p: smax(box_sdf(p, (xf + 0.17, 0, 0.475 + L), (0.035, 0.56, 0.055), 0.02), body(p) + 0.035, 0.02)
    out.append(
        sdf_part(
            "crash_beam", "body_inner", "metal", f, (xf + 0.08, -0.75, 0.38 + L), (xf + 0.3, 0.75, 0.58 + L), 0.016
        )
    )
    f = lambda p: smax(
        box_sdf(p, (xf + 0.28, 0, 0.52 + L), (0.02, 0.42, 0.20), 0.01) - 0.004 * np.sin(p[:, 2] * 300),
        body(p) + 0.06,
        0.02,
    )
    out.append(
        sdf_part("radiator", "body_inner", "metal", f, (xf + 0.2, -0.5, 0.28 + L), (xf + 0.36, 0.5, 0.74 + L), 0.02)
    )
    return out + details.build(body)
