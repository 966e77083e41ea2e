"""The messages' texts in German and English: short, without amounts and without personal data beyond the claim number."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# kind: (German subject, German text, English subject, English text)
_TEXTS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "invitation": (
            "Fotos zu Ihrem Schaden {claim}",
            (
                "Bitte senden Sie uns Fotos zu Ihrem Schaden {claim}: {link} – Zum Anmelden brauchen Sie Schadennummer, "
                "Kennzeichen und Kilometerstand."
            ),
            "Photos of your damage {claim}",
            (
                "Please send us photos of your damage {claim}: {link} – To sign in you need claim number, number plate and "
                "mileage."
            ),
        ),
        "photos_requested": (
            "Wir brauchen noch Fotos zu Schaden {claim}",
            "Für Ihr Angebot zu Schaden {claim} fehlen uns noch Fotos. {message} Hier können Sie sie aufnehmen: {link}",
            "We need a few more photos for claim {claim}",
            "For your offer for claim {claim} we still need photos. {message} You can take them here: {link}",
        ),
        "offer": (
            "Ihr Angebot zu Schaden {claim}",
            "Ihr Angebot zu Schaden {claim} liegt bereit. Hier können Sie es ansehen, annehmen oder ablehnen: {link}",
            "Your offer for claim {claim}",
            "Your offer for claim {claim} is ready. Here you can see, accept or decline it: {link}",
        ),
        "offer_accepted": (
            "Danke: Angebot zu Schaden {claim} angenommen",
            "Danke! Ihre Annahme zu Schaden {claim} ist gespeichert; wir geben die Zahlung frei.",
            "Thank you: offer for claim {claim} accepted",
            "Thank you! Your acceptance for claim {claim} is stored; we are releasing the payment.",
        ),
        "excluded": (
            "Zu Ihrem Schaden {claim}",
            (
                "Ihr Schaden {claim} eignet sich nicht für die Sofortregulierung: {reason} Wir bearbeiten ihn auf dem "
                "üblichen Weg und melden uns bei Ihnen."
            ),
            "About your claim {claim}",
            (
                "Your claim {claim} is not suitable for instant settlement: {reason} We handle it in the usual way and will "
                "contact you."
            ),
        ),
    }
)
_NEWS = (
    "Neues zu Schaden {claim}",
    "Zu Ihrem Schaden {claim} gibt es Neues: {link}",
    "News about claim {claim}",
    "There is news about your claim {claim}: {link}",
)


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def compose(kind: str, language: str, *, claim: str, link: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text of a message.

    Args:
        kind: what happened; a kind without a text of its own gives a neutral notice.
        language: ``de`` or ``en``.
        claim: claim number.
        link: address of the customer's page.
        data: facts of the message; ``message`` and ``reason`` are an expert's words to the customer.
    """
    german_subject, german, english_subject, english = _TEXTS.get(kind, _NEWS)
    subject, text = (english_subject, english) if language == "en" else (german_subject, german)
    # An expert's words are put in as they are: braces in them are no placeholders.
    facts = _Facts({key: str(data[key]) for key in ("message", "reason") if data.get(key)}, claim=claim, link=link)
    return subject.format_map(facts), " ".join(text.format_map(facts).split())
