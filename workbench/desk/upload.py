"""Upload on the desk: open a case, hand in photos one by one, declare the set complete. Plain requests, JSON answers."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import flask
from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from workbench.cases import intake
from workbench.cases.views import ClaimData
from workbench.desk.formats import NumberError, parse_number
from workbench.desk.guard import current_actor
from workbench.desk.texts import language, t
from workbench.errors import TelekalkError

_KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")


class ClaimForm(BaseModel):
    """The dialog's fields as typed; numbers in the language of the screen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    claim_number: str = Field(min_length=1, max_length=40)
    regime: Literal["kasko", "liability"] = "kasko"
    coverage: Literal["full", "partial"] | None = None
    plate: str | None = Field(default=None, max_length=16)
    holder_name: str | None = Field(default=None, max_length=120)
    vehicle: str | None = Field(default=None, max_length=120)
    loss_date: date | None = None
    odometer_km: int | None = Field(default=None, ge=0, le=2_000_000)
    postcode: str | None = Field(default=None, pattern=r"^\d{5}$")
    excess: Decimal | None = None
    leased_or_financed: bool | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unknown(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("excess", mode="before")
    @classmethod
    def _money(cls, value: Any) -> Any:
        return value if value in (None, "") else parse_number(value, minimum=Decimal(0), maximum=Decimal(100_000))

    @field_validator("odometer_km", mode="before")
    @classmethod
    def _kilometres(cls, value: Any) -> Any:
        return value if value in (None, "") else int(parse_number(value, places=0, minimum=Decimal(0)))


def install(server: Flask) -> None:
    """Register the routes."""
    server.add_url_rule("/upload/case", "upload_case", _open_case, methods=["POST"])
    server.add_url_rule("/upload/<case_id>/photo", "upload_photo", _photo, methods=["POST"])
    server.add_url_rule("/upload/<case_id>/complete", "upload_complete", _complete, methods=["POST"])


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key", "")
    return key if _KEY.fullmatch(key) else None


def _open_case() -> tuple[Response, int]:
    """Open a case from the dialog's fields."""
    actor = current_actor()
    try:
        form = ClaimForm.model_validate(request.get_json(silent=True) or {})
    except (ValidationError, NumberError) as error:
        raise _invalid(error) from error
    claim = ClaimData(
        claim_number=form.claim_number,
        regime=form.regime,
        coverage=form.coverage if form.regime == "kasko" else None,
        plate=form.plate,
        holder_name=form.holder_name,
        vehicle=form.vehicle,
        loss_date=form.loss_date,
        odometer_km=form.odometer_km,
        postcode=form.postcode,
        excess=form.excess if form.regime == "kasko" else None,
        leased_or_financed=form.leased_or_financed,
        source="desk",
    )
    case = intake.open_case(actor, claim, idempotency_key=_key())
    return flask.jsonify({"case_id": case.id, "claim_number": case.claim_number, "state": case.state}), 201


def _photo(case_id: str) -> tuple[Response, int]:
    """Take in one photo: the request's body is the file, its name stands in the query."""
    actor = current_actor()
    content = request.get_data(cache=False)
    name = flask.request.args.get("name", "foto")[:200]
    photo = intake.receive_photo(actor, case_id, content, filename=name, idempotency_key=_key())
    answer = {
        "photo_id": photo.photo_id,
        "sha": photo.sha256,
        "duplicate": photo.duplicate,
        "width": photo.width,
        "height": photo.height,
        "message": t("upload.duplicate") if photo.duplicate else t("upload.received"),
    }
    return flask.jsonify(answer), 200 if photo.duplicate else 201


def _complete(case_id: str) -> Response:
    """Declare the set complete; the pipeline begins."""
    case = intake.complete_set(current_actor(), case_id)
    return flask.jsonify({"case_id": case.id, "state": case.state})


def _invalid(error: ValidationError | NumberError) -> TelekalkError:
    """Say in one sentence which field is wrong; pydantic's own words stay inside."""
    if isinstance(error, NumberError):
        fields: list[dict[str, str]] = [{"field": "", "message": str(error)}]
    else:
        fields = [
            {"field": str(item["loc"][0]) if item["loc"] else "", "message": _sentence(item)} for item in error.errors()
        ]
    names = ", ".join(t(f"upload.field.{item['field']}") for item in fields if item["field"])
    return TelekalkError(
        "TK-DESK-002",
        f"Bitte prüfen Sie: {names or fields[0]['message']}.",
        f"Please check: {names or fields[0]['message']}.",
        status=422,
        data={"fields": fields, "language": language()},
    )


def _sentence(item: Any) -> str:
    inner = (item.get("ctx") or {}).get("error")
    if isinstance(inner, NumberError):
        return str(inner)
    return t("upload.missing") if item["type"] in ("missing", "string_type") else t("upload.invalid")
