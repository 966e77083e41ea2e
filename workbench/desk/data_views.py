"""What each tab of the data page shows, and its tables for export: the use cases on one side, the components on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.access import Actor, allowed
from workbench.cases.learning import agreement as agreements
from workbench.cases.learning import (
    choosing,
    datasets,
    drift,
    listing,
    mend,
    model_views,
    outcomes,
    overview,
    runs,
    shadow_report,
)
from workbench.cases.learning.listing import PhotoPage
from workbench.cases.learning.scope import Scope, bad_choice, scope_of
from workbench.desk.components import (
    data_agreement,
    data_drift,
    data_labels,
    data_lists,
    data_overview,
    data_runs,
    data_sets,
)
from workbench.desk.components.data_tables import Table
from workbench.desk.texts import t

#: Tabs with their icon, in their order.
TABS = (
    ("overview", "home"),
    ("agreement", "scale"),
    ("drift", "alarm"),
    ("learn", "question"),
    ("labels", "box"),
    ("datasets", "list"),
    ("runs", "gear"),
)
PERIODS = ("28", "84", "365", "all")
_WEEKS = {28: 4, 84: 12, 365: 52, None: 104}
_EXPORTED = 200


def query_of(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Period and class as an address carries them."""
    values = values or {}
    return {name: values[name] for name in ("days", "category") if values.get(name) not in (None, "", "all")}


def weeks_of(scope: Scope) -> int:
    """How many weeks the drift charts show in a period."""
    return _WEEKS.get(scope.days, max(1, (scope.days or 182) // 7))


def content(actor: Actor, tab: str, values: Mapping[str, Any], *, start: int = 0) -> list[Any]:
    """The inside of a tab.

    Args:
        actor: who asks.
        tab: one of ``TABS`` but ``labels``, which has a list of its own (``label_desk``).
        values: period (``days``) and class (``category``).
        start: first entry of a paged list.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``; TK-DATA-001 for a choice that there is not.
    """
    scope, query = scope_of(values), query_of(values)
    if tab == "overview":
        return data_overview.body(overview.overview(actor, scope), query)
    if tab == "agreement":
        return data_agreement.body(agreements.agreement(actor, scope), query)
    if tab == "drift":
        return data_drift.body(
            drift.drift(actor, weeks=weeks_of(scope)), query, editable=allowed(actor, "models.release")
        )
    if tab == "learn":
        page = choosing.learning_list(actor, scope, start=start, end=start + data_lists.PAGE)
        return data_lists.learning(page, query)
    if tab == "datasets":
        found, total = datasets.datasets(actor, end=_EXPORTED)
        return data_sets.body(found, total, query)
    if tab == "runs":
        found_runs, _total = runs.runs(actor, end=_EXPORTED)
        tables = _run_tables(actor, scope)
        return data_runs.body(found_runs, tables, data_runs.gate_report(model_views.events(actor)), query)
    raise bad_choice("tab", tab)


def photo_list(actor: Actor, wanted: Mapping[str, Any] | None, values: Mapping[str, Any]) -> tuple[PhotoPage, str, str]:
    """The photos of a list, its name for paging (``learn`` or ``pick``), and its title.

    Args:
        actor: who asks.
        wanted: ``pick`` (``list`` and what narrows it), ``title``, ``start``; without a pick it is the learning list.
        values: period and class.
    """
    wanted = wanted or {}
    try:
        start = max(0, int(wanted.get("start") or 0))
    except (TypeError, ValueError):
        raise bad_choice("start", wanted.get("start")) from None
    scope = scope_of(values)
    pick = wanted.get("pick")
    if not isinstance(pick, Mapping):
        return (
            choosing.learning_list(actor, scope, start=start, end=start + data_lists.PAGE),
            "learn",
            t("data.tab.learn"),
        )
    narrowed = {str(name): value for name, value in pick.items() if name != "list"}
    page = listing.list_photos(actor, str(pick.get("list")), narrowed, scope, start=start, end=start + data_lists.PAGE)
    return page, "pick", str(wanted.get("title") or t("data.photos"))[:200]


def label_desk(actor: Actor, wanted: Mapping[str, Any] | None, values: Mapping[str, Any]) -> list[Any]:
    """The labels of a list of photos, ready to be mended."""
    page, kind, title = photo_list(actor, wanted, values)
    found = mend.labels(actor, [photo.id for photo in page.photos])
    return data_labels.body(found, page, title, kind, (wanted or {}).get("photo"))


def _run_tables(actor: Actor, scope: Scope) -> tuple[Table, ...]:
    found, _total = runs.runs(actor, end=_EXPORTED)
    versions = model_views.versions(actor)
    seen = [
        (one.label, shadow_report.summary(actor, one.version, name=one.name))
        for one in versions
        if one.state in {"shadow", "candidate", "active"} and one.storage != "shipped"
    ]
    return (
        data_runs.runs_table(found),
        data_runs.versions_table(versions),
        data_runs.shadow_table([pair for pair in seen if pair[1].photos or pair[1].failed]),
        data_runs.events_table(model_views.events(actor)),
        data_runs.hits_table(outcomes.hit_rates(actor, since=scope.bounds()["since"])),
    )


def table(actor: Actor, key: str, values: Mapping[str, Any]) -> Table:
    """A table by its name, for export.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``; TK-DATA-001 for a table or choice that there is not.
    """
    scope = scope_of(values)
    kind = key.split("-", maxsplit=1)[0]
    tables: tuple[Table, ...] = ()
    if kind == "overview":
        tables = data_overview.tables(overview.overview(actor, scope))
    elif kind == "agreement":
        tables = data_agreement.tables(agreements.agreement(actor, scope))
    elif kind == "drift":
        tables = data_drift.tables(drift.drift(actor, weeks=weeks_of(scope)))
    elif kind == "learn":
        tables = (data_lists.learning_table(choosing.learning_list(actor, scope, start=0, end=_EXPORTED)),)
    elif kind == "datasets":
        tables = (data_sets.versions_table(datasets.datasets(actor, end=_EXPORTED)[0]),)
    elif kind == "difference":
        found = datasets.difference(actor, str(values.get("older")), str(values.get("newer")))
        tables = data_sets.difference_tables(found)
    elif kind == "runs":
        tables = _run_tables(actor, scope)
    elif kind == "run":
        tables = (data_runs.figures_table(runs.run(actor, str(values.get("run")))),)
    else:
        # Who may not look learns nothing of what there is.
        overview.overview(actor, Scope(days=1))
    for one in tables:
        if one.key == key:
            return one
    raise bad_choice("table", key)
