"""The editor's search: what the tables of the calculation's price date offer for a text.

What is chosen of it is put onto the sheet by :mod:`workbench.cases.choosing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from pricing_tables import TableError, Tables, tables_on
from pricing_tables.catalogue import Hit, entries, search
from pricing_tables.search import words_of
from pricing_tables.vocabulary import substrate
from workbench.access import Actor, require
from workbench.cases.line_links import LINE_BLOCKS
from workbench.cases.transition import as_id
from workbench.errors import TelekalkError, not_found
from workbench.store.database import session_scope
from workbench.store.models import Case

LIMIT: Final = 12
_SIDES: Final[Mapping[str, str]] = {
    "links": "left", "li": "left", "l": "left", "left": "left",
    "rechts": "right", "re": "right", "r": "right", "right": "right",
}  # fmt: skip
#: block of the sheet -> kinds of hits that are written there
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "parts": ("part", "replace"), "labour": ("job",), "paint": ("paint",), "dents": ("dents",), "incidentals": ("side_cost",),
}  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an offer: what it is for, and how much."""

    kind: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that can be chosen.

    Attributes:
        hit: of the tables.
        side: left or right where the search text named it or the part has only to be placed; None while it is open.
        figures: what is written with it: for a replacement part, work and paint; else its own figure.
    """

    hit: Hit
    side: str | None
    figures: tuple[Figure, ...]

    @property
    def side_needed(self) -> bool:
        """Whether a side must still be chosen."""
        return self.hit.side_possible and self.side is None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose, named by the key of its row.

    Attributes:
        kind: part, job, paint, dents or side_cost.
        part, side, operation, level, severity, side_cost: as of the hit; empty where it has none.
        alone: only this line, without what a replacement brings with it.
        count: number of dents.
    """

    kind: str
    part: str = ""
    side: str | None = None
    operation: str = ""
    level: str = ""
    severity: str | None = None
    side_cost: str = ""
    alone: bool = False
    count: int = 1

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Choice:
        """A choice as the browser sent it.

        Raises:
            TelekalkError: TK-CASE-012 when it names nothing that could be in the tables.
        """

        def word(key: str) -> str:
            value = raw.get(key)
            if value in (None, ""):
                return ""
            if not isinstance(value, str) or not _WORD.fullmatch(value):
                raise unknown_choice()
            return value

        count = raw.get("count", 1)
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 500:
            raise unknown_choice()
        return cls(
            kind=word("kind"),
            part=word("part"),
            side=word("side") or None,
            operation=word("operation"),
            level=word("level"),
            severity=word("severity") or None,
            side_cost=word("side_cost"),
            alone=raw.get("alone") is True,
            count=count,
        )


def unknown_choice() -> TelekalkError:
    return TelekalkError(
        "TK-CASE-012",
        "Diese Auswahl gibt es in den Tabellen nicht.",
        "There is no such choice in the tables.",
        status=422,
        remedy_de="Suchen Sie das Teil oder die Arbeit noch einmal.",
        remedy_en="Search for the part or the job again.",
    )


def of_table(problem: TableError) -> TelekalkError:
    return TelekalkError(problem.code, problem.message_de, problem.message_en, status=422)


def split_side(text: str) -> tuple[str, str | None]:
    """The search text without its side, and the side: ``tür vorn l`` is ``("tür vorn", "left")``.

    A single letter is a side only behind another word, so that ``l`` alone still finds paint.
    """
    words = text.split()
    for at, word in enumerate(words):
        side = _SIDES.get(word.casefold())
        if side and (len(word) > 1 or at > 0):
            return " ".join(words[:at] + words[at + 1 :]), side
    return text, None


def tables_of(draft: Mapping[str, Any]) -> Tables:
    """The tables of a draft's price date.

    Raises:
        TelekalkError: the code of the tables when they cannot be read.
    """
    try:
        return tables_on(date.fromisoformat(str((draft.get("parameters") or {}).get("price_date"))))
    except ValueError:
        raise unknown_choice() from None
    except TableError as problem:
        raise of_table(problem) from problem


def segment_of(draft: Mapping[str, Any]) -> str:
    """The vehicle's segment; compact where nobody knows it, as in the suggestions."""
    return str((draft.get("vehicle") or {}).get("segment") or "compact")


def offers(draft: Mapping[str, Any], text: str, *, block: str | None = None, limit: int = LIMIT) -> tuple[Offered, ...]:
    """What can be chosen for a search text, best first. Pure.

    Args:
        draft: calculation input JSON; gives price date and segment.
        text: what was typed; for an empty one the parts that stand on the sheet already are offered.
        block: only what is written into this block of the sheet.
        limit: most offers.
    """
    tables, segment = tables_of(draft), segment_of(draft)
    plain, side = split_side(text)
    wanted = _KINDS.get(block or "")
    if block and wanted is None:
        return ()

    def fits(hit: Hit) -> bool:
        return wanted is None or hit.kind in wanted or (hit.operation or "") in wanted

    try:
        if words_of(plain):
            found = [hit for hit in search(tables, plain, segment, limit=10_000) if fits(hit)]
            hits = [(hit, side) for hit in _replacement_first(found)]
        else:
            near = entries(tables, segment)
            hits = _near(draft, tuple(hit for hit in near if fits(hit)), everything=wanted is not None)
    except TableError as problem:
        raise of_table(problem) from problem
    return tuple(
        Offered(hit, at if hit.side_possible else None, _figures(tables, segment, hit)) for hit, at in hits[:limit]
    )


def _replacement_first(hits: list[Hit]) -> list[Hit]:
    """The same hits; replacing a part, which brings the part with it, stands before the part alone."""
    replacing = {hit.part: hit for hit in hits if hit.operation == "replace"}
    placed: list[Hit] = []
    for hit in hits:
        whole = replacing.pop(hit.part, None) if hit.kind == "part" or hit.operation == "replace" else None
        if whole is not None:
            placed.append(whole)
        if hit.operation != "replace":
            placed.append(hit)
    return placed


def _near(draft: Mapping[str, Any], hits: tuple[Hit, ...], *, everything: bool) -> list[tuple[Hit, str | None]]:
    """Offers before anything is typed: further work on the parts of the sheet first, then what there is at all."""
    places = dict.fromkeys(
        (line.get("part"), line.get("side"))
        for block in LINE_BLOCKS
        for line in draft.get(block) or ()
        if line.get("part")
    )
    near: list[tuple[Hit, str | None]] = [
        (hit, side) for part, side in places for hit in hits if hit.part == part and (everything or hit.kind == "job")
    ]
    return near or [(hit, None) for hit in hits if everything]


def _figures(tables: Tables, segment: str, hit: Hit) -> tuple[Figure, ...]:
    """The figures that choosing a hit writes."""
    own = Figure(hit.kind, hit.value, hit.unit)
    if hit.operation != "replace" or hit.part is None:
        return (own,)
    found: list[Figure] = []
    if tables.has_price(hit.part, segment):
        found.append(Figure("part", tables.part_price(hit.part, None, segment).value, "EUR"))
    found.append(own)
    if substrate(hit.part) != "none":
        try:
            found.append(Figure("paint", tables.paint_time(hit.part, "new", tables.size_class(segment)).value, "h"))
        except TableError:
            # This part is not painted: then there is no paint to show.
            return tuple(found)
    return tuple(found)


def find(actor: Actor, case_id: str, text: str, *, block: str | None = None, limit: int = LIMIT) -> tuple[Offered, ...]:
    """What the tables offer for a case. See :func:`offers`.

    Raises:
        TelekalkError: TK-ACCESS-… without the permission, TK-ACCESS-404 for a case that is not there.
    """
    require(actor, "case.work", case_id)
    with session_scope() as session:
        row = session.execute(select(Case.draft).where(Case.id == as_id(case_id, "Der Vorgang", "The case"))).first()
    if row is None:
        raise not_found("Der Vorgang", "The case")
    return offers(row[0], text, block=block, limit=limit) if row[0] else ()
