"""Photos, field crops and offer documents, each after an access check, cacheable by the one browser that asked."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import cast, get_args

import flask
from flask import Flask, Response, request
from PIL import Image

from workbench.access import require
from workbench.cases import offer as offers
from workbench.desk.guard import current_actor
from workbench.desk.texts import t
from workbench.errors import TelekalkError, not_found
from workbench.store import photos

_FOREVER = "private, max-age=31536000, immutable"
_CROP_EDGE = 900


def install(server: Flask) -> None:
    """Register the routes."""
    server.add_url_rule("/media/<sha>/<variant>", "media", _media)
    server.add_url_rule("/crop/<sha>/<box>", "crop", _crop)
    server.add_url_rule("/offer/<offer_id>.pdf", "offer_pdf", _offer_pdf)
    server.add_url_rule("/offer/preview/<case_id>.pdf", "offer_preview", _offer_preview)


def _photo_path(sha: str, variant: str) -> str:
    require(current_actor(), "photo.view")
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
    """A piece of a photo as JPEG; ``box`` is x,y,width,height in pixels of the upright original."""
    path = _photo_path(sha, "original")
    try:
        x, y, width, height = (int(part) for part in box.split(","))
    except ValueError as error:
        raise _bad_box() from error
    if min(x, y) < 0 or not (0 < width <= 20000 and 0 < height <= 20000):
        raise _bad_box()
    if request.if_none_match.contains(f"{sha}-{box}"):
        return Response(status=304)
    content = _cut(path, x, y, width, height)
    response = Response(content, mimetype="image/jpeg")
    response.set_etag(f"{sha}-{box}")
    response.headers["Cache-Control"] = _FOREVER
    return response


@lru_cache(maxsize=256)
def _cut(path: str, x: int, y: int, width: int, height: int) -> bytes:
    """Cut and encode; kept for a while because several people look at the same fields."""
    with Image.open(path) as image:
        right, bottom = min(x + width, image.width), min(y + height, image.height)
        if x >= right or y >= bottom:
            raise _bad_box()
        piece = _opened(path).crop((x, y, right, bottom))
    piece.thumbnail((_CROP_EDGE, _CROP_EDGE))
    out = io.BytesIO()
    piece.save(out, "JPEG", quality=85)
    return out.getvalue()


@lru_cache(maxsize=1)
def _opened(path: str) -> Image.Image:
    """The photo last cut from, decoded: a document's fields are asked for in one burst."""
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
