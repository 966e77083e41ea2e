"""Training itself, at a tiny size, with PyTorch: the same weights again, also after an interruption; export; bad endings."""

from __future__ import annotations

import json
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from training_samples import EXPERIMENT, draw, mark, write_coco

pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")

import torch

from cv_models.training.config import DataSource, Experiment, load_experiment
from cv_models.training.errors import TrainingError
from cv_models.training.export import TOLERANCE, export
from cv_models.training.steps import keep, load, load_last, previous
from cv_models.training.train import run
from cv_models.training.watch import Watch


@pytest.fixture
def data(tmp_path: Path) -> Path:
    draw(tmp_path)
    marks = [mark(1, 1, [10, 10, 40, 30], "bumper"), mark(2, 2, [30, 20, 60, 50])]
    write_coco(tmp_path, ["a.png", "b.png"], marks, ("scratch", "smash"))
    (tmp_path / "tiny.toml").write_text(EXPERIMENT.format(folder=tmp_path), encoding="utf-8")
    return tmp_path


@pytest.fixture
def experiment(data: Path) -> Experiment:
    return load_experiment(data / "tiny.toml")


class Interrupt(Watch):
    """Stops a run: as a person who presses Ctrl-C does, or hard, like a power cut."""

    def __init__(self, after: int, *, hard: bool) -> None:
        self.after, self.hard, self.step = after, hard, 0

    def stepped(self, step: int) -> None:
        self.step = step
        if self.hard and step >= self.after:
            raise SystemExit

    def wants_to_stop(self) -> bool:
        return self.step >= self.after


def weights(path: Path) -> dict[str, Any]:
    return load(path)["average"]


def same(one: Path, other: Path) -> bool:
    first, second = load(one), load(other)
    return all(torch.equal(first[kind][key], second[kind][key]) for kind in ("model", "average") for key in first[kind])


def test_the_same_file_gives_the_same_weights_and_an_interrupted_run_too(data: Path, experiment: Experiment) -> None:
    straight = run(experiment, data / "one", data / "cache")
    assert straight.finished
    again = run(experiment, data / "two", data / "cache")
    assert same(straight.checkpoint, again.checkpoint)

    with pytest.raises(SystemExit):
        run(experiment, data / "cut", data / "cache", Interrupt(3, hard=True))
    assert load(data / "cut" / "last.pt")["step"] == 2
    resumed = run(experiment, data / "cut", data / "cache")
    assert same(straight.checkpoint, resumed.checkpoint)
    steps = [json.loads(line)["step"] for line in (data / "cut" / "curve.jsonl").read_text().splitlines()]
    assert steps == [4]

    paused = run(experiment, data / "paused", data / "cache", Interrupt(1, hard=False))
    assert (paused.step, paused.finished) == (1, False)
    assert same(straight.checkpoint, run(experiment, data / "paused", data / "cache").checkpoint)

    other = run(replace(experiment, seed=2), data / "other", data / "cache")
    assert not same(straight.checkpoint, other.checkpoint)

    record = json.loads((data / "cut" / "run.json").read_text(encoding="utf-8"))
    assert [leg["from_step"] for leg in record["legs"]] == [0, 2]
    assert record["legs"][0]["device"]
    assert record["legs"][0]["versions"]["torch"].startswith("2.")
    source = record["data"]["train"][0]
    assert source["pictures"] == 2
    assert len(source["coco_sha256"]) == len(source["pictures_sha256"]) == 64
    code = record["legs"][0]["code"]
    assert code.get("commit") or code.get("package")


def test_other_settings_or_other_data_are_no_continuation(data: Path, experiment: Experiment) -> None:
    run(replace(experiment, stop=2), data / "run", data / "cache")
    with pytest.raises(TrainingError) as caught:
        run(replace(experiment, rate=1e-4), data / "run", data / "cache")
    assert caught.value.code == "TK-TRAIN-006"
    cv2.imwrite(str(data / "b.png"), np.zeros((90, 120, 3), np.uint8))
    with pytest.raises(TrainingError) as caught:
        run(experiment, data / "run", data / "cache")
    assert caught.value.code == "TK-TRAIN-006"
    assert "data" in caught.value.message_en


def test_a_broken_checkpoint_gives_way_to_the_one_before(data: Path, experiment: Experiment) -> None:
    straight = run(experiment, data / "one", data / "cache")
    run(replace(experiment, stop=3, save_every=1), data / "run", data / "cache")
    last = data / "run" / "last.pt"
    last.write_bytes(last.read_bytes()[:5000])
    assert load_last(last)[1] == previous(last)
    assert same(straight.checkpoint, run(experiment, data / "run", data / "cache").checkpoint)

    previous(last).write_bytes(b"nothing")
    last.write_bytes(b"nothing either")
    with pytest.raises(TrainingError) as caught:
        run(experiment, data / "run", data / "cache")
    assert caught.value.code == "TK-TRAIN-005"
    assert "--out" in caught.value.remedy_de


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    import pickle

    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "touched",))

    with (tmp_path / "last.pt").open("wb") as file:
        pickle.dump({"average": Hostile()}, file)
    torch.save({"average": Hostile()}, tmp_path / "zip.pt")
    for name in ("last.pt", "zip.pt"):
        with pytest.raises(TrainingError, match="TK-TRAIN-005"):
            load(tmp_path / name)
    assert not (tmp_path / "touched").exists()


def test_a_full_disk_leaves_the_checkpoint_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "last.pt"
    keep(path, {"average": {"a": torch.zeros(10)}, "step": 1})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(TrainingError) as caught:
            keep(path, {"average": {"a": torch.zeros(1_000_000)}, "step": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "TK-TRAIN-004"
    assert caught.value.remedy_de
    assert load(path)["step"] == 1
    assert [item.name for item in tmp_path.iterdir()] == ["last.pt"]


def test_nothing_to_train_on_is_said_and_reported(data: Path, experiment: Experiment) -> None:
    for name in ("a.png", "b.png"):
        (data / name).write_bytes(b"no picture")
    with pytest.raises(TrainingError) as caught:
        run(experiment, data / "run", data / "cache")
    assert caught.value.code == "TK-TRAIN-003"
    assert "`a.png`" in (data / "run" / "labels.md").read_text(encoding="utf-8")


def test_wrong_start_device_and_rate_are_told(data: Path, experiment: Experiment) -> None:
    for start in (str(data / "none.onnx"), str(data / "none.pt")):
        with pytest.raises(TrainingError, match="TK-TRAIN-014"):
            run(replace(experiment, start=start), data / "start", data / "cache")
    if not torch.cuda.is_available():
        with pytest.raises(TrainingError, match="TK-TRAIN-013"):
            run(replace(experiment, device="cuda"), data / "device", data / "cache")
    with pytest.raises(TrainingError, match="TK-TRAIN-012"):
        run(replace(experiment, rate=1e30, steps=12, warmup=0), data / "rate", data / "cache")


def test_mixed_precision_and_validation_run_on_a_processor(data: Path, experiment: Experiment) -> None:
    side = DataSource(coco=str(data / "labels.json"), images=str(data), groups={"*": ["region"]})
    mixed = replace(experiment, precision="mixed", steps=2, validate_every=1, validation=(side,))
    outcome = run(mixed, data / "mixed", data / "cache")
    lines = [json.loads(line) for line in (data / "mixed" / "curve.jsonl").read_text().splitlines()]
    looks = [line["validation"] for line in lines if "validation" in line]
    assert [look["photos"] for look in looks] == [2, 2]
    assert all(0 <= look["ap50"] <= 1 and 0 <= look["recall"] <= 1 for look in looks)
    assert outcome.best is not None
    assert export(outcome.best, data / "best.onnx") <= TOLERANCE
    assert load(outcome.checkpoint)["best"]["step"] in {1, 2}


def test_the_shipped_network_can_be_gone_on_from_and_becomes_whole_numbers(tmp_path: Path) -> None:
    from cv_models.runtime import MODEL_FOLDER, model_entry
    from cv_models.training.export import difference, write_onnx
    from cv_models.training.labels import LAYOUT
    from cv_models.training.network import Detector
    from cv_models.training.quantise import quantise, score_agreement
    from cv_models.training.weights import load_exported

    shipped = MODEL_FOLDER / model_entry("damage", MODEL_FOLDER).file
    detector = Detector(LAYOUT)
    load_exported(detector, shipped)
    again = write_onnx(detector.state_dict(), tmp_path / "again.onnx")
    assert difference(again, shipped) <= TOLERANCE

    photos = sorted((Path(__file__).parents[2] / "workbench" / "demo" / "photos").glob("*/03_*.jpg"))
    small = tmp_path / "int8.onnx"
    assert quantise(shipped, small, photos[:4]) > 40
    assert small.stat().st_size < shipped.stat().st_size / 2
    found = score_agreement(shipped, small, photos[4:7])
    assert found["cells"] > 10
    assert found["correlation"] > 0.9

    with pytest.raises(TrainingError, match="TK-TRAIN-015"):
        quantise(shipped, tmp_path / "none.onnx", [])
    with pytest.raises(ValueError, match="does not fit"):
        load_exported(detector, small)
