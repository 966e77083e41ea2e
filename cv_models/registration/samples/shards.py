"""Crops in files, for training: `python -m cv_models.registration.samples.shards OUT --fonts FOLDER --count 100000`.

File k holds the crops `k * SIZE` to `(k + 1) * SIZE - 1`; files that are there already are left as they are, so the command
goes on where it was stopped.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.samples.crops import HEIGHT, Crop, faces_for, make_crop

SIZE = 2048


@dataclass(frozen=True)
class Shard:
    """Crops of one file: RGB pictures of `HEIGHT` pixels side by side, their widths and their texts."""

    pixels: NDArray[np.uint8]
    widths: NDArray[np.int32]
    texts: tuple[str, ...]

    def crop(self, index: int) -> NDArray[np.uint8]:
        """Picture of one crop, HEIGHT x W x 3."""
        begin = int(self.widths[:index].sum())
        return self.pixels[:, begin : begin + int(self.widths[index])]


def write_shard(path: Path, crops: list[Crop]) -> None:
    """Write crops to a file, whole or not at all."""
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(
            file,
            pixels=np.concatenate([c.pixels for c in crops], axis=1),
            widths=np.array([c.pixels.shape[1] for c in crops], np.int32),
            texts=np.array([c.text for c in crops]),
        )
    partial.replace(path)


def read_shard(path: Path) -> Shard:
    """Read a file of crops.

    Raises:
        ValueError: the pictures have another height.
    """
    with np.load(path) as file:
        shard = Shard(file["pixels"], file["widths"], tuple(str(t) for t in file["texts"]))
    if shard.pixels.shape[0] != HEIGHT:
        raise ValueError(f"{path.name} holds crops of {shard.pixels.shape[0]} pixels, not {HEIGHT}")
    return shard


def main() -> None:
    """Entry point of `python -m cv_models.registration.samples.shards`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fonts", type=Path, nargs="*", default=[], help="folders with free typefaces")
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--count", type=int, default=100, help="number of files")
    parser.add_argument("--size", type=int, default=SIZE, help="crops per file")
    parser.add_argument("--held-out", action="store_true", help="with the typefaces kept for measuring")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    faces = faces_for(tuple(arguments.fonts), held_out=arguments.held_out)
    for number in range(arguments.first, arguments.first + arguments.count):
        path = arguments.out / f"{number:05d}.npz"
        if path.exists():
            continue
        start = number * arguments.size
        write_shard(path, [make_crop(start + index, faces) for index in range(arguments.size)])
        print(path.name, path.stat().st_size // 1024, "KiB", flush=True)


if __name__ == "__main__":
    main()
