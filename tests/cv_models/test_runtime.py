"""The registry of models: what is in it loads, what was changed does not."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from cv_models.errors import ModelFileError
from cv_models.runtime import (
    KEPT_CONTENTS,
    MODEL_FOLDER,
    folder_of,
    loaded,
    model_entry,
    model_path,
    registry,
    release_memory,
    session,
    use,
)

SIZE_LIMIT = 25 * 1024 * 1024
DETECTOR_LIMIT = 20 * 1000 * 1000


def copy_of_models(tmp_path):
    target = tmp_path / "models"
    shutil.copytree(MODEL_FOLDER, target)
    return target


def test_every_registered_model_loads_and_has_card_and_licence():
    total = 0
    repository = MODEL_FOLDER.parents[1]
    for name, entry in registry().items():
        total += model_path(name).stat().st_size
        assert session(name, 1).get_inputs()
        assert entry.licence
        assert (repository / entry.card).is_file(), entry.card
    assert {"damage", "role"} <= set(registry())
    assert total <= SIZE_LIMIT
    assert sum(model_path(name).stat().st_size for name in ("damage", "look")) <= DETECTOR_LIMIT


def test_one_session_per_process_and_at_most_two_threads():
    first = session("role", threads=8)
    assert first is session("role", threads=2)
    options = first.get_session_options()
    assert options.intra_op_num_threads == 2
    assert options.inter_op_num_threads == 1


def test_a_changed_file_is_refused(tmp_path):
    folder = copy_of_models(tmp_path)
    file = folder / model_entry("damage").file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelFileError) as caught:
        session("damage", folder=folder)
    assert caught.value.code == "TK-MODEL-001"
    assert "verändert" in caught.value.message_de


def test_a_missing_file_is_refused(tmp_path):
    folder = copy_of_models(tmp_path)
    (folder / model_entry("damage").file).unlink()
    with pytest.raises(ModelFileError, match="TK-MODEL-001"):
        model_path("damage", folder)


@pytest.mark.parametrize("text", ["", "[]", '{"models": [{}]}', '{"models": 3}', "{"])
def test_a_broken_registry_is_refused(tmp_path, text):
    (tmp_path / "registry.json").write_text(text)
    with pytest.raises(ModelFileError, match="TK-MODEL-002"):
        registry(tmp_path)


def test_an_unknown_name_is_refused():
    with pytest.raises(ModelFileError, match="TK-MODEL-003"):
        model_entry("unknown")


def test_a_file_outside_the_folder_is_refused(tmp_path):
    folder = copy_of_models(tmp_path)
    raw = json.loads((folder / "registry.json").read_text())
    raw["models"][0]["file"] = "../elsewhere.onnx"
    (folder / "registry.json").write_text(json.dumps(raw))
    with pytest.raises(ModelFileError, match="TK-MODEL-002"):
        model_path(raw["models"][0]["name"], folder)


def test_a_file_that_is_no_network_is_refused_even_with_the_right_hash(tmp_path):
    content = b"this is not a network"
    (tmp_path / "x.onnx").write_bytes(content)
    entry = {
        "name": "x",
        "version": "1",
        "file": "x.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "none",
        "card": "none",
    }
    (tmp_path / "registry.json").write_text(json.dumps({"models": [entry]}))
    with pytest.raises(ModelFileError, match="TK-MODEL-004"):
        session("x", folder=tmp_path)


@pytest.fixture
def shipped_again():
    yield
    for name in registry():
        use(name, None)


def another_version(tmp_path, name, version):
    """A folder in which `name` has another version and, by a word more at its end, another content."""
    folder = tmp_path / f"{name}-{version}"
    shutil.copytree(MODEL_FOLDER, folder, symlinks=True)
    raw = json.loads((folder / "registry.json").read_text(encoding="utf-8"))
    for entry in raw["models"]:
        if entry["name"] == name:
            # One more field at the end of the message: the documentation of the network (doc_string).
            content = (folder / entry["file"]).read_bytes() + bytes([0x32, len(version)]) + version.encode()
            (folder / entry["file"]).write_bytes(content)
            entry["version"] = version
            entry["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "registry.json").write_text(json.dumps(raw), encoding="utf-8")
    return folder


def test_a_folder_that_is_in_use_serves_its_name_alone(tmp_path, shipped_again):
    folder = another_version(tmp_path, "role", "9.9")
    shipped = session("role", 1)
    use("role", folder)
    assert folder_of("role") == folder
    assert folder_of("damage") == MODEL_FOLDER
    assert model_entry("role").label == "role-9.9"
    assert model_entry("role", MODEL_FOLDER).label != "role-9.9"
    assert session("role", 1) is not shipped
    assert session("role", 1, folder=MODEL_FOLDER) is shipped, "the shipped one stays for whoever names it"
    use("role", None)
    assert model_entry("role").sha256 == model_entry("role", MODEL_FOLDER).sha256
    assert model_entry("role", folder).sha256 not in loaded(), "what no longer serves is dropped"


def test_two_folders_with_the_same_content_share_a_session(tmp_path):
    folder = copy_of_models(tmp_path)
    assert session("role", 1, folder=folder) is session("role", 1)


def test_only_a_few_contents_of_a_name_stay_loaded(tmp_path):
    folders = [another_version(tmp_path, "role", f"8.{number}") for number in range(KEPT_CONTENTS + 2)]
    for folder in folders:
        session("role", 1, folder=folder)
    kept = [folder for folder in folders if model_entry("role", folder).sha256 in loaded()]
    assert kept == folders[-KEPT_CONTENTS:]


def test_a_file_that_is_changed_while_it_is_loaded_is_refused_and_taken_again_when_it_is_right(tmp_path):
    folder = copy_of_models(tmp_path)
    first = session("role", 1, folder=folder)
    file = folder / model_entry("role", folder).file
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    for _ in range(2):
        with pytest.raises(ModelFileError, match="TK-MODEL-001"):
            session("role", 1, folder=folder)
    assert session("role", 1, folder=MODEL_FOLDER) is not None, "another folder with the right file is not harmed"
    file.write_bytes(content)
    assert session("role", 1, folder=folder).get_inputs()[0].name == first.get_inputs()[0].name


def test_memory_that_is_free_can_be_given_back_at_any_time() -> None:
    big = bytearray(50_000_000)
    del big
    release_memory()
    release_memory()
