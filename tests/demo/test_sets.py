"""The demonstration sets: every picture exists, decodes, is marked as synthetic, and the plan is consistent."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import workbench.demo

DEMO = Path(workbench.demo.__file__).parent
SETS: dict[str, dict[str, Any]] = json.loads((DEMO / "sets.json").read_text(encoding="utf-8"))
PARTS = {
    "bumper_front",
    "bumper_rear",
    "fender",
    "door_front",
    "door_rear",
    "bonnet",
    "boot_lid",
    "headlamp",
    "tail_lamp",
    "windscreen",
    "side_window",
    "rear_window",
    "mirror",
    "sill",
    "roof",
    "wheel",
    "grille",
    "quarter_panel",
}
CATEGORIES = {"scratch", "dent", "crack", "broken_glass", "broken_lamp", "missing_part", "deformation", "panel_damage"}
VIEWS = {"front_left", "front", "front_right", "left", "right", "rear_left", "rear", "rear_right"}


def test_there_are_at_least_ten_sets() -> None:
    assert len(SETS) >= 10


@pytest.mark.parametrize("name", SETS)
def test_pictures_decode_and_are_marked(name: str) -> None:
    for photo in SETS[name]["photos"]:
        path = DEMO / "photos" / name / photo["file"]
        with Image.open(path) as im:
            assert im.format == "JPEG"
            assert im.getexif()[0x010F] == "SYNTHETIC"
            assert 1600 <= max(im.size) <= 2000
            im.load()


@pytest.mark.parametrize("name", SETS)
def test_no_picture_is_left_unlisted(name: str) -> None:
    listed = {p["file"] for p in SETS[name]["photos"]}
    assert {p.name for p in (DEMO / "photos" / name).glob("*.jpg")} - {"00_registration.jpg"} == listed


def test_pictures_stay_small_in_all() -> None:
    assert sum(p.stat().st_size for p in (DEMO / "photos").rglob("*") if p.is_file()) <= 25 * 1024 * 1024


@pytest.mark.parametrize("name", SETS)
def test_truth_names_what_is_in_the_pictures(name: str) -> None:
    spec = SETS[name]
    truth = json.loads((DEMO / "photos" / name / spec["truth"]).read_text(encoding="utf-8"))
    assert {i["file_name"] for i in truth["images"]} == {p["file"] for p in spec["photos"]}
    sizes = {i["id"]: (i["width"], i["height"]) for i in truth["images"]}
    names = {c["id"]: c["name"] for c in truth["categories"]}
    assert set(names.values()) <= CATEGORIES
    for a in truth["annotations"]:
        x, y, w, h = a["bbox"]
        width, height = sizes[a["image_id"]]
        assert min(x, y) >= 0
        assert min(w, h) > 0
        assert x + w <= width + 8
        assert y + h <= height + 8
        assert a["part"] in PARTS
        assert a["category_id"] in names
    seen = {a["part"] for a in truth["annotations"]}
    assert {d["part"] for d in spec["damages"]} <= seen


@pytest.mark.parametrize("name", SETS)
def test_plan_of_a_set(name: str) -> None:
    spec = SETS[name]
    assert re.fullmatch(r"ZZ-[A-Z]{1,2} \d{1,4}", spec["plate"])
    assert spec["segment"] in {"small", "compact", "middle", "suv"}
    for d in spec["damages"]:
        assert d["category"] in CATEGORIES
        assert d["part"] in PARTS
        assert d["side"] in {"left", "right", "centre", None}
        assert 0 <= d["severity"] <= 1
    for p in spec["photos"]:
        assert p["view"] in VIEWS
        assert p["role"] in {"vehicle", "damage"}
    assert {"vehicle", "damage"} <= {p["role"] for p in spec["photos"]}
    claim = spec["claim"]
    assert claim["regime"] in {"kasko", "liability"}
    assert claim["leased_or_financed"] in {None, "leased", "financed"}
    assert date.fromisoformat(spec["vehicle"]["first_registration"]) < date.fromisoformat(claim["loss_date"])
    assert claim["email"].endswith("@example.org")


def test_plates_claims_and_seeds_are_unique() -> None:
    for values in (
        [s["plate"] for s in SETS.values()],
        [s["claim"]["claim_number"] for s in SETS.values()],
        [s["vehicle"]["vin_seed"] for s in SETS.values()],
        [s["render"]["seed"] for s in SETS.values()],
    ):
        assert len(set(values)) == len(values)
