"""One tree, three places: the screen, the paper and the JSON of the command line show the same nodes with the same values."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from calculation import calculate, input_from_json, result_to_json
from workbench.desk.components import derivation, totals
from workbench.documents.derivation import derivation_groups

EXAMPLE = Path(__file__).parents[1] / "calculation" / "example.json"
ROOTS = ("payout", "gross", "limit")


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return result_to_json(calculate(input_from_json(json.loads(EXAMPLE.read_text(encoding="utf-8")))), explain=True)


def _reachable(tree: dict[str, Any], roots: tuple[str, ...]) -> dict[str, str]:
    """Every node that a root stands on, with its value."""
    found: dict[str, str] = {}
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        if key in found or key not in tree:
            continue
        found[key] = tree[key]["value"]
        waiting += [operand["ref"] for operand in tree[key]["inputs"] if operand.get("ref")]
    return found


def _on_screen(parts: list[Any]) -> dict[str, str]:
    """Key and value of each node as it stands in the page."""
    shown: dict[str, str] = {}
    for part in parts:
        for each in (part, *part._traverse()):
            properties = getattr(each, "to_plotly_json", dict)().get("props", {})
            if "data-node" in properties:
                shown[properties["data-node"]] = properties["data-value"]
    return shown


def _digits(text: str) -> str:
    """A figure without its form: 1.234,50 € and 1,234.50 EUR are one, and so are 4 h and 4,00 Std."""
    plain = re.sub(r"[^\d,-]", "", text.replace("\u2212", "-"))
    whole, _, part = plain.partition(",")
    return f"{whole}.{part.rstrip('0')}".rstrip(".")


def test_the_screen_shows_the_tree_of_the_engine(result: dict[str, Any]) -> None:
    tree = result["derivation"]
    for root in ROOTS:
        assert _on_screen(derivation.tree(tree, root)) == _reachable(tree, (root,)), root


def test_the_paper_shows_the_tree_of_the_engine(result: dict[str, Any]) -> None:
    tree = result["derivation"]
    entries = [entry for group in derivation_groups(tree, "de") for entry in group["entries"]]
    assert len(entries) == len({entry["key"] for entry in entries})
    assert {entry["key"] for entry in entries} == set(_reachable(tree, ROOTS))


def test_screen_and_paper_print_the_same_figures(result: dict[str, Any]) -> None:
    tree = result["derivation"]
    compared = 0
    for group in derivation_groups(tree, "de"):
        for entry in group["entries"]:
            node = tree[entry["key"]]
            if re.fullmatch(r"-?\d+(\.\d+)?", node["value"]):
                on_screen = derivation.value_text(node["value"], node["unit"])
                assert _digits(on_screen) == _digits(entry["value"]), entry["key"]
                compared += 1
    assert compared > 20


def test_the_command_line_gives_the_same_tree(result: dict[str, Any]) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "workbench", "calculate", str(EXAMPLE), "--explain"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = json.loads(answer.stdout)["derivation"]
    assert {key: node["value"] for key, node in told.items()} == {
        key: node["value"] for key, node in result["derivation"].items()
    }


def test_from_the_payout_every_figure_of_the_sheet_can_be_reached(result: dict[str, Any]) -> None:
    reached = _reachable(result["derivation"], ("payout",))
    assert {f"line:{line['id']}" for line in result["lines"] if line["counts"]} <= set(reached)


def test_every_total_on_the_screen_can_be_asked(result: dict[str, Any]) -> None:
    asked = set()
    for part in [*totals.head(result), *totals.panel(result)]:
        for each in (part, *part._traverse()):
            key = getattr(each, "to_plotly_json", dict)().get("props", {}).get("data-why")
            if key:
                asked.add(key)
    assert asked <= result["derivation"].keys()
    assert {
        "payout",
        "payout_band",
        "limit",
        "net",
        "vat",
        "gross",
        "parts",
        "labour",
        "excess",
        "repair_ratio",
    } <= asked


def test_a_figure_without_a_node_is_no_button() -> None:
    assert type(totals.why("net", "1,00 €", {})).__name__ == "Span"
    assert type(totals.why("net", "1,00 €", None)).__name__ == "Span"


def test_a_band_without_width_is_one_figure() -> None:
    assert totals.span("7656.02", "7656.02") == "7.656,02\u00a0€"
    assert totals.span("7000.00", "8000.00") == "7.000,00\u00a0€ – 8.000,00\u00a0€"


def test_a_node_that_stands_above_is_linked_not_repeated(result: dict[str, Any]) -> None:
    keys: list[str] = []
    for part in derivation.tree(result["derivation"], "limit"):
        for each in (part, *part._traverse()):
            properties = getattr(each, "to_plotly_json", dict)().get("props", {})
            if "data-node" in properties:
                keys.append(properties["data-node"])
    assert len(keys) == len(set(keys))


def test_an_unknown_figure_says_so() -> None:
    assert derivation.title({}, "gold") == derivation.title(None, "gold")
    assert derivation.node_for({}, "gold") is None
