"""Words that the tables share: parts, operations, levels, segments, with their names for people."""

from __future__ import annotations

from typing import Final

#: The 30 common outer parts that the demonstration tables price: German and English name, whether left and right exist, substrate.
PARTS: Final[dict[str, tuple[str, str, bool, str]]] = {
    "bumper_front": ("Stoßfänger vorn", "front bumper", False, "plastic"),
    "bumper_rear": ("Stoßfänger hinten", "rear bumper", False, "plastic"),
    "fender": ("Kotflügel vorn", "front fender", True, "metal"),
    "door_front": ("Tür vorn", "front door", True, "metal"),
    "door_rear": ("Tür hinten", "rear door", True, "metal"),
    "bonnet": ("Motorhaube", "bonnet", False, "metal"),
    "boot_lid": ("Heckklappe", "boot lid", False, "metal"),
    "quarter_panel": ("Seitenwand hinten", "quarter panel", True, "metal"),
    "sill": ("Schweller", "sill", True, "metal"),
    "roof": ("Dach", "roof", False, "metal"),
    "headlamp": ("Scheinwerfer", "headlamp", True, "none"),
    "tail_lamp": ("Rückleuchte", "tail lamp", True, "none"),
    "windscreen": ("Windschutzscheibe", "windscreen", False, "none"),
    "side_window": ("Seitenscheibe", "side window", True, "none"),
    "rear_window": ("Heckscheibe", "rear window", False, "none"),
    "mirror": ("Außenspiegel", "door mirror", True, "none"),
    "mirror_cap": ("Spiegelkappe", "mirror cap", True, "plastic"),
    "mirror_glass": ("Spiegelglas", "mirror glass", True, "none"),
    "grille": ("Kühlergrill", "grille", False, "none"),
    "wheel": ("Felge", "wheel rim", True, "none"),
    "fog_lamp": ("Nebelscheinwerfer", "fog lamp", True, "none"),
    "radiator": ("Kühler", "radiator", False, "none"),
    "front_panel": ("Frontträger", "front panel", False, "none"),
    "cross_member_front": ("Querträger vorn", "front cross member", False, "none"),
    "cross_member_rear": ("Querträger hinten", "rear cross member", False, "none"),
    "crash_box": ("Crashbox vorn", "front crash box", True, "none"),
    "wheel_arch_liner": ("Radhausschale", "wheel arch liner", True, "none"),
    "door_handle": ("Türgriff", "door handle", True, "plastic"),
    "door_trim_strip": ("Türzierleiste", "door trim strip", True, "none"),
    "parking_sensor": ("Parksensor", "parking sensor", True, "plastic"),
}
SEGMENTS: Final[tuple[str, ...]] = ("small", "compact", "middle", "suv")
SEGMENT_NAMES: Final[dict[str, tuple[str, str]]] = {
    "small": ("Kleinwagen", "small car"),
    "compact": ("Kompaktklasse", "compact car"),
    "middle": ("Mittelklasse", "middle class"),
    "suv": ("SUV", "SUV"),
}
SIZE_CLASSES: Final[tuple[str, ...]] = ("small", "medium", "large")
OPERATIONS: Final[dict[str, tuple[str, str]]] = {
    "replace": ("ersetzen", "replace"),
    "remove_install": ("aus- und einbauen", "remove and install"),
    "repair": ("instand setzen", "repair"),
    "adjust": ("einstellen", "adjust"),
    "calibrate": ("kalibrieren", "calibrate"),
    "check": ("prüfen", "check"),
    "auxiliary": ("Hohlraum konservieren", "cavity wax"),
}
SEVERITIES: Final[tuple[str, ...]] = ("minor", "moderate", "severe")
PAINT_LEVELS: Final[dict[str, tuple[str, str]]] = {
    "new": ("Neuteil", "new part"),
    "surface": ("Oberfläche", "surface"),
    "repair_lt_50": ("Reparatur bis 50 %", "repair up to 50 %"),
    "repair_gt_50": ("Reparatur über 50 %", "repair over 50 %"),
    "spot": ("Spot-Repair", "spot repair"),
    "blend": ("Beilackierung", "blending"),
}
SIDES: Final[dict[str, tuple[str, str]]] = {
    "left": ("links", "left"),
    "right": ("rechts", "right"),
    "centre": ("Mitte", "centre"),
}


def part_label(part: str, side: str | None = None) -> tuple[str, str]:
    """German and English name of a part, with its side where it has one."""
    german, english, sided, _ = PARTS.get(part, (part, part, True, "metal"))
    if side in {"left", "right"} and sided:
        return f"{german} {SIDES[side][0]}", f"{english}, {SIDES[side][1]}"
    return german, english


def substrate(part: str) -> str:
    """``metal``, ``plastic`` or ``none`` (not painted)."""
    return PARTS[part][3] if part in PARTS else "metal"
