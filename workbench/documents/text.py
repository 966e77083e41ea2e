"""Outside text made printable: what a person, a photo or another system wrote, fit to stand in a document.

The document's typefaces ship with the type-setter, so that the same input gives the same bytes on every machine.
They cover Latin, Greek and Cyrillic; PDF/A refuses any character without a glyph. One odd character in a name must
not stop an offer, so characters outside the covered ranges print as a hollow box, and control or direction-changing
characters (which could make a line read other than it is stored) are dropped.
"""

from __future__ import annotations

import re
import unicodedata

# First and last code point of each range that the embedded faces cover (tried character by character).
_COVERED = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x0370, 0x04FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x2044, 0x205E),
    (0x2070, 0x209C),
    (0x20A0, 0x20BF),
    (0x2190, 0x226F),
    (0x2500, 0x25FF),
)
_MISSING = "\u25a1"
_BREAK = "\u200b"
_LONG_WORD = re.compile(r"[^\s\u200b]{33,}")


def _covered(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _COVERED) and unicodedata.category(character) != "Cn"


def printable(text: object, *, limit: int = 300) -> str:
    """Return ``text`` as one line that the document's faces can print.

    Args:
        text: anything; ``None`` gives an empty string.
        limit: the most characters kept; a longer text is cut and ends in an ellipsis.

    Returns:
        NFC-normalised text without control, format and combining-only characters; white space is one blank;
        words over 32 characters get invisible places to break, so that they stay inside their column.
    """
    if text is None:
        return ""
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", str(text)[: 4 * limit]):
        kind = unicodedata.category(character)
        if kind in {"Cc", "Zs", "Zl", "Zp"}:
            kept.append("\u00a0" if character in {"\u00a0", "\u202f"} else " ")
        elif kind in {"Cf", "Cs", "Mn", "Me"}:
            continue
        else:
            kept.append(character if _covered(character) else _MISSING)
    line = re.sub(r" +", " ", "".join(kept)).strip()
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return _LONG_WORD.sub(lambda match: _BREAK.join(re.findall(".{1,24}", match.group())), line)
