"""Named errors of the tables."""

from __future__ import annotations


class TableError(LookupError):
    """A table or a row is missing, broken or ambiguous.

    Codes: TK-TABLE-001 no table valid on the day, 002 no row (a missing price stops the line), 003 checksum differs, 004 shape or
    content is wrong, 005 two versions overlap, 006 metadata is wrong.

    Attributes:
        code: stable code.
        message_de, message_en: what is wrong.
    """

    def __init__(self, code: str, message_de: str, message_en: str) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_de = message_de
        self.message_en = message_en
