"""What the printed codes of the registration document (Zulassungsbescheinigung Teil I) mean, German and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: code -> (German, English), in the order in which an expert looks at them.
FIELD_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "A": ("Kennzeichen", "Plate"),
        "E": ("Fahrzeug-Identifizierungsnummer", "Vehicle identification number"),
        "3": ("Prüfziffer der FIN", "Check digit of the VIN"),
        "D.1": ("Marke", "Make"),
        "D.3": ("Handelsbezeichnung", "Commercial description"),
        "D.2": ("Typ / Variante / Version", "Type / variant / version"),
        "2": ("Hersteller", "Manufacturer"),
        "2.1": ("Herstellerschlüssel (HSN)", "Manufacturer code (HSN)"),
        "2.2": ("Typschlüssel (TSN)", "Type code (TSN)"),
        "B": ("Erstzulassung", "First registration"),
        "I": ("Datum dieser Zulassung", "Date of this registration"),
        "R": ("Farbe", "Colour"),
        "11": ("Farbcode", "Colour code"),
        "J": ("Fahrzeugklasse", "Vehicle class"),
        "4": ("Aufbau", "Body type"),
        "5": ("Klasse und Aufbau", "Class and body"),
        "P.1": ("Hubraum in cm³", "Displacement in cm³"),
        "P.2": ("Nennleistung in kW", "Rated power in kW"),
        "P.4": ("Nenndrehzahl", "Rated speed"),
        "P.3": ("Kraftstoff", "Fuel"),
        "10": ("Kraftstoffcode", "Fuel code"),
        "C.1.1": ("Name oder Firma", "Surname or company"),
        "C.1.2": ("Vorname", "First name"),
        "C.1.3": ("Anschrift", "Address"),
        "HU": ("Nächste Hauptuntersuchung", "Next general inspection"),
        "G": ("Leermasse in kg", "Kerb mass in kg"),
        "F.1": ("Zulässige Gesamtmasse in kg", "Permissible mass in kg"),
        "L": ("Achsen", "Axles"),
        "T": ("Höchstgeschwindigkeit in km/h", "Top speed in km/h"),
        "S.1": ("Sitzplätze", "Seats"),
        "15.1": ("Bereifung Achse 1", "Tyres axle 1"),
        "15.2": ("Bereifung Achse 2", "Tyres axle 2"),
        "18": ("Länge in mm", "Length in mm"),
        "19": ("Breite in mm", "Width in mm"),
        "20": ("Höhe in mm", "Height in mm"),
        "V.7": ("CO₂ in g/km", "CO₂ in g/km"),
        "V.9": ("Schadstoffklasse", "Emission class"),
        "14": ("Nationale Emissionsklasse", "National emission class"),
        "14.1": ("Emissionscode", "Emission code"),
        "K": ("Typgenehmigung", "Type approval"),
        "6": ("Datum der Typgenehmigung", "Date of type approval"),
        "16": ("Nummer der Zulassungsbescheinigung Teil II", "Number of registration document part II"),
        "22": ("Bemerkungen", "Remarks"),
    }
)
#: Fields that a calculation needs: they are shown even when nothing was read.
WANTED = ("A", "E", "D.1", "D.3", "2.1", "2.2", "B", "R", "P.2", "C.1.1", "C.1.2", "C.1.3")


def order_of(code: str) -> tuple[int, str]:
    """Sort key: the order of ``FIELD_LABELS``, unknown codes behind."""
    keys = list(FIELD_LABELS)
    return (keys.index(code) if code in FIELD_LABELS else len(keys), code)
