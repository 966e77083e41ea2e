"""Dated, sourced tables: data, shape, selection by date, versions of an installation's own, importers, comparison.

>>> from datetime import date
>>> from pricing_tables import tables_on
>>> tables_on(date(2026, 11, 23)).part_price("bonnet", None, "compact").unit
'EUR'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pricing_tables.errors import TableError

if TYPE_CHECKING:
    from pricing_tables.store import Table, all_tables
    from pricing_tables.tables import Found, Linked, Tables, tables_on

__all__ = ["Found", "Linked", "Table", "TableError", "Tables", "all_tables", "tables_on"]
_HOMES = {
    "Table": "store",
    "all_tables": "store",
    "Found": "tables",
    "Linked": "tables",
    "Tables": "tables",
    "tables_on": "tables",
}


def __getattr__(name: str) -> Any:
    """Import the readers, and pandas with them, when they are first asked for: settings need only the places."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"pricing_tables.{_HOMES[name]}"), name)
