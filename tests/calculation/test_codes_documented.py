"""Every code that the engine and the tables can give is explained in docs/calculation.md or docs/tables.md, and none that they cannot."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "calculation.md").read_text(encoding="utf-8")
TABLES = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
FILES = [
    *(ROOT / "calculation").glob("*.py"),
    *(ROOT / "pricing_tables").rglob("*.py"),
    *(ROOT / "workbench" / "cli").glob("tables*.py"),
    ROOT / "workbench" / "cli" / "calculate.py",
]


def strings() -> set[str]:
    """Every text constant of the code."""
    return {
        node.value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_error_codes() -> None:
    used = {text for text in strings() if re.fullmatch(r"TK-(CALC|TABLE)-\d{3}", text)}
    assert used == set(re.findall(r"TK-(?:CALC|TABLE)-\d{3}", PAGE + TABLES))


def test_flag_codes() -> None:
    section = PAGE.split("## Flags")[1].split("## Codes")[0]
    documented = set(re.findall(r"`([a-z_0-9]+)`", section))
    assert documented <= strings()
    found: set[str] = set()
    for path in (ROOT / "calculation").glob("*flags.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"flag", "_listed", "_old"}
            ):
                found |= {n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)}
    assert found - documented == set()
