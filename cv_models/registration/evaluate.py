"""Measures the reader: `python -m cv_models.registration.evaluate FOLDER`, the same as `telekalk models evaluate registration`.

FOLDER is what `python -m cv_models.registration.samples` writes (`images/`, `truth.json`).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cv_models.registration.evaluation import EvaluationError, Gallery, from_folder, markdown, measure, report
from cv_models.registration.evaluation.score import Tally


def main() -> int:
    """Print the tables, or JSON with `--json`; exit 2 for a bad folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="only the first N photos")
    parser.add_argument("--baseline", type=int, help="photos for the slow plain reader: the first N, all when left out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="folder for the list of mistakes")
    args = parser.parse_args()

    def tell(done: int, name: str, key: Tally) -> None:
        print(f"{done} {name}: {key.right} right, {key.wrong} wrong, {key.blank} blank", file=sys.stderr)

    try:
        entries = from_folder(args.folder, count=args.limit)
        gallery = Gallery(args.out) if args.out else None
        measured = measure(
            entries,
            baseline_photos=args.baseline,
            threads=args.threads,
            progress=tell,
            seen=gallery.add if gallery else lambda _entry, _result: None,
        )
    except EvaluationError as problem:
        print(problem, file=sys.stderr)
        return 2 if problem.status < 500 else 1
    data = report(measured, photos=str(args.folder))
    print(json.dumps(data, ensure_ascii=False, indent=1) if args.json else markdown(data))
    if gallery:
        print(gallery.write(), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
