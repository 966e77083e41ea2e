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
SEVERITY_NAMES: Final[dict[str, tuple[str, str]]] = {
    "minor": ("leicht", "minor"),
    "moderate": ("mittel", "moderate"),
    "severe": ("schwer", "severe"),
}
#: Work whose name is not simply part and operation.
JOB_NAMES: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("windscreen", "calibrate"): ("Frontkamera kalibrieren", "calibrate the front camera"),
    ("windscreen", "repair"): ("Windschutzscheibe, Steinschlag instand setzen", "windscreen, repair a stone chip"),
    ("boot_lid", "calibrate"): ("Rückfahrkamera kalibrieren", "calibrate the rear camera"),
    ("mirror", "calibrate"): ("Spiegelkamera kalibrieren", "calibrate the mirror camera"),
    ("parking_sensor", "check"): ("Fehlerspeicher auslesen", "read the fault memory"),
    ("wheel", "check"): ("Achsvermessung", "check the wheel alignment"),
    ("wheel", "adjust"): ("Fahrwerk einstellen", "adjust the wheel alignment"),
    ("wheel", "auxiliary"): ("Rad auswuchten", "balance the wheel"),
    ("wheel", "repair"): ("Felge aufbereiten", "refurbish the wheel rim"),
    ("side_window", "check"): ("Fensterheber prüfen und anlernen", "check and teach the window lifter"),
    ("radiator", "auxiliary"): ("Kühlmittel ablassen und auffüllen", "drain and refill the coolant"),
    ("door_front", "adjust"): ("Tür vorn einpassen", "fit the front door"),
    ("door_rear", "adjust"): ("Tür hinten einpassen", "fit the rear door"),
    ("bonnet", "adjust"): ("Motorhaube einpassen", "fit the bonnet"),
    ("boot_lid", "adjust"): ("Heckklappe einpassen", "fit the boot lid"),
}
#: Letters that calculation systems print for an operation (RULES a.3); for the search, not for exchange.
OPERATION_CODES: Final[dict[str, tuple[str, ...]]] = {
    "replace": ("E", "tauschen", "erneuern", "austauschen"),
    "remove_install": ("A+E", "AE", "R", "ab anbauen", "demontieren montieren"),
    "repair": ("I", "instandsetzen", "instandsetzung", "richten", "ausbeulen", "reparieren"),
    "adjust": ("justieren", "einpassen"),
    "calibrate": ("kalibrierung",),
    "check": ("prüfung", "diagnose"),
    "auxiliary": ("hohlraumschutz", "korrosionsschutz", "cavity"),
    "dents": ("drücken", "smart"),
    "paint": ("L", "lackieren"),
}
PAINT_CODES: Final[dict[str, tuple[str, ...]]] = {
    "new": ("neuteil", "erstlackierung"),
    "surface": ("oberflächenlackierung",),
    "repair_lt_50": ("reparaturlackierung",),
    "repair_gt_50": ("reparaturlackierung",),
    "spot": ("smart", "kleinschaden"),
    "blend": ("beilackieren", "angleichen", "nachbarteil"),
}
#: Other names that people type for a part.
PART_SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "bumper_front": ("Stoßstange vorne", "Frontschürze", "Frontstoßfänger"),
    "bumper_rear": ("Stoßstange hinten", "Heckschürze", "Heckstoßfänger"),
    "fender": ("Kotflügel", "vorne", "front wing"),
    "door_front": ("Vordertür", "Fahrertür", "Beifahrertür", "vorne", "Vordertüre"),
    "door_rear": ("Hintertür", "Fondtür"),
    "bonnet": ("Haube", "Frontklappe", "hood"),
    "boot_lid": ("Kofferraumklappe", "Kofferraumdeckel", "Heckdeckel", "tailgate", "trunk"),
    "quarter_panel": ("Seitenwand", "Seitenteil", "Kotflügel hinten", "rear wing"),
    "sill": ("Einstieg", "Türschweller", "rocker panel"),
    "roof": ("Dachhaut", "Außenhaut"),
    "headlamp": ("Scheinwerfer vorn", "Hauptscheinwerfer", "headlight", "Frontlicht"),
    "tail_lamp": ("Rücklicht", "Heckleuchte", "Schlussleuchte", "taillight"),
    "windscreen": ("Frontscheibe", "windshield"),
    "side_window": ("Türscheibe", "Fenster", "Türglas"),
    "rear_window": ("Heckfenster",),
    "mirror": ("Spiegel", "Rückspiegel"),
    "mirror_cap": ("Spiegelgehäuse", "Spiegelabdeckung"),
    "grille": ("Grill", "Kühlergitter"),
    "wheel": ("Rad", "Alufelge", "Rim"),
    "fog_lamp": ("Nebelleuchte", "NSW"),
    "radiator": ("Wasserkühler",),
    "front_panel": ("Schlossträger", "Frontmaske", "Frontend"),
    "cross_member_front": ("Pralldämpfer", "Stoßfängerträger"),
    "cross_member_rear": ("Pralldämpfer", "Stoßfängerträger"),
    "crash_box": ("Deformationselement", "Prallelement"),
    "wheel_arch_liner": ("Radhausverkleidung", "Innenkotflügel"),
    "door_handle": ("Außengriff", "Türaußengriff"),
    "door_trim_strip": ("Zierleiste", "Schutzleiste"),
    "parking_sensor": ("PDC", "Einparkhilfe", "Abstandssensor"),
}
PAINT_LEVELS: Final[dict[str, tuple[str, str]]] = {
    "new": ("Neuteil", "new part"),
    "surface": ("Oberfläche", "surface"),
    "repair_lt_50": ("Reparatur bis 50 %", "repair up to 50 %"),
    "repair_gt_50": ("Reparatur über 50 %", "repair over 50 %"),
    "spot": ("Spot-Repair", "spot repair"),
    "blend": ("Beilackierung", "blending"),
}
#: Side costs that have a figure of their own; the engine's kinds (``other`` has none).
SIDE_COST_KINDS: Final[tuple[str, ...]] = (
    "transfer", "disposal", "cleaning", "test_drive", "diagnosis", "calibration", "measurement", "cavity_wax", "material", "procurement",
)  # fmt: skip
MATERIAL_MODELS: Final[tuple[str, ...]] = ("percent_of_wage", "points", "azt_index", "flat", "in_wage")
#: How a workshop's rate sheet states paint material, transfer and paint system (RULES e.5).
MATERIAL_KINDS: Final[tuple[str, ...]] = ("percent", "index", "flat_per_hour")
TRANSFER_KINDS: Final[tuple[str, ...]] = ("none", "flat", "mechanic", "electric", "body")
PAINT_SYSTEMS: Final[tuple[str, ...]] = ("azt", "manufacturer", "euro_lack", "manual")
#: Which repairs a part can have, by severity; what is not here is replaced.
REPAIRABLE: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "bumper_front", "bumper_rear", "fender", "door_front", "door_rear", "bonnet", "boot_lid", "quarter_panel", "sill", "roof",
            "front_panel", "wheel",
        ),
        ("minor", "moderate", "severe"),
    ),
    "windscreen": ("minor",),
}  # fmt: skip
#: Welded parts: replaced, never taken off and on.
WELDED: Final[frozenset[str]] = frozenset({"quarter_panel", "sill", "roof"})
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


def job_label(part: str, operation: str, side: str | None = None) -> tuple[str, str]:
    """German and English name of a job, with the side of its part where it has one: ``Tür vorn links instand setzen``."""
    german, english = part_label(part, side)
    named = JOB_NAMES.get((part, operation))
    if named is not None:
        if side in {"left", "right"} and PARTS[part][2]:
            return f"{named[0]} {SIDES[side][0]}", f"{named[1]}, {SIDES[side][1]}"
        return named
    words = OPERATIONS.get(operation, (operation, operation))
    return f"{german} {words[0]}", f"{english}: {words[1]}"


def substrate(part: str) -> str:
    """``metal``, ``plastic`` or ``none`` (not painted)."""
    return PARTS[part][3] if part in PARTS else "metal"
