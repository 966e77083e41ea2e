"""Dated, sourced tables: data, shape, selection by date.

>>> from datetime import date
>>> from pricing_tables import tables_on
>>> tables_on(date(2026, 11, 23)).part_price("bonnet", None, "compact").unit
'EUR'
"""

from __future__ import annotations

from pricing_tables.errors import TableError
from pricing_tables.store import Table, all_tables
from pricing_tables.tables import Found, Linked, Tables, tables_on

__all__ = ["Found", "Linked", "Table", "TableError", "Tables", "all_tables", "tables_on"]
