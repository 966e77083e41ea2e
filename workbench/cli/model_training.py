"""``telekalk models train``: train a detector from an experiment file, and make a bundle of it. PyTorch is an optional extra."""

from __future__ import annotations

import importlib
import importlib.util
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from cv_models.training.config import Experiment, load_experiment
from cv_models.training.provenance import experiment_hash
from cv_models.training.watch import Watch
from workbench.cli.models import models
from workbench.errors import TelekalkError
from workbench.settings import get_settings

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from workbench.access import Actor

_NEEDED = ("torch", "onnx")
_RECORD_SECONDS = 5.0


def require_training() -> None:
    """Refuse when PyTorch or onnx is missing.

    Raises:
        TelekalkError: TK-TRAIN-001 with what to install.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise TelekalkError(
            "TK-TRAIN-001",
            f"Zum Trainieren fehlt {' und '.join(missing)}; das Produkt selbst braucht es nicht.",
            f"Training needs {' and '.join(missing)}, which the product itself does not.",
            remedy_de='Installieren Sie den Zusatz: pip install "telekalk[train]", im Quellordner pip install -e ".[train]".',
            remedy_en='Install the extra: pip install "telekalk[train]", in a checkout pip install -e ".[train]".',
        )


class Screen(Watch):
    """Shows a run: a bar on a terminal, lines elsewhere. Ctrl-C ends it after the present step."""

    def __init__(self, bars: Progress | None, recorder: Recorder | None) -> None:
        self.language = get_settings().language
        self._bars = bars
        self._recorder = recorder
        self._task: TaskID | None = None
        self._loss = ""
        self._begun = (0, time.monotonic())
        self._steps = 0
        self.stopping = False

    def said(self, text: str) -> None:
        if self._bars is None:
            click.echo(text, err=True)
        else:
            self._bars.console.print(text, markup=False, highlight=False)

    def begun(self, step: int, steps: int, device: str) -> None:
        self._begun, self._steps = (step, time.monotonic()), steps
        self.tell(f"Schritt {step} von {steps} auf {device}", f"Step {step} of {steps} on {device}")
        if self._bars is not None:
            self._task = self._bars.add_task("", total=steps, completed=step, about="")
        if self._recorder is not None:
            self._recorder.begin(step, device)

    def noted(self, entry: dict[str, Any]) -> None:
        if "validation" in entry:
            found = entry["validation"]
            self.tell(
                f"Schritt {entry['step']}: AP50 {found['ap50']:.3f}, Trefferquote bei einem Fehlbefund je Foto {found['recall']:.3f}",
                f"Step {entry['step']}: AP50 {found['ap50']:.3f}, recall at one false find per photo {found['recall']:.3f}",
            )
        else:
            self._loss = f"{'Fehler' if self.language != 'en' else 'loss'} {entry['loss']:.3f}"
            if self._bars is None:
                self.said(self._line(int(entry["step"])))
        if self._recorder is not None:
            self._recorder.note(entry)

    def _line(self, step: int) -> str:
        first, started = self._begun
        pace = (step - first) / max(1e-6, time.monotonic() - started)
        left = (self._steps - step) / pace if pace > 0 else 0.0
        words = ("Schritt", "Schritte/s", "noch") if self.language != "en" else ("step", "steps/s", "left")
        clock = f"{int(left // 3600)}:{int(left % 3600 // 60):02d}:{int(left % 60):02d}"
        return f"{words[0]} {step}/{self._steps}  {self._loss}  {pace:.2f} {words[1]}  {words[2]} {clock}"

    def stepped(self, step: int) -> None:
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, completed=step, about=self._line(step))

    def wants_to_stop(self) -> bool:
        return self.stopping

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Handler of Ctrl-C: the first one ends the run after the present step, a second one at once."""
        if self.stopping:
            raise KeyboardInterrupt
        self.stopping = True
        self.tell("Halt nach diesem Schritt …", "Stopping after this step …")


class Recorder:
    """Keeps a run in the database while it goes; lines of the curve are written every few seconds."""

    def __init__(self, actor: Actor, experiment: Experiment) -> None:
        self._actor = actor
        self._experiment = experiment
        self._waiting: list[dict[str, Any]] = []
        self._written = time.monotonic()
        self._troubled = False
        self.run_id: str | None = None

    def begin(self, step: int, device: str) -> None:
        """Enter the run."""
        from workbench.cases.learning import run_recording

        hashes = (run_recording.dataset_hash_beside(Path(source.coco)) for source in self._experiment.train)
        self.run_id = run_recording.begin(
            self._actor,
            self._experiment.name,
            asdict(self._experiment),
            fingerprint=experiment_hash(self._experiment),
            device=device,
            dataset_sha256=next((found for found in hashes if found), None),
            step=step,
        )

    def note(self, entry: dict[str, Any]) -> None:
        """Keep a line, and write those that wait when it is time."""
        # The number of matched predictions is of another size than the losses and would hide them on a chart.
        self._waiting.append({key: value for key, value in entry.items() if key != "positives"})
        if time.monotonic() - self._written < _RECORD_SECONDS:
            return
        try:
            self.write()
        except Exception as problem:  # hours of training do not end because the database is away: the lines wait
            self._written = time.monotonic()
            if not self._troubled:
                self._troubled = True
                click.echo(f"{type(problem).__name__}: {problem}", err=True)

    def write(self) -> None:
        """Write the lines that wait."""
        from workbench.cases.learning import run_recording

        if self.run_id is not None and self._waiting:
            run_recording.note(self._actor, self.run_id, self._waiting)
            self._waiting = []
        self._written = time.monotonic()

    def end(self, state: Any, figures: dict[str, Any]) -> None:
        """Close the run."""
        from workbench.cases.learning import run_recording

        self.write()
        if self.run_id is not None:
            run_recording.end(self._actor, self.run_id, state, figures)

    @property
    def name(self) -> str:
        """Under which name the run stands in the database."""
        from workbench.cases.learning import run_recording

        return run_recording.name_of(self._actor, self.run_id or "")


@models.command("train")
@click.argument("experiment", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the run.")
@click.option(
    "--cache", type=click.Path(path_type=Path, file_okay=False), help="Folder of scaled pictures; default: in the run."
)
@click.option("--record", is_flag=True, help="Enter the run with its curve and figures into the database.")
@click.option("--bundle", is_flag=True, help="At the end measure, export, write the card and the bundle RUN/bundle.")
@click.option("--as", "login", help="Login name of the person who does it; kept with the run.")
def train(experiment: Path, out: Path, cache: Path | None, record: bool, bundle: bool, login: str | None) -> None:
    """Train a detector as the file EXPERIMENT (TOML) says; paths in it are relative to the working folder.

    Called again with the same folder it goes on where it was. Ctrl-C stops after the present step and keeps the state. Into the
    folder go the checkpoints, the curve, what was wrong with the labels (labels.md), what the run was made from (run.json) and,
    with --bundle, both ONNX files, the evaluation and the bundle for `telekalk models register`. Needs the extra `train`.
    """
    settings = load_experiment(experiment)
    require_training()
    with ExitStack() as stack:
        recorder = stack.enter_context(_recording(settings, login)) if record else None
        screen = Screen(stack.enter_context(_bars()), recorder)
        stack.enter_context(_signals(screen))
        state: str = "failed"
        figures: dict[str, Any] = {}
        try:
            state, figures = _train(settings, out, cache or out / "cache", screen, bundle=bundle)
        finally:
            if recorder is not None:
                recorder.end(state, figures)
    _say_end(experiment, out, screen, state, recorder)


def _train(settings: Experiment, out: Path, cache: Path, screen: Screen, *, bundle: bool) -> tuple[str, dict[str, Any]]:
    """Train, and deliver when the run has reached its end."""
    # Named as text, so that nothing above training depends on PyTorch.
    training = importlib.import_module("cv_models.training.train")
    outcome = training.run(settings, out, cache, screen, terms=bundle)
    if not outcome.finished:
        return "stopped", {}
    figures: dict[str, Any] = {"steps": outcome.step}
    if bundle:
        delivery = importlib.import_module("cv_models.training.delivery")
        made = delivery.deliver(settings, out, outcome, screen)
        figures.update(made.figures(), bytes={kind: item["bytes"] for kind, item in made.export["files"].items()})
    return "done", figures


def _say_end(experiment: Path, out: Path, screen: Screen, state: str, recorder: Recorder | None) -> None:
    english = screen.language == "en"
    if state == "stopped":
        again = f"telekalk models train {experiment} --out {out}"
        click.echo(f"Stopped; the state is kept. Go on with: {again}" if english else
                   f"Angehalten; der Stand ist gesichert. Weiter mit: {again}")  # fmt: skip
        return
    if (out / "bundle" / "registry.json").is_file():
        run = f" --run {recorder.name}" if recorder is not None else ""
        again = f"telekalk models register {out / 'bundle'}{run}"
        click.echo(f"Done. Next: {again}" if english else f"Fertig. Weiter mit: {again}")
    else:
        click.echo(f"Done: {out / 'last.pt'}" if english else f"Fertig: {out / 'last.pt'}")


@contextmanager
def _recording(settings: Experiment, login: str | None) -> Iterator[Recorder]:
    from workbench.cli.model_release import who
    from workbench.cli.serve import _prepare
    from workbench.store import database

    try:
        _prepare("models")
        yield Recorder(who(login), settings)
    finally:
        database.dispose()


@contextmanager
def _bars() -> Iterator[Progress | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (BarColumn(), TextColumn("{task.fields[about]}", markup=False))
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield bars


@contextmanager
def _signals(screen: Screen) -> Iterator[None]:
    """Ctrl-C and a polite end of the process stop the run after its present step."""
    before = {number: signal.signal(number, screen.stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
