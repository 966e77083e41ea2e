"""The intake API's requests and answers, as its description publishes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.cases.views import ClaimData, State

# One line of text without control characters; PostgreSQL refuses NUL.
_LINE = r"^[^\x00-\x1f\x7f]+$"
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]


class Problem(BaseModel):
    """What is wrong, and what to do about it."""

    code: str = Field(description="Stable code, `TK-AREA-nnn`.", examples=["TK-PHOTO-002"])
    message: str = Field(description="One sentence, German or English by `Accept-Language`.")
    remedy: str = Field(description="What can be done; may be empty.")


class ErrorAnswer(BaseModel):
    """The one shape of every error."""

    ok: Literal[False] = False
    error: Problem


class Claim(BaseModel):
    """A claim for which photos will be handed in."""

    model_config = ConfigDict(extra="forbid")

    claim_number: Annotated[
        str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-zÄÖÜäöüß][0-9A-Za-zÄÖÜäöüß._/+-]*$")
    ] = Field(description="Number of the claim at the insurer; one case per claim.", examples=["KS-2026-000123"])
    regime: Literal["kasko", "liability"] = Field(
        default="kasko", description="`kasko`: own damage, by contract; `liability`: injured third party, by law."
    )
    plate: Annotated[str, Field(min_length=2, max_length=16, pattern=_LINE)] | None = Field(
        default=None, description="Number plate; the customer signs in with it.", examples=["M-AB 123"]
    )
    odometer_km: Annotated[int, Field(ge=0, le=2_000_000)] | None = Field(
        default=None, description="Mileage; without it the customer cannot sign in to the phone pages."
    )
    holder_name: Line | None = None
    vehicle: Line | None = Field(default=None, description="Make and model as known.")
    loss_date: date | None = None
    email: Annotated[str, Field(max_length=120, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$")] | None = None
    phone: Annotated[str, Field(max_length=40, pattern=r"^[+0-9][0-9 ()/-]*$")] | None = None
    postcode: Annotated[str, Field(pattern=r"^[0-9]{5}$")] | None = Field(
        default=None, description="Where the vehicle is; selects the hourly rates."
    )
    coverage: Literal["full", "partial"] | None = None
    excess: Annotated[str, Field(pattern=r"^[0-9]{1,5}(\.[0-9]{1,2})?$")] | None = Field(
        default=None, description="Excess in EUR as a decimal string.", examples=["300.00"]
    )
    quota_percent: Annotated[str, Field(pattern=r"^([0-9]{1,2}(\.[0-9]{1,2})?|100)$")] = Field(
        default="100", description="Share that is paid (liability), as a decimal string."
    )
    input_tax_deductible: bool = False
    leased_or_financed: bool | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
    invite: bool = Field(
        default=False,
        description="Send the customer a message with the link to the phone pages (needs phone or email).",
    )

    def to_claim_data(self) -> ClaimData:
        """Return the claim as the use case takes it."""
        facts: dict[str, Any] = self.model_dump(exclude={"invite"})
        facts["excess"] = None if self.excess is None else Decimal(self.excess)
        facts["quota_percent"] = Decimal(self.quota_percent)
        return ClaimData(**facts, source="api")


class Case(BaseModel):
    """A case in one line."""

    id: str = Field(description="Id for all further calls.")
    claim_number: str
    state: State


class CaseAnswer(BaseModel):
    """A case was opened, or had been opened by the same request before."""

    ok: Literal[True] = True
    case: Case


class PhotoAnswer(BaseModel):
    """What became of one file of the request."""

    filename: str
    status: Literal["accepted", "duplicate", "rejected"]
    photo_id: str | None = None
    sha256: str | None = Field(default=None, description="Of the stored, cleaned photo.")
    width: int | None = None
    height: int | None = None
    code: str | None = Field(default=None, description="Why it was rejected, or TK-PHOTO-010 for a duplicate.")
    message: str | None = None
    remedy: str | None = None


class PhotosAnswer(BaseModel):
    """Each file of the request, answered on its own; a bad one does no harm to the others."""

    ok: Literal[True] = True
    accepted: int
    duplicate: int
    rejected: int
    photos: list[PhotoAnswer]


class Progress(BaseModel):
    """How far the programs are."""

    done: int
    total: int


class Status(BaseModel):
    """Where a case stands."""

    id: str
    claim_number: str
    state: State
    photos: int
    due_at: datetime | None = Field(description="When the offer is promised; null while no clock runs.")
    progress: Progress
    photos_requested: dict[str, Any] | None = Field(description="Items and message when more photos are asked for.")
    offer_state: str | None


class StatusAnswer(BaseModel):
    """Where a case stands."""

    ok: Literal[True] = True
    case: Status
