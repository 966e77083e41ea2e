"""Every word on the screen, in German and English, from one catalogue per language."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from flask import has_request_context, request

from workbench.settings import get_settings

Language = Literal["de", "en"]
LANGUAGE_COOKIE = "tk_lang"
THEME_COOKIE = "tk_theme"
_FOLDER = Path(__file__).parent / "texts"


@lru_cache(maxsize=2)
def catalogue(language: Language) -> dict[str, str]:
    """All texts of one language, key to text; texts may hold ``{placeholders}``."""
    return cast("dict[str, str]", json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8")))


def language() -> Language:
    """The language of the person asking: the cookie, else the installation's setting."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) if has_request_context() else None
    if chosen in ("de", "en"):
        return cast("Language", chosen)
    return get_settings().language


def theme() -> str:
    """``light`` or ``dark`` as the person chose it; light at first."""
    chosen = request.cookies.get(THEME_COOKIE) if has_request_context() else None
    return chosen if chosen in ("light", "dark") else "light"


def t(key: str, **values: Any) -> str:
    """The text for ``key`` in the language of the person asking; the key itself where the catalogue lacks it.

    Args:
        key: dotted name in the catalogue.
        values: what goes into the text's placeholders.
    """
    text = catalogue(language()).get(key)
    if text is None:
        return key
    return text.format(**values) if values else text


def name_of(group: str, code: str | None) -> str:
    """The word for a code of a vocabulary (``part``, ``state``, ``flag`` …); the code itself where none is known."""
    if not code:
        return "–"
    return catalogue(language()).get(f"{group}.{code}", str(code).replace("_", " "))
