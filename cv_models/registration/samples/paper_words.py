"""Words of papers that are no Teil I. Invented layouts; the foreign ones use common words of the language."""

from __future__ import annotations

from typing import Final

PART_TWO: Final = (
    "Zulassungsbescheinigung Teil II|(Fahrzeugbrief)|Europäische Gemeinschaft   Bundesrepublik Deutschland   D",
    "Nr. der Bescheinigung", "A Amtliches Kennzeichen", "Anzahl der Vorhalter", "C.3.1/C.6.1 Name oder Firmenname", "C.3.2/C.6.2 Vorname(n)",
    "C.3.3/C.6.3 Anschrift", "C.4c Inhaber ist nicht Eigentümer", "I Datum dieser Zulassung", "B Datum der Erstzulassung", "2.1 HSN", "2.2 TSN",
    "D.1 Marke", "D.2 Typ", "D.3 Handelsbezeichnung", "E Fahrzeug-Identifizierungsnummer", "3 Prüfziffer", "2 Hersteller", "J Fahrzeugklasse", "4 Aufbau",
    "5 Bezeichnung", "R Farbe", "11 Code", "K Typgenehmigung", "6 Datum zu K", "P.1 Hubraum", "P.2/P.4 Leistung", "P.3 Kraftstoff", "10 Code",
    "G Leermasse", "F.1 Gesamtmasse", "22 Bemerkungen", "17 Merkmal", "Stempel der Zulassungsbehörde", "Datum, Unterschrift", "Zulassungsbehörde",
)  # fmt: skip
FOREIGN: Final[dict[str, tuple[str, ...]]] = {
    "french": (
        "RÉPUBLIQUE IMAGINAIRE|CERTIFICAT D'IMMATRICULATION|Communauté européenne", "A Numéro d'immatriculation", "B Date de première immatriculation",
        "C.1 Titulaire", "C.3 Domicile", "C.4.1 Mention", "D.1 Marque", "D.2 Type, variante, version", "D.2.1 Code national", "D.3 Dénomination commerciale",
        "E Numéro d'identification", "F.1 Masse max.", "F.2 Masse en charge", "F.3 Masse ensemble", "G Masse en service", "G.1 Poids à vide", "H Validité",
        "I Date du certificat", "J Catégorie", "J.1 Genre national", "J.2 Carrosserie CE", "J.3 Carrosserie", "K Réception", "P.1 Cylindrée", "P.2 Puissance",
        "P.3 Carburant", "P.6 Puissance fiscale", "Q Rapport", "S.1 Places assises", "S.2 Debout", "U.1 Bruit", "U.2 Régime", "V.7 CO2", "V.9 Classe", "X.1 Visite",
        "Y.1 Taxe", "Y.6 Total", "Z.1 Mentions spécifiques",
    ),
    "polish": (
        "RZECZPOSPOLITA WYMYŚLONA|DOWÓD REJESTRACYJNY|Pozwolenie czasowe", "A Numer rejestracyjny", "B Data pierwszej rejestracji", "C.1.1 Posiadacz", "C.1.2 PESEL",
        "C.1.3 Adres", "C.2.1 Właściciel", "D.1 Marka", "D.2 Typ", "D.3 Model", "E Numer identyfikacyjny", "F.1 Masa maks.", "G Masa własna", "H Okres ważności",
        "I Data wydania", "J Kategoria", "K Świadectwo homologacji", "L Liczba osi", "O.1 Masa przyczepy", "P.1 Pojemność", "P.2 Moc", "P.3 Paliwo", "Q Stosunek",
        "S.1 Miejsca siedzące", "S.2 Miejsca stojące", "Termin badania technicznego", "Organ wydający", "Seria i numer",
    ),
    "dutch": (
        "KONINKRIJK VERZONNEN|Kentekenbewijs|Deel IA", "A Kenteken", "B Datum eerste toelating", "C.1.1 Naam", "C.1.2 Voornaam", "C.1.3 Adres", "D.1 Merk",
        "D.2 Type", "D.3 Handelsbenaming", "E Voertuigidentificatienummer", "F.1 Massa", "G Massa rijklaar", "I Datum tenaamstelling", "J Categorie", "K Typegoedkeuring",
        "P.1 Cilinderinhoud", "P.3 Brandstof", "S.1 Zitplaatsen",
    ),
}  # fmt: skip
LICENCE: Final = (
    "FÜHRERSCHEIN|Musterland",
    "1. Mustermann",
    "2. Erika",
    "3. Geburt",
    "4a. Ausstellung",
    "4b. Ablauf",
    "4c. Behörde",
    "5. Nummer",
    "9. Klassen",
)
MEMBER: Final = (
    "Versicherungskarte|Kraftfahrt Nordstern",
    "Versicherungsnehmer",
    "Kennzeichen",
    "Versicherungsschein-Nr.",
    "gültig ab",
    "Fahrzeug",
    "Schutzbrief",
    "Notruf",
)
INVOICE: Final = (
    "Autohaus Beispiel GmbH · Werkstattstr. 5 · 12345 Musterstadt · Steuer-Nr. 12/345/67890", "Arbeitslohn Karosserie", "Stoßfänger vorn ersetzt", "Lackmaterial",
    "Kleinteile", "Scheinwerfer links", "Achsvermessung", "Motoröl 5W-30", "Ölfilter", "Bremsbeläge vorn", "Entsorgung", "Mietwagen 3 Tage", "Kennzeichenhalter",
)  # fmt: skip
LETTER: Final = (
    "Sehr", "geehrte", "Damen", "und", "Herren,", "hiermit", "bestätigen", "wir", "den", "Eingang", "Ihrer", "Meldung", "vom", "Schaden", "an", "Ihrem",
    "Fahrzeug", "bitte", "senden", "Sie", "uns", "die", "Unterlagen", "zurück", "sobald", "eine", "Prüfung", "erfolgt", "ist,", "erhalten", "Nachricht",
    "freundlichen", "Grüßen", "gemäß", "Vertrag", "Bedingungen", "Frist", "Anlage", "Zulassungsbescheinigung", "Kopie", "Kennzeichen", "Haftpflicht",
)  # fmt: skip
BACK: Final = (
    "Bedeutung der Zeichen und Angaben auf der Vorderseite:", "A Amtliches Kennzeichen", "B Datum der Erstzulassung des Fahrzeugs", "C.1 Inhaber der Zulassungsbescheinigung",
    "D.1 Marke", "D.2 Typ, Variante, Version", "D.3 Handelsbezeichnung(en)", "E Fahrzeug-Identifizierungsnummer", "F.1 Technisch zulässige Gesamtmasse in kg",
    "F.2 Im Zulassungsmitgliedstaat zulässige Gesamtmasse", "G Masse des in Betrieb befindlichen Fahrzeugs", "H Gültigkeitsdauer", "I Datum dieser Zulassung",
    "J Fahrzeugklasse", "K Nummer der EG-Typgenehmigung oder ABE", "L Anzahl der Achsen", "O.1 Technisch zulässige Anhängelast gebremst", "O.2 ungebremst in kg",
    "P.1 Hubraum in cm³", "P.2 Nennleistung in kW", "P.3 Kraftstoffart oder Energiequelle", "P.4 Nenndrehzahl bei min-1", "Q Leistungsgewicht in kW/kg (nur bei Krafträdern)",
    "R Farbe des Fahrzeugs", "S.1 Sitzplätze einschließlich Fahrersitz", "S.2 Stehplätze", "T Höchstgeschwindigkeit in km/h", "U.1 Standgeräusch in dB(A)", "U.2 Drehzahl zu U.1",
    "U.3 Fahrgeräusch in dB(A)", "V.7 CO2 (in g/km)", "V.9 Schadstoffklasse", "(2) Hersteller-Kurzbezeichnung", "(3) Prüfziffer der Fahrzeug-Identifizierungsnummer",
    "(4) Art des Aufbaus", "(5) Bezeichnung der Fahrzeugklasse und des Aufbaus", "(6) Datum zu K", "(7) Achslast", "(10) Code zu P.3", "(11) Code zu R",
    "(13) Stützlast in kg", "(14) Bezeichnung der nationalen Emissionsklasse", "(15) Bereifung", "(18) Länge in mm", "(19) Breite in mm", "(20) Höhe in mm",
    "(22) Bemerkungen und Ausnahmen", "Jede Änderung ist unverzüglich der Zulassungsbehörde zu melden.", "Bei Verkauf ist die Bescheinigung dem Erwerber auszuhändigen.",
)  # fmt: skip
