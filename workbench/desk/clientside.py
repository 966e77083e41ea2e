"""Callbacks that run in the browser: functions of the scripts in ``assets/``, never inline code."""

from __future__ import annotations

from typing import Any, cast

from dash import ClientsideFunction, Dash


def clientside(app: Dash, name: str, *wiring: Any, **options: Any) -> None:
    """Wire the script function ``telekalk.<name>`` to outputs, inputs and states, in Dash's own order."""
    cast("Any", app).clientside_callback(ClientsideFunction("telekalk", name), *wiring, **options)
