"""What earlier claims know of a vehicle's mileage: the same plate or the same VIN, on an earlier day."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workbench.store.models import Case, RegistrationField


def remember_mileage(session: Session, case: Case) -> None:
    """Keep the highest mileage of earlier claims for this vehicle at the case's row, for its flags.

    Asked when the case is pre-filled and when plate or VIN change, not at each edit of the calculation.
    """
    session.flush()
    vin = session.scalar(
        select(RegistrationField.value).where(RegistrationField.case_id == case.id, RegistrationField.code == "E")
    )
    same = [Case.plate_key == case.plate_key] if case.plate_key else []
    if vin and len(vin) == 17:
        # One vehicle keeps its VIN when its plate changes.
        same.append(
            Case.id.in_(
                select(RegistrationField.case_id).where(RegistrationField.code == "E", RegistrationField.value == vin)
            )
        )
    case.known_mileage = None
    if not same:
        return
    day = func.coalesce(Case.loss_date, func.date(Case.received_at))
    until = case.loss_date or (case.received_at.date() if case.received_at else None)
    query = select(Case.odometer_km, day, Case.claim_number).where(
        or_(*same), Case.id != case.id, Case.odometer_km.is_not(None)
    )
    if until is not None:
        query = query.where(day < until)
    found = session.execute(query.order_by(Case.odometer_km.desc()).limit(1)).one_or_none()
    if found is not None:
        known, when, number = found
        case.known_mileage = {"km": known, "day": when.isoformat() if when else None, "claim_number": number}
