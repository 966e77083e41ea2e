"""What the use cases take and give: frozen values that pages, APIs and tests can rely on; never a database row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal


class State(StrEnum):
    """States of a case. ``photos_requested`` is ``PHOTOS_INCOMPLETE`` with the clock paused."""

    INVITED = "invited"
    REGISTERED = "registered"
    PHOTOS_INCOMPLETE = "photos_incomplete"
    PHOTOS_COMPLETE = "photos_complete"
    PRE_CHECK = "pre_check"
    IN_CALCULATION = "in_calculation"
    REVIEW = "review"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PAYMENT_APPROVED = "payment_approved"
    PAID = "paid"
    CLOSED = "closed"
    EXCLUDED = "excluded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


#: States in which the clock is of no interest any more.
TERMINAL = frozenset({State.PAID, State.CLOSED, State.EXCLUDED, State.DECLINED, State.WITHDRAWN, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class ClaimData:
    """What is known about a claim when its case is opened.

    Attributes:
        claim_number: Number of the claim at the insurer; unique.
        regime: ``kasko`` (own damage, the contract rules) or ``liability`` (injured third party, section 249 BGB).
        coverage: For Kasko ``full`` (Vollkasko) or ``partial`` (Teilkasko).
        excess: Excess in EUR (Kasko); None where there is none.
        quota_percent: Share of the damage that is paid (liability), 0 to 100.
        input_tax_deductible: Whether the claimant deducts input tax.
        leased_or_financed: None while nobody has asked.
        postcode: Where the vehicle is; selects regional hourly rates.
    """

    claim_number: str
    regime: Literal["kasko", "liability"] = "kasko"
    plate: str | None = None
    holder_name: str | None = None
    vehicle: str | None = None
    loss_date: date | None = None
    odometer_km: int | None = None
    email: str | None = None
    phone: str | None = None
    postcode: str | None = None
    coverage: Literal["full", "partial"] | None = None
    excess: Decimal | None = None
    quota_percent: Decimal = Decimal(100)
    input_tax_deductible: bool = False
    leased_or_financed: bool | None = None
    description: str | None = None
    source: str = "api"
    demo: bool = False


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case in one line: enough to answer a gateway or to go on."""

    id: str
    claim_number: str
    state: str
    version: int
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedPhoto:
    """A photo that was accepted.

    Attributes:
        sha256: Content hash of the stored, cleaned original; key of ``/media``.
        duplicate: True when the same bytes were in the set already; ``photo_id`` is then the earlier one and
            ``code`` is ``TK-PHOTO-010``.
        width: Pixels, upright.
        height: Pixels, upright.
    """

    photo_id: str
    sha256: str
    duplicate: bool
    width: int
    height: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file of a set that was not accepted; the others are unharmed."""

    filename: str
    code: str
    message_de: str
    message_en: str


@dataclass(frozen=True, slots=True)
class ImportedSet:
    """Result of taking in a folder: one case with its photos."""

    case: CaseRef
    photos: tuple[ReceivedPhoto, ...]
    rejected: tuple[RejectedFile, ...]


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """What part of the queue is wanted.

    Attributes:
        start: First row, from 0.
        end: Row after the last.
        sort: ``((column, "asc" | "desc"), …)``; columns are the keys of a row that can be sorted
            (see ``queue.SORTABLE``); default: due first.
        filters: column -> wanted; ``state``/``regime``/``flags``/``assigned_to``: one value or a list; ``search``: text
            found in claim number, plate, holder or vehicle; ``mine``: True; ``open``: True hides finished cases;
            ``demo``: True/False.
    """

    start: int = 0
    end: int = 100
    sort: Sequence[tuple[str, str]] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A part of the queue.

    Attributes:
        rows: JSON-able dicts: id, claim_number, plate, vehicle, holder, regime, state, flags (codes), received_at, due_at
            (ISO, UTC), clock_seconds (office seconds left, negative when late; None without a clock), clock_paused,
            assigned_to (name), assigned_mine, locked, photos (count), thumbs (up to 4 sha256), progress
            {done, total, step}, gross, payout (strings or None), demo, version.
        total: Rows that match the filters.
        version: See ``queue.queue_version``.
    """

    rows: list[dict[str, Any]]
    total: int
    version: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something an expert must know before an offer goes out.

    Attributes:
        code: the engine's (docs/calculation.md), or of photos and document (docs/registration_on_the_desk.md).
        level: ``info``, ``amber`` or ``red``; a red flag stops the offer until it is cleared.
        reason: German sentence with the figures behind it.
        clears: German sentence: what makes the flag go away.
    """

    code: str
    level: str
    title: str
    reason: str
    clears: str
    title_en: str = ""
    reason_en: str = ""
    clears_en: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as one person sees it; every member is JSON-able except that it is a tuple or dict of plain values.

    ``vehicle_fields``: dicts code, label, label_en, value, confidence (0..1 or None), photo_sha, photo_id,
    box ([[x, y] x 4] in pixels of the view of photo_sha's original, or None), alternatives, reason (code; reason_de,
    reason_en in words), original, corrected, confirmed, decided_by (name), decided_at, group, doubtful, and doubts
    (dicts code, de, en: what does not fit).
    ``photos``: dicts id, sha, role, role_confidence, view, quality {sharpness, …, problems}, width, height, taken_at,
    device, new, filename.
    ``findings``: dicts id, photo_id, photo_sha, category, score, box [x, y, w, h] and polygon in pixels of the
    original, part, side, severity, model, origin, status (proposed, confirmed, rejected, edited).
    ``draft``: calculation input JSON or None before the pre-fill; ``result``: calculation result JSON with derivation.
    ``flags``: dicts as ``Flag``. ``clock``: due_at, paused, remaining_seconds, running.
    ``lock``: by (name), until, mine. ``offers``: dicts id, version, state, gross, payout, sent_at, valid_until, sent_by.
    ``timeline``: newest first: at, who, action, text, text_en. ``progress``: done, total, step, failed.
    """

    id: str
    version: int
    state: str
    claim: dict[str, Any]
    vehicle_fields: tuple[dict[str, Any], ...]
    photos: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    draft: dict[str, Any] | None
    result: dict[str, Any] | None
    flags: tuple[dict[str, Any], ...]
    clock: dict[str, Any]
    lock: dict[str, Any]
    offers: tuple[dict[str, Any], ...]
    timeline: tuple[dict[str, Any], ...]
    progress: dict[str, Any]
    can_undo: bool
    can_redo: bool
    demo: bool
    editable: bool = False
    photo_request: dict[str, Any] | None = None

    def __getitem__(self, key: str) -> Any:
        """Member by name, so that a view can be read like a dict."""
        try:
            return getattr(self, key)
        except AttributeError as missing:
            raise KeyError(key) from missing

    def to_dict(self) -> dict[str, Any]:
        """The view as a plain dict for a JSON answer or a browser store."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class OfferPreview:
    """What would be sent.

    Attributes:
        sendable: Whether ``offer.send`` would do it now.
        blockers: Reasons against it, dicts code/message_de/message_en.
        document: The JSON-able content of the offer document (see ``workbench.documents.offer.OfferDocument``).
        pdf: The rendered draft PDF, marked as a draft.
    """

    case_id: str
    version: int
    offer_version: int
    net: str
    vat: str
    gross: str
    payout: str
    sendable: bool
    blockers: tuple[dict[str, str], ...]
    document: dict[str, Any]
    pdf: bytes


@dataclass(frozen=True, slots=True)
class OfferRef:
    """A sent offer. Amounts are decimal strings in EUR."""

    id: str
    case_id: str
    version: int
    state: str
    net: str
    gross: str
    payout: str
    sent_at: datetime
    valid_until: datetime
    decided_at: datetime | None = None
