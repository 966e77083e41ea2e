"""What does a photo of the set show, and from where? One small network, about twenty milliseconds per photo."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np

from cv_models.findings import ROLES, VIEWS, PhotoRole
from cv_models.images import Image, fit_within, require_rgb
from cv_models.runtime import model_entry, session

__all__ = ["PhotoRole", "classify"]

NAME: Final = "role"
SIDE: Final = 288
PADDING: Final = 114
MIRRORED: Final = [
    VIEWS.index(view.replace("left", "?").replace("right", "left").replace("?", "right")) for view in VIEWS
]
"""Column of each view in the answer for the mirrored photo."""


def classify(image: Any, *, threads: int = 2) -> PhotoRole:
    """Tell the role of an upright RGB photo (H×W×3, uint8) and, for a whole vehicle, the view.

    The view is None when the photo shows no whole vehicle or the model is unsure; the role is always the most probable
    one, and a low `confidence` says that it is a guess.

    Raises:
        ModelInputError: the array is not a photo (TK-IMAGE-001 to -005).
        ModelFileError: the model file is missing or was changed (TK-MODEL-001 to -004).
    """
    photo = require_rgb(image)
    settings = model_entry(NAME).settings
    network = session(NAME, threads)
    pixels = _letterbox(photo)
    name = network.get_inputs()[0].name
    seen = network.run(None, {name: pixels})[0][0]
    # The mirror image votes too: it knows as much, and left can then not be preferred over right.
    mirrored = network.run(None, {name: np.ascontiguousarray(pixels[..., ::-1])})[0][0]
    roles = (seen[: len(ROLES)] + mirrored[: len(ROLES)]) / 2
    views = (seen[len(ROLES) :] + mirrored[len(ROLES) :][MIRRORED]) / 2
    role = ROLES[int(roles.argmax())]
    view = VIEWS[int(views.argmax())] if role == "vehicle" and views.max() >= settings["least_view"] else None
    return PhotoRole(role=role, view=view, confidence=round(float(roles.max()), 4))


def _letterbox(photo: Image) -> np.ndarray[Any, np.dtype[np.float32]]:
    # Two steps: reducing twelve megapixels by area in one go costs more than the network itself.
    small, _ = fit_within(photo, 4 * SIDE)
    scale = SIDE / max(small.shape[:2])
    size = (max(1, round(small.shape[1] * scale)), max(1, round(small.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(small, size, interpolation=method)
    pixels = np.full((1, 3, SIDE, SIDE), PADDING, dtype=np.float32)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    pixels[0, :, top : top + size[1], left : left + size[0]] = scaled[:, :, ::-1].transpose(2, 0, 1)
    return pixels
