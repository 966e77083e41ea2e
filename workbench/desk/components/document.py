"""The vehicle tab: every field of the registration document beside the piece of the photo that it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from workbench.cases.field_labels import DATE_CODES, GROUPS, LINES_CODES, MONTH_CODES
from workbench.cases.field_state import SURE
from workbench.desk.components.fields import input_id, text_input
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.components.words import localised
from workbench.desk.formats import day, moment, share
from workbench.desk.texts import language, t

_UNSURE = 0.6
_MOST_ALTERNATIVES = 3


def field_text(code: str, value: str | None) -> str:
    """A document field as typed: days in the language's form, a month as ``05/2027``."""
    if not value:
        return ""
    if code in DATE_CODES:
        return day(value)
    if code in MONTH_CODES and len(value) == 7 and value[4] == "-":
        return f"{value[5:]}/{value[:4]}"
    return value


def crop_url(field: Mapping[str, Any]) -> str | None:
    """Address of the piece of the photo a field was read from; its four corners in reading order make it upright."""
    box = field.get("box")
    if not box or len(box) != 4 or not field.get("photo_sha"):
        return None
    corners = ",".join(str(max(0, round(float(value)))) for point in box for value in point[:2])
    return f"/crop/{field['photo_sha']}/{corners}"


def mark(field: Mapping[str, Any]) -> html.Span:
    """How sure the value is: word or figure, icon, and who decided it."""
    who = t("field.by", name=field.get("decided_by") or "–", when=moment(field.get("decided_at")))
    read = t("field.original", value=field_text(field["code"], field.get("original")) or "–")
    if field.get("confirmed"):
        return chip(t("field.confirmed"), "ok", "check", f"{who}. {read}" if field.get("corrected") else who)
    doubts = bool(field.get("doubts"))
    if field.get("corrected"):
        return chip(t("field.corrected"), "warn" if doubts else "info", "pen", f"{who}. {read}")
    if not field.get("value"):
        if field.get("reason") == "dash":
            return chip(t("field.dash"), "", "ban", localised(dict(field), "reason_text"))
        return chip(t("field.unread"), "warn" if field.get("doubtful") else "", "question")
    if doubts:
        return chip(t("field.misfit"), "warn", "flag")
    confidence = field.get("confidence")
    if confidence is None:
        return chip(t("field.given"), "", "info")
    if confidence >= SURE or field.get("doubtful") is False:
        return chip(share(confidence), "ok", "check", t("field.sure"))
    level, sign, word = ("warn", "flag", "doubtful") if confidence >= _UNSURE else ("bad", "alarm", "unsure")
    return chip([t(f"field.{word}"), " ", share(confidence)], level, sign)


def _notes(field: Mapping[str, Any]) -> list[Any]:
    """Why it is blank, and what does not fit, in sentences."""
    lang = language()
    sentences = [doubt["en" if lang == "en" else "de"] for doubt in field.get("doubts") or ()]
    reason = field.get("reason_en" if lang == "en" else "reason_de")
    decided = field.get("corrected") or field.get("confirmed")
    # Of a field that is empty on the paper nothing needs to be said.
    told = field.get("reason") not in (None, "dash") and (field.get("doubtful") or field.get("value"))
    if reason and told and not decided:
        sentences.append(reason)
    return [html.Div([icon("flag", small=True), " ", sentence]) for sentence in sentences]


def panel(fields: Sequence[Mapping[str, Any]], *, editable: bool) -> list[Any]:
    """The whole tab: how many fields want a look, search, key fields, then the sheet's panels."""
    doubtful = sum(1 for field in fields if field.get("doubtful"))
    head = html.Div(
        [
            html.Label(
                [
                    icon("search"),
                    html.Span(t("field.search"), className="tk-sr"),
                    dbc.Input(id="field-search", type="search", placeholder=t("field.search"), autocomplete="off", maxlength=60),
                ],
                className="tk-search tk-grow",
            ),
            chip(t("field.open", count=doubtful), "warn", "flag") if doubtful else chip(t("field.open_none"), "ok", "check"),
            html.Button(
                icon("down"), type="button", className="btn btn-tk-quiet tk-icon-btn", title=f"{t('field.next')} (F8)",
                disabled=not doubtful, **extra({"data-field-next": "1", "aria-label": t("field.next"), "aria-keyshortcuts": "F8"}),
            ),
            html.Button(
                icon("undo"), type="button", className="btn btn-tk-quiet tk-icon-btn", title=f"{t('field.undo')} (Strg+Z)",
                disabled=not (editable and any(field.get("corrected") or field.get("confirmed") for field in fields)),
                **extra({"data-field-undo": "1", "aria-label": t("field.undo")}),
            ),
        ],
        className="tk-doc-bar",
    )  # fmt: skip
    unread = not any(field.get("value") for field in fields)
    notice = (
        html.Div([icon("doc"), " ", t("field.none_text")], className="tk-alert warn tk-doc-none") if unread else None
    )
    groups = [_group(name, [f for f in fields if f["group"] == name], editable=editable) for name in GROUPS]
    return [head, notice, *groups, html.Div(t("field.keys"), className="tk-doc-keys tk-muted tk-small")]


def _group(name: str, fields: Sequence[Mapping[str, Any]], *, editable: bool) -> html.Details | None:
    if not fields:
        return None
    doubtful = sum(1 for field in fields if field.get("doubtful"))
    filled = sum(1 for field in fields if field.get("value"))
    return html.Details(
        [
            html.Summary(
                [
                    html.H3(t(f"field.group.{name}")),
                    html.Span(
                        t("field.count", filled=filled, total=len(fields)), className="tk-muted tk-small tk-grow"
                    ),
                    chip(str(doubtful), "warn", "flag", t("field.open", count=doubtful)) if doubtful else None,
                ]
            ),
            *(_field(field, editable=editable) for field in fields),
        ],
        open=name == "key",
        className="tk-doc-group",
        **extra({"data-doc-group": name}),
    )


def _field(field: Mapping[str, Any], *, editable: bool) -> html.Div:
    code = str(field["code"])
    key = code.replace(".", "~")
    label = localised(dict(field), "label")
    value = field_text(code, field.get("value"))
    seen = [str(one) for one in field.get("alternatives") or () if one != field.get("value")]
    alternatives = list(dict.fromkeys(seen))[:_MOST_ALTERNATIVES]
    crop = crop_url(field)
    title = f"{code} {label}"
    classes = "tk-field" + (" doubtful" if field.get("doubtful") else "") + (" lines" if code in LINES_CODES else "")
    return html.Div(
        [
            html.Div(
                [html.Div([html.Span(code, className="tk-code"), label], className="tk-field-label"), mark(field)],
                className="tk-field-head",
            ),
            html.Button(
                html.Img(alt=t("field.crop", code=code), **extra({"data-src": crop})),
                type="button", className="tk-crop", title=t("field.show"), tabIndex=-1,
                **extra({"data-spot": key, "data-spot-photo": field.get("photo_id"), "data-spot-box": str(field.get("box"))}),
            )
            if crop
            else html.Span(t("field.no_crop"), className="tk-crop tk-muted tk-small"),
            html.Div(
                [
                    html.Div(
                        [
                            _lines(code, value, disabled=not editable)
                            if code in LINES_CODES
                            else text_input("field", code, value, disabled=not editable),
                            html.Button(
                                icon("check", small=True), type="button", className="btn btn-tk-quiet tk-mini", tabIndex=-1,
                                disabled=not editable or bool(field.get("confirmed")), title=f"{t('field.confirm')} (Enter)",
                                **extra({"data-field-ok": key, "aria-label": f"{t('field.confirm')}: {title}"}),
                            ),
                        ],
                        className="tk-field-edit",
                    ),
                    html.Div(
                        [
                            html.Button(
                                [html.Kbd(str(number)), " ", field_text(code, one)], type="button", className="tk-alt",
                                disabled=not editable, title=t("field.use"), tabIndex=-1,
                                **extra({"data-alt": key, "data-value": field_text(code, one)}),
                            )
                            for number, one in enumerate(alternatives, 1)
                        ],
                        className="tk-alts",
                    )
                    if alternatives
                    else None,
                    html.Div(_notes(field), className="tk-field-note", **extra({"data-note": key, "aria-live": "polite"})),
                ]
            ),
        ],
        className=classes,
        tabIndex=0,
        role="group",
        **extra(
            {
                "data-field": key,
                "data-find": f"{code} {label} {field.get('label_en') or ''} {value}".lower(),
                "aria-label": f"{title}: {value or t('field.unread')}",
            }
        ),
    )  # fmt: skip


def _lines(code: str, value: str, *, disabled: bool) -> html.Div:
    """A field of several printed lines."""
    return html.Div(
        dbc.Textarea(
            id=input_id("field", code), value=value, debounce=True, disabled=disabled, maxlength=2000,
            rows=min(8, max(2, value.count("\n") + 1)), className="form-control",
        ),
        className="tk-input",
    )  # fmt: skip
