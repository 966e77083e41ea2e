"""Items over which insurers argue in a fictive settlement: what the case law says of each, and which proposed cuts count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, get_args

from calculation.model import CalculationInput, DisputedItem, ItemKind, ProposedCut, Text
from calculation.money import ZERO, round2
from calculation.result import ItemStatus, LineResult, PayableItem, Totals


@dataclass(frozen=True, slots=True)
class ItemRule:
    """Rule of one item: its status, what follows, the ruling and its day."""

    name: Text
    status: ItemStatus
    rule: Text
    ruling: str
    decided_on: date | None = None


_REGIONAL = Text(
    "Rechtsprechung der Gerichte ist regional verschieden; bleibt, bis jemand mit Grund anders entscheidet",
    "local case law differs; stays until somebody decides otherwise with a reason",
)
_USUAL = Text(
    "zahlbar, wenn in der Region üblich und nicht durch eine zulässige Verweisung vermieden; nicht pauschal zu kürzen",
    "payable if usual in the region and not avoided by a valid reference; no blanket cut",
)
_REAL = Text(
    "nur, wenn wirklich angefallen und belegt; nicht fiktiv", "only if really incurred and proved; never fictively"
)
#: One rule per item, in the order in which they are shown.
RULES: Final[dict[str, ItemRule]] = {
    "small_parts": ItemRule(
        Text("Kleinersatzteile", "small parts"),
        "payable",
        Text(
            "Pauschale von 2 % der Ersatzteile ist zahlbar; nicht zu kürzen",
            "the usual 2 % of the parts is payable; not to be cut",
        ),
        "AG Erlangen 3 C 1956/11; AG Lindau 2 C 33/17",
        date(2012, 2, 16),
    ),
    "upe_markup": ItemRule(
        Text("UPE-Aufschlag", "mark-up on list prices"),
        "payable_if_usual",
        _USUAL,
        "BGH VI ZR 65/18; AG Rosenheim 16 C 2808/14",
        date(2018, 9, 25),
    ),
    "transfer": ItemRule(
        Text("Verbringung", "transfer to the paint shop"),
        "payable_if_usual",
        _USUAL,
        "BGH VI ZR 65/18; AG Rosenheim 16 C 2808/14",
        date(2018, 9, 25),
    ),
    "blending": ItemRule(
        Text("Beilackierung", "blending into neighbour panels"),
        "payable",
        Text(
            "zahlbar, wenn erforderlich, auch ohne Reparatur; zu schätzen nach § 287 ZPO, nicht pauschal zu kürzen",
            "payable if needed, without repair too; to be estimated under section 287 ZPO, no blanket cut",
        ),
        "BGH VI ZR 396/18 und VI ZR 494/18",
        date(2019, 9, 17),
    ),
    "social_contributions": ItemRule(
        Text("Sozialabgaben und Lohnnebenkosten", "social contributions and wage on-costs"),
        "payable",
        Text(
            "nur die Umsatzsteuer geht ab; Sozialabgaben dürfen nicht gekürzt werden",
            "VAT alone comes off; social contributions must not be cut",
        ),
        "BGH VI ZR 220/12",
        date(2013, 2, 19),
    ),
    "labour_rate": ItemRule(
        Text("Stundenverrechnungssätze der Markenwerkstatt", "hourly rates of a brand workshop"),
        "payable",
        Text(
            "Grundlage der Abrechnung; nur eine zulässige Verweisung auf eine konkrete Werkstatt senkt sie, kein Mittelwert",
            "basis of the settlement; only a valid reference to one concrete workshop lowers them, no mean does",
        ),
        "BGH VI ZR 398/02; VI ZR 53/09",
        date(2003, 4, 29),
    ),
    "bulk_discount": ItemRule(
        Text("Großkundenrabatt", "bulk discount of the claimant"),
        "must_be_taken_off",
        Text(
            "ein Rabatt, den der Geschädigte bekommt, ist auch fiktiv abzuziehen",
            "a discount that the claimant gets must be taken off in a fictive settlement too",
        ),
        "BGH VI ZR 45/19",
        date(2019, 10, 29),
    ),
    "new_for_old": ItemRule(
        Text("Abzug neu für alt", "new for old"),
        "only_with_gain",
        Text(
            "nur bei messbarem Vorteil des Eigentümers; der Versicherer muss ihn beweisen; je Position, nie pauschal",
            "only for a measurable gain of the owner, proved by the insurer; per line, never as a blanket",
        ),
        "AG Rheine 14 C 101/21",
        date(2021, 9, 6),
    ),
    "disposal": ItemRule(Text("Entsorgung", "disposal"), "regional", _REGIONAL, "§ 287 ZPO"),
    "cleaning": ItemRule(Text("Reinigung", "cleaning"), "regional", _REGIONAL, "§ 287 ZPO"),
    "test_drive": ItemRule(Text("Probefahrt", "test drive"), "regional", _REGIONAL, "§ 287 ZPO"),
    "disinfection": ItemRule(Text("Desinfektion", "disinfection"), "regional", _REGIONAL, "§ 287 ZPO"),
    "other": ItemRule(Text("sonstige Kürzung", "other cut"), "regional", _REGIONAL, "§ 287 ZPO"),
    "loss_of_use": ItemRule(Text("Nutzungsausfall", "loss of use"), "only_if_incurred", _REAL, "§ 249 BGB"),
    "rental": ItemRule(Text("Mietwagen", "rental car"), "only_if_incurred", _REAL, "§ 249 BGB"),
    "towing": ItemRule(Text("Abschleppen", "towing"), "only_if_incurred", _REAL, "§ 249 BGB"),
    "registration": ItemRule(Text("An- und Abmeldung", "registration"), "only_if_incurred", _REAL, "§ 249 BGB"),
}
#: Items whose amount on the sheet bounds a cut.
_ON_SHEET = frozenset(
    {"small_parts", "upe_markup", "transfer", "blending", "disposal", "cleaning", "test_drive", "disinfection"}
)
#: What a valid reference workshop has answered already.
_BY_REFERENCE = frozenset({"upe_markup", "transfer", "labour_rate"})
_ITEM_KINDS = frozenset(get_args(ItemKind)) & frozenset(RULES)


def _lines(data: CalculationInput, lines: Iterable[LineResult]) -> dict[str, tuple[Decimal, list[str]]]:
    """Amount and line ids by item, of the lines that count."""
    incidental = {line.id: line.kind for line in data.incidentals}
    blends = {line.id for line in data.paint if line.level == "blend"}
    found: dict[str, tuple[Decimal, list[str]]] = {}
    for line in lines:
        key: str | None = None
        if line.block == "incidentals":
            kind = incidental.get(line.id)
            key = kind if kind in _ON_SHEET else None
        elif line.block == "paint" and line.id in blends:
            key = "blending"
        if key is not None and line.amount:
            amount, ids = found.get(key, (ZERO, []))
            found[key] = (amount + line.amount, [*ids, line.id])
    return found


def amounts_on_sheet(
    data: CalculationInput, lines: Iterable[LineResult], sheet: Totals
) -> dict[str, tuple[Decimal, tuple[str, ...]]]:
    """Net amount of each disputed item on this sheet, with its lines; only those that are there."""
    found = {key: (amount, tuple(ids)) for key, (amount, ids) in _lines(data, lines).items()}
    if sheet.small_parts:
        found["small_parts"] = (sheet.small_parts, ())
    if sheet.upe_markup > 0:
        found["upe_markup"] = (sheet.upe_markup, ())
    if sheet.discounts:
        found["bulk_discount"] = (sheet.discounts, ())
    if sheet.parts_disposal:
        amount, ids = found.get("disposal", (ZERO, ()))
        found["disposal"] = (amount + sheet.parts_disposal, ids)
    return found


def _answer(cut: ProposedCut, status: ItemStatus, kasko: bool) -> tuple[bool, Text]:
    """Whether a cut counts, and why."""
    reasoned = bool(cut.reason.strip())
    if cut.accepted is False:
        return False, Text("abgelehnt", "refused by a person")
    if cut.item == "bulk_discount":
        return True, Text("Rabatt muss abgezogen werden", "a discount must be taken off")
    if cut.item == "social_contributions" and not kasko:
        return False, Text("unzulässig, auch mit Begründung", "not allowed, whatever the reason")
    if cut.accepted and reasoned:
        return True, Text(f"entschieden: {cut.reason}", f"decided: {cut.reason}")
    if cut.accepted:
        return False, Text("ohne Begründung zählt die Kürzung nicht", "without a reason the cut does not count")
    if status == "payable_if_usual":
        return False, Text(
            "bleibt, solange niemand die Unüblichkeit feststellt", "stays until somebody finds it unusual"
        )
    if status == "only_with_gain":
        return False, Text("kein messbarer Vorteil festgestellt", "no measurable gain found")
    if status == "regional":
        return False, Text("bleibt ohne begründete Entscheidung", "stays without a reasoned decision")
    return False, Text("zahlbar; nicht zu kürzen", "payable; not to be cut")


def answer_cuts(
    data: CalculationInput, lines: Iterable[LineResult], sheet: Totals, referred: bool
) -> tuple[tuple[ProposedCut, Decimal, Text], ...]:
    """Each proposed cut with the amount that counts and the reason.

    Args:
        data: the input.
        lines: priced lines.
        sheet: the sheet at the point.
        referred: a reference workshop is applied, whose terms stand in place of cuts in rates, mark-up and transfer.

    """
    settlement = data.settlement
    if not settlement.proposed_cuts or settlement.mode == "concrete":
        return ()
    on_sheet = amounts_on_sheet(data, lines, sheet)
    out: list[tuple[ProposedCut, Decimal, Text]] = []
    used: dict[str, Decimal] = {}
    for cut in settlement.proposed_cuts:
        counts, why = _answer(cut, RULES[cut.item].status, settlement.regime == "kasko")
        amount = round2(cut.amount) if counts else ZERO
        if counts and referred and cut.item in _BY_REFERENCE:
            amount, why = ZERO, Text("in der Verweisung enthalten", "contained in the reference workshop")
        elif counts and cut.item in _ON_SHEET:
            room = max(ZERO, on_sheet.get(cut.item, (ZERO, ()))[0] - used.get(cut.item, ZERO))
            if amount > room:
                amount, why = room, Text("höchstens der Betrag der Kalkulation", "at most the amount on the sheet")
        used[cut.item] = used.get(cut.item, ZERO) + amount
        out.append((cut, amount, why))
    return tuple(out)


def payable_items(
    data: CalculationInput,
    lines: Iterable[LineResult],
    sheet: Totals,
    answers: tuple[tuple[ProposedCut, Decimal, Text], ...],
) -> tuple[PayableItem, ...]:
    """The disputed items of this sheet, and those that somebody wants to cut; empty in a concrete settlement.

    In Kasko the contract decides, not section 249 BGB: the list there names only what somebody wants to cut.
    """
    settlement = data.settlement
    if settlement.mode == "concrete":
        return ()
    found = amounts_on_sheet(data, lines, sheet) if settlement.regime == "liability" else {}
    missing: set[str] = set()
    if settlement.regime == "liability":
        if sheet.labour_total or sheet.paint_wage:
            found["social_contributions"] = (ZERO, ())
        for item in settlement.other_items:
            if item.kind in _ITEM_KINDS:
                amount, ids = found.get(item.kind, (ZERO, ()))
                found[item.kind] = (amount + round2(item.amount), (*ids, item.id))
                if not item.incurred:
                    missing.add(item.kind)
    cuts: dict[str, list[tuple[ProposedCut, Decimal, Text]]] = {}
    for answer in answers:
        cuts.setdefault(answer[0].item, []).append(answer)
    out = []
    for key, rule in RULES.items():
        if key not in found and key not in cuts:
            continue
        on_sheet, ids = found.get(key, (ZERO, ()))
        entry = PayableItem(
            item=_item(key),
            name=rule.name,
            amount=on_sheet if key in found and key != "social_contributions" else None,
            status=rule.status,
            rule=rule.rule,
            ruling=rule.ruling,
            decided_on=rule.decided_on,
            line_ids=ids,
        )
        if key in missing:
            entry = replace(entry, cut_reason=Text("nicht angefallen: zählt nicht", "not incurred: does not count"))
        if key in cuts:
            entry = replace(
                entry,
                cut=sum((round2(c.amount) for c, _, _ in cuts[key]), ZERO),
                cut_allowed=sum((allowed for _, allowed, _ in cuts[key]), ZERO),
                cut_reason=cuts[key][-1][2],
            )
        out.append(entry)
    return tuple(out)


def _item(key: str) -> DisputedItem:
    return key  # type: ignore[return-value]
