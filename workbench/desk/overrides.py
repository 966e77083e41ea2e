"""Values that a person put in place of a table's or a suggestion's: what stood there before, and going back to it.

What stood before is kept in the override's ``previous`` as ``field: value`` pairs, readable by people and by programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

#: field of a block's lines that a plain ``previous`` means
MAIN_FIELD: Mapping[str, str] = MappingProxyType(
    {"parts": "unit_price", "labour": "units", "paint": "hours", "dents": "press_hours", "incidentals": "amount",
     "deductions": "amount"}
)  # fmt: skip
_PAIR = re.compile(r"([a-z_]{1,40}): (.*)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def same_value(first: Any, second: Any) -> bool:
    """Whether two values are the same number or word; ``1`` and ``1.00`` are."""
    one, two = str(first if first is not None else ""), str(second if second is not None else "")
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(two):
        return Decimal(one) == Decimal(two)
    return bool(one == two)


def previous_values(block: str, line: Mapping[str, Any]) -> dict[str, str]:
    """Field -> value as it stood before a person changed it; empty for a line that nobody changed."""
    text = str((line.get("override") or {}).get("previous") or "")
    if not text:
        return {}
    found = {match[1]: match[2] for item in text.split("; ") if (match := _PAIR.fullmatch(item))}
    return found or {MAIN_FIELD[block]: text}


def note_change(block: str, line: dict[str, Any], field: str, before: Any, after: Any, by: str) -> None:
    """Note a change of a table or suggested value; typing the old value again takes the mark away.

    Args:
        block: of the line.
        line: of the draft; changed in place.
        field: which value.
        before: as it stood until now.
        after: as it stands from now on.
        by: name of the person.
    """
    if line.get("origin") not in ("suggested", "table"):
        return
    override = line.get("override")
    held = previous_values(block, line)
    held.setdefault(field, "" if before is None else str(before))
    if same_value(held[field], after):
        del held[field]
    if not held:
        line["override"] = None
        return
    line["override"] = {
        "reason": (override or {}).get("reason", ""),
        "by": by,
        "previous": "; ".join(f"{key}: {value}" for key, value in held.items()),
    }


def revert(block: str, line: dict[str, Any]) -> bool:
    """Put back what stood there before; returns whether there was anything."""
    held = previous_values(block, line)
    if not line.get("override"):
        return False
    for field, value in held.items():
        line[field] = value or None
    line["override"] = None
    return True
