"""Calculates a stored input with the engine version that it was stored with."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from calculation import ENGINE_VERSION, calculate, input_from_json, result_to_json
from workbench.errors import TelekalkError

FROZEN: Final = Path(__file__).parent / "frozen"
#: An archive calculates in well under a second; more than this is a fault.
_SECONDS: Final = 60
#: Run in a process that knows the archive and the standard library alone.
_PROGRAM: Final = """
import json, sys
sys.path.insert(0, sys.argv[1])
from calculation import calculate, input_from_json, result_to_json
result = calculate(input_from_json(json.load(sys.stdin)), explain=True)
json.dump(result_to_json(result, explain=True), sys.stdout, ensure_ascii=True)
"""


def canonical(result: Mapping[str, Any]) -> bytes:
    """The one spelling of a result as bytes: keys sorted, no spaces, UTF-8. Two results are the same when these are."""
    return json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def checksum(result: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(result)).hexdigest()


def versions() -> tuple[str, ...]:
    """Versions that can calculate here: the archived ones and the current one."""
    return tuple(sorted({*_checksums(), ENGINE_VERSION}))


def _checksums() -> dict[str, str]:
    known: dict[str, str] = json.loads((FROZEN / "checksums.json").read_text(encoding="utf-8"))
    return known


def archive(version: str) -> Path:
    """The archive of a version, its checksum proved.

    Raises:
        TelekalkError: TK-ENGINE-001 no such version, TK-ENGINE-002 the archive was changed.
    """
    expected = _checksums().get(version)
    path = FROZEN / f"{version}.zip"
    if expected is None or not path.is_file():
        raise TelekalkError(
            "TK-ENGINE-001",
            f"Die Rechenregeln der Version {version[:40]} sind hier nicht vorhanden.",
            f"The rules of version {version[:40]} are not here.",
            status=422,
            remedy_de=f"Vorhanden sind: {', '.join(versions())}. Installieren Sie eine Fassung, die diese Version mitbringt.",
            remedy_en=f"There are: {', '.join(versions())}. Install a release that carries this version.",
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        raise TelekalkError(
            "TK-ENGINE-002",
            f"Das Archiv der Rechenregeln {version} ist verändert und wird nicht benutzt.",
            f"The archive of the rules {version} was changed and is not used.",
            status=500,
            remedy_de="Stellen Sie die Datei aus der Auslieferung wieder her.",
            remedy_en="Restore the file from the release.",
        )
    return path


def calculate_with(version: str, stored_input: Mapping[str, Any], *, frozen: bool = False) -> dict[str, Any]:
    """The explained result JSON of a stored input under one engine version.

    Args:
        version: as the stored result names it.
        stored_input: calculation input JSON as it was stored.
        frozen: use the archive for the current version too (to prove that the two agree).

    Raises:
        TelekalkError: TK-ENGINE-001, -002, or -003 when the archived engine refuses the input.
        calculation.CalculationError: when the current engine refuses the input.
    """
    if version == ENGINE_VERSION and not frozen:
        return result_to_json(calculate(input_from_json(stored_input), explain=True), explain=True)
    path = archive(version)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _PROGRAM, str(path)],
        input=json.dumps(stored_input),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1][:200]
        raise TelekalkError(
            "TK-ENGINE-003",
            f"Die Rechenregeln {version} weisen die gespeicherte Eingabe ab: {reason}",
            f"The rules {version} refuse the stored input: {reason}",
            status=422,
        )
    made: dict[str, Any] = json.loads(done.stdout)
    return made
