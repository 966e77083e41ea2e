"""Taking bundles in: good ones as a whole, bad ones not at all."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from model_bundles import edit, make_bundle, other_content
from sqlalchemy import select

from cv_models import runtime
from cv_models.runtime import MODEL_FOLDER, model_entry
from workbench.access import SYSTEM, Actor
from workbench.cases.learning import active, bundle, release
from workbench.cases.learning.bundle import MOST_BYTES, read_bundle
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelEvent, ModelVersion

SHIPPED = model_entry("damage", MODEL_FOLDER).version


@pytest.fixture(autouse=True)
def shipped_again():
    yield
    runtime.use("damage", None)


def states() -> dict[str, str]:
    with session_scope() as session:
        return dict(session.execute(select(ModelVersion.version, ModelVersion.state)).all())


def happened() -> list[tuple[str, str]]:
    with session_scope() as session:
        rows = session.execute(select(ModelEvent.version, ModelEvent.event).order_by(ModelEvent.id)).all()
        return [(row[0], row[1]) for row in rows]


def test_the_shipped_model_is_entered_once_by_whoever_comes_first(database: str) -> None:
    folders: list[Path] = []
    threads = [threading.Thread(target=lambda: folders.append(active.active_folder())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert folders == [MODEL_FOLDER] * 4
    assert states() == {SHIPPED: "active"}
    assert happened() == [(SHIPPED, "registered"), (SHIPPED, "activated")]


def test_a_bundle_becomes_a_candidate_with_its_files_in_the_store(
    database: str, tmp_path: Path, actor_of: Callable
) -> None:
    dora: Actor = actor_of("dora")
    folder = make_bundle(tmp_path / "b", "9.1", threshold=0.4)
    made = release.register(dora, folder)
    assert (made.state, made.storage, made.label, made.registered_by) == ("candidate", "store", "damage-9.1", dora.name)
    assert all(state == "ok" for state in model_files.states(made.files).values())
    assert states() == {SHIPPED: "active", "9.1": "candidate"}
    assert release.register(dora, folder) == made, "the same again changes nothing"
    assert happened()[-1] == ("9.1", "registered")
    assert len(happened()) == 3
    place = release.version_folder(dora, "9.1")
    assert place.is_relative_to(get_settings().home)
    assert runtime.model_entry("damage", place).settings["threshold"] == 0.4
    assert set(json.loads((place / "registry.json").read_text())["models"][0]) >= {"sha256", "licence", "settings"}
    view = next(one for one in release.versions(dora) if one.version == "9.1")
    assert view.card.startswith("# Model card")


def test_a_version_is_never_given_twice(database: str, tmp_path: Path) -> None:
    release.register(SYSTEM, make_bundle(tmp_path / "a", "9.1"))
    for folder in (
        make_bundle(tmp_path / "b", "9.1", threshold=0.9),
        make_bundle(tmp_path / "c", SHIPPED, threshold=0.9),
    ):
        with pytest.raises(TelekalkError, match="TK-MODEL-017"):
            release.register(SYSTEM, folder)


def test_a_damaged_file_in_the_store_is_mended_by_the_same_bundle(database: str, tmp_path: Path) -> None:
    folder = make_bundle(tmp_path / "b", "9.1")
    made = release.register(SYSTEM, folder)
    file, sha256 = next((name, sha) for name, sha in made.files.items() if name.endswith(".onnx"))
    model_files._stored(sha256).write_bytes(b"broken")
    with pytest.raises(TelekalkError, match="TK-MODEL-001"):
        release.version_folder(SYSTEM, "9.1")
    release.register(SYSTEM, folder)
    assert (release.version_folder(SYSTEM, "9.1") / file).is_file()


def changed(folder: Path) -> Path:
    file = folder / model_entry("damage", folder).file
    file.write_bytes(file.read_bytes()[:-5] + b"xxxxx")
    return folder


def without(name: str) -> Callable[[Path], Path]:
    def take(folder: Path) -> Path:
        (folder / name).unlink()
        return folder

    return take


def linked(folder: Path) -> Path:
    file = folder / model_entry("damage", folder).file
    file.unlink()
    file.symlink_to(MODEL_FOLDER / file.name)
    return folder


def piped(folder: Path) -> Path:
    file = folder / model_entry("damage", folder).file
    file.unlink()
    os.mkfifo(file)
    return folder


def written(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


def big(folder: Path) -> Path:
    file = folder / model_entry("damage", folder).file
    return other_content(folder, file.read_bytes() + b"\x32\x01x" * (MOST_BYTES // 3))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (changed, "TK-MODEL-012"),
        (without("registry.json"), "TK-MODEL-010"),
        (without("card.md"), "TK-MODEL-013"),
        (written("card.md", " \n"), "TK-MODEL-013"),
        (linked, "TK-MODEL-012"),
        (piped, "TK-MODEL-012"),
        (big, "TK-MODEL-015"),
        (lambda folder: edit(folder, licence=" "), "TK-MODEL-014"),
        (lambda folder: edit(folder, licence=None), "TK-MODEL-014"),
        (lambda folder: edit(folder, file="../damage-0.3.onnx"), "TK-MODEL-011"),
        (lambda folder: edit(folder, file="/etc/passwd"), "TK-MODEL-011"),
        (lambda folder: edit(folder, file="x\\..\\y.onnx"), "TK-MODEL-011"),
        (lambda folder: edit(folder, file="missing.onnx"), "TK-MODEL-012"),
        (lambda folder: edit(folder, sha256="0" * 63), "TK-MODEL-012"),
        (lambda folder: edit(folder, version="../9"), "TK-MODEL-017"),
        (lambda folder: edit(folder, version="9" * 25), "TK-MODEL-017"),
        (lambda folder: edit(folder, version=9), "TK-MODEL-010"),
        (lambda folder: edit(folder, name="other"), "TK-MODEL-010"),
        (lambda folder: edit(folder, settings={"threshold": "a\0b"}), "TK-MODEL-010"),
        (lambda folder: edit(folder, settings={"threshold": float("inf")}), "TK-MODEL-010"),
        (written("registry.json", "[" * 100_000), "TK-MODEL-010"),
        (written("registry.json", '{"models": []}'), "TK-MODEL-010"),
        (written("registry.json", '{"models": [3]}'), "TK-MODEL-010"),
    ],
)
def test_a_bad_bundle_is_refused_before_anything_is_run(
    spoil: Callable[[Path], Path], code: str, tmp_path: Path
) -> None:
    folder = spoil(make_bundle(tmp_path / "b", "9.1"))
    with pytest.raises(TelekalkError) as caught:
        read_bundle(folder)
    assert caught.value.code == code
    assert caught.value.message_de


def unknown_operator() -> bytes:
    """An ONNX model by hand: one node `Nonsense` of the usual domain, from x to y."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    def value(name: bytes) -> bytes:
        tensor = b"\x08\x01" + field(2, field(1, b"\x08\x01"))
        return field(1, name) + field(2, field(1, tensor))

    node = field(1, b"x") + field(2, b"y") + field(4, b"Nonsense")
    graph = field(1, node) + field(2, b"g") + field(11, value(b"x")) + field(12, value(b"y"))
    return b"\x08\x08" + field(7, graph) + field(8, b"\x10\x11")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: other_content(folder, unknown_operator()),
        lambda folder: other_content(folder, b"this is no network"),
        lambda folder: edit(folder, settings={}),
        lambda folder: edit(
            folder, settings={**model_entry("damage", folder).settings, "groups": [["region", ["ufo"]]]}
        ),
    ],
    ids=["unknown operator", "no network", "no settings", "unknown class"],
)
def test_a_network_that_does_not_run_is_refused_and_nothing_stays(
    spoil: Callable[[Path], Path], database: str, tmp_path: Path
) -> None:
    folder = spoil(make_bundle(tmp_path / "b", "9.1", threshold=0.01))
    active.active_folder()
    before = sorted(get_settings().photos_path.rglob("*.bin"))
    with pytest.raises(TelekalkError) as caught:
        release.register(SYSTEM, folder)
    assert caught.value.code == "TK-MODEL-016"
    assert states() == {SHIPPED: "active"}
    assert sorted(get_settings().photos_path.rglob("*.bin")) == before
    assert not any(get_settings().home.glob("models/*9.1*"))


def test_a_large_bundle_needs_a_reason_which_is_kept(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_bundle(tmp_path / "b", "9.1")
    monkeypatch.setattr(bundle, "MOST_BYTES", 1_000_000)
    with pytest.raises(TelekalkError, match="TK-MODEL-015"):
        release.register(SYSTEM, folder, oversize=" ")
    made = release.register(SYSTEM, folder, oversize="zwei Netze für einen Versuch")
    assert made.bytes > bundle.MOST_BYTES
    entered = next(event for event in release.events(SYSTEM) if event.version == "9.1")
    assert entered.report["oversize"] == "zwei Netze für einen Versuch"


def test_only_who_may_release_registers(database: str, tmp_path: Path, actor_of: Callable) -> None:
    folder = make_bundle(tmp_path / "b", "9.1")
    for login in ("anna", "rita", "lena", "clara"):
        with pytest.raises(TelekalkError, match="TK-ACCESS-403"):
            release.register(actor_of(login), folder)
        with pytest.raises(TelekalkError, match="TK-ACCESS-403"):
            release.rollback(actor_of(login))
    with pytest.raises(TelekalkError, match="TK-ACCESS-403"):
        release.versions(actor_of("clara"))
    assert [one.version for one in release.versions(actor_of("rita"))] == [SHIPPED]
