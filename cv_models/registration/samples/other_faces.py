"""Typefaces of the other hand, found on the machine. Only for judging: never train on it, never tune to it."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

MONO = ("CourierPrime", "Courier Prime", "PTM55F", "Go-Mono", "TlwgTypist", "OCRB", "LiberationMono-Bold", "LiberationMono-Regular", "NotoSansMono-Regular",
         "NimbusMonoPS-Bold", "NimbusMonoPS-Regular", "spleen-12x24", "Cousine-Regular", "DejaVuSansMono")  # fmt: skip
SANS = (
    "Carlito-Regular", "RobotoCondensed-Regular", "LiberationSansNarrow-Regular", "NimbusSansNarrow-Regular", "LiberationSans-Regular", "DejaVuSansCondensed",
)  # fmt: skip
FORM = (
    "LiberationSans-Regular", "NimbusSans-Regular", "OpenSans-Regular", "Lato-Regular", "DejaVuSans", "Carlito-Regular", "NimbusRoman-Regular",
)  # fmt: skip
_ROOTS: list[Path] = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]


def use_fonts(*folders: Path) -> None:
    """Draw faces from these folders too."""
    _ROOTS[2:] = list(folders)
    _files.cache_clear()


@lru_cache(maxsize=1)
def _files() -> dict[str, str]:
    found: dict[str, str] = {}
    for root in _ROOTS:
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if path.suffix.lower() in (".ttf", ".otf") and path.stem not in found:
                found[path.stem] = str(path)
    return found


def face_of(rng: random.Random, names: tuple[str, ...]) -> str:
    """A file among the named ones that are at hand, or "" for Pillow's own face."""
    there = [_files()[name] for name in names if name in _files()]
    return rng.choice(there) if there else ""


@lru_cache(maxsize=64)
def font_of(path: str, pixels: int) -> Any:
    """A face at a size in pixels."""
    return ImageFont.truetype(path, pixels) if path else ImageFont.load_default(pixels)
