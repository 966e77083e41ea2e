"""The registration document against the claim and against itself: what does not fit becomes a flag. Pure.

Each flag is a doubt with its figures and with what clears it, never an accusation; codes and thresholds are described in
docs/registration_on_the_desk.md. A corrected or confirmed field clears or raises them at once, because they are made anew from
the fields as they stand.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.cases import field_checks, names, ownership_hints
from workbench.cases.field_labels import FIELD_LABELS, KEY_CODES
from workbench.cases.views import Flag

#: Kilometres a year beyond which a private car is unusual; the mean in Germany is about 12,000.
MOST_KM_A_YEAR = 60_000
LEAST_KM_A_YEAR = 1_500
#: A young car says nothing about its kilometres a year, and an old one may have stood.
LEAST_DAYS, LEAST_YEARS = 90, 4
_DAYS_A_YEAR = Decimal("365.25")


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the cross-checks look at.

    Attributes:
        fields: printed code -> value as it stands, None for blank.
        doubtful: codes that still need a look. confirmed: codes that somebody has looked at and left as they are.
        claim_number: of the claim. notes: other outside text that may carry a claim number, e.g. names of files.
        holder_name: customer of the claim; None when it came from the document itself.
        loss_day: day of the damage; None while unknown.
        asked_day: day on which the case came in, in place of an unknown day of the damage.
        odometer_km: of the claim. known_mileage: ``km``, ``day`` and ``claim_number`` of an earlier claim for this vehicle.
        leased_or_financed: the answer of the claim; None while nobody has asked.
    """

    fields: Mapping[str, str | None]
    doubtful: Sequence[str] = ()
    confirmed: Sequence[str] = ()
    claim_number: str = ""
    notes: Sequence[str] = ()
    holder_name: str | None = None
    loss_day: date | None = None
    asked_day: date | None = None
    odometer_km: int | None = None
    known_mileage: Mapping[str, object] | None = None
    leased_or_financed: bool | None = None


def cross_check(facts: DocumentFacts) -> list[Flag]:
    """All doubts about the document, in the order of the sheet."""
    if not any(facts.fields.values()):
        return []
    return [
        *_uncertain(facts),
        *_claim_number(facts),
        *_holder(facts),
        *_ownership(facts),
        *_vin(facts),
        *_dates(facts),
        *_mileage(facts),
        *_inspection(facts),
    ]


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _km(value: int) -> tuple[str, str]:
    english = f"{value:,} km"
    return english.replace(",", "."), english


def _uncertain(facts: DocumentFacts) -> Iterator[Flag]:
    # What does not fit in VIN, make and dates has a flag of its own.
    told = {
        code
        for code in ("E", "D.1", "B")
        if field_checks.check(code, facts.fields.get(code), facts.fields, facts.asked_day or date.max)
    }
    codes = [code for code in KEY_CODES if code in facts.doubtful and code not in told]
    if not codes:
        return
    german = ", ".join(f"{code} {FIELD_LABELS[code][0]}" for code in codes)
    english = ", ".join(f"{code} {FIELD_LABELS[code][1]}" for code in codes)
    yield Flag(
        "document_uncertain",
        "amber",
        "Fahrzeugschein unsicher gelesen",
        f"{len(codes)} von {len(KEY_CODES)} Schlüsselfeldern leer, unsicher oder unpassend: {german}.",
        "Felder bestätigen oder berichtigen (F8 springt von einem zum nächsten).",
        "Registration document read with doubts",
        f"{len(codes)} of {len(KEY_CODES)} key fields blank, uncertain or not fitting: {english}.",
        "Confirm or correct the fields (F8 jumps from one to the next).",
    )


def _number_pattern(claim_number: str) -> re.Pattern[str] | None:
    """Numbers of the same make as this claim number; None when it is too plain to be told from a day or an amount."""
    letters = sum(letter.isalpha() for letter in claim_number)
    digits = sum(letter.isdigit() for letter in claim_number)
    if letters < 1 or digits < 5:
        return None
    shape = re.sub(r"\d+", lambda run: rf"\d{{{len(run[0])}}}", re.escape(claim_number))
    return re.compile(rf"(?<![0-9A-Za-z]){shape}(?![0-9A-Za-z])", re.IGNORECASE)


def _claim_number(facts: DocumentFacts) -> Iterator[Flag]:
    pattern = _number_pattern(facts.claim_number)
    if pattern is None:
        return
    texts = [*facts.notes, facts.fields.get("22") or "", facts.fields.get("21") or ""]
    found = next(
        (
            match[0]
            for text in texts
            for match in pattern.finditer(text)
            if match[0].casefold() != facts.claim_number.casefold()
        ),
        None,
    )
    if found:
        yield Flag(
            "claim_number_differs",
            "amber",
            "Andere Schadennummer",
            f"Am Fotosatz steht {found}; dieser Vorgang gehört zu {facts.claim_number}.",
            "Klären, zu welchem Schaden die Fotos gehören.",
            "Another claim number",
            f"The photo set carries {found}; this case belongs to {facts.claim_number}.",
            "Find out which claim the photos belong to.",
        )


def _holder(facts: DocumentFacts) -> Iterator[Flag]:
    family, first = facts.fields.get("C.1.1"), facts.fields.get("C.1.2")
    verdict = names.compare(family, first, facts.holder_name)
    if verdict not in {"family", "different"}:
        return
    hint = _hint(facts)
    if hint and hint.code == "C.1.1" and facts.leased_or_financed is not False:
        # That the holder is a leasing company is said already, and says more.
        return
    holder = " ".join(part for part in (first, family) if part)
    same_name = verdict == "family"
    yield Flag(
        "holder_differs",
        "info" if same_name else "amber",
        "Halter ist jemand anderes" if not same_name else "Halter mit anderem Vornamen",
        f"Im Fahrzeugschein steht {holder}; gemeldet hat {facts.holder_name}."
        + (" Der Familienname ist derselbe." if same_name else ""),
        "Lesefehler berichtigen, oder klären, wer den Schaden ersetzt bekommt.",
        "The holder is somebody else" if not same_name else "Holder with another first name",
        f"The registration document says {holder}; the claim is by {facts.holder_name}."
        + (" The surname is the same." if same_name else ""),
        "Correct the reading, or find out who is to be paid.",
    )


_OWNERS = {
    "leasing": ("eine Leasinggesellschaft", "a leasing company"),
    "bank": ("eine Bank oder Finanzierung", "a bank or a loan"),
    "rental": ("eine Vermietung", "a rental firm"),
}


def _hint(facts: DocumentFacts) -> ownership_hints.Hint | None:
    return ownership_hints.find(*(facts.fields.get(code) for code in ("C.1.1", "C.1.2", "22", "21")))


def _ownership(facts: DocumentFacts) -> Iterator[Flag]:
    if facts.leased_or_financed is not None:
        # Somebody has asked; the answer stands in the claim and has a flag of its own.
        return
    hint = _hint(facts)
    if hint is None:
        return
    german, english = _OWNERS[hint.kind]
    where, where_en = FIELD_LABELS[hint.code]
    yield Flag(
        "ownership_hint",
        "amber",
        "Vielleicht geleast oder finanziert",
        f"Feld {hint.code} ({where}) nennt „{hint.word}“; das spricht für {german}.",
        "Nachfragen und unter „Geleast oder finanziert“ ja oder nein eintragen.",
        "Perhaps leased or financed",
        f"Field {hint.code} ({where_en}) says “{hint.word}”; that points to {english}.",
        "Ask, and enter yes or no under “Leased or financed”.",
    )


def _vin(facts: DocumentFacts) -> Iterator[Flag]:
    if "E" in facts.confirmed:
        return
    doubts = field_checks.check("E", facts.fields.get("E"), facts.fields, date.max)
    for doubt in doubts:
        make = doubt.code == "vin_make"
        yield Flag(
            "vin_make_mismatch" if make else "vin_check",
            "amber",
            "FIN passt nicht zur Marke" if make else "FIN passt nicht",
            doubt.de,
            "FIN, Prüfziffer und Marke mit dem Ausschnitt vergleichen und berichtigen.",
            "VIN does not fit the make" if make else "VIN does not fit",
            doubt.en,
            "Compare VIN, check digit and make with the crop, and correct them.",
        )


def _dates(facts: DocumentFacts) -> Iterator[Flag]:
    first, this = (_day(facts.fields.get(code)) for code in ("B", "I"))
    seen: set[str] = set()
    for code in (code for code in ("B", "I", "6") if code not in facts.confirmed):
        for doubt in field_checks.check(code, facts.fields.get(code), facts.fields, facts.asked_day or date.max):
            if doubt.de in seen:
                continue
            seen.add(doubt.de)
            yield Flag(
                "document_dates",
                "amber",
                "Daten im Fahrzeugschein",
                f"Feld {code}: {doubt.de}",
                "Daten mit dem Ausschnitt vergleichen und berichtigen.",
                "Dates on the document",
                f"Field {code}: {doubt.en}",
                "Compare the dates with the crop, and correct them.",
            )
    if facts.loss_day and this and this > facts.loss_day and not (first and first > facts.loss_day):
        # A first registration after the damage is the engine's own flag.
        yield Flag(
            "document_after_loss",
            "amber",
            "Nach dem Schaden zugelassen",
            f"Dieser Fahrzeugschein ist vom {this:%d.%m.%Y}, der Schaden vom {facts.loss_day:%d.%m.%Y}.",
            "Klären, wem das Fahrzeug am Schadentag gehörte; oder Datum berichtigen.",
            "Registered after the damage",
            f"This registration is of {this:%d.%m.%Y}, the damage of {facts.loss_day:%d.%m.%Y}.",
            "Find out who owned the vehicle on the day of the damage, or correct the date.",
        )


def _mileage(facts: DocumentFacts) -> Iterator[Flag]:
    if facts.odometer_km is None:
        return
    said, said_en = _km(facts.odometer_km)
    earlier = facts.known_mileage or {}
    known = earlier.get("km")
    if isinstance(known, int) and facts.odometer_km < known:
        km, km_en = _km(known)
        when = _day(str(earlier.get("day") or ""))
        at, at_en = (f" am {when:%d.%m.%Y}", f" on {when:%d.%m.%Y}") if when else ("", "")
        yield Flag(
            "mileage_below_earlier",
            "amber",
            "Weniger Kilometer als früher",
            f"Gemeldet sind {said}; im Schaden {earlier.get('claim_number')} waren es{at} schon {km}.",
            "Kilometerstand am Foto prüfen und berichtigen.",
            "Fewer kilometres than before",
            f"The claim says {said_en}; in claim {earlier.get('claim_number')} it was {km_en}{at_en} already.",
            "Check the mileage on the photo, and correct it.",
        )
    first, until = _day(facts.fields.get("B")), facts.loss_day or facts.asked_day
    if first is None or until is None:
        return
    days = (until - first).days
    if days < LEAST_DAYS:
        return
    yearly = int(Decimal(facts.odometer_km) * _DAYS_A_YEAR / days)
    years = Decimal(days) / _DAYS_A_YEAR
    if LEAST_KM_A_YEAR <= yearly <= MOST_KM_A_YEAR or (yearly < LEAST_KM_A_YEAR and years < LEAST_YEARS):
        return
    rate, rate_en = _km(yearly)
    most, most_en = _km(MOST_KM_A_YEAR if yearly > MOST_KM_A_YEAR else LEAST_KM_A_YEAR)
    many = yearly > MOST_KM_A_YEAR
    yield Flag(
        "mileage_implausible",
        "amber",
        "Kilometerstand und Alter",
        f"{said} seit der Erstzulassung am {first:%d.%m.%Y} sind {rate} im Jahr; {'über' if many else 'unter'} {most} "
        "ist ungewöhnlich.",
        "Kilometerstand am Foto und Erstzulassung am Ausschnitt prüfen.",
        "Mileage and age",
        f"{said_en} since the first registration on {first:%d.%m.%Y} are {rate_en} a year; {'over' if many else 'under'} "
        f"{most_en} is unusual.",
        "Check the mileage on the photo and the first registration on the crop.",
    )


def _inspection(facts: DocumentFacts) -> Iterator[Flag]:
    month = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", facts.fields.get("HU") or "")
    until = facts.loss_day or facts.asked_day
    if month is None or until is None:
        return
    year, number = int(month[1]), int(month[2])
    due = date(year, number, monthrange(year, number)[1])
    if due >= until:
        return
    late = (until.year - year) * 12 + until.month - number
    many = late != 1
    yield Flag(
        "inspection_overdue",
        "amber",
        "Hauptuntersuchung überfällig",
        f"Die Hauptuntersuchung war bis {number:02d}/{year} fällig, {late} Monat{'e' if many else ''} vor dem Schaden.",
        "Neueren Nachweis anfordern, oder beim Fahrzeugwert berücksichtigen.",
        "Inspection overdue",
        f"The general inspection was due by {number:02d}/{year}, {late} month{'s' if many else ''} before the damage.",
        "Ask for newer proof, or consider it in the vehicle's value.",
    )
