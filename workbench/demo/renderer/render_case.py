"""Render one case, or demonstration sets, to JPEGs with COCO truth.

    python -m workbench.demo.renderer.render_case --case case.json --out DIR --size 640x480
    python -m workbench.demo.renderer.render_case --set hatch_door_scratch [--set …]    (from sets.json into photos/)
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .studio import Quality, Studio, log

DEMO = Path(__file__).parent.parent


def render(case: dict[str, Any], names: list[tuple[str, str, dict[str, float]]], out: Path, q: Quality) -> dict[str, Any]:
    """Render (file, view, options) of a case into `out`; returns the COCO truth."""
    st = Studio(case, q)
    coco: dict[str, Any] = {"info": {"description": "synthetic damage case", "name": case.get("name", "")}, "images": [], "annotations": [], "categories": []}
    for i, (file, view, opt) in enumerate(names, 1):
        ann, coco["categories"] = st.render(view, out / file, i, **opt)
        coco["images"].append({"id": i, "file_name": file, "width": q.width, "height": q.height, "view": view})
        coco["annotations"] += ann
    return coco


def render_set(name: str, spec: dict[str, Any], only: set[str]) -> None:
    """Render a set of sets.json at full size and write its truth.json."""
    job = spec["render"]
    w, h = (1200, 1600) if job.get("portrait") else (1600, 1200)
    out = DEMO / "photos" / name
    names = [(p["file"], p["camera"], p.get("options", {})) for p in spec["photos"] if not only or p["file"] in only]
    coco = render({"name": name, **job}, names, out, Quality(w, h, scale=job.get("scale", Quality.scale)))
    truth = out / spec["truth"]
    if only and truth.exists():                   # keep the truth of the pictures that were not made again
        old = json.loads(truth.read_text())
        ids = {i["id"] for i in old["images"] if i["file_name"] in only}
        base = 1000
        for i in coco["images"]:
            i["id"] += base
        for a in coco["annotations"]:
            a["id"], a["image_id"] = a["id"] + base * 100, a["image_id"] + base
        coco["images"] = [i for i in old["images"] if i["id"] not in ids] + coco["images"]
        coco["annotations"] = [a for a in old["annotations"] if a["image_id"] not in ids] + coco["annotations"]
    truth.write_text(json.dumps(coco, separators=(",", ":")) + "\n")


def main() -> None:
    """Command line."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--case", type=Path)
    ap.add_argument("--set", action="append", default=[])
    ap.add_argument("--file", action="append", default=[], help="only these files of a set")
    ap.add_argument("--out", type=Path, default=Path("out"))
    ap.add_argument("--size", default="1600x1200")
    ap.add_argument("--samples", type=int, default=6)
    ap.add_argument("--scale", type=float, default=.62, help="internal render scale")
    ap.add_argument("--step", type=float, default=.018, help="body mesh resolution in metres")
    ap.add_argument("--views", default="")
    a = ap.parse_args()
    sets = json.loads((DEMO / "sets.json").read_text()) if a.set else {}
    for name in (list(sets) if a.set == ["all"] else a.set):
        log("set", name)
        render_set(name, sets[name], set(a.file))
    if a.case:
        case = json.loads(a.case.read_text())
        w, h = map(int, a.size.split("x"))
        views = a.views.split(",") if a.views else case["views"]
        names = [(f"{case['name']}_{i:02d}_{v.rstrip('+-')}.jpg", v, {}) for i, v in enumerate(views, 1)]
        coco = render(case, names, a.out, Quality(w, h, a.scale, a.samples, a.step))
        (a.out / f"{case['name']}_coco.json").write_text(json.dumps(coco))


if __name__ == "__main__":
    main()
