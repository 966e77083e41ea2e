"""Reader of the German registration document (Zulassungsbescheinigung Teil I): photo in, fields out."""

from __future__ import annotations

from cv_models.registration.layout import KEY_FIELDS
from cv_models.registration.ocr import MODEL_NAME
from cv_models.registration.reader import crop, read
from cv_models.registration.reading import REASONS, WARNINGS, FieldReading, RegistrationReading

__all__ = ["KEY_FIELDS", "MODEL_NAME", "REASONS", "WARNINGS", "FieldReading", "RegistrationReading", "crop", "read"]
