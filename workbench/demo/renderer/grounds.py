"""Ground and wall materials."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bpy
import cv2
import numpy as np

from .materials import G


def _cloud(r: np.random.Generator, px: int, cells: int) -> np.ndarray:
    """Smooth tileable noise 0..1 with the given number of cells per side."""
    n = r.random((cells, cells)).astype(np.float32)
    n = np.pad(n, 2, mode="wrap")
    k = px // cells
    return cv2.resize(n, (px + 4 * k, px + 4 * k), interpolation=cv2.INTER_CUBIC)[2 * k:2 * k + px, 2 * k:2 * k + px]


def asphalt_image(px: int = 4096) -> np.ndarray:
    """Asphalt of 12 m by 12 m, tileable: RGB albedo, alpha height. Baked, since noise nodes cost most of the render time."""
    r = np.random.default_rng(4)
    big, mid, small = (sum(_cloud(r, px, c * 2 ** i) * .5 ** (i + 1) for i in range(n)) for c, n in ((4, 3), (32, 4), (256, 3)))
    grain = cv2.GaussianBlur(r.random((px, px)).astype(np.float32), (0, 0), 1.0, borderType=cv2.BORDER_REFLECT)
    grain = (grain - grain.mean()) / grain.std()
    v = .055 + .030 * (big - .45) + .030 * (mid - .45) + .020 * (small - .45) + .011 * grain
    light = np.clip((grain - 1.3) * .9, 0, 1)
    v = v * (1 - light) + .15 * light
    rgb = np.stack([v, v * .985, v * .955], -1)
    spots = np.clip((_cloud(r, px, 8) * .6 + mid * .4 - .66) * 9, 0, .6)[..., None]
    rgb = rgb * (1 - spots) + .016 * spots
    crack = np.zeros((px, px), np.uint8)
    for _ in range(5):                            # a few long thin cracks
        p, a = r.uniform(0, px, 2), r.uniform(0, 6.3)
        pts = [p]
        for _ in range(140):
            a += r.normal(0, .35)
            p = p + np.array([np.cos(a), np.sin(a)]) * 14
            pts.append(p)
        cv2.polylines(crack, [np.array(pts).astype(np.int32)], False, 255, int(r.integers(1, 4)), cv2.LINE_AA)
    k = (crack / 255.0 * .8)[..., None]
    rgb = np.clip(rgb * (1 - k) + .012 * k, .008, 1)
    h = np.clip(.5 + .16 * grain + .2 * (small - .45) - .4 * k[..., 0], 0, 1)
    return np.concatenate([rgb, h[..., None]], -1).astype(np.float32)


def asphalt() -> Any:
    """Worn asphalt from the baked image."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "telekalk_vehicles"
    fn = cache / "asphalt_1.npy"
    if not fn.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(fn, asphalt_image().astype(np.float16))
    data = np.load(fn).astype(np.float32)
    im = bpy.data.images.new("asphalt", data.shape[1], data.shape[0], alpha=True, float_buffer=True)
    im.colorspace_settings.name, im.alpha_mode = "Non-Color", "CHANNEL_PACKED"
    im.pixels.foreach_set(data.ravel())
    im.pack()
    g = G("asphalt")
    m = g.n("Mapping")
    g.put(m, "Vector", g.n("TexCoord").outputs["Object"])
    m.inputs["Scale"].default_value = (1 / 12, 1 / 12, 1)
    m.inputs["Location"].default_value = (.37, .21, 0)
    t = g.n("TexImage", interpolation="Linear")
    t.image = im
    g.put(t, "Vector", m.outputs[0])
    b = g.bsdf(color=t.outputs["Color"], rough=.85, spec=.35, normal=g.bump(t.outputs["Alpha"], .8, .004))
    return g.done(b.outputs[0])


def paving():
    g = G("paving")
    co = g.n("TexCoord").outputs["Object"]
    br = g.n("TexBrick", offset=0.5)
    g.put(br, "Vector", co)
    for k, v in (
        ("Scale", 1.0),
        ("Mortar Size", 0.0035),
        ("Mortar Smooth", 0.4),
        ("Brick Width", 0.20),
        ("Row Height", 0.10),
        ("Bias", 0.0),
    ):
        br.inputs[k].default_value = v
    g.put(br, "Color1", (0.22, 0.21, 0.20))
    g.put(br, "Color2", (0.15, 0.145, 0.14))
    g.put(br, "Mortar", (0.035, 0.034, 0.028))
    n1, n2 = g.noise(co, 1.2, 4, 0.65), g.noise(co, 120, 2, 0.7)
    c = g.mix(g.rng(n1, 0.35, 0.75, 0, 0.55), br.outputs["Color"], (0.085, 0.08, 0.072, 1))
    c = g.mix(g.rng(n2, 0.4, 0.75, 0, 0.5), c, (0.30, 0.29, 0.275, 1))
    h = g.math("ADD", g.math("MULTIPLY", br.outputs["Fac"], -1.6), g.math("MULTIPLY", n2, 0.35))
    b = g.bsdf(color=c, rough=0.85, spec=0.3, normal=g.bump(h, 0.9, 0.006))
    return g.done(b.outputs[0])


def masonry(name, kind):
    g = G(name)
    co = g.n("TexCoord").outputs["Object"]
    sp = g.n("SeparateXYZ")
    g.put(sp, 0, co)
    uv = g.n("CombineXYZ")
    g.put(uv, 0, g.math("ADD", sp.outputs[0], sp.outputs[1]))
    g.put(uv, 1, sp.outputs[2])
    n1, n2 = g.noise(co, 0.7, 4, 0.65), g.noise(co, 60, 2, 0.7)
    if kind == "brick":
        br = g.n("TexBrick", offset=0.5)
        g.put(br, "Vector", uv.outputs[0])
        for k, v in (
            ("Scale", 1.0),
            ("Mortar Size", 0.006),
            ("Mortar Smooth", 0.3),
            ("Brick Width", 0.25),
            ("Row Height", 0.077),
        ):
            br.inputs[k].default_value = v
        g.put(br, "Color1", (0.23, 0.085, 0.055))
        g.put(br, "Color2", (0.14, 0.055, 0.042))
        g.put(br, "Mortar", (0.30, 0.28, 0.25))
        c, h = (
            br.outputs["Color"],
            g.math("ADD", g.math("MULTIPLY", br.outputs["Fac"], -1.2), g.math("MULTIPLY", n2, 0.4)),
        )
    else:
        c = g.mix(g.rng(n2, 0.3, 0.7), (0.46, 0.43, 0.37, 1), (0.54, 0.51, 0.45, 1))
        h = n2
    c = g.mix(g.rng(n1, 0.42, 0.8, 0, 0.5), c, (0.16, 0.15, 0.13, 1))
    low = g.math("MULTIPLY", g.rng(sp.outputs[2], 0.5, 0), g.rng(n1, 0.3, 0.6))
    c = g.mix(g.math("MULTIPLY", low, 0.7, clamp=True), c, (0.07, 0.072, 0.055, 1))
    b = g.bsdf(color=c, rough=0.9, spec=0.2, normal=g.bump(h, 0.7, 0.004))
    return g.done(b.outputs[0])
