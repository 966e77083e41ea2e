"""Makes the demonstration tables from published averages: ``python -m pricing_tables.demonstration`` writes ``data/``.

Nothing here is a catalogue, a list price, a maker's time or a licensed matrix. Each row says whether it rests on a published
figure or is an assumption of the demonstration, and how it was found. Sources (see docs/calculation.md): GDV average part prices
of August 2019 (gross, spiegel.de a-1288500 and trade press), the yearly rises reported since, GDV hourly rates 2024, single DEKRA
look-ups as published, single times as printed in public sample calculations.
"""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from calculation.money import CENT, net_of, round2, round_to
from pricing_tables.store import DATA
from pricing_tables.vocabulary import PARTS, SEGMENTS

D = Decimal
VERSION: Final = "demo-2026.1"
VALID_FROM: Final = date(2025, 1, 1)
REVIEWED_UNTIL: Final = date(2027, 6, 30)
LICENCE: Final = "Apache-2.0 (own compilation of published averages; no catalogue data)"

#: Segment: factor on the average of all models (assumption), paint size class.
SEGMENT_FACTORS: Final[dict[str, tuple[str, str]]] = {
    "small": ("0.75", "small"),
    "compact": ("1.00", "medium"),
    "middle": ("1.25", "medium"),
    "suv": ("1.35", "large"),
}
#: GDV averages of August 2019, gross, and the estimated rise 2019 to 2025.
GDV_2019: Final[dict[str, int]] = {
    "crash_box": 69, "fender": 238, "headlamp": 725, "cross_member_rear": 171, "bonnet": 509, "quarter_panel": 625,
    "door_rear": 619, "radiator": 315, "cross_member_front": 184, "bumper_rear": 405, "windscreen": 440, "door_front": 591,
    "tail_lamp": 212, "boot_lid": 665,
}  # fmt: skip
RISE: Final = D("1.5")
#: Parts without a published average: share of a published one (assumption).
SHARES: Final[dict[str, tuple[str, str]]] = {
    "bumper_front": ("bumper_rear", "1.05"),
    "sill": ("quarter_panel", "0.60"),
    "roof": ("quarter_panel", "1.30"),
    "side_window": ("windscreen", "0.45"),
    "rear_window": ("windscreen", "0.90"),
    "mirror": ("tail_lamp", "1.20"),
    "mirror_cap": ("tail_lamp", "0.20"),
    "mirror_glass": ("tail_lamp", "0.30"),
    "grille": ("tail_lamp", "0.80"),
    "wheel": ("radiator", "1.00"),
    "fog_lamp": ("tail_lamp", "0.50"),
    "front_panel": ("cross_member_front", "1.80"),
    "wheel_arch_liner": ("crash_box", "0.90"),
    "door_handle": ("crash_box", "0.80"),
    "door_trim_strip": ("crash_box", "0.60"),
    "parking_sensor": ("crash_box", "0.70"),
}
PRICE_SPAN: Final = (D("0.80"), D("1.30"))
TIME_SPAN: Final = (D("0.85"), D("1.30"))
GDV_TEXT: Final = "GDV-Durchschnitt 08/2019 {gross} EUR brutto ÷ 1,19 × 1,5 (Preissteigerung 2019–2025, geschätzt) × Segmentfaktor {factor}"


def part_prices() -> list[dict[str, Any]]:
    """Net prices by part and segment with a span for other models."""
    rows = []
    for part in PARTS:
        base, share = SHARES.get(part, (part, "1"))
        for segment in SEGMENTS:
            factor = D(SEGMENT_FACTORS[segment][0])
            average = round_to(net_of(D(GDV_2019[base]), D("0.19")) * RISE, 0)
            price = round2(round_to(average * D(share) * factor, 0))
            source = GDV_TEXT.format(gross=GDV_2019[base], factor=str(factor).replace(".", ","))
            if part in SHARES:
                source = f"Annahme: {share.replace('.', ',')} × {base}; {source}"
            rows.append(
                {
                    "part": part,
                    "segment": segment,
                    "price": price,
                    "low": round2(price * PRICE_SPAN[0]),
                    "high": round2(price * PRICE_SPAN[1]),
                    "basis": "assumption" if part in SHARES else "public_average",
                    "source": source,
                }
            )
    return rows


#: (part, operation, severity): hours of the compact class, rate, basis. Only rows marked public_sample rest on a printed time.
JOBS: Final[tuple[tuple[str, str, str, str, str, str], ...]] = (
    ("bumper_front", "replace", "", "1.20", "body", "assumption"),
    ("bumper_front", "remove_install", "", "0.90", "body", "assumption"),
    ("bumper_rear", "replace", "", "1.10", "body", "assumption"),
    ("bumper_rear", "remove_install", "", "0.80", "body", "assumption"),
    ("fender", "replace", "", "1.30", "body", "public_sample"),
    ("door_front", "replace", "", "4.00", "body", "public_sample"),
    ("door_rear", "replace", "", "3.80", "body", "assumption"),
    ("bonnet", "replace", "", "0.80", "body", "public_sample"),
    ("bonnet", "remove_install", "", "0.40", "body", "public_sample"),
    ("boot_lid", "replace", "", "2.20", "body", "assumption"),
    ("quarter_panel", "replace", "", "9.00", "body", "assumption"),
    ("sill", "replace", "", "7.00", "body", "assumption"),
    ("roof", "replace", "", "12.00", "body", "assumption"),
    ("headlamp", "replace", "", "0.50", "body", "assumption"),
    ("headlamp", "remove_install", "", "0.40", "body", "assumption"),
    ("headlamp", "adjust", "", "0.20", "electric", "public_sample"),
    ("tail_lamp", "replace", "", "0.30", "body", "assumption"),
    ("tail_lamp", "remove_install", "", "0.30", "body", "assumption"),
    ("windscreen", "replace", "", "2.60", "body", "public_sample"),
    ("windscreen", "calibrate", "", "0.30", "electric", "public_sample"),
    ("side_window", "replace", "", "1.00", "body", "assumption"),
    ("rear_window", "replace", "", "2.20", "body", "assumption"),
    ("mirror", "replace", "", "0.60", "body", "assumption"),
    ("mirror", "remove_install", "", "0.50", "body", "assumption"),
    ("mirror_cap", "replace", "", "0.20", "body", "assumption"),
    ("mirror_glass", "replace", "", "0.20", "body", "assumption"),
    ("grille", "replace", "", "0.30", "body", "assumption"),
    ("wheel", "replace", "", "0.40", "mechanic", "assumption"),
    ("fog_lamp", "replace", "", "0.30", "body", "assumption"),
    ("radiator", "replace", "", "1.60", "mechanic", "assumption"),
    ("front_panel", "replace", "", "2.50", "body", "assumption"),
    ("cross_member_front", "replace", "", "1.20", "body", "assumption"),
    ("cross_member_rear", "replace", "", "1.00", "body", "assumption"),
    ("crash_box", "replace", "", "0.40", "body", "assumption"),
    ("wheel_arch_liner", "replace", "", "0.40", "body", "assumption"),
    ("wheel_arch_liner", "remove_install", "", "0.30", "body", "assumption"),
    ("door_handle", "replace", "", "0.50", "body", "assumption"),
    ("door_handle", "remove_install", "", "0.40", "body", "assumption"),
    ("door_trim_strip", "replace", "", "0.20", "body", "assumption"),
    ("door_trim_strip", "remove_install", "", "0.20", "body", "assumption"),
    ("parking_sensor", "replace", "", "0.30", "electric", "assumption"),
    ("parking_sensor", "calibrate", "", "0.30", "electric", "assumption"),
    ("fender", "auxiliary", "", "0.20", "body", "public_sample"),
    ("bonnet", "auxiliary", "", "0.20", "body", "public_sample"),
    ("door_front", "auxiliary", "", "0.20", "body", "public_sample"),
    ("door_rear", "auxiliary", "", "0.20", "body", "assumption"),
    ("quarter_panel", "auxiliary", "", "0.30", "body", "assumption"),
    ("sill", "auxiliary", "", "0.30", "body", "assumption"),
)
#: Repair hours minor, moderate, severe; the fender's 1.00 h is printed in a public sample, the others are set around it.
REPAIRS: Final[dict[str, tuple[str, str, str]]] = {
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
}
JOB_SEGMENTS: Final = {"small": "0.90", "compact": "1.00", "middle": "1.15", "suv": "1.15"}


def _time_row(
    part: str, operation: str, severity: str, hours: Decimal, rate: str, basis: str, segment: str
) -> dict[str, Any]:
    value = max(D("0.10"), round_to(hours * D(JOB_SEGMENTS[segment]), 1)).quantize(CENT)
    text = (
        "gerundet aus Einzelzeiten öffentlicher Beispielkalkulationen (12/2023)"
        if basis == "public_sample"
        else "Annahme"
    )
    return {
        "part": part,
        "operation": operation,
        "segment": segment,
        "severity": severity,
        "hours": value,
        "low": round_to(value * TIME_SPAN[0], 1).quantize(CENT),
        "high": max(value, round_to(value * TIME_SPAN[1], 1).quantize(CENT)),
        "rate": rate,
        "basis": basis,
        "source": f"{text}; Segmentfaktor {JOB_SEGMENTS[segment].replace('.', ',')}",
    }


def job_times() -> list[dict[str, Any]]:
    """Job times by part and segment, repairs by severity."""
    rows = [
        _time_row(part, operation, severity, D(hours), rate, basis, segment)
        for part, operation, severity, hours, rate, basis in JOBS
        for segment in SEGMENTS
    ]
    for part, times in REPAIRS.items():
        for severity, hours in zip(("minor", "moderate", "severe"), times, strict=True):
            basis = "public_sample" if (part, severity) == ("fender", "minor") else "assumption"
            rows += [_time_row(part, "repair", severity, D(hours), "body", basis, segment) for segment in SEGMENTS]
    return rows


#: part, operation, effect, other part, other operation, why.
LINKS: Final[tuple[tuple[str, str, str, str, str, str, str], ...]] = (
    ("headlamp", "replace", "triggers", "headlamp", "adjust", "Scheinwerfer nach dem Einbau einstellen", "set the headlamp after fitting"),
    ("headlamp", "replace", "triggers", "bumper_front", "remove_install", "Scheinwerfer ist hinter dem Stoßfänger verschraubt", "the headlamp is bolted behind the bumper"),
    ("bumper_front", "replace", "includes", "bumper_front", "remove_install", "im Ersetzen enthalten", "contained in the replacement"),
    ("bumper_rear", "replace", "includes", "bumper_rear", "remove_install", "im Ersetzen enthalten", "contained in the replacement"),
    ("bumper_front", "repair", "triggers", "bumper_front", "remove_install", "zum Instandsetzen und Lackieren abbauen", "taken off for repair and paint"),
    ("bumper_rear", "repair", "triggers", "bumper_rear", "remove_install", "zum Instandsetzen und Lackieren abbauen", "taken off for repair and paint"),
    ("fender", "replace", "triggers", "bumper_front", "remove_install", "Stoßfänger verdeckt die Verschraubung", "the bumper covers the bolts"),
    ("fender", "replace", "triggers", "wheel_arch_liner", "remove_install", "Radhausschale liegt davor", "the liner lies in front"),
    ("fender", "replace", "triggers", "fender", "auxiliary", "Korrosionsschutz am Neuteil", "corrosion protection of the new part"),
    ("bonnet", "replace", "includes", "bonnet", "remove_install", "im Ersetzen enthalten", "contained in the replacement"),
    ("bonnet", "replace", "triggers", "bonnet", "auxiliary", "Korrosionsschutz am Neuteil", "corrosion protection of the new part"),
    ("door_front", "replace", "triggers", "door_front", "auxiliary", "Korrosionsschutz am Neuteil", "corrosion protection of the new part"),
    ("door_rear", "replace", "triggers", "door_rear", "auxiliary", "Korrosionsschutz am Neuteil", "corrosion protection of the new part"),
    ("quarter_panel", "replace", "triggers", "bumper_rear", "remove_install", "Stoßfänger verdeckt die Trennstelle", "the bumper covers the joint"),
    ("quarter_panel", "replace", "triggers", "quarter_panel", "auxiliary", "Korrosionsschutz am Neuteil", "corrosion protection of the new part"),
    ("sill", "replace", "triggers", "sill", "auxiliary", "Korrosionsschutz am Neuteil", "corrosion protection of the new part"),
    ("windscreen", "replace", "triggers", "windscreen", "calibrate", "Frontkamera nach Scheibentausch kalibrieren", "calibrate the front camera after the glass"),
    ("door_front", "repair", "triggers", "door_handle", "remove_install", "zum Lackieren abbauen", "taken off for painting"),
    ("door_rear", "repair", "triggers", "door_handle", "remove_install", "zum Lackieren abbauen", "taken off for painting"),
    ("tail_lamp", "replace", "includes", "tail_lamp", "remove_install", "im Ersetzen enthalten", "contained in the replacement"),
    ("mirror", "replace", "includes", "mirror", "remove_install", "im Ersetzen enthalten", "contained in the replacement"),
    ("headlamp", "replace", "includes", "headlamp", "remove_install", "im Ersetzen enthalten", "contained in the replacement"),
)  # fmt: skip


def job_links() -> list[dict[str, Any]]:
    """Triggered and included work."""
    names = ("part", "operation", "effect", "other_part", "other_operation", "reason_de", "reason_en")
    return [
        {**dict(zip(names, link, strict=True)), "source": "Annahme, Stand der üblichen Arbeitsfolge"} for link in LINKS
    ]


#: Hours of a new part in the medium size class, without preparation.
PAINT_NEW: Final[dict[str, str]] = {
    "bumper_front": "2.10", "bumper_rear": "2.00", "fender": "1.30", "door_front": "1.90", "door_rear": "1.80", "bonnet": "2.20",
    "boot_lid": "2.10", "quarter_panel": "2.30", "sill": "1.20", "roof": "2.80", "mirror_cap": "0.50", "door_handle": "0.40",
    "parking_sensor": "0.30",
}  # fmt: skip
PAINT_SAMPLES: Final = frozenset({"fender", "bonnet", "door_front"})
LEVELS: Final = {
    "new": "1.00",
    "surface": "0.85",
    "repair_lt_50": "1.20",
    "repair_gt_50": "1.40",
    "spot": "0.55",
    "blend": "0.60",
}
SIZES: Final = {"small": "0.90", "medium": "1.00", "large": "1.15"}


def paint_times() -> list[dict[str, Any]]:
    """Paint hours by part, level and size class; preparation once per job and substrate."""
    rows = []
    entries = [
        (part, level, D(hours) * D(factor)) for part, hours in PAINT_NEW.items() for level, factor in LEVELS.items()
    ]
    entries += [("preparation_metal", "preparation", D("1.50")), ("preparation_plastic", "preparation", D("1.00"))]
    for part, level, hours in entries:
        for size, factor in SIZES.items():
            value = max(D("0.20"), round_to(hours * D(factor), 1)).quantize(CENT)
            sample = (part in PAINT_SAMPLES and level == "new") or part == "preparation_metal"
            text = "gerundet aus Einzelzeiten öffentlicher Beispielkalkulationen (12/2023)" if sample else "Annahme"
            rows.append(
                {
                    "part": part,
                    "level": level,
                    "size_class": size,
                    "hours": value,
                    "low": round_to(value * TIME_SPAN[0], 1).quantize(CENT),
                    "high": max(value, round_to(value * TIME_SPAN[1], 1).quantize(CENT)),
                    "basis": "public_sample" if sample else "assumption",
                    "source": f"{text}; Größenfaktor {factor.replace('.', ',')}",
                }
            )
    return rows


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
            {"kind": "transfer", "label_de": "Verbringung zum Lackierer", "label_en": "transfer to the paint shop",
             "value": D("139.50"), "low": D("0.00"), "high": D("180.00"),
             "source": "AG Rosenheim 16 C 2808/14 (2015); kein öffentlicher Durchschnitt"},
        ],
        "paint_material": [{"model": "percent_of_wage", "percent": D(25), "source": "25 % in öffentlichen Beispielkalkulationen (12/2023)"}],
        "dents": [
            {"name": "setup_hours", "unit": "h", "value": D("0.60"), "source": "öffentliche Beispielkalkulation, einmal je Auftrag"},
            {"name": "finish_hours", "unit": "h", "value": D("0.25"), "source": "öffentliche Beispielkalkulation, je Fläche"},
            {"name": "aluminium_percent", "unit": "%", "value": D(25), "source": "öffentliche Beispielkalkulation"},
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
             "source": "Produktseite: nicht über 4.000 EUR; Vergleichsbasis und Warnschwellen als Festlegung"},
        ],
    }  # fmt: skip


TITLES: Final[dict[str, tuple[str, str, str, str]]] = {
    "segments": ("Fahrzeugsegmente", "vehicle segments", "factor", "none"),
    "part_prices": ("Ersatzteilpreise", "part prices", "EUR", "net"),
    "hourly_rates": ("Stundensätze", "hourly rates", "EUR/h", "net"),
    "markups": ("Aufschläge", "mark-ups", "%", "none"),
    "side_costs": ("Nebenkosten", "side costs", "EUR", "net"),
    "job_times": ("Arbeitszeiten", "job times", "h", "none"),
    "job_links": ("Verbund- und Folgearbeiten", "included and triggered work", "-", "none"),
    "paint_times": ("Lackierzeiten", "paint times", "h", "none"),
    "paint_material": ("Lackmaterial", "paint material", "% of wage", "none"),
    "dents": ("Drücktechnik", "dent removal", "mixed", "none"),
    "value_band": ("Restwertkurve", "value band", "share of list price", "gross"),
    "list_prices": ("Listenpreise nach Segment", "list prices by segment", "EUR", "gross"),
    "vat": ("Umsatzsteuersätze", "VAT rates", "share", "none"),
    "policy": ("Grenzen der Sofortregulierung", "limits of the instant settlement", "mixed", "gross"),
}
NOT_DEMONSTRATION: Final = frozenset({"vat", "policy"})


def build() -> dict[str, tuple[str, str]]:
    """CSV and metadata text of every table, by name."""
    tables = {
        "part_prices": part_prices(),
        "job_times": job_times(),
        "job_links": job_links(),
        "paint_times": paint_times(),
        "hourly_rates": hourly_rates(),
        **small_tables(),
    }
    out = {}
    for name, rows in sorted(tables.items()):
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        content = buffer.getvalue()
        out[name] = (content, _metadata(name, content))
    return out


def _metadata(name: str, content: str) -> str:
    german, english, unit, amounts = TITLES[name]
    demo = name not in NOT_DEMONSTRATION
    what = (
        "Demonstration: Durchschnitte und Annahmen, nicht der Preis eines Fahrzeugs; Quelle je Zeile"
        if demo
        else "Quelle je Zeile"
    )
    start = date(2000, 1, 1) if name in NOT_DEMONSTRATION else VALID_FROM
    lines = {
        "name": f'"{name}"',
        "version": f'"{VERSION}"',
        "title_de": f'"{german}"',
        "title_en": f'"{english}"',
        "unit": f'"{unit}"',
        "amounts": f'"{amounts}"',
        "source": f'"{what}"',
        "licence": f'"{LICENCE}"',
        "valid_from": start.isoformat(),
        "reviewed_until": REVIEWED_UNTIL.isoformat(),
        "demonstration": "true" if demo else "false",
        "sha256": f'"{hashlib.sha256(content.encode()).hexdigest()}"',
    }
    return "".join(f"{key} = {value}\n" for key, value in lines.items())


def write(folder: Path = DATA) -> None:
    """Write all tables into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, metadata) in build().items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8", newline="\n")
        (folder / f"{name}.toml").write_text(metadata, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
