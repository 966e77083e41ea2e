"""The cross-checks of the document as a table: what is known, which flag, which figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cv_models.registration import rules
from workbench.cases import field_checks, names, ownership_hints
from workbench.cases.cross_checks import DocumentFacts, cross_check
from workbench.cases.field_labels import FIELD_LABELS, GROUPS, KEY_CODES
from workbench.cases.field_values import normal_value, printed_form

VIN = "WVWZZZ1KZ8W386752"
GOOD = {
    "A": "M-AB 123", "E": VIN, "3": rules.check_digit(VIN), "B": "2019-03-05", "I": "2020-01-10", "6": "2018-01-01", "HU": "2026-11",
    "D.1": "VOLKSWAGEN", "C.1.1": "MUSTER", "C.1.2": "ERIKA", "22": "ANHAENGEKUPPLUNG",
}  # fmt: skip
CLAIM = {
    "claim_number": "KS-2026-000123", "holder_name": "Erika Muster", "loss_day": date(2026, 11, 1), "asked_day": date(2026, 11, 3),
    "odometer_km": 90_000,
}  # fmt: skip


def flags(fields: dict[str, str | None] | None = None, **claim: Any) -> dict[str, Any]:
    facts = DocumentFacts(fields={**GOOD, **(fields or {})}, **{**CLAIM, **claim})
    return {flag.code: flag for flag in cross_check(facts)}


def test_a_good_document_raises_nothing() -> None:
    assert flags() == {}
    assert cross_check(DocumentFacts(fields={})) == []


@pytest.mark.parametrize(
    ("fields", "claim", "code", "figures"),
    [
        ({}, {"doubtful": ["E", "2.2", "V.7"]}, "document_uncertain", "2 von 9"),
        ({}, {"notes": ["KS-2026-000124_1.jpg"]}, "claim_number_differs", "KS-2026-000124"),
        ({"22": "SIEHE KS-2026-999999"}, {}, "claim_number_differs", "KS-2026-999999"),
        ({"C.1.1": "KRAUSE", "C.1.2": "PETER"}, {}, "holder_differs", "PETER KRAUSE"),
        ({"C.1.2": "HANS"}, {}, "holder_differs", "derselbe"),
        ({"C.1.1": "Beispiel Leasing GmbH", "C.1.2": None}, {}, "ownership_hint", "LEASING"),
        ({"C.1.1": "Kreissparkasse Musterstadt", "C.1.2": None}, {}, "ownership_hint", "KREISSPARKASSE"),
        ({"22": "SELBSTFAHRERVERMIETFAHRZEUG"}, {}, "ownership_hint", "Vermietung"),
        ({"E": VIN[:-1] + "3"}, {}, "vin_check", "Prüfziffer"),
        ({"E": VIN[:-1] + "O"}, {}, "vin_check", "steht kein O"),
        ({"D.1": "OPEL"}, {}, "vin_make_mismatch", "OPEL"),
        ({"B": "2020-02-01"}, {}, "document_dates", "01.02.2020"),
        ({"6": "2021-02-01"}, {}, "document_dates", "Typgenehmigung"),
        ({"I": "2026-11-02"}, {}, "document_after_loss", "02.11.2026"),
        ({}, {"odometer_km": 700_000}, "mileage_implausible", "60.000 km"),
        ({}, {"odometer_km": 900}, "mileage_implausible", "unter 1.500 km"),
        ({}, {"known_mileage": {"km": 95_000, "day": "2025-01-02", "claim_number": "S-1"}}, "mileage_below_earlier", "95.000 km"),
        ({"HU": "2026-09"}, {}, "inspection_overdue", "2 Monate"),
        ({"HU": "2026-10"}, {}, "inspection_overdue", "1 Monat vor"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_its_figures(
    fields: dict[str, str | None], claim: dict[str, Any], code: str, figures: str
) -> None:
    found = flags(fields, **claim)
    assert list(found) == [code]
    flag = found[code]
    assert figures in flag.reason
    for text in (flag.title, flag.reason, flag.clears, flag.title_en, flag.reason_en, flag.clears_en):
        assert len(text) > 4
    assert flag.level in {"amber", "info"}


@pytest.mark.parametrize(
    ("fields", "claim"),
    [
        ({"E": VIN[:-1] + "3"}, {"confirmed": ["E"]}),
        ({"3": "-"}, {}),
        ({"HU": "2026-11"}, {"loss_day": date(2026, 11, 30)}),
        ({"B": "2026-10-01", "I": "2026-10-01", "6": None}, {"odometer_km": 9_000}),
        ({"B": "2025-03-05", "I": "2025-03-05"}, {"odometer_km": 500}),
        ({"C.1.1": "Beispiel Leasing GmbH", "C.1.2": None}, {"leased_or_financed": False, "holder_name": None}),
        ({}, {"claim_number": "20261101", "notes": ["20261102_1.jpg"]}),
        ({}, {"notes": ["ks-2026-000123__1.jpg", "IMG_20261101_123456.jpg"]}),
        ({}, {"odometer_km": None, "loss_day": None, "asked_day": None}),
        ({"I": "2026-11-02", "B": "2026-11-02", "6": None}, {"odometer_km": 10}),
    ],
)
def test_what_is_explained_or_unknown_raises_nothing(fields: dict[str, str | None], claim: dict[str, Any]) -> None:
    assert flags(fields, **claim) == {}


@pytest.mark.parametrize(
    ("family", "first", "customer", "verdict"),
    [
        ("MÜLLER", "ERIKA", "Mueller, Erika", "same"),
        ("MULLER", "ERIKA", "Dr. Erika Müller", "same"),
        ("MUSTER", "E.", "Erika Muster", "same"),
        ("SCHMIDT", "JAN", "Jan Schmitt", "same"),
        ("YILDIZ", "MURAT", "Murat Yıldız", "same"),
        ("VON DER HEIDE", "KARL", "Karl Heide", "same"),
        ("GROẞ", "TIM", "Tim Gross", "same"),
        ("Muster-Beispiel", "Eva", "Eva Muster", "same"),
        ("Autohaus Meier GmbH & Co. KG", None, "Meier Autohaus", "same"),
        ("MUSTER", "MAX", "Erika Muster", "family"),
        ("Müller GmbH", None, "Hans Müller", "family"),
        ("KRAUSE", "PETER", "Erika Muster", "different"),
        ("Beispiel Leasing GmbH", None, "Erika Muster", "different"),
        ("LI", "WEI", "Anna Lo", "different"),
        (None, "ERIKA", "Erika Muster", "unknown"),
        ("MUSTER", "ERIKA", None, "unknown"),
    ],
)
def test_names_are_compared_as_people_do(
    family: str | None, first: str | None, customer: str | None, verdict: str
) -> None:
    assert names.compare(family, first, customer) == verdict


@pytest.mark.parametrize(
    ("family", "first", "remarks", "kind"),
    [
        ("Beispiel Leasing GmbH", None, None, "leasing"),
        ("Muster Bank AG", None, None, "bank"),
        ("Musterstadt Autovermietung", None, None, "rental"),
        ("BANK", "PETER", None, None),
        ("HERTZBERG", "ANNA", None, None),
        ("LEASINGER", "TOM", None, None),
        ("MUSTER", "ERIKA", "EIGENTUMSVORBEHALT", "bank"),
        ("MUSTER", "ERIKA", "ZU 0.2: ABGASVERHALTEN", None),
        (None, None, None, None),
    ],
)
def test_hints_of_another_owner(family: str | None, first: str | None, remarks: str | None, kind: str | None) -> None:
    hint = ownership_hints.find(family, first, remarks)
    assert (hint.kind if hint else None) == kind


@pytest.mark.parametrize(
    ("code", "typed", "kept"),
    [
        ("B", "5.3.2019", "2019-03-05"), ("B", "05.03.19", "2019-03-05"), ("B", "01.07.98", "1998-07-01"), ("B", "31.02.2020", "31.02.2020"),
        ("B", "05032019", "2019-03-05"), ("HU", "5/2027", "2027-05"), ("HU", "05.27", "2027-05"), ("A", "m-ab 123", "M-AB 123"),
        ("A", "weird", "WEIRD"), ("E", " wvw zzz1kz8w386752 ", VIN), ("P.2", "0092", "92"), ("18", "4.263", "4263"),
        ("2.2", "aab 000126", "AAB000126"), ("C.1.1", " Muster\t& \nSohn ", "Muster & Sohn"), ("22", "a\n\n b  c", "a\nb c"),
        ("D.3", "", None), ("D.3", "  ", None), ("D.3", None, None),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_in_the_readers_form(code: str, typed: str | None, kept: str | None) -> None:
    assert normal_value(code, typed, today=date(2026, 11, 23)) == kept


@pytest.mark.parametrize(
    ("code", "value", "doubt"),
    [
        ("E", "WVWZZZ1KZ8W38675", "vin_length"), ("E", "WVWZZZ1KZ8W38675I", "vin_letters"), ("A", "QQQ-AB 123", "plate_district"),
        ("A", "M-AB 0123", "plate_form"), ("B", "2026-12-01", "future"), ("B", "1890-01-01", "past"), ("B", "31.02.2020", "no_date"),
        ("HU", "13/2027", "no_month"), ("P.2", "2000", "range"), ("P.2", "92 PS", "no_number"), ("2.1", "60", "hsn_form"),
        ("2.2", "AA", "type_key_form"), ("3", "Y", "check_digit_form"), ("C.1.3", "Weg 1", "postcode"), ("G", "2000", "contradiction"),
        ("D.3", "GOLF", None), ("A", "M-AB 123", None), ("E", VIN, None), ("E", "-", None), ("9", None, None),
    ],
)  # fmt: skip
def test_a_doubt_is_a_sentence(code: str, value: str | None, doubt: str | None) -> None:
    found = field_checks.check(code, value, {"F.1": "1500"}, date(2026, 11, 23))
    assert [item.code for item in found] == ([doubt] if doubt else [])
    assert all(item.de and item.en for item in found)


@pytest.mark.parametrize(
    ("make", "hsn", "vin", "doubts"),
    [
        ("VOLKSWAGEN", "0603", VIN, []),
        ("VOLKSWAGEN AG", "0603", VIN, []),
        ("vw", "0600", VIN, []),
        ("MINI", "0005", "WBA" + VIN[3:], []),
        ("OPEL", "0603", VIN, ["hsn_make", "vin_make"]),
        ("NORDWERK", "9901", "NWL" + VIN[3:], []),
        ("NORDWERK", "0603", VIN, ["vin_make"]),
        (None, "0603", VIN, []),
    ],
)
def test_maker_number_and_world_code_against_the_make(make: str | None, hsn: str, vin: str, doubts: list[str]) -> None:
    values = {"D.1": make, "2.1": hsn, "E": vin}
    found = [
        doubt.code
        for code in ("2.1", "E")
        for doubt in field_checks.check(code, values[code], values, date(2026, 11, 23))
    ]
    assert found == doubts


def test_what_was_printed_is_told_only_where_it_is_known() -> None:
    assert printed_form("B", "2019-03-05") == "05.03.2019"
    assert printed_form("E", VIN) == VIN
    assert printed_form("P.2", "92") is None


def test_every_field_of_the_form_has_its_place() -> None:
    from cv_models.registration.layout import CELLS

    printed = {cell.code for cell in CELLS} - {"22b", "P.2/P.4"} | {"P.2", "P.4"}
    grouped = [code for codes in GROUPS.values() for code in codes]
    assert sorted(grouped) == sorted(FIELD_LABELS)
    assert printed <= set(grouped)
    assert set(KEY_CODES) <= set(GROUPS["key"])
