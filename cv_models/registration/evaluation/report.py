"""The report of an evaluation: plain data for machines, Markdown for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from cv_models.registration import KEY_FIELDS, MODEL_NAME
from cv_models.registration.evaluation.measure import Measured, Outcome, PhotoResult, Run
from cv_models.registration.evaluation.score import Tally, calibration

PLACED_WELL: Final = 0.85


def _tally(outcomes: Iterable[Outcome], key: bool) -> Tally:
    tally = Tally()
    for outcome in outcomes:
        verdict = outcome.key_verdict if key else outcome.verdict
        if verdict is not None:
            tally.add(verdict)
    return tally


def _seconds(photos: Sequence[PhotoResult]) -> dict[str, float]:
    wall = [p.seconds for p in photos]
    return {
        "median_seconds": round(float(np.median(wall)), 3),
        "p95_seconds": round(float(np.percentile(wall, 95)), 3),
        "median_processor_seconds": round(float(np.median([p.processor_seconds for p in photos])), 3),
    }


def _group(photos: Sequence[PhotoResult]) -> dict[str, Any]:
    """All figures of some photos."""
    outcomes = [o for p in photos for o in p.outcomes]
    placed = [p for p in photos if p.placed is not None]
    keys = [p.key() for p in photos]
    return {
        "photos": len(photos),
        "found": sum(p.found for p in photos),
        "misplaced": sum(p.placed is not None and p.placed < PLACED_WELL for p in placed),
        "key": _tally((o for o in outcomes if o.code in KEY_FIELDS), key=True).to_json(),
        "key_full_type_key": _tally((o for o in outcomes if o.code in KEY_FIELDS), key=False).to_json(),
        "other": _tally((o for o in outcomes if o.code not in KEY_FIELDS), key=False).to_json(),
        "vin": _tally((o for o in outcomes if o.code == "E"), key=False).to_json(),
        "all_key_right": sum(k.right == k.total for k in keys),
        "some_key_wrong": sum(k.wrong > 0 for k in keys),
        "values_for_hidden_key_fields": sum(len(p.hidden) for p in photos),
        **_seconds(photos),
    }


def _codes(photos: Iterable[PhotoResult], key: bool) -> dict[str, Any]:
    by_code: dict[str, list[Outcome]] = {}
    for photo in photos:
        for outcome in photo.outcomes:
            if (outcome.code in KEY_FIELDS) == key:
                by_code.setdefault(outcome.code, []).append(outcome)
    order = KEY_FIELDS if key else tuple(sorted(by_code))
    out = {code: _tally(by_code[code], key=key).to_json() for code in order if code in by_code}
    if key and "2.2" in by_code:
        out["2.2 in full"] = _tally(by_code["2.2"], key=False).to_json()
    return out


def _baseline(run: Run, reader: Run) -> dict[str, Any] | None:
    """The baseline and the reader on the photos that both have read."""
    if not run.photos:
        return None
    names = {p.file for p in run.photos}
    same = [p for p in reader.photos if p.file in names]
    tiers: dict[str, Any] = {}
    own = Run(same).tiers()
    for tier, photos in {**run.tiers(), "all": run.photos}.items():
        mine = same if tier == "all" else own[tier]
        plain, ours = _group(photos), _group(mine)
        tiers[tier] = {
            "photos": len(photos),
            "key": plain["key"],
            "vin": plain["vin"],
            "all_key_right": plain["all_key_right"],
            **_seconds(photos),
            "reader": {"key": ours["key"], "all_key_right": ours["all_key_right"], **_seconds(mine)},
            "ratio": _ratios(plain, ours),
        }
    return {"peak_mib": round(run.peak_mib), "tiers": tiers}


def _ratios(plain: dict[str, Any], ours: dict[str, Any]) -> dict[str, float | None]:
    """How many times the reader's figure the baseline's is; None where the reader has none."""

    def ratio(a: float, b: float) -> float | None:
        return round(a / b, 2) if b else None

    return {
        "seconds": ratio(plain["median_seconds"], ours["median_seconds"]),
        "processor_seconds": ratio(plain["median_processor_seconds"], ours["median_processor_seconds"]),
        "not_right": ratio(plain["key"]["wrong"] + plain["key"]["blank"], ours["key"]["wrong"] + ours["key"]["blank"]),
        "wrong": ratio(plain["key"]["wrong"], ours["key"]["wrong"]),
    }


def report(measured: Measured, **about: Any) -> dict[str, Any]:
    """The figures as plain JSON-able data.

    Args:
        measured: what `measure` returned.
        about: facts on where the photos are from; kept under `about`.
    """
    reader = measured.reader
    pairs = [(o, o.verdict == "right") for p in reader.photos for o in p.outcomes if o.read is not None]
    return {
        "model": MODEL_NAME,
        "about": {**about, "threads": measured.threads},
        "photos": len(reader.photos),
        "tiers": {
            **{tier: _group(photos) for tier, photos in reader.tiers().items()},
            "all": _group(reader.photos),
        },
        "fields": _codes(reader.photos, key=True),
        "other_fields": _codes(reader.photos, key=False),
        "calibration": {
            "all_fields": calibration((o.confidence, right) for o, right in pairs).to_json(),
            "key_fields": calibration((o.confidence, right) for o, right in pairs if o.code in KEY_FIELDS).to_json(),
        },
        "peak_mib": round(reader.peak_mib),
        "baseline": _baseline(measured.baseline, reader),
    }


def _share(tally: dict[str, Any], name: str) -> str:
    low, high = tally[f"{name}_interval"]
    return f"{tally[f'{name}_percent']:.1f} ({low:.1f}–{high:.1f})"


def _three(tally: dict[str, Any]) -> str:
    return " / ".join(f"{tally[f'{name}_percent']:.1f}" for name in ("right", "wrong", "blank"))


def markdown(data: dict[str, Any]) -> str:
    """The report as Markdown tables; percentages with their 95 % intervals."""
    lines = [
        (
            "| tier | photos | found | key fields: values | right % | wrong % | blank % | with 2.2 in full: right / wrong / blank %"
            " | VIN right / wrong / blank | other fields right / wrong / blank % | every key field right | some key field wrong |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for tier, row in data["tiers"].items():
        key, vin = row["key"], row["vin"]
        found = f"{row['found']}" + (f" ({row['misplaced']} misplaced)" if row["misplaced"] else "")
        lines.append(
            f"| {tier} | {row['photos']} | {found} | {key['values']} | {_share(key, 'right')} | {_share(key, 'wrong')} |"
            f" {_share(key, 'blank')} | {_three(row['key_full_type_key'])} | {vin['right']} / {vin['wrong']} / {vin['blank']} |"
            f" {_three(row['other'])} | {row['all_key_right']} | {row['some_key_wrong']} |"
        )
    lines += [
        "",
        "| tier | median s | 95 % s | median processor s |",
        "|---|---|---|---|",
        *(
            f"| {tier} | {row['median_seconds']:.2f} | {row['p95_seconds']:.2f} | {row['median_processor_seconds']:.2f} |"
            for tier, row in data["tiers"].items()
        ),
        "",
        f"Peak memory of the reader's process: {data['peak_mib']} MiB.",
    ]
    if data["baseline"] is not None:
        lines += ["", *_baseline_table(data["baseline"])]
    lines += ["", "| key field | values | right % | wrong % | blank % |", "|---|---|---|---|---|"]
    lines += [
        f"| {code} | {row['values']} | {_share(row, 'right')} | {_share(row, 'wrong')} | {_share(row, 'blank')} |"
        for code, row in data["fields"].items()
    ]
    lines += ["", "| other field | values | right / wrong / blank % |", "|---|---|---|"]
    lines += [f"| {code} | {row['values']} | {_three(row)} |" for code, row in data["other_fields"].items()]
    for name, words in (("all_fields", "all fields"), ("key_fields", "key fields")):
        part = data["calibration"][name]
        lines += [
            "",
            (
                f"Calibration over {words}: {part['values']} values, expected calibration error {part['expected_error']:.3f}, "
                f"Brier score {part['brier']:.3f}."
            ),
            "",
            "| confidence from | to | values | mean confidence % | right % |",
            "|---|---|---|---|---|",
            *(
                f"| {b['from']} | {b['to']} | {b['values']} | {100 * b['confidence']:.1f} | {b['right_percent']:.1f} |"
                for b in part["bins"]
            ),
        ]
    return "\n".join(lines)


def _baseline_table(data: dict[str, Any]) -> list[str]:
    lines = [
        (
            "| the same photos | number | baseline: key fields right / wrong / blank % | reader | baseline: median s | reader |"
            " seconds, times | processor seconds, times | not right, times | wrong, times |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for tier, row in data["tiers"].items():
        times = ["–" if value is None else f"{value:.1f}" for value in row["ratio"].values()]
        lines.append(
            f"| {tier} | {row['photos']} | {_three(row['key'])} | {_three(row['reader']['key'])} | {row['median_seconds']:.2f} |"
            f" {row['reader']['median_seconds']:.2f} | {' | '.join(times)} |"
        )
    return [*lines, "", f"Peak memory of the baseline's process: {data['peak_mib']} MiB."]
