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
        warnings: codes of `WARNINGS`, the gravest first; empty when all is well.
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

# What is wrong with a photo, and what its photographer can do: plain words, shown on the customer's phone and the desk.
WARNINGS: dict[str, tuple[str, str]] = {
    "no_document": (
        "Kein Fahrzeugschein zu erkennen. Bitte die Zulassungsbescheinigung Teil I aufgeklappt und von oben fotografieren.",
        "No registration document to be seen. Please photograph the Zulassungsbescheinigung Teil I, unfolded, from above.",
    ),
    "other_side": (
        "Das ist die Rückseite. Bitte die Seite mit Kennzeichen und Namen fotografieren.",
        "This is the back. Please photograph the side with the plate number and the name.",
    ),
    "part_two": (
        "Das ist Teil II (Fahrzeugbrief). Gebraucht wird Teil I, der Fahrzeugschein.",
        "This is part II (Fahrzeugbrief). Part I, the Fahrzeugschein, is needed.",
    ),
    "foreign": (
        "Das ist kein deutscher Fahrzeugschein; nur dieser kann gelesen werden. Die Daten werden von Hand übernommen.",
        "This is no German registration document; no other can be read. The data will be typed in by hand.",
    ),
    "two_documents": (
        "Mehr als ein Fahrzeugschein ist im Bild. Bitte nur den des beschädigten Fahrzeugs fotografieren.",
        "More than one registration document is in the photo. Please photograph that of the damaged vehicle alone.",
    ),
    "screen": (
        "Das ist wohl ein Foto von einem Bildschirm. Bitte das Papier selbst fotografieren oder die Bilddatei hochladen.",
        "This seems to be a photo of a screen. Please photograph the paper itself, or upload the picture file.",
    ),
    "photo_too_small": (
        "Das Bild ist zu klein. Bitte das Foto in voller Größe hochladen.",
        "The picture is too small. Please upload the photo at its full size.",
    ),
    "too_dark": (
        "Zu dunkel. Bitte näher ans Fenster gehen oder Licht einschalten.",
        "Too dark. Please go nearer to a window or switch on a light.",
    ),
    "too_bright": (
        "Überbelichtet. Bitte ohne Blitz und ohne direkte Sonne noch einmal fotografieren.",
        "Overexposed. Please take it again without flash and out of direct sun.",
    ),
    "blurred": (
        "Unscharf. Bitte das Handy ruhig halten, auf das Papier tippen und noch einmal fotografieren.",
        "Blurred. Please hold the phone still, tap on the paper and take the photo again.",
    ),
    "glare": (
        "Eine Spiegelung verdeckt Schrift. Bitte ohne Blitz fotografieren oder das Papier etwas drehen.",
        "A reflection hides print. Please photograph without flash, or turn the paper a little.",
    ),
    "text_too_small": (
        "Die Schrift ist zu klein. Bitte näher herangehen, bis das Papier das Bild füllt.",
        "The print is too small. Please go nearer, until the paper fills the picture.",
    ),
    "sheet_partly_visible": (
        "Nicht das ganze Papier ist zu sehen. Bitte ganz aufklappen und alle drei Spalten ins Bild nehmen.",
        "Not all of the paper can be seen. Please unfold it and take all three columns into the picture.",
    ),
    "hard_to_read": (
        "Vieles ist schlecht zu lesen. Bitte flach hinlegen, von oben und bei gutem Licht noch einmal fotografieren.",
        "Much of it is hard to read. Please lay it flat and photograph it again from above in good light.",
    ),
}
