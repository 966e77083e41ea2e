"""What lies around a document in a photo: table tops and other printed sheets, drawn procedurally."""

from __future__ import annotations

import io
import random
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import typst
from numpy.typing import NDArray
from PIL import Image

from cv_models.registration.samples import things
from cv_models.registration.samples.ground import ground
from cv_models.registration.samples.typeset import families, known, place, quote, render

Texture = NDArray[Any]
TABLE_MM = 640.0
TABLE_PX_PER_MM = 3.2

_WORDS = [
    "Rechnung",
    "Angebot",
    "Werkstatt",
    "Termin",
    "Versicherung",
    "Vertrag",
    "Kunde",
    "Datum",
    "Betrag",
    "Summe",
    "Steuer",
    "Hinweis",
    "Unterschrift",
    "bitte",
    "beachten",
    "Sie",
    "gemäß",
    "unserer",
    "Bedingungen",
    "zahlbar",
    "innerhalb",
    "von",
    "vierzehn",
    "Tagen",
    "Lieferung",
    "Auftrag",
    "Nummer",
    "Seite",
    "Position",
    "Menge",
    "Einzelpreis",
    "Gesamt",
    "Fahrzeug",
    "Schaden",
    "Meldung",
    "Telefon",
    "Anlage",
    "Kopie",
    "Protokoll",
    "Übergabe",
    "Schlüssel",
    "Kilometerstand",
]


def _noise(rng: np.random.Generator, height: int, width: int, cells_y: int, cells_x: int) -> Texture:
    small = rng.random((max(2, cells_y), max(2, cells_x)), np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


@lru_cache(maxsize=10)
def table(kind: str, seed: int) -> Texture:
    """A table top of `TABLE_MM` square as float RGB (0 to 1): wood, laminate, cloth, board, metal (car bonnet)."""
    rng = np.random.default_rng(seed)
    size = round(TABLE_MM * TABLE_PX_PER_MM)
    fine = rng.random((size, size), np.float32)
    if kind == "wood":
        dark, light = rng.choice(
            np.array(
                [
                    [[0.30, 0.18, 0.10], [0.52, 0.35, 0.20]],
                    [[0.55, 0.40, 0.25], [0.78, 0.62, 0.43]],
                    [[0.40, 0.32, 0.26], [0.62, 0.54, 0.46]],
                ],
                np.float32,
            )
        )
        warp = _noise(rng, size, size, 5, 3) * 9 + _noise(rng, size, size, 40, 4) * 1.2
        rings = 0.5 + 0.5 * np.sin(warp * 7 + np.linspace(0, 26, size, dtype=np.float32)[:, None])
        grain = cv2.GaussianBlur(fine, (0, 0), sigmaX=14, sigmaY=0.7)
        grain = (grain - grain.mean()) / (grain.std() + 1e-6) * 0.10
        mix = np.clip(0.25 + 0.5 * rings + grain, 0, 1)[:, :, None]
        image = dark + mix * (light - dark)
        boards = round(TABLE_PX_PER_MM * float(rng.uniform(70, 140)))
        for y in range(boards, size, boards):
            image[y : y + 3] *= 0.55
    elif kind == "cloth":
        base = rng.uniform(0.2, 0.7, 3).astype(np.float32)
        x = np.arange(size, dtype=np.float32)
        weave = 0.5 + 0.25 * np.sin(x * 1.9)[None, :] + 0.25 * np.sin(x * 2.1)[:, None]
        image = base * (0.75 + 0.3 * weave[:, :, None] + 0.12 * (fine - 0.5)[:, :, None])
        image = image * (0.85 + 0.3 * _noise(rng, size, size, 6, 6)[:, :, None])
    elif kind == "metal":
        base = rng.choice(
            np.array([[0.12, 0.13, 0.15], [0.55, 0.56, 0.58], [0.35, 0.06, 0.06], [0.08, 0.14, 0.30]], np.float32)
        )
        sweep = _noise(rng, size, size, 3, 2)[:, :, None]
        image = base * 0.7 + 0.35 * np.clip(sweep - 0.3, 0, 1) + 0.02 * fine[:, :, None]
    elif kind == "board":
        base = rng.choice(np.array([[0.66, 0.54, 0.40], [0.30, 0.31, 0.33], [0.82, 0.81, 0.78]], np.float32))
        speck = cv2.GaussianBlur(fine, (0, 0), 1.2)
        image = base * (0.8 + 2.2 * (speck - 0.5)[:, :, None] * 0.25 + 0.25 * _noise(rng, size, size, 9, 9)[:, :, None])
    elif kind == "tile":
        base = rng.choice(np.array([[0.75, 0.73, 0.70], [0.45, 0.44, 0.42], [0.85, 0.82, 0.76]], np.float32))
        image = base * (0.85 + 0.2 * _noise(rng, size, size, 30, 30)[:, :, None] + 0.05 * (fine - 0.5)[:, :, None])
        step = round(TABLE_PX_PER_MM * float(rng.uniform(90, 300)))
        for at in range(step // 3, size, step):
            image[at : at + 8] *= 0.7
            image[:, at : at + 8] *= 0.7
    elif kind == "seat":
        base = rng.choice(
            np.array([[0.10, 0.10, 0.11], [0.22, 0.22, 0.24], [0.42, 0.33, 0.24], [0.35, 0.36, 0.38]], np.float32)
        )
        x = np.arange(size, dtype=np.float32)
        weave = np.sin(x * 0.9)[None, :] * np.sin(x * 0.9)[:, None]
        pipes = 0.75 + 0.25 * np.abs(np.sin(x * np.float32(rng.uniform(0.012, 0.03))))[None, :]
        image = base * pipes[:, :, None] * (0.9 + 0.25 * weave[:, :, None] + 0.2 * (fine - 0.5)[:, :, None])
    elif kind == "dash":
        base = rng.choice(np.array([[0.09, 0.09, 0.10], [0.16, 0.16, 0.17], [0.30, 0.28, 0.26]], np.float32))
        grain = cv2.GaussianBlur(fine, (0, 0), 1.6)
        image = base * (0.8 + 5.0 * (grain - 0.5)[:, :, None] + 0.3 * _noise(rng, size, size, 3, 3)[:, :, None])
        centre = (int(rng.uniform(-0.2, 1.2) * size), int(rng.uniform(-0.2, 1.2) * size))
        for reach, shade in ((0.46, 0.05), (0.43, 0.16), (0.40, 0.07)):
            cv2.circle(image, centre, int(reach * size), (shade, shade, shade * 1.05), int(0.03 * size), cv2.LINE_AA)
    elif kind == "carpet":
        base = rng.uniform(0.15, 0.6, 3).astype(np.float32)
        tuft = cv2.GaussianBlur(fine, (0, 0), 2.2)
        image = base * (0.8 + 6.0 * (tuft - 0.5)[:, :, None] + 0.3 * _noise(rng, size, size, 8, 8)[:, :, None])
    else:
        base = rng.choice(
            np.array([[0.86, 0.85, 0.83], [0.70, 0.71, 0.72], [0.25, 0.24, 0.23], [0.62, 0.56, 0.48]], np.float32)
        )
        image = base * (0.9 + 0.15 * _noise(rng, size, size, 4, 4)[:, :, None] + 0.05 * (fine - 0.5)[:, :, None])
    out: Texture = np.clip(image, 0, 1).astype(np.float32)
    return out


TABLES = ("wood", "wood", "wood", "laminate", "laminate", "cloth", "board", "metal", "tile", "seat", "dash", "carpet")


def lid(rng: random.Random) -> Texture:
    """The lid of a flat-bed scanner: nearly even, from white to black."""
    tone = rng.choice([0.97, 0.93, 0.88, 0.6, 0.12])
    size = round(TABLE_MM * TABLE_PX_PER_MM)
    image = np.full((size, size, 3), tone, np.float32)
    image *= (0.98 + 0.04 * _noise(np.random.default_rng(rng.randrange(2**32)), size, size, 3, 3))[:, :, None]
    return image


@lru_cache(maxsize=16)
def letter(seed: int) -> Texture:
    """Another printed sheet (A4 letter, invoice or form) at `TABLE_PX_PER_MM`, float RGB."""
    rng = random.Random(seed)
    face = rng.choice(
        [
            f
            for f in ("Liberation Sans", "Liberation Serif", "Libertinus Serif", "DejaVu Sans Mono", "Nimbus Sans")
            if f in families()
        ]
    )

    def words(count: int) -> str:
        return " ".join(rng.choices(_WORDS, k=count))

    parts = [
        f'#set page(width: 210mm, height: 297mm, margin: 22mm)\n#set text(font: "{face}", size: {rng.choice([9, 10, 11])}pt)\n'
    ]
    parts.append(f"= {words(2)}\n\n")
    for _ in range(rng.randrange(3, 6)):
        parts.append(words(rng.randrange(25, 70)) + ".\n\n")
        if rng.random() < 0.5:
            rows = "".join(
                f"[{words(1)}],[{rng.randrange(100, 9999)}],[{rng.randrange(1, 31):02d}.{rng.randrange(1, 13):02d}.{rng.randrange(2012, 2027)}],[{rng.randrange(1, 999)},{rng.randrange(100):02d}],"
                for _ in range(rng.randrange(3, 9))
            )
            parts.append(f"#table(columns: (1fr, 1fr, 1fr, 1fr), stroke: 0.4pt, {rows})\n\n")
    png = typst.compile("".join(parts).encode(), format="png", ppi=TABLE_PX_PER_MM * 25.4)
    page = (
        np.asarray(Image.open(io.BytesIO(png if isinstance(png, bytes) else png[0])).convert("RGB"), np.float32) / 255
    )
    tint = np.array(rng.choice([(1, 1, 1), (1, 0.99, 0.95), (0.93, 0.97, 0.92), (0.95, 0.96, 1.0)]), np.float32)
    out: Texture = page * tint * np.float32(0.97)
    return out


@lru_cache(maxsize=8)
def coloured_form(seed: int) -> Texture:
    """A form on greenish, pinkish or bluish security paper that is none of this document's, at `TABLE_PX_PER_MM`."""
    rng = random.Random(f"coloured-{seed}")
    width, height = rng.choice([(210, 105), (148, 105), (210, 148), (210, 297), (86, 54)])
    tint = np.array(
        rng.choice([(0.86, 0.94, 0.86), (0.96, 0.88, 0.89), (0.86, 0.91, 0.97), (0.96, 0.94, 0.82)]), np.float32
    )
    paper = ground(rng, TABLE_PX_PER_MM, width=width, height=height) * 0.5 + tint * 0.5
    face = rng.choice(known("Liberation Sans", "DejaVu Sans", "Libertinus Serif"))
    parts = [f"#set text(font: {quote(face)}, size: 7pt)\n"]
    pitch = rng.uniform(5, 9)
    for row in range(int((height - 14) / pitch)):
        for column in range(rng.choice([1, 2, 3])):
            words = " ".join(rng.choices(_WORDS, k=rng.randrange(1, 3)))
            if rng.random() < 0.4:
                words = f"{rng.randrange(10**6)}"
            parts.append(
                place(
                    6 + column * width / 3,
                    9 + row * pitch,
                    f"text(weight: {quote(rng.choice(['regular', 'bold']))})[#{quote(words)}]",
                )
            )
        parts.append(
            f"#place(top + left, line(start: (5mm, {12 + row * pitch:.1f}mm), end: ({width - 5}mm, {12 + row * pitch:.1f}mm), stroke: 0.1mm))\n"
        )
    cover = (
        render("".join(parts), width=width, height=height, px_per_mm=TABLE_PX_PER_MM).astype(np.float32)[:, :, None]
        / 255
    )
    ink = np.array(rng.choice([(0.1, 0.3, 0.2), (0.1, 0.1, 0.1), (0.45, 0.1, 0.15), (0.1, 0.15, 0.4)]), np.float32)
    out: Texture = paper + cover * (ink - paper)
    return out


def dressed_table(rng: random.Random, clutter: int, *, second: bool = False) -> Texture:
    """A table top with `clutter` other sheets and things on it; `second`: one more coloured form under the middle."""
    image = table(rng.choice(TABLES), rng.randrange(3)).copy()
    size = image.shape[0]
    for _ in range(clutter):
        kind = rng.choices(["letter", "form", "thing"], [4, 2, 4])[0]
        at = (rng.uniform(0.1, 0.9) * size, rng.uniform(0.1, 0.9) * size)
        if kind == "thing":
            things.lay(image, at, TABLE_PX_PER_MM, rng)
        else:
            _lay(image, letter(rng.randrange(8)) if kind == "letter" else coloured_form(rng.randrange(8)), at, rng)
    if second:
        _lay(
            image,
            coloured_form(8 * rng.randrange(4)),
            (rng.uniform(0.36, 0.64) * size, rng.uniform(0.40, 0.60) * size),
            rng,
        )
    return image


def _lay(image: Texture, page: Texture, at: tuple[float, float], rng: random.Random) -> None:
    """A page on the table with its shadow, turned by chance; only the part of the table about it is touched."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-180, 180), rng.uniform(0.9, 1.05))
    reach = int(np.hypot(width, height) * 0.55) + 16
    x0, y0 = max(0, int(at[0]) - reach), max(0, int(at[1]) - reach)
    part = image[y0 : int(at[1]) + reach, x0 : int(at[0]) + reach]
    if min(part.shape[:2]) < 8:
        return
    matrix[:, 2] += np.array([at[0] - width / 2 - x0, at[1] - height / 2 - y0])
    size = (part.shape[1], part.shape[0])
    mask = cv2.warpAffine(np.ones((height, width), np.float32), matrix, size)
    small = mask[::4, ::4].copy()
    thrown = cv2.warpAffine(small, np.array([[1, 0, 1.5], [0, 1, 2]], np.float32), small.shape[::-1])
    part *= (1 - 0.4 * cv2.resize(cv2.GaussianBlur(thrown, (0, 0), 1.8), size))[:, :, None]
    warped = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_LINEAR)
    part += mask[:, :, None] * (warped - part)
