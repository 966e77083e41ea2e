"""Agreement between model, expert and reviewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from workbench.cases.learning.agreement import OUTCOMES, Agreement, ClassAgreement
from workbench.cases.learning.statistics import Kappa, Rate
from workbench.desk.components.data_charts import OUTCOME_COLOURS, bars
from workbench.desk.components.data_tables import Cell, Table, caption, empty, render, whole
from workbench.desk.components.photos import CATEGORIES
from workbench.desk.formats import number
from workbench.desk.texts import name_of, t

NOTHING = "none"


def rate(value: Rate, pick: Mapping[str, str] | None = None) -> Cell:
    """A share with its interval."""
    if value.value is None or value.low is None or value.high is None:
        return Cell("–", "")
    interval = f"{round(value.low * 100)}–{round(value.high * 100)}"
    return Cell(
        f"{round(value.value * 100)}\u00a0% ({interval})", round(value.value, 4), pick, share=value.value,
        title=t("data.rate_title", hits=value.hits, total=value.total),
    )  # fmt: skip


def tables(found: Agreement) -> tuple[Table, ...]:
    """Outcomes and rates by class, model against expert, models, expert against reviewer."""
    return (
        _classes(found),
        _crossed("agreement-confusion", t("data.confusion"), found.table, ("proposed", "named"), "agreement", t("data.confusion_note")),
        Table(
            "agreement-models", t("data.by_model"), (t("data.model"), t("data.decided"), t("data.kept_rate")),
            tuple(
                (caption(model or "–"), whole(one.total, {"list": "agreement", "model": model}), rate(one))
                for model, one in found.models.items()
            ),
            note=t("data.by_model_note"),
        ),
        _crossed("agreement-review", t("data.review"), found.review, ("expert", "reviewer"), "review", t("data.review_note")),
    )  # fmt: skip


def _classes(found: Agreement) -> Table:
    heads = (
        t("data.class"),
        *(t(f"data.outcome.{one}") for one in OUTCOMES),
        t("data.received"),
        t("data.precision"),
        t("data.recall"),
    )
    return Table(
        "agreement-classes", t("data.model_expert"), heads,
        tuple(_row(one) for one in (*found.classes, found.overall)), note=t("data.model_expert_note"),
    )  # fmt: skip


def _row(one: ClassAgreement) -> tuple[Cell, ...]:
    def pick(outcome: str) -> dict[str, str]:
        narrowed = {"list": "agreement", "outcome": outcome}
        if one.category is not None:
            narrowed["named" if outcome == "added" else "proposed"] = one.category
        return narrowed

    return (
        caption(name_of("category", one.category) if one.category else t("data.all_classes")),
        *(whole(one.outcomes[outcome], pick(outcome)) for outcome in OUTCOMES),
        whole(one.received, {"list": "agreement", "outcome": "relabelled", "named": one.category or ""}),
        rate(one.precision),
        rate(one.recall),
    )


def _crossed(
    key: str, title: str, table: Mapping[str, Mapping[str, int]], names: tuple[str, str], kind: str, note: str
) -> Table:
    """One said against the other; the same class on both sides lies on the diagonal, drawn as good."""
    used = [
        name for name in (*CATEGORIES, NOTHING) if name in table or any(name in cells for cells in table.values())
    ]  # fmt: skip
    rows = []
    for row in used:
        if row not in table:
            continue
        total = sum(table[row].values())
        cells = [
            whole(
                table[row].get(column, 0), {"list": kind, names[0]: row, names[1]: column},
                share=table[row].get(column, 0) / total if total else None,
            )
            for column in used
        ]  # fmt: skip
        rows.append((caption(_word(row, f"data.{kind}.row_none")), *cells, whole(total)))
    heads = (
        f"{t(f'data.{names[0]}')} ↓ / {t(f'data.{names[1]}')} →",
        *(_word(name, f"data.{kind}.column_none") for name in used),
        t("data.sum"),
    )
    return Table(key, title, heads, tuple(rows), note=note)


def _word(name: str, nothing: str) -> str:
    return t(nothing) if name == NOTHING else name_of("category", name)


def agreement_words(value: Kappa) -> str:
    """Kappa as people read it: the figure, its interval, what it means."""
    if value.value is None or value.low is None or value.high is None:
        return t("data.kappa_none", pairs=number(value.pairs, 0) or "0")
    steps = ((0.81, "almost"), (0.61, "good"), (0.41, "moderate"), (0.21, "fair"))
    word = next((name for least, name in steps if value.value >= least), "slight")
    figure = _decimal(value.value)
    return t(
        "data.kappa", value=figure, low=_decimal(value.low), high=_decimal(value.high), pairs=number(value.pairs, 0),
        same=number(value.same, 0) or "0", word=t(f"data.kappa.{word}"),
    )  # fmt: skip


def _decimal(value: float) -> str:
    text = number(f"{value:.2f}", 2)
    return text or "0"


def body(found: Agreement, query: dict[str, Any]) -> list[Any]:
    """Charts, tables and agreement beyond chance."""
    if not found.table and not found.review:
        return [empty(t("data.agreement_empty"), t("data.agreement_empty_text"))]
    by_class, confusion, models, review = tables(found)
    names = [one.category or "" for one in found.classes]
    chart = bars(
        "agreement-outcomes",
        by_class.title,
        [name_of("category", name) for name in names],
        [(t(f"data.outcome.{one}"), OUTCOME_COLOURS[one], [item.outcomes[one] for item in found.classes]) for one in OUTCOMES],
        {
            (at, bar): {"list": "agreement", "outcome": one, "named" if one == "added" else "proposed": name}
            for at, one in enumerate(OUTCOMES)
            for bar, name in enumerate(names)
        },
        sideways=True,
        height=max(150, 60 + 30 * len(names)),
    )  # fmt: skip
    kappas = html.Section(
        [
            html.H3(t("data.kappa_title")),
            html.P([html.B(t("data.kappa_model")), " ", agreement_words(found.classes_kappa)]),
            html.P([html.B(t("data.kappa_review")), " ", agreement_words(found.review_kappa)]),
            html.P(t("data.kappa_note"), className="tk-muted tk-small"),
        ],
        className="tk-card tk-chart-card",
    )
    return [
        html.Div(
            [html.Section([html.H3(by_class.title), chart], className="tk-card tk-chart-card"), kappas],
            className="tk-data-two",
        ),
        render(by_class, query),
        render(confusion, query),
        html.Div([render(review, query), render(models, query)], className="tk-data-two wide-left"),
    ]
