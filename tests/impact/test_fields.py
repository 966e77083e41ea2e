"""The columns' knowledge of the input is explicit: a field that nobody has decided on fails here."""

from __future__ import annotations

import dataclasses
import types
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from calculation.model import CalculationInput
from workbench.impact.fields import CLASSES, COUNTED, FORCING, SILENT, UNREAD, forcing, of


def dataclasses_in(hint: Any) -> set[type[Any]]:
    if get_origin(hint) is Annotated:
        return dataclasses_in(get_args(hint)[0])
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return {hint}
    if get_origin(hint) in {tuple, dict, list} or isinstance(hint, types.UnionType) or get_args(hint):
        return set().union(*(dataclasses_in(part) for part in get_args(hint)))
    return set()


def reachable() -> set[type[Any]]:
    found: set[type[Any]] = set()
    todo: set[type[Any]] = {CalculationInput}
    while todo:
        cls = todo.pop()
        found.add(cls)
        for hint in get_type_hints(cls).values():
            todo |= dataclasses_in(hint) - found
    return found


def test_every_dataclass_of_the_input_is_known() -> None:
    assert {cls.__name__ for cls in reachable()} == set(COUNTED) | UNREAD
    assert not set(COUNTED) & UNREAD


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_every_field_is_counted_or_silent_or_forces_the_single_engine(name: str) -> None:
    fields = {field.name for field in of(name)}
    sets = (COUNTED[name], SILENT.get(name, frozenset()), FORCING.get(name, frozenset()))
    assert set().union(*sets) == fields
    assert sum(map(len, sets)) == len(fields), "a field is in two sets"
    assert set(forcing(name)) == FORCING.get(name, frozenset())
    assert CLASSES[name].__name__ == name


def test_what_forces_has_a_default() -> None:
    for name, names in FORCING.items():
        for field in of(name):
            if field.name in names:
                given = (field.default, field.default_factory)
                assert given != (dataclasses.MISSING, dataclasses.MISSING), f"{name}.{field.name}"


def test_unread_dataclasses_stand_only_in_fields_that_are_not_counted() -> None:
    for name, counted in COUNTED.items():
        hints = get_type_hints(CLASSES[name])
        for field in counted - {"override"}:
            assert not {cls.__name__ for cls in dataclasses_in(hints[field])} & UNREAD, f"{name}.{field}"
