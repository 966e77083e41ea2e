"""Reading a bundle: a folder with ``registry.json``, the network files it names, and ``card.md``. Everything in it is hostile.

A bundle has the form of the models that are shipped (``cv_models/models``). What belongs to the version is its own entry
and the entries of networks that only it needs; entries of the product's other models are left where they are.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cv_models import runtime
from workbench.errors import TelekalkError
from workbench.store import model_files

NAME = "damage"
#: Models that stand for themselves; all other entries of a registry belong to the detector beside which they lie.
STANDALONE = frozenset({NAME, "role", "recogniser", "sheetmap"})
REGISTRY, CARD = "registry.json", "card.md"
MOST_BYTES = 20_000_000
#: Above this a file is refused whatever is said: it would not fit the machines that run it.
MOST_BYTES_EVER = 500_000_000
_MOST_TEXT = 1_000_000
_MOST_ENTRIES = 20

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,23}")
_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,79}\.onnx")
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files were read and have the hashes that its registry states.

    Attributes:
        name, version: of the model.
        contents: file name -> content; the registry holds what belongs to this version and nothing else.
        settings: settings of the model's own entry.
        licence: licence of the weights.
        card: text of the card.
    """

    name: str
    version: str
    contents: Mapping[str, bytes]
    settings: dict[str, Any]
    licence: str
    card: str

    @property
    def files(self) -> dict[str, str]:
        """File name -> SHA-256."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.contents.items()}

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(content) for content in self.contents.values())


def refuse(code: str, de: str, en: str, **data: Any) -> TelekalkError:
    """An error about a bundle, with what to do about it."""
    return TelekalkError(
        code,
        de,
        en,
        remedy_de="Es wurde nichts registriert. docs/models_release.md beschreibt, was in den Ordner gehört.",
        remedy_en="Nothing was registered. docs/models_release.md says what belongs into the folder.",
        data=data,
    )


def read_bundle(folder: Path, *, name: str = NAME, oversize: bool = False) -> Bundle:
    """Read and check a bundle; no network is run yet.

    Args:
        folder: the bundle.
        name: name of the model that is to be released.
        oversize: more than 20 MB in all are accepted (never more than 500 MB).

    Raises:
        TelekalkError: TK-MODEL-010 no readable registry or no such model in it, -011 a file name that is not allowed,
            -012 a file that is missing or has another hash, -013 no card, -014 no licence, -015 too large.
    """
    entries = _entries(_text(folder, REGISTRY))
    own = entries.get(name)
    if own is None:
        raise refuse(
            "TK-MODEL-010",
            f"In {REGISTRY} steht kein Modell „{name}“.",
            f"{REGISTRY} has no model {name!r}.",
            found=sorted(entries),
        )
    taken = [own, *(entry for key, entry in sorted(entries.items()) if key not in STANDALONE)]
    if not own["licence"].strip():
        raise refuse("TK-MODEL-014", "Die Lizenz der Gewichte fehlt.", "The licence of the weights is missing.")
    card = _card(folder)
    _check_size(folder, taken, oversize=oversize)
    contents = {entry["file"]: _network(folder, entry) for entry in taken}
    return _bundle(own, taken, contents, card)


def shipped_bundle(name: str = NAME) -> Bundle:
    """The model that is shipped with the product, as a bundle.

    Raises:
        ModelFileError: TK-MODEL-001 to -003 when it is missing or was changed.
    """
    taken, card = _shipped_entries(name)
    contents = {entry["file"]: runtime.model_path(entry["name"], runtime.MODEL_FOLDER).read_bytes() for entry in taken}
    return _bundle(taken[0], taken, contents, card)


def shipped_version(name: str = NAME) -> tuple[str, str]:
    """Version of the shipped model and the hash of its registry, without reading the networks."""
    taken, _card_text = _shipped_entries(name)
    return taken[0]["version"], hashlib.sha256(_registry(taken)).hexdigest()


def shipped_members(name: str = NAME) -> tuple[str, ...]:
    """Names of the shipped networks that belong to the model: its own and those that only it needs."""
    others = sorted(key for key in runtime.registry(runtime.MODEL_FOLDER) if key not in STANDALONE)
    return (name, *others)


def _shipped_entries(name: str) -> tuple[list[dict[str, Any]], str]:
    taken = [runtime.model_entry(member, runtime.MODEL_FOLDER) for member in shipped_members(name)]
    card = runtime.MODEL_FOLDER / "cards" / Path(taken[0].card).name
    text = card.read_text(encoding="utf-8") if card.is_file() else taken[0].card
    return [{key: getattr(entry, key) for key in _KEYS} for entry in taken], text


_KEYS = ("name", "version", "file", "sha256", "licence", "settings")


def _bundle(own: dict[str, Any], taken: list[dict[str, Any]], contents: dict[str, bytes], card: str) -> Bundle:
    everything = {REGISTRY: _registry(taken), CARD: card.encode(), **contents}
    return Bundle(own["name"], own["version"], everything, own["settings"], own["licence"].strip(), card)


def _registry(taken: list[dict[str, Any]]) -> bytes:
    entries = [{**{key: entry[key] for key in _KEYS}, "card": CARD} for entry in taken]
    return json.dumps({"models": entries}, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _plain_size(folder: Path, name: str) -> int | None:
    """Size of a plain file right in the folder; None for anything else (a link, a pipe, a folder, nothing)."""
    try:
        found = (folder / name).lstat()
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _text(folder: Path, name: str) -> str:
    size = _plain_size(folder, name)
    if size is None or size > _MOST_TEXT:
        raise refuse(
            "TK-MODEL-010",
            f"{name} fehlt in dem Ordner oder ist keine gewöhnliche Datei von höchstens 1 MB.",
            f"{name} is missing in the folder, or is no plain file of at most 1 MB.",
        )
    try:
        return (folder / name).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise refuse("TK-MODEL-010", f"{name} ist nicht lesbar.", f"{name} cannot be read.") from problem


def _card(folder: Path) -> str:
    if _plain_size(folder, CARD) is None:
        raise refuse("TK-MODEL-013", f"Die Modellkarte {CARD} fehlt.", f"The model card {CARD} is missing.")
    card = _text(folder, CARD)
    if not card.strip() or "\0" in card:
        raise refuse("TK-MODEL-013", f"Die Modellkarte {CARD} ist leer.", f"The model card {CARD} is empty.")
    return card


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _entries(text: str) -> dict[str, dict[str, Any]]:
    malformed = refuse("TK-MODEL-010", f"{REGISTRY} ist fehlerhaft.", f"{REGISTRY} is malformed.")
    try:
        models = json.loads(text, parse_constant=_no_constant)["models"]
        json.dumps(models, allow_nan=False)  # 1e999 is infinite as well
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise malformed from problem
    if not isinstance(models, list) or not 1 <= len(models) <= _MOST_ENTRIES or "\\u0000" in text:
        raise malformed
    entries: dict[str, dict[str, Any]] = {}
    for item in models:
        if not isinstance(item, dict) or not isinstance(item.get("settings", {}), dict):
            raise malformed
        entry = {"settings": {}, **item}
        words = {key: entry.get(key) for key in _KEYS if key != "settings"}
        if words["licence"] is None:
            words["licence"] = entry["licence"] = ""
        if not all(isinstance(word, str) and len(word) <= 400 for word in words.values()):
            raise malformed
        _check_words(entry)
        if entry["name"] in entries:
            raise malformed
        entries[entry["name"]] = entry
    return entries


def _check_words(entry: Mapping[str, Any]) -> None:
    if not _FILE.fullmatch(entry["file"]):
        raise refuse(
            "TK-MODEL-011",
            "Ein Dateiname im Verzeichnis ist nicht zulässig (nur eine .onnx-Datei im Ordner selbst).",
            "A file name in the registry is not allowed (only an .onnx file right in the folder).",
        )
    if not _VERSION.fullmatch(entry["version"]) or not _NAME.fullmatch(entry["name"]):
        raise refuse(
            "TK-MODEL-017",
            "Name oder Version ist nicht zulässig (Version: höchstens 24 Buchstaben, Ziffern, Punkt, Strich).",
            "Name or version is not allowed (version: at most 24 letters, digits, dots, dashes).",
        )
    if not _SHA.fullmatch(entry["sha256"]):
        raise refuse("TK-MODEL-012", "Eine Prüfsumme im Verzeichnis ist keine.", "A hash in the registry is none.")


def _check_size(folder: Path, taken: list[dict[str, Any]], *, oversize: bool) -> None:
    total = 0
    for entry in taken:
        size = _plain_size(folder, entry["file"])
        if size is None:
            raise refuse(
                "TK-MODEL-012",
                f"Die Datei {entry['file']} fehlt oder ist keine gewöhnliche Datei.",
                f"The file {entry['file']} is missing or is no plain file.",
            )
        total += size
    if total > (MOST_BYTES_EVER if oversize else MOST_BYTES):
        raise refuse(
            "TK-MODEL-015",
            f"Das Modell ist mit {total / 1e6:.1f} MB zu groß (höchstens {MOST_BYTES / 1e6:.0f} MB; "
            f"mit --oversize und einem Grund bis {MOST_BYTES_EVER / 1e6:.0f} MB).",
            f"The model is too large with {total / 1e6:.1f} MB (at most {MOST_BYTES / 1e6:.0f} MB; "
            f"with --oversize and a reason up to {MOST_BYTES_EVER / 1e6:.0f} MB).",
            bytes=total,
        )


def _network(folder: Path, entry: Mapping[str, Any]) -> bytes:
    try:
        with (folder / entry["file"]).open("rb") as file:
            content: bytes = file.read(MOST_BYTES_EVER + 1)
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise refuse(
            "TK-MODEL-012",
            f"Die Prüfsumme der Datei {entry['file']} stimmt nicht mit dem Verzeichnis überein.",
            f"The SHA-256 of {entry['file']} is not the one in the registry.",
        )
    return content


def digest(bundle: Bundle) -> str:
    """One hash over the whole bundle."""
    return model_files.digest_of(bundle.files)
