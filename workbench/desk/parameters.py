"""The parameters that an expert can type on their own: where they lie in the draft, in which group they stand, when they count.

Kind, range and choices come from the engine's types (:mod:`workbench.desk.engine_fields`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from workbench.desk.engine_fields import EngineField, field_of, has_field


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the calculation, or a fact of the claim.

    Attributes:
        path: keys down into the draft (or the claim); a missing object on the way is made.
        field: what may be typed.
        words: group of the text catalogue that names the choices.
        regime: only of interest in this regime.
        when: only of interest while another parameter has one of these values.
    """

    path: tuple[str, ...]
    field: EngineField
    words: str = ""
    regime: str | None = None
    when: tuple[str, tuple[str, ...]] | None = None

    @property
    def kind(self) -> str:
        """number, share, word, flag, text or day."""
        return self.field.kind


#: parameters whose value decides which others are shown
SWITCHES = frozenset({"material_model", "small_parts_base", "ws_kind"})


def _engine(path: str, *, words: str = "", regime: str | None = None, when: tuple[str, str] | None = None) -> Parameter:
    """A parameter at a dotted path of the engine's input."""
    keys = tuple(path.split("."))
    field = field_of(keys)
    if len(keys) > 1 and keys[-2] in ("rates", "units_per_hour"):
        # A single entry of a mapping may be left out.
        field = EngineField(field.kind, field.unit, True, field.low, field.high, field.places)
    shown = (when[0], tuple(when[1].split())) if when else None
    return Parameter(keys, field, words, regime, shown)


def _group(
    prefix: str, entries: Mapping[str, str | tuple[str, str]], *, regime: str | None = None
) -> dict[str, Parameter]:
    made = {}
    for name, entry in entries.items():
        path, words = entry if isinstance(entry, tuple) else (entry, "")
        if has_field(tuple(f"{prefix}{path}".split("."))):
            made[name] = _engine(f"{prefix}{path}", words=words, regime=regime)
    return made


_P, _M, _S = "parameters.", "parameters.paint_material.", "settlement."
_WORKSHOP = "settlement.reference_workshop."
PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "price_date": _engine(_P + "price_date"),
        "upe": _engine(_P + "upe_markup_percent"),
        "small_parts_base": _engine(_P + "small_parts_base", words="small_parts_base"),
        "small_parts": _engine(_P + "small_parts_percent", when=("small_parts_base", "parts parts_with_markup labour")),
        "small_parts_amount": _engine(_P + "small_parts_amount", when=("small_parts_base", "amount")),
        **_group(
            _P,
            {
                "procurement": "procurement_amount",
                "procurement_percent": "procurement_percent",
                "procurement_max": "procurement_max",
                "disposal": "parts_disposal_percent",
                "labour_setup": "labour_setup_percent",
                "dent_setup": "dent_setup_hours",
                "units_aw": "units_per_hour.AW",
                "units_ze": "units_per_hour.ZE",
            },
        ),
        "paint_system": _engine(_P + "paint_system", words="paint_system"),
        "material_model": _engine(_M + "model", words="material"),
        "material": _engine(_M + "percent", when=("material_model", "percent_of_wage")),
        "material_point": _engine(_M + "price_per_point", when=("material_model", "points")),
        "material_constant": _engine(_M + "constant", when=("material_model", "points azt_index")),
        "material_index": _engine(_M + "index", when=("material_model", "azt_index")),
        "material_amount": _engine(_M + "amount", when=("material_model", "flat")),
        **_group(
            _P,
            {
                "material_disposal": "paint_material.disposal_percent",
                "material_source": "paint_material.source",
                "preparation_metal": "preparation_metal_percent",
                "preparation_plastic": "preparation_plastic_percent",
                "preparation_other": "other_preparation_percent",
            },
        ),
        "vat": _engine(_P + "vat_rate"),
        "supply_date": _engine(_P + "supply_date"),
        **_group(_P, {"exchange_part_tax": "exchange_part_tax"}),
        # what the contract or the law asks for
        **_group(
            _S,
            {
                "cover": ("cover", "cover"),
                "peril": ("peril", "peril"),
                "excess_partial": "excess_partial_cover",
                "excess_taken": "excess_already_taken",
                "clause_percent": "workshop_clause.percent",
                "clause_base": ("workshop_clause.base", "clause_base"),
                "clause": "workshop_clause.clause",
            },
            regime="kasko",
        ),
        **_group(
            _S,
            {
                "lump_sum": "lump_sum",
                "keeps_six_months": "keeps_six_months",
                "fulfilment_date": "fulfilment_date",
                "own_insurer_paid": "own_insurer_paid",
            },
            regime="liability",
        ),
        **_group(
            _S,
            {
                "roadworthy": "roadworthy",
                "already_paid": "already_paid",
                "replacement": "replacement.amount",
                "replacement_tax": ("replacement.tax_kind", "tax_kind"),
                "replacement_margin": "replacement.margin_rate",
                "valued_on": "replacement.valued_on",
                "residual": "residual.amount",
                "residual_offer": "residual.insurer_offer",
                "residual_offer_on": "residual.insurer_offer_on",
                "residual_sold": "residual.sold_for",
            },
        ),
        **_group(
            "vehicle.",
            {
                "list_price": "list_price",
            },
        ),
        **_group(
            _S,
            {
                "value_loss": "value_loss.amount",
                "value_loss_basis": ("value_loss.basis", "net_gross"),
                "value_loss_method": "value_loss.method",
                "vl_new_price": "value_loss_basis.new_price",
                "vl_sale_value": "value_loss_basis.sale_value",
                "vl_price_basis": ("value_loss_basis.price_basis", "net_gross"),
                "vl_age": "value_loss_basis.age_months",
                "vl_outer_skin": "value_loss_basis.outer_skin_only",
                "vl_bvsk_class": "value_loss_basis.bvsk_class_percent",
                "vl_bvsk_market": "value_loss_basis.bvsk_market_percent",
                "vl_bvsk_factor": "value_loss_basis.bvsk_factor",
                "vl_mfm_extent": "value_loss_basis.mfm_extent",
                "vl_mfm_market": "value_loss_basis.mfm_market_factor",
                "vl_mfm_prior": "value_loss_basis.mfm_prior_factor",
            },
            regime="liability",
        ),
        **_group(
            _WORKSHOP,
            {
                "ws_name": "name",
                "ws_address": "address",
                "ws_kind": ("kind", "ws_kind"),
                "ws_distance": "distance_km",
                "ws_reachable": "easily_reachable",
                "ws_body": "rates.body",
                "ws_mechanic": "rates.mechanic",
                "ws_electric": "rates.electric",
                "ws_paint": "rates.paint",
                "ws_upe": "upe_markup_percent",
                "ws_transfer": "transfer_amount",
                "ws_repair_net": "repair_net",
                "ws_evidence": "equivalence_evidence",
                "ws_equivalent": "equivalent",
                "ws_original": "original_parts",
                "ws_special": "special_insurer_price",
                "ws_from": "valid_from",
                "ws_until": "valid_until",
                "ws_proposed": "proposed_by",
            },
        ),
        **_group(
            "circumstances.",
            {
                "drivable": "not_drivable",
                "airbag": "airbag_deployed",
                "structural": "structural_damage",
                "wheel_hit": "wheel_or_axle_hit",
                "fluid": "fluid_loss",
                "flood_fire": "flood_or_fire",
                "prior": "prior_damage",
                "mainly_body": "mainly_body_and_paint",
                "other_insurer": "other_insurer",
                "assignment": "assignment",
                "injury": "personal_injury",
                "police": "police_case",
                "shared_fault": "shared_fault",
                "owner": "owner_is_claimant",
                "fleet": "fleet_discount",
            },
        ),
    }
)


def _fact(
    name: str,
    kind: Any = "number",
    *,
    unit: str = "",
    optional: bool = False,
    high: str = "10000000",
    places: int = 2,
    regime: str | None = None,
) -> Parameter:
    return Parameter((name,), EngineField(kind, unit, optional, Decimal(0), Decimal(high), places), regime=regime)


#: facts of the claim; they are kept with the claim, and the use case puts them into the draft as well
CLAIM_FACTS: Mapping[str, Parameter] = MappingProxyType(
    {
        "excess": _fact("excess", unit="€", optional=True, high="999999.99", regime="kasko"),
        "quota_percent": _fact("quota_percent", unit="%", high="100", regime="liability"),
        "leased_or_financed": _fact("leased_or_financed", "flag", optional=True),
        "input_tax_deductible": _fact("input_tax_deductible", "flag", optional=True),
        "odometer_km": _fact("odometer_km", unit="km", optional=True, high="3000000", places=0),
        "loss_date": _fact("loss_date", "day", optional=True),
        "postcode": _fact("postcode", "text", optional=True),
    }
)

#: groups of the parameter tab, in order: name -> (parameters and facts of the claim, open from the start)
GROUPS: Mapping[str, tuple[tuple[str, ...], bool]] = MappingProxyType(
    {
        "calculation": (
            (
                "price_date", "upe", "small_parts_base", "small_parts", "small_parts_amount", "procurement",
                "procurement_percent", "procurement_max", "disposal", "labour_setup", "dent_setup", "units_aw", "units_ze",
            ),
            True,
        ),
        "rates": ((), True),
        "paint": (
            (
                "paint_system", "material_model", "material", "material_point", "material_constant", "material_index",
                "material_amount", "material_disposal", "material_source", "preparation_metal", "preparation_plastic",
                "preparation_other",
            ),
            True,
        ),
        "tax": (("vat", "supply_date", "input_tax_deductible", "exchange_part_tax"), True),
        "settlement": (
            (
                "excess", "excess_partial", "excess_taken", "cover", "peril", "clause_percent", "clause_base", "clause",
                "quota_percent", "lump_sum", "keeps_six_months", "roadworthy", "fulfilment_date", "own_insurer_paid",
                "already_paid",
            ),
            True,
        ),
        "value": (
            (
                "replacement", "replacement_tax", "replacement_margin", "valued_on", "residual", "residual_offer",
                "residual_offer_on", "residual_sold", "list_price",
            ),
            True,
        ),
        "value_loss": (
            (
                "value_loss", "value_loss_basis", "value_loss_method", "vl_new_price", "vl_sale_value", "vl_price_basis", "vl_age",
                "vl_outer_skin", "vl_bvsk_class", "vl_bvsk_market", "vl_bvsk_factor", "vl_mfm_extent", "vl_mfm_market",
                "vl_mfm_prior",
            ),
            False,
        ),
        "workshop": (
            (
                "ws_name", "ws_address", "ws_kind", "ws_distance", "ws_reachable", "ws_body", "ws_mechanic", "ws_electric",
                "ws_paint", "ws_upe", "ws_transfer", "ws_repair_net", "ws_evidence", "ws_equivalent", "ws_original",
                "ws_special", "ws_from", "ws_until", "ws_proposed",
            ),
            False,
        ),
        "facts": (
            (
                "leased_or_financed", "odometer_km", "loss_date", "postcode", "drivable", "airbag", "structural", "wheel_hit",
                "fluid", "flood_fire", "prior", "mainly_body", "other_insurer", "assignment", "injury", "police",
                "shared_fault", "owner", "fleet",
            ),
            True,
        ),
    }
)  # fmt: skip
#: parameters that stand as rows inside the sheet: block -> (row, key of the parameter, key of the amount in the totals)
SHEET_ROWS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {"parts": (("small_parts", "small_parts"), ("upe", "upe_markup")), "paint": (("material", "paint_material"),)}
)
RATE_LIMIT = (Decimal("0.01"), Decimal("999.99"))
