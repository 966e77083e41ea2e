"""Flat papers drawn loosely and fast, for teaching the map of the sheet: registration documents whose drawing varies far more
than any real one, their backs, and other printed things that must not be taken for one.

Small pictures (`PX_PER_MM` 3): what counts is where print stands, not its letters.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cv_models.registration.grid import value_point
from cv_models.registration.layout import CELLS, FOLDS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.faces import find_faces, opened

Pixels = NDArray[np.uint8]
PX_PER_MM = 3
_DRAWN = 6  # drawn at this many pixels per mm and reduced, so that thin print turns pale as a camera sees it
_WORDS = [
    "der",
    "die",
    "das",
    "Name",
    "oder",
    "Firmenname",
    "Vorname",
    "Anschrift",
    "zum",
    "Zeitpunkt",
    "der",
    "Ausstellung",
    "Datum",
    "Nummer",
    "Kennzeichen",
    "amtlich",
    "gemäß",
    "Bescheinigung",
    "Zulassung",
    "Teil",
    "Registration",
    "Document",
    "Permiso",
    "certificat",
    "immatriculation",
    "Rechnung",
    "Menge",
    "Preis",
    "Summe",
    "Seite",
    "Lieferung",
    "Auftrag",
    "Unterschrift",
    "bitte",
    "beachten",
    "Hinweis",
    "Bedingungen",
    "Vertrag",
    "Kunde",
    "Betrag",
    "Steuer",
    "innerhalb",
    "Tagen",
    "Position",
]


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of a paper: ground, form print and data, each RGB 0 to 255."""

    ground: tuple[int, int, int]
    form: tuple[int, int, int]
    data: tuple[int, int, int]


class Pen:
    """Draws in mm on a small picture."""

    def __init__(self, rng: random.Random, width: float, height: float, ground: Pixels) -> None:
        self.rng = rng
        size = (round(width * _DRAWN), round(height * _DRAWN))
        self.picture = Image.fromarray(cv2.resize(ground, size, interpolation=cv2.INTER_LINEAR))
        self._draw = ImageDraw.Draw(self.picture)
        groups = find_faces()
        self._faces = [f.path for g in ("sans", "serif") for f in groups.get(g, ())]
        self._fixed = [f.path for g in ("courier", "sans_mono", "ocr", "sans") for f in groups.get(g, ())]
        self.face = rng.choice(self._faces)
        self.data_face = rng.choice(self._fixed)

    def text(self, x: float, y: float, value: str, size: float, colour: tuple[int, int, int], *, data: bool = False, room: float = 0.0) -> None:  # fmt: skip
        """Text with its left edge at x and its capitals' middle at y; `size` is the height of a capital, all in mm."""
        font = opened(self.data_face if data else self.face, max(4, round(size / 0.7 * _DRAWN)))
        if room and font.getlength(value) > room * _DRAWN:
            font = opened(self.data_face, max(4, round(size / 0.7 * _DRAWN * room * _DRAWN / font.getlength(value))))
        self._draw.text((x * _DRAWN, y * _DRAWN), value, colour, font, anchor="lm")

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float, colour: tuple[int, int, int]) -> None:
        """A rule, thickness in mm."""
        self._draw.line([x0 * _DRAWN, y0 * _DRAWN, x1 * _DRAWN, y1 * _DRAWN], colour, max(1, round(width * _DRAWN)))

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: tuple[int, int, int], *, fill: bool = False, round_by: float = 0.0) -> None:  # fmt: skip
        """A rectangle, filled or as a frame."""
        place = [x0 * _DRAWN, y0 * _DRAWN, x1 * _DRAWN, y1 * _DRAWN]
        if fill:
            self._draw.rounded_rectangle(place, round_by * _DRAWN, fill=colour)
        else:
            self._draw.rounded_rectangle(place, round_by * _DRAWN, outline=colour)

    def pixels(self) -> Pixels:
        """The picture at `PX_PER_MM`."""
        full = np.asarray(self.picture)
        size = (full.shape[1] * PX_PER_MM // _DRAWN, full.shape[0] * PX_PER_MM // _DRAWN)
        return np.ascontiguousarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA))


def words(rng: random.Random, count: int) -> str:
    """Some words."""
    return " ".join(rng.choices(_WORDS, k=count))


def inks(rng: random.Random) -> Ink:
    """Colours by chance: mostly pale green with green form print, also others, and black on white as a copy has it."""
    kind = rng.choices(["green", "any", "copy"], [6, 3, 1])[0]
    pale = rng.randrange(205, 250)
    if kind == "green":
        ground = (pale + rng.randrange(-22, 6), pale + rng.randrange(-4, 6), pale + rng.randrange(-26, 6))
        form = (rng.randrange(10, 90), rng.randrange(60, 130), rng.randrange(20, 100))
    elif kind == "any":
        ground = (pale + rng.randrange(-30, 6), pale + rng.randrange(-30, 6), pale + rng.randrange(-30, 6))
        form = (rng.randrange(10, 150), rng.randrange(10, 150), rng.randrange(10, 150))
    else:
        ground = (pale, pale, pale)
        form = (rng.randrange(20, 150),) * 3
    data = (rng.randrange(10, 110),) * 3
    if rng.random() < 0.25:
        data = (data[0], data[0], min(200, data[0] + rng.randrange(20, 90)))
    return Ink(ground, form, data)


def ground(rng: random.Random, width: float, height: float, colour: tuple[int, int, int], strength: float) -> Pixels:
    """A paper's ground with a security pattern: soft patches of colour and interlaced waves."""
    size = (round(width * PX_PER_MM), round(height * PX_PER_MM))
    noise = np.random.default_rng(rng.randrange(2**32))
    patches = cv2.resize(noise.normal(0, 1, (4, 7, 3)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    x = np.arange(size[0], dtype=np.float32)[None, :] / PX_PER_MM
    y = np.arange(size[1], dtype=np.float32)[:, None] / PX_PER_MM
    out = np.array(colour, np.float32) + patches * strength * 12
    for _ in range(rng.randrange(1, 4)):
        a, b, c, d = noise.uniform(-0.15, 0.15, 4)
        pitch = rng.uniform(0.7, 3.0)
        wave = np.sin(
            (
                y * rng.choice((0.2, 1.0))
                + x * rng.choice((0.0, 1.0, 0.3))
                + 3 * np.sin(a * x + b * y)
                + 2 * np.sin(c * x - d * y)
            )
            * (6.28 / pitch)
        )
        out += wave[:, :, None] * noise.normal(0, 1, 3).astype(np.float32) * strength * 9
    if rng.random() < 0.3:
        left = rng.uniform(0, width)
        glow = np.exp(-(((x - left) / rng.uniform(15, 60)) ** 2))
        out += glow[:, :, None] * noise.normal(0, 1, 3).astype(np.float32) * strength * 25
    return np.clip(out, 0, 255).astype(np.uint8)


def loose_form(rng: random.Random, record: Mapping[str, str]) -> tuple[Pixels, tuple[float, float]]:
    """A registration document drawn loosely, and by how much (mm) its data are off the form."""
    colours = inks(rng)
    pen = Pen(
        rng, SHEET_WIDTH, SHEET_HEIGHT, ground(rng, SHEET_WIDTH, SHEET_HEIGHT, colours.ground, rng.uniform(0, 1.3))
    )
    form_x, form_y = rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8)
    pale = rng.random()
    mixed = tuple(round(f + (g - f) * 0.6 * pale) for f, g in zip(colours.form, colours.ground, strict=True))
    form = (mixed[0], mixed[1], mixed[2])
    if rng.random() < 0.94:
        _form_print(pen, rng, form, form_x, form_y)
    off = (rng.uniform(-1.5, 1.5), rng.uniform(-1.5, 1.5))
    _data(pen, rng, record, colours.data, off)
    _marks(pen, rng)
    return pen.pixels(), off


def _form_print(pen: Pen, rng: random.Random, form: tuple[int, int, int], dx: float, dy: float) -> None:
    missing = rng.choice((0.0, 0.0, 0.1, 0.4))
    size, code_size = rng.uniform(0.8, 1.35), rng.uniform(0.9, 1.6)
    style = rng.random()
    for title, at, high in (("Bundesrepublik Deutschland", rng.uniform(4, 8), rng.uniform(1.4, 2.4)),
                            ("Zulassungsbescheinigung Teil I", rng.uniform(9, 13), rng.uniform(1.6, 3.0))):  # fmt: skip
        if rng.random() > missing * 0.5:
            pen.text(
                rng.choice((2.6, 8.0, 14.0)) + dx, at + dy, title if rng.random() < 0.8 else words(rng, 3), high, form
            )
    y = rng.uniform(19, 24)
    small = rng.uniform(0.6, 1.0)
    while y < rng.uniform(31, 46) and rng.random() > missing * 0.3:
        pen.text(2.6 + dx, y + dy, words(rng, rng.randrange(6, 12)), small, form, room=57)
        y += small * rng.uniform(1.8, 2.4)
    if rng.random() < 0.4:
        pen.box(50 + dx, 1.5 + dy, 59 + dx, 7.5 + dy, (40, 60, 140), fill=True)
    for cell in CELLS:
        if rng.random() < missing:
            continue
        jx, jy = dx + rng.gauss(0, 0.25), dy + rng.gauss(0, 0.2)
        if cell.panel == "left":
            above = rng.choice((-1.2, 0.6)) if style < 0.5 else -1.0
            pen.text(
                cell.label_x + jx, cell.y0 + above + jy, f"{cell.code}  {words(rng, rng.randrange(2, 5))}", size, form
            )
            if rng.random() < 0.7:
                pen.line(2.0 + jx, cell.y0 - 2.2 + jy, 61 + jx, cell.y0 - 2.2 + jy, 0.15, form)
            continue
        if cell.code != "22b":
            tall = 0.0 if style < 0.4 else 1.2 - cell.y_mid + cell.y0
            pen.text(
                cell.label_x + jx,
                (cell.y_mid if cell.lines == 1 else cell.y0 + 2.05) + tall + jy,
                cell.code.split("/")[0],
                code_size,
                form,
            )
        if style > 0.2:
            pen.line(
                cell.label_x + jx,
                cell.y1 + jy,
                min(cell.x1, 209) + jx,
                cell.y1 + jy,
                rng.choice((0.1, 0.15, 0.3)),
                form,
            )
        if style > 0.45:
            pen.line(cell.label_x - 0.3 + jx, cell.y0 + jy, cell.label_x - 0.3 + jx, cell.y1 + jy, 0.15, form)
        if style > 0.8:
            pen.box(cell.label_x + jx, cell.y0 + jy, cell.x0 + jx, cell.y1 + jy, form)
    for x, y0, y1 in ((2.6, 87, 93), (66, 1.5, 6), (140, 1.5, 6), (2.6, 98, 103)):
        for row in range(rng.randrange(0, 4)):
            if y0 + 1.8 * row < y1:
                pen.text(x + dx, y0 + 1.8 * row + dy, words(rng, rng.randrange(3, 8)), size, form, room=58)
    for fold in FOLDS:
        if rng.random() < 0.5:
            pen.line(
                fold, 0, fold, SHEET_HEIGHT, 0.2, (max(0, form[0] - 30), max(0, form[1] - 40), max(0, form[2] - 30))
            )


def _data(
    pen: Pen, rng: random.Random, record: Mapping[str, str], ink: tuple[int, int, int], off: tuple[float, float]
) -> None:
    size = rng.uniform(1.9, 2.6)
    empty = rng.choice((0.0, 0.0, 0.05, 0.25))
    for cell in CELLS:
        value = record.get("22" if cell.code == "22b" else cell.code, "")
        parts = value.split("\n") if value else []
        if cell.code in ("22", "22b"):
            parts = [p[:36] if cell.code == "22" else p[36:] for p in parts]
        for row, part in enumerate(parts):
            if not part or rng.random() < empty:
                continue
            x, y = value_point(cell, row) + off
            high = size * (rng.uniform(1.0, 1.3) if cell.code == "A" else 1.0)
            pen.text(float(x), float(y), part, high, ink, data=True, room=cell.x1 - cell.x0)
    if rng.random() < 0.3:
        for code_y in (20.4, 24.4, 28.5, 32.6, 36.7):
            for x in (140.0, 160.1, 185.6):
                if rng.random() < 0.5:
                    pen.text(x + off[0], code_y + 2 + off[1], "-", size, ink, data=True)


def _marks(pen: Pen, rng: random.Random) -> None:
    """Seal, sticker and a hand's writing."""
    if rng.random() < 0.7:
        x, y, radius = rng.uniform(34, 58), rng.uniform(84, 99), rng.uniform(7, 12)
        colour = rng.choice(((60, 60, 130), (40, 40, 40), (90, 60, 150), (120, 40, 50)))
        for share in (1.0, 0.7):
            pen.box(
                x - radius * share,
                y - radius * share,
                x + radius * share,
                y + radius * share,
                colour,
                round_by=radius * share,
            )
        for _ in range(10):
            pen.text(
                x + rng.uniform(-0.8, 0.5) * radius, y + rng.uniform(-0.8, 0.8) * radius, words(rng, 1), 1.2, colour
            )
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        x, y, side = rng.uniform(2, 200), rng.uniform(15, 95), rng.uniform(5, 14)
        if rng.random() < 0.6:
            x, y = rng.uniform(36, 52), rng.uniform(26, 42)
        pen.box(x, y, x + side * rng.uniform(1, 2), y + side, (rng.randrange(190, 255),) * 3, fill=True)
        for _ in range(40):
            at = x + rng.uniform(0, side - 1), y + rng.uniform(0, side - 1)
            pen.box(at[0], at[1], at[0] + 0.9, at[1] + 0.9, (30, 30, 30), fill=True)
    if rng.random() < 0.2:
        x, y = rng.uniform(0, 190), rng.uniform(5, 100)
        for _ in range(8):
            nx, ny = x + rng.uniform(-6, 9), y + rng.uniform(-5, 5)
            pen.line(x, y, nx, ny, 0.4, (30, 40, rng.randrange(60, 190)))
            x, y = nx, ny
