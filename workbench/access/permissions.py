"""The one permission check. What is not listed here is denied."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workbench.access.actors import Actor
from workbench.errors import TelekalkError, not_found

_STAFF = frozenset({"expert", "reviewer", "lead", "clerk", "approver", "admin", "system"})
_WORKERS = frozenset({"expert", "lead", "system"})

#: permission -> roles that hold it.
PERMISSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "case.open": frozenset({"expert", "lead", "clerk", "gateway", "system"}),
        "case.view": _STAFF | {"customer"},
        "case.status": _STAFF | {"customer", "partner", "gateway"},
        "case.work": _WORKERS,
        "case.pipeline": frozenset({"system"}),
        "case.exclude": _WORKERS | {"clerk"},
        "case.request_photos": _WORKERS,
        "photo.upload": _WORKERS | {"clerk", "customer", "gateway"},
        "photo.view": _STAFF | {"customer"},
        "queue.view": _STAFF,
        "offer.preview": _WORKERS | {"reviewer"},
        "offer.send": _WORKERS,
        "offer.view": _STAFF | {"customer"},
        "offer.decide": frozenset({"customer", "system"}),
        "audit.view": _STAFF,
        "calculation.prove": frozenset({"expert", "reviewer", "lead", "admin", "system"}),
        "tables.impact": frozenset({"expert", "reviewer", "lead", "admin", "system"}),
        "annotations.export": frozenset({"data", "admin", "system"}),
        "annotations.mend": frozenset({"data", "reviewer", "admin"}),
        "data.view": frozenset({"data", "reviewer", "lead", "admin", "system"}),
        "models.release": frozenset({"data", "admin", "system"}),
        "users.manage": frozenset({"admin", "system"}),
    }
)


def allowed(actor: Actor, permission: str, case_id: str | None = None) -> bool:
    """Whether the actor holds the permission, for the case where one is named.

    A customer is bound to one case and holds nothing without naming it.
    """
    if not (PERMISSIONS.get(permission, frozenset()) & actor.roles):
        return False
    if "customer" in actor.roles:
        return case_id is not None and case_id == actor.case_id
    return True


def require(actor: Actor, permission: str, case_id: str | None = None) -> None:
    """Raise unless the actor holds the permission.

    Raises:
        TelekalkError: ``TK-ACCESS-404`` to a customer who asks for another's case (its existence stays unknown),
            ``TK-ACCESS-403`` to everybody else.
    """
    if allowed(actor, permission, case_id):
        return
    if "customer" in actor.roles and case_id != actor.case_id:
        raise not_found("Der Vorgang", "The case")
    raise TelekalkError(
        "TK-ACCESS-403",
        "Dafür fehlt die Berechtigung.",
        "You are not permitted to do this.",
        status=403,
        remedy_de="Wenden Sie sich an die Leitung oder die Verwaltung.",
        remedy_en="Ask your lead or an administrator.",
        data={"permission": permission},
    )
