"""The photo store: files named by the SHA-256 of their content, written once and never changed.

``<root>/ab/cd/<sha256>.jpg`` is the cleaned, upright original; ``.view.jpg`` (at most 2048 pixels) and ``.thumb.jpg``
(at most 320) lie beside it. Documents (PDF) lie in the same way under ``documents/``.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Literal

from workbench.errors import TelekalkError, not_found
from workbench.settings import get_settings

Variant = Literal["original", "view", "thumb"]
SUFFIX: dict[str, str] = {"original": ".jpg", "view": ".view.jpg", "thumb": ".thumb.jpg"}
_SHA = re.compile(r"[0-9a-f]{64}")


def _folder(root: Path, sha256: str) -> Path:
    # The name comes from outside (a URL): only a plain hash may become part of a path.
    if not _SHA.fullmatch(sha256):
        raise not_found("Das Bild", "The picture")
    return root / sha256[:2] / sha256[2:4]


def _write(target: Path, content: bytes) -> None:
    """Write once: complete and on the disk under its final name, or not there at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with temporary.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(target)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise TelekalkError(
            "TK-STORE-003",
            "Die Datei konnte nicht gespeichert werden.",
            "The file could not be stored.",
            status=507,
            remedy_de="Prüfen Sie freien Speicherplatz und Schreibrechte des Fotospeichers.",
            remedy_en="Check free disk space and write permission of the photo store.",
        ) from problem
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def put(content: bytes, *, view: bytes | None = None, thumb: bytes | None = None) -> str:
    """Store a cleaned original with its derivatives; storing the same again changes nothing.

    Args:
        content: JPEG bytes of the upright original without metadata.
        view: JPEG of at most 2048 pixels.
        thumb: JPEG of at most 320 pixels.

    Returns:
        The SHA-256 of ``content``, lower-case hex.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    folder = _folder(get_settings().photos_path, sha256)
    # Derivatives first: once the original is there, its derivatives are too.
    for variant, data in (("view", view), ("thumb", thumb), ("original", content)):
        target = folder / f"{sha256}{SUFFIX[variant]}"
        if data is not None and not target.exists():
            _write(target, data)
    return sha256


def path(sha256: str, variant: Variant = "original") -> Path:
    """File of a stored photo; a derivative that was never made falls back to the next larger one.

    Raises:
        TelekalkError: TK-ACCESS-404 when there is no such photo or the name is not a hash.
    """
    folder = _folder(get_settings().photos_path, sha256)
    order: dict[str, tuple[str, ...]] = {
        "original": ("original",),
        "view": ("view", "original"),
        "thumb": ("thumb", "view", "original"),
    }
    for name in order.get(variant, ()):
        found = folder / f"{sha256}{SUFFIX[name]}"
        if found.is_file():
            return found
    raise not_found("Das Bild", "The picture")


def put_document(content: bytes) -> str:
    """Store a PDF; returns its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = _folder(get_settings().photos_path / "documents", sha256) / f"{sha256}.pdf"
    if not target.exists():
        _write(target, content)
    return sha256


def document(sha256: str) -> bytes:
    """Content of a stored PDF.

    Raises:
        TelekalkError: TK-ACCESS-404 when there is none, TK-STORE-004 when it is no longer what was stored.
    """
    target = _folder(get_settings().photos_path / "documents", sha256) / f"{sha256}.pdf"
    if not target.is_file():
        raise not_found("Das Dokument", "The document")
    content = target.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise TelekalkError(
            "TK-STORE-004",
            "Das gespeicherte Dokument ist beschädigt.",
            "The stored document is damaged.",
            status=500,
            remedy_de="Stellen Sie den Fotospeicher aus der Sicherung wieder her.",
            remedy_en="Restore the photo store from its backup.",
        )
    return content
