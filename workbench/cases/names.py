"""Whether two names mean the same holder: order, umlauts, upper case, initials, titles, companies, typing errors. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Verdict = Literal["same", "family", "different", "unknown"]

#: Parts of a name that say nothing about who it is.
_TITLES = frozenset(
    {
        "dr", "prof", "professor", "doktor", "med", "dent", "vet", "jur", "phil", "rer", "nat", "pol", "ing", "dipl", "mag", "msc", "bsc",
        "ma", "ba", "habil", "hc", "herr", "frau", "hr", "fr", "familie", "fam", "eheleute", "firma", "fa", "geb", "sen", "jun",
    }
)  # fmt: skip
_PARTICLES = frozenset(
    {"von", "vom", "zu", "zum", "zur", "van", "de", "der", "den", "da", "di", "del", "la", "le", "und", "u", "al", "el"}
)
_LEGAL = frozenset(
    {
        "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "ek", "ev", "eg", "se", "co", "cie", "ltd", "inc", "sa", "bv", "haftungsbeschraenkt",
        "gesellschaft", "partg", "partgmbb", "gemeinde", "stadt", "landkreis",
    }
)  # fmt: skip
_COMPANY = re.compile(
    r"\b(gmbh|mbh|ag|kg|kgaa|ohg|gbr|ug|e\s?\.?\s?k|e\s?\.?\s?v|e\s?\.?\s?g|se|ltd|inc|partg(mbb)?|leasing|bank|sparkasse|autohaus|vermietung|"
    r"stadt|gemeinde|landkreis|handwerk\w*|bau|service|logistik|transporte?|verein|stiftung)\b"
)
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "ł": "l", "đ": "d", "ı": "i"}
)


def folded(name: str) -> str:
    """Lower case, umlauts written out, accents and punctuation gone, words single-spaced."""
    plain = unicodedata.normalize("NFC", name).casefold().replace("ß", "ss").translate(_GERMAN)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", bare)).split())


def is_company(name: str) -> bool:
    """Whether the name is that of a firm or an office rather than of a person."""
    return bool(_COMPANY.search(folded(name)))


def _words(name: str) -> list[str]:
    # A lost umlaut dot and a written-out umlaut must come out alike: "Müller", "Mueller" and a misread "Muller".
    return [
        re.sub(r"(?<=[aou])e", "", word) for word in folded(name).split() if word not in _TITLES | _PARTICLES | _LEGAL
    ]


def _distance(left: str, right: str, most: int) -> int:
    """Edits (insert, delete, exchange, swap of neighbours) from one word to the other; ``most + 1`` when there are more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i] + [0] * len(right)
        for j, b in enumerate(right, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]


def _alike(left: str, right: str) -> bool:
    """Two words that may be the same one with a slip; an initial stands for its word."""
    if left == right:
        return True
    shorter = min(len(left), len(right))
    if shorter == 1:
        return left[0] == right[0]
    if shorter < 4:
        return False
    allowed = 1 if shorter < 8 else 2
    return _distance(left, right, allowed) <= allowed


def _found(word: str, among: list[str]) -> bool:
    return any(_alike(word, other) for other in among)


def compare(family: str | None, first: str | None, customer: str | None) -> Verdict:
    """Whether the holder on the document is the customer of the claim.

    Args:
        family: surname or company (C.1.1).
        first: first names (C.1.2); None for companies.
        customer: the name of the claim, in any order.

    Returns:
        ``same``; ``family``: the surname agrees and the first name does not, or one is a firm of that name; ``different``;
        ``unknown`` without a name on one side.
    """
    theirs = _words(customer or "")
    surname, given = _words(family or ""), _words(first or "")
    if not theirs or not surname:
        return "unknown"
    if (is_company(family or "") and not given) or is_company(customer or ""):
        mine = surname + given
        # A firm's words come shortened: the fewer words must all be among the others.
        fewer, more = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
        whole = "".join(mine), "".join(theirs)
        if not (all(_found(word, more) for word in fewer) or _alike(*whole)):
            return "different"
        # "Müller GmbH" and Hans Müller are not the same owner, though they know each other.
        return "same" if is_company(family or "") == is_company(customer or "") else "family"
    # A double name is the same as one of its halves: "Muster-Beispiel" and "Muster".
    long_words = [word for word in surname if len(word) > 1]
    if not any(_found(word, [other for other in theirs if len(other) > 1]) for word in long_words):
        return "different"
    rest = [other for other in theirs if not any(_alike(word, other) for word in long_words)]
    if not given or not rest or any(_found(word, rest) for word in given):
        return "same"
    return "family"
