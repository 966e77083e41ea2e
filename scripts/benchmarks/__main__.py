"""`scripts/bench [NAME|all] [--json]`: runs benchmarks and prints their figures; keys are explained in docs/benchmarks.md."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path

NAMES = tuple(sorted(p.stem for p in Path(__file__).parent.glob("*.py") if "\ndef run() ->" in p.read_text(encoding="utf-8")))


def main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    wanted = [a for a in arguments if not a.startswith("-")] or ["all"]
    unknown = sorted(set(wanted) - {*NAMES, "all"})
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(NAMES)}, all", file=sys.stderr)
        return 2
    figures: dict[str, float] = {}
    for name in NAMES if "all" in wanted else wanted:
        print(f"{name} …", file=sys.stderr)
        figures.update(importlib.import_module(f"scripts.benchmarks.{name}").run())
    if as_json:
        print(json.dumps(figures))
        return 0
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for key, value in figures.items():
        print(f"{key:42} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
