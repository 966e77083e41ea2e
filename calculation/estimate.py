"""Early total-loss warning: a value band from list price, age and mileage, before an expert has stated the replacement value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from calculation.model import CalculationInput, ValueBand
from calculation.money import HUNDRED, ONE, ZERO, round2, round_to
from calculation.result import Totals, ValueEstimate

_DAYS_PER_YEAR = Decimal("365.25")
#: A car is not worth less than this share of its list price here: below, the band says nothing any more.
FLOOR = Decimal("0.01")


def age_in_years(first_registration: date, on: date) -> Decimal:
    """Age in years with two decimals, never negative."""
    return max(ZERO, round_to(Decimal((on - first_registration).days) / _DAYS_PER_YEAR, 2))


def interpolate(points: list[tuple[Decimal, Decimal]], years: Decimal) -> Decimal:
    """Geometric interpolation of a share between anchors; past the last anchor the last rate of decline goes on.

    Args:
        points: (years, share > 0) by rising years.
        years: age.

    """
    if years <= points[0][0] or len(points) == 1:
        return points[0][1]
    index = next((i for i in range(1, len(points)) if years <= points[i][0]), len(points) - 1)
    (x0, y0), (x1, y1) = points[index - 1], points[index]
    if years == x1:
        return y1
    return max(FLOOR, y0 * (y1 / y0) ** ((years - x0) / (x1 - x0)))


def mileage_percent(band: ValueBand, mileage_km: int | None, years: Decimal) -> Decimal:
    """Percent taken off for more than the usual mileage; less mileage adds nothing, the warning stays on the careful side."""
    if mileage_km is None:
        return ZERO
    over = Decimal(mileage_km) - band.usual_km_per_year * years
    if over <= 0:
        return ZERO
    return min(band.mileage_cap_percent, round_to(over / 1000 * band.mileage_percent_per_1000_km, 2))


def loss_day(data: CalculationInput) -> date:
    """Day of the loss, else the price date."""
    return data.settlement.loss_date or data.parameters.price_date


def estimate(data: CalculationInput, high: Totals) -> ValueEstimate | None:
    """The band and the ratio of the upper edge of the repair costs to its low value.

    A replacement value that an expert stated takes the place of the estimate in the ratio. None without list price, first
    registration or anchors.
    """
    band, vehicle = data.value_band, data.vehicle
    if band is None or not band.anchors or not vehicle.list_price or vehicle.first_registration is None:
        return None
    years = age_in_years(vehicle.first_registration, loss_day(data))
    off = mileage_percent(band, vehicle.mileage_km, years)
    kept = ONE - off / HUNDRED
    low = interpolate([(a.years, a.low) for a in band.anchors], years) * kept
    top = interpolate([(a.years, a.high) for a in band.anchors], years) * kept
    value_low, value_high = round2(vehicle.list_price * low), round2(vehicle.list_price * top)
    stated = data.settlement.replacement
    expert = stated.amount if stated is not None and stated.amount else None
    against, best = (value_low, value_high) if expert is None else (expert, expert)
    return ValueEstimate(
        age_years=years,
        low=value_low,
        high=value_high,
        share_low=round_to(low, 4),
        share_high=round_to(top, 4),
        mileage_percent=off,
        repair_ratio=round_to(high.gross / against, 4) if against else ZERO,
        repair_ratio_least=round_to(high.gross / best, 4) if best else ZERO,
        against="estimate" if expert is None else "stated",
        collapsed=value_low == value_high,
    )
