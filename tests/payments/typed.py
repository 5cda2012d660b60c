"""What the official SDK says of parameters and objects, read from its types: the judge of both sides of our server."""

import contextlib
import typing
from functools import cache
from typing import Any, NotRequired


class _Elsewhere:
    """Stands for a name that the SDK imports for type checkers alone."""

    def __class_getitem__(cls, _: Any) -> Any:
        return Any


@cache
def members(kind: type) -> dict[str, Any]:
    """The members of a TypedDict or an object of the SDK, with their types."""
    known: dict[str, Any] = {}
    while True:
        try:
            return typing.get_type_hints(kind, localns={**vars(kind), **known})
        except NameError as fault:
            known[fault.name] = _Elsewhere


def unknown(kind: Any, value: Any, path: str = "") -> list[str]:
    """The paths of members in `value` that the type doesn't have."""
    kind = _bare(kind)
    if isinstance(value, list):
        inner = next(iter(typing.get_args(kind)), Any)
        return [name for one in value for name in unknown(inner, one, path)]
    if not isinstance(value, dict) or not isinstance(kind, type) or kind is dict:
        return []
    has = members(kind)
    if not has:
        return []
    found = [f"{path}{key}" for key in value if key not in has]
    for key, one in value.items():
        found += unknown(has.get(key, Any), one, f"{path}{key}.")
    return found


def missing(kind: Any, value: Any) -> list[str]:
    """The members that the SDK promises always to be there, and that the top of `value` doesn't have."""
    return [
        name
        for name, hint in members(kind).items()
        if name not in value and not _may_be_left_out(hint) and not name.startswith("_")
    ]


def lacking(kind: Any, given: dict[str, Any]) -> list[str]:
    """The parameters that must be given and are not."""
    return sorted(name for name in getattr(kind, "__required_keys__", ()) if name not in given)


def _may_be_left_out(hint: Any) -> bool:
    return (
        type(None) in typing.get_args(hint)
        or typing.get_origin(hint) is typing.ClassVar
        or hint is Any
        or "ClassVar" in str(hint)
    )


def _bare(kind: Any) -> Any:
    """Without NotRequired and Optional, and of a union the part that has members."""
    while True:
        origin = typing.get_origin(kind)
        if origin is NotRequired or origin is typing.NotRequired:
            kind = typing.get_args(kind)[0]
        elif origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
            kinds = [one for one in typing.get_args(kind) if one not in (type(None), str)]
            if not kinds:
                return str
            kind = next((one for one in kinds if isinstance(_bare(one), type) and _has(_bare(one))), kinds[0])
        else:
            return kind


def _has(kind: type) -> bool:
    with contextlib.suppress(TypeError):
        return bool(members(kind))
    return False
