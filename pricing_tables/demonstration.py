"""Makes the demonstration tables from published averages: ``python -m pricing_tables.demonstration`` writes ``data/``.

Nothing here is a catalogue, a list price, a maker's time or a licensed matrix. Each row says whether it rests on a published
figure or is an assumption of the demonstration, and how it was found. Sources (see docs/tables.md): GDV average part prices
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

from calculation.money import net_of, round2, round_to
from pricing_tables.demonstration_jobs import job_links, job_times
from pricing_tables.demonstration_paint import paint_material, paint_options, paint_points, paint_times
from pricing_tables.demonstration_small import SEGMENT_FACTORS, hourly_rates, small_tables, workshop_rates
from pricing_tables.store import DATA
from pricing_tables.vocabulary import PARTS, SEGMENTS

D = Decimal
VERSION: Final = "demo-2026.2"
VALID_FROM: Final = date(2025, 1, 1)
REVIEWED_UNTIL: Final = date(2027, 6, 30)
LICENCE: Final = "Apache-2.0 (own compilation of published averages; no catalogue data)"

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


TITLES: Final[dict[str, tuple[str, str, str, str]]] = {
    "segments": ("Fahrzeugsegmente", "vehicle segments", "factor", "none"),
    "part_prices": ("Ersatzteilpreise", "part prices", "EUR", "net"),
    "hourly_rates": ("Stundensätze", "hourly rates", "EUR/h", "net"),
    "markups": ("Aufschläge", "mark-ups", "%", "none"),
    "side_costs": ("Nebenkosten", "side costs", "EUR", "net"),
    "job_times": ("Arbeitszeiten", "job times", "h", "none"),
    "job_links": ("Verbund- und Folgearbeiten", "included and triggered work", "-", "none"),
    "paint_times": ("Lackierzeiten", "paint times", "h", "none"),
    "paint_points": ("Lackmaterial je Teil", "paint material per part", "points, EUR", "net"),
    "paint_options": ("Lackieroptionen", "paint options", "h", "none"),
    "paint_material": ("Lackmaterialmodelle", "paint material models", "mixed", "net"),
    "workshop_rates": ("Werkstattsätze", "workshop rates", "mixed", "net"),
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
        "paint_points": paint_points(),
        "paint_options": paint_options(),
        "paint_material": paint_material(),
        "workshop_rates": workshop_rates(),
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
