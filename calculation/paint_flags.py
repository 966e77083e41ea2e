"""Flags about paint: levels of the system, spot repairs, preparation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from calculation.model import CalculationInput, PaintLine, Text
from calculation.paint_systems import read_level
from calculation.parts import BUMPERS
from calculation.result import Flag
from calculation.texts import flag

#: Largest damage of a spot repair in millimetres.
SPOT_MM = Decimal(35)
#: Levels that a system's code can contradict; preparation, blending, spot and options have no code of their own.
_COMPARED = frozenset({"new", "surface", "repair_lt_50", "repair_gt_50"})


def paint_flags(data: CalculationInput) -> Iterator[Flag]:
    """Flags of the paint lines that count."""
    lines = [line for line in data.paint if line.active]
    if not lines:
        return
    yield from _levels(data, [line for line in lines if line.system_level])
    spots = [line for line in lines if line.level == "spot"]
    for line in spots:
        yield from _spot(line, data, spots)
    yield from _preparation(lines)


def _levels(data: CalculationInput, lines: list[PaintLine]) -> Iterator[Flag]:
    for line in lines:
        found = read_level(data.parameters.paint_system, line.system_level)
        label = line.label or line.id
        wrong_level = line.level in _COMPARED and found.level != line.level
        wrong_substrate = found.substrate is not None and found.substrate != line.substrate
        if wrong_level or wrong_substrate:
            named = f"{found.system.upper()} {found.code}"
            stated = f"{line.level}, {line.substrate}"
            meant = f"{found.level}{f', {found.substrate}' if found.substrate else ''}"
            yield flag(
                "paint_level_conflict",
                "amber",
                "Lackstufe widersprüchlich",
                "Paint level contradicts",
                f"{label}: {named} bedeutet {found.name.de} ({meant}), angegeben ist {stated}.",
                f"{label}: {named} means {found.name.en} ({meant}), stated is {stated}.",
                "Lackstufe oder Systemstufe berichtigen.",
                "Correct the level or the system's level.",
                line_ids=(line.id,),
            )
        if not found.sure:
            yield flag(
                "paint_level_unsure",
                "amber",
                "Lackstufe unbelegt",
                "Paint level not proven",
                f"{label}: die Bedeutung von {found.code} ist nicht belegt ({found.name.de} angenommen).",
                f"{label}: the meaning of {found.code} has no source ({found.name.en} assumed).",
                "Stufe am Programm des Systems prüfen.",
                "Check the level in the system's own program.",
                line_ids=(line.id,),
            )


def spot_reasons(line: PaintLine, data: CalculationInput, spots: list[PaintLine]) -> list[Text]:
    """Why a spot repair does not fit this line; empty where it does."""
    reasons = []
    scuff = line.scuff and line.part in BUMPERS
    if line.spot_size_mm is None and not scuff:
        reasons.append(Text("Größe nicht angegeben", "size not stated"))
    elif line.spot_size_mm is not None and line.spot_size_mm > SPOT_MM and not scuff:
        reasons.append(Text(f"{line.spot_size_mm} mm, höchstens 35 mm", f"{line.spot_size_mm} mm, 35 mm at most"))
    same = [other for other in spots if line.part and (other.part, other.side) == (line.part, line.side)]
    count = max(sum(other.spots for other in same), line.spots)
    if count > 1:
        reasons.append(
            Text(f"{count} Stellen an einem Teil, höchstens eine", f"{count} spots on one part, one at most")
        )
    layers = line.layers if line.layers is not None else data.header.paint_layers
    if layers is not None and layers != 2:
        reasons.append(Text(f"{layers}-Schicht-Lack, nur bei 2 Schichten", f"{layers}-layer paint, 2 layers only"))
    if line.two_tone:
        reasons.append(Text("Zweifarblackierung", "two colours"))
    if line.clear_coat == "powder_slurry":
        reasons.append(Text("Powder-Slurry-Klarlack", "powder-slurry clear coat"))
    if line.fitted is False:
        reasons.append(Text("Teil ist ausgebaut, nur am Fahrzeug", "part is removed, on the car only"))
    return reasons


def _spot(line: PaintLine, data: CalculationInput, spots: list[PaintLine]) -> Iterator[Flag]:
    reasons = spot_reasons(line, data, spots)
    if reasons:
        label = line.label or line.id
        yield flag(
            "spot_unsuitable",
            "amber",
            "Spot-Reparatur prüfen",
            "Check the spot repair",
            f"{label}: {'; '.join(reason.de for reason in reasons)}.",
            f"{label}: {'; '.join(reason.en for reason in reasons)}.",
            "Angaben ergänzen oder eine andere Lackstufe wählen.",
            "Complete the facts or choose another level.",
            line_ids=(line.id,),
        )


def _preparation(lines: list[PaintLine]) -> Iterator[Flag]:
    """Preparation counts once per job and substrate, as a line or inside the first line."""
    for substrate, de, en in (("metal", "Metall", "metal"), ("plastic", "Kunststoff", "plastic")):
        prepared = [
            line.id
            for line in lines
            if line.substrate == substrate
            and not line.included_in
            and (line.preparation_included or (line.level == "preparation" and line.hours))
        ]
        if len(prepared) > 1:
            yield flag(
                "preparation_twice",
                "amber",
                "Lackvorbereitung mehrfach",
                "Paint preparation more than once",
                f"Die Vorbereitung für {de} steht {len(prepared)}-mal; sie fällt einmal je Auftrag an.",
                f"Preparation of {en} stands {len(prepared)} times; it comes once per job.",
                "Eine Vorbereitung stehen lassen.",
                "Leave one of them.",
                line_ids=tuple(sorted(prepared)),
            )
