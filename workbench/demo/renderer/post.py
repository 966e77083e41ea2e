"""Phone-like post-processing: lens, noise, sharpening, JPEG with the SYNTHETIC marker in EXIF."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np


def lens_maps(w: int, h: int, k: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Source coordinates of each output pixel under slight barrel distortion."""
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    r2 = ((xx - w / 2) ** 2 + (yy - h / 2) ** 2) / (w * w + h * h) * 4
    s = (1 + .006 * r2 + k * r2) * .995
    return ((xx - w / 2) * s + w / 2).astype(np.float32), ((yy - h / 2) * s + h / 2).astype(np.float32)


def phone(rgb: np.ndarray, rng: np.random.Generator, iso: int, cv2: Any) -> np.ndarray:
    """Display-referred float RGB 0..1 -> uint8 with phone character."""
    h, w = rgb.shape[:2]
    img = rgb.astype(np.float32)
    out = np.empty_like(img)
    for c, k in enumerate((.0005, 0, -.0004)):    # lateral chromatic aberration
        mx, my = lens_maps(w, h, k)
        out[..., c] = cv2.remap(img[..., c], mx, my, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    r2 = ((xx - w / 2) ** 2 + (yy - h / 2) ** 2) / (w * w + h * h) * 4
    img = out * (1 - .10 * r2)[..., None]
    small = cv2.resize(img, (w // 4, h // 4), interpolation=cv2.INTER_AREA)      # glare and veil are blurs: a quarter of the size will do
    hi = np.clip(small - .86, 0, 1)
    veil = .45 * cv2.GaussianBlur(hi, (0, 0), w / 640) + .03 * cv2.GaussianBlur(small, (0, 0), w / 120) - .02
    img = img + cv2.resize(veil, (w, h), interpolation=cv2.INTER_LINEAR)
    # sensor noise: luminance grain plus blotchy chroma, stronger in the shadows
    s = .0055 * (iso / 100) ** .5
    lum = rng.standard_normal((h, w, 1), dtype=np.float32)
    lum = .6 * lum + .7 * cv2.GaussianBlur(lum, (0, 0), .8)[..., None] * 2
    chroma = cv2.resize(rng.standard_normal((h // 3, w // 3, 3), dtype=np.float32), (w, h), interpolation=cv2.INTER_LINEAR)
    img = img + s * (1.25 - np.clip(img.mean(-1, keepdims=True), 0, 1)) * (lum + .8 * chroma)
    img = img + .5 * (img - cv2.GaussianBlur(img, (0, 0), 1.1))
    return (np.clip(img, 0, 1) * 255 + .5).astype(np.uint8)


def save(path: Path, arr: np.ndarray, when: str, iso: int, quality: int = 84, model: str = "Telekalk Testkamera 1") -> None:
    """JPEG with camera, date and focal length in EXIF; `Make` is SYNTHETIC."""
    from PIL import Image
    im = Image.fromarray(arr)
    ex = Image.Exif()
    ex[0x010F], ex[0x0110], ex[0x0131] = "SYNTHETIC", model, "synthetic picture"
    ex[0x0132], ex[0x0112] = when, 1
    sub = ex.get_ifd(0x8769)
    sub[0x9003] = sub[0x9004] = when
    sub[0x8827], sub[0xA405], sub[0x920A], sub[0x829D] = iso, 26, 5.6, 1.8
    sub[0xA002], sub[0xA003] = arr.shape[1], arr.shape[0]
    im.save(path, quality=quality, exif=ex, subsampling=2, optimize=True)
