"""What is printed on papers that are no Teil I: typst bodies of form and data. All layouts and values are invented."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Final

from cv_models.registration.layout import FOLDS
from cv_models.registration.samples.paper_words import BACK, FOREIGN, INVOICE, LETTER, LICENCE, MEMBER, PART_TWO
from cv_models.registration.samples.record import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS, make_record
from cv_models.registration.samples.typeset import place, quote

# Width and height in mm.
SIZES: Final = {
    "part_two": (210.0, 297.0), "french": (210.0, 148.0), "polish": (210.0, 100.0), "dutch": (85.6, 54.0), "invoice": (210.0, 297.0),
    "insurance": (85.6, 54.0), "letter": (210.0, 297.0), "licence": (85.6, 54.0), "back": (210.0, 105.0),
}  # fmt: skip


def _text(x: float, y: float, words: str, size: float, weight: str = "regular") -> str:
    return place(x, y, f"text(size: {size:.1f}pt, weight: {quote(weight)})[#{quote(words)}]")


def _rule(x0: float, y0: float, x1: float, y1: float, width: float = 0.12) -> str:
    return (
        f"#place(top + left, line(start: ({x0:.1f}mm, {y0:.1f}mm), end: ({x1:.1f}mm, {y1:.1f}mm), stroke: {width}mm))\n"
    )


def _values(rng: random.Random) -> list[str]:
    """Values such as stand on such papers."""
    record = make_record(rng)
    codes = (
        "A",
        "E",
        "D.1",
        "D.3",
        "B",
        "P.1",
        "G",
        "F.1",
        "P.3",
        "R",
        "2.1",
        "2.2",
        "K",
        "I",
        "C.1.1",
        "C.1.2",
        "15.1",
        "V.9",
    )
    return [record[code] for code in codes if record[code]]


def bodies(kind: str, rng: random.Random) -> tuple[str, str]:
    """(form, data) of a kind as typst."""
    if kind in ("part_two", "french", "polish", "dutch", "licence", "insurance"):
        words = {"part_two": PART_TWO, "licence": LICENCE, "insurance": MEMBER}.get(kind) or FOREIGN[kind]
        return _grid(kind, words, rng)
    if kind == "back":
        return _back(rng)
    return (_invoice if kind == "invoice" else _letter)(rng)


def _grid(kind: str, words: Sequence[str], rng: random.Random) -> tuple[str, str]:
    """A form of coded fields in columns; heads first, then fields."""
    width, height = SIZES[kind]
    small = width < 100
    heads, fields = words[0].split("|"), words[1:]
    scale = 0.62 if small else 1.0
    form = [
        _text(6, 3 + 7 * scale * index, head, (12 if index == 0 else 8) * scale, "bold" if index < 2 else "regular")
        for index, head in enumerate(heads)
    ]
    top = 5 + 7 * scale * len(heads)
    columns = 1 if kind in ("licence", "insurance") else rng.choice([2, 3]) if not small else 2
    left = 30.0 if kind == "licence" else 6.0
    pitch = max((height - top - 6) / math.ceil(len(fields) / columns), 3.4)
    if kind == "part_two":
        pitch = min(pitch, rng.uniform(7.5, 11))
    data, values = [], _values(rng)
    wide = (width - left - 4) / columns
    for index, field in enumerate(fields):
        x, y = left + wide * (index % columns), top + pitch * (index // columns)
        if y > height - 4:
            break
        form.append(_text(x, y, field, rng.uniform(4.6, 5.4) * (0.85 if small else 1.1)))
        form.append(_rule(x, y + pitch - 0.6, x + wide - 2, y + pitch - 0.6))
        data.append(
            _text(x + (12 if not small else 9), y + pitch * 0.32, rng.choice(values), 8.5 * (0.75 if small else 1.0))
        )
    if kind == "licence":
        form.append(
            f"#place(top + left, dx: 5mm, dy: {top:.1f}mm, rect(width: 21mm, height: 27mm, fill: luma(150), stroke: none))\n"
        )
        form.append(f"#place(top + left, dx: 10mm, dy: {top + 5:.1f}mm, circle(radius: 5.5mm, fill: luma(90)))\n")
    return "".join(form), "".join(data)


def _back(rng: random.Random) -> tuple[str, str]:
    """The back of the document: three panels of small explanations, no data."""
    form = []
    lines = list(BACK)
    start = rng.randrange(6)
    size = rng.uniform(4.2, 5.2)
    for panel, (x, wide) in enumerate(((3.0, 56.0), (64.5, 69.0), (138.5, 68.0))):
        form.append(_text(x, 4, ("Erläuterungen", "Hinweise", "Änderungen")[panel], 6.5, "bold"))
        step = size * 0.3528 * rng.uniform(1.35, 1.6)
        for row in range(int(92 / step)):
            words = lines[(start + row + panel * 17) % len(lines)]
            form.append(_text(x, 9 + row * step, words[: int(wide / (size * 0.165))], size))
    form += [_rule(fold, 0, fold, 105, 0.05) for fold in FOLDS]
    return "".join(form), ""


def _invoice(rng: random.Random) -> tuple[str, str]:
    form = [
        _text(22, 22, rng.choice(["RECHNUNG", "Rechnung Nr. 20417", "Kostenvoranschlag"]), 16, "bold"),
        _text(22, 34, INVOICE[0], 8),
    ]
    data = [_text(22, 50 + 5 * i, line, 10) for i, line in enumerate((f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}", f"{rng.choice(STREETS)} {rng.randrange(1, 99)}", f"{rng.randrange(10000, 99999)} {rng.choice(TOWNS)}"))]  # fmt: skip
    values = _values(rng)
    for index, word in enumerate(("Kennzeichen", "Fahrzeug-Ident.-Nr.", "Marke", "Erstzulassung", "Kilometerstand")):
        form.append(_text(120, 50 + 6 * index, word, 8))
        data.append(
            _text(155, 50 + 6 * index, rng.choice(values) if index < 4 else f"{rng.randrange(9999, 199999)} km", 9)
        )
    y = 95.0
    for head, x in (("Pos.", 22), ("Bezeichnung", 34), ("Menge", 120), ("Einzelpreis", 140), ("Betrag EUR", 168)):
        form.append(_text(x, y, head, 8, "bold"))
    for row in range(rng.randrange(5, 16)):
        y += 7
        form.append(_rule(22, y - 1, 190, y - 1))
        price = rng.randrange(500, 90000) / 100
        for cell, x in (
            (f"{row + 1}", 22),
            (rng.choice(INVOICE[1:]), 34),
            (f"{rng.randrange(1, 9)}", 122),
            (f"{price:.2f}", 142),
            (f"{price * 1.19:.2f}", 170),
        ):
            data.append(_text(x, y, cell.replace(".", ","), 9))
    return "".join(form), "".join(data)


def _letter(rng: random.Random) -> tuple[str, str]:
    form = [
        _text(
            22,
            18,
            rng.choice(["Versicherung Nordstern a. G.", "Stadt Neuweiler – Bürgeramt", "Kanzlei Dr. Muster"]),
            13,
            "bold",
        )
    ]
    data = [
        _text(22, 50, f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}", 10),
        _text(150, 75, f"{rng.randrange(1, 29)}.10.2026", 10),
    ]
    y = 95.0
    for _ in range(rng.randrange(18, 34)):
        y += 5.4 if rng.random() < 0.88 else 9
        if y > 270:
            break
        data.append(_text(22, y, " ".join(rng.choices(LETTER, k=rng.randrange(9, 13)))[:88], 10.5))
    return "".join(form), "".join(data)
