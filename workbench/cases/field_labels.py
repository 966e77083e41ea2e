"""What the printed codes of the registration document (Zulassungsbescheinigung Teil I) mean, and where they stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: code -> (German, English), in the order in which an expert looks at them: the key fields, then the sheet's own order.
FIELD_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "A": ("Kennzeichen", "Plate"),
        "E": ("Fahrzeug-Identifizierungsnummer", "Vehicle identification number"),
        "3": ("Prüfziffer der FIN", "Check digit of the VIN"),
        "B": ("Erstzulassung", "First registration"),
        "2.1": ("Herstellerschlüssel (HSN)", "Manufacturer code (HSN)"),
        "2.2": ("Typschlüssel (TSN)", "Type code (TSN)"),
        "D.1": ("Marke", "Make"),
        "D.3": ("Handelsbezeichnung", "Commercial description"),
        "P.2": ("Nennleistung in kW", "Rated power in kW"),
        "C.1.1": ("Name oder Firma", "Surname or company"),
        # left panel
        "C.1.2": ("Vorname", "First name"),
        "C.1.3": ("Anschrift", "Address"),
        "HU": ("Nächste Hauptuntersuchung", "Next general inspection"),
        "I": ("Datum dieser Zulassung", "Date of this registration"),
        "Nr.": ("Nummer des Dokuments", "Number of the document"),
        # middle panel
        "J": ("Fahrzeugklasse", "Vehicle class"),
        "4": ("Aufbau", "Body type"),
        "D.2": ("Typ / Variante / Version", "Type / variant / version"),
        "2": ("Hersteller", "Manufacturer"),
        "5": ("Klasse und Aufbau", "Class and body"),
        "V.9": ("Schadstoffklasse", "Emission class"),
        "14": ("Nationale Emissionsklasse", "National emission class"),
        "P.3": ("Kraftstoff", "Fuel"),
        "10": ("Kraftstoffcode", "Fuel code"),
        "14.1": ("Emissionscode", "Emission code"),
        "P.1": ("Hubraum in cm³", "Displacement in cm³"),
        # right panel
        "L": ("Achsen", "Axles"),
        "9": ("Antriebsachsen", "Driven axles"),
        "P.4": ("Nenndrehzahl in 1/min", "Rated speed in rpm"),
        "T": ("Höchstgeschwindigkeit in km/h", "Top speed in km/h"),
        "18": ("Länge in mm", "Length in mm"),
        "19": ("Breite in mm", "Width in mm"),
        "20": ("Höhe in mm", "Height in mm"),
        "G": ("Leermasse in kg", "Kerb mass in kg"),
        "12": ("Tankinhalt (Tankfahrzeuge) in m³", "Tank volume (tank vehicles) in m³"),
        "13": ("Stützlast in kg", "Nose weight in kg"),
        "Q": ("Leistungsgewicht in kW/kg", "Power to mass in kW/kg"),
        "V.7": ("CO₂ in g/km", "CO₂ in g/km"),
        "F.1": ("Technische Gesamtmasse in kg", "Technical total mass in kg"),
        "F.2": ("Zulässige Gesamtmasse in kg", "Permissible total mass in kg"),
        "7.1": ("Technische Achslast 1 in kg", "Technical axle load 1 in kg"),
        "7.2": ("Technische Achslast 2 in kg", "Technical axle load 2 in kg"),
        "7.3": ("Technische Achslast 3 in kg", "Technical axle load 3 in kg"),
        "8.1": ("Zulässige Achslast 1 in kg", "Permissible axle load 1 in kg"),
        "8.2": ("Zulässige Achslast 2 in kg", "Permissible axle load 2 in kg"),
        "8.3": ("Zulässige Achslast 3 in kg", "Permissible axle load 3 in kg"),
        "U.1": ("Standgeräusch in dB(A)", "Stationary noise in dB(A)"),
        "U.2": ("Drehzahl dazu in 1/min", "Engine speed for it in rpm"),
        "U.3": ("Fahrgeräusch in dB(A)", "Drive-by noise in dB(A)"),
        "O.1": ("Anhängelast gebremst in kg", "Braked trailer in kg"),
        "O.2": ("Anhängelast ungebremst in kg", "Unbraked trailer in kg"),
        "S.1": ("Sitzplätze", "Seats"),
        "S.2": ("Stehplätze", "Standing places"),
        "15.1": ("Bereifung Achse 1", "Tyres axle 1"),
        "15.2": ("Bereifung Achse 2", "Tyres axle 2"),
        "15.3": ("Bereifung Achse 3", "Tyres axle 3"),
        "R": ("Farbe", "Colour"),
        "11": ("Farbcode", "Colour code"),
        "K": ("Typgenehmigung", "Type approval"),
        "6": ("Datum der Typgenehmigung", "Date of type approval"),
        "17": ("Merkmal zur Betriebserlaubnis", "Mark of the approval"),
        "16": ("Nummer der Zulassungsbescheinigung Teil II", "Number of registration document part II"),
        "22": ("Bemerkungen und Ausnahmen", "Remarks and exceptions"),
        "21": ("Sonstige Vermerke", "Other notes"),
    }
)
_CODES = tuple(FIELD_LABELS)
_RANK = {code: rank for rank, code in enumerate(_CODES)}


def _between(first: str, last: str) -> tuple[str, ...]:
    return _CODES[_RANK[first] : _RANK[last] + 1]


#: Groups as they are shown: what a calculation stands on first, then the sheet from left to right, then its remarks.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "key": _between("A", "C.1.1"),
        "left": _between("C.1.2", "Nr."),
        "middle": _between("J", "P.1"),
        "right": _between("L", "16"),
        "remarks": _between("22", "21"),
    }
)
_GROUP_OF = {code: group for group, codes in GROUPS.items() for code in codes}
#: The nine key fields of the document, and the holder's first name and address beside them, the colour for the paint, the
#: next inspection: shown even when nothing was read.
WANTED = (*GROUPS["key"], "C.1.2", "C.1.3", "HU", "R")
#: A blank or doubtful one of these is worth a flag: the vehicle is calculated by them.
KEY_CODES = ("A", "E", "B", "2.1", "2.2", "D.1", "D.3", "P.2", "C.1.1")
#: Fields that hold a day, a month, or several printed lines.
DATE_CODES = frozenset({"B", "I", "6"})
MONTH_CODES = frozenset({"HU"})
LINES_CODES = frozenset({"C.1.3", "D.2", "5", "22", "21"})
#: Fields that say who the holder is.
PERSONAL_CODES = frozenset({"C.1.1", "C.1.2", "C.1.3"})


def group_of(code: str) -> str:
    """The group in which a field is shown; an unknown code stands with the remarks."""
    return _GROUP_OF.get(code, "remarks")


def order_of(code: str) -> tuple[int, str]:
    """Sort key: the order of ``FIELD_LABELS``, unknown codes behind."""
    return (_RANK.get(code, len(_RANK)), code)
