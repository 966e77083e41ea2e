"""What the vectorised way knows of the input, field by field.

Every field of every dataclass of the input is in exactly one of three sets, and a test fails when one is not:

- *counted*: the columns carry it;
- *silent*: it changes no figure that a re-pricing gives (labels, notes, who stated something);
- *forcing*: the columns do not know it. A calculation in which it differs from its default goes to the single engine. A field that
  is new and in no set yet is treated as forcing.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, Final

from calculation import model
from calculation.codec import to_json

_LINE_COUNTED: Final = frozenset(
    {"id", "part", "origin", "override", "table", "table_key", "active", "included_in", "uncertain", "low", "high"}
)
_LINE_SILENT: Final = frozenset({"label", "side", "code", "note", "finding_ids", "reason", "added_by"})

COUNTED: Final[dict[str, frozenset[str]]] = {
    "CalculationInput": frozenset(
        {
            "header", "parameters", "rates", "parts", "labour", "paint", "dents", "incidentals", "deductions", "settlement",
            "policy", "vehicle", "value_band", "table_references",
        }
    ),
    "Header": frozenset({"claim_number"}),
    "Parameters": frozenset(
        {
            "price_date", "vat_rate", "small_parts_percent", "small_parts_base", "small_parts_amount", "upe_markup_percent",
            "procurement_amount", "parts_disposal_percent", "units_per_hour", "paint_material", "preparation_metal_percent",
            "preparation_plastic_percent", "dent_setup_hours",
        }
    ),
    "PaintMaterial": frozenset({"model", "percent", "price_per_point", "constant", "index", "amount", "table"}),
    "Rate": frozenset({"hourly", "table", "table_key"}),
    "PartLine": _LINE_COUNTED | {"qty", "unit_price", "discount_percent", "marked_up", "small_parts"},
    "LabourLine": _LINE_COUNTED
    | {"rate", "level", "unit", "units", "units_per_hour", "surcharge_percent", "flat_amount"},
    "PaintLine": _LINE_COUNTED
    | {"level", "substrate", "hours", "rate", "surcharge_percent", "material_points", "material_value"},
    "DentLine": _LINE_COUNTED
    | {
        "count", "press_hours", "aluminium_percent", "glue_percent", "reach_percent", "finish_hours", "panels", "rate",
        "size_mm",
    },
    "IncidentalLine": _LINE_COUNTED | {"amount", "rate", "unit", "units"},
    "DeductionLine": frozenset(
        {"id", "active", "included_in", "kind", "base", "percent", "amount", "line_id", "taxed", "reason_text"}
    ),
    "Settlement": frozenset(
        {
            "regime", "excess", "quota", "loss_date", "replacement", "residual", "value_loss", "lump_sum",
            "keeps_six_months", "roadworthy", "input_tax_deduction",
        }
    ),
    "ReplacementValue": frozenset({"amount", "tax_kind", "margin_rate"}),
    "ResidualValue": frozenset({"amount"}),
    "ValueLoss": frozenset({"amount", "basis"}),
    "Policy": frozenset(
        {
            "limit", "limit_basis", "amber_ratio", "red_ratio", "max_age_years", "max_mileage_km", "reference_max_km",
            "bagatelle_gross",
        }
    ),
    "Vehicle": frozenset({"segment", "list_price", "list_price_assumed", "first_registration", "mileage_km"}),
    "ValueBand": frozenset(
        {"anchors", "mileage_percent_per_1000_km", "usual_km_per_year", "mileage_cap_percent", "table"}
    ),
    "BandAnchor": frozenset({"years", "low", "high"}),
    "TableReference": frozenset({"name", "version", "sha256"}),
}  # fmt: skip

SILENT: Final[dict[str, frozenset[str]]] = {
    # alternatives are a check beside the sheet and enter no amount
    "CalculationInput": frozenset({"circumstances", "assumptions", "alternatives"}),
    # the head is printed and nothing is calculated with it, whatever is added to it
    "Header": frozenset(field.name for field in fields(model.Header)) - {"claim_number"},
    "Parameters": frozenset({"supply_date", "paint_system"}),
    "PaintMaterial": frozenset({"source", "stated_on"}),
    "Rate": frozenset({"label"}),
    "PartLine": _LINE_SILENT | {"part_number", "part_origin"},
    "LabourLine": _LINE_SILENT | {"operation"},
    "PaintLine": _LINE_SILENT | {"layers", "clear_coat", "two_tone", "fitted", "scuff"},
    "DentLine": _LINE_SILENT | {"method", "orientation", "features"},
    "IncidentalLine": _LINE_SILENT | {"kind"},
    "DeductionLine": _LINE_SILENT
    | {"part", "origin", "override", "table", "table_key", "uncertain"},
    "Settlement": frozenset({"cover", "leased", "financed", "fulfilment_date", "brand_workshop_needed"}),
    "ReplacementValue": frozenset({"stated_by", "valued_on"}),
    "Vehicle": frozenset({"brand_serviced"}),
    "ResidualValue": frozenset({"stated_by"}),
    "ValueLoss": frozenset({"method", "stated_by"}),
    "Policy": frozenset({"name", "version", "valid_from"}),
    "TableReference": frozenset({"source", "valid_from", "valid_until", "reviewed_until", "demonstration"}),
}  # fmt: skip

FORCING: Final[dict[str, frozenset[str]]] = {
    "CalculationInput": frozenset(),
    "Parameters": frozenset(
        {
            "rounding", "procurement_percent", "procurement_max", "exchange_part_tax", "labour_setup_percent",
            "other_preparation_percent",
        }
    ),
    "PaintMaterial": frozenset({"disposal_percent"}),
    "PartLine": frozenset({"pre_damage"}),
    "LabourLine": frozenset({"pre_damage", "difficulty_percent", "flat_includes_material", "code_system"}),
    "PaintLine": frozenset(
        {
            "pre_damage", "system_level", "layer_way", "spot_size_mm", "spots", "preparation_included", "option", "count",
        }
    ),
    "DentLine": frozenset({"pre_damage", "count_large"}),
    "IncidentalLine": frozenset({"pre_damage"}),
    "DeductionLine": frozenset({"pre_damage", "has_gain", "gain"}),
    "Settlement": frozenset(
        {
            "mode", "value_loss_basis", "other_items", "own_insurer_paid", "peril", "excess_partial_cover",
            "excess_already_taken", "workshop_clause", "already_paid", "reference_workshop", "proposed_cuts", "repair_done",
            "replacement_bought", "loss_of_use",
        }
    ),
    "ResidualValue": frozenset({"offers", "insurer_offer", "insurer_offer_on", "sold_for", "sold_on"}),
}  # fmt: skip

#: Dataclasses that only ever stand inside a silent or forcing field.
UNREAD: Final = frozenset(
    {
        "Alternative", "Circumstances", "LossOfUse", "Override", "PreDamage", "ProposedCut", "ReferenceWorkshop", "RepairDone",
        "ReplacementBought", "ResidualOffer", "SettlementItem", "Text", "ValueLossBasis", "WorkshopClause",
    }
)  # fmt: skip

CLASSES: Final[dict[str, type[Any]]] = {name: getattr(model, name) for name in COUNTED}


@cache
def of(name: str) -> tuple[Field[Any], ...]:
    """Fields of a dataclass of the input by its name."""
    return fields(CLASSES[name])


@cache
def forcing(name: str) -> tuple[str, ...]:
    """Fields that send a calculation to the single engine unless they have their default."""
    known = COUNTED[name] | SILENT.get(name, frozenset())
    return tuple(field.name for field in of(name) if field.name not in known)


@cache
def defaults(name: str) -> dict[str, Any]:
    """JSON values of the fields that may be left out."""
    found: dict[str, Any] = {}
    for field in of(name):
        if field.default is not MISSING:
            found[field.name] = to_json(field.default)
        elif field.default_factory is not MISSING:
            found[field.name] = to_json(field.default_factory())
    return found


@cache
def keys(name: str) -> frozenset[str]:
    """Keys that the JSON of a dataclass may have."""
    extra = {"finding_id"} if "finding_ids" in {field.name for field in of(name)} else set()
    return frozenset({field.name for field in of(name)} | extra)
