"""How the words of label files map to our classes and parts."""

from __future__ import annotations

import re
from typing import Final

from cv_models.findings import CATEGORIES, PARTS

CLASS_NAMES: Final = {
    "smash": "deformation",
    "pushed_in": "deformation",
    "severe_deformation": "deformation",
    "broken_headlamp": "broken_lamp",
    "lamp_broken": "broken_lamp",
    "glass_shatter": "broken_glass",
    "shattered_glass": "broken_glass",
}
"""Names of damage classes in label files that differ from ours."""

PART_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "bumper": ("bumper_front", "bumper_rear"),
    "fender": ("fender", "quarter_panel"),
    "door": ("door_front", "door_rear"),
    "light": ("headlamp", "tail_lamp"),
    "hood": ("bonnet",),
    "windshield": ("windscreen", "rear_window"),
    "trunk": ("boot_lid",),
    "front_bumper": ("bumper_front",),
    "rear_bumper": ("bumper_rear",),
    "front_door": ("door_front",),
    "rear_door": ("door_rear",),
    "tailgate": ("boot_lid",),
    "hatch": ("boot_lid",),
    "taillamp": ("tail_lamp",),
    "quarter": ("quarter_panel",),
}
"""Part names of label files; a coarse name stands for several of ours, and any of them is right."""

_SIDES = {"left", "right", "l", "r", "centre"}


def _plain(word: str) -> str:
    return re.sub(r"[\s\-]+", "_", word.strip().lower())


def class_name(label: str) -> str:
    """Our name of a damage class, or the word in plain form when we have none; `known_class` tells which."""
    plain = _plain(label)
    return CLASS_NAMES.get(plain, plain)


def known_class(label: str) -> str | None:
    """Our name of a damage class, or None when it is none of ours."""
    name = class_name(label)
    return name if name in CATEGORIES else None


def part_names(label: str | None) -> tuple[str, ...]:
    """Those of `PARTS` that a part label allows; empty when it says nothing that we know.

    Sides are dropped: `front_left_door`, `door_front_left` and `fender_l` mean the part alone.
    """
    if not label:
        return ()
    words = [word for word in _plain(label).split("_") if word not in _SIDES]
    name = "_".join(words)
    return (name,) if name in PARTS else PART_NAMES.get(name, ())
