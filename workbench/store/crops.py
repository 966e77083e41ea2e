"""Pieces of a photo along four corners, turned upright."""

from __future__ import annotations

import math

from PIL import Image

Corner = tuple[float, float]
Corners = tuple[Corner, Corner, Corner, Corner]
_LARGEST = 20_000


def upright(
    image: Image.Image, corners: Corners, *, margin: float = 0.35, edge: int | None = None
) -> Image.Image | None:
    """Cut a quadrangle out of a photo and lay it upright.

    Args:
        image: the photo.
        corners: in its pixels, in reading order of what stands there: top left, top right, bottom right, bottom left.
        margin: how much of the surroundings comes along, as a share of the piece's shorter side: it shows that nothing is
            cut off.
        edge: longest edge of the result in pixels; None keeps the photo's own scale.

    Returns:
        The piece; None when the corners enclose nothing of the photo.
    """
    left_top, right_top, right_bottom, left_bottom = corners
    width = max(math.dist(left_top, right_top), math.dist(left_bottom, right_bottom))
    height = max(math.dist(left_top, left_bottom), math.dist(right_top, right_bottom))
    inside = any(0 <= x < image.width and 0 <= y < image.height for x, y in corners)
    if not inside or not (2 <= width <= _LARGEST and 2 <= height <= _LARGEST):
        return None
    more = margin * min(width, height)
    across = ((right_top[0] - left_top[0]) / width * more, (right_top[1] - left_top[1]) / width * more)
    down = ((left_bottom[0] - left_top[0]) / height * more, (left_bottom[1] - left_top[1]) / height * more)

    def moved(corner: Corner, right: int, below: int) -> tuple[float, float]:
        return corner[0] + right * across[0] + below * down[0], corner[1] + right * across[1] + below * down[1]

    quad = (*moved(left_top, -1, -1), *moved(left_bottom, -1, 1), *moved(right_bottom, 1, 1), *moved(right_top, 1, -1))
    scale = 1.0 if edge is None else min(1.0, edge / max(width, height))
    size = (max(1, round((width + 2 * more) * scale)), max(1, round((height + 2 * more) * scale)))
    return image.transform(size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
