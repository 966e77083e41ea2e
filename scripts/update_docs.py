"""Writes the parts of docs/ that are made from the code: settings, commands and error codes.

`python scripts/update_docs.py` writes them; a test fails when they are not what the code says.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
from pydantic_core import PydanticUndefined

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"\bTK-[A-Z]+-\d{3}\b")
FLOORS = ("workbench", "cv_models", "pricing_tables", "calculation")


def settings_page() -> str:
    """docs/settings.md: every setting with its variable, default and meaning."""
    from workbench.settings import Settings

    lines = [
        "# Settings",
        "",
        "Everything is read from the environment, once, at the start of a process. Nothing has to be set.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in {PydanticUndefined, None} else f"`{field.default}`"
        lines.append(f"| `TELEKALK_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _command(path: str, command: click.Command) -> list[str]:
    words = [f"### `{path}`", "", (command.help or "").strip(), ""]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            words.append(f"- `{', '.join(parameter.opts)}` {parameter.help or ''}".rstrip())
        elif isinstance(parameter, click.Argument):
            words.append(f"- `{parameter.human_readable_name}`")
    return [*words, ""] if words[-1] else words


def commands_page() -> str:
    """docs/cli.md: every command of `telekalk` with its options."""
    from workbench.cli import main

    lines = [
        "# The command `telekalk`",
        "",
        "Exit 0: done. Exit 2: the input is wrong; standard error has a message with a `TK-…` code (German; English with",
        "`--lang en`). Exit 1: a fault of ours. `--json` prints for machines, on standard output alone.",
        "",
    ]

    def walk(path: str, command: click.Command) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                if found is not None:
                    walk(f"{path} {name}", found)
        else:
            lines.extend(_command(path, command))

    walk("telekalk", main)
    return "\n".join(lines).rstrip() + "\n"


def error_codes() -> dict[str, list[str]]:
    """Every `TK-…` code in the code, with the files that use it."""
    codes: dict[str, list[str]] = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            for code in sorted(set(CODE.findall(path.read_text(encoding="utf-8")))):
                codes.setdefault(code, []).append(str(path.relative_to(ROOT)))
    return codes


def errors_page() -> str:
    """docs/errors.md: every stable code and where it is raised."""
    lines = [
        "# Error codes",
        "",
        "Codes are stable: a code never changes its meaning. The message that comes with it says what to do, in the",
        "reader's language.",
        "",
        "| code | raised or handled in |",
        "|---|---|",
    ]
    lines += [f"| `{code}` | {', '.join(f'`{file}`' for file in files)} |" for code, files in sorted(error_codes().items())]
    return "\n".join(lines) + "\n"


PAGES = {"docs/settings.md": settings_page, "docs/cli.md": commands_page, "docs/errors.md": errors_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"wrote {name}\n")
