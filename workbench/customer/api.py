"""The intake API, version 1: gateways open cases, hand in photos, declare sets complete, and ask where a case stands."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request

from workbench.cases import intake, portal
from workbench.cases.views import State
from workbench.customer import uploads
from workbench.customer.answers import language_of
from workbench.customer.schemas import (
    Case,
    CaseAnswer,
    Claim,
    ErrorAnswer,
    PhotosAnswer,
    Progress,
    Status,
    StatusAnswer,
)

_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "The request makes no sense."},
    401: {"model": ErrorAnswer, "description": "No bearer token, or a wrong one."},
    403: {"model": ErrorAnswer, "description": "The token may not do this."},
    409: {"model": ErrorAnswer, "description": "The case's state or an earlier request stands against it."},
    413: {"model": ErrorAnswer, "description": "Too large, or too many files."},
    422: {"model": ErrorAnswer, "description": "Fields are missing or wrong."},
    503: {"model": ErrorAnswer, "description": "The database does not answer; try again."},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": ErrorAnswer, "description": "There is no such case."}}

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text that is new for each new request; the same key again gives the same answer and no second effect.",
    ),
]
CaseId = Annotated[UUID, Path(description="Id of the case.")]

router = APIRouter(prefix="/api/v1/cases", tags=["intake"], responses=_ERRORS)


@router.post("", status_code=201, summary="Open a case", operation_id="open_case")
def open_case(request: Request, claim: Claim, idempotency_key: Key = None) -> CaseAnswer:
    """Open a case for a claim. It then takes photos, from gateways and from the customer's phone."""
    ref = intake.open_case(
        request.state.actor, claim.to_claim_data(), idempotency_key=idempotency_key, invite=claim.invite
    )
    return CaseAnswer(case=Case.model_validate(ref, from_attributes=True))


@router.post(
    "/{case_id}/photos",
    summary="Hand in photos",
    operation_id="add_photos",
    responses=_NOT_FOUND,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["photos"],
                        "properties": {
                            "photos": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 40,
                                "items": {"type": "string", "format": "binary"},
                                "description": "JPEG, PNG, WebP or HEIC, up to 50 megapixels and 40 MiB each.",
                            }
                        },
                    }
                }
            },
        }
    },
)
async def add_photos(request: Request, case_id: CaseId, idempotency_key: Key = None) -> PhotosAnswer:
    """Hand in one photo or many at once.

    Every file is answered on its own: accepted, duplicate, or rejected with a code. A photo is accepted only when it
    really decodes. It is stored upright and without metadata; the same bytes again are a duplicate, not an error.
    """
    return await uploads.receive(
        request, request.state.actor, str(case_id), language_of(request), idempotency_key=idempotency_key
    )


@router.post("/{case_id}/complete", summary="Declare the set complete", operation_id="complete", responses=_NOT_FOUND)
def complete(request: Request, case_id: CaseId) -> CaseAnswer:
    """Declare the photo set complete: the two-hour clock and the pipeline start. Doing it twice changes nothing."""
    ref = intake.complete_set(request.state.actor, str(case_id))
    return CaseAnswer(case=Case.model_validate(ref, from_attributes=True))


@router.get("/{case_id}", summary="Where a case stands", operation_id="status", responses=_NOT_FOUND)
def status(request: Request, case_id: CaseId) -> StatusAnswer:
    """Say where a case stands. Amounts and photos are not part of the answer."""
    found = portal.case_status(request.state.actor, str(case_id))
    return StatusAnswer(
        case=Status(
            id=found.id,
            claim_number=found.claim_number,
            state=State(found.state),
            photos=found.photos,
            due_at=found.due_at,
            progress=Progress(done=found.progress_done, total=found.progress_total),
            photos_requested=found.photo_request,
            offer_state=found.offer_state,
        )
    )
