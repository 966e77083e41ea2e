"""Flags of a case: what the engine says of the figures, and what photos, document and claim say beside it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.cases.cross_checks import DocumentFacts, cross_check
from workbench.cases.document_check import sentences
from workbench.cases.views import Flag

_LEVELS = {"red": 0, "amber": 1, "info": 2}
_OWNERSHIP = frozenset({"leased", "financed", "ownership_unknown"})
_PROBLEMS_DE = {
    "too_small": "zu klein",
    "blurred": "unscharf",
    "too_dark": "zu dunkel",
    "too_bright": "überbelichtet",
    "glare": "Blendung",
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the flags look at beside the calculation.

    Attributes:
        leased_or_financed: of the claim; None while unknown.
        claim_plate: plate of the claim, compared form. document_plate: plate of the document, compared form.
        photos: for each photo ``(role, problems)``.
        document_fields: how many fields were read from the document.
        damage_findings: findings that were not rejected.
        prefilled: whether the pipeline has finished once.
        document: what the cross-checks of the registration document look at.
        document_problems: why a photo of the document could not be read, codes of ``WARNINGS``.
    """

    leased_or_financed: bool | None
    claim_plate: str | None
    document_plate: str | None
    photos: Sequence[tuple[str | None, Sequence[str]]]
    document_fields: int
    damage_findings: int
    prefilled: bool
    document: DocumentFacts | None = None
    document_problems: Sequence[str] = ()


def assess(facts: CaseFacts, result: Mapping[str, Any] | None) -> list[Flag]:
    """All flags of a case, the most serious first.

    Args:
        facts: what is known beside the calculation.
        result: calculation result JSON, or None before the pre-fill.
    """
    flags = [_from_engine(flag) for flag in (result or {}).get("flags", ())]
    if facts.leased_or_financed is not None:
        flags = [flag for flag in flags if flag.code not in _OWNERSHIP]
    if facts.leased_or_financed:
        flags.append(
            Flag(
                "leased_or_financed",
                "red",
                "Geleast oder finanziert",
                "Nach den Angaben zum Schaden ist das Fahrzeug geleast oder finanziert; es ist von der "
                "Sofortregulierung ausgenommen.",
                "Freigabe der Bank oder berichtigte Angabe; sonst aussteuern.",
                "Leased or financed",
                "According to the claim the vehicle is leased or financed; it is excluded from instant settlement.",
                "A release by the bank or a corrected statement; otherwise exclude.",
            )
        )
    if facts.prefilled:
        flags.extend(_from_photos(facts))
        if facts.document is not None:
            flags.extend(cross_check(facts.document))
    return sorted(flags, key=lambda flag: _LEVELS.get(flag.level, 3))


def _from_engine(flag: Mapping[str, Any]) -> Flag:
    def both(name: str) -> tuple[str, str]:
        text = flag.get(name) or {}
        return str(text.get("de", "")), str(text.get("en", ""))

    (title, title_en), (reason, reason_en), (clears, clears_en) = both("title"), both("reason"), both("clears")
    return Flag(str(flag["code"]), str(flag["level"]), title, reason, clears, title_en, reason_en, clears_en)


def _from_photos(facts: CaseFacts) -> list[Flag]:
    flags: list[Flag] = []
    poor = [problems for _role, problems in facts.photos if problems]
    if poor:
        kinds = sorted({problem for problems in poor for problem in problems})
        words = ", ".join(_PROBLEMS_DE.get(kind, kind) for kind in kinds)
        count, total = len(poor), len(facts.photos)
        flags.append(
            Flag(
                "photos_unreadable",
                "red" if count == total else "amber",
                "Fotos schlecht lesbar",
                f"{count} von {total} Fotos sind nur bedingt brauchbar ({words}).",
                "Fotos nachfordern oder nach eigener Sichtung weitermachen.",
                "Photos hard to read",
                f"{count} of {total} photos are of limited use ({', '.join(kinds)}).",
                "Request photos, or go on after looking at them.",
            )
        )
    has_document = any(role == "registration_document" for role, _problems in facts.photos)
    if facts.document_fields == 0:
        flags.append(
            Flag(
                "document_unreadable",
                "amber",
                "Fahrzeugschein nicht gelesen",
                " ".join(["Das Foto des Fahrzeugscheins war nicht lesbar.", *sentences(facts.document_problems, "de")])
                if has_document
                else "Unter den Fotos ist kein Fahrzeugschein.",
                "Fahrzeugdaten von Hand eintragen oder das Foto nachfordern.",
                "Registration document not read",
                " ".join(
                    [
                        "The photo of the registration document could not be read.",
                        *sentences(facts.document_problems, "en"),
                    ]
                )
                if has_document
                else "There is no registration document among the photos.",
                "Enter the vehicle's data by hand, or request the photo.",
            )
        )
    if facts.claim_plate and facts.document_plate and facts.claim_plate != facts.document_plate:
        flags.append(
            Flag(
                "plate_mismatch",
                "red",
                "Kennzeichen weicht ab",
                f"Gemeldet ist {facts.claim_plate}, im Fahrzeugschein steht {facts.document_plate}.",
                "Lesefehler berichtigen oder das richtige Fahrzeug klären.",
                "Plate differs",
                f"Reported is {facts.claim_plate}, the registration document says {facts.document_plate}.",
                "Correct the reading, or find out which vehicle it is.",
            )
        )
    if facts.damage_findings == 0:
        flags.append(
            Flag(
                "no_damage_found",
                "amber",
                "Kein Schaden erkannt",
                "Die Bilderkennung hat auf keinem Foto einen Schaden gefunden.",
                "Bereiche von Hand einzeichnen oder Fotos nachfordern.",
                "No damage found",
                "The detector has found no damage in any photo.",
                "Draw regions by hand, or request photos.",
            )
        )
    return flags
