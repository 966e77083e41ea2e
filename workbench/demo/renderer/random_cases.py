"""Many small random pictures with COCO truth, as training material for the damage detector.

    python -m workbench.demo.renderer.random_cases --out DIR --count 200 --seed 1000

Writes DIR/images/*.jpg and DIR/annotations.json (rewritten after every case). Seeds start above those of
the demonstration sets, so that no demonstration picture is among the training material.
"""
from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from .bodyshape import FACES, STYLES
from .materials import PAINTS
from .studio import Quality, Studio, log

Rng = np.random.Generator
BACKDROPS = ("hedge", "wall", "street", "supermarket", "courtyard")
#: part -> where along (front to rear, or left to right) and up the middle of a damage may lie
PLACES = {"front_door": ((.25, .75), (.2, .6)), "rear_door": ((.25, .7), (.25, .6)), "fender": ((.3, .7), (.5, .75)),
          "quarter_panel": ((.6, .85), (.25, .45)), "front_bumper": ((.1, .9), (.4, .75)), "rear_bumper": ((.1, .9), (.4, .75)),
          "bonnet": ((.3, .7), (.25, .7)), "tailgate": ((.25, .75), (.15, .4))}


def _u(r: Rng, a: float, b: float) -> float:
    return round(float(r.uniform(a, b)), 3)


def _sheet_damage(r: Rng, part: str) -> list[dict[str, Any]]:
    """A dent, a scratch, both, or a crack in a bumper, at a random place of a part."""
    (a0, a1), (b0, b1) = PLACES[part.removesuffix("_left").removesuffix("_right")]
    at = [_u(r, a0, a1), _u(r, b0, b1)]
    base = {"part": part, "at": at, "direction_deg": _u(r, -20, 20), "seed": int(r.integers(1 << 30))}
    scratch = {**base, "type": "scratch", "size": [_u(r, .25, .95), _u(r, .07, .22)], "severity": _u(r, .3, 1), "rub": _u(r, .6, 1.1)}
    dent = {**base, "type": "dent", "size": [_u(r, .22, .6), _u(r, .14, .34)], "severity": _u(r, .4, 1), "depth_scale": _u(r, .9, 1.3),
            "scuff": bool(r.random() < .6)}
    if "bumper" in part and r.random() < .45:
        crack = {**base, "type": "crack", "size": [.2, _u(r, .14, .32)], "severity": _u(r, .5, 1), "direction_deg": _u(r, -60, 60)}
        return [crack, dent] if r.random() < .4 else [crack, scratch] if r.random() < .4 else [crack]
    k = r.random()
    return [scratch] if k < .42 else [dent] if k < .8 else [dent, {**scratch, "at": [at[0], min(.9, at[1] + .06)]}]


def random_damages(r: Rng) -> tuple[list[dict[str, Any]], list[str]]:
    """Damages of one car and the corner views that show them."""
    side = "left" if r.random() < .5 else "right"
    y = .25 if side == "left" else .75
    k = r.random()
    if k < .10:
        return [], ["front_left", "rear_right"] if r.random() < .5 else ["front_right", "rear_left"]
    if k < .20:
        c = {"type": "front_crash", "part": "front_bumper", "at": [y, .6], "severity": _u(r, .45, .95), "offset_y": _u(r, .1, .5) * (-1 if side == "left" else 1),
             "size": [1.2, .6], "seed": int(r.integers(1 << 30))}
        lamp = {"type": "broken_lamp", "part": f"headlamp_{side}", "at": [.4, .5], "size": [.4, .2], "severity": _u(r, .6, 1)}
        return [c, lamp] if r.random() < .7 else [c], [f"front_{side}"]
    if k < .32:
        lamp = "headlamp" if r.random() < .5 else "taillamp"
        end = "front" if lamp == "headlamp" else "rear"
        d = {"type": "broken_lamp", "part": f"{lamp}_{side}", "at": [_u(r, .3, .6), .5], "size": [.4, .2], "severity": _u(r, .6, 1), "seed": int(r.integers(1 << 30))}
        return [d] + (_sheet_damage(r, f"{end}_bumper") if r.random() < .5 else []), [f"{end}_{side}"]
    if k < .44:
        if r.random() < .5:
            d = {"type": "glass_crack", "part": "windscreen", "at": [_u(r, .25, .75), _u(r, .3, .6)], "size": [1.3, 1.0], "severity": _u(r, .4, 1),
                 "hits": int(r.integers(1, 3)), "seed": int(r.integers(1 << 30))}
        else:
            d = {"type": "broken_glass", "part": f"{'front' if r.random() < .5 else 'rear'}_side_glass_{side}", "at": [_u(r, .35, .65), .45],
                 "size": [.95, .5], "severity": _u(r, .3, 1), "seed": int(r.integers(1 << 30))}
        return [d], [f"front_{side}"]
    first = ("front_door", "rear_door", "fender", "quarter_panel", "front_bumper", "rear_bumper", "bonnet", "tailgate")[int(r.integers(8))]
    part = first if first in ("front_bumper", "rear_bumper", "bonnet", "tailgate") else f"{first}_{side}"
    ds = _sheet_damage(r, part)
    end = "rear" if first in ("rear_door", "quarter_panel", "rear_bumper", "tailgate") else "front"
    if "bumper" in part:
        side = "left" if ds[0]["at"][0] < .5 else "right"
    return ds, [f"{end}_{side}"]


def random_case(seed: int) -> tuple[dict[str, Any], list[str]]:
    """Case and views of a seed: up to three groups of damages on different parts of one car."""
    r = np.random.default_rng(seed)
    light = ("overcast", "overcast", "sun", "sun", "garage")[int(r.integers(5))]
    damages, corners = random_damages(r)
    for _ in range(2 if damages else 0):
        more, where = random_damages(r)
        taken = {d["part"] for d in damages}
        crash = any(d["type"] == "front_crash" for d in damages + more)
        if more and not crash and not taken & {d["part"] for d in more}:
            damages, corners = damages + more, corners + where
    case = {"body": str(r.choice(list(STYLES))), "face": str(r.choice(FACES)), "colour": str(r.choice(list(PAINTS))), "dirt": _u(r, .05, .8),
            "seed": seed, "neighbours": 2, "rim": int(r.integers(4)), "exposure": _u(r, -.5, .45), "tint": _u(r, -.05, .06),
            "plate": "ZZ·" + "".join(r.choice(list("ABCDEFHKLMNPRSTX"), 2)) + f" {r.integers(10, 9999)}",
            "scene": {"backdrop": str(r.choice(BACKDROPS)), "ground": "paving" if r.random() < .3 else "asphalt", "light": light,
                      "sun_elevation": _u(r, 6, 55), "sun_azimuth": _u(r, 0, 360)},
            "damages": damages}
    views = list(dict.fromkeys(corners))
    for i, d in enumerate(damages):
        far = d["type"] == "front_crash"
        views += [f"damage{i}_{v}" for v in (("2m", "2m", "1m", "1m") if far else ("2m", "1m", "05m"))]
    return case, views[:12]


def add_case(coco: dict[str, Any], seed: int, out: Path, q: Quality) -> None:
    """Render the case of a seed, and write annotations.json anew."""
    case, views = random_case(seed)
    log("case", seed, len(coco["images"]), case["body"], case["scene"]["backdrop"], [d["type"] for d in case["damages"]])
    studio = Studio(case, q)
    for view in views:
        n = len(coco["images"]) + 1
        name = f"images/s{seed}_{n:04d}.jpg"
        ann, coco["categories"] = studio.render(view, out / name, n)
        coco["images"].append({"id": n, "file_name": name, "width": q.width, "height": q.height, "view": view, "seed": seed})
        coco["annotations"] += ann
    part = out / "annotations.tmp"
    part.write_text(json.dumps(coco))
    os.replace(part, out / "annotations.json")


def main() -> None:
    """Command line."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--count", type=int, default=200, help="number of pictures, at least")
    ap.add_argument("--seed", type=int, default=1000)
    ap.add_argument("--samples", type=int, default=3)
    ap.add_argument("--size", default="640x480")
    a = ap.parse_args()
    w, h = map(int, a.size.split("x"))
    target = a.out / "annotations.json"
    coco: dict[str, Any] = json.loads(target.read_text()) if target.exists() else {"images": [], "annotations": [], "categories": []}
    seed = max([a.seed - 1, *(i["seed"] for i in coco["images"])]) + 1
    while len(coco["images"]) < a.count:
        add_case(coco, seed, a.out, Quality(w, h, .8, a.samples, .026, 88))
        seed += 1


if __name__ == "__main__":
    main()
