"""Whether a read field still needs a look. Pure: the desk marks it, the flags count it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.cases.field_checks import Doubt
from workbench.cases.field_labels import KEY_CODES, WANTED

#: From this confidence on a value is taken as read: of a key field, and of one by which nothing is calculated.
SURE, SURE_OF_OTHERS = 0.9, 0.75
#: Reasons of a blank that are no doubt: nothing is printed there.
_EMPTY = frozenset({None, "dash", "not_seen"})


def is_doubtful(
    code: str,
    value: str | None,
    confidence: float | None,
    reason: str | None,
    *,
    corrected: bool,
    confirmed: bool,
    doubts: Sequence[Doubt] = (),
) -> bool:
    """Whether somebody should look at the field.

    Args:
        code: printed code; a key field must have a value, any other may be empty on the paper.
        value: as it stands; None is blank.
        confidence: of the reading; None for a value that nobody read.
        reason: of the reading, see ``cv_models.registration.REASONS``.
        corrected: somebody has entered this value.
        confirmed: somebody has looked at it and left it as it is.
        doubts: what does not fit in the value.
    """
    if confirmed:
        return False
    if doubts:
        return True
    if corrected:
        return False
    if not value:
        return reason != "dash" if code in KEY_CODES else reason not in _EMPTY
    return confidence is not None and confidence < (SURE if code in WANTED else SURE_OF_OTHERS)
