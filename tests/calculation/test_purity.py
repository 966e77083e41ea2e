"""The engine knows the standard library alone: no binary numbers, no clock, no I/O."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import calculation

FILES = sorted(Path(calculation.__file__).parent.rglob("*.py"))
FORBIDDEN_MODULES = {
    "time", "os", "io", "sys", "socket", "pathlib", "random", "math", "cmath", "statistics", "subprocess",
    "urllib", "http", "threading", "asyncio", "logging", "tempfile", "shutil", "sqlite3", "secrets", "uuid",
}  # fmt: skip
FORBIDDEN_CALLS = {"open", "print", "input", "float", "complex", "exec", "eval", "__import__", "breakpoint"}
CLOCKS = {"today", "now", "utcnow", "fromtimestamp", "localtime"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_standard_library_only_and_no_binary_number(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules = [node.module or ""]
        for module in modules:
            top = module.split(".")[0]
            assert top == "calculation" or top in sys.stdlib_module_names, module
            assert top not in FORBIDDEN_MODULES, module
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float | complex), f"line {node.lineno}"
        if isinstance(node, ast.Name):
            assert node.id not in FORBIDDEN_CALLS, f"{node.id}, line {node.lineno}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in CLOCKS, f"{node.attr}, line {node.lineno}"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            # two whole numbers would divide to a binary number
            assert not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant))


def test_the_example_in_the_docstring_is_the_example_file() -> None:
    import json
    import textwrap

    from calculation import model

    text = (model.__doc__ or "").split("example.json``)::", 1)[1]
    documented = json.loads(textwrap.dedent(text).replace("…", "demonstration"))
    stored = json.loads((Path(__file__).parent / "example.json").read_text(encoding="utf-8"))
    assert documented == stored
