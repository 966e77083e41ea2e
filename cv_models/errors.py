"""Errors of the photo floor, with the same shape as the errors of the desk: a stable code and two messages."""

from __future__ import annotations


class ModelError(Exception):
    """Base of every error raised by `cv_models`.

    Attributes:
        code: stable code, `TK-MODEL-nnn` or `TK-IMAGE-nnn`.
        message_de: German text for the desk.
        message_en: English text for logs and `--lang en`.

    """

    def __init__(self, code: str, message_de: str, message_en: str) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_de = message_de
        self.message_en = message_en


class ModelFileError(ModelError):
    """A model file is missing, unknown, changed or not loadable (TK-MODEL-001 to -004)."""


class ModelInputError(ModelError):
    """The array handed to a model is not an upright RGB photo (TK-IMAGE-001 to -005)."""
