"""``python -m workbench.engines.freeze``: puts the current engine into the archive, once its version was raised.

A version that is archived already is never written again with other content.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import calculation
from calculation import ENGINE_VERSION
from workbench.engines.frozen_engine import FROZEN

SOURCE = Path(calculation.__file__).parent


def members(source: Path = SOURCE) -> dict[str, bytes]:
    """The engine's source files by their name in the archive."""
    return {f"calculation/{p.relative_to(source).as_posix()}": p.read_bytes() for p in sorted(source.rglob("*.py"))}


def packed(files: dict[str, bytes]) -> bytes:
    """The files as a zip archive with fixed times and order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return buffer.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """What lies in an archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def freeze(version: str = ENGINE_VERSION, source: Path = SOURCE, folder: Path = FROZEN) -> str:
    """Archive ``source`` as ``version``; returns what was done.

    Raises:
        ValueError: the version is archived with other content: raise ``ENGINE_VERSION`` first.
    """
    files = members(source)
    register = folder / "checksums.json"
    known: dict[str, str] = json.loads(register.read_text(encoding="utf-8")) if register.exists() else {}
    if version in known:
        # The files count, not the archive's bytes: those also depend on the compressor's version.
        if unpacked(folder / f"{version}.zip") == files:
            return f"{version} is archived already."
        raise ValueError(
            f"{version} is archived with other content: raise ENGINE_VERSION in calculation/version.py first."
        )
    content = packed(files)
    digest = hashlib.sha256(content).hexdigest()
    (folder / f"{version}.zip").write_bytes(content)
    register.write_text(json.dumps({**known, version: digest}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return f"{version} archived, {len(content):,} bytes."


if __name__ == "__main__":
    try:
        print(freeze())
    except ValueError as problem:
        sys.exit(str(problem))
