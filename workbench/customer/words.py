"""The customer pages' texts in German and English, and the language of a request."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("de", "en")

#: Version of the terms of use and privacy notice; a new text gets a new version, and consent names it.
TERMS_VERSION = "2026-11"

# key: (German, English)
_TEXTS: dict[str, tuple[str, str]] = {
    "app": ("Sofortregulierung", "Instant settlement"),
    "switch": ("English", "Deutsch"),
    "logout": ("Abmelden", "Sign out"),
    "skip": ("Zum Inhalt", "Skip to content"),
    "demo": ("Demonstration", "Demonstration"),
    "step_login": ("Anmelden", "Sign in"),
    "step_photos": ("Fotos", "Photos"),
    "step_check": ("Prüfung", "Check"),
    "step_offer": ("Angebot", "Offer"),
    # login
    "login_title": ("Schaden melden mit dem Handy", "Report the damage with your phone"),
    "login_lead": (
        "Sie fotografieren, wir rechnen. Meist haben Sie in zwei Stunden ein Angebot, ganz ohne Werkstatttermin.",
        "You take photos, we do the maths. Usually you have an offer within two hours, without visiting a workshop.",
    ),
    "claim_number": ("Schadennummer", "Claim number"),
    "claim_hint": ("steht in unserer SMS", "it is in our text message"),
    "plate": ("Kennzeichen", "Number plate"),
    "plate_hint": ("zum Beispiel M-AB 123", "for example M-AB 123"),
    "mileage": ("Kilometerstand", "Mileage in km"),
    "mileage_hint": ("ungefähr, wie im Tacho", "roughly as on the dashboard"),
    "consent": (
        "Ich habe die Nutzungsbedingungen und den Datenschutzhinweis gelesen und stimme zu.",
        "I have read the terms of use and the privacy notice and I agree.",
    ),
    "terms_link": ("Nutzungsbedingungen und Datenschutz", "Terms of use and privacy"),
    "login_button": ("Weiter", "Continue"),
    # photos
    "photos_title": ("Fotos aufnehmen", "Take the photos"),
    "photos_lead": (
        "Gehen Sie einmal ums Auto. Jedes Bild wird sofort hochgeladen; Sie können jederzeit unterbrechen.",
        "Walk around the car once. Each picture is uploaded at once; you can stop and go on at any time.",
    ),
    "requested_title": ("Wir brauchen noch Fotos", "We need a few more photos"),
    "take": ("Foto aufnehmen", "Take photo"),
    "gallery": ("Aus der Galerie", "From gallery"),
    "more_photos": ("Weitere Fotos", "More photos"),
    "optional": ("wenn möglich", "if possible"),
    "submit": ("Fotos absenden", "Send photos"),
    "submit_hint": (
        "Nach dem Absenden sieht sich eine Sachverständige oder ein Sachverständiger alles an.",
        "After sending, a vehicle expert looks at everything.",
    ),
    "sent_count": ("{count} Fotos sind bei uns", "{count} photos have reached us"),
    "need_one": ("Bitte zuerst mindestens ein Foto aufnehmen.", "Please take at least one photo first."),
    "missing": ("Noch offen: {names}. Trotzdem absenden?", "Still missing: {names}. Send anyway?"),
    "queued": ("wartet", "waiting"),
    "uploading": ("wird gesendet", "uploading"),
    "accepted": ("ist da", "received"),
    "duplicate": ("war schon da", "already there"),
    "retrying": ("keine Verbindung, versuche es weiter", "no connection, trying again"),
    "again": ("Noch einmal", "Try again"),
    "hint_blurred": ("wirkt unscharf – bitte noch einmal, ruhig halten", "looks blurred – please retake, hold still"),
    "hint_dark": ("sehr dunkel – bitte mit mehr Licht", "very dark – please use more light"),
    "hint_bright": ("überstrahlt – bitte ohne Gegenlicht", "too bright – please avoid back light"),
    "hint_small": ("sehr klein – bitte die Kamera benutzen", "very small – please use the camera"),
    "document_waiting": ("ist da – wird gelesen …", "received – being read …"),
    "document_readable": ("gut lesbar", "easy to read"),
    "document_plate": ("gut lesbar: {plate}", "easy to read: {plate}"),
    "document_again": ("Noch einmal fotografieren", "Take it again"),
    "leave": ("Es werden noch Fotos gesendet.", "Photos are still being uploaded."),
    "noscript": (
        "Für die Fotos braucht diese Seite JavaScript.",
        "This page needs JavaScript for the photos.",
    ),
    # status
    "status_title": ("Stand der Dinge", "Where things stand"),
    "status_due": ("Ihr Angebot kommt voraussichtlich bis {time}.", "Your offer is expected by {time}."),
    "status_later": (
        "Wir arbeiten daran, es dauert heute etwas länger. Danke für Ihre Geduld.",
        "We are working on it; it takes a little longer today. Thank you for your patience.",
    ),
    "status_close": (
        "Sie können diese Seite schließen; wir geben Ihnen Bescheid.",
        "You can close this page; we will let you know.",
    ),
    "to_offer": ("Zum Angebot", "See the offer"),
    "to_photos": ("Fotos nachreichen", "Add photos"),
    "line_received": ("Fotos sind bei uns", "Photos received"),
    "line_read": ("Fotos sind geprüft", "Photos checked"),
    "line_expert": ("Sachverständige/r rechnet", "Expert is calculating"),
    "line_offer": ("Angebot liegt vor", "Offer is ready"),
    # offer
    "offer_title": ("Ihr Angebot", "Your offer"),
    "offer_pay": ("Das zahlen wir Ihnen", "We pay you"),
    "offer_valid": ("gültig bis {day}", "valid until {day}"),
    "offer_gross": ("Reparaturkosten mit Mehrwertsteuer", "Repair costs including VAT"),
    "offer_net": ("Reparaturkosten ohne Mehrwertsteuer", "Repair costs without VAT"),
    "offer_why": (
        (
            "Die Mehrwertsteuer wird ersetzt, wenn sie bei einer Reparatur wirklich anfällt. Jeder Abzug steht mit Grund im "
            "Angebot."
        ),
        "VAT is reimbursed when it is really incurred in a repair. Each deduction is explained in the offer.",
    ),
    "offer_pdf": ("Angebot als PDF mit der ganzen Kalkulation", "Offer as PDF with the whole calculation"),
    "accept": ("Angebot annehmen", "Accept offer"),
    "decline": ("Ablehnen", "Decline"),
    "decline_lead": (
        "Kein Problem: Sie verlieren nichts. Wir rufen Sie an und besprechen den üblichen Weg.",
        "No problem: you lose nothing. We call you and discuss the usual way.",
    ),
    "decline_reason": ("Möchten Sie uns sagen, warum?", "Would you like to tell us why?"),
    "decline_button": ("Ja, ablehnen", "Yes, decline"),
    "iban_title": ("Auf ein bestimmtes Konto auszahlen", "Pay to a particular account"),
    "iban": ("IBAN", "IBAN"),
    "account_holder": ("Kontoinhaber/in", "Account holder"),
    "accepted_title": ("Angenommen", "Accepted"),
    "accepted_lead": (
        "Danke! Wir geben {amount} zur Zahlung frei. Ihre Annahme ist gespeichert und zählt einmal.",
        "Thank you! We are releasing {amount} for payment. Your acceptance is stored and counts once.",
    ),
    "declined_title": ("Abgelehnt", "Declined"),
    "declined_lead": (
        "Wir haben das notiert und rufen Sie an.",
        "We have noted this and will call you.",
    ),
    "expired_title": ("Angebot abgelaufen", "Offer expired"),
    "expired_lead": ("Bitte rufen Sie uns an; wir helfen weiter.", "Please call us; we will help you."),
    "excluded_title": ("Anders weiter", "Another way"),
    "excluded_lead": (
        (
            "Für diesen Schaden ist die Sofortregulierung nicht der richtige Weg. Wir bearbeiten ihn auf dem üblichen Weg "
            "weiter und melden uns; Sie müssen nichts neu einreichen."
        ),
        (
            "Instant settlement is not the right way for this damage. We carry on in the usual way and will contact you; you "
            "do not have to hand in anything again."
        ),
    ),
    "no_offer": ("Es liegt noch kein Angebot vor.", "There is no offer yet."),
    "error_title": ("Das hat nicht geklappt", "That did not work"),
    "back": ("Zurück", "Back"),
    # shots
    "shot_registration_document": ("Fahrzeugschein", "Registration document"),
    "shot_registration_document_hint": (
        "Aufgeklappt und ganz im Bild, ohne Blitz",
        "Unfolded, all of it in the picture, no flash",
    ),
    "shot_vehicle_front_left": ("Vorn links", "Front left"),
    "shot_vehicle_front_right": ("Vorn rechts", "Front right"),
    "shot_vehicle_rear_right": ("Hinten rechts", "Rear right"),
    "shot_vehicle_rear_left": ("Hinten links", "Rear left"),
    "shot_vehicle_hint": ("Ganzes Auto mit Kennzeichen, 4 bis 5 Schritte weg", "The whole car, 4 to 5 steps away"),
    "shot_damage_far": ("Schaden aus 2 Metern", "Damage from 2 metres"),
    "shot_damage_far_hint": ("So, dass man sieht, wo am Auto", "So that one can see where on the car"),
    "shot_damage_near": ("Schaden ganz nah", "Damage close up"),
    "shot_damage_near_hint": ("Etwa 50 cm, gern mehrere", "About 50 cm, several are welcome"),
    "shot_odometer": ("Kilometerstand", "Mileage"),
    "shot_odometer_hint": ("Zündung an, Tacho lesbar", "Ignition on, dashboard readable"),
    "shot_other": ("Weitere Fotos", "More photos"),
    "shot_other_hint": ("Was Sie sonst zeigen möchten", "Anything else you want to show"),
}

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        language: MappingProxyType({key: pair[index] for key, pair in _TEXTS.items()})
        for index, language in enumerate(LANGUAGES)
    }
)


def preferred_language(accept_language: str | None, default: str = "de") -> str:
    """Return ``de`` or ``en`` for an ``Accept-Language`` header; ``default`` when it names neither."""
    best, best_quality = default, 0.0
    for entry in (accept_language or "")[:500].split(","):
        tag, _, parameters = entry.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        if language not in LANGUAGES:
            continue
        quality = 1.0
        name, _, value = parameters.strip().partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
        if 0.0 < quality <= 1.0 and quality > best_quality:
            best, best_quality = language, quality
    return best
