"""What the priced lines add up to, at the low, the point and the high edge at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from calculation.money import ZERO, round2
from calculation.result import LineResult

#: Low, point, high of one quantity.
Edges = list[Decimal]

#: Groups of time: (rate name, units per hour) -> units at the three edges.
Times = dict[tuple[str, Decimal], Edges]

#: Low, point, high EUR of one line.
Amounts = tuple[Decimal, Decimal, Decimal]

NOTHING: Amounts = (ZERO, ZERO, ZERO)


def zeros() -> Edges:
    """Zero at the three edges."""
    return [ZERO, ZERO, ZERO]


@dataclass(slots=True)
class Gathered:
    """Sums over the lines, each at three edges.

    Attributes:
        parts, marked_up, small_base, small_marked_up: EUR of part lines, of those in the mark-up, of those in the base of
            small parts, of those in both.
        exchange: EUR of exchange parts before discounts, where their tax is asked for.
        labour: time by rate. labour_flat: flat amounts by rate. flat_material: those of them that hold material.
        paint: time by rate. material_points, material_value: of the paint lines (without a band).
        has_paint: any active paint line.
        dents_press, dents_general: time by rate.
        incidentals: EUR.
        banded: any line has a band.
        results: line results in sheet order.
        amounts: line amount edges by id, for deductions on a line.
        prior: id and share of the lines that an earlier damage has to bear in part.

    """

    parts: Edges = field(default_factory=zeros)
    marked_up: Edges = field(default_factory=zeros)
    small_base: Edges = field(default_factory=zeros)
    small_marked_up: Edges = field(default_factory=zeros)
    exchange: Edges = field(default_factory=zeros)
    labour: Times = field(default_factory=dict)
    labour_flat: dict[str, Edges] = field(default_factory=dict)
    flat_material: Edges = field(default_factory=zeros)
    paint: Times = field(default_factory=dict)
    material_points: Decimal = ZERO
    material_value: Decimal = ZERO
    has_paint: bool = False
    dents_press: Times = field(default_factory=dict)
    dents_general: Times = field(default_factory=dict)
    incidentals: Edges = field(default_factory=zeros)
    banded: bool = False
    results: list[LineResult] = field(default_factory=list)
    amounts: dict[str, Amounts] = field(default_factory=dict)
    prior: list[tuple[str, Decimal]] = field(default_factory=list)


def add(target: Edges, low: Decimal, point: Decimal, high: Decimal) -> None:
    """Add one line to a sum."""
    target[0] += low
    target[1] += point
    target[2] += high


def add_time(target: Times, key: tuple[str, Decimal], low: Decimal, point: Decimal, high: Decimal) -> None:
    """Add the time of one line to its group."""
    edges = target.get(key)
    if edges is None:
        target[key] = [low, point, high]
    else:
        edges[0] += low
        edges[1] += point
        edges[2] += high


def time_amount(groups: Times, rates: dict[str, Decimal], edge: int) -> dict[str, Decimal]:
    """EUR by rate name: ``round2(sum units × rate / units per hour)``, from the hourly rate and never from a rounded unit price."""
    exact: dict[str, Decimal] = {}
    for (name, per_hour), edges in groups.items():
        exact[name] = exact.get(name, ZERO) + edges[edge] * rates[name] / per_hour
    return {name: round2(amount) for name, amount in exact.items()}


def time_hours(groups: Times, edge: int) -> dict[str, Decimal]:
    """Hours by rate name, for the time table of the sheet (rounded to 0.01 h)."""
    hours: dict[str, Decimal] = {}
    for (name, per_hour), edges in groups.items():
        hours[name] = hours.get(name, ZERO) + edges[edge] / per_hour
    return {name: round2(value) for name, value in hours.items()}
