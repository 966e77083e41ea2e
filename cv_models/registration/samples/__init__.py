"""Sample documents with truth, for tests, training and demonstration. Invented people; valid check digits."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from cv_models.registration.samples.form import Print, make_sheet
from cv_models.registration.samples.liberties import take_liberties
from cv_models.registration.samples.photo import Photo, Shot, take
from cv_models.registration.samples.record import make_record, truth_values

__all__ = [
    "TIERS",
    "Photo",
    "Print",
    "Sample",
    "Shot",
    "make_record",
    "make_sample",
    "make_sheet",
    "readable_values",
    "take",
    "truth_values",
]
TIERS = ("clean", "phone", "hard")


@dataclass(frozen=True)
class Sample:
    """One photographed document: the photo, what is printed, and the normalised values that are visible."""

    photo: Photo
    record: dict[str, str]
    values: dict[str, str]
    tier: str


def make_sample(
    seed: int,
    tier: str,
    *,
    size: int = 2400,
    given: Mapping[str, str] | None = None,
    shot: Shot | None = None,
    hand: str = "own",
) -> Sample:
    """A sample document photo; the same arguments give the same sample on the same machine.

    Args:
        seed: number of the sample.
        tier: `clean` (scan-like), `phone` (ordinary photo) or `hard`.
        size: longest side of the photo in pixels.
        given: printed values to keep, by code.
        shot: the exposure; by chance when None.
        hand: `own`, or `other` for the second drawing that is only for judging (`other_hand`; it takes no shot).
    """
    if hand == "other":
        from cv_models.registration.samples.other_hand import make_other_sample

        return make_other_sample(seed, tier, size, given=given)
    rng = random.Random(f"{tier}-{seed}")
    record = take_liberties(make_record(rng, given), rng, tier, keep=given or ())
    sheet = make_sheet(record, Print.draw(rng, tier), rng, tier=tier)
    photo = take(sheet, shot or Shot.draw(rng, tier, size), rng)
    return Sample(photo, record, readable_values(record, photo), tier)


def readable_values(record: Mapping[str, str], photo: Photo) -> dict[str, str]:
    """The normalised values that can be read in a photo; field 22 only where both of its columns can."""
    columns = {"22b"} if any(len(line) > 36 for line in record.get("22", "").split("\n")) else set()
    return {
        code: value
        for code, value in truth_values(record).items()
        if _box_code(code) in photo.boxes and (code != "22" or columns <= set(photo.boxes))
    }


def _box_code(code: str) -> str:
    return "P.2/P.4" if code in ("P.2", "P.4") else code
