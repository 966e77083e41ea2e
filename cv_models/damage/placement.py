"""On which outer part, and on which side of the vehicle, does a finding sit?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cv_models.findings import Box

CENTRAL: Final = frozenset(
    {"bumper_front", "bumper_rear", "bonnet", "boot_lid", "windscreen", "rear_window", "roof", "grille"}
)
"""Parts of which a vehicle has one; their side is `centre`."""

HIDDEN: Final[dict[str, frozenset[str]]] = {
    "front": frozenset(
        {"bumper_rear", "boot_lid", "tail_lamp", "rear_window", "quarter_panel", "door_front", "door_rear", "sill"}
    ),
    "rear": frozenset(
        {"bumper_front", "bonnet", "headlamp", "windscreen", "grille", "fender", "door_front", "door_rear", "sill"}
    ),
    "front_left": frozenset({"bumper_rear", "boot_lid", "rear_window"}),
    "front_right": frozenset({"bumper_rear", "boot_lid", "rear_window"}),
    "rear_left": frozenset({"bumper_front", "bonnet", "grille", "windscreen", "headlamp"}),
    "rear_right": frozenset({"bumper_front", "bonnet", "grille", "windscreen", "headlamp"}),
}
"""Parts that a camera in this place cannot see."""

CATEGORY_PARTS: Final[dict[str, frozenset[str]]] = {
    "broken_lamp": frozenset({"headlamp", "tail_lamp"}),
    "broken_glass": frozenset({"windscreen", "side_window", "rear_window", "mirror"}),
}
"""A broken lamp sits on a lamp; no other class says where it is."""


def choose_part(
    probabilities: Sequence[float], names: Sequence[str], category: str, view: str | None, least: float
) -> str | None:
    """Most probable part that the class and the view allow, or None when it is less probable than `least`."""
    hidden = HIDDEN.get(view or "", frozenset())
    allowed = CATEGORY_PARTS.get(category)
    weights = {
        name: value
        for name, value in zip(names, probabilities, strict=True)
        if name not in hidden and (allowed is None or name in allowed)
    }
    if allowed is None:
        # A dent or scratch is on sheet metal or plastic, not on a lamp; glass is kept, for it does get scratched.
        for lamp in ("headlamp", "tail_lamp"):
            weights.pop(lamp, None)
    total = sum(weights.values())
    if not weights or total < 0.05:
        return None
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] / total >= least else None


def choose_side(part: str | None, view: str | None, box: Box, width: int) -> str | None:
    """Side of the vehicle (as its driver sees it), or None where the photo does not tell.

    Seen from the front, the vehicle's left is on the right of the photo. From an oblique view nearly everything lies
    on the near flank; only a lamp, fender or mirror at the outer rim of the photo belongs to the far one.
    """
    if part in CENTRAL:
        return "centre"
    if part is None or view is None:
        return None
    if view in {"left", "right"}:
        return view
    place = (box.x + box.width / 2) / max(1, width)
    if view in {"front", "rear"}:
        if 0.42 < place < 0.58:
            return None
        on_left_of_photo = place < 0.5
        return "left" if on_left_of_photo == (view == "rear") else "right"
    end, near = view.split("_")
    if part in {"headlamp", "tail_lamp", "fender", "mirror", "quarter_panel"}:
        # Front-left shows the front on the left of the photo and the left flank on its right; rear-left mirrors this.
        far_rim_is_left = (end == "front") == (near == "left")
        distance = place if far_rim_is_left else 1 - place
        if distance < 0.25:
            return "right" if near == "left" else "left"
    return near
