"""Photos with their found regions: the strip, the viewer, the list of regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.formats import share
from workbench.desk.texts import name_of, t

CATEGORIES = (
    "scratch", "dent", "crack", "broken_glass", "broken_lamp", "missing_part", "deformation", "panel_damage",
)  # fmt: skip
PARTS = (
    "bumper_front", "bumper_rear", "fender", "door_front", "door_rear", "bonnet", "boot_lid", "headlamp", "tail_lamp",
    "windscreen", "side_window", "rear_window", "mirror", "sill", "roof", "wheel", "grille", "quarter_panel",
)  # fmt: skip
SIDES = ("left", "right", "centre")
SEVERITIES = ("minor", "moderate", "severe")
ROLES = ("registration_document", "vehicle", "damage", "odometer", "other")
_STATUS = {
    "proposed": ("", "question"),
    "confirmed": ("ok", "check"),
    "edited": ("ok", "pen"),
    "rejected": ("", "cross"),
}
_GRAPH: Any = {
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": True,
    "doubleClick": "reset",
    "responsive": True,
}


def first_place(photos: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> int:
    """The photo that is shown first: one with damage, else one of the vehicle, else the first."""
    damaged = {finding["photo_id"] for finding in findings if finding["status"] != "rejected"}
    order = sorted(
        range(len(photos)),
        key=lambda place: (
            photos[place]["id"] not in damaged,
            photos[place].get("role") == "registration_document",
            place,
        ),
    )
    return order[0] if order else 0


def client_photos(photos: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the viewer needs of each photo."""
    first = first_place(photos, findings)
    return [
        {
            "id": photo["id"],
            "sha": photo["sha"],
            "width": photo["width"],
            "height": photo["height"],
            "title": photo_title(photo),
            "first": place == first,
        }
        for place, photo in enumerate(photos)
    ]


def client_findings(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the viewer draws of each region, its label in words."""
    return [
        {
            "id": finding["id"],
            "photo_id": finding["photo_id"],
            "box": list(finding["box"]),
            "status": finding["status"],
            "category": finding["category"],
            "part": finding.get("part"),
            "side": finding.get("side"),
            "severity": finding.get("severity"),
            "number": number,
            "label": f"{number} {name_of('category', finding['category'])}",
            "score": share(finding.get("score")) if finding.get("score") is not None else "",
        }
        for number, finding in enumerate(findings, 1)
    ]


def photo_title(photo: Mapping[str, Any]) -> str:
    """What a photo shows, in words."""
    role = photo.get("role")
    if role == "vehicle" and photo.get("view"):
        return name_of("view", photo["view"])
    return name_of("role", role) if role else t("photo.unsorted")


def part_words(finding: Mapping[str, Any]) -> str:
    """Part and side of a region."""
    if not finding.get("part"):
        return t("finding.no_part")
    words = name_of("part", finding["part"])
    return f"{words} {name_of('side', finding['side'])}" if finding.get("side") in ("left", "right") else words


def strip(photos: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The thumbnails."""
    counts: dict[str, int] = {}
    for finding in findings:
        if finding["status"] != "rejected":
            counts[finding["photo_id"]] = counts.get(finding["photo_id"], 0) + 1
    return [_thumb(place, photo, counts.get(photo["id"], 0)) for place, photo in enumerate(photos)]


def _thumb(place: int, photo: Mapping[str, Any], count: int) -> html.Button:
    problems = (photo.get("quality") or {}).get("problems") or ()
    marks = []
    if count:
        marks.append(html.Span(str(count), className="count", title=t("photo.regions", count=count)))
    if problems:
        words = ", ".join(name_of("problem", code) for code in problems)
        marks.append(html.Span(icon("alarm", small=True, label=words), className="problem", title=words))
    if photo.get("new"):
        marks.append(html.Span(t("photo.new"), className="new"))
    title = photo_title(photo)
    return html.Button(
        [
            html.Img(src=f"/media/{photo['sha']}/thumb", alt=title, width=84, height=63),
            html.Span(title, className="tk-ellipsis"),
            *marks,
        ],
        type="button",
        className="tk-thumb",
        title=f"{place + 1}: {title}",
        **extra({"data-photo": str(place)}),
    )


def region_list(
    photos: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]], *, editable: bool
) -> list[Any]:
    """All regions, photo by photo, each with what can be done about it."""
    if not findings:
        return [html.Div(t("finding.none"), className="tk-muted tk-small tk-pad")]
    places = {photo["id"]: place for place, photo in enumerate(photos)}
    seen = damage_photos(findings)
    return [
        _region(number, finding, places, editable=editable, photos=seen.get(finding.get("damage_key") or "", 1))
        for number, finding in enumerate(findings, 1)
    ]


def damage_photos(findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """On how many photos each damage is seen, by its key."""
    photos: dict[str, set[str]] = {}
    for finding in findings:
        if finding.get("damage_key") and finding["status"] != "rejected":
            photos.setdefault(finding["damage_key"], set()).add(finding["photo_id"])
    return {key: len(seen) for key, seen in photos.items()}


def _region(
    number: int, finding: Mapping[str, Any], places: Mapping[str, int], *, editable: bool, photos: int = 1
) -> html.Div:
    level, icon_name = _STATUS.get(finding["status"], ("", "question"))
    score = finding.get("score")
    name = name_of("category", finding["category"])
    acts: list[Any] = []
    if editable:
        for act, sign, key in (("confirmed", "check", "A"), ("rejected", "cross", "R"), ("edit", "pen", "E")):
            pressed = finding["status"] == act
            acts.append(
                html.Button(
                    icon(sign, small=True), type="button", className="btn btn-tk-quiet tk-mini",
                    title=f"{t(f'finding.{act}')} ({key})",
                    **extra({"data-act": act, "data-finding": finding["id"], "aria-pressed": "true" if pressed else "false",
                       "aria-label": f"{t(f'finding.{act}')}: {number} {name}"}),
                )
            )  # fmt: skip
    origin = t("finding.by_hand") if finding.get("origin") == "manual" or score is None else share(score)
    return html.Div(
        [
            html.Span(str(number), className="tk-region-no"),
            html.Button(
                [
                    html.Span([html.B(name), " · ", part_words(finding)], className="tk-ellipsis"),
                    html.Span(
                        [t("finding.photo", number=places.get(finding["photo_id"], 0) + 1), " · ", origin]
                        + ([" · ", name_of("severity", finding["severity"])] if finding.get("severity") else [])
                        + ([" · ", t("finding.size", mm=finding["size"]["length_mm"])] if finding.get("size") else [])
                        + ([" · ", t("finding.same", photos=photos)] if photos > 1 else []),
                        className="tk-muted tk-small tk-ellipsis",
                    ),
                ],
                type="button",
                className="tk-region-text",
                **extra({"data-select": finding["id"]}),
            ),
            icon(icon_name, small=True, label=t("finding.status.proposed"))
            if finding["status"] == "proposed"
            else chip(t(f"finding.status.{finding['status']}"), level, icon_name),
            *acts,
        ],
        className=f"tk-region {finding['status']}",
        **extra({"data-region": finding["id"]}),
    )


def viewer(photos: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]], *, editable: bool) -> html.Div:
    """Viewer, tools, strip and list of regions."""

    def tool(key: str, icon_name: str, shortcut: str, *, disabled: bool = False) -> html.Button:
        label = f"{t(f'tool.{key}')} ({shortcut})"
        return html.Button(
            icon(icon_name), type="button", className="btn btn-tk-quiet tk-icon-btn", title=label, disabled=disabled,
            **extra({"data-tool": key, "aria-label": label}),
        )  # fmt: skip

    return html.Div(
        [
            html.Div(
                [
                    tool("prev", "prev", "←"),
                    tool("next", "next", "→"),
                    html.Span("", id="photo-title", className="tk-grow tk-ellipsis"),
                    tool("draw", "box", "N", disabled=not editable),
                    tool("regions", "eye", "V"),
                    tool("fit", "refresh", "0"),
                ],
                className="tk-photo-tools",
            ),
            html.Div(
                [
                    _first(photos, findings),
                    dcc.Graph(
                        id="photo-graph", figure=_empty_figure(), config=_GRAPH, className="tk-graph", responsive=True
                    ),
                ],
                className="tk-photo-stage",
            ),
            html.Div(
                strip(photos, findings),
                id="photo-strip",
                className="tk-strip",
                role="group",
                **extra({"aria-label": t("tab.photos")}),
            ),
            html.Div(region_list(photos, findings, editable=editable), id="region-list", className="tk-regions"),
        ],
        className="tk-photos",
    )


def _first(photos: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> Any:
    """The first photo as a plain image under the plot, there before any script has run; or the word that there is none."""
    if photos:
        return html.Img(
            id="photo-first",
            src=f"/media/{photos[first_place(photos, findings)]['sha']}/view",
            alt="",
            className="tk-photo-first",
        )
    text = html.Div([icon("camera"), html.H2(t("photo.none")), html.Div(t("photo.none_text"))], className="tk-state")
    return html.Div(text, id="photo-first", className="tk-photo-first")


def _empty_figure() -> dict[str, Any]:
    """A plot without axes; the browser draws the photo into it."""
    axis = {"visible": False, "fixedrange": False}
    return {
        "data": [],
        "layout": {
            "xaxis": axis, "yaxis": axis, "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        },
    }  # fmt: skip
