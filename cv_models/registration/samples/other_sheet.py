"""The other hand's drawing of the document. Only for judging: never train on it, never tune to it.

Written apart from `form`, `blank`, `ground`, `printer` and `marks`: Pillow sets the text character by character at printers'
pitches, the ground is made of spirographs and bundles of sines, the needles hit an own grid. Shared are only the
millimetres of `layout`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageDraw

from cv_models.registration.layout import CELLS, PANELS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.other_faces import FORM, MONO, SANS, face_of, font_of
from cv_models.registration.samples.other_press import SCALE, age, label, official_stamp, pressed

Image = NDArray[Any]
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OtherLine:
    """A printed line: field, text, corners in mm from top left, clockwise."""

    code: str
    text: str
    quad: Points


@dataclass(frozen=True, eq=False)
class OtherSheet:
    """The flat sheet at `SCALE` px per mm: RGB float 0 to 1, ink as meant (uint8), lines."""

    pixels: Image
    ink: Image
    lines: tuple[OtherLine, ...]


def draw_sheet(record: Mapping[str, str], tier: str, rng: random.Random) -> OtherSheet:
    """Draw form and data by chance; harder tiers print paler and further off."""
    paper = _ground(rng)
    form = _form(rng)
    tint = np.array(
        rng.choice([(0.05, 0.30, 0.18), (0.10, 0.35, 0.25), (0.15, 0.30, 0.15), (0.05, 0.22, 0.20)]), np.float32
    )
    paper -= form[:, :, None] * (paper - tint) * rng.uniform(0.7, 0.95)
    if rng.random() < 0.5:
        label(paper, rng)
    ink, shown, lines = _data(record, tier, rng)
    tone = np.array(
        rng.choice([(0.04, 0.04, 0.05), (0.09, 0.08, 0.10), (0.08, 0.08, 0.20), (0.13, 0.10, 0.09)]), np.float32
    )
    paper -= shown[:, :, None] * (paper - tone)
    if rng.random() < 0.75:
        official_stamp(paper, rng)
    if tier != "clean":
        age(paper, rng, 0.5 if tier == "phone" else 1.0)
    return OtherSheet(np.clip(paper, 0, 1), ink, tuple(lines))


def _size() -> tuple[int, int]:
    return round(SHEET_WIDTH * SCALE), round(SHEET_HEIGHT * SCALE)


def _ground(rng: random.Random) -> Image:
    """Paper with iris colours, bundles of sines and spirographs."""
    width, height = _size()
    corners = np.array(
        [
            rng.choice(
                [(0.90, 0.95, 0.88), (0.95, 0.95, 0.86), (0.88, 0.94, 0.95), (0.93, 0.93, 0.93), (0.86, 0.93, 0.84)]
            )
            for _ in range(6)
        ],
        np.float32,
    ).reshape(2, 3, 3)
    paper = cv2.resize(corners, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    canvas = (paper * 255).clip(0, 255).astype(np.uint8)
    layer = canvas.copy()
    inks = [(120, 180, 130), (205, 190, 110), (120, 165, 195), (150, 190, 160), (190, 150, 140)]
    t = np.linspace(0, width, 240)
    for _ in range(rng.randrange(2, 5)):
        colour, phase, sweep = rng.choice(inks), rng.uniform(0, 6.3), rng.uniform(-0.08, 0.08)
        wave, tall, gap = rng.uniform(0.004, 0.02), rng.uniform(10, 60), rng.uniform(9, 22)
        for index in range(int((height + 200) / gap)):
            y = (
                index * gap
                - 100
                + tall * np.sin(wave * t + phase + index * sweep)
                + 0.4 * tall * np.sin(2.7 * wave * t + phase * 2)
            )
            cv2.polylines(
                layer,
                [np.column_stack([t, y]).round().astype(np.int32)],
                False,
                colour,
                rng.choice([1, 1, 2]),
                cv2.LINE_AA,
            )
    turns = np.linspace(0, 60 * math.pi, 2600)
    for _ in range(rng.randrange(0, 5)):
        big, small, arm = rng.uniform(60, 200), rng.uniform(17, 59), rng.uniform(20, 80)
        x = (big - small) * np.cos(turns) + arm * np.cos((big - small) / small * turns)
        y = (big - small) * np.sin(turns) - arm * np.sin((big - small) / small * turns)
        spot = np.column_stack([x + rng.uniform(0, width), y + rng.uniform(0, height)])
        cv2.polylines(layer, [spot.round().astype(np.int32)], False, rng.choice(inks), 1, cv2.LINE_AA)
    share = rng.uniform(0.2, 0.75)
    return (canvas * (1 - share) + layer * share).astype(np.float32) / 255


class _Board:
    """A page of coverage to write and rule on, in mm."""

    def __init__(self, face: str) -> None:
        self.page = Pictures.new("L", _size(), 0)
        self.pen = ImageDraw.Draw(self.page)
        self.face = face

    def write(self, x: float, y: float, text: str, mm: float) -> None:
        """Text with the top of its capitals about at y; `mm` is the size of the em."""
        self.pen.text((x * SCALE, y * SCALE), text, fill=255, font=font_of(self.face, max(6, round(mm * SCALE))))

    def line(self, x0: float, y0: float, x1: float, y1: float, mm: float) -> None:
        """A rule."""
        self.pen.line((x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE), fill=200, width=max(1, round(mm * SCALE)))


def _form(rng: random.Random) -> Image:
    """The printed form: coverage 0 to 1."""
    board = _Board(face_of(rng, FORM))
    u = rng.uniform
    small, heavy = u(1.25, 1.75), u(0.08, 0.2)
    style = rng.choice(["lines", "grid", "dotless", "ticks"])
    head = rng.choice(["EUROPÄISCHE UNION", "Europäische Gemeinschaft", "EU", "BUNDESREPUBLIK DEUTSCHLAND"])
    board.write(3, 2.0, head, u(1.9, 2.4))
    board.write(3, 5.0, rng.choice(["Bundesrepublik Deutschland", "BUNDESREPUBLIK DEUTSCHLAND"]), u(2.1, 2.7))
    board.write(3, 9.0, rng.choice(["Zulassungsbescheinigung Teil I", "ZULASSUNGSBESCHEINIGUNG TEIL I"]), u(2.5, 3.1))
    board.write(3, 12.9, "(Fahrzeugschein)", u(2.0, 2.5))
    board.write(u(52, 56), 2.0, "D", u(4, 6))
    for row in range(rng.randrange(2, 6)):
        board.write(
            3,
            21.5 + 1.9 * row,
            "Kentekenbewijs Deel I · Certificat d'immatriculation · Dowód rejestracyjny · Carta di circolazione"[
                row * 3 :
            ],
            u(0.95, 1.2),
        )
    left = {
        "A": "A Amtliches Kennzeichen", "C.1.1": "C.1.1 Name oder Firmenname", "C.1.2": "C.1.2 Vorname(n)", "C.1.3": "C.1.3 Anschrift",
        "HU": "Nächste HU (Monat und Jahr)", "I": "I", "Nr.": "Nr.",
    }  # fmt: skip
    above = u(0.5, 2.3)
    for cell in CELLS:
        if cell.panel == "left":
            text = left[cell.code]
            lift = 0.0 if cell.code in ("I", "Nr.") else above
            board.write(cell.label_x + u(-0.3, 0.3), cell.y0 - lift + (0.6 if lift == 0 else 0), text, small)
            if style != "dotless":
                board.line(2.5, cell.y1 + 0.3, 61, cell.y1 + 0.3, heavy)
            continue
        if cell.code == "22b":
            continue
        board.write(
            cell.label_x + u(-0.4, 0.3),
            cell.y0 + u(0.2, 1.4),
            cell.code.split("/")[0] if rng.random() < 0.7 else cell.code,
            small * u(0.85, 1.05),
        )
        end = 209.5 if cell.code == "22" else cell.x1
        if style in ("lines", "grid"):
            board.line(cell.label_x, cell.y1, end, cell.y1, heavy)
        if style == "grid":
            board.line(cell.label_x - 0.3, cell.y0, cell.label_x - 0.3, cell.y1, heavy)
        if style == "ticks":
            board.line(cell.x0, cell.y1, end - 0.8, cell.y1, heavy)
            board.line(cell.x0, cell.y1 - 1.0, cell.x0, cell.y1, heavy)
    for x0, x1 in (PANELS["middle"], PANELS["right"]):
        board.line(x0 + 0.8, 7.9, x1 - 0.8, 7.9, heavy * 1.6)
    board.write(3, 88.0, "C.4c Der Inhaber der Zulassungsbescheinigung wird", u(1.35, 1.6))
    board.write(3, 90.2, "nicht als Eigentümer des Fahrzeugs ausgewiesen.", u(1.35, 1.6))
    board.write(u(30, 36), 99.6, "Datum dieser Zulassung", 1.3)
    board.write(u(150, 175), u(1.5, 4), "MUSTER", 1.5)
    layer = np.asarray(board.page, np.float32) / 255
    shift = np.array([[u(0.9955, 1.0045), 0, u(-6, 6)], [0, u(0.9955, 1.0045), u(-6, 6)]])
    return cv2.warpAffine(layer, shift, _size(), flags=cv2.INTER_LINEAR)


def _data(record: Mapping[str, str], tier: str, rng: random.Random) -> tuple[Image, Image, list[OtherLine]]:
    """(ink as meant, ink as it came, lines): characters one by one at a printer's pitch."""
    level = ("clean", "phone", "hard").index(tier)
    fixed = rng.random() < 0.75
    face = face_of(rng, MONO if fixed else SANS)
    em = rng.uniform(3.0, 3.75)
    pitch = rng.choice([25.4 / 10, 25.4 / 12, 25.4 / 12, 25.4 / 13.3, 25.4 / 15]) if fixed else 0.0
    off = (0.8, 1.3, 1.6)[level]
    dx, dy, angle = (
        rng.uniform(-off, off),
        rng.uniform(-off, off),
        math.radians(rng.uniform(-1, 1) * (0.1, 0.4, 0.8)[level]),
    )
    width, height = _size()
    page = Pictures.new("L", (width, height), 0)
    pen = ImageDraw.Draw(page)
    spots: list[tuple[str, str, tuple[float, float, float, float]]] = []
    for code, x, y, room, text in _places(record):
        size, step = em, pitch
        if fixed and step * len(text) > room:
            step = room / len(text)
            size = min(em, step / 0.55)
        font = font_of(face, max(8, round(size * SCALE)))
        if not fixed and font.getlength(text) / SCALE > room:
            font = font_of(face, max(8, int(size * SCALE * room * SCALE / font.getlength(text))))
        top = font.getbbox("H", anchor="ls")[1] / SCALE
        base = y - top / 2
        at = x
        for char in text:
            pen.text((at * SCALE, base * SCALE), char, fill=255, font=font, anchor="ls")
            at += step if fixed else font.getlength(char) / SCALE
        end = x + (step * (len(text) - 1) + font.getlength(text[-1]) / SCALE if fixed else font.getlength(text) / SCALE)
        spots.append((code, text, (x, base + top, end, base)))
    meant: Image = np.asarray(page, np.float32) / 255
    c, s = math.cos(angle), math.sin(angle)
    mx, my = SHEET_WIDTH / 2, SHEET_HEIGHT / 2
    turn = np.array([[c, -s, mx - c * mx + s * my + dx], [s, c, my - s * mx - c * my + dy]])
    pixels = turn.copy()
    pixels[:, 2] *= SCALE
    meant = cv2.warpAffine(meant, pixels, (width, height), flags=cv2.INTER_LINEAR)
    lines = [
        OtherLine(code, text, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) @ turn[:, :2].T + turn[:, 2])
        for code, text, (x0, y0, x1, y1) in spots
    ]
    return (meant * 255).astype(np.uint8), pressed(meant, level, rng), lines


def _places(record: Mapping[str, str]) -> list[tuple[str, float, float, float, str]]:
    out = []
    for cell in CELLS:
        value = record.get("22" if cell.code == "22b" else cell.code, "")
        rows = [row[:36] if cell.code == "22" else row[36:] if cell.code == "22b" else row for row in value.split("\n")]
        step = (cell.y1 - cell.y0) / max(cell.lines, 1) if cell.lines > 1 else 0.0
        if cell.lines == 1:
            start = cell.y1 - 2.1 if cell.panel == "left" and cell.y1 - cell.y0 > 4.5 else (cell.y0 + cell.y1) / 2
        else:
            step, start = min(step, 4.1), cell.y0 + 2.1
        out += [
            (cell.code, cell.x0 + 0.4, start + step * index, cell.x1 - cell.x0 - 0.5, row.rstrip())
            for index, row in enumerate(rows)
            if row.strip()
        ]
    return out
