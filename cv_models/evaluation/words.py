"""Words and Markdown of the reports, German and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "ap50": ("AP50, alle Klassen als eine", "AP50, all classes as one"),
    "ap": ("AP50:95, alle Klassen als eine", "AP50:95, all classes as one"),
    "class_ap50": ("AP50, Mittel der Klassen", "AP50, mean over classes"),
    "class_ap": ("AP50:95, Mittel der Klassen", "AP50:95, mean over classes"),
    "recall": (
        "gefunden bei einem Fehlbefund je Foto (IoU 0,3, jede Klasse)",
        "found at one false find per photo (IoU 0.3, any class)",
    ),
    "threshold_recall": ("an der Schwelle gefunden", "found at the threshold"),
    "threshold_false": ("Fehlbefunde je Foto an der Schwelle", "false finds per photo at the threshold"),
    "undamaged_false": (
        "Fehlbefunde je unbeschädigtem Foto an der Schwelle",
        "false finds per undamaged photo at the threshold",
    ),
    "mask_ap50": ("AP50 der Umrisse", "AP50 of outlines"),
    "mask_ap": ("AP50:95 der Umrisse", "AP50:95 of outlines"),
    "milliseconds": ("Millisekunden je Foto (Median)", "milliseconds per photo (median)"),
    "figure": ("Größe", "figure"),
    "value": ("Wert", "value"),
    "class": ("Klasse", "class"),
    "labels": ("Labels", "labels"),
    "photos": ("Fotos", "photos"),
    "source": ("Quelle", "source"),
    "size": ("Größe in Pixeln", "size in pixels"),
    "share": ("Anteil am Foto", "share of the photo"),
    "found": ("gefunden", "found"),
    "small": ("klein (unter 32²)", "small (under 32²)"),
    "medium": ("mittel (32² bis 96²)", "medium (32² to 96²)"),
    "large": ("groß (ab 96²)", "large (from 96²)"),
    "to_1_percent": ("bis 1 %", "up to 1 %"),
    "to_5_percent": ("1 bis 5 %", "1 to 5 %"),
    "to_20_percent": ("5 bis 20 %", "5 to 20 %"),
    "over_20_percent": ("über 20 %", "over 20 %"),
    "all": ("alle", "all"),
    "no_source": ("ohne Angabe", "not stated"),
    "label": ("Label", "label"),
    "missed": ("übersehen", "missed"),
    "mean_score": ("mittlere Angabe", "mean score"),
    "right_share": ("davon richtig", "share right"),
    "findings": ("Befunde", "findings"),
    "score": ("Punktwert", "score"),
    "difference": ("Unterschied", "difference"),
    "verdict": ("Urteil", "verdict"),
    "better": ("besser", "better"),
    "worse": ("schlechter", "worse"),
    "same": ("kein Unterschied, den diese Fotos zeigen können", "no difference that these photos can show"),
    "none": ("nicht messbar", "cannot be measured"),
}
"""Word for each key: German, English."""


def word(key: str, language: str) -> str:
    """The word for a key; the key itself where it is a name (a class, a source)."""
    return WORDS[key][language == "en"] if key in WORDS else key


def number(value: float | None, language: str, digits: int = 3) -> str:
    """A number as people of the language write it; a dash for none."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text if language == "en" else text.replace(".", ",")


def with_interval(figure: Mapping[str, Any], language: str, digits: int = 3) -> str:
    """Value and 95 % interval."""
    text = number(figure["value"], language, digits)
    if figure["low"] is None:
        return text
    low, high = (number(figure[key], language, digits) for key in ("low", "high"))
    return f"{text} ({low} – {high})"


def cell(text: str) -> str:
    """Foreign text inside a Markdown table."""
    plain = "".join(" " if sign in "\r\n\t" else sign for sign in text)
    for sign in "\\|<>`[]":
        plain = plain.replace(sign, "\\" + sign)
    return plain


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


def markdown(data: Mapping[str, Any], language: str) -> str:
    """The report of one detector as Markdown; 95 % intervals in brackets."""
    english = language == "en"

    def say(key: str) -> str:
        return word(key, language)

    def show(figure: Mapping[str, Any]) -> str:
        return with_interval(figure, language)

    lines = [f"# {cell(data['model']) or '–'}", "", *_opening(data, language), ""]
    lines += grid((say("figure"), say("value")), [(say(key), show(f)) for key, f in data["figures"].items()])
    rows = [
        (name, str(row["labels"]), show(row["ap50"]), show(row["ap"]), show(row["recall"]))
        for name, row in data["classes"].items()
    ]
    lines += ["", *grid((say("class"), say("labels"), "AP50", "AP50:95", say("recall")), rows)]
    for key, head in (("sizes", "size"), ("shares", "share")):
        sized = [
            (say(name), str(row["labels"]), show(row["ap50"]), show(row["recall"])) for name, row in data[key].items()
        ]
        lines += ["", *grid((say(head), say("labels"), "AP50", say("found")), sized)]
    rows = [
        (cell(name) or say("no_source"), str(row["photos"]), str(row["labels"]), show(row["ap50"]), show(row["recall"]))
        for name, row in data["sources"].items()
    ]
    lines += ["", *grid((say("source"), say("photos"), say("labels"), "AP50", say("recall")), rows), ""]
    lines += [*_attributes(data, language), "", *_confusion(data["confusion"], language), ""]
    lines += _calibration(data["calibration"], language)
    if data["problems"] or data["photos_left_out"]:
        lines += ["", "Not measured:" if english else "Nicht gemessen:", ""]
        for problem in data["problems"]:
            detail = problem["detail_en" if english else "detail_de"]
            lines.append(f"- {problem['code']} {cell(problem['file_name'])}: {cell(detail)}")
        told = {problem["file_name"] for problem in data["problems"]}
        lines += [f"- {cell(name)}" for name in data["photos_left_out"] if name not in told]
    return "\n".join(lines)


def _opening(data: Mapping[str, Any], language: str) -> list[str]:
    threshold = number(data["threshold"], language)
    one_false = number(data["score_at_one_false"], language)
    if language == "en":
        own = "the model's own" if data["threshold_is_the_models_own"] else "that of one false find per photo"
        lines = [
            (
                f"{data['photos']} photos ({data['undamaged_photos']} undamaged) of {data['vehicles']} vehicles or unknown ones, "
                f"{data['labels']} labels, {data['findings']} findings of every score."
            ),
            (
                f"In brackets 95 % of {data['resamples']} resamplings of the vehicles. Threshold {threshold} ({own}); "
                f"one false find per photo is reached at {one_false}."
            ),
        ]
        if data["milliseconds"] is not None:
            lines.append(f"{data['milliseconds']:.0f} ms per photo (median, decoding left out).")
        if data["peak_mib"] is not None:
            lines.append(f"Peak memory of the detector's process {data['peak_mib']:.0f} MiB.")
        return lines
    own = "die des Modells" if data["threshold_is_the_models_own"] else "die von einem Fehlbefund je Foto"
    lines = [
        (
            f"{data['photos']} Fotos ({data['undamaged_photos']} unbeschädigt) von {data['vehicles']} Fahrzeugen oder "
            f"unbekannten, {data['labels']} Labels, {data['findings']} Befunde jeder Höhe."
        ),
        (
            f"In Klammern 95 % von {data['resamples']} Ziehungen der Fahrzeuge. Schwelle {threshold} ({own}); "
            f"ein Fehlbefund je Foto ist bei {one_false} erreicht."
        ),
    ]
    if data["milliseconds"] is not None:
        lines.append(f"{data['milliseconds']:.0f} ms je Foto (Median, ohne Dekodieren).")
    if data["peak_mib"] is not None:
        lines.append(f"Höchster Speicher des Prozesses {data['peak_mib']:.0f} MiB.")
    return lines


def _attributes(data: Mapping[str, Any], language: str) -> list[str]:
    parts, severity = data["parts"], data["severity"]
    lines = []
    for asked, de, en in (
        (parts, "Bauteil", "Part"),
        (severity, "Schwere", "Severity"),
    ):
        named, right = (with_interval(asked[key], language) for key in ("named", "right"))
        lines.append(
            f"{en}: of {asked['asked']} right finds whose label states it, the model states it in {named}; of these right {right}."
            if language == "en"
            else f"{de}: von {asked['asked']} richtigen Befunden, deren Label sie nennt, nennt das Modell sie bei {named}; davon "
            f"richtig {right}."
        )
    return lines


def _confusion(table: Mapping[str, Mapping[str, int]], language: str) -> list[str]:
    columns = sorted({name for row in table.values() for name in row} - {"missed"})
    rows = [
        (name, *(str(row.get(column, 0)) for column in columns), str(row.get("missed", 0)))
        for name, row in table.items()
    ]
    heads = (f"{word('label', language)} \\ {word('findings', language)}", *columns, word("missed", language))
    return grid(heads, rows)


def _calibration(data: Mapping[str, Any], language: str) -> list[str]:
    error = with_interval(data["expected_error"], language)
    least = number(data["least_score"], language, 2)
    brier = number(data["brier"], language)
    lines = [
        f"Calibration of {data['findings']} findings from {least}: expected error {error}, Brier score {brier}."
        if language == "en"
        else f"Kalibrierung von {data['findings']} Befunden ab {least}: erwarteter Fehler {error}, Brier-Wert {brier}.",
        "",
    ]
    rows = [
        (
            f"{number(b['from'], language, 1)} – {number(b['to'], language, 1)}",
            str(b["values"]),
            number(b["confidence"], language, 2),
            number(b["right_percent"] / 100, language, 2),
        )
        for b in data["bins"]
    ]
    heads = [word(key, language) for key in ("score", "findings", "mean_score", "right_share")]
    return [*lines, *grid(heads, rows)]
