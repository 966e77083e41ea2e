"""A photo from outside becomes a clean one: really decoded, upright, without metadata, with its derivatives.

A JPEG that is upright already keeps its picture data byte for byte; only its metadata segments go. Everything else is
decoded, turned and encoded anew as JPEG. All bytes are hostile until they have been decoded within the limits.
"""

from __future__ import annotations

import io
import re
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pillow_heif
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from workbench.errors import TelekalkError
from workbench.settings import get_settings

pillow_heif.register_heif_opener()

VIEW_EDGE = 2048
THUMB_EDGE = 320
LEAST_EDGE = 64
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# A decoder's answer to broken bytes; which one depends on the format and on where it is broken.
_BROKEN = (OSError, ValueError, SyntaxError, RuntimeError, EOFError, IndexError, KeyError, struct.error, zlib.error)
# Fully decoded photos of 50 megapixels are large; two at a time keep the memory of a face within bounds.
_decoding = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo that is fit to be stored.

    Attributes:
        original: JPEG, upright, no metadata but the colour profile.
        view: JPEG of at most 2048 pixels. thumb: JPEG of at most 320 pixels.
        width: Pixels of the original, upright. height: likewise.
        source_format: What came in: JPEG, PNG, WEBP or HEIF.
        taken_at: When the camera says it was taken. latitude, longitude: where, to two decimals (about a kilometre).
        device: Maker and model of the camera. software: What wrote the file.
    """

    original: bytes
    view: bytes
    thumb: bytes
    width: int
    height: int
    source_format: str
    taken_at: datetime | None
    latitude: Decimal | None
    longitude: Decimal | None
    device: str | None
    software: str | None


def _error(code: str, de: str, en: str, *, status: int = 422, remedy: tuple[str, str] = ("", "")) -> TelekalkError:
    return TelekalkError(code, de, en, status=status, remedy_de=remedy[0], remedy_en=remedy[1])


def not_an_image() -> TelekalkError:
    """TK-PHOTO-001: the bytes are not a picture of a kind that is taken."""
    return _error(
        "TK-PHOTO-001",
        "Die Datei ist kein Foto (JPEG, PNG, WebP oder HEIC).",
        "The file is not a photo (JPEG, PNG, WebP or HEIC).",
        status=415,
        remedy=("Nehmen Sie das Foto mit der Kamera auf und senden Sie es.", "Take the photo with the camera."),
    )


def broken() -> TelekalkError:
    """TK-PHOTO-002: a picture that ends too early or is damaged."""
    return _error(
        "TK-PHOTO-002",
        "Das Foto ist unvollständig oder beschädigt.",
        "The photo is incomplete or damaged.",
        remedy=("Senden Sie das Foto noch einmal.", "Send the photo again."),
    )


def too_many_pixels(limit: int) -> TelekalkError:
    """TK-PHOTO-003: more pixels than allowed, as its header says; it is not decoded."""
    return _error(
        "TK-PHOTO-003",
        f"Das Foto hat mehr als {limit} Megapixel.",
        f"The photo has more than {limit} megapixels.",
        status=413,
        remedy=("Senden Sie es in kleinerer Auflösung.", "Send it at a lower resolution."),
    )


def clean(content: bytes) -> CleanPhoto:
    """Decode, check and clean a photo.

    Raises:
        TelekalkError: TK-PHOTO-001 not an image, -002 truncated or broken, -003 too many pixels, -004 too many bytes,
            -007 empty, -008 smaller than 64 pixels.
    """
    settings = get_settings()
    if not content:
        raise _error("TK-PHOTO-007", "Die Datei ist leer.", "The file is empty.")
    if len(content) > settings.max_photo_mib * 1024 * 1024:
        raise _error(
            "TK-PHOTO-004",
            f"Die Datei ist größer als {settings.max_photo_mib} MiB.",
            f"The file is larger than {settings.max_photo_mib} MiB.",
            status=413,
        )
    if not _looks_like_image(content):
        raise not_an_image()
    with _decoding, warnings.catch_warnings():
        # Corrupt metadata makes Pillow warn; it is left out, which is all there is to do. Limits are checked by us.
        warnings.simplefilter("ignore")
        return _clean(content, settings.max_megapixels)


def _looks_like_image(content: bytes) -> bool:
    head = content[:12]
    return (
        head[:3] == b"\xff\xd8\xff"
        or head[:8] == b"\x89PNG\r\n\x1a\n"
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"heim", b"heis"})
    )


def _clean(content: bytes, max_megapixels: int) -> CleanPhoto:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise too_many_pixels(max_megapixels) from bomb
    except (UnidentifiedImageError, *_BROKEN) as problem:
        raise broken() from problem
    with image:
        width, height = image.size
        if width * height > max_megapixels * 1_000_000:
            raise too_many_pixels(max_megapixels)
        if min(width, height) < LEAST_EDGE:
            raise _error(
                "TK-PHOTO-008",
                "Das Foto ist zu klein, um etwas zu erkennen.",
                "The photo is too small to show anything.",
            )
        source_format = "JPEG" if image.format == "MPO" else str(image.format)
        try:
            facts = _facts(image)
            orientation = facts.pop("orientation")
            keep = source_format == "JPEG" and orientation == 1 and image.mode in {"RGB", "L"}
            profile = image.info.get("icc_profile")
            if keep:
                # The whole file is still entropy-decoded (so a truncated one is found), only the transform is halved.
                _shrink_while_decoding(image)
            image.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise too_many_pixels(max_megapixels) from bomb
        except _BROKEN as problem:
            raise broken() from problem
        if source_format == "JPEG" and _ends_in_filler(image):
            raise broken()
        if keep:
            original = strip_jpeg(content)
            upright = image.convert("RGB")
        else:
            # pillow-heif has applied the rotation and cleared the tag, so this turns everything exactly once.
            upright = _flat(ImageOps.exif_transpose(image))
            width, height = upright.size
            original = _jpeg(upright, quality=93, profile=profile)
        view = _fitted(upright, VIEW_EDGE)
        thumb = _fitted(view, THUMB_EDGE)
        return CleanPhoto(
            original=original,
            view=_jpeg(view, quality=86, profile=profile),
            thumb=_jpeg(thumb, quality=80, profile=profile),
            width=width,
            height=height,
            source_format=source_format,
            **facts,
        )


def _shrink_while_decoding(image: Image.Image) -> None:
    """Let libjpeg halve a large photo while decoding, as long as the view keeps at least 1900 pixels."""
    width, height = image.size
    for divisor in (4, 2):
        if max(width, height) // divisor >= 1900:
            image.draft("RGB", (width // divisor, height // divisor))
            return


def _ends_in_filler(image: Image.Image) -> bool:
    """Whether the last rows are the exact mid-grey with which libjpeg fills what a cut file with an end mark lacks."""
    strip = image.crop((0, image.height - 4, image.width, image.height)).convert("RGB")
    # Thousands of pixels of one exact colour do not happen in a photo of the world.
    return strip.getcolors(1) is not None and strip.getpixel((0, 0)) == (128, 128, 128)


def _flat(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode == "I" or image.mode.startswith("I;16"):
        # Pillow cuts 16-bit grey off at 255, which turns nearly all of it white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        ground.alpha_composite(layer)
        return ground.convert("RGB")
    return image.convert("RGB")


def _fitted(image: Image.Image, edge: int) -> Image.Image:
    longest = max(image.size)
    if longest <= edge:
        return image
    size = (max(1, round(image.width * edge / longest)), max(1, round(image.height * edge / longest)))
    return image.resize(
        size, Image.Resampling.BOX if longest > 3 * edge else Image.Resampling.BICUBIC, reducing_gap=2.0
    )


def _jpeg(image: Image.Image, *, quality: int, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, icc_profile=profile if profile and len(profile) < 1_000_000 else b"")
    return out.getvalue()


_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOS, _EOI = 0xDA, 0xD9


def strip_jpeg(content: bytes) -> bytes:
    """A JPEG without its metadata, the picture data untouched.

    Kept: everything that decoding needs, JFIF, the colour profile and Adobe's colour-transform marker. Dropped: EXIF,
    XMP, IPTC, comments, maker notes, embedded previews, and whatever hangs behind the end of the picture.

    Raises:
        TelekalkError: TK-PHOTO-002 when the segments do not fit together.
    """
    kept = [b"\xff\xd8"]
    at = 2
    size = len(content)
    while at + 4 <= size:
        if content[at] != 0xFF:
            raise broken()
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == _EOI:
            break
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > size:
            raise broken()
        segment = content[at:end]
        if _is_needed(marker, segment):
            kept.append(segment)
        at = end
        if marker == _SOS:
            found = _NEXT_MARKER.search(content, at)
            if found is None:
                raise broken()
            kept.append(content[at : found.start()])
            at = found.start()
    kept.append(b"\xff\xd9")
    return b"".join(kept)


def _is_needed(marker: int, segment: bytes) -> bool:
    if marker == 0xFE:
        return False
    if not 0xE0 <= marker <= 0xEF:
        return True
    return (
        (marker == 0xE0 and segment[4:9] == b"JFIF\0")
        or (marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0")
        or (marker == 0xEE and segment[4:9] == b"Adobe")
    )


def _facts(image: Image.Image) -> dict[str, Any]:
    """What is worth keeping of the metadata. Odd metadata is no reason to refuse a photo: it is left out."""
    facts: dict[str, Any] = dict.fromkeys(("taken_at", "latitude", "longitude", "device", "software"))
    facts["orientation"] = 1
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        facts["orientation"] = orientation if orientation in range(1, 9) else 1
        maker, model = _text(exif.get(ExifTags.Base.Make)), _text(exif.get(ExifTags.Base.Model))
        both = f"{maker} {model}" if maker and model and not model.startswith(maker) else model or maker
        facts["device"] = both
        facts["software"] = _text(exif.get(ExifTags.Base.Software))
        facts["taken_at"] = _time(exif.get_ifd(ExifTags.IFD.Exif))
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        facts["latitude"] = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), 90)
        facts["longitude"] = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), 180)
    except (*_BROKEN, TypeError, AttributeError, ArithmeticError):
        return facts
    return facts


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    shown = "".join(letter for letter in value if letter.isprintable()).strip()[:80]
    return shown or None


def _time(exif: Any) -> datetime | None:
    raw = exif.get(ExifTags.Base.DateTimeOriginal)
    if not isinstance(raw, str):
        return None
    try:
        local = datetime.strptime(raw.strip("\0 "), "%Y:%m:%d %H:%M:%S")
        offset = exif.get(ExifTags.Base.OffsetTimeOriginal)
        if isinstance(offset, str) and re.fullmatch(r"[+-]\d\d:\d\d", offset.strip("\0 ")):
            return datetime.fromisoformat(f"{local.isoformat()}{offset.strip(chr(0) + ' ')}")
    except ValueError:
        return None
    # A camera without a zone shows the clock of where it is.
    return local.replace(tzinfo=ZoneInfo(get_settings().time_zone))


def _degrees(value: Any, reference: Any, limit: int) -> Decimal | None:
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    parts = [Decimal(str(round(float(part), 6))) for part in value]
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    if str(reference) in {"S", "W"}:
        degrees = -degrees
    if not degrees.is_finite() or abs(degrees) > limit:
        return None
    return degrees.quantize(Decimal("0.01"))
