"""The state of a training run: networks, optimiser and random numbers, as a checkpoint holds them."""

from __future__ import annotations

import copy
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from cv_models.training.average import follow
from cv_models.training.config import Experiment
from cv_models.training.dataset import PictureCache, Sample
from cv_models.training.errors import TrainingError
from cv_models.training.feeder import Batch, Feeder
from cv_models.training.labels import LAYOUT
from cv_models.training.loss import detection_loss
from cv_models.training.network import Detector
from cv_models.training.provenance import experiment_hash, read_record
from cv_models.training.steps import keep, load, load_last, previous, rate_at
from cv_models.training.weights import calibrate, is_exported, load_exported, load_folded


def device_of(experiment: Experiment) -> torch.device:
    """The device that an experiment asks for; `auto` is a GPU when there is one.

    Raises:
        TrainingError: TK-TRAIN-013 when a GPU is asked for and there is none.

    """
    if experiment.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError(
            "TK-TRAIN-013",
            'Der Versuch verlangt eine GPU (device = "cuda"), hier ist keine.',
            'the experiment asks for a GPU (device = "cuda"), and there is none here',
            remedy_de='Mit device = "auto" läuft er auch auf dem Prozessor.',
            remedy_en='With device = "auto" it runs on the processor as well.',
        )  # fmt: skip
    if experiment.device != "auto":
        return torch.device(experiment.device)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def freeze(detector: Detector, stages: tuple[str, ...]) -> None:
    """Keep the weights and statistics of leading backbone stages."""
    for stage in stages:
        part = getattr(detector.backbone, stage)
        part.eval()
        for parameter in part.parameters():
            parameter.requires_grad_(False)


def optimiser_of(detector: Detector, experiment: Experiment) -> torch.optim.AdamW:
    """AdamW; predictions learn at the full rate, taken-over layers slower, and nothing one-dimensional decays."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in detector.named_parameters():
        if parameter.requires_grad:
            fresh = any(f"head.{part}." in name for part in ("reg", "obj", "cls", "part"))
            groups.setdefault((fresh, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "factor": 1.0 if fresh else experiment.body_rate,
                "weight_decay": 0.02 if decays else 0.0,
            }
            for (fresh, decays), parameters in groups.items()
        ],
        lr=experiment.rate,
    )


class RunState:
    """The state of a run: what a checkpoint holds."""

    def __init__(self, experiment: Experiment, samples: list[Sample], cache: PictureCache, out: Path) -> None:
        self.experiment = experiment
        self.out = out
        self.device = device_of(experiment)
        self.feeder = Feeder(experiment, samples, cache)
        self.last = out / "last.pt"
        self.step = 0
        self.best: dict[str, Any] | None = None
        self.seconds = 0.0
        self.resumed: Path | None = None
        torch.manual_seed(experiment.seed)
        detector = Detector(LAYOUT)
        state: dict[str, Any] | None = None
        if self.last.is_file() or previous(self.last).is_file():
            state, self.resumed = load_last(self.last)
            _same_run(state, experiment, out)
            detector.load_state_dict(state["model"])
        else:
            self._start(detector)
        # Twice as fast on a CPU: depthwise convolutions like their channels side by side.
        self.detector: Detector = detector.to(device=self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.detector)
        freeze(self.detector, experiment.frozen)
        self.optimiser = optimiser_of(self.detector, experiment)
        if state is not None:
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.feeder.rng.bit_generator.state = state["rng"]
            self.step = state["step"]
            self.best = state.get("best")
            self.seconds = state.get("seconds", 0.0)

    def _start(self, detector: Detector) -> None:
        start = self.experiment.start
        try:
            if start.endswith(".onnx"):
                (load_exported if is_exported(Path(start)) else load_folded)(detector, Path(start))
                calibrate(detector, (self.feeder.batch().pictures for _ in range(6)))
            elif start:
                detector.load_state_dict(load(Path(start))["average"])
        except (OSError, ValueError, RuntimeError, KeyError) as problem:
            raise TrainingError(
                "TK-TRAIN-014",
                f"Mit den Gewichten {start} kann nicht begonnen werden ({problem}).",
                f"the weights {start} cannot be started from ({problem})",
                remedy_de="start nennt eine ONNX-Datei derselben Bauart, einen Zwischenstand (.pt) oder nichts.",
                remedy_en="start names an ONNX file of the same structure, a checkpoint (.pt), or nothing.",
            ) from problem

    def learn(self, batch: Batch) -> dict[str, float]:
        """One step.

        Raises:
            TrainingError: TK-TRAIN-012 when the loss is no number any more.

        """
        experiment = self.experiment
        self.detector.train()
        freeze(self.detector, experiment.frozen)
        rate = rate_at(experiment, self.step, end=0.02)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=experiment.precision == "mixed"):
            outputs = self.detector(batch.pictures.to(self.device))
        total, figures = detection_loss([output.float() for output in outputs], batch.targets, LAYOUT)
        loss = float(total.detach())
        if not math.isfinite(loss):
            raise TrainingError(
                "TK-TRAIN-012",
                f"Der Fehler ist in Schritt {self.step + 1} keine Zahl mehr.",
                f"the loss is no number any more at step {self.step + 1}",
                remedy_de="Wählen Sie eine kleinere rate; der letzte Zwischenstand ist in Ordnung.",
                remedy_en="Choose a smaller rate; the last checkpoint is sound.",
            )
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([p for p in self.detector.parameters() if p.requires_grad], 10.0)
        self.optimiser.step()
        self.step += 1
        follow(self.average, self.detector, self.step, most=0.997)
        return {"rate": rate, "loss": loss, **figures}

    def save(self, rng: dict[str, Any]) -> None:
        """Write the checkpoint; the one before it is kept."""
        content = {
            "model": self.detector.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "rng": rng,
            "step": self.step,
            "best": self.best,
            "seconds": self.seconds,
            "experiment": asdict(self.experiment),
            "experiment_sha256": experiment_hash(self.experiment),
        }
        keep(self.last, content)

    def save_best(self, figures: dict[str, Any]) -> None:
        """Keep the average as the best so far."""
        self.best = {"step": self.step, **figures}
        path = self.out / "best.pt"
        keep(path, {"average": self.average.state_dict(), "step": self.step, "validation": figures})
        previous(path).unlink(missing_ok=True)


def _same_run(state: dict[str, Any], experiment: Experiment, out: Path) -> None:
    """Refuse to go on with settings that would make another network than the file says."""
    kept = state.get("experiment_sha256") or read_record(out).get("experiment_sha256")
    if kept is None or kept == experiment_hash(experiment):
        return
    raise TrainingError(
        "TK-TRAIN-006",
        f"In {out} liegt ein Lauf mit anderen Einstellungen; er kann so nicht fortgesetzt werden.",
        f"{out} holds a run with other settings; it cannot be gone on with like this",
        remedy_de="Nehmen Sie einen neuen Ordner (--out) oder die Versuchsdatei, mit der er begonnen wurde.",
        remedy_en="Take a new folder (--out), or the experiment file that it was begun with.",
    )
