"""The timeline of a case: audit entries in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from workbench.store.models import Audit

#: action -> (German, English); ``{…}`` are keys of the entry's data.
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "opened": ("Vorgang angelegt", "Case opened"),
        "customer_registered": ("Kunde hat sich angemeldet", "Customer registered"),
        "customer_signed_in": ("Kunde angemeldet (Bedingungen {terms})", "Customer signed in (terms {terms})"),
        "customer_sign_in_failed": ("Anmeldeversuch mit falschen Angaben", "Sign-in attempt with wrong details"),
        "photo_received": ("Erstes Foto eingegangen", "First photo received"),
        "set_completed": ("Fotosatz vollständig ({photos} Fotos)", "Set complete ({photos} photos)"),
        "pipeline_started": ("Vorprüfung begonnen", "Pre-check started"),
        "prefilled": (
            "Vorbefüllt: {lines} Positionen aus {findings} Befunden",
            "Pre-filled: {lines} lines from {findings} findings",
        ),
        "taken": ("Übernommen", "Taken"),
        "taken_over": ("Übernommen", "Taken over"),
        "released": ("Zurückgegeben", "Given back"),
        "draft_saved": ("Kalkulation geändert: {what}", "Calculation changed: {what}"),
        "draft_undone": ("Änderung zurückgenommen", "Change undone"),
        "draft_redone": ("Änderung wiederhergestellt", "Change redone"),
        "lines_suggested": ("Vorschläge neu erstellt", "Suggestions made anew"),
        "field_corrected": ("Feld {code} berichtigt", "Field {code} corrected"),
        "field_confirmed": ("Feld {code} bestätigt", "Field {code} confirmed"),
        "field_undone": ("Feld {code} zurückgenommen", "Field {code} taken back"),
        "claim_corrected": ("Angaben zum Schaden berichtigt", "Claim corrected"),
        "role_corrected": ("Einordnung eines Fotos berichtigt", "Role of a photo corrected"),
        "finding_decided": ("Befund beurteilt", "Finding decided"),
        "finding_added": ("Befund eingezeichnet", "Finding drawn"),
        "photos_requested": ("Fotos nachgefordert", "Photos requested"),
        "excluded": ("Aus der Sofortregulierung ausgesteuert", "Taken out of instant settlement"),
        "offer_sent": ("Angebot {version} gesendet", "Offer {version} sent"),
        "offer_accepted": ("Angebot {version} angenommen", "Offer {version} accepted"),
        "offer_declined": ("Angebot {version} abgelehnt", "Offer {version} declined"),
        "offer_expired": ("Angebot {version} abgelaufen", "Offer {version} expired"),
        "repriced": ("Zur Neukalkulation zurückgeholt", "Taken back for a new calculation"),
        "step_failed": ("Schritt {step} fehlgeschlagen ({code})", "Step {step} failed ({code})"),
    }
)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def entry(row: Audit) -> dict[str, Any]:
    """An audit entry as the timeline shows it."""
    german, english = WORDS.get(row.action, (row.action, row.action))
    data = _Known(row.data)
    return {
        "at": row.at.isoformat(timespec="seconds"),
        "who": row.actor,
        "action": row.action,
        "text": german.format_map(data),
        "text_en": english.format_map(data),
        "from_state": row.from_state,
        "to_state": row.to_state,
    }


#: Entries that are kept for the audit but would drown the timeline.
QUIET = ("draft_saved", "draft_undone", "draft_redone")
