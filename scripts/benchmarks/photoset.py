"""The photo set of the pipeline benchmark: 12 photos of 12 megapixels and one document, made from the demo pictures.

The demo pictures are enlarged to a phone's 4032 x 3024 and given sensor noise, so that they weigh and decode
like real ones; the same files go to Telekalk and to the obvious script.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

DEMO_PHOTOS = Path(__file__).parents[2] / "workbench" / "demo" / "photos"
LONG, SHORT = 4032, 3024


def enlarge(source: Path, target: Path, *, seed: int) -> None:
    """Write `source` at 12 megapixels with noise as a JPEG of quality 90."""
    image = cv2.imread(str(source))
    if image is None:
        raise FileNotFoundError(source)
    height, width = image.shape[:2]
    size = (LONG, SHORT) if width >= height else (SHORT, LONG)
    big = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.0, 4.0, big.shape[:2]).astype(np.int16)
    cv2.imwrite(str(target), np.clip(big + noise[..., None], 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])


def make(folder: Path, photos: int = 12, *, seed: int = 0) -> tuple[Path, list[Path]]:
    """Make the set in `folder`; returns the document and the photos. Another seed gives other bytes, same pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = sorted(DEMO_PHOTOS.glob("*/00_registration.jpg"))
    vehicles = sorted(p for p in DEMO_PHOTOS.glob("*/*.jpg") if p.name != "00_registration.jpg")
    if not documents or len(vehicles) < photos:
        raise FileNotFoundError(f"{photos} demo pictures and one document are needed under {DEMO_PHOTOS.name}/")
    # every n-th picture, so that the set mixes cars, views and close-ups
    step = len(vehicles) / photos
    chosen = [vehicles[int(i * step)] for i in range(photos)]
    document = folder / "document.jpg"
    targets = [folder / f"photo_{i:02d}.jpg" for i in range(photos)]
    for i, (source, target) in enumerate(zip([documents[0], *chosen], [document, *targets], strict=True)):
        enlarge(source, target, seed=seed + i)
    return document, targets
