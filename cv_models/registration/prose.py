"""Names, addresses, makes, trade names and free text: fields that no grammar proves. Habits of writing take its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cv_models.registration import words
from cv_models.registration.grammar import Grammar

UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER: Final = UPPER.lower()
DIGITS: Final = "0123456789"
NAME_LETTERS: Final = UPPER + LOWER + "ÄÖÜäöüß" + DIGITS + " .,/&'()+éèëáàçšŠłŁñóúíışŞğĞİø-"
_INNER: Final = (
    "GmbH",
    "mbH",
    "KGaA",
    "eG",
    "eK",
    "eV",
    "UG",
    "OHG",
    "gGmbH",
    "GbR",
    "AG",
    "KG",
    "SE",
    "UG",
    "II",
    "III",
)
# Parts of German names and words whose dots are never left out; a reader that saw them bare has lost the dots.
_DOTTED: Final = (
    "MÜLLER MÖLLER SCHÄFER SCHRÖDER KÖHLER KÖNIG KRÜGER KRÖGER KRÄMER JÄGER GÜNTHER GÜNTER JÜRGEN JÖRG SÖREN BJÖRN"
    " RÜDIGER BÄCKER GÄRTNER FÖRSTER SCHÜTZ GRÜN ÜBER MÜNCHEN KÖLN NÜRNBERG DÜSSELDORF LÜBECK MÜNSTER WÜRZBURG TÜBINGEN"
    " GÖTTINGEN OSNABRÜCK SAARBRÜCKEN BRÜCK MÜHL MÖBEL KÜCHEN GEBÄUDE GERÄUSCH GETRÄNKE SCHRÄG ANHÄNGE RÄDER"
    " STÜTZ ZULÄSS FÜR KÄTHE HÄUSER BÄUME SCHÖN BÖHM VÖLKER WÄCHTER SÄNGER DÖRFER HÖFE HÖHE FLÜSSIG KÜHL KÜHN GRÖSS"
    " FÄHR RÖMER MÄRZ GLÜCK STÖCK LÖWE MÖNCH KÄMPF SCHÄD BRÄU ÖSTER ÄRZT WÄSCH"
)
_UNDOTTED_PARTS: Final = tuple(_DOTTED.translate(str.maketrans("ÄÖÜ", "AOU")).split())
_SMALL: Final = (
    "von",
    "van",
    "de",
    "der",
    "den",
    "zu",
    "zur",
    "zum",
    "vom",
    "di",
    "da",
    "el",
    "al",
    "ter",
    "ten",
    "am",
    "an",
    "im",
    "in",
    "auf",
)
_VOWELS: Final = frozenset("AEIOUÄÖÜY")


@dataclass(frozen=True)
class Prose:
    """A field of words.

    Attributes:
        letters: what it is written with.
        habit: how usual (log) a text is.
        known: words that the whole text is likely to be; others are possible.
        unknown: how unusual (log) another text is.
        spaced: whether spaces make another value.
        dashed: how usual (log) a dash is.
        beam: how widely readings are searched; long free text is not worth much.
    """

    letters: str
    habit: Callable[[str], float]
    known: tuple[str, ...] = ()
    unknown: float = 0.0
    spaced: bool = False
    dashed: float = -2.0
    beam: int = 10

    @cached_property
    def rule(self) -> Grammar:
        """Any text of the letters."""
        return Grammar(f"[{self.letters.replace('-', '')}-]+")

    @cached_property
    def words(self) -> frozenset[str]:
        """The known texts."""
        return frozenset(self.known)

    def value(self, text: str) -> tuple[str, float] | None:
        """Value and prior of a text."""
        value = re.sub(r" {2,}", " ", text).strip(" ")
        if not value:
            return None
        if not value.strip("-"):
            return "-", self.dashed
        if not re.search(r"[0-9A-Za-zÄÖÜäöüß]", value):
            return None
        prior = self.habit(value)
        if self.words:
            prior += 0.0 if value in self.words else self.unknown
        return value, prior

    def near(self, seen: Sequence[str]) -> list[str]:
        """Known texts that differ little from what was seen."""
        out: dict[str, None] = {}
        for text in seen:
            upper = text.upper().strip(" .,-")
            if len(upper) < 2:
                continue
            letters = Counter(upper)
            for word in self.known:
                if abs(len(word) - len(upper)) > 2 or word in out:
                    continue
                shared = sum((letters & Counter(word)).values())
                if shared >= 0.55 * max(len(word), len(upper)):
                    out[word] = None
        return list(out)


def name_habit(text: str) -> float:
    """How names are written: all capitals, or a capital and small letters; no digit within a word; no lone strokes."""
    prior = 0.0
    tokens = [t for t in re.split(r"[ \-/&,]+", text) if t]
    if not tokens or not any(len(re.sub(r"[^A-Za-zÄÖÜäöüß]", "", t)) >= 2 for t in tokens):
        return -9.0
    styles = set()
    for index, token in enumerate(tokens):
        bare = token.strip(".()'+")
        if not bare or bare in _INNER:
            continue
        lower = sum(c.islower() for c in bare)
        digits = sum(c.isdecimal() for c in bare)
        if digits and digits < len(bare):
            prior -= 5.0
        elif digits:
            prior -= 3.0
        elif lower and lower < len(bare):
            prior -= 0.0 if re.fullmatch(r"(Mc|Mac|O'|D')?[^\W\d_a-zäöüß][^\W\d_A-ZÄÖÜ]*", bare) else 4.5
            styles.add("title")
        elif lower and len(bare) > 1 and bare not in _SMALL and index == 0:
            prior -= 2.5
        elif not lower and len(bare) > 2:
            styles.add("upper")
            prior -= 3.0 if not set(bare) & _VOWELS and len(bare) > 3 else 0.0
            prior -= 0.7 if "ß" in bare else 0.0
        if len(bare) == 1 and not digits:
            prior -= 2.5 if token in (tokens[0], tokens[-1]) and not token.endswith(".") else 0.5
    prior -= 1.5 if len(styles) > 1 else 0.0
    prior += undotted(text)
    prior -= 3.0 if re.search(r"[a-zäöüß]e\.(?:K|V)\b|[a-zäöüß](?:GmbH|OHG|AG|KG)\b", text) else 0.0  # glued on
    prior -= 1.5 * len(re.findall(r"[.,'/&()+-]{2,}|^[.,'/&)+-]|[,'/&(+-]$| [.,]", text))
    return prior


def undotted(text: str) -> float:
    """How unusual (log) the missing dots of a text are: parts of words that are hardly ever written without."""
    upper = text.upper()
    return -4.5 * sum(part in upper for part in _UNDOTTED_PARTS)


def line_habit(text: str) -> float:
    """An address line: a postal code of five digits and a town, or a street and a number."""
    code = re.match(r"(?:D[- ])?(\d+) ?", text)
    rest = text
    prior = 0.0
    if code is not None:
        if len(code[1]) != 5:
            prior -= 3.0 if len(code[1]) >= 3 else 1.0
        rest = text[code.end() :]
        prior -= 1.0 if not text[code.end() - 1 : code.end()].isspace() else 0.0
    number = re.search(r" ?\d{1,4} ?[a-zA-Z]?(?:[-/+ ]{1,3}\d{1,4} ?[a-zA-Z]?)?$", rest) if code is None else None
    if number is not None:
        rest = rest[: number.start()]
        prior -= 0.7 if not number[0].startswith(" ") else 0.0
    return prior + 0.8 * name_habit(rest) if len(rest.strip()) > 1 else prior - 3.0


def trade_habit(text: str) -> float:
    """A trade name: words, and short mixes of letters and digits such as 118I, X1, I30, C 220 D."""
    prior = 0.0
    for token in re.split(r"[ ,/()&+-]+", text):
        if re.fullmatch(r"[1-8]\d\d1", token):
            prior -= 1.5  # three digits and the letter I are far more usual
        if re.fullmatch(r"[A-ZÄÖÜ]+[01][A-ZÄÖÜ]+", token) or re.fullmatch(r"[A-Z]{3,}[01]", token):
            prior -= 2.5
        if re.fullmatch(r"[OIl]\d+|\d+[O]\d*|\d+l", token) and not re.fullmatch(r"I\d0[A-Z]?", token):
            prior -= 2.5
        if re.search(r"[a-zäöüß][A-ZÄÖÜ]{2,}|[A-Z]{3,}[a-z]", token):
            prior -= 2.5
        if re.fullmatch(r"[A-Z]{4,}\d", token):
            prior -= 1.0  # a number is written apart from a word
        if re.fullmatch(r"[A-Z]{3,}\d{2}1", token):
            prior -= 1.5  # SDRIVE18I
        if re.fullmatch(r"[A-Z\d]*[A-Z\d]l[A-Z\d]*", token):
            prior -= 3.0  # a small letter among capitals
        if re.search(r"[a-z]", token) and len(token) == 1:
            prior -= 1.0
        if re.fullmatch(r"[A-Z]\d{3}", token):
            prior -= 2.0  # a letter and three digits are written apart: A 180
    prior -= 1.5 * len(re.findall(r"[.,'/&()+-]{2,}|^[.,'/&)+-]|[,'/&(+-]$|^[A-Za-z] (?=\S{4})", text))
    return prior


def name_of_model_habit(text: str) -> float:
    """A trade name; dots over its letters are rare."""
    return trade_habit(text) - 2.5 * sum(c in "ÄÖÜäöü" for c in text)


def maker_habit(text: str) -> float:
    """A maker's short name, often with its country in brackets: FORD (D), VOLKSWAGEN,VW."""
    prior = trade_habit(text)
    prior -= 2.0 * len(re.findall(r"[A-Z]{4,}\.(?=[A-Z])", text)) + 3.0 * len(re.findall(r"\([A-Z]*\d[A-Z]*\)", text))
    return prior - 2.0 * (text.count("(") != text.count(")")) - 2.0 * text.count("()")


def code_habit(text: str) -> float:
    """Type, variant and version: capitals and digits; small letters are seldom."""
    return -0.7 * sum(c.islower() for c in text) - 1.0 * len(re.findall(r"[.,'&+]{1,}", text))


def free_habit(text: str) -> float:
    """Free text of the office, mostly capitals."""
    mixed = len(
        re.findall(r"(?<=[A-ZÄÖÜ])[a-zäöü](?=[A-ZÄÖÜ])|(?<=[a-z]{2})[A-Z](?=[a-z])|(?<=[A-Z]{2})[01](?=[A-Z]{2})", text)
    )
    return -1.5 * mixed + undotted(text)


def colour_habit(text: str) -> float:
    """One colour word, or several parted by a stroke, maybe with HELL or DUNKEL before."""
    parts = [p.strip() for p in re.split(r"[/,]", re.sub(r"^(HELL|DUNKEL|MITTEL)[ -]?", "", text)) if p.strip()]
    return -4.0 * sum(p not in words.COLOURS and p not in words.TINTS for p in parts)


def nothing(_: str) -> float:
    """No habit."""
    return 0.0


def certain(value: float) -> float:
    """A probability kept off 0 and 1."""
    return min(1 - 1e-9, max(1e-9, value))


_TRADE: Final = UPPER + LOWER + DIGITS + "ÄÖÜäöüéß .,/+&()!'-"
_FREE: Final = UPPER + LOWER + DIGITS + "ÄÖÜäöüß .,:;/*+()&'=!-"
PROSE: Final[dict[str, Prose]] = {
    "C.1.1": Prose(NAME_LETTERS, name_habit, spaced=True),
    "C.1.2": Prose(NAME_LETTERS, name_habit, spaced=True, dashed=0.0),
    "C.1.3": Prose(NAME_LETTERS, line_habit),
    "D.1": Prose(UPPER + LOWER + DIGITS + "ÄÖÜËß ,.&()/-", trade_habit, tuple(words.MAKES), -6.0, spaced=True),
    "D.2": Prose(UPPER + LOWER + DIGITS + " ./()+*,-", code_habit, dashed=1.0),
    "D.3": Prose(_TRADE, name_of_model_habit, spaced=True),
    "2": Prose(UPPER + LOWER + DIGITS + "ÄÖÜß ,.&()/+-", maker_habit),
    "5": Prose(UPPER + LOWER + DIGITS + "ÄÖÜß ,.:/()*+&-", free_habit),
    "R": Prose(UPPER + "ÄÖÜß /()-", colour_habit, tuple(words.COLOURS) + words.TINTS, 0.0),
    "P.3": Prose(UPPER + "ÄÖÜ .,/()+-", nothing, tuple(words.FUELS), -4.0),
    "21": Prose(_FREE, free_habit, dashed=1.0),
    "22": Prose(_FREE, free_habit, dashed=1.0, beam=3),
    "Nr.": Prose(UPPER + DIGITS + " ./-", nothing),
}
