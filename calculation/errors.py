"""Named errors of the engine: every problem has a code, a place and a message in German and English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    Attributes:
        code: stable code ``TK-CALC-nnn`` (listed in docs/calculation.md).
        message_de: what is wrong, for the German screen.
        message_en: the same in English.
        line_id: id of the line it is about, if it is about one.
        field: name or path of the field, e.g. ``qty`` or ``settlement.quota``.

    """

    code: str
    message_de: str
    message_en: str
    line_id: str | None = None
    field: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Plain values for an answer to a program."""
        return {
            "code": self.code,
            "line_id": self.line_id,
            "field": self.field,
            "message_de": self.message_de,
            "message_en": self.message_en,
        }


class CalculationError(ValueError):
    """The input cannot be calculated. Carries all problems found, not only the first.

    Attributes:
        problems: at least one :class:`Problem`, in the order of the input.
        code: the code of the first problem.
        message_de, message_en: all messages, joined.

    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        if not self.problems:
            message = "CalculationError needs at least one problem"
            raise ValueError(message)
        self.code = self.problems[0].code
        self.message_de = " ".join(self._one(p, p.message_de) for p in self.problems[:20])
        self.message_en = " ".join(self._one(p, p.message_en) for p in self.problems[:20])
        super().__init__(f"{self.code}: {self.message_en}")

    @staticmethod
    def _one(problem: Problem, message: str) -> str:
        return f"[{problem.line_id}] {message}" if problem.line_id else message
