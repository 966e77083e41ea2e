"""Demonstration job times and the links between jobs; :mod:`pricing_tables.demonstration` writes them.

Only rows marked ``public_sample`` rest on a time that was printed in a public sample calculation; all others are assumptions, set
around those so that every one of the thirty parts can be calculated.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from calculation.money import CENT, round_to
from pricing_tables.vocabulary import SEGMENTS

D = Decimal
TIME_SPAN: Final = (D("0.85"), D("1.30"))
SAMPLE_TEXT: Final = "gerundet aus Einzelzeiten öffentlicher Beispielkalkulationen (12/2023)"
JOB_SEGMENTS: Final = {"small": "0.90", "compact": "1.00", "middle": "1.15", "suv": "1.15"}

#: part: hours of the compact class to replace, to remove and install ("-" = welded, not taken off), name of the rate.
PARTS_ON_OFF: Final[dict[str, tuple[str, str, str]]] = {
    "bumper_front": ("1.20", "0.90", "body"),
    "bumper_rear": ("1.10", "0.80", "body"),
    "fender": ("1.30", "1.00", "body"),
    "door_front": ("4.00", "1.20", "body"),
    "door_rear": ("3.80", "1.10", "body"),
    "bonnet": ("0.80", "0.40", "body"),
    "boot_lid": ("2.20", "0.90", "body"),
    "quarter_panel": ("9.00", "-", "body"),
    "sill": ("7.00", "-", "body"),
    "roof": ("12.00", "-", "body"),
    "headlamp": ("0.50", "0.40", "body"),
    "tail_lamp": ("0.30", "0.30", "body"),
    "windscreen": ("2.60", "1.90", "body"),
    "side_window": ("1.00", "0.80", "body"),
    "rear_window": ("2.20", "2.00", "body"),
    "mirror": ("0.60", "0.50", "body"),
    "mirror_cap": ("0.20", "0.20", "body"),
    "mirror_glass": ("0.20", "0.10", "body"),
    "grille": ("0.30", "0.20", "body"),
    "wheel": ("0.40", "0.20", "mechanic"),
    "fog_lamp": ("0.30", "0.20", "body"),
    "radiator": ("1.60", "1.40", "mechanic"),
    "front_panel": ("2.50", "2.00", "body"),
    "cross_member_front": ("1.20", "1.00", "body"),
    "cross_member_rear": ("1.00", "0.90", "body"),
    "crash_box": ("0.40", "0.30", "body"),
    "wheel_arch_liner": ("0.40", "0.30", "body"),
    "door_handle": ("0.50", "0.40", "body"),
    "door_trim_strip": ("0.20", "0.20", "body"),
    "parking_sensor": ("0.30", "0.20", "electric"),
}
#: part, operation: hours of the compact class, name of the rate.
OTHER_JOBS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("headlamp", "adjust", "0.20", "electric"),
    ("windscreen", "calibrate", "0.30", "electric"),
    ("parking_sensor", "calibrate", "0.30", "electric"),
    ("parking_sensor", "check", "0.30", "electric"),
    ("boot_lid", "calibrate", "0.30", "electric"),
    ("mirror", "calibrate", "0.30", "electric"),
    ("side_window", "check", "0.10", "electric"),
    ("wheel", "check", "0.80", "mechanic"),
    ("wheel", "adjust", "0.50", "mechanic"),
    ("wheel", "auxiliary", "0.20", "mechanic"),
    ("radiator", "auxiliary", "0.40", "mechanic"),
    ("fender", "adjust", "0.20", "body"),
    ("door_front", "adjust", "0.30", "body"),
    ("door_rear", "adjust", "0.30", "body"),
    ("bonnet", "adjust", "0.30", "body"),
    ("boot_lid", "adjust", "0.30", "body"),
    ("sill", "check", "0.10", "body"),
    ("fender", "auxiliary", "0.20", "body"),
    ("bonnet", "auxiliary", "0.20", "body"),
    ("door_front", "auxiliary", "0.20", "body"),
    ("door_rear", "auxiliary", "0.20", "body"),
    ("boot_lid", "auxiliary", "0.20", "body"),
    ("quarter_panel", "auxiliary", "0.30", "body"),
    ("sill", "auxiliary", "0.30", "body"),
    ("roof", "auxiliary", "0.30", "body"),
)
#: Hours by severity: minor, moderate, severe; the fender's 1.00 h is printed in a public sample, the others are set around it.
REPAIRS: Final[dict[str, tuple[str, ...]]] = {
    "fender": ("1.00", "2.00", "3.50"),
    "door_front": ("1.20", "2.40", "4.00"),
    "door_rear": ("1.20", "2.40", "4.00"),
    "bonnet": ("1.20", "2.50", "4.00"),
    "boot_lid": ("1.20", "2.50", "4.00"),
    "quarter_panel": ("1.50", "3.00", "5.50"),
    "sill": ("1.20", "2.50", "4.50"),
    "roof": ("1.50", "3.50", "6.00"),
    "bumper_front": ("0.50", "1.00", "1.80"),
    "bumper_rear": ("0.50", "1.00", "1.80"),
    "front_panel": ("0.80", "1.50", "2.50"),
    "wheel": ("0.50", "0.80", "1.20"),
    "windscreen": ("0.50",),
}
#: Rows that rest on a printed time.
SAMPLES: Final = frozenset(
    {
        ("fender", "replace", ""),
        ("door_front", "replace", ""),
        ("bonnet", "replace", ""),
        ("bonnet", "remove_install", ""),
        ("headlamp", "adjust", ""),
        ("windscreen", "replace", ""),
        ("windscreen", "remove_install", ""),
        ("windscreen", "calibrate", ""),
        ("fender", "auxiliary", ""),
        ("bonnet", "auxiliary", ""),
        ("door_front", "auxiliary", ""),
        ("fender", "repair", "minor"),
    }
)


def _rows(part: str, operation: str, severity: str, hours: str, rate: str) -> list[dict[str, Any]]:
    sample = (part, operation, severity) in SAMPLES
    rows = []
    for segment in SEGMENTS:
        value = max(D("0.10"), round_to(D(hours) * D(JOB_SEGMENTS[segment]), 1)).quantize(CENT)
        text = SAMPLE_TEXT if sample else "Annahme"
        rows.append(
            {
                "part": part,
                "operation": operation,
                "segment": segment,
                "severity": severity,
                "hours": value,
                "low": round_to(value * TIME_SPAN[0], 1).quantize(CENT),
                "high": max(value, round_to(value * TIME_SPAN[1], 1).quantize(CENT)),
                "rate": rate,
                "basis": "public_sample" if sample else "assumption",
                "source": f"{text}; Segmentfaktor {JOB_SEGMENTS[segment].replace('.', ',')}",
            }
        )
    return rows


def job_times() -> list[dict[str, Any]]:
    """Job times by part and segment, repairs by severity."""
    rows: list[dict[str, Any]] = []
    for part, (replace, off_on, rate) in PARTS_ON_OFF.items():
        rows += _rows(part, "replace", "", replace, rate)
        if off_on != "-":
            rows += _rows(part, "remove_install", "", off_on, rate)
    for part, operation, hours, rate in OTHER_JOBS:
        rows += _rows(part, operation, "", hours, rate)
    for part, times in REPAIRS.items():
        rate = "mechanic" if part == "wheel" else "body"
        for severity, hours in zip(("minor", "moderate", "severe"), times, strict=False):
            rows += _rows(part, "repair", severity, hours, rate)
    return rows


_BEHIND = ("Stoßfänger verdeckt die Verschraubung", "the bumper covers the bolts")
_WAX = ("Korrosionsschutz am Neuteil", "corrosion protection of the new part")
_FITTED = ("umbauen, wenn verbaut", "moved over where fitted")
_PAINT = ("zum Lackieren abbauen", "taken off for painting")
#: part, operation, effect, other part, other operation, (why in German, in English). ``triggers``: always; ``may_trigger``: depends on
#: the car's equipment or on what is found, so it is offered and not added; ``includes``: no time of its own beside the job.
LINKS: Final[tuple[tuple[str, str, str, str, str, tuple[str, str]], ...]] = (
    ("bumper_front", "replace", "includes", "grille", "remove_install", _FITTED),
    ("bumper_front", "replace", "includes", "fog_lamp", "remove_install", _FITTED),
    ("bumper_front", "replace", "includes", "parking_sensor", "remove_install", _FITTED),
    ("bumper_front", "replace", "may_trigger", "parking_sensor", "calibrate", ("Sensoren nach dem Einbau anlernen, wenn verbaut", "teach the sensors where fitted")),
    ("bumper_front", "replace", "may_trigger", "parking_sensor", "check", ("Fehlerspeicher auslesen, wenn Sensoren oder Assistenten betroffen sind", "read the fault memory where sensors or assistants are concerned")),
    ("bumper_front", "replace", "may_trigger", "headlamp", "adjust", ("Scheinwerfer prüfen, wenn die Aufnahme bewegt wurde", "check the headlamps where their mount was moved")),
    ("bumper_front", "replace", "may_trigger", "wheel_arch_liner", "remove_install", ("Radhausschale ist am Stoßfänger verschraubt", "the liner is bolted to the bumper")),
    ("bumper_front", "repair", "triggers", "bumper_front", "remove_install", ("zum Instandsetzen und Lackieren abbauen", "taken off for repair and paint")),
    ("bumper_front", "repair", "may_trigger", "parking_sensor", "remove_install", _FITTED),
    ("bumper_front", "repair", "may_trigger", "fog_lamp", "remove_install", _FITTED),
    ("bumper_rear", "replace", "includes", "parking_sensor", "remove_install", _FITTED),
    ("bumper_rear", "replace", "may_trigger", "parking_sensor", "calibrate", ("Sensoren nach dem Einbau anlernen, wenn verbaut", "teach the sensors where fitted")),
    ("bumper_rear", "replace", "may_trigger", "parking_sensor", "check", ("Fehlerspeicher auslesen, wenn Sensoren oder Assistenten betroffen sind", "read the fault memory where sensors or assistants are concerned")),
    ("bumper_rear", "replace", "may_trigger", "tail_lamp", "remove_install", ("Rückleuchte liegt über der Verschraubung", "the tail lamp lies over the bolts")),
    ("bumper_rear", "repair", "triggers", "bumper_rear", "remove_install", ("zum Instandsetzen und Lackieren abbauen", "taken off for repair and paint")),
    ("bumper_rear", "repair", "may_trigger", "parking_sensor", "remove_install", _FITTED),
    ("headlamp", "replace", "triggers", "headlamp", "adjust", ("Scheinwerfer nach dem Einbau einstellen", "set the headlamp after fitting")),
    ("headlamp", "replace", "triggers", "bumper_front", "remove_install", ("Scheinwerfer ist hinter dem Stoßfänger verschraubt", "the headlamp is bolted behind the bumper")),
    ("headlamp", "replace", "may_trigger", "parking_sensor", "check", ("Fehlerspeicher auslesen und Steuergerät anlernen, bei LED", "read the fault memory and teach the control unit, LED")),
    ("headlamp", "remove_install", "triggers", "headlamp", "adjust", ("Scheinwerfer nach dem Einbau einstellen", "set the headlamp after fitting")),
    ("fender", "replace", "triggers", "bumper_front", "remove_install", _BEHIND),
    ("fender", "replace", "triggers", "wheel_arch_liner", "remove_install", ("Radhausschale liegt davor", "the liner lies in front")),
    ("fender", "replace", "triggers", "fender", "auxiliary", _WAX),
    ("fender", "replace", "triggers", "headlamp", "adjust", ("Scheinwerfer nach dem Ersetzen des Kotflügels einstellen", "set the headlamp after replacing the fender")),
    ("fender", "replace", "may_trigger", "headlamp", "remove_install", ("Scheinwerfer sitzt vor der Verschraubung", "the headlamp sits in front of the bolts")),
    ("fender", "replace", "may_trigger", "sill", "check", ("Spaltmaß zu Tür und Schweller prüfen", "check the gap to door and sill")),
    ("fender", "repair", "may_trigger", "wheel_arch_liner", "remove_install", ("zum Richten von innen", "to reach it from inside")),
    ("door_front", "replace", "includes", "door_front", "adjust", ("im Ersetzen enthalten", "contained in the replacement")),
    ("door_front", "replace", "includes", "mirror", "remove_install", _FITTED),
    ("door_front", "replace", "includes", "side_window", "remove_install", _FITTED),
    ("door_front", "replace", "includes", "door_handle", "remove_install", _FITTED),
    ("door_front", "replace", "includes", "door_trim_strip", "remove_install", _FITTED),
    ("door_front", "replace", "triggers", "door_front", "auxiliary", _WAX),
    ("door_front", "replace", "triggers", "side_window", "check", ("Fensterheber nach dem Umbau anlernen", "teach the window lifter after moving it over")),
    ("door_front", "repair", "triggers", "door_handle", "remove_install", _PAINT),
    ("door_front", "repair", "may_trigger", "mirror", "remove_install", _PAINT),
    ("door_front", "repair", "may_trigger", "door_trim_strip", "remove_install", _PAINT),
    ("door_front", "repair", "may_trigger", "side_window", "remove_install", ("zum Richten von innen", "to reach it from inside")),
    ("door_rear", "replace", "includes", "door_rear", "adjust", ("im Ersetzen enthalten", "contained in the replacement")),
    ("door_rear", "replace", "includes", "side_window", "remove_install", _FITTED),
    ("door_rear", "replace", "includes", "door_handle", "remove_install", _FITTED),
    ("door_rear", "replace", "includes", "door_trim_strip", "remove_install", _FITTED),
    ("door_rear", "replace", "triggers", "door_rear", "auxiliary", _WAX),
    ("door_rear", "replace", "triggers", "side_window", "check", ("Fensterheber nach dem Umbau anlernen", "teach the window lifter after moving it over")),
    ("door_rear", "repair", "triggers", "door_handle", "remove_install", _PAINT),
    ("door_rear", "repair", "may_trigger", "door_trim_strip", "remove_install", _PAINT),
    ("door_rear", "repair", "may_trigger", "side_window", "remove_install", ("zum Richten von innen", "to reach it from inside")),
    ("bonnet", "replace", "includes", "bonnet", "adjust", ("im Ersetzen enthalten", "contained in the replacement")),
    ("bonnet", "replace", "triggers", "bonnet", "auxiliary", _WAX),
    ("bonnet", "repair", "may_trigger", "bonnet", "remove_install", _PAINT),
    ("boot_lid", "replace", "includes", "boot_lid", "adjust", ("im Ersetzen enthalten", "contained in the replacement")),
    ("boot_lid", "replace", "includes", "tail_lamp", "remove_install", _FITTED),
    ("boot_lid", "replace", "triggers", "boot_lid", "auxiliary", _WAX),
    ("boot_lid", "replace", "may_trigger", "rear_window", "remove_install", ("Scheibe umbauen, wenn sie in der Klappe sitzt", "move the glass over where it sits in the lid")),
    ("boot_lid", "replace", "may_trigger", "boot_lid", "calibrate", ("Rückfahrkamera kalibrieren, wenn verbaut", "calibrate the rear camera where fitted")),
    ("boot_lid", "repair", "may_trigger", "tail_lamp", "remove_install", _PAINT),
    ("quarter_panel", "replace", "triggers", "bumper_rear", "remove_install", ("Stoßfänger verdeckt die Trennstelle", "the bumper covers the joint")),
    ("quarter_panel", "replace", "triggers", "tail_lamp", "remove_install", ("Rückleuchte sitzt in der Seitenwand", "the tail lamp sits in the quarter panel")),
    ("quarter_panel", "replace", "triggers", "quarter_panel", "auxiliary", ("Korrosionsschutz nach dem Schweißen", "corrosion protection after welding")),
    ("quarter_panel", "replace", "may_trigger", "side_window", "remove_install", ("Seitenscheibe hinten liegt an der Trennstelle", "the rear side window lies at the joint")),
    ("quarter_panel", "replace", "may_trigger", "rear_window", "remove_install", ("Heckscheibe liegt an der Trennstelle", "the rear window lies at the joint")),
    ("quarter_panel", "replace", "may_trigger", "wheel_arch_liner", "remove_install", ("Radhausschale liegt davor", "the liner lies in front")),
    ("quarter_panel", "repair", "may_trigger", "tail_lamp", "remove_install", _PAINT),
    ("quarter_panel", "repair", "may_trigger", "bumper_rear", "remove_install", _PAINT),
    ("quarter_panel", "repair", "may_trigger", "quarter_panel", "auxiliary", ("Korrosionsschutz, wenn Hohlräume offen waren", "corrosion protection where cavities were open")),
    ("sill", "replace", "triggers", "sill", "auxiliary", ("Korrosionsschutz nach dem Schweißen", "corrosion protection after welding")),
    ("sill", "replace", "triggers", "fender", "remove_install", ("Kotflügel verdeckt die Trennstelle", "the fender covers the joint")),
    ("sill", "replace", "may_trigger", "door_front", "remove_install", ("Tür zum Schweißen abnehmen", "take the door off for welding")),
    ("sill", "repair", "may_trigger", "sill", "auxiliary", ("Korrosionsschutz, wenn Hohlräume offen waren", "corrosion protection where cavities were open")),
    ("roof", "replace", "triggers", "windscreen", "remove_install", ("Scheibe liegt an der Trennstelle", "the glass lies at the joint")),
    ("roof", "replace", "triggers", "rear_window", "remove_install", ("Scheibe liegt an der Trennstelle", "the glass lies at the joint")),
    ("roof", "replace", "triggers", "roof", "auxiliary", ("Korrosionsschutz nach dem Schweißen", "corrosion protection after welding")),
    ("windscreen", "replace", "triggers", "windscreen", "calibrate", ("Frontkamera nach Scheibentausch kalibrieren", "calibrate the front camera after the glass")),
    ("windscreen", "remove_install", "triggers", "windscreen", "calibrate", ("Frontkamera nach dem Einbau kalibrieren", "calibrate the front camera after fitting")),
    ("side_window", "replace", "triggers", "side_window", "check", ("Fensterheber nach dem Einbau anlernen", "teach the window lifter after fitting")),
    ("mirror", "replace", "includes", "mirror_cap", "remove_install", _FITTED),
    ("mirror", "replace", "includes", "mirror_glass", "remove_install", _FITTED),
    ("mirror", "replace", "may_trigger", "mirror", "calibrate", ("Spiegelkamera kalibrieren, wenn verbaut", "calibrate the mirror camera where fitted")),
    ("wheel", "replace", "triggers", "wheel", "auxiliary", ("Rad nach der Montage auswuchten", "balance the wheel after fitting")),
    ("wheel", "replace", "triggers", "wheel", "check", ("Achsgeometrie nach einem Radanstoß prüfen", "check the alignment after a blow on the wheel")),
    ("wheel", "replace", "may_trigger", "wheel", "adjust", ("einstellen, wenn die Achsvermessung es verlangt", "adjust where the check asks for it")),
    ("wheel", "repair", "triggers", "wheel", "remove_install", ("zum Aufbereiten abnehmen", "taken off for refurbishing")),
    ("fog_lamp", "replace", "may_trigger", "bumper_front", "remove_install", _BEHIND),
    ("grille", "replace", "may_trigger", "bumper_front", "remove_install", ("Grill ist am Stoßfänger verschraubt", "the grille is bolted to the bumper")),
    ("radiator", "replace", "triggers", "bumper_front", "remove_install", ("Stoßfänger liegt davor", "the bumper lies in front")),
    ("radiator", "replace", "triggers", "radiator", "auxiliary", ("Kühlmittel ablassen und auffüllen", "drain and refill the coolant")),
    ("front_panel", "replace", "triggers", "bumper_front", "remove_install", ("Stoßfänger liegt davor", "the bumper lies in front")),
    ("front_panel", "replace", "triggers", "headlamp", "remove_install", ("Scheinwerfer sind am Frontträger verschraubt", "the headlamps are bolted to the panel")),
    ("front_panel", "replace", "triggers", "headlamp", "adjust", ("Scheinwerfer nach dem Einbau einstellen", "set the headlamps after fitting")),
    ("front_panel", "replace", "may_trigger", "radiator", "remove_install", ("Kühler sitzt im Frontträger", "the radiator sits in the panel")),
    ("cross_member_front", "replace", "triggers", "bumper_front", "remove_install", ("Stoßfänger liegt davor", "the bumper lies in front")),
    ("cross_member_rear", "replace", "triggers", "bumper_rear", "remove_install", ("Stoßfänger liegt davor", "the bumper lies in front")),
    ("crash_box", "replace", "triggers", "bumper_front", "remove_install", ("Stoßfänger liegt davor", "the bumper lies in front")),
    ("crash_box", "replace", "triggers", "cross_member_front", "remove_install", ("Querträger sitzt auf der Crashbox", "the cross member sits on the crash box")),
    ("parking_sensor", "replace", "triggers", "parking_sensor", "calibrate", ("Sensor nach dem Einbau anlernen", "teach the sensor after fitting")),
    ("parking_sensor", "replace", "may_trigger", "parking_sensor", "check", ("Fehlerspeicher auslesen", "read the fault memory")),
)  # fmt: skip
LINK_SOURCE: Final = "Annahme, Stand der üblichen Arbeitsfolge"


def job_links() -> list[dict[str, Any]]:
    """Triggered and included work; replacing a part always includes taking it off and on."""
    own = [
        (part, "replace", "includes", part, "remove_install", ("im Ersetzen enthalten", "contained in the replacement"))
        for part, (_, off_on, _) in PARTS_ON_OFF.items()
        if off_on != "-"
    ]
    names = ("part", "operation", "effect", "other_part", "other_operation", "reason_de", "reason_en")
    printed = {("fender", "headlamp"), ("windscreen", "windscreen"), ("bonnet", "bonnet"), ("fender", "fender")}
    return [
        {
            **dict(zip(names, (*link[:5], *link[5]), strict=True)),
            "source": "so zugesteuert in öffentlichen Beispielkalkulationen (12/2023)"
            if link[2] == "triggers" and (link[0], link[3]) in printed
            else LINK_SOURCE,
        }
        for link in (*own, *LINKS)
    ]
