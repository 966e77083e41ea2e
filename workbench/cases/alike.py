"""Looks at the photos of a case to see which close-up shows which damage: only where part and class leave it open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cv_models.damage.sameness import Surroundings, same_place, surroundings
from cv_models.findings import Box
from workbench.cases.damages import Sighting
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.store.models import Photo

log = get_logger(__name__)

Alike = Callable[[Sequence[Sighting]], set[frozenset[str]]]
#: More regions than this are not compared: a set with so many is placed by hand anyway.
MOST_REGIONS = 40


class Comparer:
    """Compares regions by their surroundings.

    Args:
        view: gives the pixels (RGB) of a photo by its id.
        sizes: width and height of the original by photo id; boxes are in its pixels.
    """

    def __init__(self, view: Callable[[str], Any], sizes: Mapping[str, tuple[int, int]]) -> None:
        self._view, self._sizes = view, sizes

    def __call__(self, seen: Sequence[Sighting]) -> set[frozenset[str]]:
        """Pairs of findings on different photos, one of them without a part, that show the same place."""
        loose = [sighting for sighting in seen if sighting.part is None]
        if not loose or len(seen) > MOST_REGIONS:
            return set()
        around = {sighting.id: self._around(sighting) for sighting in seen}
        found = set()
        for number, one in enumerate(loose):
            for other in (*(s for s in seen if s.part is not None), *loose[number + 1 :]):
                if one.photo_id != other.photo_id and same_place(around[one.id], around[other.id]):
                    found.add(frozenset((one.id, other.id)))
        return found

    def _around(self, sighting: Sighting) -> Surroundings | None:
        try:
            image = self._view(sighting.photo_id)
        except (TelekalkError, OSError, ValueError) as problem:
            # A photo that cannot be opened gives no evidence; its findings are matched by part and class alone.
            log.warning("photo_not_compared", kind=type(problem).__name__)
            return None
        width, height = self._sizes[sighting.photo_id]
        across, down = image.shape[1] / width, image.shape[0] / height
        box = sighting.box
        return surroundings(image, Box(box.x * across, box.y * down, box.width * across, box.height * down))


def stored_photos(photos: Sequence[Photo]) -> Comparer:
    """A comparer for the stored photos of a case; each is opened once, and only if it is asked for."""
    from workbench.cases.looking import load_pixels

    contents = {photo.id: photo.sha256 for photo in photos}
    return Comparer(
        lru_cache(maxsize=12)(lambda photo: load_pixels(contents[photo], "view")),
        {photo.id: (photo.width, photo.height) for photo in photos},
    )
