"""What a paper is that holds no form of Teil I: told by words that were read on it. Pure.

The words are from general knowledge of what such papers print. Teil I prints its own title in a dozen languages, so a foreign
title says nothing; words for the fields do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_GERMAN: Final = re.compile(r"bundesrepublik deutschland|fahrzeugschein|amtliches kennzeichen")
_PART_TWO: Final = re.compile(r"fahrzeugbrief|teil ?(?:ii|ll|11|2)\b|anzahl der vorhalter")
# The front of Teil I prints codes alone; their meanings stand on its back.
_BACK: Final = (
    "erlauterung",
    "stutzlast",
    "standgerausch",
    "fahrgerausch",
    "anhangelast",
    "nenndrehzahl",
    "leistungsgewicht",
    "achslast",
    "antriebsachsen",
    "stehplatze",
    "rauminhalt des tanks",
    "ausserbetriebsetzung",
)
_FOREIGN: Final = (
    r"republique|titulaire|numero d.immatriculation|premiere immatriculation|carrosserie|puissance|cylindree",
    r"rzeczpospolita|numer rejestracyjny|wlasciciel|posiadacz|pierwszej rejestracji|pojemnosc",
    r"koninkrijk|nederland|handelsbenaming|eerste toelating|tenaamstelling|typegoedkeuring|brandstof",
    r"zulassungsschein\b|zulassungsbesitzer|republik osterreich",
    r"fahrzeugausweis|stammnummer|schweiz|permis de circulation|licenza di circolazione",
    r"repubblica italiana|intestatario|prima immatricolazione|cilindrata|carta di circolazione",
    r"reino de espana|bastidor|fecha de|cilindrada|titular\b",
    r"ceska republika|provozovatel|registracni znacka|osvedceni",
    r"registreringsnummer|registreringsbevis|agare\b|ejer\b|stelnummer",
    r"rendszam|tulajdonos|forgalmi engedely",
    r"registered keeper|registration certificate|dvla|vehicle category",
    r"romania|proprietar|numar de inmatriculare|certificat de inmatriculare",
)
_SEARCHES: Final = tuple(re.compile(pattern) for pattern in _FOREIGN)


def plain(text: str) -> str:
    """Lower case without accents, ß as ss; what a recogniser drops does not count."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(char for char in bare if not unicodedata.combining(char))


def reason_of(texts: Iterable[str]) -> str:
    """Why there is no form to read: `part_two`, `other_side`, `foreign`, or `no_document` when the words do not say.

    Args:
        texts: lines that were read in the photo, in any order.
    """
    lines = [plain(text) for text in texts]
    page = "\n".join(lines)
    if _PART_TWO.search(page) and "fahrzeugschein" not in page:
        return "part_two"
    if sum(word in page for word in _BACK) >= 3:
        return "other_side"
    if not _GERMAN.search(page) and any(len(set(search.findall(page))) >= 2 for search in _SEARCHES):
        return "foreign"
    return "no_document"
