"""Words on the registration document that hint at a vehicle that is leased, financed or rented. Pure.

The list is our own, from general knowledge of who lends vehicles in Germany; it is a hint for a person and decides nothing.
The printed sentence C.4c ("is not shown to be the owner") stands on every document and says nothing about this one.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from workbench.cases.names import folded

Kind = Literal["leasing", "bank", "rental"]


class Hint(NamedTuple):
    """What kind of owner it hints at, the word as it was found, and the field it stands in."""

    kind: Kind
    word: str
    code: str


#: Words in the name of a holder without a first name. Compared with names in lower case and umlauts written out.
_HOLDER: tuple[tuple[Kind, str], ...] = (
    ("leasing", r"\w*leas(e|ing|eplan)\w*"),
    ("leasing", r"ald automotive|ayvens|arval|athlon|alphabet|mobility concept|fuhrpark\w*|fleet\w*|flotten\w*"),
    ("leasing", r"lease ?plan|auto ?abo|carabo|finn|vive la car|like2drive"),
    ("rental", r"\w*vermiet\w*|miet(wagen|auto|fahrzeuge?)|autoverleih|rent ?a ?car|rental\w*|carsharing|car sharing"),
    ("rental", r"sixt|europcar|hertz|avis|buchbinder|starcar|enterprise|share now|miles mobility|stadtmobil|cambio"),
    (
        "bank",
        r"\w*bank|\w*sparkasse\w*|\w*kredit\w*|\w*finanz\w*|financial services|finance|credit\w*|absatzfinanzierung\w*",
    ),
)
#: Words that are enough even where a first name stands beside them: nobody is called so.
_ALWAYS = re.compile(r"\b\w*leasing\b|\bautovermietung\b|\bmietwagen\b")
#: Words in the remarks (22) and notes (21).
_REMARKS: tuple[tuple[Kind, str], ...] = (
    ("leasing", r"\w*leasing\w*"),
    ("rental", r"selbstfahrervermiet\w*|\w*vermietfahrzeug\w*|mietfahrzeug\w*|mietwagen\w*"),
    ("bank", r"sicherungsuebereign\w*|finanzier\w*|eigentumsvorbehalt\w*"),
)


def _first(rules: tuple[tuple[Kind, str], ...], text: str, code: str) -> Hint | None:
    for kind, pattern in rules:
        found = re.search(rf"\b(?:{pattern})\b", text)
        if found:
            return Hint(kind, found[0].upper(), code)
    return None


def find(family: str | None, first: str | None, remarks: str | None, notes: str | None = None) -> Hint | None:
    """The first hint on the document, or None.

    Args:
        family: surname or company (C.1.1).
        first: first name (C.1.2): where there is one, the holder is a person.
        remarks: field 22.
        notes: field 21.
    """
    name = folded(family or "")
    if name and not (first or "").strip():
        hint = _first(_HOLDER, name, "C.1.1")
        if hint:
            return hint
    elif found := _ALWAYS.search(name):
        return Hint("rental" if "miet" in found[0] else "leasing", found[0].upper(), "C.1.1")
    for code, text in (("22", remarks), ("21", notes)):
        hint = _first(_REMARKS, folded(text or ""), code)
        if hint:
            return hint
    return None
