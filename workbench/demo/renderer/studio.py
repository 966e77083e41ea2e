"""Builds the scene of one case and renders its views with COCO truth."""
from __future__ import annotations

import os
import pickle
import sys
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import cv2
import numpy as np

from . import apply, bodyshape, camera, damage, details, lighting, materials, panels, parts, post, surroundings, truth
from .primitives import mesh_object
from .surface import surface_nets

HERE = Path(__file__).parent
SOURCES = ("surface", "bodyshape", "faces", "shutlines", "panels", "parts", "details")
RIMS = ((.42, .425, .43), (.42, .425, .43), (.05, .05, .052), (.25, .255, .26))
Record = dict[str, Any]


def log(*a: object) -> None:
    """Progress line."""
    print("[render]", *a, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Quality:
    """Picture size in pixels, internal scale, samples per pixel and mesh step in metres."""

    width: int = 1600
    height: int = 1200
    scale: float = .5
    samples: int = 3
    step: float = .026
    jpeg: int = 84


def car_records(style: str, face: str, step: float) -> tuple[Any, list[Record]]:
    """Body surface, panels and extra parts of one car (without plates), cached on disk."""
    body = bodyshape.Body(bodyshape.BodyParams.of(style, face))
    spokes = 5 if face == "b" else 7
    src = b"".join((HERE / f"{f}.py").read_bytes() for f in SOURCES)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "telekalk_vehicles"
    fn = cache / f"{style}_{face}_{spokes}_{int(step * 1e4)}_{zlib.crc32(src)}.pkl"
    if fn.exists():
        return body, pickle.loads(fn.read_bytes())  # noqa: S301 - our own cache
    v, t = surface_nets(body, *body.bbox(), step)
    recs = panels.build(body, v, t) + parts.build(body, spokes=spokes)
    cache.mkdir(parents=True, exist_ok=True)
    fn.write_bytes(pickle.dumps(recs))
    return body, recs


def joined(name: str, recs: list[Record], mats: dict[str, Any]) -> Any:
    """All records as one object with several materials (many objects cost more than many triangles)."""
    used: dict[str, int] = {}
    slots: list[Any] = []
    idx = []
    for q in recs:
        key = q["mat"]
        if key == "paint" and "paint:" + q["part"] in mats:
            key = "paint:" + q["part"]
        if key in ("screen", "glass") and "screen:" + q["part"] in mats:
            key = "screen:" + q["part"]
        if key in ("lampglass", "redglass") and "lamp:" + q["part"] in mats:
            key = "lamp:" + q["part"]
        if key not in used:
            used[key] = len(slots)
            slots.append(mats[key])
        idx.append(np.full(len(q["t"]), used[key], np.int32))
    off = np.cumsum([0] + [len(q["v"]) for q in recs])
    v = np.concatenate([q["v"] for q in recs])
    n = np.concatenate([np.tile([0, 0, 1.0], (len(q["v"]), 1)) if q["n"] is None else q["n"] for q in recs])
    t = np.concatenate([q["t"] + o for q, o in zip(recs, off, strict=False)])
    rest = np.concatenate([q.get("rest", q["v"]) for q in recs])
    o = mesh_object(name, v, t, slots[0], n, rest)
    for m in slots[1:]:
        o.data.materials.append(m)
    o.data.polygons.foreach_set("material_index", np.concatenate(idx))
    return o


def neighbours(parked: list[surroundings.Parked], own: str, rng: np.random.Generator, most: int = 4) -> None:
    """Put other cars at the parked places: up to `most` other bodies, faces and colours."""
    styles, colours = list(bodyshape.STYLES), list(materials.PAINTS)
    pool = []
    for k in range(min(most, len({p[3] for p in parked}))):
        style = styles[int(rng.integers(len(styles)))]
        face = bodyshape.FACES[(bodyshape.FACES.index(own) + 1 + k % 2) % 3]
        colour = colours[int(rng.integers(len(colours)))]
        body, recs = car_records(style, face, .026)
        txt = "ZZ·" + "".join(rng.choice(list("ABCDEHKLMN"), 2)) + f" {rng.integers(10, 9999)}"
        mats = materials.car_set(colour, float(rng.uniform(.1, .5)), {}, f"_n{k}", RIMS[int(rng.integers(4))])
        o = joined(f"neighbour{k}", recs + details.plates(body, txt), mats)
        o.location = (0, 0, -30)
        pool.append((body, o))
    for x, y, turn, k in parked:
        body, o = pool[k % len(pool)]
        c = bpy.data.objects.new("parked", o.data)
        mid = body.p.wheelbase / 2
        a = turn + float(rng.normal(0, .012))
        # places name the middle of a car standing at x - mid .. x + mid
        c.location = (x + 1.31 - mid * np.cos(a), y - mid * np.sin(a), 0)
        c.rotation_euler = (0, 0, a)
        bpy.context.scene.collection.objects.link(c)


def tonemap(lin: np.ndarray, comp: float = 0.0, tint: float = 0.0) -> np.ndarray:
    """Phone-like auto exposure, filmic curve and slight saturation; `comp` in stops, `tint` warms."""
    lum = lin @ np.array([.2126, .7152, .0722], np.float32)
    key = np.exp(np.mean(np.log(np.clip(lum, 1e-3, 4))))
    hi = np.percentile(lum, 96)
    x = lin * min((.165 / key) ** .7 * .95, 1.7 / max(hi, 1e-3)) * 2 ** comp
    x = x * np.array([1 + tint, 1, 1 - tint], np.float32)
    y = (x * (2.51 * x + .03)) / (x * (2.43 * x + .59) + .14)
    y = np.clip(y, 0, 1) ** (1 / 2.2)
    g = y.mean(-1, keepdims=True)
    return np.clip(g + (y - g) * 1.06, 0, 1)


def setup(w: int, h: int, samples: int) -> None:
    """Cycles on the processor with few samples and OpenImageDenoise."""
    sc = bpy.context.scene
    sc.render.engine = "CYCLES"
    c = sc.cycles
    c.device, c.samples = "CPU", samples
    c.max_bounces, c.diffuse_bounces, c.glossy_bounces, c.transmission_bounces, c.transparent_max_bounces = 4, 1, 2, 3, 6
    c.use_adaptive_sampling = False
    c.caustics_reflective = c.caustics_refractive = False
    c.sample_clamp_indirect = 4
    c.use_denoising, c.denoiser, c.denoising_input_passes = True, "OPENIMAGEDENOISE", "RGB_ALBEDO_NORMAL"
    c.denoising_prefilter = "FAST"
    r = sc.render
    r.resolution_x, r.resolution_y, r.resolution_percentage = w, h, 100
    r.image_settings.file_format, r.image_settings.color_depth = "OPEN_EXR", "16"
    r.use_persistent_data = True
    r.threads_mode, r.threads = "FIXED", 2


class Studio:
    """Scene of one case, ready to render views.

    `case`: body, face, colour, plate, dirt, seed, scene, damages; optional exposure, tint, rim, date, portrait.
    """

    def __init__(self, case: dict[str, Any], q: Quality) -> None:
        t0 = time.time()
        self.case, self.q = case, q
        self.rng = np.random.default_rng(case.get("seed", 1))
        bpy.ops.wm.read_factory_settings(use_empty=True)
        face = case.get("face", "a")
        self.body, recs = car_records(case["body"], face, q.step)
        recs = recs + details.plates(self.body, case.get("plate", "ZZ AB 123"))
        self.damages = [damage.Damage(s, recs, self.body, i) for i, s in enumerate(case.get("damages", []))]
        decals: dict[str, list[Any]] = {}
        for d in self.damages:
            d.paint(cv2)
            for k, dec in enumerate(d.decals):
                im = bpy.data.images.new(f"decal{d.id}_{k}", dec.image.shape[1], dec.image.shape[0], alpha=True, float_buffer=True)
                im.colorspace_settings.name, im.alpha_mode = "Non-Color", "CHANNEL_PACKED"
                im.pixels.foreach_set(np.ascontiguousarray(dec.image, np.float32).ravel())
                im.pack()
                for part in dec.parts:
                    decals.setdefault(part, []).append((im, dec.frame))
        self.records = apply.apply(recs, self.damages) + apply.debris(self.damages)
        mats = materials.car_set(case.get("colour", "silver"), case.get("dirt", .35), decals, rim=RIMS[case.get("rim", 0)])
        joined("car", self.records, mats)
        env = case.get("scene", {})
        neighbours(surroundings.environment(env, self.rng), face, self.rng, case.get("neighbours", 3))
        lighting.light(env, self.rng)
        setup(int(q.width * q.scale), int(q.height * q.scale), q.samples)
        log("scene", round(time.time() - t0, 1), "s", sum(len(r["t"]) for r in self.records), "triangles")

    def render(self, view: str, path: Path, number: int, blur: float = 0.0, exposure: float = 0.0) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Render one view to a JPEG; returns its COCO annotations (image id `number`) and the categories."""
        q, case, t0 = self.q, self.case, time.time()
        rw, rh = int(q.width * q.scale), int(q.height * q.scale)
        cam = camera.camera(view, self.body, self.damages, self.rng, q.height > q.width)
        bpy.context.scene.camera = cam
        path.parent.mkdir(parents=True, exist_ok=True)
        exr = str(path.with_suffix(".exr"))
        bpy.context.scene.render.filepath = exr
        bpy.ops.render.render(write_still=True)
        im = bpy.data.images.load(exr)
        px = np.empty(rw * rh * im.channels, np.float32)
        im.pixels.foreach_get(px)
        lin = px.reshape(rh, rw, im.channels)[::-1, :, :3].copy()
        bpy.data.images.remove(im)
        Path(exr).unlink()
        garage = case.get("scene", {}).get("light") == "garage"
        rgb = tonemap(np.nan_to_num(lin), case.get("exposure", 0.0) + exposure, case.get("tint", .025 if garage else 0.0))
        if q.scale != 1:
            rgb = np.clip(cv2.resize(rgb.astype(np.float32), (q.width, q.height), interpolation=cv2.INTER_CUBIC), 0, 1)
        if blur:                                  # a shaken hand
            k = np.zeros((int(blur) * 2 + 1,) * 2, np.float32)
            a = self.rng.uniform(0, 3.1)
            e = np.array([np.cos(a), np.sin(a)]) * blur
            cv2.line(k, tuple(int(v) for v in np.round(blur - e)), tuple(int(v) for v in np.round(blur + e)), 1.0, 1)
            rgb = cv2.filter2D(rgb.astype(np.float32), -1, cv2.GaussianBlur(k / k.sum(), (0, 0), max(.6, blur / 6)))
        iso = 500 if garage else 1600 if exposure < -1 else 64
        day = case.get("date", "2026:11:16")
        when = f"{day} {9 + case.get('seed', 1) % 8:02d}:{10 + number:02d}:{(7 + 13 * number) % 60:02d}"
        post.save(path, post.phone(rgb, self.rng, iso, cv2), when, iso, q.jpeg)
        ann, cats = truth.annotate(cam, q.width, q.height, self.records, self.damages, max(2, max(q.width, q.height) // 512), cv2, number)
        log(path.name, view, round(time.time() - t0, 1), "s,", path.stat().st_size // 1024, "KiB")
        return ann, cats
