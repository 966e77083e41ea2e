"""The registry of models: what is in it loads, what was changed does not."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from cv_models.errors import ModelFileError
from cv_models.runtime import MODEL_FOLDER, model_entry, model_path, registry, release_memory, session

SIZE_LIMIT = 15 * 1024 * 1024


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


def test_memory_that_is_free_can_be_given_back_at_any_time() -> None:
    big = bytearray(50_000_000)
    del big
    release_memory()
    release_memory()
