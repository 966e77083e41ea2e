"""The flat document: form layer (typst), security ground (numpy) and printed data (typst), as an RGB sheet with truth.

Own drawing by the field table; not a copy of any original. "MUSTER" stands small in the margin.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import typst
from numpy.typing import NDArray
from PIL import Image

from cv_models.registration.layout import CELLS, FOLDS, SHEET_HEIGHT, SHEET_WIDTH

Pixels = NDArray[np.uint8]
PX_PER_MM = 13.0
_PPI = PX_PER_MM * 25.4

_LABELS = {
    "A": "A  Amtliches Kennzeichen",
    "C.1.1": "C.1.1  Name oder Firmenname",
    "C.1.2": "C.1.2  Vorname(n)",
    "C.1.3": "C.1.3  Anschrift",
    "HU": "Nächste HU (Monat und Jahr)",
    "Nr.": "Nr.",
}


@lru_cache(maxsize=1)
def families() -> frozenset[str]:
    """Typefaces that typst can use here: its own always, the machine's where there are any."""
    return frozenset(typst.Fonts().families())


def data_fonts() -> tuple[str, ...]:
    """Faces for the printed data, office-printer like, among those at hand; DejaVu Sans Mono is always there."""
    wanted = (
        "DejaVu Sans Mono",
        "Nimbus Mono PS",
        "Liberation Mono",
        "Noto Sans Mono",
        "Noto Mono",
        "Liberation Sans",
        "Nimbus Sans",
    )
    return tuple(name for name in wanted if name in families())


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _render(body: str) -> Pixels:
    source = f"#set page(width: {SHEET_WIDTH}mm, height: {SHEET_HEIGHT}mm, margin: 0mm, fill: none)\n{body}"
    png = typst.compile(source.encode(), format="png", ppi=_PPI)
    image = Image.open(io.BytesIO(png if isinstance(png, bytes) else png[0])).convert("RGBA")
    width, height = round(SHEET_WIDTH * PX_PER_MM), round(SHEET_HEIGHT * PX_PER_MM)
    return np.asarray(image.resize((width, height)) if image.size != (width, height) else image)


def _place(x: float, y: float, content: str) -> str:
    return f"#place(top + left, dx: {x:.3f}mm, dy: {y:.3f}mm, {content})\n"


@lru_cache(maxsize=4)
def form_layer(variant: int) -> Pixels:
    """Pre-printed text, codes and rules as coverage (H x W, 0 to 255). Variants differ in face, wording and rule weight."""
    sans = [f for f in ("Liberation Sans", "Nimbus Sans", "DejaVu Sans", "Libertinus Serif") if f in families()]
    face = sans[variant % len(sans)]
    body = [f"#set text(font: {_quote(face)}, size: 5.2pt, fill: black, hyphenate: false)\n"]

    def text(x: float, y: float, value: str, size: float = 5.2, weight: str = "regular") -> None:
        body.append(_place(x, y, f"text(size: {size}pt, weight: {_quote(weight)})[#{_quote(value)}]"))

    def rule(x0: float, y0: float, x1: float, y1: float, stroke: float = 0.12) -> None:
        body.append(f"#place(top + left, line(start: ({x0}mm, {y0}mm), end: ({x1}mm, {y1}mm), stroke: {stroke}mm))\n")

    text(2.6, 2.6, "Europäische Gemeinschaft", 6)
    text(2.6, 5.4, "Bundesrepublik Deutschland", 7.5, "bold")
    text(53.5, 2.4, "D", 14, "bold")
    text(2.6, 9.4, "Zulassungsbescheinigung Teil I", 9, "bold")
    text(2.6, 13.2, "(Fahrzeugschein)", 7)
    lines = (
        "Permiso de circulación. Parte I / Osvědčení o registraci - Část I / Registreringsattest. Del I",
        "Registration certificate. Part I / Certificat d'immatriculation. Partie I / Carta di circolazione",
        "Kentekenbewijs. Deel I / Dowód Rejestracyjny. Część I / Certificado de matrícula. Parte I",
        "Prometno dovoljenje. Del I / Rekisteröintitodistus. Osa I / Registreringsbeviset. Del I",
    )
    for index, line in enumerate(lines):
        text(2.6, 22.2 + 2.0 * index, line, 3.6)
    rule(2.6, 46.2, 61, 46.2)
    for code, label in _LABELS.items():
        cell = next(c for c in CELLS if c.code == code)
        offset = {"Nr.": 0.9, "HU": -2.4}.get(code, -2.0 if variant % 2 else 0.1)
        text(2.6, cell.y0 + offset, label, 4.4)
    for y in (55.6, 67.4, 76.4, 87.6, 93.4):
        rule(2.6, y, 61, y)
    text(2.6, 63.2, "Vor- und Familienname, Anschrift zum Zeitpunkt der Ausstellung", 3.6)
    text(2.6, 88.4, "C.4c  Der Inhaber der Zulassungsbescheinigung wird nicht", 4.6, "bold")
    text(2.6, 90.6, "als Eigentümer des Fahrzeugs ausgewiesen.", 4.6, "bold")
    text(25.8, 95.4, "I", 5.4, "bold")
    text(33.5, 99.4, "Datum dieser Zulassung / Stempel", 3.6)
    text(66, 2.8, "Fahrzeugdaten laut Übereinstimmungsbescheinigung", 4.4) if variant % 2 == 0 else text(
        63.4, 4.6, "Erläuterungen siehe Rückseite", 4.2
    )
    for cell in CELLS:
        if cell.panel == "left" or cell.code == "22b":
            continue
        text(
            cell.label_x,
            cell.y0 + 1.2,
            cell.code.split("/")[0] if variant % 3 else cell.code,
            4.6 if len(cell.code) < 5 else 3.8,
        )
        right = cell.x1 - 0.4 if cell.code != "22" else 209.0
        rule(cell.label_x - 0.2, cell.y1, right, cell.y1)
        if variant % 3 != 2:
            rule(cell.label_x - 0.4, cell.y0, cell.label_x - 0.4, cell.y1, 0.1)
    for panel_left, panel_right in ((62.8, 135.0), (136.8, 209.6)):
        rule(panel_left, 8.1, panel_right, 8.1, 0.2)
    text(150.0, 2.4, "MUSTER – frei erfundene Daten", 4.0)
    for fold in FOLDS:
        text(fold - 0.4, 101.4, "·", 4)
    return _render("".join(body))[:, :, 3]


@lru_cache(maxsize=4)
def ground(variant: int) -> NDArray[np.float32]:
    """Security ground: fine interlaced curves in greenish, yellowish and bluish tones on a pale sheet (float RGB 0 to 1)."""
    width, height = round(SHEET_WIDTH * PX_PER_MM), round(SHEET_HEIGHT * PX_PER_MM)
    x = np.linspace(0, SHEET_WIDTH, width, dtype=np.float32)[None, :]
    y = np.linspace(0, SHEET_HEIGHT, height, dtype=np.float32)[:, None]
    rng = np.random.default_rng(1000 + variant)
    image = np.empty((height, width, 3), np.float32)
    image[:] = np.array([[0.93, 0.96, 0.90], [0.95, 0.95, 0.89], [0.91, 0.95, 0.93]][variant % 3], np.float32)
    tones = np.array([[0.55, 0.75, 0.52], [0.86, 0.80, 0.48], [0.50, 0.68, 0.80]], np.float32)
    for index in range(3):
        a, b, c, d = rng.uniform(0.04, 0.16, 4)
        phase = rng.uniform(0, 6.28, 4)
        wave = y * 1.0 + 3.0 * np.sin(a * x + phase[0]) + 2.0 * np.sin(b * x * 1.7 + c * y + phase[1])
        line = np.abs(np.mod(wave * rng.uniform(0.8, 1.3), 1.0) - 0.5)
        cover = np.clip((0.13 - line) * 10, 0, 1) * rng.uniform(0.25, 0.5)
        fade = 0.55 + 0.45 * np.sin(d * 0.5 * x + 0.03 * y + phase[2])
        cover = (cover * fade)[:, :, None]
        image += cover * (tones[index] - image)
    for cx in rng.uniform(20, 190, 4):
        cy = float(rng.uniform(25, 90))
        radius = np.hypot(x - cx, y - cy)
        angle = np.arctan2(y - cy, x - cx)
        rosette = np.abs(np.mod(radius * 0.9 + 1.6 * np.sin(9 * angle), 1.0) - 0.5)
        cover = np.clip((0.12 - rosette) * 9, 0, 1) * np.exp(-((radius / 14) ** 2)) * 0.4
        image += cover[:, :, None] * (tones[int(rng.integers(3))] - image)
    return np.clip(image, 0, 1)


@dataclass(frozen=True)
class Print:
    """How the data were printed: face, size in points, squeeze, offset in mm, ink darkness, kind of printer."""

    font: str
    size: float
    squeeze: float
    dx: float
    dy: float
    ink: float
    colour: tuple[float, float, float]
    kind: str
    weight: str = "regular"

    @staticmethod
    def draw(rng: random.Random, tier: str) -> Print:
        """A printer by chance; harder tiers print further off and paler."""
        off = {"clean": 0.5, "phone": 1.1, "hard": 1.6}[tier]
        kind = rng.choices(["laser", "ink", "matrix"], [5, 3, 1 if tier == "clean" else 2])[0]
        ink = rng.uniform(*{"clean": (0.85, 1.0), "phone": (0.7, 1.0), "hard": (0.5, 0.95)}[tier])
        blue = rng.uniform(0, 0.25) if kind != "laser" else 0.05
        font = rng.choice(data_fonts())
        return Print(
            font=font,
            size=rng.uniform(8.0, 10.2) if "Sans" not in font or "Mono" in font else rng.uniform(8.5, 10.0),
            squeeze=rng.choice([1.0, 1.0, 0.92, 0.85]),
            dx=rng.uniform(-off, off),
            dy=rng.uniform(-off, off),
            ink=ink,
            colour=(0.06, 0.06, 0.06 + blue),
            kind=kind,
            weight=rng.choice(["regular", "regular", "bold"]),
        )


@dataclass(frozen=True)
class Sheet:
    """A flat printed sheet: RGB pixels at `PX_PER_MM`, and each printed value's ink box in mm (x0, y0, x1, y1)."""

    pixels: Pixels
    boxes: Mapping[str, tuple[float, float, float, float]]


def _lines(record: Mapping[str, str]) -> list[tuple[str, float, float, float, str]]:
    """(code, x, middle y, room in mm, text) of every printed line."""
    out = []
    for cell in CELLS:
        value = record.get("22" if cell.code == "22b" else cell.code, "")
        parts = value.split("\n") if value else []
        if cell.code == "22":
            parts = [p[:36] for p in parts]
        elif cell.code == "22b":
            parts = [p[36:] for p in parts]
        pitch = 3.9 if cell.lines != 4 else 4.08
        first = cell.y_mid if cell.lines == 1 else cell.y0 + 2.2
        if cell.panel == "left" and cell.lines == 1 and cell.y1 - cell.y0 > 4.5:
            first = cell.y1 - 2.0
        for index, part in enumerate(parts):
            if part:
                out.append((cell.code, cell.x0 + 0.5, first + index * pitch, cell.x1 - cell.x0 - 0.6, part))
    return out


def make_sheet(record: Mapping[str, str], printer: Print, rng: random.Random, *, variant: int | None = None) -> Sheet:
    """Print a record on a form.

    Args:
        record: code to printed text, as `record.make_record` gives.
        printer: how the data are printed.
        rng: source of chance for stamp, sticker and fading.
        variant: drawing of the form (0 to 5); by chance when None.
    """
    variant = rng.randrange(6) if variant is None else variant
    advance = printer.size * 0.3528 * (0.6 if "Mono" in printer.font else 0.62)
    body = [
        f"#set text(font: {_quote(printer.font)}, size: {printer.size}pt, weight: {_quote(printer.weight)}, fallback: true)\n"
    ]
    regions: list[tuple[str, float, float, float, float]] = []
    cap = printer.size * 0.3528 * 0.72
    for code, x, y, room, value in _lines(record):
        squeeze = min(printer.squeeze, room / (advance * len(value)))
        content = f'box(scale(x: {squeeze * 100:.1f}%, origin: left, text(top-edge: "cap-height", bottom-edge: "baseline")[#{_quote(value)}]))'
        body.append(_place(x + printer.dx, y - cap / 2 + printer.dy, content))
        width = advance * len(value) * squeeze
        regions.append(
            (code, x + printer.dx, y - cap / 2 + printer.dy, x + printer.dx + width, y + cap / 2 + printer.dy)
        )
    data = _render("".join(body))[:, :, 3].astype(np.float32) / 255
    if printer.kind == "matrix":
        data = _dots(data, pitch=rng.uniform(0.20, 0.26))
    elif printer.kind == "ink":
        data = cv2.GaussianBlur(data, (0, 0), 0.09 * PX_PER_MM)
        data = np.clip(data * 1.15, 0, 1)
    height, width_px = data.shape
    mottle = cv2.resize(
        np.random.default_rng(rng.randrange(2**32)).random((24, 48), np.float32),
        (width_px, height),
        interpolation=cv2.INTER_CUBIC,
    )
    data = data * (printer.ink * (0.85 + 0.3 * np.clip(mottle, 0, 1)).clip(0, 1.0))
    image = ground(variant % 3).copy()
    form = form_layer(variant).astype(np.float32)[:, :, None] / 255 * 0.9
    image += form * (np.array([0.10, 0.32, 0.20], np.float32) - image)
    _stamp(image, rng)
    image += data[:, :, None] * (np.array(printer.colour, np.float32) - image)
    boxes: dict[str, tuple[float, float, float, float]] = {}
    for code, x0, y0, x1, y1 in regions:
        old = boxes.get(code)
        new = (x0, y0, x1, y1)
        boxes[code] = new if old is None else (min(old[0], x0), min(old[1], y0), max(old[2], x1), max(old[3], y1))
    return Sheet((np.clip(image, 0, 1) * 255).astype(np.uint8), boxes)


def _dots(data: NDArray[np.float32], pitch: float) -> NDArray[np.float32]:
    """The same text as by a needle printer: dots on a grid of `pitch` mm."""
    step = pitch * PX_PER_MM
    height, width = data.shape
    small = cv2.resize(data, (round(width / step), round(height / step)), interpolation=cv2.INTER_AREA)
    grid = np.zeros_like(data)
    ys, xs = np.nonzero(small > 0.38)
    radius = round(step * 0.62 * 8)
    for y, x in zip(ys, xs, strict=True):
        cv2.circle(grid, (round((x + 0.5) * step * 8), round((y + 0.5) * step * 8)), radius, 0.92, -1, cv2.LINE_AA, 3)
    return grid


def _stamp(image: NDArray[np.float32], rng: random.Random) -> None:
    """Office seal near the date, sticker with a DataMatrix-like code; in place."""
    if rng.random() < 0.8:
        centre = np.array([rng.uniform(40, 56), rng.uniform(91, 97)]) * PX_PER_MM
        layer = np.zeros(image.shape[:2], np.uint8)
        at = (int(centre[0]), int(centre[1]))
        for radius, thick in ((9.0, 4), (6.2, 2)):
            cv2.circle(layer, at, int(radius * PX_PER_MM), 255, thick, cv2.LINE_AA)
        for index in range(14):
            angle = index / 14 * 2 * np.pi
            spot = (int(at[0] + 7.6 * PX_PER_MM * np.cos(angle)), int(at[1] + 7.6 * PX_PER_MM * np.sin(angle)))
            cv2.putText(layer, rng.choice("KREISMUSTADT"), spot, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2, cv2.LINE_AA)
        cover = layer[:, :, None].astype(np.float32) / 255 * rng.uniform(0.25, 0.6)
        image += cover * (np.array([0.15, 0.15, 0.45], np.float32) - image)
    if rng.random() < 0.6:
        x, y = int(rng.uniform(44, 52) * PX_PER_MM), int(rng.uniform(33, 38) * PX_PER_MM)
        size = int(6 * PX_PER_MM)
        cells = np.random.default_rng(rng.randrange(2**32)).random((16, 16)) > 0.5
        cells[:, 0] = True
        cells[-1] = True
        code = cv2.resize(cells.astype(np.float32), (size, size), interpolation=cv2.INTER_NEAREST)[:, :, None]
        pad = int(1 * PX_PER_MM)
        image[y - pad : y + size + pad, x - pad : x + size + pad] = np.array([0.93, 0.93, 0.92], np.float32)
        image[y : y + size, x : x + size] += code * (
            np.array([0.08, 0.08, 0.08], np.float32) - image[y : y + size, x : x + size]
        )
