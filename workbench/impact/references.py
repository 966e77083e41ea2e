"""Table references in stored JSON: an eighth of a calculation's text, and the same in thousands of them.

The text of a list that was met before is cut out before the JSON is parsed, and what it said is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final

from pydantic_core import from_json

from workbench.impact.columns import OddError

#: Name, version and checksum of the tables that a calculation stands on.
Key = tuple[tuple[str, str, str], ...]

_FIELD: Final = b'"table_references"'
_CUT: Final = b'"table_references":0'
#: Lists that are remembered, and how often one is looked for: a hostile portfolio names other tables in each calculation.
_REMEMBERED: Final = 8
_ATTEMPTS: Final = 64
_named = itemgetter("name", "version", "sha256")


def signature(references: Any) -> Key:
    """Name, version and checksum of each table reference of a JSON calculation.

    Raises:
        OddError, KeyError, TypeError: for what is no list of references.
    """
    if type(references) is not list:
        raise OddError("table_references")
    try:
        return tuple(map(_named, references))
    except KeyError:
        return tuple((r["name"], r.get("version", ""), r.get("sha256", "")) for r in references)


class References:
    """Parses calculations, and knows the lists of references that it has met."""

    def __init__(self) -> None:
        self._known: list[tuple[bytes, Key]] = []
        self._attempts = 0

    def parse(self, raw: bytes) -> tuple[Mapping[str, Any], Key]:
        """The calculation, without its references where they are known, and what they name.

        Inside a JSON text every quotation mark has a backslash before it, so the cut text is never part of one; where it is part of
        another object, the calculation keeps its own list, and that is refused here.

        Raises:
            OddError, ValueError, KeyError, TypeError: when it is no calculation.
        """
        for text, key in self._known:
            place = raw.find(text)
            if place >= 0:
                document = from_json(raw[:place] + _CUT + raw[place + len(text) :])
                if type(document) is not dict or type(document.get("table_references")) is not int:
                    raise OddError("table_references")
                return document, key
        document = from_json(raw)
        if type(document) is not dict:
            raise OddError("calculation")
        key = signature(document.get("table_references", []))
        if self._attempts < _ATTEMPTS and len(self._known) < _REMEMBERED:
            self._attempts += 1
            self._learn(raw, document, key)
        return document, key

    def _learn(self, raw: bytes, document: Mapping[str, Any], key: Key) -> None:
        place = raw.find(_FIELD)
        colon = raw.find(b":", place + len(_FIELD))
        start = raw.find(b"[", colon)
        if place < 0 or not 0 <= colon < start or raw[colon + 1 : start].strip() or raw.count(_FIELD) != 1:
            return
        rest = raw[start:].decode()
        found, length = json.JSONDecoder().raw_decode(rest)
        if found and found == document["table_references"]:
            self._known.append((raw[place:start] + rest[:length].encode(), key))
