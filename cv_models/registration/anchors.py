"""Text lines that can only stand in one cell: what such a line looks like, and the wording of the form itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cv_models.registration.ocr import Points
from cv_models.registration.text_lines import Line

_D: Final = r"[0-9OIl]"
# What a whole line must look like to be taken for the value of a cell; weight says how sure that is.
_ANCHORS: Final[tuple[tuple[re.Pattern[str], tuple[str, ...], float], ...]] = (
    (re.compile(r"(?=(?:\D*\d){5})[A-Z0-9]{16,18}"), ("E",), 3.0),
    (re.compile(r"\d{2}[.,]\d{2}[.,](?:19|20)\d{2}"), ("B", "I", "6"), 1.0),
    (re.compile(r"(?:0?[1-9]|1[0-2])/20[23]\d"), ("HU",), 1.0),
    (re.compile(r"\d{3}/\d{2} ?Z?R ?\d{2}.*"), ("15.1", "15.2"), 2.0),
    (re.compile(r"[eE][0-9Il]{1,2}[*x].{8,}"), ("K",), 2.0),
    (re.compile(r"0?\d{2,3}/0?\d{4}"), ("P.2/P.4",), 2.0),
    (re.compile(r"\d{2,3}/(?:19|20)\d{2}[*x].+"), ("V.9",), 2.0),
    (re.compile(r"EURO ?[1-7].*"), ("14", "V.9"), 1.0),
    (re.compile(r"DIESEL|BENZIN.*|SUPER.*|ELEKTRO.*|HYBR.*|.*ELEKTRO"), ("P.3",), 2.0),
    (re.compile(r"[A-Z]{2}\d{6}"), ("16",), 1.5),
    (re.compile(r"[A-Z]{3}\d{6}|[A-Z0-9]{3}0\d{5}"), ("2.2",), 1.5),
    (re.compile(r"3[56][A-Z0-9]{2}|04\d{2}"), ("14.1",), 0.6),
    (re.compile(r"F[ZA2]\.?Z\.?PERS.*|PKW"), ("5",), 2.0),
    (re.compile(r"WEI(?:SS|ß)|GELB|ORANGE|ROT|VIOLETT|BLAU|GR[ÜU]N|GRAU|BRAUN|SCHWARZ|SILBER"), ("R",), 1.5),
    (re.compile(r"[A-ZÄÖÜ]{1,3}[ \-.:]{1,3}[A-Z]{1,2} ?[1-9]\d{0,3}[EH]?"), ("A",), 1.0),
    (re.compile(r"VOLKSWAGEN|AUDI|BMW|MERCEDES.*|OPEL|FORD|SKODA|SEAT|RENAULT|FIAT|TOYOTA|HYUNDAI|KIA|PEUGEOT|CITRO[EË]N|MAZDA|NISSAN|VOLVO|DACIA|PORSCHE|MINI|SMART|SUZUKI|HONDA|MITSUBISHI|TESLA|CUPRA"), ("D.1", "2", "D.3"), 0.7),
    (re.compile(r"\d{5} [A-ZÄÖÜ][\wäöüßÄÖÜ .\-]{2,}"), ("C.1.3",), 0.7),
    (re.compile(r"01|M1|M1G"), ("J",), 0.4),
)  # fmt: skip


_PRINTED = re.compile(
    r"(?i)name oder firm|^vorname|vorname\(n|^C[.,]?1[.,]?\d?[ .,:]*(name|vor|ansch)|c\.?4\s?c|anschrift|amtliches|kennzeichen"
    r"|n.chste hu|monat und jahr|inhaber der|eigent.mer|ausgewiesen|datum dieser|zeitpunkt|ausstellung|zulassungsbesch"
    r"|fahrzeugschein|bundesrepublik|europ.ische gem|unterschrift|stempel"
)


def is_printed(text: str) -> bool:
    """Whether a line is wording of the form itself."""
    return bool(_PRINTED.search(text))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line that was understood: the cells it may stand in, what that is worth, and where its value begins (pixels)."""

    line: Line
    codes: tuple[str, ...]
    weight: float
    point: Points


def anchor_codes(text: str) -> tuple[tuple[str, ...], float, int]:
    """Cells whose value a line of this text may be, how much that is worth, and how many characters of code precede it."""
    for pattern, codes, weight in _ANCHORS:
        for code in codes:
            skip = code_length(text, code)
            if skip and pattern.fullmatch(text[skip:]) and (code != "E" or len(text) - skip >= 16):
                return (code,), weight, skip
        if pattern.fullmatch(text):
            return codes, weight, 0
    return (), 0.0, 0


def anchors_of(lines: list[Line]) -> list[Anchor]:
    """Anchors among lines that were read with some confidence."""
    out = []
    for line in lines:
        if line.scores is None or line.confidence <= 0.55:
            continue
        codes, weight, skip = anchor_codes(line.text)
        if codes:
            out.append(Anchor(line, codes, weight, line.begin(skip)))
    return out


def code_length(text: str, code: str) -> int:
    """Number of characters at the start of a line's text that are the printed code of a cell, 0 when there is none."""
    printed = re.sub(r"[ .,]", "", code.split("/", maxsplit=1)[0].upper())
    seen = ""
    for index, char in enumerate(text):
        if char in " .,":
            continue
        seen += char.upper().replace("O", "0") if printed[:1].isdigit() else char.upper()
        if not printed.replace("O", "0" if printed[:1].isdigit() else "O").startswith(seen):
            return 0
        if len(seen) == len(printed):
            rest = index + 1
            while rest < len(text) and text[rest] in " .,":
                rest += 1
            return rest if rest < len(text) else 0
    return 0
