"""What happens to the other lines of a sheet when one of them goes: triggered work goes with it, included work counts again.

Pure functions on the draft's JSON; nothing is asked, everything is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

LINE_BLOCKS = ("parts", "labour", "paint", "dents", "incidentals", "deductions")


@dataclass(frozen=True, slots=True)
class Gone:
    """What followed from taking lines off the sheet.

    Attributes:
        removed: labels of triggered lines that went too, because nothing on the sheet needs them any more.
        orphaned: labels of triggered lines that a person has changed: they stay, and the calculation flags them.
        revived: labels of lines whose time was included in one that went and counts again.
    """

    removed: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()


def untouched(line: Mapping[str, Any]) -> bool:
    """Whether a line stands as the tables or the suggestions gave it."""
    return line.get("origin") in ("suggested", "table") and not line.get("override")


def remove_lines(draft: dict[str, Any], ids: Collection[str]) -> Gone:
    """Take lines off the draft, with what was only there because of them.

    Args:
        draft: the draft; changed in place.
        ids: lines to take off; ids that are not there are no error.
    """
    going = set(ids)
    lines = [line for block in LINE_BLOCKS for line in draft.get(block) or ()]
    removed: list[str] = []
    orphaned: dict[str, str] = {}
    while True:
        more = False
        for line in lines:
            if line["id"] in going or line["id"] in orphaned or not line.get("added_by"):
                continue
            # A line whose reasons were gone before is none of this act's business.
            if going.isdisjoint(line["added_by"]) or set(line["added_by"]) - going:
                continue
            if untouched(line):
                going.add(line["id"])
                removed.append(str(line.get("label") or line["id"]))
                more = True
            else:
                orphaned[line["id"]] = str(line.get("label") or line["id"])
        if not more:
            break
    revived = []
    for block in LINE_BLOCKS:
        kept = []
        for line in draft.get(block) or ():
            if line["id"] in going:
                continue
            kept.append(line)
            included = [other for other in line.get("included_in") or () if other not in going]
            if len(included) != len(line.get("included_in") or ()):
                line["included_in"] = included
                if not included:
                    revived.append(str(line.get("label") or line["id"]))
            # An orphan keeps the name of what it was added for: that is what the calculation flags it by.
            if line["id"] not in orphaned and not going.isdisjoint(line.get("added_by") or ()):
                line["added_by"] = [other for other in line["added_by"] if other not in going]
            if line.get("line_id") in going:
                line["line_id"] = None
        if block in draft:
            draft[block] = kept
    return Gone(tuple(removed), tuple(orphaned.values()), tuple(revived))
