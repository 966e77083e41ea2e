"""Proves a stored calculation: made again from its stored input, under the engine version that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from calculation import CalculationError
from workbench.access import Actor, require
from workbench.engines import calculate_with, checksum
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Calculation, Case, Offer

#: More differences than this say nothing more.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of making one stored calculation again.

    Attributes:
        calculation_id, claim_number, offer_version: which one; the version is None for one that no offer stands on.
        engine_version: the rules it was made with.
        made_at: when.
        same: the result made again has the same bytes as the stored one.
        intact: the stored result still has the checksum that was stored with it.
        differences: dotted names of values that differ, at most twenty.
        problem: code of the error when it could not be made again.
    """

    calculation_id: str
    claim_number: str
    offer_version: int | None
    engine_version: str
    made_at: datetime
    same: bool
    intact: bool
    differences: tuple[str, ...] = ()
    problem: str | None = None


def differences(stored: Any, made: Any, at: str = "") -> Iterator[str]:
    """Dotted names of the values in which two results differ."""
    if isinstance(stored, Mapping) and isinstance(made, Mapping):
        for key in sorted({*stored, *made}, key=str):
            if key not in stored or key not in made:
                yield f"{at}.{key}".lstrip(".")
            else:
                yield from differences(stored[key], made[key], f"{at}.{key}")
    elif isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        for number, (first, second) in enumerate(zip(stored, made, strict=True)):
            yield from differences(first, second, f"{at}[{number}]")
    elif stored != made:
        yield at.lstrip(".")


def prove(actor: Actor, claim_number: str | None = None) -> Iterator[Proof]:
    """Make stored calculations again, one after the other, oldest first.

    Args:
        actor: Who asks; needs ``calculation.prove``.
        claim_number: Only those of this claim; None for all.

    Yields:
        One proof for each stored calculation; one that cannot be made again says so and does not stop the others.
    """
    require(actor, "calculation.prove")
    query = (
        select(Calculation.id, Case.claim_number, Offer.version)
        .join(Case, Case.id == Calculation.case_id)
        .outerjoin(Offer, Offer.calculation_id == Calculation.id)
        .order_by(Calculation.made_at, Calculation.id)
    )
    if claim_number is not None:
        query = query.where(Case.claim_number == claim_number)
    with session_scope() as session:
        wanted = session.execute(query).all()
    for calculation_id, number, version in wanted:
        with session_scope() as session:
            stored = session.get_one(Calculation, calculation_id)
        yield _prove(stored, number, version)


def _prove(stored: Calculation, claim_number: str, offer_version: int | None) -> Proof:
    made: dict[str, Any] | None = None
    problem: str | None = None
    try:
        made = calculate_with(stored.engine_version, stored.input)
    except (TelekalkError, CalculationError) as error:
        problem = error.code
    found = tuple(differences(stored.result, made))[:_MOST] if made is not None else ()
    return Proof(
        calculation_id=stored.id,
        claim_number=claim_number,
        offer_version=offer_version,
        engine_version=stored.engine_version,
        made_at=stored.made_at,
        same=made is not None and checksum(made) == stored.result_sha256,
        intact=checksum(stored.result) == stored.result_sha256,
        differences=found,
        problem=problem,
    )
