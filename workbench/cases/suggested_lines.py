"""Writes the lines of a treatment: part, work with what it triggers, paint; and the hidden damage that a photo cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from calculation.model import (
    DentLine,
    IncidentalLine,
    LabourLine,
    Operation,
    PaintLevel,
    PaintLine,
    PartLine,
    Side,
    Substrate,
    Text,
)
from calculation.money import round2
from pricing_tables import TableError, Tables
from pricing_tables.vocabulary import OPERATIONS, PAINT_LEVELS, PARTS, part_label, substrate
from workbench.cases.treatment import CATEGORY_NAMES, SEVERITIES, SEVERITY_NAMES, Treatment

if TYPE_CHECKING:
    from workbench.cases.suggestions import SuggestionFinding

#: Behind these replaced parts a photo shows nothing: parts whose price is the upper edge of the band.
BEHIND: Final[dict[str, tuple[str, ...]]] = {
    "bumper_front": ("cross_member_front", "parking_sensor"),
    "bumper_rear": ("cross_member_rear", "parking_sensor"),
    "grille": ("radiator",),
}
#: From so many replaced parts at the front the band also holds crash box and front panel.
HEAVY_FRONT: Final = ("crash_box", "front_panel", "radiator")
_SUBSTRATES: Final[tuple[Substrate, ...]] = ("metal", "plastic")
FRONT: Final = frozenset({"bumper_front", "bonnet", "headlamp", "fender", "grille"})


@dataclass(frozen=True, slots=True)
class Place:
    """One damaged part with all findings on it.

    Attributes:
        part, side: which.
        findings: those that name the part.
        close_ups: findings of close-up photos that name no part and belong here, because no other part is damaged; they do not
            decide on the treatment.
    """

    part: str
    side: str | None
    findings: tuple[SuggestionFinding, ...]
    close_ups: tuple[SuggestionFinding, ...] = ()

    @property
    def key(self) -> str:
        """Stable piece of the line ids."""
        sided = PARTS[self.part][2] if self.part in PARTS else True
        return f"{self.part}-{self.side}" if self.side and sided else self.part

    @property
    def label(self) -> tuple[str, str]:
        """German and English name with side."""
        return part_label(self.part, self.side)

    @property
    def finding_ids(self) -> tuple[str, ...]:
        """Ids of the findings."""
        return tuple(f.id for f in (*self.findings, *self.close_ups))

    def seen(self) -> tuple[str, str]:
        """What was seen, in words: categories with their worst severity, and on how many photos."""
        worst: dict[str, int] = {}
        for finding in self.findings:
            rank = SEVERITIES.index(finding.severity) if finding.severity in SEVERITIES else -1
            worst[finding.category] = max(worst.get(finding.category, -1), rank)
        photos = len({f.photo_id for f in (*self.findings, *self.close_ups)})
        words: list[tuple[str, str]] = []
        for category, rank in sorted(worst.items()):
            name = CATEGORY_NAMES.get(category, (category, category))
            grade = SEVERITY_NAMES[SEVERITIES[rank]] if rank >= 0 else ("Schwere unklar", "severity unclear")
            words.append((f"{name[0]} ({grade[0]})", f"{name[1]} ({grade[1]})"))
        german, english = ", ".join(w[0] for w in words), ", ".join(w[1] for w in words)
        return (
            f"{german}, {photos} Foto{'s' if photos != 1 else ''}",
            f"{english}, {photos} photo{'s' if photos != 1 else ''}",
        )


class LineMaker:
    """Collects lines; merges work that several jobs trigger into one line."""

    def __init__(self, tables: Tables, segment: str) -> None:
        self.tables = tables
        self.segment = segment
        self.size = tables.size_class(segment)
        self.parts: list[PartLine] = []
        self.paint: list[PaintLine] = []
        self.dents: list[DentLine] = []
        self.incidentals: list[IncidentalLine] = []
        self.notes: list[Text] = []
        self._labour: dict[str, LabourLine] = {}
        self._replaced: list[Place] = []

    def note(self, german: str, english: str) -> None:
        """Say something that could not become a line."""
        text = Text(german, english)
        if text not in self.notes:
            self.notes.append(text)

    def add(self, place: Place, treatment: Treatment) -> None:
        """All lines of one treatment.

        Raises:
            TableError: when a price or a time is missing; nothing of this part is added then.
        """
        german, english = place.seen()
        reason = Text(f"{german}: {treatment.why_de}", f"{english}: {treatment.why_en}")
        if treatment.kind == "note":
            self.note(f"{place.label[0]}: {reason.de}.", f"{place.label[1]}: {reason.en}.")
            return
        part, mirror_cap = (
            place.part,
            treatment.kind == "replace" and place.part == "mirror" and treatment.paint_level == "new",
        )
        if mirror_cap:
            part = "mirror_cap"
        if treatment.kind == "press":
            self._press(place, reason)
            return
        new_parts, new_labour, new_paint = [], [], []
        if treatment.kind == "replace":
            new_parts.append(self._part(place, part, reason, uncertain=treatment.uncertain))
            new_labour.append(self._job(place, part, "replace", None, reason, uncertain=treatment.uncertain))
        elif treatment.kind == "repair":
            new_labour.append(
                self._job(place, part, "repair", treatment.repair_severity, reason, uncertain=treatment.uncertain)
            )
        if treatment.paint_level is not None:
            new_paint.append(self._paint(place, part, treatment.paint_level, reason, uncertain=treatment.uncertain))
        self.parts += new_parts
        self.paint += new_paint
        for line in new_labour:
            self._labour[line.id] = line
            self._trigger(place, line, part)
        if treatment.kind == "replace":
            self._replaced.append(place)

    def _side(self, place: Place, part: str) -> Side | None:
        return cast("Side | None", place.side) if part in PARTS and PARTS[part][2] else None

    def _part(self, place: Place, part: str, reason: Text, *, uncertain: bool) -> PartLine:
        found = self.tables.part_price(part, place.side, self.segment)
        return PartLine(
            id=f"p-{place.key}",
            label=part_label(part, place.side)[0],
            part=part,
            side=self._side(place, part),
            qty=Decimal(1),
            unit_price=found.value,
            low=Decimal("0.00") if uncertain else found.low,
            high=found.high,
            origin="suggested",
            table="part_prices",
            table_key=found.key,
            finding_ids=place.finding_ids,
            reason=reason,
            uncertain=uncertain,
        )

    def _job(
        self, place: Place, part: str, operation: str, severity: str | None, reason: Text, *, uncertain: bool = False
    ) -> LabourLine:
        found = self.tables.job_time(part, operation, self.segment, severity)
        low, high = found.low, found.high
        if uncertain and operation == "repair":
            low = self.tables.job_time(part, operation, self.segment, "minor").low
            high = self.tables.job_time(part, operation, self.segment, "severe").high
        elif uncertain:
            low = Decimal("0.00")
        return LabourLine(
            id=f"l-{place.key}-{operation}",
            label=f"{part_label(part, place.side)[0]} {OPERATIONS[operation][0]}",
            part=part,
            side=self._side(place, part),
            operation=cast("Operation", operation),
            rate=found.rate,
            unit="hours",
            units=found.value,
            low=low,
            high=high,
            origin="suggested",
            table="job_times",
            table_key=found.key,
            finding_ids=place.finding_ids,
            reason=reason,
            uncertain=uncertain,
        )

    def _paint(self, place: Place, part: str, level: str, reason: Text, *, uncertain: bool) -> PaintLine:
        found = self.tables.paint_time(part, level, self.size)
        return PaintLine(
            id=f"k-{place.key}",
            label=f"{part_label(part, place.side)[0]}, {PAINT_LEVELS[level][0]}",
            part=part,
            side=self._side(place, part),
            level=cast("PaintLevel", level),
            substrate="plastic" if substrate(part) == "plastic" else "metal",
            hours=found.value,
            low=Decimal("0.00") if uncertain and level == "spot" else found.low,
            high=found.high,
            origin="suggested",
            table="paint_times",
            table_key=found.key,
            finding_ids=place.finding_ids,
            reason=reason,
            uncertain=uncertain,
        )

    def _press(self, place: Place, reason: Text) -> None:
        """Dents pressed out: as many as the photo with the most of them shows."""
        photos: dict[str, int] = {}
        for finding in place.findings:
            photos[finding.photo_id] = photos.get(finding.photo_id, 0) + 1
        count = max(photos.values())
        hours = self.tables.dent_hours(count)
        german, _ = place.label
        self.dents.append(
            DentLine(
                id=f"d-{place.key}",
                label=f"{german}, {count} Delle{'n' if count != 1 else ''} drücken",
                part=place.part,
                side=self._side(place, place.part),
                count=count,
                press_hours=hours,
                finish_hours=self.tables.dent_value("finish_hours").value,
                low=hours,
                high=round2(hours * 2),
                origin="suggested",
                table="dents",
                finding_ids=place.finding_ids,
                reason=reason,
                uncertain=True,
            )
        )

    def _trigger(self, place: Place, source: LabourLine, part: str) -> None:
        """Work that this job triggers: one line for all jobs that need it."""
        for link in self.tables.links(part, source.operation):
            if link.effect != "triggers":
                continue
            other = replace(place, part=link.part)
            line_id = f"l-{other.key}-{link.operation}"
            known = self._labour.get(line_id)
            if known is not None:
                added = known.added_by if source.id in known.added_by else (*known.added_by, source.id)
                ids = tuple(dict.fromkeys((*known.finding_ids, *place.finding_ids)))
                self._labour[line_id] = replace(known, added_by=added, finding_ids=ids)
                continue
            reason = Text(f"{link.reason_de} ({source.label})", f"{link.reason_en} ({source.label})")
            try:
                line = self._job(other, link.part, link.operation, None, reason)
            except TableError as error:
                self.note(f"{source.label}: {error.message_de}", f"{source.label}: {error.message_en}")
                continue
            self._labour[line_id] = replace(line, added_by=(source.id,))

    def labour_lines(self) -> Iterator[LabourLine]:
        """The work, with overlap: what another job of the sheet includes has no time of its own."""
        for line in self._labour.values():
            parents = [
                other.id
                for other in self._labour.values()
                if other.id != line.id
                and other.part is not None
                and any(
                    link.effect == "includes" and link.part == line.part and link.operation == line.operation
                    for link in self.tables.links(other.part, other.operation)
                )
                and (other.side == line.side or other.side is None or line.side is None)
            ]
            yield replace(line, included_in=tuple(sorted(parents))) if parents else line

    def preparation(self) -> None:
        """Paint preparation, once per substrate."""
        for material in _SUBSTRATES:
            painted = [line for line in self.paint if line.substrate == material and line.level != "preparation"]
            if not painted or all(line.level == "spot" for line in painted):
                continue
            found = self.tables.preparation_time(material, self.size)
            name = {"metal": ("Metall", "metal"), "plastic": ("Kunststoff", "plastic")}[material]
            self.paint.append(
                PaintLine(
                    id=f"k-preparation-{material}",
                    label=f"Vorbereitung {name[0]}",
                    level="preparation",
                    substrate=material,
                    hours=found.value,
                    low=found.low,
                    high=found.high,
                    origin="suggested",
                    table="paint_times",
                    table_key=found.key,
                    finding_ids=tuple(dict.fromkeys(i for line in painted for i in line.finding_ids)),
                    reason=Text(f"einmal je Auftrag für {name[0]}", f"once per job for {name[1]}"),
                    added_by=tuple(line.id for line in painted),
                )
            )

    def hidden(self) -> None:
        """Damage that may lie behind a replaced part: nothing at the point, its price at the upper edge of the band."""
        front = [place for place in self._replaced if place.part in FRONT]
        told: set[str] = {line.part for line in self.parts if line.part is not None}
        for place in self._replaced:
            behind = BEHIND.get(place.part, ())
            if place.part == "bumper_front" and len({p.part for p in front}) >= 3:
                behind = (*behind, *HEAVY_FRONT)
            behind = tuple(part for part in behind if part not in told)
            told.update(behind)
            prices = [
                self.tables.part_price(part, None, self.segment)
                for part in behind
                if self.tables.has_price(part, self.segment)
            ]
            if not prices:
                continue
            names = [part_label(part) for part in behind]
            self.incidentals.append(
                IncidentalLine(
                    id=f"i-hidden-{place.key}",
                    label=f"Verdeckter Schaden hinter {place.label[0]} (Spanne)",
                    part=place.part,
                    side=self._side(place, place.part),
                    kind="other",
                    amount=Decimal("0.00"),
                    low=Decimal("0.00"),
                    high=round2(sum((p.high for p in prices), Decimal(0))),
                    origin="suggested",
                    table="part_prices",
                    finding_ids=place.finding_ids,
                    reason=Text(
                        "auf Fotos nicht sichtbar, möglich: " + ", ".join(n[0] for n in names),
                        "not visible on photos, possible: " + ", ".join(n[1] for n in names),
                    ),
                    uncertain=True,
                )
            )

    def transfer(self) -> None:
        """Transfer to the paint shop, where something is painted; whether it is usual in the region is for the expert."""
        painted = tuple(line.id for line in self.paint if line.level != "preparation")
        if not painted:
            return
        found = self.tables.side_cost("transfer")
        self.incidentals.append(
            IncidentalLine(
                id="i-transfer",
                label="Verbringung zum Lackierer",
                kind="transfer",
                amount=found.value,
                low=found.low,
                high=found.high,
                origin="suggested",
                table="side_costs",
                table_key=found.key,
                reason=Text(
                    "ersatzfähig, wenn in der Region üblich (BGH VI ZR 65/18)",
                    "payable where usual in the region (BGH VI ZR 65/18)",
                ),
                added_by=painted,
                uncertain=True,
            )
        )
