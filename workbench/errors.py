"""The one error type of the workbench: a stable code, a German and an English sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class TelekalkError(Exception):
    """Something a person can act on went wrong.

    Args:
        code: Stable identifier ``TK-AREA-nnn``; it never changes its meaning.
        message_de: One German sentence that says what is wrong, without personal data.
        message_en: The same sentence in English.
        status: HTTP status that a web face answers with.
        remedy_de: What the reader can do about it, German; may be empty.
        remedy_en: The same in English.
        data: Facts for programs (JSON-able), e.g. the version that won over ours.
    """

    def __init__(
        self,
        code: str,
        message_de: str,
        message_en: str,
        *,
        status: int = 400,
        remedy_de: str = "",
        remedy_en: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_de = message_de
        self.message_en = message_en
        self.status = status
        self.remedy_de = remedy_de
        self.remedy_en = remedy_en
        self.data: dict[str, Any] = dict(data or {})

    def message(self, language: str = "de") -> str:
        """The sentence in the language asked for; German unless ``en``."""
        return self.message_en if language == "en" else self.message_de

    def remedy(self, language: str = "de") -> str:
        """The advice in the language asked for; may be empty."""
        return self.remedy_en if language == "en" else self.remedy_de

    def to_dict(self, language: str = "de") -> dict[str, Any]:
        """The error as a web face sends it: code, message, remedy and data."""
        return {
            "code": self.code,
            "message": self.message(language),
            "remedy": self.remedy(language),
            "data": self.data,
        }


def not_found(what_de: str, what_en: str) -> TelekalkError:
    """The answer for a thing that is not there, and for one that the asker may not know about."""
    return TelekalkError("TK-ACCESS-404", f"{what_de} wurde nicht gefunden.", f"{what_en} was not found.", status=404)
