"""`python -m cv_models.registration.samples OUT --count N`: photos into OUT/images and their truth into OUT/truth.json."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image

from cv_models.registration.samples import TIERS, make_sample, other_hand, typeset
from cv_models.registration.true_grid import lattice


def main() -> None:
    """Write sample photos, tiers in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--size", type=int, default=2400, help="longest side in pixels; 4000 for a 12-megapixel photo")
    parser.add_argument("--first", type=int, default=0, help="number of the first sample")
    parser.add_argument("--tiers", nargs="+", default=list(TIERS), choices=TIERS)
    parser.add_argument("--hand", choices=("own", "other"), default="own", help="`other`: the drawing kept for judging")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[], help="folders of more typefaces")
    args = parser.parse_args()
    typeset.use_fonts(*args.fonts)
    if args.hand == "other":
        other_hand.use_fonts(*args.fonts)
    (args.out / "images").mkdir(parents=True, exist_ok=True)
    truth = []
    for index in range(args.first, args.first + args.count):
        tier = args.tiers[index % len(args.tiers)]
        sample = make_sample(index, tier, size=args.size, hand=args.hand)
        name = f"{tier}_{index:04d}.jpg"
        Image.fromarray(sample.photo.pixels).save(args.out / "images" / name, quality=sample.photo.quality)
        truth.append(
            {
                "file": f"images/{name}",
                "tier": tier,
                "values": sample.values,
                "printed": {c: t for c, t in sample.record.items() if t and c in sample.photo.boxes},
                "outline": sample.photo.outline.round(1).tolist(),
                "boxes": {code: box.round(1).tolist() for code, box in sample.photo.boxes.items()},
                "lattice": lattice(sample.photo.to_photo),
            }
        )
        (args.out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
