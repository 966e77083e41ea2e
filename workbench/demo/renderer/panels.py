"""Cuts the master body surface into named panels with real gaps."""

import numpy as np

from .faces import inter, union
from .shutlines import Lines
from .surface import clip, flange, gradient, normals_of, refine, sstep

GAP = 0.0042


def neg(f, off=0.0):
    """The field with its sign turned, shifted by `off` metres."""
    return lambda p: -f(p) - off


def build(body, v, t):
    """Return a list of part dicts: name, part, mat, v, t, n (world metres)."""
    ln = Lines(body)
    out = []

    def panel(name, part, mat, fields, gap=GAP, depth=0.016, push=0.0, fine=0, edge=True, src=None):
        pv, pt = src if src is not None else (v, t)
        for f in fields:
            val = f(pv)
            pv, pt = clip(pv, pt, val + 0.03)
            for _ in range(1):
                val = f(pv)
                n = normals_of(body, pv)
                near = np.abs(val) < 0.06
                g = gradient(f, pv[near])
                g -= (g * n[near]).sum(1, keepdims=True) * n[near]
                val[near] /= np.clip(np.linalg.norm(g, axis=1), 0.25, 4)
                pv, pt = clip(pv, pt, val - gap / 2)
            if not len(pt):
                return None
        for _ in range(fine):
            pv, pt = refine(pv, pt, np.ones(len(pv), bool))
        g = gradient(body, pv)
        g2 = (g * g).sum(1, keepdims=True)
        pv = pv - body(pv)[:, None] * g / np.maximum(g2, 0.1)
        n = g / np.sqrt(g2)
        rec = dict(name=name, part=part, mat=mat, rest_v=pv, rest_n=n)
        if push:
            d = push(pv) if callable(push) else push
            pv = pv - n * np.reshape(d, (-1, 1))
            if callable(push):
                n = tri_normals(pv, pt)
        if edge:
            pv, pt, n = flange(pv, pt, n, depth)
        rec.update(v=pv, t=pt, n=n)
        out.append(rec)
        return rec

    A0, A1 = ln.arch(0), ln.arch(1)
    wb = body.p.wheelbase
    top = lambda p: p[:, 2] - 0.60 - body.p.lift
    not_hl, not_tl = neg(ln.headlamp), neg(ln.taillamp)
    # front end
    panel("bonnet", "bonnet", "paint", [ln.bonnet_side, ln.bonnet_front, ln.cowl, top, not_hl])
    bump_hi = lambda p: union(-ln.front_line(p), 0.62 - np.abs(p[:, 1]), 0.05)
    fb = [
        lambda p: -0.12 - p[:, 0],
        A0,
        lambda p: union(-ln.bonnet_front(p), -ln.bonnet_side(p), 0.01),
        bump_hi,
        not_hl,
    ]
    panel("front_bumper", "front_bumper", "paint", fb + [neg(ln.grille), neg(ln.intake), neg(ln.pocket)], depth=0.03)
    slat = lambda pitch, base, amp, ax=2: lambda p: base + amp * np.abs(np.sin(p[:, ax] * np.pi / pitch)) ** 0.5
    grid = {"a": slat(0.026, 0.03, -0.018), "b": slat(0.030, 0.034, -0.022, 1), "c": slat(0.018, 0.02, -0.01)}[
        body.p.face
    ]
    panel("grille", "grille", "grille", fb[:1] + [ln.grille], push=grid, fine=2, edge=False)
    if body.p.face != "b":
        panel(
            "grille_frame",
            "grille",
            "chrome",
            fb[:1] + [lambda p: 0.013 - np.abs(ln.grille(p) - 0.004)],
            gap=0,
            push=-0.0025,
            depth=0.006,
        )
    hexa = lambda p: (
        0.045 - 0.022 * np.maximum(np.abs(np.sin(p[:, 2] * np.pi / 0.034)), np.abs(np.sin(p[:, 1] * np.pi / 0.06))) ** 4
    )
    panel("intake", "front_bumper", "plastic", fb[:1] + [ln.intake], push=hexa, fine=2, edge=False)
    for s, sd in ((-1, "left"), (1, "right")):
        S = ln.side(s)
        panel(
            f"pocket_{sd}",
            "front_bumper",
            "plastic",
            fb[:1] + [S, ln.pocket],
            push=slat(0.05, 0.03, -0.012),
            fine=1,
            edge=False,
        )
        panel(f"headlamp_{sd}", "headlamp_" + sd, "lampglass", [S, ln.headlamp], gap=0.005, depth=0.02)
        panel(
            f"headlamp_bowl_{sd}",
            "headlamp_" + sd,
            "lampbowl",
            [S, ln.headlamp],
            gap=0.003,
            push=lambda p: 0.012 + 0.075 * sstep(0, 0.035, ln.headlamp(p)),
            fine=1,
            edge=False,
        )
        panel(
            f"headlamp_drl_{sd}",
            "headlamp_" + sd,
            "drl",
            [S, lambda p: ln.headlamp(p) - 0.012, lambda p: 0.023 - ln.headlamp(p), lambda p: ln.drl_top(p)],
            gap=0,
            push=0.02,
            depth=0.01,
        )
        fend = [
            S,
            neg(ln.door_front),
            neg(ln.bonnet_side),
            A0,
            ln.front_line,
            not_hl,
            lambda p: ln.cowl(p) + 0.30 + 1.2 * (0.97 + ln.L - p[:, 2]),
            lambda p: body.zbelt(p[:, 0]) - 0.035 - p[:, 2],
            lambda p: union(ln.sill(p), -0.1 - p[:, 0], 0.02),
        ]
        panel(f"fender_{sd}", "fender_" + sd, "paint", fend)
        door = [S, ln.sill, ln.door_top]
        dlo_gap = lambda p: -(body.dlo(p) - 0.004)
        fd = door + [ln.door_front, neg(ln.bpillar)]
        rd = door + [ln.bpillar, ln.door_rear]
        panel(f"front_door_{sd}", "front_door_" + sd, "paint", fd + [dlo_gap])
        panel(f"rear_door_{sd}", "rear_door_" + sd, "paint", rd + [dlo_gap])
        # window trim, pillar cover, glass
        up = [S, lambda p: p[:, 2] - 0.85 - ln.L]
        panel(
            f"trim_{sd}",
            "window_trim",
            "rubber",
            up + [lambda p: body.dlo(p) - 0.003, lambda p: 0.022 - body.dlo(p)],
            gap=0,
            push=0.003,
        )
        panel(
            f"bpillar_{sd}",
            "pillar",
            "gloss",
            up + [lambda p: body.dlo(p) - 0.020, lambda p: 0.055 - np.abs(ln.bpillar(p) - 0.0)],
            gap=0,
            push=0.0045,
        )
        glass = up + [lambda p: body.dlo(p) - 0.020]
        xq = wb - 0.16
        panel(
            f"front_glass_{sd}",
            "front_side_glass_" + sd,
            "glass",
            glass + [lambda p: -ln.bpillar(p) - 0.05],
            gap=0,
            push=0.007,
            edge=False,
        )
        panel(
            f"rear_glass_{sd}",
            "rear_side_glass_" + sd,
            "glass",
            glass + [lambda p: ln.bpillar(p) - 0.05, lambda p: xq - p[:, 0]],
            gap=0,
            push=0.007,
            edge=False,
        )
        panel(
            f"qpillar_{sd}",
            "pillar",
            "gloss",
            glass + [lambda p: p[:, 0] - xq, lambda p: xq + 0.045 - p[:, 0]],
            gap=0,
            push=0.0045,
        )
        panel(
            f"quarter_glass_{sd}",
            "rear_side_glass_" + sd,
            "glass",
            glass + [lambda p: p[:, 0] - xq - 0.045],
            gap=0,
            push=0.007,
            edge=False,
        )
        door_any = lambda p: inter(inter(ln.door_top(p), ln.door_rear(p), 0.01), ln.door_front(p), 0.01)
        panel(
            f"quarter_{sd}",
            "quarter_panel_" + sd,
            "paint",
            [
                S,
                neg(door_any),
                neg(ln.roof_side),
                neg(ln.screen),
                A1,
                not_tl,
                lambda p: union(-ln.rear_bumper_top(p), wb - p[:, 0], 0.02),
                neg(ln.tail_side),
                lambda p: union(ln.sill(p), p[:, 0] - wb, 0.02),
                lambda p: union(p[:, 2] - body.zbelt(p[:, 0]) + 0.035, p[:, 0] - 1.2, 0.02),
                dlo_gap,
            ],
        )
        panel(
            f"sill_{sd}",
            "sill_" + sd,
            "plastic" if body.p.cladding else "paint",
            [
                S,
                neg(ln.sill),
                A0,
                A1,
                lambda p: p[:, 0] - 0.1,
                lambda p: wb - 0.1 - p[:, 0],
                lambda p: s * p[:, 1] - 0.7,
            ],
        )
        panel(
            f"taillamp_{sd}", "taillamp_" + sd, "redglass", [S, ln.taillamp, neg(ln.tail_side)], gap=0.004, depth=0.02
        )
        panel(
            f"taillamp_in_{sd}",
            "taillamp_" + sd,
            "tailbowl",
            [S, ln.taillamp, neg(ln.tail_side)],
            gap=0.004,
            fine=2,
            edge=False,
            push=lambda p: (
                0.014 + 0.03 * sstep(0, 0.02, ln.taillamp(p)) - 0.012 * np.abs(np.sin((p[:, 2] - 0.83) * np.pi / 0.03))
            ),
        )
        panel(
            f"reflector_rear_{sd}",
            "rear_bumper",
            "reflector",
            [S, lambda p: p[:, 0] - wb - 0.4, ln.rear_reflector],
            gap=0,
            push=-0.0025,
            depth=0.006,
        )
        panel(
            f"roofstrip_{sd}",
            "roof",
            "rubber",
            [S, lambda p: p[:, 2] - 1.2, lambda p: 0.006 - np.abs(ln.roof_side(p)), neg(ln.header), ln.roof_rear],
            gap=0,
            push=0.004,
        )
    # centre panels
    panel("roof", "roof", "paint", [ln.roof_side, neg(ln.header), ln.roof_rear, lambda p: p[:, 2] - 1.1 - ln.L])
    panel(
        "windscreen",
        "windscreen",
        "screen",
        [lambda p: p[:, 2] - 0.8, ln.screen, lambda p: 1.6 - p[:, 0]],
        gap=0.006,
        push=0.003,
    )
    panel(
        "cowl",
        "cowl",
        "plastic",
        [
            lambda p: p[:, 2] - 0.8,
            neg(ln.cowl),
            neg(ln.screen),
            lambda p: 0.045 + ln.cowl(p) + 0.12,
            lambda p: 0.70 - np.abs(p[:, 1]),
        ],
        push=0.006,
    )
    header = [lambda p: p[:, 2] - 1.2, ln.roof_side, ln.header, neg(ln.screen)]
    panel("header", "roof", "paint", header, gap=0.002)
    tail = [neg(ln.roof_rear), ln.tail_side, neg(ln.rear_bumper_top), lambda p: p[:, 0] - 2.6]
    panel("tailgate", "tailgate", "paint", tail + [neg(ln.rear_glass)])
    panel("rear_glass", "rear_glass", "glass", tail + [ln.rear_glass], push=0.002)
    rb = [lambda p: p[:, 0] - wb - 0.1, A1, ln.rear_bumper_top, not_tl]
    panel("rear_bumper", "rear_bumper", "paint", rb + [neg(ln.diffuser)], depth=0.03)
    panel("diffuser", "rear_bumper", "plastic", rb + [ln.diffuser], push=0.004)
    # dark inner shell that closes the gaps
    iv, it = v, t
    for f in (
        A0,
        A1,
        lambda p: -body.dlo(p) + 0.005,
        neg(ln.screen),
        neg(ln.rear_glass),
        neg(ln.headlamp),
        neg(ln.taillamp),
    ):
        ff = f if f in (A0, A1) else (lambda p, f=f: np.where(p[:, 2] > 0.5 + ln.L, f(p), 0.1))
        if f is not A0 and f is not A1:
            w = ff(iv)
            if "dlo" in f.__code__.co_names:
                w = np.where(np.abs(iv[:, 1]) > 0.35, w, 0.1)
        else:
            w = ff(iv)
        iv, it = clip(iv, it, w)
    n = normals_of(body, iv)
    out.append(
        dict(name="inner_shell", part="body_inner", mat="black", v=iv - n * 0.024, t=it, n=n, rest_v=iv, rest_n=n)
    )
    return out


def tri_normals(v, t):
    """Area-weighted vertex normals."""
    fn = np.cross(v[t[:, 1]] - v[t[:, 0]], v[t[:, 2]] - v[t[:, 0]])
    n = np.zeros_like(v)
    for c in range(3):
        for d in range(3):
            n[:, d] += np.bincount(t[:, c], fn[:, d], len(v))
    return n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12)
