"""The obvious script that the pipeline is measured against: what somebody would write in an afternoon.

Each photo is decoded at full size, gets one pass of a nano detector at 416 pixels and one Laplacian for sharpness; the document
is read by whole-page OCR with the shipped models. Prints seconds and peak memory as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from rapidocr import RapidOCR


def detector(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def main(model: Path, document: Path, photos: list[Path]) -> None:
    session = detector(model)
    entry = session.get_inputs()[0]
    side = entry.shape[2] if isinstance(entry.shape[2], int) else 416
    ocr = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 2, "Global.log_level": "error"})
    started = time.perf_counter()
    for photo in photos:
        image = cv2.imread(str(photo))
        small = cv2.resize(image, (side, side)).astype(np.float32).transpose(2, 0, 1)[None]
        session.run(None, {entry.name: small})
        cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var()
    photo_seconds = time.perf_counter() - started
    lines = ocr(cv2.imread(str(document)))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "seconds": round(seconds, 3),
                "photo_seconds": round(photo_seconds, 3),
                "document_seconds": round(seconds - photo_seconds, 3),
                "peak_mib": round(peak),
                "lines_read": len(lines.txts or ()),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
