"""The vehicle as the registration document tells of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """What a calculation needs of the vehicle.

    Attributes:
        title: Make and commercial name for lists; None when neither was read.
        holder: Name of the holder on the document.
    """

    title: str | None
    plate: str | None
    vin: str | None
    hsn: str | None
    tsn: str | None
    make: str | None
    model: str | None
    colour: str | None
    first_registration: date | None
    power_kw: int | None
    mileage_km: int | None
    holder: str | None

    def header(self) -> dict[str, Any]:
        """The head of the calculation; unknown facts are left out."""
        named = {
            "plate": self.plate,
            "vin": self.vin,
            "hsn": self.hsn,
            "tsn": self.tsn,
            "make": self.make,
            "model": self.model,
        }
        return {name: value for name, value in named.items() if value}


def vehicle_of(fields: Mapping[str, str | None], mileage_km: int | None) -> VehicleFacts:
    """Facts of the vehicle from the document's fields.

    Args:
        fields: Printed code -> normalised value, dates as ISO text.
        mileage_km: Odometer of the claim.
    """

    def text(code: str) -> str | None:
        value = (fields.get(code) or "").strip()
        return value or None

    registered: date | None = None
    if text("B"):
        try:
            registered = date.fromisoformat(str(text("B")))
        except ValueError:
            registered = None
    power = (text("P.2") or text("P.2/P.4") or "").split("/")[0].strip()
    make, model = text("D.1") or text("2"), text("D.3")
    holder = " ".join(part for part in (text("C.1.2"), text("C.1.1")) if part)
    return VehicleFacts(
        title=" ".join(part for part in (make, model) if part)[:120] or None,
        plate=text("A"),
        vin=text("E"),
        hsn=text("2.1"),
        tsn=text("2.2"),
        make=make,
        model=model,
        colour=text("R"),
        first_registration=registered,
        power_kw=int(power) if power.isdigit() else None,
        mileage_km=mileage_km,
        holder=holder or None,
    )


#: Facts of the head of a calculation that come from the document alone.
_HEADER = ("vin", "hsn", "tsn", "make", "model", "plate")


def with_vehicle(draft: Mapping[str, Any], vehicle: VehicleFacts, plate: str | None) -> dict[str, Any]:
    """The calculation with the vehicle of the document in its head; what is not known stands there no longer.

    Args:
        draft: calculation input JSON.
        vehicle: facts of the document.
        plate: of the claim, where the document tells none.
    """
    others = {name: value for name, value in (draft.get("header") or {}).items() if name not in _HEADER}
    header = {**({"plate": plate} if plate else {}), **vehicle.header()}
    return {**draft, "header": {**others, **header}}
