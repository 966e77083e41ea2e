"""The model card of a bundle: from what the run recorded and what the evaluation measured, with no figure typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cv_models.evaluation.mistakes import Mistake
from cv_models.evaluation.report import Report
from cv_models.training.config import Experiment
from cv_models.training.terms import Source


@dataclass(frozen=True)
class Facts:
    """What the card is written from.

    Attributes:
        version: of the model.
        experiment: the run's settings.
        record: `run.json`.
        export: `export.json`: sizes, times and checks of both ONNX files.
        sources: data with their terms.
        report: figures of the delivered file on all validation photos; None when there were none.
        checkpoint: which weights are delivered, and why.
        kept_lines: label groups that kept the calibration of the former detector.
        mistakes: the worst mistakes in words, worst first.

    """

    version: str
    experiment: Experiment
    record: Mapping[str, Any]
    export: Mapping[str, Any]
    sources: Sequence[Source]
    report: Report | None
    checkpoint: str
    kept_lines: Sequence[str] = ()
    mistakes: Sequence[str] = ()


def write_card(facts: Facts) -> str:
    """The card as Markdown, in English like the other cards."""
    chapters = [
        _head(facts),
        _data(facts),
        _training(facts),
        _files(facts),
        _figures(facts),
        _failures(facts),
        _limits(facts),
    ]
    return "\n\n".join("\n".join(lines) for lines in chapters) + "\n"


def cell(value: object) -> str:
    """Text from outside as a cell of a table: one line, no markup."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return text.replace("|", "/").replace("<", "‹").replace(">", "›").replace("`", "'")


def _head(facts: Facts) -> list[str]:
    used = facts.export["files"][facts.experiment.deliver]
    return [
        f"# Model card: damage {cell(facts.version)}",
        "",
        "A network that runs on the CPU with onnxruntime and proposes regions of damage on photos of vehicles: box, class,",
        "calibrated score, outer part. It proposes; the expert decides. Nothing is paid, refused or sent because of its answer.",
        "",
        f"File: `{cell(used['file'])}`, {used['bytes'] / 1e6:.1f} MB, SHA-256 `{used['sha256']}`. Licence of the weights: Apache-2.0.",
    ]  # fmt: skip


def _data(facts: Facts) -> list[str]:
    lines = [
        "## Data",
        "Licences are what the owners state; they have not been verified.",
        "",
        "| source | origin | licence | pictures for training | for validation | labels | remarks |",
        "|---|---|---|---|---|---|---|",
    ]
    for source in facts.sources:
        labels = ", ".join(f"{name} {number}" for name, number in sorted(source.labels.items())) or "none"
        words = (
            source.name, source.terms.origin, source.terms.licence, source.train_pictures,
            source.validation_pictures, labels, source.terms.note,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cell(word) for word in words)} |")
    lines += ["", "| side | label file | SHA-256 | pictures | SHA-256 over all pictures |", "|---|---|---|---|---|"]
    for side, entries in facts.record["data"].items():
        for entry in entries:
            name = str(entry["coco"]).rpartition("/")[2]
            split = str(entry["split"]).rpartition("/")[2]
            lines.append(
                f"| {side} | {cell(name)}{f' ({cell(split)})' if split else ''} | `{entry['coco_sha256'][:16]}…` "
                f"| {entry['pictures']} | `{entry['pictures_sha256'][:16]}…` |"
            )
    return [
        *lines,
        "",
        "The full hashes stand in `run.json`; what was wrong with labels, one by one, in `labels.md` of the run.",
    ]


def _training(facts: Facts) -> list[str]:
    experiment, legs = facts.experiment, facts.record["legs"]
    last = legs[-1]
    code = last["code"]
    version = f"commit {code['commit'][:12]}" if "commit" in code else f"package {code['package']}"
    changed = " with uncommitted changes" if code.get("changed") else ""
    packages = ", ".join(f"{name} {number}" for name, number in last["versions"].items())
    size = f"one of {', '.join(map(str, experiment.sizes))}" if experiment.sizes else str(experiment.size)
    return [
        "## How it was trained",
        f"Experiment `{cell(experiment.name)}`: {experiment.steps} steps of {experiment.batch} crops, side {size} pixels,",
        f"seed {experiment.seed}, peak rate {experiment.rate:g}, {experiment.precision}, started from {cell(_plain_start(experiment.start))}.",
        f"{cell(facts.checkpoint)}",
        f"Device {cell(last['device'])}, {last['threads']} thread(s), {len(legs)} call(s) of the trainer; code: {version}{changed}; {packages}.",
        "The same experiment gives the same weights on the same machine with one thread.",
    ]  # fmt: skip


def _plain_start(start: str) -> str:
    return start.rpartition("/")[2] or "random weights"


def _files(facts: Facts) -> list[str]:
    lines = [
        "## Files",
        "| file | bytes | ms per pass at 416 pixels, two threads | check against PyTorch |",
        "|---|---|---|---|",
    ]
    checks = {
        "float": f"largest difference {facts.export['float_difference']:.1e}",
        "int8": _int8_words(facts.export.get("int8_check")),
    }
    for kind, entry in facts.export["files"].items():
        mark = " (delivered)" if kind == facts.experiment.deliver else ""
        lines.append(f"| {kind}{mark} | {entry['bytes']} | {entry['pass_ms']} | {checks.get(kind, '')} |")
    return lines


def _int8_words(check: Mapping[str, Any] | None) -> str:
    if not check:
        return "–"
    words = f"correlation of scores {check['correlation']}"
    if check.get("float_ap50") is not None:
        words += f"; AP50 {check['int8_ap50']:.3f} against {check['float_ap50']:.3f} on {check['photos']} photos"
    return words


def _figures(facts: Facts) -> list[str]:
    if facts.report is None:
        return ["## Figures", "There were no validation photos: nothing is known about how good it is."]
    body = facts.report.markdown("en").partition("\n")[2].strip()
    return ["## Figures on the validation photos", body, "", *_calibration(facts)]


def _calibration(facts: Facts) -> list[str]:
    words = [
        "The calibration (two numbers per label group) was fitted on these photos, and a checkpoint was chosen by some of them:",
        "both can only flatter the figures slightly.",
    ]
    if facts.kept_lines:
        words.append(
            f"Too few right findings for a fit of {', '.join(facts.kept_lines)}: the calibration of the former detector stays there."
        )
    return words


def _failures(facts: Facts) -> list[str]:
    if not facts.mistakes:
        return ["## Known failures", "None were measured."]
    return [
        "## Known failures",
        "The worst mistakes on the validation photos; `evaluation/` of the run shows them with their pictures (the photos are not handed on).",
        "",
        *(f"- {cell(line)}" for line in facts.mistakes),
    ]  # fmt: skip


def mistake_in_words(mistake: Mistake) -> str:
    """A mistake as a line of the card."""
    label, finding, photo = mistake.label, mistake.finding, mistake.photo
    if finding is None and label is not None:
        share = label.box.area / (photo.width * photo.height)
        return f"{photo.file_name}: {label.category} of {share:.1%} of the photo not found"
    if finding is not None and label is None:
        return f"{photo.file_name}: {finding.category} at {finding.score:.2f} where nothing is labelled"
    names = (label.category if label else "", finding.category if finding else "")
    return f"{photo.file_name}: {names[0]} called {names[1]}"


def _limits(facts: Facts) -> list[str]:
    untrained = sorted({name for entry in facts.export.get("untrained", ()) for name in entry})
    lines = [
        "## Limits",
        "- Measured on photos like those listed above; other cameras, vehicles and damage may do worse.",
        "- Labels are those of the sources; where they are loose or wrong, so are the figures.",
    ]
    if untrained:
        lines.append(f"- Classes with labels that this network does not learn: {', '.join(untrained)}.")
    return [*lines, *(f"- {cell(line)}" for line in facts.experiment.limits)]
