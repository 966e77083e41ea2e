"""The outer parts that findings, tables and lines share by name; a line may name another part, which is then shown."""

from __future__ import annotations

from typing import Final

#: Outer parts without their side.
OUTER_PARTS: Final = frozenset(
    {
        "bonnet", "boot_lid", "bumper_front", "bumper_rear", "crash_box", "cross_member_front", "cross_member_rear",
        "door_front", "door_handle", "door_rear", "door_trim_strip", "fender", "fog_lamp", "front_panel", "grille",
        "headlamp", "mirror", "mirror_cap", "mirror_glass", "parking_sensor", "quarter_panel", "radiator", "rear_window",
        "roof", "side_window", "sill", "tail_lamp", "wheel", "wheel_arch_liner", "windscreen",
    }
)  # fmt: skip
#: Parts on which a scuff may be repaired as a spot whatever its size.
BUMPERS: Final = frozenset({"bumper_front", "bumper_rear"})
