"""Who looks on while a run goes: the screen, the database, or nobody."""

from __future__ import annotations

from typing import Any


class Watch:
    """Looks on and says nothing; subclasses show or store what they are told.

    Attributes:
        language: `de` or `en`, of the sentences that are handed to `said`.

    """

    language = "de"

    def said(self, text: str) -> None:
        """A sentence for the screen."""

    def begun(self, step: int, steps: int, device: str) -> None:
        """The steps begin: from which, to which, on which device."""

    def noted(self, entry: dict[str, Any]) -> None:
        """A line of the curve: step, seconds, and loss or validation figures."""

    def stepped(self, step: int) -> None:
        """A step is done."""

    def wants_to_stop(self) -> bool:
        """Whether the run shall end after the present step, keeping its checkpoint."""
        return False

    def tell(self, de: str, en: str) -> None:
        """Say a sentence in the language of the watcher."""
        self.said(en if self.language == "en" else de)


class Printing(Watch):
    """Prints everything: for the call by `python -m`."""

    language = "en"

    def said(self, text: str) -> None:
        print(text, flush=True)

    def noted(self, entry: dict[str, Any]) -> None:
        print(entry, flush=True)
