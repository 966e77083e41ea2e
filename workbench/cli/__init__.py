"""The command ``telekalk``. Each sub-command lives in a file of its own and is imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

#: sub-command -> (module, attribute, one line of help).
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("workbench.cli.demo", "demo", "Everything in one: database, demo cases, desk, customer face, worker."),
    "process": ("workbench.cli.process", "process", "A folder of photos in; case, drawn photos and draft offer out."),
    "calculate": ("workbench.cli.calculate", "calculate", "A calculation as JSON in; its result as JSON out."),
    "recalculate": ("workbench.cli.recalculate", "recalculate", "Make stored calculations again and compare them."),
    "read-registration": ("workbench.cli.read", "read_registration", "Read photos of registration documents."),
    "detect": ("workbench.cli.read", "detect", "Find damage in photos; COCO results."),
    "annotations": ("workbench.cli.annotations", "annotations_group", "What experts corrected, as training data."),
    "schema": ("workbench.cli.schema", "schema", "JSON Schema of an input or output."),
    "tables": ("workbench.cli.tables", "tables", "The pricing tables."),
    "models": ("workbench.cli.models", "models", "The models: registry, cards, evaluation."),
    "import-positions": (
        "workbench.cli.positions",
        "import_positions",
        "Positions of a foreign calculation as input JSON.",
    ),
    "desk": ("workbench.cli.serve", "desk", "Run the experts' desk."),
    "customer": ("workbench.cli.serve", "customer", "Run the customer face with the intake API."),
    "worker": ("workbench.cli.serve", "worker", "Run background jobs."),
    "migrate": ("workbench.cli.migrate", "migrate", "Bring the database to the newest version."),
    "doctor": ("workbench.cli.doctor", "doctor", "Check the installation and say what to do."),
}

#: A shipped or stored model file is missing, changed, unknown or does not load.
_MODEL_FILES = ("TK-MODEL-001", "TK-MODEL-002", "TK-MODEL-003", "TK-MODEL-004")


def language_of(args: Sequence[str]) -> tuple[list[str], str | None]:
    """Take ``--lang de|en`` out of the arguments, wherever it stands."""
    rest: list[str] = []
    language: str | None = None
    waiting = False
    for position, arg in enumerate(args):
        if arg == "--" and not waiting:
            return [*rest, *args[position:]], language
        if waiting:
            language, waiting = arg, False
        elif arg == "--lang":
            waiting = True
        elif arg.startswith("--lang="):
            language = arg.partition("=")[2]
        else:
            rest.append(arg)
    if waiting or language not in (None, "de", "en"):
        raise click.UsageError("--lang: de | en")
    return rest, language


def message_of(problem: BaseException, language: str) -> str | None:
    """Code and sentence of an error of any floor; None for an exception that is none of ours."""
    code = getattr(problem, "code", None)
    if not isinstance(code, str) or not code.startswith("TK-"):
        return None
    lines = [f"{code}: {getattr(problem, f'message_{language}', problem)}"]
    remedy = getattr(problem, f"remedy_{language}", "")
    if remedy:
        lines.append(remedy)
    return "\n".join(lines)


class TelekalkGroup(click.Group):
    """A group that imports sub-commands late, and turns errors into exit codes: 2 wrong input, 1 a fault of ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_m, _a, help_line) in COMMANDS.items()])

    def main(  # type: ignore[override]  # we always leave by an exit code
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run the command and leave with its exit code."""
        language = "de"
        try:
            rest, chosen = language_of(list(sys.argv[1:] if args is None else args))
            if chosen:
                # Read by the settings of this process and of the processes it starts.
                os.environ["TELEKALK_LANGUAGE"] = chosen
                _forget_settings()
            language = _language()
            extra.pop("standalone_mode", None)
            code = super().main(rest, prog_name or "telekalk", standalone_mode=False, **extra)
            sys.exit(code if isinstance(code, int) else 0)
        except click.exceptions.Exit as end:
            sys.exit(end.exit_code)
        except click.ClickException as problem:
            problem.show()
            sys.exit(problem.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        except BrokenPipeError:
            # The reader of our output has gone (`| head`); there is nobody left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as problem:  # the last stop: every other error becomes a sentence and an exit code
            text = message_of(problem, language)
            if text is None:
                if os.environ.get("TELEKALK_LOG_LEVEL", "").lower() == "debug":
                    raise
                kind = f"{type(problem).__name__}: {problem}"
                text = (
                    f"TK-CLI-001: an unexpected error ({kind}). TELEKALK_LOG_LEVEL=debug shows where."
                    if language == "en"
                    else f"TK-CLI-001: Unerwarteter Fehler ({kind}). TELEKALK_LOG_LEVEL=debug zeigt, wo."
                )
                click.echo(text, err=True)
                sys.exit(1)
            click.echo(text, err=True)
            # A model file that is missing or was changed is no input of the person who calls us.
            ours = int(getattr(problem, "status", 400)) >= 500 or text.startswith(_MODEL_FILES)
            sys.exit(1 if ours else 2)


def _forget_settings() -> None:
    from workbench.settings import get_settings

    get_settings.cache_clear()


def _language() -> str:
    given = os.environ.get("TELEKALK_LANGUAGE", "de").strip().lower()
    return "en" if given == "en" else "de"


@click.group(cls=TelekalkGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="telekalk")
def main() -> None:
    """Telekalk: from a photo set to a settlement offer. Messages are German; ``--lang en`` makes them English."""


__all__ = ["COMMANDS", "main", "message_of"]
