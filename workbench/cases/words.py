"""German words for the codes of photos and findings, for letters and messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CATEGORY_DE: Mapping[str, str] = MappingProxyType(
    {
        "scratch": "Kratzer",
        "dent": "Delle",
        "crack": "Riss",
        "broken_glass": "Glasbruch",
        "broken_lamp": "Leuchte gebrochen",
        "missing_part": "Teil fehlt",
        "deformation": "Verformung",
        "panel_damage": "Schaden",
    }
)
PART_DE: Mapping[str, str] = MappingProxyType(
    {
        "bumper_front": "Stoßfänger vorn",
        "bumper_rear": "Stoßfänger hinten",
        "fender": "Kotflügel",
        "door_front": "Tür vorn",
        "door_rear": "Tür hinten",
        "bonnet": "Motorhaube",
        "boot_lid": "Heckklappe",
        "headlamp": "Scheinwerfer",
        "tail_lamp": "Rückleuchte",
        "windscreen": "Windschutzscheibe",
        "side_window": "Seitenscheibe",
        "rear_window": "Heckscheibe",
        "mirror": "Außenspiegel",
        "sill": "Schweller",
        "roof": "Dach",
        "wheel": "Rad",
        "grille": "Kühlergrill",
        "quarter_panel": "Seitenwand",
    }
)
SIDE_DE: Mapping[str, str] = MappingProxyType({"left": "links", "right": "rechts", "centre": "Mitte"})
ROLE_DE: Mapping[str, str] = MappingProxyType(
    {
        "registration_document": "Fahrzeugschein",
        "vehicle": "Fahrzeug",
        "damage": "Schaden",
        "odometer": "Kilometerstand",
        "other": "Foto",
    }
)
VIEW_DE: Mapping[str, str] = MappingProxyType(
    {
        "front_left": "vorn links",
        "front": "vorn",
        "front_right": "vorn rechts",
        "left": "links",
        "right": "rechts",
        "rear_left": "hinten links",
        "rear": "hinten",
        "rear_right": "hinten rechts",
    }
)


def part_de(part: str | None, side: str | None) -> str:
    """A part with its side, e.g. "Kotflügel links"; empty when the part is unknown."""
    if part is None:
        return ""
    return " ".join(word for word in (PART_DE.get(part, part), SIDE_DE.get(side or "", "")) if word)
