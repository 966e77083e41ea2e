"""The customer's login: a short-lived, signed cookie that names one case, and nothing that is kept on the server."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass

from workbench.settings import get_settings

COOKIE = "tk_case"
#: Minutes after which an unused login ends, and after which even a used one does.
IDLE_MINUTES = 45
LONGEST_MINUTES = 240


@dataclass(frozen=True, slots=True)
class CustomerSession:
    """Who is signed in.

    Attributes:
        case_id: the one case of this login.
        started_at: seconds since 1970 of the login.
        renewed_at: seconds since 1970 of the cookie.
    """

    case_id: str
    started_at: int
    renewed_at: int

    @property
    def wants_renewal(self) -> bool:
        """Whether the cookie is old enough to be written anew."""
        return time.time() - self.renewed_at > IDLE_MINUTES * 60 / 3


def _signature(payload: bytes) -> bytes:
    # A key of its own, so that no other signature of this installation can be passed off as a login.
    key = hashlib.sha256(b"customer-session\0" + get_settings().secret_value().encode()).digest()
    return hmac.new(key, payload, hashlib.sha256).digest()


def issue(case_id: str, *, started_at: int | None = None) -> str:
    """Return the cookie value of a login; ``started_at`` keeps the age of a login that is renewed."""
    moment = int(time.time())
    payload = json.dumps([case_id, started_at or moment, moment], separators=(",", ":")).encode()
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (payload, _signature(payload)))


def read(value: str | None) -> CustomerSession | None:
    """Return the login of a cookie value; ``None`` when it is missing, forged or too old."""
    try:
        payload, signature = (
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (value or "")[:1000].split(".")
        )
        if not hmac.compare_digest(signature, _signature(payload)):
            return None
        case_id, started_at, renewed_at = json.loads(payload)
    except (ValueError, binascii.Error):
        return None
    moment = time.time()
    if moment - renewed_at > IDLE_MINUTES * 60 or moment - started_at > LONGEST_MINUTES * 60:
        return None
    return CustomerSession(str(case_id), int(started_at), int(renewed_at))
