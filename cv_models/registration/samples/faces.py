"""Typefaces for rendering single crops: files of free fonts found on the machine, grouped by the kind of printer.

Nothing is shipped. Rendering pictures for training is the only use; the licences of the named families (SIL OFL, Apache-2.0,
GPL with the font exception, LPPL, public domain) put no condition on pictures of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

SYSTEM_FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

# Kind of print, how often it is drawn, and the file stems that belong to it.
_GROUPS: Final[dict[str, tuple[float, str]]] = {
    "courier": (
        4.0,
        (r"NimbusMonoPS-(Regular|Bold)|texgyrecursor-(regular|bold)|FreeMono(Bold)?|Courier ?Prime( Bold)?|TlwgTypist(-Bold)?"
        r"|TlwgTypewriter(-Bold)?|TlwgMono(-Bold)?|cmuntt|cmunbtl|lmmono(8|9|10|12)-regular|lmmonolt10-(regular|bold)|GNUTypewriter|lmmonoltcond10-regular"),
    ),
    "ocr": (2.0, r"OCRB(L|S)?"),
    "ocr_a": (0.25, r"OCRA(Bold|Condensed)?"),
    "sans_mono": (
        4.0,
        (r"DejaVuSansMono(-Bold)?|Hack-(Regular|Bold)|LiberationMono-(Regular|Bold)|Cousine-(Regular|Bold)|NotoSansMono-\w+|NotoMono-Regular|Go-Mono(-Bold)?"
        r"|PTM[57]5F|FiraCode-(Regular|Medium|Bold)|Inconsolata|JetBrainsMono-(Regular|Medium|Bold|Light)|Anonymous Pro( B)?|agave-[rb]-autohinted"
        r"|mononoki-(Regular|Bold)|LeagueMono-(Regular|Bold|Condensed|NarrowRegular|Medium)|3270(SemiCondensed|Condensed)?-Regular|Hermit-(light|medium|bold)"
        r"|Courier Prime (Code|Sans)( Bold)?|monof55"),
    ),
    "sans": (
        3.0,
        (r"(Arimo|LiberationSans|LiberationSansNarrow|Carlito|OpenSans|Lato|DejaVuSans|Roboto|RobotoCondensed)-(Regular|Bold|Medium)|NimbusSans(Narrow)?-(Regular|Bold)"
        r"|FreeSans(Bold)?|DejaVuSans(Condensed)?(-Bold)?|PT[SN]\d5F|PTN57F|texgyreheros(cn)?-(regular|bold)|osifont|Go-(Regular|Medium)|URWGothic-Book|Jura-(Medium|Bold)"),
    ),
    "serif": (0.5, r"(Tinos|LiberationSerif)-(Regular|Bold)|NimbusRoman-(Regular|Bold)|C059-Roman|cmunrm|DejaVuSerif(Condensed)?(-Bold)?|texgyretermes-regular"),
    "dots": (2.0, r"spleen-(6x12|8x16|12x24)|Glass_TTY_VT220|Px_IBM_(CGA|EGA8|MDA|VGA8|VGA9)|DotGothic16-Regular|unifont|ProggyTiny"),
}  # fmt: skip
# Families never trained on: they measure how well the eyes do with a printer that they have not met.
HELD_OUT: Final = re.compile(
    r"Courier ?Prime.*|PTM[57]5F|Go-Mono.*|TlwgTypist.*|Carlito-.*|RobotoCondensed-.*|Px_IBM_VGA9|spleen-.*|texgyretermes.*"
)
# Heights in pixels at which the pixel faces show their dots one to one.
_NATIVE: Final = {
    "spleen-6x12": 12, "spleen-8x16": 16, "spleen-12x24": 24, "Glass_TTY": 20, "Px_IBM_CGA": 8, "Px_IBM_EGA8": 14, "Px_IBM_MDA": 14,
    "Px_IBM_VGA": 16, "DotGothic": 16, "unifont": 16, "ProggyTiny": 16,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """A font file and the kind of print that it stands for (`courier`, `ocr`, `sans_mono`, `sans`, `serif`, `dots`)."""

    path: str
    group: str

    @property
    def fixed(self) -> bool:
        """Whether all characters are equally wide."""
        return self.group not in ("sans", "serif")

    @property
    def native(self) -> int:
        """Size in pixels at which a pixel face shows its dots, 0 for outlines."""
        if self.group != "dots":
            return 0
        name = Path(self.path).stem
        return next((size for start, size in _NATIVE.items() if name.startswith(start)), 16)


@lru_cache(maxsize=4)
def find_faces(folders: tuple[Path, ...] = (), held_out: bool = False) -> dict[str, tuple[Face, ...]]:
    """Faces at hand by group, in a stable order.

    Args:
        folders: where to look, besides the system's font folders.
        held_out: the faces kept for measuring instead of those for training.
    """
    known: dict[str, Path] = {}
    for folder in (*folders, *SYSTEM_FOLDERS):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in (".ttf", ".otf") and path.stem not in known and _opens(path):
                known[path.stem] = path
    out: dict[str, tuple[Face, ...]] = {}
    for group, (_, pattern) in _GROUPS.items():
        fits = re.compile(pattern)
        found = tuple(
            Face(str(known[stem]), group)
            for stem in sorted(known)
            if fits.fullmatch(stem) and bool(HELD_OUT.fullmatch(stem)) is held_out
        )
        if found:
            out[group] = found
    return out


def _opens(path: Path) -> bool:
    try:
        ImageFont.truetype(str(path), 200)
    except OSError:
        return False
    return True


def shares(faces: Iterable[str]) -> list[float]:
    """How often each group is drawn, for `random.choices`."""
    return [_GROUPS[group][0] for group in faces]


@lru_cache(maxsize=4096)
def opened(path: str, size: int) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels."""
    return ImageFont.truetype(path, size)


@lru_cache(maxsize=200_000)
def has(path: str, char: str) -> bool:
    """Whether a face has a drawing of its own for a character."""
    if char == " ":
        return True
    font = opened(path, 24)
    mask, missing = font.getmask(char), font.getmask("\U0010fffd")
    return mask.size != (0, 0) and not (mask.size == missing.size and bytes(mask) == bytes(missing))
