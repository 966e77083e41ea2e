"""Photos, field crops and offer documents, each after an access check, cacheable by the one browser that asked."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from typing import cast, get_args

import flask
from flask import Flask, Response, request
from PIL import Image

from workbench.cases import offer as offers
from workbench.cases.learning.listing import require_photo
from workbench.desk.guard import current_actor
from workbench.desk.texts import t
from workbench.errors import TelekalkError, not_found
from workbench.store import photos
from workbench.store.crops import Corners, upright

_FOREVER = "private, max-age=31536000, immutable"
_CROP_EDGE = 900
_LARGEST = 20_000
_decoding = threading.Lock()


def install(server: Flask) -> None:
    """Register the routes."""
    server.add_url_rule("/media/<sha>/<variant>", "media", _media)
    server.add_url_rule("/crop/<sha>/<box>", "crop", _crop)
    server.add_url_rule("/offer/<offer_id>.pdf", "offer_pdf", _offer_pdf)
    server.add_url_rule("/offer/preview/<case_id>.pdf", "offer_preview", _offer_preview)


def _photo_path(sha: str, variant: str) -> str:
    # The data team sees the photos that it works with; whoever works on cases sees all.
    require_photo(current_actor(), sha)
    if variant not in get_args(photos.Variant):
        raise not_found("Das Bild", "The picture")
    return str(photos.path(sha, cast("photos.Variant", variant)))


def _media(sha: str, variant: str) -> Response:
    """A photo by content hash; the name says the content, so it never changes."""
    path = _photo_path(sha, variant)
    response = flask.send_file(path, mimetype="image/jpeg", conditional=True, etag=f"{sha}-{variant}", max_age=0)
    response.headers["Cache-Control"] = _FOREVER
    return response


def _crop(sha: str, box: str) -> Response:
    """A piece of a photo as JPEG, turned upright.

    Args:
        sha: the photo.
        box: eight numbers, x and y of the four corners in reading order (top left, top right, bottom right, bottom
            left of the text, however the sheet lies), or four: x, y, width, height; in pixels of the upright original.
    """
    path = _photo_path(sha, "original")
    corners = _corners(box)
    if request.if_none_match.contains(f"{sha}-{box}"):
        return Response(status=304)
    response = Response(_cut(path, corners), mimetype="image/jpeg")
    response.set_etag(f"{sha}-{box}")
    response.headers["Cache-Control"] = _FOREVER
    return response


def _corners(box: str) -> Corners:
    if len(box) > 80:
        raise _bad_box()
    try:
        numbers = [int(part) for part in box.split(",")]
    except ValueError as error:
        raise _bad_box() from error
    if len(numbers) == 4:
        x, y, width, height = numbers
        numbers = [x, y, x + width, y, x + width, y + height, x, y + height] if width > 0 and height > 0 else []
    if len(numbers) != 8 or min(numbers) < 0 or max(numbers) > _LARGEST:
        raise _bad_box()
    points = [(float(numbers[at]), float(numbers[at + 1])) for at in range(0, 8, 2)]
    return points[0], points[1], points[2], points[3]


@lru_cache(maxsize=512)
def _cut(path: str, corners: Corners) -> bytes:
    """Cut, turn upright and encode; kept for a while because several people look at the same fields."""
    with _decoding:
        # A document's fields are asked for in one burst: one request decodes the photo, the others use it.
        image = _opened(path)
    piece = upright(image, corners, edge=_CROP_EDGE)
    if piece is None:
        raise _bad_box()
    out = io.BytesIO()
    piece.save(out, "JPEG", quality=85)
    return out.getvalue()


@lru_cache(maxsize=2)
def _opened(path: str) -> Image.Image:
    """The photos last cut from, decoded: a document's fields are asked for in one burst, and it may have two photos."""
    with Image.open(path) as image:
        return image.convert("RGB")


def _bad_box() -> TelekalkError:
    return TelekalkError("TK-DESK-001", "Dieser Ausschnitt liegt nicht im Foto.", "This crop is not inside the photo.")


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _offer_pdf(offer_id: str) -> Response:
    """The PDF of a sent offer."""
    return _pdf(offers.pdf(current_actor(), offer_id), f"{t('offer.file')}-{offer_id[:8]}.pdf")


def _offer_preview(case_id: str) -> Response:
    """The draft PDF of a case."""
    return _pdf(offers.preview(current_actor(), case_id).pdf, f"{t('offer.draft_file')}.pdf")
