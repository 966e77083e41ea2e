"""Which column is which: headings by their synonyms, wherever the heading row stands and however many rows it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pricing_tables.importers.names import word_of
from pricing_tables.importers.sheets import Cell, Sheet
from pricing_tables.search import words_of
from pricing_tables.vocabulary import SEGMENTS

#: Words of a heading that say nothing about which column it is.
_NOISE: Final = frozenset(
    [
        "eur",
        "euro",
        "in",
        "je",
        "pro",
        "per",
        "netto",
        "net",
        "brutto",
        "gross",
        "satz",
        "stundensatz",
        "stundensaetze",
        "std",
        "stunde",
        "stunden",
        "h",
        "stundenverrechnungssatz",
        "svs",
        "lohn",
        "stundenlohn",
        "rate",
        "rates",
        "hourly",
        "der",
        "die",
        "des",
        "das",
        "fuer",
        "zzgl",
        "inkl",
        "exkl",
        "mwst",
        "ust",
        "ohne",
        "mit",
        "kfz",
        "incl",
        "excl",
        "vat",
        "wage",
        "verrechnungssatz",
        "lohnfaktor",
        "lohnkosten",
        "arbeitslohn",
    ]
)
_RATE: Final[dict[str, tuple[str, ...]]] = {
    "mechanic": ("mechanik", "mechaniker", "mechanic", "mechanics", "mech"),
    "electric": ("elektrik", "elektro", "elektriker", "elektronik", "electric", "electrics", "elek"),
    "body": ("karosserie", "karosseriebau", "karosseriearbeiten", "body", "bodywork", "car body", "spengler", "blech", "kar"),
    "dents": ("dellen", "delle", "dellendruecken", "dellen druecken", "dellentechnik", "druecktechnik", "dent", "dents", "pdr"),
    "paint_wage": ("lack", "lackierung", "lackierer", "lacklohn", "lackierlohn", "lackierarbeiten", "paint", "lackstundensatz"),
}  # fmt: skip
#: Kind of file: field: headings.
FIELDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "workshop_rates": {
        "workshop": ("werkstatt", "betrieb", "name", "firma", "workshop", "autohaus", "filiale", "standort", "werkstattname", "bezeichnung"),
        "region": ("plz", "postleitzahl", "region", "plz region", "postcode", "zip", "gebiet", "plz gebiet"),
        **_RATE,
        "upe_percent": ("upe", "upe*", "upe aufschlag", "upe %", "upe aufschlag %", "upe prozent", "ersatzteilaufschlag", "ersatzteilaufschlag %",
                        "ersatzteilaufschlaege upe", "teileaufschlag", "aufschlag ersatzteile", "aufschlag ersatzteile %", "upe markup", "upe percent"),
        "small_parts_percent": ("kleinteile", "kleinteile %", "kleinersatzteile", "kleinersatzteile %", "kleinersatzteilaufschlag",
                                "kleinersatzteilaufschlag %", "kleinteilepauschale", "kleinteilepauschale %", "small parts", "small parts %",
                                "small parts percent", "kleinersatzteil*", "kleinteil*", "kleinmaterial*"),
        "transfer_kind": ("verbringung art", "verbringungsart", "verbringung nach", "transfer kind", "art der verbringung"),
        "transfer_value": ("verbringung", "verbringungskosten", "verbringung pauschal", "verbringungspauschale", "transfer", "transfer value",
                           "verbringung eur", "transfer flat"),
        "paint_system": ("lacksystem", "lackart", "lackierart", "lackiersystem", "paint system", "paintsystem"),
        "material_kind": ("material kind", "lackmaterial art", "lackmaterialart", "art lackmaterial"),
        "material_value": ("material value", "lackmaterial wert", "lackmaterialwert"),
        "material_percent": ("lackmaterial", "lackmaterial %", "lackmaterial prozent", "material %", "materialaufschlag %", "lackmaterialaufschlag %",
                             "paint material %", "paint material"),
        "material_index": ("lackindex", "lack index", "materialindex", "lackmaterial index", "lackmaterialindex", "azt index", "material index", "lackindex %"),
        "material_flat": ("lackmaterial pauschal", "lackmaterialpauschale", "lackmaterial pauschale", "material flat", "paint material flat"),
    },
    "part_prices": {
        "part": ("bauteil", "teil", "ersatzteil", "teilebezeichnung", "bezeichnung", "benennung", "artikel", "artikelbezeichnung", "part", "description",
                 "beschreibung", "part name", "teilename"),
        "segment": ("segment", "fahrzeugklasse", "klasse", "fahrzeugsegment", "vehicle class"),
        "price": ("preis", "einzelpreis", "listenpreis", "upe", "vk", "verkaufspreis", "price", "unit price", "preis neu", "nettopreis", "teilepreis",
                  "list price", "betrag", "bruttopreis", "ep"),
        "low": ("preis von", "von", "low", "minimum", "min", "unterer rand"),
        "high": ("preis bis", "bis", "high", "maximum", "max", "oberer rand"),
        "number": ("teilenummer", "ersatzteilnummer", "artikelnummer", "nummer", "teile nr", "art nr", "et nummer", "et nr", "part number", "teilenr", "oe nummer", "oe nr", "sachnummer", "bestellnummer"),
    },
    "job_times": {
        "part": ("bauteil", "teil", "ersatzteil", "bezeichnung", "part", "description", "beschreibung"),
        "operation": ("arbeit", "arbeitsart", "taetigkeit", "vorgang", "code", "operation", "reparaturart", "repaircode", "work"),
        "segment": ("segment", "fahrzeugklasse", "klasse", "fahrzeugsegment"),
        "severity": ("schwere", "schadenschwere", "severity", "schweregrad"),
        "hours": ("zeit", "arbeitszeit", "dauer", "hours", "time", "stunden", "std", "h", "zeit h", "zeit std"),
        "units": ("aw", "arbeitswerte", "ze", "zeiteinheiten", "zeit aw", "zeit ze"),
        "rate": ("lohngruppe", "gewerk", "lohnart", "rate", "trade", "lohnstufe", "satz"),
    },
    "paint_times": {
        "part": ("bauteil", "teil", "bezeichnung", "part", "description", "beschreibung"),
        "level": ("lackstufe", "stufe", "lackierstufe", "level", "lackierung", "paint level"),
        "segment": ("segment", "fahrzeugklasse", "klasse"),
        "size_class": ("groesse", "groessenklasse", "size", "size class"),
        "hours": ("zeit", "lackierzeit", "dauer", "hours", "time", "stunden", "std", "h", "zeit h"),
        "points": ("materialpunkte", "punkte", "points", "material points"),
        "value": ("materialwert", "systemwert", "azt wert", "material value", "value"),
    },
}  # fmt: skip
#: Fields without which a heading row is none of the kind; of a tuple one is enough.
REQUIRED: Final[dict[str, tuple[str | tuple[str, ...], ...]]] = {
    "workshop_rates": ("mechanic", "body", "paint_wage"),
    "part_prices": ("part", ("price", *(f"price:{segment}" for segment in SEGMENTS))),
    "job_times": ("part", "operation", ("hours", "units")),
    "paint_times": ("part", "level", ("hours", "points", "value")),
}
_SEARCHED_ROWS: Final = 40
_GROSS: Final = re.compile(
    r"brutto|\bgross\b|\b(?:inkl|incl|inklusive|including|mit)\b\W*(?:\d+(?:[.,]\d+)?\s*%?\s*)?(?:mwst|ust|vat|mehrwertsteuer|umsatzsteuer)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a sheet.

    Attributes:
        kind: of the file.
        row: index of the first data row in the sheet's rows.
        columns: field: index of its column.
        names: heading text by column index.
        ignored: headings that mean nothing here.
        twice: fields that more than one heading names equally well.
        gross: a heading or title says that amounts are gross.
    """

    kind: str
    row: int
    columns: dict[str, int]
    names: dict[int, str]
    ignored: tuple[str, ...]
    twice: tuple[tuple[str, tuple[str, ...]], ...]
    gross: bool


def _tokens(text: str) -> frozenset[str]:
    words = frozenset(w for w in words_of(text.replace("%", " % ").replace("€", " eur ")) if w)
    return words - _NOISE or words


def _fit(tokens: frozenset[str], synonyms: tuple[str, ...]) -> int:
    """3 the heading is a synonym, 2 it contains one of several words, 1 one of one word, 0 none."""
    best = 0
    for synonym in synonyms:
        if synonym.endswith("*"):
            # A German compound: Kleinersatzteil*pauschale.
            if len(tokens) <= 4 and any(token.startswith(synonym[:-1]) for token in tokens):
                best = max(best, 2)
            continue
        wanted = _tokens(synonym)
        if wanted == tokens:
            return 3
        if wanted <= tokens and len(tokens) - len(wanted) <= 2:
            best = max(best, 2 if len(wanted) > 1 else 1)
    return best


def match(
    kind: str, headings: dict[int, str]
) -> tuple[dict[str, int], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Columns of the fields of a kind, headings without a meaning, and fields named twice."""
    offers: dict[str, list[tuple[int, int]]] = {}
    for index, text in headings.items():
        tokens = _tokens(text)
        if kind == "part_prices" and (segment := word_of("segment", " ".join(tokens - {"preis"}))) is not None:
            offers.setdefault(f"price:{segment}", []).append((3, index))
            continue
        for field, synonyms in FIELDS[kind].items():
            fit = _fit(tokens, synonyms)
            if fit:
                offers.setdefault(field, []).append((fit, index))
    columns: dict[str, int] = {}
    twice: list[tuple[str, tuple[str, ...]]] = []
    taken: set[int] = set()
    # Of two columns that are as good as each other, the one that does not say gross is meant.
    ranked = sorted(
        (
            (fit, not says_gross([headings[index]]), field, index)
            for field, found in offers.items()
            for fit, index in found
        ),
        key=lambda offer: (-offer[0], not offer[1], offer[2], offer[3]),
    )
    for fit, net, field, index in ranked:
        if index in taken:
            continue
        if field in columns:
            rival = next(f for f, i in offers[field] if i == columns[field])
            if rival == fit and net == (not says_gross([headings[columns[field]]])):
                twice.append((field, (headings[columns[field]], headings[index])))
            continue
        columns[field] = index
        taken.add(index)
    ignored = tuple(text for index, text in headings.items() if index not in taken)
    return columns, ignored, tuple(twice)


def fields_of(fields: Mapping[str, tuple[str, ...]], headings: Mapping[int, str]) -> dict[str, int]:
    """Columns of fields by exact headings alone, the first of two."""
    made: dict[str, int] = {}
    for index, text in headings.items():
        tokens = _tokens(text)
        field = next((name for name, words in fields.items() if any(_tokens(w) == tokens for w in words)), None)
        if field is not None:
            made.setdefault(field, index)
    return made


def complete(kind: str, columns: dict[str, int]) -> bool:
    """Whether every field is there without which the kind cannot be read."""
    return all(
        (need in columns) if isinstance(need, str) else any(one in columns for one in need) for need in REQUIRED[kind]
    )


def missing(kind: str, columns: dict[str, int]) -> tuple[str, ...]:
    """Fields that are needed and not there."""
    return tuple(
        need if isinstance(need, str) else "/".join(one for one in need if ":" not in one)
        for need in REQUIRED[kind]
        if not ((need in columns) if isinstance(need, str) else any(one in columns for one in need))
    )


def _texts(cells: tuple[Cell, ...]) -> dict[int, str]:
    return {index: cell.text for index, cell in enumerate(cells) if isinstance(cell.value, str) and cell.text}


def find_heading(sheet: Sheet, kinds: tuple[str, ...]) -> Heading | None:
    """The heading row of a sheet: the one that names most fields of one of the kinds; two rows are tried as one.

    Args:
        sheet: with its title rows, blank rows left out.
        kinds: that are possible.
    """
    best: tuple[int, int, Heading] | None = None
    rows = sheet.rows[:_SEARCHED_ROWS]
    title = " ".join(text for _, cells in rows[:_SEARCHED_ROWS] for text in _texts(cells).values() if len(text) < 200)
    for start in range(len(rows)):
        for height in (1, 2):
            if start + height > len(rows):
                continue
            headings = dict(_texts(rows[start][1]))
            if height == 2:
                below = _texts(rows[start + 1][1])
                if not below or len(below) < len(rows[start + 1][1]) // 2:
                    continue
                headings = {i: f"{headings.get(i, '')} {below.get(i, '')}".strip() for i in {*headings, *below}}
            for kind in kinds:
                columns, ignored, twice = match(kind, headings)
                if not complete(kind, columns):
                    continue
                rank = (len(columns), -height)
                if best is None or rank > best[:2]:
                    used = [headings[i] for i in columns.values()]
                    named = " ".join([title, *used]).casefold()
                    gross = says_gross(used) or ("netto" not in named and says_gross([title]))
                    best = (*rank, Heading(kind, start + height, columns, headings, ignored, twice, gross))
    return None if best is None else best[2]


def says_gross(texts: Iterable[str]) -> bool:
    """A text says that its amounts hold VAT."""
    return _GROSS.search(" ".join(texts)) is not None
