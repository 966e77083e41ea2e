"""Money and numbers: exact decimals and the one rounding rule.

Everything in the engine is :class:`decimal.Decimal`. Two decimals, half-up, applied by :func:`round2` and nowhere else
(rule: "Rounding specification", a.6). The mode has a name that is stored with every result, so that a stored result
says how it was rounded.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

#: Name of the rounding mode, stored in every result.
ROUNDING = "half_up_2"

#: The context every calculation runs in, whatever the host program has set.
CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_UP,
    Emin=-999,
    Emax=999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

ZERO = Decimal("0.00")
ONE = Decimal(1)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)

_quantize = Decimal.quantize


def round2(value: Decimal) -> Decimal:
    """Round to two decimals, half-up (away from zero on the tie): the only rounding of the engine.

    Args:
        value: an amount in EUR or a time in hours, any number of decimals.

    """
    return _quantize(value, CENT, ROUND_HALF_UP)


def round_to(value: Decimal, places: int) -> Decimal:
    """Round half-up to ``places`` decimals; for ratios that are shown, never for money."""
    return _quantize(value, Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent_of(base: Decimal, percent: Decimal) -> Decimal:
    """``percent`` per cent on top of ``base``, rounded: 2 % of 1,989.23 is 39.78."""
    return round2(base * percent / HUNDRED)


def percent_contained(total: Decimal, percent: Decimal) -> Decimal:
    """The share that ``percent`` per cent has inside ``total``: 16 % contained in 1,989.23 is 274.38.

    Not the same operation as :func:`percent_of` (reference case CRT-01).
    """
    return round2(total - total / (ONE + percent / HUNDRED))


def net_of(gross: Decimal, vat_rate: Decimal) -> Decimal:
    """Net amount of a gross amount: 202.00 at 0.19 is 169.75 (divide by 1.19, never times 0.81)."""
    return round2(gross / (ONE + vat_rate))


def vat_on(net: Decimal, vat_rate: Decimal) -> Decimal:
    """VAT once on the net total."""
    return round2(net * vat_rate)
