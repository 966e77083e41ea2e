"""What the reader returns: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Corner = tuple[float, float]
Box = tuple[Corner, Corner, Corner, Corner]


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of the document.

    Attributes:
        value: normalised text (dates ISO, numbers without padding), or None when it must not be relied on.
        confidence: probability that `value` is right, 0 for no value.
        box: corners of the value in the photo in pixels, clockwise from the top left of the text; None when not seen.
        alternatives: other readings, likeliest first; for a blank field what was seen.
        reason: why the field is blank or doubtful (code, see `REASONS`), None when all is well.
    """

    value: str | None
    confidence: float
    box: Box | None
    alternatives: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RegistrationReading:
    """All that was read from one photo.

    Attributes:
        found: whether a registration document (Teil I) was found.
        fields: readings by printed code (`A`, `E`, `D.1`, `P.2`, …); the month of the next inspection is `HU`.
        sheet_polygon: corners and fold ends of the sheet in the photo, clockwise from its top left; None when not found.
        warnings: codes: `no_document`, `photo_too_small`, `text_too_small`, `sheet_partly_visible`, `hard_to_read`.
        seconds: time that the reading took.
        model: name of the models and of the reading rules.
    """

    found: bool
    fields: dict[str, FieldReading]
    sheet_polygon: tuple[Corner, ...] | None
    warnings: tuple[str, ...]
    seconds: float
    model: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON-able form, as `telekalk read-registration` prints it."""
        return {
            "found": self.found,
            "fields": {
                code: {
                    "value": field.value,
                    "confidence": round(field.confidence, 3),
                    "box": [[round(x, 1), round(y, 1)] for x, y in field.box] if field.box else None,
                    "alternatives": list(field.alternatives),
                    "reason": field.reason,
                }
                for code, field in self.fields.items()
            },
            "sheet_polygon": [[round(x, 1), round(y, 1)] for x, y in self.sheet_polygon]
            if self.sheet_polygon
            else None,
            "warnings": list(self.warnings),
            "seconds": round(self.seconds, 3),
            "model": self.model,
        }


REASONS: dict[str, tuple[str, str]] = {
    "not_seen": ("Hier wurde nichts erkannt.", "Nothing was seen here."),
    "dash": ("Mit Strich entwertet.", "Struck out with a dash."),
    "implausible": ("Der gelesene Text passt nicht zu diesem Feld.", "The text read does not fit this field."),
    "uncertain": ("Zu unsicher gelesen.", "Read with too little certainty."),
    "check_digit": ("Die Prüfziffer passt nicht zur FIN.", "The check digit does not fit the VIN."),
    "no_check_digit": ("Ohne Prüfziffer gelesen; bitte vergleichen.", "Read without check digit; please compare."),
    "repaired": ("Mit Hilfe der Prüfziffer berichtigt.", "Corrected with the help of the check digit."),
    "unknown_district": ("Unbekanntes Unterscheidungszeichen.", "Unknown district code."),
    "umlaut": ("Umlaut unsicher.", "Umlaut uncertain."),
    "contradiction": ("Widerspricht einem anderen Feld.", "Contradicts another field."),
}
