"""What fields, perils, methods and facts of a settlement are called in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from calculation.model import Text

PERILS: Final[dict[str, Text]] = {
    "collision": Text("Unfall", "collision"),
    "vandalism": Text("Vandalismus", "vandalism"),
    "glass": Text("Glasbruch", "glass breakage"),
    "hail": Text("Hagel", "hail"),
    "storm": Text("Sturm", "storm"),
    "lightning": Text("Blitzschlag", "lightning"),
    "flood": Text("Überschwemmung", "flood"),
    "wild_animal": Text("Zusammenstoß mit Tieren", "collision with an animal"),
    "marten": Text("Marderbiss", "marten bite"),
    "theft": Text("Entwendung", "theft"),
    "fire": Text("Brand", "fire"),
    "explosion": Text("Explosion", "explosion"),
    "short_circuit": Text("Kurzschluss", "short circuit"),
    "other": Text("sonstige", "other"),
}
METHODS: Final[dict[str, Text]] = {
    "ruhkopf_sahm": Text("nach Ruhkopf/Sahm", "by Ruhkopf/Sahm"),
    "halbgewachs": Text("nach Halbgewachs", "by Halbgewachs"),
    "bvsk": Text("nach BVSK", "by BVSK"),
    "mfm": Text("nach MFM", "by MFM"),
    "bremer": Text("nach der Bremer Formel", "by the Bremen formula"),
    "hamburger": Text("nach dem Hamburger Modell", "by the Hamburg model"),
}
#: Facts behind which more damage usually hides than photos show.
HIDDEN: Final[dict[str, Text]] = {
    "airbag_deployed": Text("Airbag ausgelöst", "airbag deployed"),
    "structural_damage": Text("tragendes Teil beschädigt", "structural part damaged"),
    "wheel_or_axle_hit": Text("Rad oder Achse getroffen", "wheel or axle hit"),
    "fluid_loss": Text("Flüssigkeitsverlust", "fluid loss"),
    "flood_or_fire": Text("Wasser- oder Brandschaden", "flood or fire"),
    "prior_damage": Text("Vorschaden", "prior damage"),
}
FIELDS: Final[dict[str, Text]] = {
    "quota": Text("Haftungsquote", "quota"),
    "value_loss": Text("Wertminderung", "value loss"),
    "lump_sum": Text("Kostenpauschale", "lump sum"),
    "other_items": Text("weitere Positionen", "further items"),
    "own_insurer_paid": Text("Zahlung des eigenen Versicherers", "payment of the own insurer"),
    "insurer_offer": Text("Restwertangebot des Versicherers", "insurer's residual offer"),
    "loss_of_use": Text("Nutzungsausfall", "loss of use"),
    "excess": Text("Selbstbeteiligung", "excess"),
    "excess_partial_cover": Text("Selbstbeteiligung der Teilkasko", "excess of the partial cover"),
    "excess_already_taken": Text("schon abgezogene Selbstbeteiligung", "excess taken before"),
    "workshop_clause": Text("Werkstattbindung", "fixed workshop"),
    "brand_workshop_needed": Text("Markenwerkstatt nötig", "brand workshop needed"),
    "cover": Text("Deckung", "cover"),
    "reference_workshop": Text("Referenzwerkstatt", "reference workshop"),
    "proposed_cuts": Text("Kürzungen", "cuts"),
    "new_price": Text("Neupreis", "price when new"),
    "sale_value": Text("Veräußerungswert", "sale value"),
    "material": Text("Materialkosten", "material"),
    "bvsk_class_percent": Text("Schadenklasse des BVSK", "BVSK class of damage"),
    "replacement": Text("Wiederbeschaffungswert", "replacement value"),
    "mfm_extent": Text("Schadenumfang SU", "extent of damage SU"),
    "mileage_km": Text("Laufleistung", "mileage"),
}


def listed(words: Iterable[Text]) -> Text:
    """Several words in one sentence."""
    found = tuple(words)
    return Text(", ".join(word.de for word in found), ", ".join(word.en for word in found))


def named(fields: Iterable[str]) -> Text:
    """Fields by their names for people."""
    return listed(FIELDS.get(field, Text(field, field)) for field in fields)


#: What the limit is compared with.
LIMIT_BASES: Final = {
    "repair_gross": Text("Reparaturkosten brutto", "repair costs gross"),
    "repair_net": Text("Reparaturkosten netto", "repair costs net"),
    "payout": Text("Auszahlung", "payout"),
}
