"""Writes the lines of a treatment: part, work, paint from the findings; and the hidden damage that a photo cannot show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from calculation.model import IncidentalLine, Text
from calculation.money import round2
from pricing_tables import Tables
from pricing_tables.vocabulary import part_label
from workbench.cases.line_maker import LineMaker, Spot
from workbench.cases.treatment import CATEGORY_NAMES, SEVERITIES, SEVERITY_NAMES, Treatment

if TYPE_CHECKING:
    from workbench.cases.suggestions import SuggestionFinding

SCALE_NAMES: Final = {"plate": ("Kennzeichen", "number plate")}
#: Behind these replaced parts a photo shows nothing: parts whose price is the upper edge of the band.
BEHIND: Final[dict[str, tuple[str, ...]]] = {
    "bumper_front": ("cross_member_front", "parking_sensor"),
    "bumper_rear": ("cross_member_rear", "parking_sensor"),
    "grille": ("radiator",),
}
#: From so many replaced parts at the front the band also holds crash box and front panel.
HEAVY_FRONT: Final = ("crash_box", "front_panel", "radiator")
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
    def spot(self) -> Spot:
        """Part, side and findings, as lines are written for them."""
        return Spot(self.part, self.side, self.finding_ids)

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
            size = self._size(category)
            words.append((f"{name[0]} ({grade[0]}){size[0]}", f"{name[1]} ({grade[1]}){size[1]}"))
        german, english = ", ".join(w[0] for w in words), ", ".join(w[1] for w in words)
        return (
            f"{german}, {photos} Foto{'s' if photos != 1 else ''}",
            f"{english}, {photos} photo{'s' if photos != 1 else ''}",
        )

    def _size(self, category: str) -> tuple[str, str]:
        """The length of the longest damage of a class with where it comes from, or nothing."""
        sizes = [f.size for f in self.findings if f.category == category and f.size is not None]
        if not sizes:
            return "", ""
        size = max(sizes, key=lambda s: (s.length, -s.doubt))
        from_de, from_en = SCALE_NAMES[size.kind]
        percent = round(size.doubt * 100)
        return (
            f" etwa {size.length} mm (Maßstab: {from_de}, ±{percent} %)",
            f" about {size.length} mm (scale: {from_en}, ±{percent} %)",
        )


class FindingLines(LineMaker):
    """Lines from findings: what their treatment needs, and what may lie hidden behind it."""

    def __init__(self, tables: Tables, segment: str) -> None:
        super().__init__(tables, segment)
        self._replaced: list[Place] = []

    def add(self, place: Place, treatment: Treatment) -> None:
        """All lines of one treatment.

        Raises:
            TableError: when a price or a time is missing; nothing of this part is added then.
        """
        german, english = place.seen()
        reason = Text(
            f"{german} → {treatment.why_de} [{treatment.basis[0]}]",
            f"{english} → {treatment.why_en} [{treatment.basis[1]}]",
        )
        if treatment.kind == "note":
            self.note(f"{place.label[0]}: {reason.de}.", f"{place.label[1]}: {reason.en}.")
            return
        spot, part, unsure = place.spot, place.part, treatment.uncertain
        if treatment.cap_only:
            part = "mirror_cap"
        if treatment.kind == "press":
            self.dents.append(self.dent_line(spot, _most_dents(place), reason))
            return
        new_parts, new_labour, new_paint = [], [], []
        if treatment.kind == "replace":
            new_parts.append(self.part_line(spot, part, reason, uncertain=unsure))
            new_labour.append(self.job_line(spot, part, "replace", None, reason, uncertain=unsure))
        elif treatment.kind == "repair":
            new_labour.append(self.job_line(spot, part, "repair", treatment.repair_severity, reason, uncertain=unsure))
        if treatment.paint_level is not None:
            new_paint.append(self.paint_line(spot, part, treatment.paint_level, reason, uncertain=unsure))
        self.parts += new_parts
        self.paint += new_paint
        for line in new_labour:
            self.put_job(spot, line)
        if treatment.kind == "replace":
            self._replaced.append(place)

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
                    id=f"i-hidden-{place.spot.key}",
                    label=f"Verdeckter Schaden hinter {place.label[0]} (Spanne)",
                    part=place.part,
                    side=self.side(place.spot, place.part),
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
        reason = Text(
            "ersatzfähig, wenn in der Region üblich (BGH VI ZR 65/18)",
            "payable where usual in the region (BGH VI ZR 65/18)",
        )
        self.incidentals.append(
            self.side_cost_line("transfer", "i-transfer", "Verbringung zum Lackierer", reason, painted)
        )


def _most_dents(place: Place) -> int:
    """As many dents as the photo with the most of them shows."""
    photos: dict[str, int] = {}
    for finding in place.findings:
        photos[finding.photo_id] = photos.get(finding.photo_id, 0) + 1
    return max(photos.values())
