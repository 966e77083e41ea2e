"""How a damaged part is treated: the decision from category, severity and size to replace, repair, paint or press out.

Plain rules, meant to be read and argued with; each answer carries its reason and the rule or table that it comes from. They propose,
the expert decides. Bigger or more severe never gives a lighter treatment (tests/cases/test_treatment.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from cv_models.damage.scale import Size

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


MM = Decimal
#: Dents up to this length are pressed out; pricing table ``dents``, row ``maximum_mm``.
PRESS_MM: Final = MM(50)
#: Spot repair: damage up to 3.5 cm, one spot per part, not on two-colour paint (description of the GT Motive system, support article).
SPOT_MM: Final = MM(35)
#: Parts on which a spot repair shows: large, level faces in full light. Our judgement.
NO_SPOT: Final = frozenset({"bonnet", "roof"})
#: Length up to which a damage is minor, and up to which moderate. The first bounds of dent and scratch as above, the others our judgement.
LENGTH_BOUNDS: Final[dict[str, tuple[Decimal, Decimal]]] = {
    "dent": (PRESS_MM, MM(150)),
    "scratch": (SPOT_MM, MM(400)),
    "crack": (MM(60), MM(200)),
    "deformation": (MM(0), MM(200)),
    "panel_damage": (PRESS_MM, MM(200)),
}
#: Outer area of panels, mm²: a middle of common cars, our judgement. Over half of it filled is paint level IV (RULES a.4).
PANEL_MM2: Final[dict[str, Decimal]] = {
    "bumper_front": MM(700_000),
    "bumper_rear": MM(700_000),
    "fender": MM(450_000),
    "door_front": MM(750_000),
    "door_rear": MM(650_000),
    "bonnet": MM(1_300_000),
    "boot_lid": MM(800_000),
    "quarter_panel": MM(800_000),
    "sill": MM(250_000),
    "roof": MM(1_600_000),
}
HALF: Final = Decimal("0.5")

#: What a proposal rests on.
RULES: Final[dict[str, tuple[str, str]]] = {
    "press": ("Tabelle Drücktechnik: bis 50 mm", "table of dent removal: up to 50 mm"),
    "spot": ("Spot-Repair bis 35 mm oder Streifspur am Stoßfänger, je Teil einmal", "spot repair up to 35 mm or bumper scuff, once per part"),
    "paint": ("Lackstufen nach AZT/DAT", "paint levels of AZT/DAT"),
    "repair": ("Tabelle Arbeitszeiten, Stufe nach Schwere", "table of job times, by severity"),
    "replace": ("Erfahrungsregel: wird nicht instand gesetzt", "rule of thumb: not repaired"),
    "look": ("auf dem Foto nicht zu entscheiden", "not to be decided on the photo"),
}  # fmt: skip
CLOSER: Final = ("Art nicht erkennbar: Nahaufnahme anfordern", "kind not visible: ask for a closer photo")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is proposed for one part.

    Attributes:
        kind: replace, repair (with paint), paint_only, press (PDR), note (a person must look).
        repair_severity: which repair time is taken.
        paint_level: paint level, or None where nothing is painted.
        uncertain: rests on an assumption.
        why_de, why_en: the decision in words.
        rule: name in ``RULES`` of what it rests on.
        cap_only: of a mirror only the cap is replaced.
    """

    kind: Kind
    repair_severity: str | None = None
    paint_level: str | None = None
    uncertain: bool = False
    why_de: str = ""
    why_en: str = ""
    rule: str = "repair"
    cap_only: bool = False

    @property
    def rank(self) -> int:
        """Order of effort, for choosing the heaviest treatment of a part: kind, then severity, then paint level."""
        base = {"note": 0, "paint_only": 10, "press": 20, "repair": 30, "replace": 60}[self.kind]
        if self.kind == "replace":
            return base + (0 if self.cap_only else 1)
        severity = SEVERITIES.index(self.repair_severity) if self.repair_severity else 0
        return base + 6 * severity + (PAINT_ORDER.index(self.paint_level) if self.paint_level in PAINT_ORDER else 0)

    @property
    def basis(self) -> tuple[str, str]:
        """German and English words for the rule or table."""
        return RULES[self.rule]


#: Paint levels by effort.
PAINT_ORDER: Final = ("", "spot", "surface", "repair_lt_50", "repair_gt_50", "new")
_REPLACE: Final = ("ersetzen", "replace")


def _replace(part: str, why: tuple[str, str] = ("", ""), *, uncertain: bool = False) -> Treatment:
    paint = None if part in UNPAINTED or part == "mirror" else "new"
    reason = why if why[0] else _REPLACE
    return Treatment("replace", None, paint, uncertain, *reason, rule="replace")


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


def severity_by_size(category: str, length: Decimal) -> str | None:
    """Severity that a length in millimetres speaks for; None for classes that are replaced at any length."""
    bounds = LENGTH_BOUNDS.get(category)
    if bounds is None:
        return None
    if length <= bounds[0]:
        return "minor"
    return "moderate" if length <= bounds[1] else "severe"


def _heavier(one: str | None, other: str | None) -> str | None:
    known = [level for level in (one, other) if level in SEVERITIES]
    return max(known, key=SEVERITIES.index) if known else None


def treat(
    part: str,
    category: str,
    severity: str | None,
    size_share: Decimal | None = None,
    *,
    guessed: bool = False,
    size: Size | None = None,
) -> Treatment:
    """The proposal for one finding.

    Args:
        part: outer part without side.
        category: damage class.
        severity: minor, moderate, severe; None counts as what the size speaks for, else as moderate, and makes the line uncertain.
        size_share: share of the part's area that is damaged, 0 to 1, where known.
        guessed: the severity is a guess; the line is uncertain all the same.
        size: in millimetres, where a scale is on the photo. It never makes a stated severity lighter; heavier only where the whole
            interval lies beyond the bound. A guessed one gives way to it.
    """
    # Broken glass, a broken lamp and a missing part are replaced at any severity: not knowing it leaves no doubt.
    unsure = (severity is None or guessed) and category not in {"broken_glass", "broken_lamp", "missing_part"}
    if size is not None:
        stated = severity is not None and not guessed
        by_size = severity_by_size(category, size.low if stated else size.length)
        severity = _heavier(severity if stated or by_size is None else None, by_size)
        panel = PANEL_MM2.get(part)
        if panel is not None and size_share is None:
            size_share = min(Decimal(1), size.area / panel)
    level = severity or "moderate"
    large = size_share is not None and size_share > HALF
    if part in UNPAINTED:
        return _unpainted(part, category, level, unsure)
    if part == "mirror":
        if category == "scratch" and level != "severe":
            why = ("Spiegelkappe ersetzen und lackieren", "replace and paint the mirror cap")
            return Treatment("replace", None, "new", unsure, *why, rule="replace", cap_only=True)
        return _replace(part, uncertain=unsure)
    found = (
        _bumper(part, category, level, large, unsure)
        if part in BUMPERS
        else _panel(part, category, level, large, unsure, size)
    )
    if category != "panel_damage":
        return found
    words = (f"{found.why_de} ({CLOSER[0]})", f"{found.why_en} ({CLOSER[1]})")
    return replace(found, uncertain=True, why_de=words[0], why_en=words[1])


def _unpainted(part: str, category: str, level: str, unsure: bool) -> Treatment:
    if part == "wheel" and category == "scratch" and level != "severe":
        why = (
            "Felge aufbereiten, wenn nur die Oberfläche verletzt ist",
            "refurbish the rim if only its surface is hurt",
        )
        return Treatment("repair", level, None, True, *why)
    if category == "scratch" and part not in GLASS:
        why = ("ersetzen, wenn der Kratzer sich nicht polieren lässt", "replace unless the scratch can be polished")
        return _replace(part, why, uncertain=True)
    if part in GLASS and category not in {"broken_glass", "crack", "missing_part"}:
        return Treatment("note", None, None, True, "Glas prüfen", "check the glass", rule="look")
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
            return Treatment("paint_only", None, "spot", unsure, "Spot-Repair", "spot repair", rule="spot")
        if level == "moderate":
            return _surface(unsure)
        return _repair("minor", "repair_gt_50" if large else "repair_lt_50", uncertain=unsure)
    return _repair(level, "repair_gt_50" if large else "repair_lt_50", uncertain=unsure)


def _surface(unsure: bool) -> Treatment:
    words = ("Oberfläche lackieren", "paint the surface")
    return Treatment("paint_only", None, "surface", unsure, *words, rule="paint")


def _panel(part: str, category: str, level: str, large: bool, unsure: bool, size: Size | None) -> Treatment:
    if category == "missing_part" or (category == "crack" and part not in WELDED):
        return _replace(part, uncertain=unsure)
    if category == "scratch":
        if level == "minor" and not large:
            if size is not None and size.length <= SPOT_MM and part not in NO_SPOT:
                return Treatment("paint_only", None, "spot", True, "Spot-Repair", "spot repair", rule="spot")
            return _surface(unsure)
        deep = level == "severe" or large
        return _repair("minor", "repair_gt_50" if deep else "repair_lt_50", uncertain=unsure)
    if category == "dent" and level == "minor" and not large:
        why = ("Drücken ohne Lackieren, wenn der Lack heil ist", "press without paint if the paint is whole")
        return Treatment("press", None, None, True, *why, rule="press")
    heavy = category in {"deformation", "crack", "broken_glass", "broken_lamp"}
    if level == "severe" or (heavy and level == "moderate"):
        if part in WELDED and not (heavy and level == "severe"):
            why = ("instand setzen; Abschnitt kann nötig werden", "repair; a section may become necessary")
            return _repair("severe", "repair_gt_50", uncertain=True, why=why)
        return _replace(part, uncertain=unsure or part in WELDED)
    if heavy:
        return _repair("moderate", "repair_gt_50", uncertain=unsure)
    return _repair(level, "repair_gt_50" if large else "repair_lt_50", uncertain=unsure)
