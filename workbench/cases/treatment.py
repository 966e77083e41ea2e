"""How a damaged part is treated: the decision from category, severity and size to replace, repair, paint or press out.

Plain rules, meant to be read and argued with; each answer carries its reason. They propose, the expert decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["replace", "repair", "paint_only", "press", "note"]

SEVERITIES: Final = ("minor", "moderate", "severe")
GLASS: Final = frozenset({"windscreen", "side_window", "rear_window"})
LAMPS: Final = frozenset({"headlamp", "tail_lamp", "fog_lamp"})
UNPAINTED: Final = frozenset({*GLASS, *LAMPS, "grille", "wheel"})
BUMPERS: Final = frozenset({"bumper_front", "bumper_rear"})
WELDED: Final = frozenset({"quarter_panel", "sill", "roof"})

CATEGORY_NAMES: Final[dict[str, tuple[str, str]]] = {
    "scratch": ("Kratzer", "scratch"),
    "dent": ("Delle", "dent"),
    "crack": ("Riss", "crack"),
    "broken_glass": ("Glasbruch", "broken glass"),
    "broken_lamp": ("Leuchte gebrochen", "broken lamp"),
    "missing_part": ("Teil fehlt", "missing part"),
    "deformation": ("Verformung", "deformation"),
    "panel_damage": ("Blechschaden", "panel damage"),
}
SEVERITY_NAMES: Final[dict[str, tuple[str, str]]] = {
    "minor": ("leicht", "minor"),
    "moderate": ("mittel", "moderate"),
    "severe": ("schwer", "severe"),
}


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is proposed for one part.

    Attributes:
        kind: replace, repair (with paint), paint_only, press (PDR), note (a person must look).
        repair_severity: which repair time is taken.
        paint_level: paint level, or None where nothing is painted.
        uncertain: rests on an assumption.
        why_de, why_en: the decision in words.
    """

    kind: Kind
    repair_severity: str | None = None
    paint_level: str | None = None
    uncertain: bool = False
    why_de: str = ""
    why_en: str = ""

    @property
    def rank(self) -> int:
        """Order of effort, for choosing the heaviest treatment of a part."""
        base = {"note": 0, "paint_only": 10, "press": 12, "repair": 20, "replace": 30}[self.kind]
        return base + (SEVERITIES.index(self.repair_severity) if self.repair_severity else 0)


_REPLACE: Final = ("ersetzen", "replace")


def _replace(part: str, why: tuple[str, str] = ("", ""), *, uncertain: bool = False) -> Treatment:
    paint = None if part in UNPAINTED or part == "mirror" else "new"
    reason = why if why[0] else _REPLACE
    return Treatment("replace", None, paint, uncertain, *reason)


def _repair(severity: str, level: str, *, uncertain: bool = False, why: tuple[str, str] = ("", "")) -> Treatment:
    reason = why if why[0] else ("instand setzen und lackieren", "repair and paint")
    return Treatment("repair", severity, level, uncertain, *reason)


#: Share of a photo of the whole vehicle that a damage covers: up to the first bound minor, up to the second moderate.
SHARE_BOUNDS: Final = (Decimal("0.004"), Decimal("0.030"))


def severity_by_share(photo_share: Decimal | None, photo_role: str | None) -> str | None:
    """Severity guessed from the size of the region on a photo of the whole vehicle; a close-up says nothing about size."""
    if photo_share is None or photo_role != "vehicle":
        return None
    if photo_share <= SHARE_BOUNDS[0]:
        return "minor"
    return "moderate" if photo_share <= SHARE_BOUNDS[1] else "severe"


def treat(
    part: str, category: str, severity: str | None, size_share: Decimal | None = None, *, guessed: bool = False
) -> Treatment:
    """The proposal for one finding.

    Args:
        part: outer part without side.
        category: damage class.
        severity: minor, moderate, severe; None counts as moderate and makes the line uncertain.
        size_share: share of the part's area that is damaged, 0 to 1, where known.
        guessed: the severity is a guess; the line is uncertain all the same.
    """
    # Broken glass, a broken lamp and a missing part are replaced at any severity: not knowing it leaves no doubt.
    unsure = (severity is None or guessed) and category not in {"broken_glass", "broken_lamp", "missing_part"}
    level = severity or "moderate"
    large = size_share is not None and size_share > Decimal("0.5")
    if part in UNPAINTED:
        return _unpainted(part, category, level, unsure)
    if part == "mirror":
        if category == "scratch" and level != "severe":
            why = ("Spiegelkappe ersetzen und lackieren", "replace and paint the mirror cap")
            return Treatment("replace", None, "new", unsure, *why)
        return _replace(part, uncertain=unsure)
    if part in BUMPERS:
        return _bumper(part, category, level, large, unsure)
    return _panel(part, category, level, large, unsure)


def _unpainted(part: str, category: str, level: str, unsure: bool) -> Treatment:
    if category == "scratch" and part not in GLASS:
        why = ("ersetzen, wenn der Kratzer sich nicht polieren lässt", "replace unless the scratch can be polished")
        return _replace(part, why, uncertain=True)
    if part in GLASS and category not in {"broken_glass", "crack", "missing_part"}:
        return Treatment("note", None, None, True, "Glas prüfen", "check the glass")
    return _replace(part, uncertain=unsure)


def _bumper(part: str, category: str, level: str, large: bool, unsure: bool) -> Treatment:
    if category in {"missing_part", "broken_glass", "broken_lamp"} or (level == "severe" and category != "scratch"):
        return _replace(part, uncertain=unsure)
    if category == "deformation" or (category == "crack" and level == "moderate"):
        return _replace(part, uncertain=unsure)
    if category == "crack":
        why = ("Riss kunststoffschweißen und lackieren", "weld the crack and paint")
        return _repair("moderate", "repair_lt_50", uncertain=True, why=why)
    if category == "scratch":
        if level == "minor":
            return Treatment("paint_only", None, "spot", unsure, "Spot-Repair", "spot repair")
        if level == "moderate":
            return Treatment("paint_only", None, "surface", unsure, "Oberfläche lackieren", "paint the surface")
        return _repair("minor", "repair_gt_50" if large else "repair_lt_50", uncertain=unsure)
    return _repair(level, "repair_gt_50" if large else "repair_lt_50", uncertain=unsure)


def _panel(part: str, category: str, level: str, large: bool, unsure: bool) -> Treatment:
    if category == "missing_part" or (category == "crack" and part not in WELDED):
        return _replace(part, uncertain=unsure)
    if category == "scratch":
        if level == "minor" and not large:
            return Treatment("paint_only", None, "surface", unsure, "Oberfläche lackieren", "paint the surface")
        deep = level == "severe" or large
        return _repair("minor", "repair_gt_50" if deep else "repair_lt_50", uncertain=unsure)
    if category == "dent" and level == "minor":
        why = ("ohne Lackieren drücken, wenn der Lack heil ist", "press without paint if the paint is whole")
        return Treatment("press", None, None, True, *why)
    heavy = category in {"deformation", "crack", "broken_glass", "broken_lamp"}
    if level == "severe" or (heavy and level == "moderate"):
        if part in WELDED and not (heavy and level == "severe"):
            why = ("instand setzen; Abschnitt kann nötig werden", "repair; a section may become necessary")
            return _repair("severe", "repair_gt_50", uncertain=True, why=why)
        return _replace(part, uncertain=unsure or part in WELDED)
    if heavy:
        return _repair("moderate", "repair_gt_50", uncertain=unsure)
    return _repair(level, "repair_gt_50" if large else "repair_lt_50", uncertain=unsure)
