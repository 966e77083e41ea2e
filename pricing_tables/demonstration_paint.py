"""Demonstration paint tables: times, material points and values, options, material models."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from calculation.money import CENT, round2, round_to
from pricing_tables.demonstration_jobs import SAMPLE_TEXT, TIME_SPAN

D = Decimal
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
PREPARATION: Final = {"preparation_metal": "1.50", "preparation_plastic": "1.00"}
#: Material points of a new part in the medium class; fender 18 and bonnet 57 are printed in a public sample, the others set between.
POINTS_NEW: Final[dict[str, str]] = {
    "bumper_front": "40", "bumper_rear": "38", "fender": "18", "door_front": "36", "door_rear": "34", "bonnet": "57",
    "boot_lid": "45", "quarter_panel": "42", "sill": "18", "roof": "60", "mirror_cap": "6", "door_handle": "4", "parking_sensor": "3",
}  # fmt: skip
POINT_SAMPLES: Final = frozenset({"fender", "bonnet"})
#: Share of the material of a new part.
MATERIAL_LEVELS: Final = {
    "new": "1.00",
    "surface": "0.85",
    "repair_lt_50": "1.10",
    "repair_gt_50": "1.25",
    "spot": "0.35",
    "blend": "0.60",
}
PRICE_PER_POINT: Final = D("3.80")
CONSTANT: Final = D("49.70")


def _comma(number: str) -> str:
    return number.replace(".", ",")


def paint_times() -> list[dict[str, Any]]:
    """Paint hours by part, level and size class; preparation once per job and substrate."""
    rows = []
    entries = [
        (part, level, D(hours) * D(factor)) for part, hours in PAINT_NEW.items() for level, factor in LEVELS.items()
    ]
    entries += [(name, "preparation", D(hours)) for name, hours in PREPARATION.items()]
    for part, level, hours in entries:
        for size, factor in SIZES.items():
            value = max(D("0.20"), round_to(hours * D(factor), 1)).quantize(CENT)
            sample = (part in PAINT_SAMPLES and level == "new") or part == "preparation_metal"
            rows.append(
                {
                    "part": part,
                    "level": level,
                    "size_class": size,
                    "hours": value,
                    "low": round_to(value * TIME_SPAN[0], 1).quantize(CENT),
                    "high": max(value, round_to(value * TIME_SPAN[1], 1).quantize(CENT)),
                    "basis": "public_sample" if sample else "assumption",
                    "source": f"{SAMPLE_TEXT if sample else 'Annahme'}; Größenfaktor {_comma(factor)}",
                }
            )
    return rows


def paint_points() -> list[dict[str, Any]]:
    """Material points and a system value in EUR for every row of the paint times.

    The points follow the Euro-Lack style (points × price + constant). The system value serves the index model; it is **not** an AZT
    figure but the demonstration's points at the price of one, and each row says so.
    """
    rows = []
    for part, points in POINTS_NEW.items():
        for level, share in MATERIAL_LEVELS.items():
            for size, factor in SIZES.items():
                count = max(D(1), round_to(D(points) * D(share) * D(factor), 0))
                sample = part in POINT_SAMPLES and level == "new" and size == "medium"
                said = "Materialpunkte einer öffentlichen Beispielkalkulation (12/2023)" if sample else "Annahme"
                rows.append(
                    {
                        "part": part,
                        "level": level,
                        "size_class": size,
                        "points": count,
                        "value": round2(count * PRICE_PER_POINT),
                        "basis": "public_sample" if sample else "assumption",
                        "source": f"{said}; Stufe {_comma(share)}, Größe {_comma(factor)}; "
                        "Wert = Punkte × 3,80 EUR, Demonstration, keine AZT-Zahl",
                    }
                )
    for part in PREPARATION:
        rows += [
            {
                "part": part,
                "level": "preparation",
                "size_class": size,
                "points": D(0),
                "value": round2(CONSTANT / 2),
                "basis": "assumption",
                "source": "Annahme; Wert = halbe Konstante 49,70 EUR je Untergrund, Demonstration, keine AZT-Zahl",
            }
            for size in SIZES
        ]
    return rows


def paint_material() -> list[dict[str, Any]]:
    """The material models to choose from; percent of wage is the one chosen."""

    def row(model: str, source: str, **given: Any) -> dict[str, Any]:
        empty = {"percent": D(0), "price_per_point": D(0), "constant": D(0), "index": D(0), "amount": D(0)}
        return {"model": model, **empty, **given, "source": source}

    return [
        row("percent_of_wage", "25 % in öffentlichen Beispielkalkulationen (12/2023)", percent=D(25), chosen="yes"),
        row(
            "points",
            "3,80 EUR je Punkt und Konstante 49,70 EUR einer öffentlichen Beispielkalkulation (12/2023)",
            price_per_point=PRICE_PER_POINT,
            constant=CONSTANT,
            chosen="no",
        ),
        row(
            "azt_index",
            "100 = Listenpreisniveau; 120 % zugesprochen von AG Lindau 1 C 249/18",
            index=D(100),
            chosen="no",
        ),
        row("flat", "Annahme: rund 25 % des Lohns von fünf Lackierstunden", amount=D("230.00"), chosen="no"),
        row("in_wage", "Materialpreis im Lohn enthalten", chosen="no"),
    ]


#: name: German and English label, hours, unit (per piece or once per job).
OPTIONS: Final[dict[str, tuple[str, str, str, str]]] = {
    "colour_sample": ("Farbmuster erstellen", "colour sample", "0.30", "count"),
    "colour_mixing": ("Farbton mischen", "mix the colour", "0.30", "count"),
    "masking_glass": ("Geklebte Scheibe abkleben", "mask glued glass", "0.30", "count"),
    "sample_sheet": ("Musterblech lackieren", "paint a sample sheet", "0.40", "count"),
    "two_tone": ("Zweite Farbe (Zweifarbenlackierung)", "second colour", "0.80", "job"),
    "window_frames": ("Fensterrahmen mattschwarz", "matt black window frame", "0.30", "count"),
    "scratch_resistant": ("Kratzfester Klarlack, Finish", "scratch-resistant clear coat, finish", "0.20", "count"),
    "plastic_fitted": ("Kunststoffteil eingebaut lackieren, Abkleben", "plastic painted while fitted, masking", "0.30", "count"),
    "cavity_masking": ("Öffnungen abkleben", "mask openings", "0.20", "count"),
}  # fmt: skip


def paint_options() -> list[dict[str, Any]]:
    """Hours of the options; no public figure was found, so all are assumptions."""
    return [
        {
            "name": name,
            "label_de": german,
            "label_en": english,
            "hours": D(hours),
            "low": round_to(D(hours) * TIME_SPAN[0], 1).quantize(CENT),
            "high": round_to(D(hours) * TIME_SPAN[1], 1).quantize(CENT),
            "unit": unit,
            "basis": "assumption",
            "source": "Annahme; keine öffentliche Zahl gefunden",
        }
        for name, (german, english, hours, unit) in OPTIONS.items()
    ]
