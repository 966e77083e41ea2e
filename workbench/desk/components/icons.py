"""Own icons as masks in the style sheet, so that they take the colour of the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html


def extra(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes with a dash in their name (``data-…``, ``aria-…``), for ``**``."""
    return dict(attributes)


def icon(name: str, *, small: bool = False, label: str | None = None) -> html.Span:
    """An icon; hidden from screen readers unless it has a ``label`` of its own."""
    classes = f"tk-i tk-i-{name}" + (" tk-i-s" if small else "")
    if label:
        return html.Span(className=classes, role="img", title=label, **extra({"aria-label": label}))
    return html.Span(className=classes, **extra({"aria-hidden": "true"}))


def chip(text: str | list[str], level: str = "", icon_name: str | None = None, title: str | None = None) -> html.Span:
    """A small mark with a word; ``level`` is ok, warn, bad, info, accent, demo or empty."""
    content = [icon(icon_name, small=True)] if icon_name else []
    words = text if isinstance(text, list) else [text]
    return html.Span([*content, *words], className=f"tk-chip {level}".strip(), title=title)
