"""What lies around a document in a photo: table tops and other printed sheets, drawn procedurally."""

from __future__ import annotations

import io
import random
from functools import lru_cache

import cv2
import numpy as np
import typst
from numpy.typing import NDArray
from PIL import Image

from cv_models.registration.samples.form import families

Texture = NDArray[np.float32]
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
    else:
        base = rng.choice(
            np.array([[0.86, 0.85, 0.83], [0.70, 0.71, 0.72], [0.25, 0.24, 0.23], [0.62, 0.56, 0.48]], np.float32)
        )
        image = base * (0.9 + 0.15 * _noise(rng, size, size, 4, 4)[:, :, None] + 0.05 * (fine - 0.5)[:, :, None])
    return np.clip(image, 0, 1).astype(np.float32)


TABLES = ("wood", "wood", "laminate", "cloth", "board", "metal")


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
    return page * tint * 0.97


def dressed_table(rng: random.Random, clutter: int) -> Texture:
    """A table top with `clutter` other sheets on it."""
    image = table(rng.choice(TABLES), rng.randrange(3)).copy()
    size = image.shape[0]
    for _ in range(clutter):
        page = letter(rng.randrange(8))
        height, width = page.shape[:2]
        angle, scale = rng.uniform(-180, 180), rng.uniform(0.8, 1.1)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
        matrix[:, 2] += np.array(
            [rng.uniform(0.15, 0.85) * size - width / 2, rng.uniform(0.15, 0.85) * size - height / 2]
        )
        mask = cv2.warpAffine(np.ones((height, width), np.float32), matrix, (size, size))
        shade = cv2.GaussianBlur(
            cv2.warpAffine(mask, np.array([[1, 0, 6], [0, 1, 8]], np.float32), (size, size)), (0, 0), 7
        )
        image *= (1 - 0.4 * shade)[:, :, None]
        warped = cv2.warpAffine(page, matrix, (size, size), flags=cv2.INTER_AREA)
        image += mask[:, :, None] * (warped - image)
    return image
