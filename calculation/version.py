"""The version that a stored result names."""

from __future__ import annotations

#: Version of the rules as coded; raised whenever any input could come out differently.
ENGINE_VERSION = "2026.11.2"
