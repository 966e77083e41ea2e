"""From a finished run to a bundle: both ONNX files, their checks, the calibration, the figures, the card."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cv_models.damage.candidates import DetectorSettings
from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.calibrate import fit_calibration
from cv_models.evaluation.mistakes import worst
from cv_models.evaluation.pages import write_report
from cv_models.evaluation.report import Report, measure
from cv_models.runtime import session
from cv_models.training.bundle import NAME, Parts, base_settings, write_bundle
from cv_models.training.card import Facts, mistake_in_words, write_card
from cv_models.training.config import Experiment
from cv_models.training.errors import TrainingError, writing
from cv_models.training.export import export, pass_milliseconds
from cv_models.training.provenance import file_hash, read_record, write_json
from cv_models.training.quantise import quantise, score_agreement
from cv_models.training.terms import sources_of
from cv_models.training.train import Outcome
from cv_models.training.validation import headline, look_at, subset
from cv_models.training.watch import Watch

AGREEMENT_PHOTOS = 16
WORST = 6
"""So many mistakes of each kind stand in the card."""


@dataclass(frozen=True)
class Delivered:
    """What a run hands out.

    Attributes:
        bundle: folder for `telekalk models register`.
        report: figures on all validation photos; None when there are none.
        export: what stands in `export.json`.

    """

    bundle: Path
    report: Report | None
    export: Mapping[str, Any]

    def figures(self) -> dict[str, Any]:
        """The headline figures for a list of runs."""
        if self.report is None:
            return {}
        return {key: self.report.value("figures", key) for key in ("ap50", "ap", "recall", "class_ap50")}


def deliver(experiment: Experiment, out: Path, outcome: Outcome, watch: Watch, *, resamples: int = 1000) -> Delivered:
    """Export, check, calibrate, measure, and write the bundle into `out/bundle`.

    Raises:
        TrainingError: TK-TRAIN-009 a source of data has no licence, -011 or -015 an export failed, -004.

    """
    sources = sources_of(experiment, outcome.training, outcome.validation)
    photos = [photo for reading in outcome.validation for photo in reading.photos]
    chosen = outcome.best or outcome.checkpoint
    watch.tell(f"Ausgabe von {chosen.name} …", f"Exporting {chosen.name} …")
    files, facts = _networks(experiment, out, outcome, chosen, watch)
    delivered = files[experiment.deliver]

    def bundle(settings: Mapping[str, Any], card: str = "") -> Path:
        parts = Parts(delivered, experiment.version or experiment.name, settings, card)
        return write_bundle(out / "bundle", parts)

    settings = base_settings()
    watch.tell("Kalibrierung …", "Calibration …")
    kept = _calibrate(outcome, bundle(settings), settings, experiment.threads)
    folder = bundle(settings)
    _check_int8(experiment, facts, files, settings, photos, out)
    write_json(out / "export.json", facts)
    report, mistakes = _measure(experiment, out, photos, folder, watch, resamples)
    bundle(settings, write_card(_facts(experiment, out, outcome, chosen, facts, sources, report, kept, mistakes)))
    return Delivered(folder, report, facts)


def _calibrate(outcome: Outcome, folder: Path, settings: dict[str, Any], threads: int) -> list[str]:
    """Fit the calibration in `settings` on the validation photos; answers the groups that kept the lines they had."""
    photos = [photo for reading in outcome.validation for photo in reading.photos]
    groups = [sample.groups for reading in outcome.validation for sample in reading.samples]
    read = DetectorSettings.from_json(settings)
    lines = fit_calibration(photos, groups, session(NAME, threads, folder=folder), read) if photos else {}
    settings["calibration"] = {**settings.get("calibration", {}), **{key: list(line) for key, line in lines.items()}}
    return [name for name, classes in read.groups if not any(f"{name}.{item}" in lines for item in classes)]


def _networks(
    experiment: Experiment, out: Path, outcome: Outcome, chosen: Path, watch: Watch
) -> tuple[dict[str, Path], dict[str, Any]]:
    """Both files and what there is to say about them."""
    version = experiment.version or experiment.name
    folder = out / "export"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    files = {"float": folder / f"{NAME}-{version}.onnx"}
    difference = export(chosen, files["float"])
    training = [sample.path for reading in outcome.training for sample in reading.samples]
    some = [training[place] for place in _places(len(training), experiment.quantise_photos)]
    facts: dict[str, Any] = {
        "checkpoint": chosen.name,
        "float_difference": difference,
        "untrained": [reading.untrained for reading in (*outcome.training, *outcome.validation) if reading.untrained],
    }
    small = folder / f"{NAME}-{version}-int8.onnx"
    try:
        watch.tell("int8-Fassung …", "int8 version …")
        facts["int8_convolutions"] = quantise(files["float"], small, some)
        files["int8"] = small
    except TrainingError as problem:
        if experiment.deliver == "int8":
            raise
        facts["int8_failed"] = problem.message_en
        watch.tell(problem.message_de, problem.message_en)
    facts["files"] = {
        kind: {
            "file": path.name,
            "bytes": path.stat().st_size,
            "sha256": file_hash(path),
            "pass_ms": pass_milliseconds(path),
        }
        for kind, path in files.items()
    }
    return files, facts


def _places(count: int, number: int) -> list[int]:
    if count <= number:
        return list(range(count))
    return sorted(np.random.default_rng(0).choice(count, number, replace=False).tolist())


def _check_int8(
    experiment: Experiment,
    facts: dict[str, Any],
    files: Mapping[str, Path],
    settings: Mapping[str, Any],
    photos: Sequence[LabelledPhoto],
    out: Path,
) -> None:
    """Float and int8 through the product's detector on the same labelled photos, and their scores cell by cell."""
    some = subset(photos, experiment.validate_photos)
    if "int8" not in files or not some:
        return
    check: dict[str, Any] = {"photos": len(some)}
    check.update(score_agreement(files["float"], files["int8"], [photo.path for photo in some[:AGREEMENT_PHOTOS]]))
    if any(photo.labels for photo in some):
        for kind, path in files.items():
            folder = write_bundle(out / "export" / "check", Parts(path, f"{kind}", settings))
            found = headline(some, look_at(some, folder, experiment.threads))
            check[f"{kind}_ap50"], check[f"{kind}_recall"] = found["ap50"], found["recall"]
    facts["int8_check"] = check


def _measure(
    experiment: Experiment, out: Path, photos: Sequence[LabelledPhoto], folder: Path, watch: Watch, resamples: int
) -> tuple[Report | None, list[str]]:
    if not any(photo.labels for photo in photos):
        return None, []
    watch.tell(f"Messung an {len(photos)} Fotos …", f"Measuring on {len(photos)} photos …")
    found = dataclasses.replace(look_at(photos, folder, experiment.threads), threshold=base_settings()["threshold"])
    report = measure(photos, found, resamples=resamples)
    with writing(out / "evaluation"):
        page = write_report(report, found, out / "evaluation", language=watch.language)
    watch.tell(f"Bericht mit den größten Fehlern: {page}", f"Report with the worst mistakes: {page}")
    return report, [mistake_in_words(item) for item in worst(report.judged, WORST)]


def _facts(
    experiment: Experiment,
    out: Path,
    outcome: Outcome,
    chosen: Path,
    facts: Mapping[str, Any],
    sources: Any,
    report: Report | None,
    kept: Sequence[str],
    mistakes: Sequence[str],
) -> Facts:
    if outcome.best is not None and chosen == outcome.best:
        words = f"Delivered are the averaged weights that did best on {experiment.validate_photos} validation photos or fewer."
    else:
        words = f"Delivered are the averaged weights of step {outcome.step}."
    return Facts(
        version=experiment.version or experiment.name,
        experiment=experiment,
        record=read_record(out),
        export=facts,
        sources=sources,
        report=report,
        checkpoint=words,
        kept_lines=kept,
        mistakes=mistakes,
    )
