"""Setting text for sample documents with typst: which faces there are, one layer of placed text as pixels."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import typst
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT, SHEET_WIDTH

Pixels = NDArray[np.uint8]
PX_PER_MM = 13.0

_folders: tuple[str, ...] = ()


def use_fonts(*folders: Path) -> None:
    """Draw faces from these folders too (besides the machine's own and typst's own); for training and measuring."""
    global _folders
    _folders = tuple(str(folder) for folder in folders)


@lru_cache(maxsize=4)
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    return typst.Fonts(font_paths=list(folders))


@lru_cache(maxsize=4)
def _families(folders: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_fonts(folders).families())


def families() -> frozenset[str]:
    """Typefaces that can be used here: typst's own always, the machine's where there are any."""
    return _families(_folders)


def known(*names: str) -> tuple[str, ...]:
    """Those of the named faces that are at hand, at least one: typst itself brings DejaVu Sans Mono and Libertinus Serif."""
    return tuple(name for name in names if name in families()) or ("DejaVu Sans Mono",)


def quote(text: str) -> str:
    """A typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def place(x: float, y: float, content: str) -> str:
    """Typst: content with its top left corner at a point in mm."""
    return f"#place(top + left, dx: {x:.3f}mm, dy: {y:.3f}mm, {content})\n"


def render(
    body: str, *, width: float = SHEET_WIDTH, height: float = SHEET_HEIGHT, px_per_mm: float = PX_PER_MM
) -> Pixels:
    """Coverage (H x W, 0 to 255) of what a typst body draws on a page of `width` x `height` mm."""
    return np.ascontiguousarray(picture(body, width=width, height=height, px_per_mm=px_per_mm)[:, :, 3])


def picture(body: str, *, width: float, height: float, px_per_mm: float) -> Pixels:
    """RGBA pixels of what a typst body draws on a transparent page of `width` x `height` mm."""
    source = f"#set page(width: {width}mm, height: {height}mm, margin: 0mm, fill: none)\n{body}"
    png = typst.compile(source.encode(), format="png", ppi=px_per_mm * 25.4, font_paths=_fonts(_folders))
    pixels = cv2.imdecode(np.frombuffer(png if isinstance(png, bytes) else png[0], np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise RuntimeError("typst gave no picture")
    pixels = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA)
    size = (round(width * px_per_mm), round(height * px_per_mm))
    if (pixels.shape[1], pixels.shape[0]) != size:
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(pixels, dtype=np.uint8)
