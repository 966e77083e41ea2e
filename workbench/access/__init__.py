"""Who may do what: actors, roles, the one permission check, local accounts."""

from workbench.access.accounts import DEMO_USERS, authenticate, create_user, ensure_demo_users, find_actor, load_actor
from workbench.access.actors import ROLES, SYSTEM, Actor, customer_actor, gateway_actor
from workbench.access.permissions import PERMISSIONS, allowed, require

__all__ = [
    "DEMO_USERS",
    "PERMISSIONS",
    "ROLES",
    "SYSTEM",
    "Actor",
    "allowed",
    "authenticate",
    "create_user",
    "customer_actor",
    "ensure_demo_users",
    "find_actor",
    "gateway_actor",
    "load_actor",
    "require",
]
