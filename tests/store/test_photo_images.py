from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import ExifTags, Image

from workbench.errors import TelekalkError
from workbench.store.images import clean, strip_jpeg


def _exif(**tags: object) -> bytes:
    exif = Image.Exif()
    for name, value in tags.items():
        exif[getattr(ExifTags.Base, name)] = value
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 14:03:11"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "+01:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = (13.0, 24.0, 36.0)
    return exif.tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_becomes_an_upright_jpeg_with_derivatives(demo_photo: Callable[..., bytes], form: str) -> None:
    photo = clean(demo_photo(3, (2600, 1300), form=form))
    assert photo.source_format == form
    assert (photo.width, photo.height) == (2600, 1300)
    sizes = [Image.open(io.BytesIO(data)).size for data in (photo.original, photo.view, photo.thumb)]
    assert sizes[0] == (2600, 1300)
    assert sizes[1][0] <= 2048
    assert sizes[2] == (320, 160)
    assert all(Image.open(io.BytesIO(data)).format == "JPEG" for data in (photo.original, photo.view, photo.thumb))


def test_upright_jpeg_keeps_its_picture_data_and_loses_its_metadata(demo_photo: Callable[..., bytes]) -> None:
    content = demo_photo(4, exif=_exif(Make="Nordlicht", Model="Fon 3", Software="Kamera 1.2"), comment=b"geheim")
    photo = clean(content)
    assert b"geheim" not in photo.original
    assert b"Exif" not in photo.original
    assert len(Image.open(io.BytesIO(photo.original)).getexif()) == 0
    before, after = (np.asarray(Image.open(io.BytesIO(data))) for data in (content, photo.original))
    assert (before == after).all()
    assert photo.device == "Nordlicht Fon 3"
    assert photo.software == "Kamera 1.2"
    assert photo.taken_at is not None
    assert photo.taken_at.isoformat() == "2026-11-20T14:03:11+01:00"
    assert (str(photo.latitude), str(photo.longitude)) == ("52.52", "13.41")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_exactly_once(demo_photo: Callable[..., bytes], orientation: int) -> None:
    upright = Image.new("RGB", (400, 200), "white")
    upright.paste((220, 0, 0), (0, 0, 100, 50))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # transpose that puts the tag's picture into the file
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=95, exif=_exif(Orientation=orientation))
    photo = clean(out.getvalue())
    assert (photo.width, photo.height) == (400, 200)
    red = np.asarray(Image.open(io.BytesIO(photo.original)).convert("RGB"))[25, 50]
    assert red[0] > 180
    assert red[1] < 60


def _bomb() -> bytes:
    """A PNG of 20,000 x 20,000 pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (20000).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    body = zlib.compress(bytes(60001) * 10)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_bad_files_get_their_codes(demo_photo: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    jpeg, png, webp, heif = (demo_photo(5, form=form) for form in ("JPEG", "PNG", "WEBP", "HEIF"))
    cases = {
        "TK-PHOTO-001": [b"%PDF-1.7\n1 0 obj", b"GIF89a....", b"<svg/>", b"\0" * 500],
        "TK-PHOTO-002": [
            jpeg[: len(jpeg) // 2],
            jpeg[: len(jpeg) // 2] + b"\xff\xd9",
            jpeg[:40],
            png[: len(png) // 2],
            webp[: len(webp) // 2],
            heif[: len(heif) // 2],
            heif[:60],
            b"\xff\xd8\xff\xe0" + b"\0" * 300,
        ],
        "TK-PHOTO-003": [_bomb()],
        "TK-PHOTO-007": [b""],
        "TK-PHOTO-008": [demo_photo(6, (32, 32))],
    }
    for code, contents in cases.items():
        for content in contents:
            with pytest.raises(TelekalkError) as caught:
                clean(content)
            assert caught.value.code == code, content[:20]


def test_odd_metadata_is_left_out_and_never_refused(demo_photo: Callable[..., bytes]) -> None:
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + b"\xff" * 40):
        photo = clean(demo_photo(7, exif=exif))
        assert photo.device is None
        assert photo.latitude is None


def test_what_hangs_behind_the_picture_goes(demo_photo: Callable[..., bytes]) -> None:
    content = demo_photo(8)
    assert strip_jpeg(content + b"PK\x03\x04 a hidden archive") == strip_jpeg(content)


def test_transparent_png_gets_a_white_ground() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(out, "PNG")
    pixel = Image.open(io.BytesIO(clean(out.getvalue()).original)).getpixel((50, 50))
    assert pixel == (255, 255, 255)
