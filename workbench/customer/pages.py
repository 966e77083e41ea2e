"""The customer's phone pages: sign in, take photos, follow the case, accept or decline the offer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from starlette.responses import Response

from workbench.cases import document_check, intake, portal
from workbench.cases import offer as offers
from workbench.customer import session, uploads
from workbench.customer.answers import LANGUAGE_COOKIE, language_of
from workbench.customer.forms import payment_details, sign_in_facts
from workbench.customer.metrics import DECISIONS, SIGN_INS
from workbench.customer.render import page, script_texts
from workbench.customer.shots import document_words, shots_for
from workbench.customer.throttle import Throttle
from workbench.customer.views import offer_view, status_view
from workbench.customer.words import LANGUAGES, TERMS_VERSION, WORDS
from workbench.errors import TelekalkError
from workbench.settings import get_settings

router = APIRouter(include_in_schema=False)
_by_client = Throttle(limit=20, seconds=900)
# Counted for every claim number that is tried, whether it exists or not: the answer must not tell which do.
_by_claim = Throttle(limit=portal.MOST_FAILURES, seconds=portal.WINDOW_MINUTES * 60)
_YEAR = 365 * 24 * 3600


def _see(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)


def _keep_session(response: Response, case_id: str, started_at: int | None = None) -> None:
    response.set_cookie(
        session.COOKIE,
        session.issue(case_id, started_at=started_at),
        max_age=session.IDLE_MINUTES * 60,
        path="/c",
        httponly=True,
        samesite="lax",
        secure=get_settings().cookie_secure,
    )


def _renewed(request: Request, response: Response) -> Response:
    found: session.CustomerSession = request.state.session
    if found.wants_renewal:
        _keep_session(response, found.case_id, found.started_at)
    return response


@router.get("/")
def start() -> Response:
    """Lead to the sign-in."""
    return _see("/c")


@router.get("/c/language")
def language(to: str = "de", back: str = "/c") -> Response:
    """Remember the language and go back to the page."""
    safe = back if back.startswith("/c") and "//" not in back and "\\" not in back and back.isprintable() else "/c"
    answer = _see(safe)
    if to in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE, to, max_age=_YEAR, path="/c", samesite="lax", secure=get_settings().cookie_secure
        )
    return answer


@router.get("/c/terms")
def terms(request: Request) -> Response:
    """Show terms of use and privacy notice."""
    return page(request, "terms", title=WORDS[language_of(request)]["terms_link"])


@router.get("/c")
def login_page(request: Request, schaden: str = "", kennzeichen: str = "") -> Response:
    """Show the sign-in; the link of the message may carry the claim number and the plate."""
    given = {"claim_number": schaden[:64], "plate": kennzeichen[:16], "mileage": ""}
    return _login(request, given)


def _login(request: Request, given: dict[str, str], error: TelekalkError | None = None) -> Response:
    words = WORDS[language_of(request)]
    problem = error.to_dict(language_of(request)) if error else None
    answer = page(
        request,
        "login",
        title=words["login_title"],
        status_code=error.status if error else 200,
        step=1,
        given=given,
        problem=problem,
    )
    if error and "retry_after" in error.data:
        answer.headers["Retry-After"] = str(error.data["retry_after"])
    return answer


@router.post("/c/login")
def login(
    request: Request,
    claim_number: Annotated[str, Form()] = "",
    plate: Annotated[str, Form()] = "",
    mileage: Annotated[str, Form()] = "",
    consent: Annotated[str, Form()] = "",
) -> Response:
    """Sign in with three facts and the consent to the terms; wrong guesses are throttled."""
    given = {"claim_number": claim_number[:64], "plate": plate[:16], "mileage": mileage[:10]}
    client = request.client.host if request.client else "unknown"
    key = claim_number.strip().upper()[:64]
    try:
        wait = max(_by_client.wait(client), _by_claim.wait(key))
        if wait:
            raise portal.too_often(wait)
        facts = sign_in_facts(claim_number, plate, mileage, consent)
        case = portal.sign_in(*facts, terms_version=TERMS_VERSION)
    except TelekalkError as error:
        SIGN_INS.labels(outcome=error.code).inc()
        if error.code == "TK-LOGIN-001":
            _by_client.fail(client)
            _by_claim.fail(key)
        return _login(request, given, error)
    SIGN_INS.labels(outcome="ok").inc()
    _by_claim.clear(key)
    answer = _see("/c/photos" if case.state in {"registered", "photos_incomplete"} else "/c/status")
    _keep_session(answer, case.id)
    return answer


@router.post("/c/logout")
def logout() -> Response:
    """Sign out."""
    answer = _see("/c")
    answer.delete_cookie(session.COOKIE, path="/c")
    return answer


@router.get("/c/photos")
def photo_page(request: Request) -> Response:
    """Show the guided shots with what has arrived."""
    actor = request.state.actor
    status = portal.case_status(actor, actor.case_id)
    if not status.takes_photos:
        return _see("/c/status")
    lang = language_of(request)
    words = WORDS[lang]
    wanted = status.photo_request or {}
    photos = portal.list_photos(actor, actor.case_id)
    answer = page(
        request,
        "photos",
        title=words["photos_title"],
        step=2,
        demo=status.demo,
        request_note=str(wanted.get("message") or "") or (words["requested_title"] if wanted else ""),
        shots=shots_for(lang, wanted.get("items"), photos),
        sent_count=words["sent_count"].format(count=len(photos)),
        script_texts=script_texts(
            lang, "queued", "uploading", "accepted", "duplicate", "retrying", "again", "hint_blurred", "hint_dark",
            "hint_bright", "hint_small", "sent_count", "need_one", "missing", "document_waiting", "document_again",
        ),
    )  # fmt: skip
    return _renewed(request, answer)


@router.post("/c/photos")
async def upload(
    request: Request, idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)] = None
) -> Response:
    """Take in a photo of the queue."""
    actor = request.state.actor
    answer = await uploads.receive(request, actor, actor.case_id, language_of(request), idempotency_key=idempotency_key)
    status_code = 422 if answer.rejected == len(answer.photos) else 200
    return _renewed(request, JSONResponse(answer.model_dump(), status_code=status_code))


@router.get("/c/photos/{photo_id}/document")
def document_verdict(request: Request, photo_id: str) -> dict[str, Any]:
    """Say whether a photo of the document can be read; asked until the look at it is done."""
    verdict = document_check.verdict_of(request.state.actor, photo_id)
    return {"ok": True, **document_words(verdict, language_of(request))}


@router.get("/c/media/{photo_id}")
def media(request: Request, photo_id: str) -> Response:
    """Show one of the customer's own photos, small."""
    path = portal.photo_file(request.state.actor, photo_id, "thumb")
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600, immutable"})


@router.post("/c/complete")
def complete(request: Request) -> Response:
    """Hand the set in."""
    actor = request.state.actor
    intake.complete_set(actor, actor.case_id)
    return _see("/c/status")


@router.get("/c/status")
def status_page(request: Request) -> Response:
    """Show where the case stands; the page keeps itself current."""
    actor = request.state.actor
    status = portal.case_status(actor, actor.case_id)
    lang = language_of(request)
    view = status_view(status, lang)
    answer = page(
        request,
        "status",
        title=WORDS[lang]["status_title"],
        step=4 if view["offer"] else 3,
        demo=status.demo,
        status=view,
    )
    return _renewed(request, answer)


@router.get("/c/status.json")
def status_json(request: Request) -> dict[str, Any]:
    """Say whether anything has changed."""
    actor = request.state.actor
    status = portal.case_status(actor, actor.case_id)
    return {"ok": True, "state": status.state, "version": status.version}


@router.get("/c/offer")
def offer_page(request: Request) -> Response:
    """Show the offer, or what became of it."""
    return _renewed(request, _offer(request))


def _offer(request: Request, error: TelekalkError | None = None, given: dict[str, str] | None = None) -> Response:
    actor = request.state.actor
    lang = language_of(request)
    status = portal.case_status(actor, actor.case_id)
    view = offer_view(offers.open_offer(actor, actor.case_id), lang)
    return page(
        request,
        "offer",
        title=view["heading"],
        status_code=error.status if error else 200,
        step=4,
        demo=status.demo,
        problem=error.to_dict(lang) if error else None,
        given=given or {"iban": "", "account_holder": ""},
        **view,
    )


@router.get("/c/offer/{offer_id}.pdf")
def offer_pdf(request: Request, offer_id: str) -> Response:
    """Hand out the PDF exactly as it was sent."""
    content = offers.pdf(request.state.actor, offer_id)
    name = f"{'angebot' if language_of(request) == 'de' else 'offer'}.pdf"
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@router.post("/c/offer/{offer_id}/accept")
def accept(
    request: Request, offer_id: str, iban: Annotated[str, Form()] = "", account_holder: Annotated[str, Form()] = ""
) -> Response:
    """Accept the offer; sent twice it counts once."""
    try:
        account, holder = payment_details(iban, account_holder)
        offers.accept(request.state.actor, offer_id, iban=account, account_holder=holder)
    except TelekalkError as error:
        if error.status == 404:
            raise
        return _offer(request, error, {"iban": iban[:42], "account_holder": account_holder[:70]})
    DECISIONS.labels(decision="accept").inc()
    return _see("/c/offer")


@router.post("/c/offer/{offer_id}/decline")
def decline(request: Request, offer_id: str, reason: Annotated[str, Form()] = "") -> Response:
    """Decline the offer; the claims centre then calls."""
    try:
        offers.decline(request.state.actor, offer_id, reason=reason.replace("\0", "").strip()[:1000] or None)
    except TelekalkError as error:
        if error.status == 404:
            raise
        return _offer(request, error)
    DECISIONS.labels(decision="decline").inc()
    return _see("/c/offer")
