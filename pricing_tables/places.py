"""Where an installation keeps the tables that it imported. This floor knows no settings: the floor above says it once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

_where: Callable[[], Path | None] | None = None


def imports_lie_at(where: Callable[[], Path | None]) -> None:
    """Say where imported tables lie; asked at each look-up, so a changed setting counts at once."""
    global _where
    _where = where


def imports_folder() -> Path | None:
    """The folder of imported tables, or None where nobody named one."""
    return None if _where is None else _where()
