"""Photos with their damage regions drawn: for the offer's photo page and for ``telekalk process``."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:
    from collections.abc import Sequence

# One colour is enough: regions are told apart by their number, which also works in black and white.
_LINE = (214, 69, 29)
_HALO = (255, 255, 255)
_NUMBER = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Region:
    """One damage region of one photo.

    Attributes:
        number: what stands in the badge, the same number as in the list beside the photo.
        label: what it is, in the reader's language.
        box: x, y, width, height in pixels of the upright photo of ``size``.
        polygon: the outline in the same pixels, or ``None``; drawn in place of the box.
    """

    number: int
    label: str
    box: tuple[float, float, float, float]
    polygon: tuple[tuple[float, float], ...] | None = None


def draw_regions(
    photo: Image.Image, regions: Sequence[Region], *, size: tuple[int, int] | None = None, width: int | None = None
) -> Image.Image:
    """Return a copy of a photo with numbered regions.

    Args:
        photo: an upright photo of any size.
        regions: the regions, in pixels of a photo of ``size``.
        size: width and height that the regions refer to; the photo's own when left out.
        width: the copy's width in pixels; never larger than the photo; the photo's own when left out.
    """
    picture = ImageOps.exif_transpose(photo).convert("RGB")
    reference = size or picture.size
    if width is not None and width < picture.width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    elif picture is photo:
        picture = photo.copy()
    scale_x, scale_y = picture.width / reference[0], picture.height / reference[1]
    stroke = max(2, round(max(picture.size) / 320))
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=stroke * 7)
    for region in regions:
        x, y, box_width, box_height = region.box
        outline = region.polygon or (
            (x, y), (x + box_width, y), (x + box_width, y + box_height), (x, y + box_height),
        )  # fmt: skip
        points = [(px * scale_x, py * scale_y) for px, py in outline]
        closed = [*points, points[0], points[1]]
        pen.line(closed, fill=_HALO, width=stroke * 2 + 1, joint="curve")
        pen.line(closed, fill=_LINE, width=stroke, joint="curve")
    # Badges come last, so that no outline runs over a number.
    for region in regions:
        radius = stroke * 5
        centre_x = min(max(region.box[0] * scale_x, radius), picture.width - radius)
        centre_y = min(max(region.box[1] * scale_y, radius), picture.height - radius)
        circle = (centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
        pen.ellipse(circle, fill=_LINE, outline=_HALO, width=max(1, stroke // 2))
        pen.text((centre_x, centre_y), str(region.number), fill=_NUMBER, font=font, anchor="mm")
    return picture


def as_jpeg(picture: Image.Image, *, quality: int = 82) -> bytes:
    """Return a picture as JPEG bytes, without any metadata."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
