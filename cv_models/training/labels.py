"""The taxonomy of training: label groups, and how the labels of each data source map to them."""

from __future__ import annotations

from dataclasses import dataclass

from cv_models.findings import PARTS


@dataclass(frozen=True)
class HeadLayout:
    """Columns of the detector's output per label group and for the part.

    Attributes:
        groups: name and classes of each label group, in order.
        parts: names of the outer parts; logits of the part under the centre of the box.

    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[str, ...]

    @property
    def columns(self) -> dict[str, int]:
        """First column of each group's objectness; box columns 0 to 3 precede the first group."""
        columns: dict[str, int] = {}
        place = 0
        for name, classes in self.groups:
            columns[name] = place
            place += 5 + len(classes)
        columns["parts"] = place
        return columns


REGION = "region"
PANEL = "panel"

LAYOUT = HeadLayout(
    groups=(
        (REGION, ("scratch", "dent", "crack", "deformation", "broken_glass", "broken_lamp")),
        (PANEL, ("panel_damage", "broken_glass", "broken_lamp")),
    ),
    parts=PARTS,
)
"""`region` learns from tight outlines (and renders), `panel` from loose boxes of whole damaged parts: the two kinds of
labels contradict each other on the same photo."""

CLASS_NAMES = {"smash": "deformation", "broken_headlamp": "broken_lamp", "pushed_in": "deformation"}
"""Names in label files that differ from ours."""

PART_NAMES: dict[str, tuple[str, ...]] = {
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


def class_name(label: str) -> str:
    """Our name of a damage class."""
    return CLASS_NAMES.get(label, label)


def part_candidates(label: str | None) -> tuple[int, ...]:
    """Indices into `PARTS` that a part label allows; empty when it says nothing.

    Sides are dropped: `front_left_door`, `door_front_left` and `fender_l` mean the part alone.
    """
    if not label:
        return ()
    name = "_".join(word for word in label.lower().split("_") if word not in {"left", "right", "l", "r", "centre"})
    if name in PARTS:
        return (PARTS.index(name),)
    return tuple(PARTS.index(part) for part in PART_NAMES.get(name, ()))
