"""What part of the experts' work a figure of the data page is about, filtered by period and class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cv_models.findings import CATEGORIES
from workbench.errors import TelekalkError
from workbench.settings import get_settings

#: Photos that the data team works with. Documents hold personal data and are no training data for damage.
SHOWN_ROLES = ("vehicle", "damage")
#: A case in one of these states was looked at by an expert to its end.
JUDGED_STATES = ("offered", "accepted", "payment_approved", "paid", "closed", "declined", "expired")
#: Class of a region that somebody says is none.
NOTHING = "none"
_LONGEST = 3660


@dataclass(frozen=True, slots=True)
class Scope:
    """Period and class that a person filters by.

    Attributes:
        days: Only the last so many days; None for all time.
        category: Only regions of this class; None for all.
    """

    days: int | None = None
    category: str | None = None

    def bounds(self) -> dict[str, Any]:
        """Parameters of the shared SQL."""
        since = None if self.days is None else datetime.now(UTC) - timedelta(days=self.days)
        return {
            "since": since,
            "category": self.category,
            "zone": get_settings().time_zone,
            "roles": list(SHOWN_ROLES),
            "judged": list(JUDGED_STATES),
        }


def scope_of(values: Mapping[str, Any] | None) -> Scope:
    """A scope from what a page or an address carries.

    Raises:
        TelekalkError: TK-DATA-001 for a period or a class that there is not.
    """
    values = values or {}
    days, category = values.get("days"), values.get("category")
    try:
        span = None if days in (None, "", "all") else int(str(days))
    except ValueError:
        raise bad_choice("days", days) from None
    if span is not None and not 1 <= span <= _LONGEST:
        raise bad_choice("days", days)
    if category in (None, "", "all"):
        return Scope(span)
    if category not in CATEGORIES:
        raise bad_choice("category", category)
    return Scope(span, str(category))


def bad_choice(name: str, value: object) -> TelekalkError:
    """TK-DATA-001: the data page was asked for something that it does not know."""
    return TelekalkError(
        "TK-DATA-001",
        f"„{str(value)[:60]}“ ist hier keine Auswahl.",
        f"{str(value)[:60]!r} is no choice here.",
        remedy_de="Laden Sie die Seite neu und wählen Sie noch einmal.",
        remedy_en="Reload the page and choose again.",
        data={"field": name},
    )


def page_bounds(start: int, end: int, *, most: int = 200) -> tuple[int, int]:
    """Offset and length of a page; whatever is asked for, no more than ``most`` rows."""
    offset = max(0, int(start))
    return offset, max(1, min(int(end) - offset, most))
