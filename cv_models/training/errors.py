"""What can go wrong in training and export that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cv_models.errors import ModelError


class TrainingError(ModelError, ValueError):
    """An error of training with what to do about it (TK-TRAIN-001 to -016).

    Attributes:
        remedy_de, remedy_en: what the reader can do; may be empty.

    """

    def __init__(
        self, code: str, message_de: str, message_en: str, *, remedy_de: str = "", remedy_en: str = ""
    ) -> None:
        super().__init__(code, message_de, message_en)
        self.remedy_de = remedy_de
        self.remedy_en = remedy_en


def not_written(path: Path, why: str) -> TrainingError:
    """TK-TRAIN-004: disk full, no right to write, and the like."""
    return TrainingError(
        "TK-TRAIN-004",
        f"{path.name} kann nicht geschrieben werden ({why}). Der vorige Stand bleibt erhalten.",
        f"{path.name} cannot be written ({why}). What was there before stays.",
        remedy_de="Schaffen Sie Platz oder Schreibrecht und rufen Sie denselben Befehl noch einmal auf: er macht dort weiter.",
        remedy_en="Make room or grant the right to write, and call the same command again: it goes on from there.",
    )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an `OSError` of writing `path` into TK-TRAIN-004."""
    try:
        yield
    except OSError as problem:
        raise not_written(path, problem.strerror or type(problem).__name__) from problem
