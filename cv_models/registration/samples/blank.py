"""The printed form without data: heads, labels, codes, rules, in many wordings, faces, weights and colours.

Own drawing by the field table; not a copy of any original. "MUSTER" stands small in the margin.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import CELLS, FOLDS
from cv_models.registration.samples.typeset import PX_PER_MM, known, place, quote, render

Pixels = NDArray[np.uint8]

_INKS = (
    (0.10, 0.32, 0.20),
    (0.06, 0.26, 0.14),
    (0.16, 0.38, 0.28),
    (0.12, 0.28, 0.26),
    (0.20, 0.34, 0.18),
    (0.14, 0.20, 0.18),
)
_HEADS = {
    "old": ("Europäische Gemeinschaft", "Bundesrepublik Deutschland"),
    "older": ("Europäische Gemeinschaft", "Bundesrepublik Deutschland"),
    "new": ("Europäische Union", "Bundesrepublik Deutschland"),
    "plain": ("Bundesrepublik Deutschland", "Europäische Union"),
}
_LABELS: dict[str, tuple[str, ...]] = {
    "A": ("A  Amtliches Kennzeichen", "A Amtliches Kennzeichen", "A  Kennzeichen", "A"),
    "C.1.1": ("C.1.1  Name oder Firmenname", "C.1.1 Name oder Firmenname", "C.1.1  Name", "C.1.1"),
    "C.1.2": ("C.1.2  Vorname(n)", "C.1.2 Vorname(n)", "C.1.2  Vorname", "C.1.2"),
    "C.1.3": ("C.1.3  Anschrift", "C.1.3 Anschrift", "C.1.3  Anschrift (am Tag der Zulassung)", "C.1.3"),
    "HU": ("Nächste HU (Monat und Jahr)", "Nächste HU", "Nächste Hauptuntersuchung", "Nächste HU: Monat und Jahr"),
    "Nr.": ("Nr.", "Nr", "Nummer", "Nr."),
}
_OWNER = (
    ("C.4c  Der Inhaber der Zulassungsbescheinigung wird nicht", "als Eigentümer des Fahrzeugs ausgewiesen."),
    ("Der Inhaber der Zulassungsbescheinigung wird nicht als", "Eigentümer des Fahrzeugs ausgewiesen.   C.4c"),
    ("C.4c Der Inhaber der Zulassungsbescheinigung", "wird nicht als Eigentümer des Fahrzeugs ausgewiesen."),
)
_NAMES = (
    "Permiso de circulación. Parte I / Osvědčení o registraci - Část I / Registreringsattest. Del I",
    "Registration certificate. Part I / Certificat d'immatriculation. Partie I / Carta di circolazione",
    "Kentekenbewijs. Deel I / Dowód Rejestracyjny. Część I / Certificado de matrícula. Parte I",
    "Prometno dovoljenje. Del I / Rekisteröintitodistus. Osa I / Registreringsbeviset. Del I",
    "Registreerimistunnistus. Osa I / Reģistrācijas apliecība. I. daļa / Forgalmi engedély. I. Rész",
)
_SMALL = {
    "B": "Datum der Erstzulassung", "2.1": "Code zu 2", "2.2": "Code zu D.2", "J": "Fahrzeugklasse", "4": "Art des Aufbaus",
    "E": "Fahrzeug-Ident.-Nr.", "3": "Prüfziffer", "D.1": "Marke", "D.2": "Typ / Variante / Version", "D.3": "Handelsbezeichnung",
    "2": "Hersteller-Kurzbezeichnung", "5": "Bezeichnung der Fahrzeugklasse und des Aufbaus", "V.9": "Schadstoffklasse",
    "14": "Emissionsklasse", "P.3": "Kraftstoff oder Energiequelle", "10": "Code zu P.3", "14.1": "Code zu V.9", "P.1": "Hubraum",
    "22": "Bemerkungen und Ausnahmen", "L": "Achsen", "9": "Antr.", "P.2/P.4": "Nennleistung / Drehzahl", "T": "km/h",
    "18": "Länge", "19": "Breite", "20": "Höhe", "G": "Leermasse", "F.1": "Gesamtmasse", "F.2": "Gesamtmasse", "R": "Farbe",
    "11": "Code zu R", "K": "Genehmigungsnummer", "6": "Datum zu K", "16": "Nr. Teil II", "21": "Sonstige Vermerke",
    "15.1": "Bereifung", "V.7": "CO2", "O.1": "Anhängelast", "S.1": "Sitze",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """One printing of the form. Lengths in mm, sizes in points, colours 0 to 1.

    Attributes:
        age: wording and head: `older`, `old` (with the field of stars), `new`, `plain`.
        face: typeface of the form's text.
        code_size: size of the cells' codes.
        code_up: codes stand this far above the middle of their cell.
        cells: `ruled`, `boxed`, `barred` (a rule before each code) or `bare`.
        jitter: labels and codes stray by up to this.
        small: tiny descriptions in the cells.
        ink: colour of text.
        rule: width of the rules; `rule_tone` how dark they are.
        shift: offset of the form on the sheet; `scale` its size against the true one, both ways (x, y).
    """

    age: str
    face: str
    label_size: float
    code_size: float
    code_up: float
    cells: str
    jitter: float
    small: bool
    ink: tuple[float, float, float]
    rule: float
    rule_tone: float
    label_above: bool
    wording: int
    shift: tuple[float, float]
    scale: tuple[float, float]
    weight: str

    @staticmethod
    def draw(rng: random.Random) -> Form:
        """A printing by chance."""
        u = rng.uniform
        sans = known("Liberation Sans", "Nimbus Sans", "DejaVu Sans", "Open Sans", "Carlito", "PT Sans", "Roboto", "Lato", "Libertinus Serif",
                     "New Computer Modern", "URW Gothic", "Noto Sans Mono")  # fmt: skip
        return Form(
            age=rng.choices(["older", "old", "new", "plain"], [3, 4, 3, 1])[0],
            face=rng.choice(sans[:3]) if rng.random() < 0.6 else rng.choice(sans),
            label_size=u(3.6, 5.0),
            code_size=u(3.5, 5.3),
            code_up=u(-0.2, 1.2),
            cells=rng.choice(["ruled", "ruled", "boxed", "barred", "bare"]),
            jitter=rng.choice([0.15, 0.4, 0.8]),
            small=rng.random() < 0.22,
            ink=rng.choice(_INKS),
            rule=u(0.07, 0.2),
            rule_tone=u(0.45, 0.95),
            label_above=rng.random() < 0.5,
            wording=rng.randrange(4) if rng.random() < 0.5 else 0,
            shift=(u(-0.5, 0.5), u(-0.5, 0.5)),
            scale=(u(0.995, 1.005), u(0.995, 1.005)),
            weight=rng.choice(["regular", "regular", "bold"]),
        )


class _Pen:
    """Collects the typst lines of the form's text and of its rules."""

    def __init__(self, form: Form, rng: random.Random) -> None:
        self.form, self.rng = form, rng
        self.words = [f"#set text(font: {quote(form.face)}, fill: black, hyphenate: false)\n"]
        self.rules: list[str] = []

    def text(
        self, x: float, y: float, value: str, size: float, weight: str = "regular", stray: float | None = None
    ) -> None:
        """Words with their top left corner at a point that strays by the form's jitter."""
        reach = self.form.jitter if stray is None else stray
        x, y = x + self.rng.uniform(-reach, reach) * 0.7, y + self.rng.uniform(-reach, reach) * 0.5
        self.words.append(place(x, y, f"text(size: {size:.2f}pt, weight: {quote(weight)})[#{quote(value)}]"))

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 1.0) -> None:
        """A straight rule, `width` times as heavy as the form's."""
        ends = f"start: ({x0:.2f}mm, {y0:.2f}mm), end: ({x1:.2f}mm, {y1:.2f}mm)"
        self.rules.append(f"#place(top + left, line({ends}, stroke: {self.form.rule * width:.3f}mm))\n")


def form_layer(form: Form, rng: random.Random) -> tuple[Pixels, Pixels]:
    """Coverage (0 to 255) of the form's text and of its rules, each H x W at `PX_PER_MM`."""
    pen = _Pen(form, rng)
    _head(pen)
    _left(pen)
    _right(pen)
    pen.text(rng.uniform(146, 170), 2.4, "MUSTER – frei erfundene Daten", 4.0)
    if rng.random() < 0.5:
        pen.words.append(
            place(
                rng.choice([60.0, 207.6]),
                60.0,
                f"rotate(-90deg, reflow: true, text(size: 4pt)[{rng.randrange(10**8):08d}])",
            )
        )
    matrix = np.array(
        [[form.scale[0], 0, form.shift[0] * PX_PER_MM], [0, form.scale[1], form.shift[1] * PX_PER_MM]], np.float64
    )
    layers = []
    for body in (pen.words, pen.rules):
        layer = render("".join(body))
        layers.append(
            np.asarray(cv2.warpAffine(layer, matrix, layer.shape[::-1], flags=cv2.INTER_LINEAR), dtype=np.uint8)
        )
    return layers[0], layers[1]


def _head(pen: _Pen) -> None:
    form, rng = pen.form, pen.rng
    first, second = _HEADS[form.age]
    size = rng.uniform(0.85, 1.1)
    pen.text(2.6, 2.6, first, 6 * size, "regular")
    pen.text(2.6, 5.4, second, 7.5 * size, form.weight)
    if form.age != "older":
        pen.text(rng.uniform(51, 55), 2.4, "D", 14 * size, "bold")
    pen.text(2.6, 9.4, "Zulassungsbescheinigung Teil I", 9 * size, "bold")
    pen.text(2.6, 13.2, rng.choice(["(Fahrzeugschein)", "(Fahrzeugschein)", "Fahrzeugschein"]), 7 * size)
    top, pitch, small = rng.uniform(21, 23.5), rng.uniform(1.7, 2.6), rng.uniform(2.8, 3.7)
    names = list(_NAMES)
    rng.shuffle(names)
    for index, line in enumerate(names[: rng.randrange(2, 6)]):
        pen.text(2.6, top + pitch * index, line, small, "regular", 0.05)


def _left(pen: _Pen) -> None:
    form, rng = pen.form, pen.rng
    if form.cells != "bare":
        pen.rule(2.6, 46.2, 61, 46.2)
        for y in (55.6, 67.4, 76.4, 87.6, 93.4):
            pen.rule(2.6, y, 61, y)
        if form.cells == "boxed":
            pen.rule(2.2, 46.2, 2.2, 93.4)
            pen.rule(61, 46.2, 61, 93.4)
    for code, wordings in _LABELS.items():
        cell = next(c for c in CELLS if c.code == code)
        offset = {"Nr.": 0.9, "HU": -2.4}.get(code, -2.0 if form.label_above else 0.1)
        wording = wordings[min(form.wording, 2)] if form.age != "plain" else rng.choice(wordings)
        pen.text(2.6, cell.y0 + offset, wording, form.label_size, "regular", min(form.jitter, 0.6))
    if rng.random() < 0.6:
        pen.text(2.6, 63.2, "Vor- und Familienname, Anschrift zum Zeitpunkt der Ausstellung", 3.4)
    owner = _OWNER[form.wording % len(_OWNER)]
    size = rng.uniform(4.0, 4.7)
    pen.text(2.6, 88.4, owner[0], size, form.weight, 0.3)
    pen.text(2.6, 90.6, owner[1], size, form.weight, 0.3)
    pen.text(25.8, 95.4, "I", rng.uniform(4.5, 5.6), "bold")
    pen.text(rng.uniform(30, 34), 99.4, rng.choice(["Datum dieser Zulassung / Stempel", "Datum dieser Zulassung", "Datum / Stempel und Unterschrift"]), 3.6)  # fmt: skip


def _right(pen: _Pen) -> None:
    form, rng = pen.form, pen.rng
    if form.wording % 2 == 0:
        pen.text(66, 2.8, "Fahrzeugdaten laut Übereinstimmungsbescheinigung", 4.4)
    else:
        pen.text(63.4, 4.6, "Erläuterungen siehe Rückseite", 4.2)
    shift = rng.uniform(-0.5, 0.5)
    split_power = rng.random() < 0.6
    for cell in CELLS:
        if cell.panel == "left" or cell.code == "22b":
            continue
        code = cell.code.split("/")[0] if split_power else cell.code
        size = form.code_size * (1.0 if len(code) < 5 else 0.82)
        middle = cell.y0 + min(cell.y1 - cell.y0, 4.1) / 2
        pen.text(
            cell.label_x + shift,
            middle - form.code_up - size * 0.13,
            code,
            size,
            form.weight if form.small else "regular",
        )
        if form.small and cell.code in _SMALL:
            pen.text(cell.x0 + 0.3, cell.y0 + 0.1, _SMALL[cell.code], rng.uniform(2.3, 2.9), "regular", 0.1)
        right = cell.x1 - 0.4 if cell.code != "22" else 209.0
        if form.cells != "bare":
            pen.rule(cell.label_x - 0.2, cell.y1, right, cell.y1)
        if form.cells in ("barred", "boxed"):
            pen.rule(cell.label_x - 0.4, cell.y0, cell.label_x - 0.4, cell.y1, 0.9)
        if form.cells == "boxed":
            pen.rule(cell.x0 - 0.2, cell.y0, cell.x0 - 0.2, cell.y1, 0.6)
    if form.cells != "bare" or rng.random() < 0.5:
        for left, right in ((62.8, 135.0), (136.8, 209.6)):
            pen.rule(left, 8.1, right, 8.1, 1.7)
            if form.cells == "boxed":
                pen.rule(left, 8.1, left, 104.0, 1.2)
                pen.rule(right, 8.1, right, 104.0, 1.2)
    if rng.random() < 0.6:
        for fold in FOLDS:
            pen.text(fold - 0.4, 101.4, "·", 4)
