"""Demonstration tables of a few rows: rates, mark-ups, side costs, workshops, dents, value band, VAT, policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from calculation.money import net_of, round2

D = Decimal
#: Segment: factor on the average of all models (assumption), paint size class.
SEGMENT_FACTORS: Final[dict[str, tuple[str, str]]] = {
    "small": ("0.75", "small"),
    "compact": ("1.00", "medium"),
    "middle": ("1.25", "medium"),
    "suv": ("1.35", "large"),
}

#: First two digits of the postcode, label, mechanic, body, paint: single DEKRA look-ups as published, net.
DEKRA: Final = (
    ("16", "PLZ-Region 16 (Beispiel 16949)", "113.50", "116.00", "136.50"),
    ("74", "PLZ-Region 74 (Beispiel 74747)", "131.50", "132.75", "140.50"),
    ("10", "PLZ-Region 10 (Beispiel 10439 Berlin)", "139.00", "143.50", "157.25"),
    ("58", "PLZ-Region 58 (Beispiel 58313)", "142.50", "143.50", "150.50"),
    ("40", "PLZ-Region 40 (Beispiel 40223 Düsseldorf)", "147.00", "149.00", "164.50"),
)


def hourly_rates() -> list[dict[str, Any]]:
    """Net hourly rates by postcode region; DE is the national average of the GDV."""
    national = (net_of(D(202), D("0.19")), net_of(D(220), D("0.19")))
    rows = [
        _rates("DE", "Deutschland (GDV-Durchschnitt 2024)", national[0], national[0], national[1],
               "GDV 2024: 202 / 220 EUR brutto ÷ 1,19; Dellen wie Karosserie (Annahme)"),
    ]  # fmt: skip
    for region, label, mechanic, body, paint in DEKRA:
        text = "veröffentlichte DEKRA-Einzelabfrage, netto; Elektrik wie Mechanik, Dellen wie Karosserie (Annahme)"
        rows.append(_rates(region, label, D(mechanic), D(body), D(paint), text))
    return rows


def _rates(region: str, label: str, mechanic: Decimal, body: Decimal, paint: Decimal, source: str) -> dict[str, Any]:
    return {
        "region": region,
        "label": label,
        "mechanic": mechanic,
        "body": body,
        "electric": mechanic,
        "paint": paint,
        "dents": body,
        "source": source,
    }


#: kind, labels, net value, low, high, basis, source. Only the transfer rests on a published figure.
SIDE_COSTS: Final = (
    ("transfer", "Verbringung zum Lackierer", "transfer to the paint shop", "139.50", "0.00", "180.00", "public_single",
     "AG Rosenheim 16 C 2808/14 (2015); kein öffentlicher Durchschnitt"),
    ("disposal", "Entsorgung", "disposal", "20.00", "0.00", "40.00", "assumption", "Annahme; kein öffentlicher Durchschnitt"),
    ("cleaning", "Reinigung", "cleaning", "30.00", "0.00", "60.00", "assumption", "Annahme; regionale Rechtsprechung"),
    ("test_drive", "Probefahrt", "test drive", "25.00", "0.00", "50.00", "assumption", "Annahme; regionale Rechtsprechung"),
    ("diagnosis", "Fehlerspeicher auslesen und löschen", "read and clear the fault memory", "45.00", "0.00", "90.00", "assumption",
     "Annahme; kein öffentlicher Durchschnitt"),
    ("calibration", "Fremdleistung Kalibrierung", "calibration by a third party", "180.00", "90.00", "350.00", "assumption",
     "Annahme; kein öffentlicher Durchschnitt"),
    ("measurement", "Karosserievermessung", "measuring the body", "150.00", "80.00", "250.00", "assumption",
     "Annahme; kein öffentlicher Durchschnitt"),
    ("cavity_wax", "Hohlraumschutz, Material", "cavity wax, material", "25.00", "10.00", "50.00", "assumption",
     "Annahme; kein öffentlicher Durchschnitt"),
    ("material", "Klebe- und Befestigungsmaterial", "adhesive and fixing material", "35.00", "15.00", "70.00", "assumption",
     "Annahme; kein öffentlicher Durchschnitt"),
    ("procurement", "Beschaffungskosten", "procurement", "15.00", "0.00", "40.00", "assumption", "Annahme; kein öffentlicher Durchschnitt"),
)  # fmt: skip


def workshop_rates() -> list[dict[str, Any]]:
    """Rate sheets of three workshops that do not exist, in the columns that real sheets have (RULES e.5), from public averages."""
    gdv = (net_of(D(202), D("0.19")), net_of(D(220), D("0.19")))
    rows = [
        ("Demonstration A (GDV-Durchschnitt 2024)", "DE", gdv[0], gdv[0], gdv[0], "10", "2", gdv[0], "flat", "139.50", "euro_lack", gdv[1],
         "percent", "25", "GDV 2024: 202 / 220 EUR brutto ÷ 1,19; Aufschläge wie Tabelle markups; Zuordnung angenommen"),
        ("Demonstration B (PLZ-Region 16)", "16", "113.50", "113.50", "116.00", "0", "2", "116.00", "none", "0", "azt", "136.50",
         "index", "100", "veröffentlichte DEKRA-Einzelabfrage, netto; Aufschläge und Lacksystem Annahme"),
        ("Demonstration C (PLZ-Region 40)", "40", "147.00", "147.00", "149.00", "15", "2", "149.00", "body", "1.00", "manufacturer", "164.50",
         "flat_per_hour", "41.00", "veröffentlichte DEKRA-Einzelabfrage, netto; Aufschläge, Verbringung und Material Annahme"),
    ]  # fmt: skip
    names = ("workshop", "region", "mechanic", "electric", "body", "upe_percent", "small_parts_percent", "dents", "transfer_kind",
             "transfer_value", "paint_system", "paint_wage", "material_kind", "material_value", "source")  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]


def small_tables() -> dict[str, list[dict[str, Any]]]:
    """The tables of a few rows."""
    band = "öffentliche Restwertkurven; bei drei Jahren uneinig (0,50 bis 0,67)"
    example = "Annahme: 30.000 EUR des veröffentlichten Kurvenbeispiels × Segmentfaktor"
    return {
        "segments": [
            {"segment": s, "price_factor": D(f), "size_class": size, "source": "Annahme: Spanne öffentlicher Beispiele 1 : 3,6"}
            for s, (f, size) in SEGMENT_FACTORS.items()
        ],
        "markups": [
            {"kind": "small_parts_percent", "regime": r, "value": D("2.00"), "source": "üblich 2 % (AG Erlangen 3 C 1956/11)"}
            for r in ("kasko", "liability")
        ]
        + [
            {"kind": "upe_markup_percent", "regime": "kasko", "value": D("0.00"), "source": "im Kaskofall nicht angesetzt (Annahme)"},
            {"kind": "upe_markup_percent", "regime": "liability", "value": D("10.00"), "source": "10 % (AG Rüsselsheim, AG Schweinfurt)"},
        ],
        "side_costs": [
            {"kind": kind, "label_de": german, "label_en": english, "value": D(value), "low": D(low), "high": D(high),
             "basis": basis, "source": source}
            for kind, german, english, value, low, high, basis, source in SIDE_COSTS
        ],
        "dents": [
            {"name": "setup_hours", "unit": "h", "value": D("0.60"), "source": "öffentliche Beispielkalkulation, einmal je Auftrag"},
            {"name": "finish_hours", "unit": "h", "value": D("0.25"), "source": "öffentliche Beispielkalkulation, je Fläche"},
            {"name": "aluminium_percent", "unit": "%", "value": D(25), "source": "öffentliche Beispielkalkulation"},
            {"name": "glue_percent", "unit": "%", "value": D(15), "source": "Annahme"},
            {"name": "reach_percent", "unit": "%", "value": D(25), "source": "Annahme"},
            {"name": "hours_per_dent", "unit": "h", "value": D("0.15"), "source": "10 Dellen zu 20 mm = 1,50 h; je Delle geteilt (Annahme)"},
            {"name": "minimum_hours", "unit": "h", "value": D("0.50"), "source": "Annahme"},
            {"name": "maximum_mm", "unit": "mm", "value": D(50), "source": "Annahme: größere Dellen instand setzen"},
            {"name": "maximum_count", "unit": "count", "value": D(40), "source": "Annahme"},
        ],
        "value_band": [
            {"years": D(y), "low": D(lo), "high": D(hi), "source": band}
            for y, lo, hi in (("0", "1.00", "1.00"), ("1", "0.75", "0.75"), ("3", "0.50", "0.67"), ("5", "0.50", "0.50"),
                              ("10", "0.20", "0.20"), ("15", "0.10", "0.10"))
        ],
        "list_prices": [
            {"segment": s, "price": round2(D(30000) * D(f)), "source": example} for s, (f, _) in SEGMENT_FACTORS.items()
        ],
        "vat": [
            {"valid_from": day, "rate": D(rate), "source": "§ 12 UStG"}
            for day, rate in (("1998-04-01", "0.16"), ("2007-01-01", "0.19"), ("2020-07-01", "0.16"), ("2021-01-01", "0.19"))
        ],
        "policy": [
            {"valid_from": "2024-01-01", "limit": D("4000.00"), "limit_basis": "repair_gross", "amber_ratio": D("0.50"),
             "red_ratio": D("0.70"), "max_age_years": D(12), "max_mileage_km": D(200000),
             "reference_max_km": D(20), "bagatelle_gross": D("750.00"),
             "source": "Produktseite: nicht über 4.000 EUR; Vergleichsbasis und Warnschwellen als Festlegung"},
        ],
    }  # fmt: skip
