"""The office printer: how data come onto the form, from a fresh laser to a needle printer with a worn ribbon."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import CELLS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.typeset import PX_PER_MM, known, place, quote, render

Cover = NDArray[Any]
Points = NDArray[Any]
_POINT = 0.3528
# Of an em: width of a character, height of capitals.
_WIDTHS = {"OCR B": 0.6, "OCRA": 0.6, "Inconsolata": 0.5, "IBM 3270": 0.5, "Agave": 0.5, "Hermit": 0.6}
_ZERO = {
    "slash": '#show "0": z => box[#z#place(center + horizon, rotate(-58deg, line(length: 0.62em, stroke: 0.055em)))]\n',
    "dot": '#show "0": z => box[#z#place(center + horizon, dy: 0.01em, circle(radius: 0.06em, fill: black))]\n',
    "plain": "",
}


def data_fonts() -> tuple[str, ...]:
    """Faces for the printed data, office-printer like, among those at hand."""
    return known("DejaVu Sans Mono", "Nimbus Mono PS", "Liberation Mono", "Noto Sans Mono", "Noto Mono", "Liberation Sans", "Nimbus Sans", "OCR B",
                 "OCR B S", "Courier Prime", "FreeMono", "Cousine", "Hack", "Inconsolata", "IBM 3270", "CMU Typewriter Text", "Anonymous Pro",
                 "TlwgMono", "TlwgTypewriter", "OCRA", "DejaVu Sans", "PT Sans", "Roboto", "Open Sans", "GNUTypewriter", "Hermit", "Jura")  # fmt: skip


@dataclass(frozen=True)
class Print:
    """How the data were printed.

    Attributes:
        font: typeface; `size` in points, `squeeze` width against the face's own, `tracking` extra space in em.
        dx: offset in mm to the right; `dy` down; `turn` in degrees.
        ink: darkness, 0 to 1; `colour` of the ink.
        kind: `laser`, `ink`, `matrix` (24 needles), `needle9`, `thermal`, `typewriter`.
        weight: `regular` or `bold`.
        zero: `plain`, `slash` or `dot`.
        wobble: uneven baseline in mm.
        double: struck twice, that far apart (mm).
        fade: how much the ink pales over the sheet; `bands` and `streaks` likewise, 0 to 1.
        spill: specks of toner per square centimetre.
    """

    font: str
    size: float
    squeeze: float
    dx: float
    dy: float
    ink: float
    colour: tuple[float, float, float]
    kind: str
    weight: str = "regular"
    turn: float = 0.0
    tracking: float = 0.0
    zero: str = "plain"
    wobble: float = 0.0
    double: float = 0.0
    fade: float = 0.0
    bands: float = 0.0
    streaks: float = 0.0
    spill: float = 0.0

    @staticmethod
    def draw(rng: random.Random, tier: str) -> Print:
        """A printer by chance; harder tiers print further off, paler and more uneven."""
        u, level = rng.uniform, {"clean": 0, "phone": 1, "hard": 2}[tier]
        off = (0.9, 1.4, 1.6)[level]
        kind = rng.choices(
            ["laser", "ink", "matrix", "needle9", "thermal", "typewriter"],
            [5, 3, (1, 2, 2.5)[level], (0.3, 0.6, 0.8)[level], 0.7, 0.6],
        )[0]
        fonts = data_fonts()
        if kind == "typewriter":
            fonts = known("Nimbus Mono PS", "TlwgTypewriter", "GNUTypewriter", "CMU Typewriter Text", "Liberation Mono")
        elif kind in ("matrix", "needle9"):
            fonts = known("DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono", "Cousine", "Hack")
        font = rng.choice(fonts)
        colour = {
            "ink": (0.06, 0.06, 0.06 + u(0, 0.3)),
            "thermal": (0.16, 0.12, 0.16),
            "typewriter": (0.10, 0.10, 0.16),
            "matrix": (0.10, 0.09, 0.14 + u(0, 0.12)),
            "needle9": (0.10, 0.09, 0.14 + u(0, 0.12)),
        }.get(kind, (0.05, 0.05, 0.06))
        worn = u(0.45, 0.9) if level == 2 else u(0.7, 1.0) if level == 1 else u(0.85, 1.0)

        def rare(chance: float) -> bool:
            return rng.random() < chance * (0.3, 0.7, 1.0)[level]

        return Print(
            font=font,
            size=u(8.0, 10.4) if kind != "needle9" else u(9.6, 11.0),
            squeeze=rng.choice([1.0, 1.0, 1.0, 0.93, 0.86, 0.8]),
            dx=u(-off, off),
            dy=u(-off, off),
            ink=worn,
            colour=colour,
            kind=kind,
            weight=rng.choice(["regular", "regular", "bold"]) if kind != "typewriter" else "regular",
            turn=u(-1, 1) * (0.15, 0.45, 0.8)[level],
            tracking=rng.choice([0.0, 0.0, 0.0, 0.03, 0.08]),
            zero=rng.choice(["plain", "plain", "plain", "slash", "dot"]) if "Mono" not in font else "plain",
            wobble=u(0.05, 0.22) if kind == "typewriter" or rare(0.2) else 0.0,
            double=u(0.08, 0.2) if rare(0.1) else 0.0,
            fade=u(0.1, 0.45) if rare(0.25) else 0.0,
            bands=u(0.1, 0.4) if rare(0.2) else 0.0,
            streaks=u(0.2, 0.7) if rare(0.2) else 0.0,
            spill=u(0.5, 4.0) if rare(0.12) else 0.0,
        )


@dataclass(frozen=True)
class PrintedLine:
    """A printed line: its field, its text and its ink's corners on the sheet in mm (4 x 2, from top left, clockwise)."""

    code: str
    text: str
    quad: Points


def lines_of(record: Mapping[str, str]) -> list[tuple[str, float, float, float, str]]:
    """(code, x, middle y, room in mm, text) of every printed line; a value of more lines than its cell is set closer."""
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
        if len(parts) > cell.lines:
            pitch = min(pitch, (cell.y1 - cell.y0) / len(parts) + 0.35)
            first = (cell.y0 + cell.y1) / 2 - pitch * (len(parts) - 1) / 2
        for index, part in enumerate(parts):
            if part:
                out.append((cell.code, cell.x0 + 0.5, first + index * pitch, cell.x1 - cell.x0 - 0.6, part))
    return out


def print_data(record: Mapping[str, str], printer: Print, rng: random.Random) -> tuple[Cover, Cover, list[PrintedLine]]:
    """Print a record: (ink as it came out, ink as it was meant, where each line stands).

    Both covers are 0 to 1, H x W at `PX_PER_MM`; the second tells what a reader would have to see to read a value.
    """
    advance = printer.size * _POINT * (_WIDTHS.get(printer.font, 0.6 if _fixed(printer.font) else 0.62))
    body = [
        f"#set text(font: {quote(printer.font)}, size: {printer.size}pt, weight: {quote(printer.weight)})\n",
        f"#set text(fallback: true, tracking: {printer.tracking}em)\n",
        _ZERO[printer.zero],
    ]
    spots: list[tuple[str, str, float, tuple[float, float, float, float]]] = []
    crowd: dict[str, int] = {}
    set_lines = lines_of(record)
    for code, *_ in set_lines:
        crowd[code] = crowd.get(code, 0) + 1
    allowed = {cell.code: cell.lines for cell in CELLS}
    for code, x, y, room, value in set_lines:
        small = 0.62 if crowd[code] > allowed[code] else 1.0
        width = advance * (1 + printer.tracking / 0.6) * len(value) * small
        squeeze = min(printer.squeeze, room / width)
        cap = printer.size * _POINT * 0.72 * small
        top = y - cap / 2 + rng.uniform(-printer.wobble, printer.wobble)
        words = f'text(size: {printer.size * small:.2f}pt, top-edge: "cap-height", bottom-edge: "baseline")[#{quote(value)}]'
        body.append(place(x, top, f"box(scale(x: {squeeze * 100:.1f}%, origin: left, {words}))"))
        spots.append((code, value, room, (x, top, x + width * squeeze, top + cap)))
    meant: Cover = render("".join(body)).astype(np.float32) / 255
    spots = [(code, value, room, (*box[:2], _ink_end(meant, box, room), box[3])) for code, value, room, box in spots]
    if printer.wobble:
        meant = _uneven(meant, printer.wobble, rng)
    turn: Points = cv2.getRotationMatrix2D((SHEET_WIDTH / 2, SHEET_HEIGHT / 2), printer.turn, 1.0)
    turn[:, 2] += np.array([printer.dx, printer.dy])
    pixels = turn.copy()
    pixels[:, 2] *= PX_PER_MM
    meant = cv2.warpAffine(meant, pixels, meant.shape[::-1], flags=cv2.INTER_LINEAR)
    lines = []
    for code, value, _, (x0, y0, x1, y1) in spots:
        quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        lines.append(PrintedLine(code, value, quad @ turn[:, :2].T + turn[:, 2]))
    return _worn(meant, printer, rng), meant, lines


def _ink_end(cover: Cover, box: tuple[float, float, float, float], room: float) -> float:
    """Where the ink of a line really ends (mm): the face's own widths are only guessed when the text is set."""
    x0, y0, x1, y1 = (round(v * PX_PER_MM) for v in (box[0], box[1], box[0] + room + 0.8, box[3]))
    window = cover[max(y0, 0) : y1, max(x0, 0) : x1]
    inked = np.flatnonzero(window.max(axis=0) > 0.3) if window.size else np.array([])
    return box[0] + float(inked[-1] + 1) / PX_PER_MM if len(inked) else box[2]


def _fixed(font: str) -> bool:
    return not any(font.startswith(name) for name in ("Liberation Sans", "Nimbus Sans", "DejaVu Sans", "PT Sans", "Roboto", "Open Sans", "Jura")) or (
        "Mono" in font
    )  # fmt: skip


def _uneven(cover: Cover, reach: float, rng: random.Random) -> Cover:
    height, width = cover.shape
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, reach / 2, (26, 90)).astype(np.float32)
    rise = cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR) * np.float32(PX_PER_MM)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(cover, x, y + rise, cv2.INTER_LINEAR), dtype=np.float32)


def _worn(meant: Cover, printer: Print, rng: random.Random) -> Cover:
    """The ink as it came out of this printer."""
    chance = np.random.default_rng(rng.randrange(2**32))
    height, width = meant.shape
    data = meant
    if printer.double:
        data = np.maximum(data, 0.8 * np.roll(data, round(printer.double * PX_PER_MM), axis=1))
    if printer.kind == "matrix":
        data = _dots(data, 25.4 / 180, 25.4 / 180, 0.62)
    elif printer.kind == "needle9":
        data = _dots(data, 25.4 / 120, 25.4 / 72, 0.5)
    elif printer.kind in ("ink", "thermal"):
        data = np.clip(cv2.GaussianBlur(data, (0, 0), rng.uniform(0.05, 0.1) * PX_PER_MM) * 1.15, 0, 1)
    elif printer.kind == "typewriter":
        heavy = cv2.resize(chance.uniform(0.55, 1.2, (26, 90)).astype(np.float32), (width, height))
        data = np.clip(cv2.GaussianBlur(data, (0, 0), 0.06 * PX_PER_MM) * heavy * 1.1, 0, 1)
    mottle = cv2.resize(chance.random((24, 48), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    strength = printer.ink * (0.85 + 0.3 * np.clip(mottle, 0, 1)).clip(0, 1.0)
    across, down = (
        np.linspace(0, 1, width, dtype=np.float32)[None],
        np.linspace(0, 1, height, dtype=np.float32)[:, None],
    )
    if printer.fade:
        angle = rng.uniform(0, 6.28)
        slope = 0.5 + 0.5 * ((across - 0.5) * np.cos(angle) + (down - 0.5) * np.sin(angle)).astype(np.float32) * 1.4
        strength = strength * (1 - printer.fade * np.clip(slope, 0, 1))
    if printer.bands:
        strength = strength * (1 - printer.bands * (np.sin(down * rng.uniform(20, 160) + rng.uniform(0, 6)) > rng.uniform(0.3, 0.9)))  # fmt: skip
    for _ in range(rng.randrange(1, 4) if printer.streaks else 0):
        at, wide = rng.uniform(0, 1), rng.uniform(0.0005, 0.003)
        along = across if rng.random() < 0.5 else down
        strength = strength * (1 - printer.streaks * np.exp(-(((along - at) / wide) ** 2)))
    data = np.asarray(data * strength, dtype=np.float32)
    if printer.spill:
        count = int(printer.spill * SHEET_WIDTH * SHEET_HEIGHT / 100)
        xs, ys = chance.integers(0, width, count), chance.integers(0, height, count)
        for x, y in zip(xs, ys, strict=True):
            cv2.circle(data, (int(x), int(y)), int(chance.integers(1, 3)), float(chance.uniform(0.3, 0.9)), -1)
    return data


def _dots(cover: Cover, across: float, down: float, full: float) -> Cover:
    """The same text from needles: dots of a needle's width on a grid of `across` x `down` mm."""
    height, width = cover.shape
    small = cv2.resize(
        cover, (round(width / PX_PER_MM / across), round(height / PX_PER_MM / down)), interpolation=cv2.INTER_AREA
    )
    hit = (small > 0.42).astype(np.float32)
    fine = 4
    tall = max(fine, round(fine * down / across))
    grid = np.zeros((hit.shape[0] * tall, hit.shape[1] * fine), np.float32)
    grid[tall // 2 :: tall, fine // 2 :: fine] = hit
    radius = max(2.0, full * tall)
    size = int(radius) + 1
    reach = np.hypot(*np.mgrid[-size : size + 1, -size : size + 1])
    dot = np.clip(radius - reach + 0.5, 0, 1).astype(np.float32)
    inked = np.clip(cv2.filter2D(grid, -1, dot, borderType=cv2.BORDER_CONSTANT), 0, 0.94)
    return np.asarray(cv2.resize(inked, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float32)
