"""A detector in a process of its own, so that its memory is its own and a crash is an answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from cv_models.damage.candidates import DetectorSettings
from cv_models.datasets import LabelledPhoto
from cv_models.errors import ModelError
from cv_models.evaluation.predictions import (
    ComparisonError,
    Looks,
    PhotoFindings,
    Predictions,
    Progress,
    by_score,
    finding_from_json,
    require_photos,
)
from cv_models.line_process import LineProcess
from cv_models.runtime import MODEL_FOLDER, ModelEntry, model_entry, session

NAME = "damage"


class DetectorProcess(LineProcess):
    """The detector of a bundle in its own process. Use as a context manager; `look` answers for one photo.

    Args:
        folder: a folder with `registry.json` and model files.
        threads: threads of the network, one or two.

    Raises:
        ModelFileError: TK-MODEL-001 to -004, from the constructor.

    """

    def __init__(self, folder: Path = MODEL_FOLDER, *, threads: int = 2) -> None:
        self.entry: ModelEntry = model_entry(NAME, folder)
        self.threshold = DetectorSettings.from_json(self.entry.settings).threshold
        self.peak_mib = 0.0
        session(NAME, threads, folder=folder)  # a bad file is told here, with its own code, before anything starts
        super().__init__("cv_models.evaluation.serve", str(folder.resolve()), str(threads))

    def look(self, photo: LabelledPhoto) -> PhotoFindings:
        """Findings of one photo with the threshold taken away.

        Raises:
            ModelError: the detector refuses the photo, with the code of its refusal.
            ComparisonError: TK-EVAL-012, the detector has failed.

        """
        answer = self.ask(photo.path)
        if "refused" in answer:
            raise ModelError(*answer["refused"])
        if "failed" in answer:
            raise self._died(photo, answer["failed"])
        self.peak_mib = float(answer["peak_mib"])
        findings = by_score(finding_from_json(item, self.entry.label) for item in answer["findings"])
        return PhotoFindings(findings, float(answer["seconds"]))

    def _died(self, photo: LabelledPhoto, what: str) -> ComparisonError:
        return ComparisonError(
            "TK-EVAL-012",
            f"Das Modell {self.entry.label} ist am Foto {photo.file_name} ausgefallen ({what}).",
            f"the model {self.entry.label} failed on the photo {photo.file_name} ({what})",
            status=500,
        )


def predict_bundles(
    photos: Sequence[LabelledPhoto],
    folders: Sequence[Path],
    *,
    threads: int = 2,
    progress: Progress | None = None,
) -> tuple[Predictions, ...]:
    """Let the detectors of several bundles look at the same photos, photo by photo in turn, each in its own process.

    Taking turns makes the times comparable: whatever else the machine does falls on all of them. Who begins changes from
    photo to photo.

    Raises:
        ModelFileError: TK-MODEL-001 to -004.
        ComparisonError: TK-EVAL-010 no photos, -012 a detector has failed.

    """
    require_photos(photos)
    looks = [Looks() for _ in folders]
    with ExitStack() as stack:
        detectors = [stack.enter_context(DetectorProcess(folder, threads=threads)) for folder in folders]
        # The first look of a process pays for loading; it is made again for the record.
        for detector in detectors:
            Looks().take(photos[0], detector.look)
        for done, photo in enumerate(photos, 1):
            order = range(len(folders)) if done % 2 else reversed(range(len(folders)))
            for place in order:
                looks[place].take(photo, detectors[place].look)
            if progress is not None:
                progress(done, photo.file_name)
        return tuple(
            Predictions(item.entry.label, item.threshold, seen.photos, tuple(seen.problems), item.peak_mib)
            for item, seen in zip(detectors, looks, strict=True)
        )
