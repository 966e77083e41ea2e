"""How far the reader of the registration document may believe itself: readings with known text, and the fit.

    python -m cv_models.training.calibration read READINGS.npz --shards FILE... --photos FOLDER...
    python -m cv_models.training.calibration fit READINGS.npz... --held READINGS.npz...

`read` reads crops of single values (files of `registration.samples.shards` that no recogniser was trained on) and the cells
of sample photos (`registration.samples`, by their true grids) with both readers and keeps the steps. `fit` weighs them as the
product does, fits one logistic curve with an offset per family of fields (Newton steps with a ridge, pure numpy), writes
`registration/data/calibration.json` and prints the reliability on the held readings.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration import calibration, cells, eyes, lines, ocr, rules, true_grid, understand, vin
from cv_models.registration.evaluation import score
from cv_models.registration.evidence import Evidence, View
from cv_models.registration.fields import FIELDS
from cv_models.registration.judged import Reader, row_scores
from cv_models.registration.layout import KEY_FIELDS
from cv_models.registration.ocr import Scores
from cv_models.registration.samples import texts
from cv_models.registration.samples.shards import read_shard

DATA: Final = Path(calibration.__file__).parent / "data" / "calibration.json"
FAMILIES: Final = ("words", "known", "strict", "numbers", "vin", "vin3")
_RIDGE: Final = 0.02


def field_of(text: str) -> str | None:
    """The field that a crop's text is a value of, None when it is none or several differ."""
    words = {"D.1": texts._MAKES, "D.3": texts._MODELS, "R": texts._COLOURS, "P.3": texts._FUELS, "5": texts._BODIES}
    for code, known in words.items():
        if text in known:
            return code
    if rules.VIN_PATTERN.fullmatch(text) and text[13:].isdecimal():
        return "E"
    if rules.parse_plate(text):
        return "A"
    for code in ("B", "HU", "P.2/P.4", "15.1", "K", "14", "V.9", "16", "2.2", "2.1", "18", "T", "11", "17"):
        if FIELDS[code].rule.matches(text) and FIELDS[code].value(text) is not None and text.strip("-"):
            return code
    if re.fullmatch(r"\d{5} \D{3,}|\D{4,} \d{1,3} ?[a-c]?", text):
        return "C.1.3"
    if re.fullmatch(r"[A-ZÄÖÜ]?[a-zäöüßéèáóíçñ]{2,}([ -].*)?|[A-ZÄÖÜ]{3,}([ -][A-ZÄÖÜ]{2,})?", text):
        return "C.1.1"
    return None


@dataclass(frozen=True)
class Line:
    """One look of one reader at one printed line."""

    source: str
    tier: str
    code: str
    row: int
    reader: Reader
    number: int
    truth: str
    steps: NDArray[Any]


def read_shards(paths: Sequence[Path]) -> Iterator[Line]:
    """Both readers on crops whose text is a value of some field."""
    for path in paths:
        shard = read_shard(path)
        known = [(i, code, text) for i, text in enumerate(shard.texts) if (code := field_of(text)) is not None]
        crops = [np.ascontiguousarray(shard.crop(i)) for i, _, _ in known]
        tall = [
            np.asarray(cv2.resize(c, (max(16, round(c.shape[1] * 1.5)), 48), interpolation=cv2.INTER_CUBIC), np.uint8)
            for c in crops
        ]
        seen: dict[Reader, list[Scores]] = {
            "own": lines.read_crops(crops, threads=1),
            "shipped": ocr.recognise(tall, threads=1),
        }
        for reader, scores in seen.items():
            for (i, code, text), item in zip(known, scores, strict=True):
                yield Line(f"{path.name}:{i}", "crop", code, 0, reader, 0, text, item.steps)
        print(path.name, len(known), flush=True)


def read_photos(folders: Sequence[Path]) -> Iterator[Line]:
    """Both readers on the cells of sample photos, three looks of our own and one or, for key fields, two of the shipped one."""
    for folder in folders:
        for entry in json.loads((folder / "truth.json").read_text(encoding="utf-8")):
            photo = np.ascontiguousarray(np.asarray(cv2.imread(str(folder / entry["file"])))[:, :, ::-1])
            boxes = {code: np.array(quad) for code, quad in entry["boxes"].items()}
            grid = true_grid.grid_of_lattice(np.array(entry["lattice"]), boxes)
            runs = list(cells.runs(true_grid.located(photo, grid, threads=1).boxes).values())
            looks: list[tuple[Reader, int]] = [("own", 0), ("own", 1), ("own", 2), ("shipped", 0), ("shipped", 1)]
            for reader, number in looks:
                wanted = runs if number == 0 or reader == "own" else [r for r in runs if r.code in (*KEY_FIELDS, "3")]
                for code, cell in eyes.look(photo, grid, wanted, reader, number, threads=1).items():
                    truth = entry["printed"].get(code, "")
                    for row, pieces in cell.rows.items():
                        steps = row_scores(pieces).steps
                        yield Line(entry["file"], entry["tier"], code, row, reader, number, truth, steps)
            print(entry["file"], flush=True)


_TEXTS: Final = ("source", "tier", "code", "reader", "truth")


def keep(path: Path, found: Sequence[Line]) -> None:
    """Write readings."""
    arrays: dict[str, Any] = {name: np.array([getattr(line, name) for line in found]) for name in _TEXTS}
    arrays["row"] = np.array([line.row for line in found])
    arrays["number"] = np.array([line.number for line in found])
    arrays["steps"] = np.concatenate([line.steps.astype(np.float16) for line in found])
    arrays["ends"] = np.cumsum([len(line.steps) for line in found])
    np.savez_compressed(path, **arrays)


def kept(path: Path) -> Iterator[Line]:
    """Readings that were written."""
    with np.load(path) as data:
        steps = np.split(data["steps"].astype(np.float32), data["ends"][:-1])
        columns = [data[name].tolist() for name in _TEXTS]
        for (source, tier, code, reader, truth), row, number, part in zip(
            zip(*columns, strict=True), data["row"].tolist(), data["number"].tolist(), steps, strict=True
        ):
            yield Line(source, tier, code, row, reader, number, truth, part)


@dataclass(frozen=True)
class Case:
    """One field read and weighed: what the curve sees, and whether the value is right."""

    code: str
    tier: str
    source: str
    found: Evidence
    right: bool


def true_value(code: str, printed: str) -> str | None:
    """The value of a field as printed, normalised as the reader gives it; None for a dash or nothing."""
    text = printed.strip()
    if not text.strip("- "):
        return None
    if code == "E":
        return text
    if code == "A":
        return rules.parse_plate(text)
    field = FIELDS.get(code)
    if field is not None:
        value = field.value(text)
        return value[0] if value is not None and value[0] != "-" else None
    return "\n".join(line for line in text.split("\n") if line.strip("- "))


def cases(found: Iterable[Line]) -> Iterator[Case]:
    """Every field of every photo or crop, weighed from several choices of looks, as the reader has them."""
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in found:
        grouped.setdefault((line.source, line.code), []).append(line)
    for (source, code), looks in grouped.items():
        truth = true_value(code, looks[0].truth)
        if truth is None or code in ("22", "22b", "Nr.", "3"):
            continue
        for choice in _choices(looks):
            views: dict[int, list[View]] = {}
            for line in choice:
                view = View.of(line.reader, Scores(line.steps))
                if view.text:
                    views.setdefault(line.row, []).append(view)
            if not views:
                continue
            if code == "E":
                yield from _vin_cases(source, looks[0].tier, truth, views[min(views)], grouped.get((source, "3"), []))
                continue
            evidence = understand.gather(code, views)
            if evidence.value is not None and evidence.value != "-":
                right = score.normal(code, evidence.value) == score.normal(code, truth)
                yield Case(code, looks[0].tier, source, evidence, right)


def _choices(looks: Sequence[Line]) -> list[list[Line]]:
    own = [line for line in looks if line.reader == "own" and line.number == 0]
    shipped = [line for line in looks if line.reader == "shipped" and line.number == 0]
    choices = [own, own + shipped]
    if len(looks) > len(own) + len(shipped):
        choices.append(list(looks))
    return [c for c in choices if c]


def _vin_cases(source: str, tier: str, truth: str, views: Sequence[View], digit: Sequence[Line]) -> Iterator[Case]:
    looks = [View.of(line.reader, Scores(line.steps)) for line in digit]
    shares = vin.shares_of([v for v in looks if v.text])
    for known in (shares, {}):
        evidence, checked = vin.weigh_vin(views, known, None)
        if evidence.value is not None:
            yield Case("E+3" if checked else "E", tier, source, evidence, evidence.value == truth)


def fit(found: Sequence[Case]) -> tuple[dict[str, float], dict[str, float]]:
    """Weights by feature and offsets by family: logistic regression, ridge on all but the constant, by Newton's method."""
    families = sorted({calibration.family(c.code) for c in found})
    rows = np.array(
        [[*calibration.features(c.found), *(float(calibration.family(c.code) == f) for f in families)] for c in found]
    )
    hits = np.array([float(c.right) for c in found])
    weights = np.zeros(rows.shape[1])
    ridge = np.full(rows.shape[1], _RIDGE * len(hits) / 100)
    ridge[0] = 1e-3
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (hits - chance) - ridge * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-7:
            break
    count = len(calibration.FEATURES)
    named = dict(zip(calibration.FEATURES, (round(float(w), 4) for w in weights[:count]), strict=True))
    return named, dict(zip(families, (round(float(w), 4) for w in weights[count:]), strict=True))


def bounds(found: Sequence[Case], chance: Callable[[Case], float], wanted: Mapping[str, float]) -> dict[str, float]:
    """For each family the least probability above which the expected share of wrong values stays as wanted."""
    out = {}
    for name, share in wanted.items():
        some = sorted((chance(c) for c in found if calibration.family(c.code) == name), reverse=True)
        wrong, least = 0.0, 0.5
        for count, value in enumerate(some, 1):
            wrong += 1 - value
            if wrong / count > share or value < 0.5:
                least = value
                break
        out[name] = round(max(0.5, least), 3)
    return out


def table(found: Sequence[Case], chance: Callable[[Case], float]) -> list[tuple[str, int, float, float]]:
    """Reliability: from probability, values, mean probability, share right."""
    out = []
    values = np.array([chance(c) for c in found])
    hits = np.array([c.right for c in found])
    for low, high in itertools.pairwise((0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1.01)):
        inside = (values >= low) & (values < high)
        if inside.any():
            out.append((f"{low:.3f}", int(inside.sum()), float(values[inside].mean()), float(hits[inside].mean())))
    return out


def main() -> None:
    """Entry point of `python -m cv_models.training.calibration`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("read", help="read crops and photos and keep the steps")
    reading.add_argument("out", type=Path)
    reading.add_argument("--shards", type=Path, nargs="*", default=[])
    reading.add_argument("--photos", type=Path, nargs="*", default=[])
    fitting = commands.add_parser("fit", help="fit the curve and measure it")
    fitting.add_argument("readings", type=Path, nargs="+")
    fitting.add_argument("--held", type=Path, nargs="*", default=[], help="readings that only measure")
    fitting.add_argument("--source", default="", help="what the readings are, kept with the parameters")
    fitting.add_argument("--keep", action="store_true", help="write registration/data/calibration.json")
    arguments = parser.parse_args()
    if arguments.command == "read":
        keep(arguments.out, [*read_shards(arguments.shards), *read_photos(arguments.photos)])
        return
    seen = [case for path in arguments.readings for case in cases(kept(path))]
    weights, offsets = fit(seen)
    held = [case for path in arguments.held for case in cases(kept(path))] or seen

    def chance(case: Case) -> float:
        total = sum(w * v for w, v in zip(weights.values(), calibration.features(case.found), strict=True))
        total += offsets.get(calibration.family(case.code), 0.0)
        return float(
            min(
                calibration.ceiling(case.found, proved=calibration.proved(case.code, case.found)),
                1 / (1 + np.exp(-np.clip(total, -30, 30))),
            )
        )

    print(json.dumps({"weights": weights, "offsets": offsets}, indent=1))
    print(f"{len(seen)} values fitted, {len(held)} held")
    for low, count, mean, share in table(held, chance):
        print(f"| {low} | {count} | {mean:.3f} | {share:.3f} |")
    print({name: bounds(held, chance, dict.fromkeys(FAMILIES, name)) for name in (0.002, 0.005, 0.01)})
    for family in FAMILIES:
        mine = [c for c in held if calibration.family(c.code) == family]
        for cut in (0.7, 0.8, 0.85, 0.9, 0.95, 0.98):
            given = [c for c in mine if chance(c) >= cut]
            wrong = sum(not c.right for c in given)
            print(f"{family} {cut}: {len(given)} of {len(mine)} given, {wrong} wrong")
    if arguments.keep:
        old = json.loads(DATA.read_text(encoding="utf-8"))
        old |= {"weights": weights, "offsets": offsets, "source": arguments.source, "fitted_on": len(seen)}
        DATA.write_text(json.dumps(old, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
