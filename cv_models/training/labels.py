"""The taxonomy of training: label groups, and how the labels of each data source map to them."""

from __future__ import annotations

from dataclasses import dataclass

from cv_models.datasets.names import class_name, part_names
from cv_models.findings import PARTS

__all__ = ["LAYOUT", "PANEL", "REGION", "HeadLayout", "class_name", "part_candidates"]


@dataclass(frozen=True)
class HeadLayout:
    """Columns of the detector's output per label group and for the part.

    Attributes:
        groups: name and classes of each label group, in order.
        parts: names of the outer parts; logits of the part under the centre of the box.

    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[str, ...]

    @property
    def columns(self) -> dict[str, int]:
        """First column of each group's objectness; box columns 0 to 3 precede the first group."""
        columns: dict[str, int] = {}
        place = 0
        for name, classes in self.groups:
            columns[name] = place
            place += 5 + len(classes)
        columns["parts"] = place
        return columns


REGION = "region"
PANEL = "panel"

LAYOUT = HeadLayout(
    groups=(
        (REGION, ("scratch", "dent", "crack", "deformation", "broken_glass", "broken_lamp")),
        (PANEL, ("panel_damage", "broken_glass", "broken_lamp")),
    ),
    parts=PARTS,
)
"""`region` learns from tight outlines (and renders), `panel` from loose boxes of whole damaged parts: the two kinds of
labels contradict each other on the same photo."""


def part_candidates(label: str | None) -> tuple[int, ...]:
    """Indices into `PARTS` that a part label allows; empty when it says nothing."""
    return tuple(PARTS.index(part) for part in part_names(label))
