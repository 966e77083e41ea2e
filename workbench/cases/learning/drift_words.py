"""An alarm in words: what changed, by how much, and what to do about it. German and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol

from workbench.cases.words import CATEGORY_DE

_ROLES_DE: Mapping[str, str] = MappingProxyType(
    {
        "registration_document": "Fahrzeugschein",
        "vehicle": "Fahrzeug",
        "damage": "Schaden",
        "odometer": "Tacho",
        "other": "Sonstiges",
    }
)


class _Point(Protocol):
    @property
    def week(self) -> date: ...
    @property
    def total(self) -> int: ...
    @property
    def mean(self) -> float | None: ...
    @property
    def index(self) -> float | None: ...
    @property
    def gap(self) -> float | None: ...
    @property
    def p(self) -> float | None: ...
    @property
    def shares(self) -> Mapping[str, float]: ...


class _Series(Protocol):
    @property
    def measure(self) -> str: ...
    @property
    def reference_total(self) -> int: ...
    @property
    def reference_mean(self) -> float | None: ...
    @property
    def reference_shares(self) -> Mapping[str, float]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Reason and remedy of an alarm."""

    reason_de: str
    reason_en: str
    remedy_de: str
    remedy_en: str


#: measure -> name and remedy, German and English.
_KNOWN: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "brightness": (
            "Helligkeit der Fotos", "Brightness of photos",
            "Sehen Sie die Fotos der Woche an: Jahreszeit, Nachtaufnahmen, eine neue App? Nehmen Sie solche Fotos in den nächsten Datensatz auf.",
            "Look at the photos of the week: season, night shots, a new app? Take such photos into the next data set.",
        ),
        "contrast": (
            "Kontrast der Fotos", "Contrast of photos",
            "Sehen Sie die Fotos der Woche an: Nebel, Gegenlicht, eine Bearbeitung durch das Telefon?",
            "Look at the photos of the week: fog, backlight, processing by the phone?",
        ),
        "sharpness": (
            "Schärfe der Fotos", "Sharpness of photos",
            "Prüfen Sie den Weg der Fotos (Messenger, Verkleinerung) und die Hinweise der Kundenseite zum Fotografieren.",
            "Check the way the photos take (messenger, scaling) and the customer page's advice on taking photos.",
        ),
        "glare_share": (
            "Anteil überstrahlter Flächen", "Share of burnt-out areas",
            "Prüfen Sie mit der Lernliste, ob Spiegelungen als Schaden gemeldet werden.",
            "Check with the learning list whether reflections are reported as damage.",
        ),
        "megapixels": (
            "Auflösung der Fotos", "Resolution of photos",
            "Prüfen Sie, ob ein Zulieferer oder Messenger die Fotos verkleinert; kleine Kratzer gehen dabei verloren.",
            "Check whether a partner or messenger scales the photos down; small scratches are lost that way.",
        ),
        "finds": (
            "Befunde je Foto", "Finds per photo",
            "Vergleichen Sie mit der Übereinstimmung: Werden mehr Befunde verworfen oder mehr ergänzt? Dann neu trainieren oder zurückrollen.",
            "Compare with the agreement: are more finds rejected or added? Then train anew or roll back.",
        ),
        "score": (
            "Sicherheit der Befunde", "Scores of finds",
            "Werten Sie das Modell mit neuen Labels aus (telekalk models evaluate) und arbeiten Sie die Lernliste ab.",
            "Evaluate the model on new labels (telekalk models evaluate) and work through the learning list.",
        ),
        "role": (
            "Art der Fotos", "Kinds of photos",
            "Prüfen Sie, was Kunden hochladen sollen und ob die Erkennung der Fotoart noch stimmt.",
            "Check what customers are asked to upload and whether the kind of photo is still told rightly.",
        ),
        "device": (
            "Aufnahmegeräte", "Devices",
            "Neue Geräte zeichnen anders: Nehmen Sie deren Fotos in den nächsten Datensatz auf.",
            "New devices draw differently: take their photos into the next data set.",
        ),
        "category": (
            "Klassen der Befunde", "Classes of finds",
            "Sehen Sie nach, ob ein Ereignis (Hagel) die Ursache ist oder das Modell Klassen verwechselt.",
            "See whether an event (hail) is the cause or the model confuses classes.",
        ),
        "acceptance": (
            "Von Sachverständigen behaltene Befunde", "Finds kept by experts",
            "Sehen Sie die verworfenen Befunde an, nehmen Sie solche Fotos in den nächsten Datensatz auf und trainieren Sie neu; notfalls zurückrollen (telekalk models rollback).",
            "Look at the rejected finds, take such photos into the next data set and train anew; if need be roll back (telekalk models rollback).",
        ),
    }
)  # fmt: skip


def words(series: _Series, point: _Point) -> Words:
    """Reason and remedy for a week that stands out."""
    name_de, name_en, remedy_de, remedy_en = _KNOWN[series.measure]
    _year, number, _day = point.week.isocalendar()
    if series.reference_shares:
        change_de, change_en = _moved(series, point)
    elif series.measure == "acceptance":
        before, now = _percent(series.reference_mean), _percent(point.mean)
        change_de, change_en = f"{before[0]} → {now[0]}", f"{before[1]} → {now[1]}"
    else:
        change_de = f"Mittel {_number(series.reference_mean)[0]} → {_number(point.mean)[0]}"
        change_en = f"mean {_number(series.reference_mean)[1]} → {_number(point.mean)[1]}"
    figures_de, figures_en = _figures(point)
    return Words(
        f"{name_de}, KW {number}: {change_de}{figures_de}; {point.total} gegen {series.reference_total} in der Referenz.",
        f"{name_en}, week {number}: {change_en}{figures_en}; {point.total} against {series.reference_total} in the reference.",
        remedy_de,
        remedy_en,
    )


def _moved(series: _Series, point: _Point) -> tuple[str, str]:
    """The name whose share moved most; a name that the reference lacks is the rest."""
    gaps = {name: point.shares.get(name, 0) - share for name, share in series.reference_shares.items()}
    rest = 1 - sum(point.shares.get(name, 0) for name in series.reference_shares)
    rest_before = 1 - sum(series.reference_shares.values())
    name = max(gaps, key=lambda key: abs(gaps[key]))
    if abs(rest - rest_before) > abs(gaps[name]):
        old, new = _percent(rest_before), _percent(rest)
        return f"andere als bisher {old[0]} → {new[0]}", f"others than before {old[1]} → {new[1]}"
    old, new = _percent(series.reference_shares[name]), _percent(point.shares.get(name, 0))
    german = CATEGORY_DE.get(name) or _ROLES_DE.get(name, name)
    return f"„{german}“ {old[0]} → {new[0]}", f"{name.replace('_', ' ')!r} {old[1]} → {new[1]}"


def _figures(point: _Point) -> tuple[str, str]:
    german, english = [], []
    for label, value in (("PSI", point.index), ("KS", point.gap)):
        if value is not None:
            german.append(f"{label} {_number(value)[0]}")
            english.append(f"{label} {_number(value)[1]}")
    if point.p is not None:
        german.append("p < 0,001" if point.p < 0.001 else f"p = {point.p:.3f}".replace(".", ","))
        english.append("p < 0.001" if point.p < 0.001 else f"p = {point.p:.3f}")
    return (f" ({', '.join(german)})", f" ({', '.join(english)})") if german else ("", "")


def _number(value: Any) -> tuple[str, str]:
    if value is None:
        return "–", "–"
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return text.replace(".", ","), text


def _percent(value: float | None) -> tuple[str, str]:
    return ("–", "–") if value is None else (f"{value * 100:.0f}\u00a0%", f"{value * 100:.0f}%")
