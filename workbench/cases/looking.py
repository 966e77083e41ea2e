"""The models as the pipeline uses them: photos by their hash in, plain values in pixels of the original out.

Quality, role and damage look at the view (at most 2048 pixels), the document reader at the original. The views of a set
are decoded ahead by a second thread while a model looks at the one before.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.settings import get_settings
from workbench.store import model_files
from workbench.store import photos as store
from workbench.store.model_files import LocalModel
from workbench.store.photos import Variant

Pixels = NDArray[np.uint8]
# A decoded view takes 9 MB; this many are kept between the steps of a set.
KEPT_VIEWS = 16


@dataclass(frozen=True, slots=True)
class Region:
    """A damage finding in whole pixels of the upright original."""

    category: str
    score: float
    box: tuple[int, int, int, int]
    polygon: tuple[tuple[int, int], ...] | None
    part: str | None
    side: str | None
    severity: str | None
    model: str
    size: dict[str, str] | None = None


def load_pixels(sha256: str, variant: Variant) -> Pixels:
    """Decode a stored photo to RGB."""
    data = np.fromfile(store.path(sha256, variant), dtype=np.uint8)
    # Stored photos are upright already; an orientation tag could only be a forged one.
    image = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise ValueError("a stored photo cannot be decoded")
    return np.asarray(image, dtype=np.uint8)


class Looker:
    """The models of this process; loaded at first use and kept.

    The damage detector is the one that was active last in this home, else the one shipped with the product; who has a
    database asks for the one that is active now by `using`.
    """

    def __init__(self) -> None:
        from cv_models import damage, quality, registration, role
        from cv_models.runtime import MODEL_FOLDER, model_entry

        self._quality, self._role, self._damage, self._registration = quality, role, damage, registration
        self._threads = get_settings().model_threads
        shipped = model_entry(damage.NAME, MODEL_FOLDER)
        self.detector = model_files.active_of_home(damage.NAME) or LocalModel(
            damage.NAME, shipped.version, MODEL_FOLDER
        )
        self.versions: dict[str, str] = {
            "quality": "quality-1",
            "role": model_entry(role.NAME).label,
            "damage": self.detector.label,
            "document": registration.MODEL_NAME,
        }
        self._views: dict[str, Future[Pixels]] = {}
        self._order: list[str] = []
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="decode")

    def using(self, detector: LocalModel) -> Looker:
        """The same eyes with another damage detector; what is decoded and loaded is shared."""
        other = copy.copy(self)
        other.detector = detector
        other.versions = {**self.versions, "damage": detector.label}
        return other

    def _detector_folder(self) -> Path:
        if self.detector.folder is None:
            raise self.detector.problem or LookupError(self.detector.label)
        return self.detector.folder

    @contextmanager
    def ahead(self, contents: Sequence[str]) -> Iterator[None]:
        """Decode the views of a set in its order, ahead of the models; forgets them at the end."""
        for sha256 in contents[:KEPT_VIEWS]:
            self._future(sha256)
        try:
            yield
        finally:
            with self._lock:
                for sha256 in contents:
                    self._views.pop(sha256, None)
                self._order = [sha256 for sha256 in self._order if sha256 in self._views]

    def _future(self, sha256: str) -> Future[Pixels]:
        with self._lock:
            found = self._views.get(sha256)
            if found is None:
                found = self._pool.submit(load_pixels, sha256, "view")
                self._views[sha256] = found
                self._order.append(sha256)
                while len(self._order) > 2 * KEPT_VIEWS:
                    self._views.pop(self._order.pop(0), None)
            return found

    def view(self, sha256: str) -> Pixels:
        """The view of a photo as RGB pixels."""
        return self._future(sha256).result()

    def quality(self, sha256: str, width: int, height: int) -> Any:
        """Quality of a photo; its size is that of the original, not of the view looked at."""
        from dataclasses import replace

        found = self._quality.assess(self.view(sha256))
        problems = tuple(found.problems)
        return replace(found, width=width, height=height, problems=problems)

    def role(self, sha256: str) -> Any:
        """What the photo shows."""
        return self._role.classify(self.view(sha256))

    def damage(
        self, sha256: str, width: int, height: int, view: str | None, *, least_score: float | None = None
    ) -> tuple[Region, ...]:
        """Damage in the photo, in pixels of the original; from `least_score` on instead of the model's own threshold.

        Raises:
            TelekalkError, ModelFileError: TK-MODEL-001 when the detector's files are missing or were changed.
        """
        from cv_models.damage.scale import measure

        folder = self._detector_folder()
        image = self.view(sha256)
        across, down = width / image.shape[1], height / image.shape[0]
        regions = []
        seen = self._damage.detect(image, view=view, threads=self._threads, folder=folder, threshold=least_score)
        sizes = measure(image, [(found.box, found.part, found.polygon) for found in seen])
        for found, size in zip(seen, sizes, strict=True):
            left, top = max(0, round(found.box.x * across)), max(0, round(found.box.y * down))
            right = min(width, round((found.box.x + found.box.width) * across))
            bottom = min(height, round((found.box.y + found.box.height) * down))
            if right - left < 2 or bottom - top < 2:
                continue
            outline = tuple((round(x * across), round(y * down)) for x, y in found.polygon) if found.polygon else None
            regions.append(
                Region(
                    found.category,
                    float(found.score),
                    (left, top, right - left, bottom - top),
                    outline,
                    found.part,
                    found.side,
                    found.severity,
                    found.model,
                    size.to_json() if size is not None else None,
                )
            )
        return tuple(regions)

    def document(self, sha256: str) -> Any:
        """Reading of the registration document; boxes in pixels of the original."""
        return self._registration.read(load_pixels(sha256, "original"), threads=self._threads)

    def warm(self) -> None:
        """Load every model by letting it look at a grey picture, so that the first set does not wait for it."""
        grey = np.full((720, 960, 3), 127, dtype=np.uint8)
        self._quality.assess(grey)
        self._role.classify(grey)
        self._damage.detect(grey, threads=self._threads, folder=self._detector_folder())
        self._registration.read(grey, threads=self._threads)


@lru_cache(maxsize=1)
def looker() -> Looker:
    """The one looker of this process."""
    return Looker()
