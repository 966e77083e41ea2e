"""What goes into a calculation: frozen values, exact decimals, no defaults that stand for a price.

The same shape is the JSON of a case's draft and of ``telekalk calculate`` (see :mod:`calculation.serialise`): every field below
is a key of the same name, decimals are strings, dates ISO, lists of flat lines. Keys that are not given take their default; an
unknown key is refused with its name. A complete example (also ``tests/calculation/example.json``)::

    {
      "header": {"claim_number": "DEMO-0001", "plate": "XX-TK 100", "make": "Beispiel", "model": "Kompakt",
                 "paint_code": "A1", "paint_layers": 2},
      "parameters": {
        "price_date": "2026-11-23", "supply_date": "2026-11-23", "vat_rate": "0.19",
        "small_parts_percent": "2.00", "small_parts_base": "parts", "upe_markup_percent": "10.00",
        "units_per_hour": {"AW": "10", "ZE": "100"},
        "paint_system": "manual",
        "paint_material": {"model": "percent_of_wage", "percent": "40"},
        "dent_setup_hours": "0.60"
      },
      "rates": {
        "body":     {"hourly": "140.00", "label": "Karosserie", "table": "hourly_rates"},
        "mechanic": {"hourly": "138.00", "label": "Mechanik",   "table": "hourly_rates"},
        "electric": {"hourly": "138.00", "label": "Elektrik",   "table": "hourly_rates"},
        "paint":    {"hourly": "155.00", "label": "Lack",       "table": "hourly_rates"},
        "dents":    {"hourly": "110.00", "label": "Dellen",     "table": "hourly_rates"}
      },
      "parts": [
        {"id": "p1", "label": "Stoßfänger vorn", "part": "bumper_front", "part_number": "", "qty": "1", "unit_price": "484.00",
         "low": "387.20", "high": "726.00", "origin": "suggested", "table": "part_prices", "finding_ids": ["f1", "f2"],
         "reason": {"de": "Riss, großflächig: ersetzen", "en": "crack over a large area: replace"}},
        {"id": "p2", "label": "Scheinwerfer links", "part": "headlamp", "side": "left", "qty": "1", "unit_price": "899.00",
         "origin": "manual", "override": {"reason": "Angebot des Händlers", "previous": "914.00"}}
      ],
      "labour": [
        {"id": "l1", "label": "Stoßfänger vorn ersetzen", "part": "bumper_front", "operation": "replace", "rate": "body",
         "unit": "hours", "units": "1.20", "origin": "suggested", "finding_ids": ["f1"]},
        {"id": "l2", "label": "Scheinwerfer links aus- und einbauen", "part": "headlamp", "side": "left",
         "operation": "remove_install", "rate": "body", "unit": "hours", "units": "0.40", "included_in": ["l1"]},
        {"id": "l3", "label": "Scheinwerfer einstellen", "operation": "adjust", "rate": "electric", "unit": "AW", "units": "3",
         "added_by": ["p2"]}
      ],
      "paint": [
        {"id": "k0", "label": "Vorbereitung Kunststoff", "level": "preparation", "substrate": "plastic", "hours": "0.80"},
        {"id": "k1", "label": "Stoßfänger vorn, Neuteil", "part": "bumper_front", "level": "new", "substrate": "plastic",
         "hours": "2.10", "origin": "suggested", "finding_ids": ["f1"]}
      ],
      "dents": [
        {"id": "d1", "label": "Dach, 10 Dellen bis 20 mm", "part": "roof", "count": 10, "size_mm": "20", "press_hours": "1.50",
         "aluminium_percent": "25", "finish_hours": "0.25", "panels": 1}
      ],
      "incidentals": [
        {"id": "i1", "label": "Entsorgung", "kind": "disposal", "amount": "25.00", "origin": "table"},
        {"id": "i2", "label": "Verbringung zum Lackierer", "kind": "transfer", "unit": "hours", "units": "1.00", "rate": "body"}
      ],
      "deductions": [
        {"id": "a1", "label": "Vorschaden Stoßfänger", "kind": "prior_damage", "base": "amount", "amount": "50.00",
         "taxed": true, "reason_text": "alter Kratzer rechts, Foto 3"}
      ],
      "settlement": {
        "regime": "kasko", "cover": "full", "excess": "300.00", "loss_date": "2026-11-20",
        "leased": false, "financed": false, "input_tax_deduction": false,
        "replacement": {"amount": "14500.00", "tax_kind": "margin_contained", "stated_by": "M. Muster, SV"},
        "residual": {"amount": "6100.00", "stated_by": "M. Muster, SV"}
      },
      "circumstances": {"airbag_deployed": false, "not_drivable": false},
      "policy": {"limit": "4000.00", "limit_basis": "repair_gross", "version": "demo-1"},
      "vehicle": {"segment": "compact", "list_price": "28500.00", "first_registration": "2019-03-14", "mileage_km": 82000},
      "value_band": {"anchors": [{"years": "0", "low": "1.00", "high": "1.00"}, {"years": "1", "low": "0.75", "high": "0.75"},
                                 {"years": "3", "low": "0.50", "high": "0.67"}, {"years": "5", "low": "0.50", "high": "0.50"},
                                 {"years": "10", "low": "0.20", "high": "0.20"}, {"years": "15", "low": "0.10", "high": "0.10"}],
                     "table": "value_band"},
      "table_references": [
        {"name": "hourly_rates", "version": "2026.1", "valid_from": "2026-01-01", "reviewed_until": "2026-12-31",
         "source": "…", "demonstration": true}
      ]
    }
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from calculation.model_facts import BandAnchor, Circumstances, LimitBasis, Policy, ValueBand, Vehicle
from calculation.model_lines import (
    CodeSystem,
    DeductionBase,
    DeductionKind,
    DeductionLine,
    IncidentalKind,
    IncidentalLine,
    LabourLine,
    Line,
    Operation,
    Origin,
    Override,
    PartLine,
    PartOrigin,
    PreDamage,
    Side,
    Text,
    TimeUnit,
)
from calculation.model_settlement import (
    PARTIAL_COVER_PERILS,
    DisputedItem,
    ItemKind,
    LossOfUse,
    Mode,
    Peril,
    ProposedCut,
    ReferenceWorkshop,
    Regime,
    RepairDone,
    ReplacementBought,
    Settlement,
    SettlementItem,
    WorkshopClause,
)
from calculation.model_surface import (
    ClearCoat,
    DentFeature,
    DentLine,
    DentMethod,
    LayerWay,
    PaintLevel,
    PaintLine,
    PaintOption,
    Substrate,
)
from calculation.model_terms import (
    Alternative,
    MaterialModel,
    PaintMaterial,
    PaintSystem,
    Parameters,
    Rate,
    Rounding,
    SmallPartsBase,
    TableReference,
)
from calculation.model_values import (
    ReplacementValue,
    ResidualOffer,
    ResidualValue,
    TaxKind,
    ValueLoss,
    ValueLossBasis,
)

__all__ = [
    "PARTIAL_COVER_PERILS",
    "Alternative",
    "BandAnchor",
    "CalculationInput",
    "Circumstances",
    "ClearCoat",
    "CodeSystem",
    "DeductionBase",
    "DeductionKind",
    "DeductionLine",
    "DentFeature",
    "DentLine",
    "DentMethod",
    "DisputedItem",
    "Header",
    "IncidentalKind",
    "IncidentalLine",
    "ItemKind",
    "LabourLine",
    "LayerWay",
    "LimitBasis",
    "Line",
    "LossOfUse",
    "MaterialModel",
    "Mode",
    "Operation",
    "Origin",
    "Override",
    "PaintLevel",
    "PaintLine",
    "PaintMaterial",
    "PaintOption",
    "PaintSystem",
    "Parameters",
    "PartLine",
    "PartOrigin",
    "Peril",
    "Policy",
    "PreDamage",
    "ProposedCut",
    "Rate",
    "ReferenceWorkshop",
    "Regime",
    "RepairDone",
    "ReplacementBought",
    "ReplacementValue",
    "ResidualOffer",
    "ResidualValue",
    "Rounding",
    "Settlement",
    "SettlementItem",
    "Side",
    "SmallPartsBase",
    "Substrate",
    "TableReference",
    "TaxKind",
    "Text",
    "TimeUnit",
    "ValueBand",
    "ValueLoss",
    "ValueLossBasis",
    "Vehicle",
    "WorkshopClause",
]


_CIRCUMSTANCES, _POLICY, _VEHICLE = Circumstances(), Policy(), Vehicle()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is printed at the head of the sheet; the engine does not calculate with it.

    Attributes:
        claim_number, plate, vin, hsn, tsn, make, model, series, sub_model: as on the documents.
        vehicle_code: code of the vehicle at a data provider.
        vehicle_code_system: which provider.
        equipment: optional equipment as read from the VIN or typed.
        paint_code: colour.
        paint_layers: 1 to 4.
        phantom: calculated on a similar vehicle, every line to be checked.
        rate_set: name of the rate set.
        paint_price_version: version of the paint prices.
        paint_price_date: their date, beside the price date of the parts.
        author: who calculates.
        version: of the calculation, e.g. 2 after a change.

    """

    claim_number: str = ""
    plate: str = ""
    vin: str = ""
    hsn: str = ""
    tsn: str = ""
    make: str = ""
    model: str = ""
    series: str = ""
    sub_model: str = ""
    vehicle_code: str = ""
    vehicle_code_system: str = ""
    equipment: tuple[str, ...] = ()
    paint_code: str = ""
    paint_layers: int | None = None
    phantom: bool = False
    rate_set: str = ""
    paint_price_version: str = ""
    paint_price_date: date | None = None
    author: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculationInput:
    """Everything that one calculation needs; see the module's example.

    Attributes:
        header: printed head.
        parameters: settings.
        rates: net hourly rates by name.
        parts, labour, paint, dents, incidentals, deductions: the lines.
        alternatives: what replacing a part would cost, to be compared with its repair.
        settlement: regime and its values.
        circumstances: other facts.
        policy: limits.
        vehicle: age, list price, mileage.
        value_band: anchors for the early warning.
        table_references: versions of the tables used.
        assumptions: what was assumed because it was not known; each becomes an amber flag.

    """

    header: Header = Header()
    parameters: Parameters
    rates: dict[str, Rate] = field(default_factory=dict)
    parts: tuple[PartLine, ...] = ()
    labour: tuple[LabourLine, ...] = ()
    paint: tuple[PaintLine, ...] = ()
    dents: tuple[DentLine, ...] = ()
    incidentals: tuple[IncidentalLine, ...] = ()
    deductions: tuple[DeductionLine, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    settlement: Settlement
    circumstances: Circumstances = _CIRCUMSTANCES
    policy: Policy = _POLICY
    vehicle: Vehicle = _VEHICLE
    value_band: ValueBand | None = None
    table_references: tuple[TableReference, ...] = ()
    assumptions: tuple[Text, ...] = ()
