"""The size of a picture without decoding it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

from PIL import Image

_TURNED: Final = {5, 6, 7, 8}
_ORIENTATION: Final = 0x0112


def upright_size(path: Path) -> tuple[int, int] | None:
    """Width and height of the upright picture, turned as its EXIF mark says; None when there is no such file.

    Raises:
        ValueError: the file is no picture, with the kind of the fault.

    """
    try:
        if not path.is_file():
            return None
    except (OSError, ValueError):  # such as a name longer than the file system allows
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of pictures over 89 megapixels, which may be wanted
            with Image.open(path) as picture:
                turned = picture.getexif().get(_ORIENTATION) in _TURNED
                width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise ValueError(type(problem).__name__) from problem
    return (height, width) if turned else (width, height)
