"""What is known of a Python program's values: strings, numbers, tuples (lists too) and dictionaries.

A string may have holes, each a name between two NULs, where something is put in at run time: what is not known at all
is a string that is one hole. So `["su", "-", user, "-c", f"cd {folder} && ./run"]` keeps what it says. The environment
is a dictionary with INHERITED among its keys as long as what PID 1 was given is in it; a name that was taken out has
None for its value, and one of which it is not known which it is stands under "".
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias, Union

from fargate_patch.chain.model import Word
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value: TypeAlias = Union[str, int, "tuple[Value, ...]", "dict[str, Value]", None]

INHERITED = "\0"
LONGEST = 20_000  # characters of one string, and MOST elements of one list: what is longer is not known
MOST = 1_000
_HOLE = regex(r"\0(\w+)\0")
_ESCAPED = regex(r"[\"\\$`]")
_NO_NAME = regex(r"\W+")


class Given(str):
    """A variable of the environment: a task definition may set it to something else, so that it decides nothing."""

    __slots__ = ()


class Rest(str):
    """In a list: any number of elements that are not known."""

    __slots__ = ()


def unknown(name: str = "value") -> str:
    return f"\0{_NO_NAME.sub('_', name)[-40:] or 'value'}\0"


def is_known(value: Value) -> bool:
    """Is it known all through, so that a condition may hang on it?"""
    if isinstance(value, str):
        return "\0" not in value and not isinstance(value, Given)
    if isinstance(value, tuple):
        return all(map(is_known, value))
    return not isinstance(value, dict)


def text(value: Value) -> str:
    """As part of a longer string."""
    return str(value) if isinstance(value, (str, int)) else unknown()


def elements(value: Value, name: str = "rest") -> tuple[Value, ...]:
    """Of a list, also where it is not known what is in it."""
    return value if isinstance(value, tuple) else (Rest(value if _is_hole(value) else unknown(name)),)


def _is_hole(value: Value) -> bool:
    return isinstance(value, str) and _HOLE.fullmatch(value) is not None


def limited(value: Value) -> Value:
    if isinstance(value, str) and len(value) > LONGEST:
        return unknown()
    return (*value[:MOST], Rest(unknown("rest"))) if isinstance(value, tuple) and len(value) > MOST else value


def added(one: Value, other: Value) -> Value:
    """`one + other`."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return limited((*elements(one), *elements(other)))
    if isinstance(one, str) and isinstance(other, str):
        return limited(one + other)
    return unknown()


def merged(one: Value, other: Value) -> Value:
    """What is left of a value where two paths meet: a list's first elements, what both environments have."""
    if one == other and type(one) is type(other):
        return one
    if isinstance(one, tuple) and isinstance(other, tuple):
        same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        return (*one[:same], Rest(unknown("rest")))
    if isinstance(one, dict) and isinstance(other, dict):
        both = {name: said for name, said in one.items() if name in other and other[name] == said}
        return both | {name: whole[name] for whole in (one, other) for name in ("", INHERITED) if name in whole}
    return unknown()


def as_word(value: Value) -> Word:
    """A value as one word of a command, as a shell's script would have it: `"cd ${folder} && ./run"`."""
    if not isinstance(value, str) or "\0" not in value:
        return Word(text(value)) if isinstance(value, (str, int)) else Word('"$value"', known=False)
    shown = _HOLE.sub(r"${\1}", _ESCAPED.sub(r"\\\g<0>", value))
    return Word(shown if isinstance(value, Rest) else f'"{shown}"', known=False)


def percent_formatted(form: str, given: Sequence[Value]) -> str:
    """`"su - %s -c %s" % (user, command)`."""
    parts = form.split("%s")
    if len(parts) != len(given) + 1 or "%" in "".join(parts):
        return unknown()
    return parts[0] + "".join(text(one) + part for one, part in zip(given, parts[1:], strict=True))


def formatted(form: Value, given: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """`"su - {} -c {}".format(user, command)`."""
    if not isinstance(form, str) or "\0" in form:
        return unknown()
    parts = form.split("{}")
    if not named and len(parts) == len(given) + 1 and "{" not in "".join(parts):
        return parts[0] + "".join(text(one) + part for one, part in zip(given, parts[1:], strict=True))
    for name, said in named.items():
        form = form.replace(f"{{{name}}}", text(said))
    return form if "{" not in form else unknown()


# -- functions and methods without an effect


def _joined(separator: Value, parts: Sequence[Value]) -> Value:
    joined = [text(part) for part in elements(parts[0] if parts else ())]
    return text(separator).join(joined) if sum(map(len, joined)) <= LONGEST else unknown()


def _split(whole: Value, parts: Sequence[Value]) -> Value:
    separator = parts[0] if parts else None
    if not isinstance(whole, str) or not isinstance(separator, (str, type(None))) or separator == "":
        return unknown()
    return tuple(whole.split(separator))


def _words(parts: Sequence[Value]) -> Value:
    """`shlex.split`; a hole in it is taken for one word, or a part of one."""
    import shlex

    try:
        return tuple(shlex.split(text(parts[0])[: LONGEST // 8])) if parts else unknown()
    except ValueError:
        return unknown()


def _quoted(parts: Sequence[Value]) -> Value:
    import shlex

    whole = text(parts[0]) if parts else unknown()
    return whole if "\0" in whole else shlex.quote(whole)


def _joined_words(parts: Sequence[Value]) -> Value:
    return " ".join(text(_quoted((part,))) for part in elements(parts[0] if parts else ()))


def _path(parts: Sequence[Value]) -> Value:
    return posixpath.join(*map(text, parts)) if parts else "."


def _first(parts: Sequence[Value]) -> Value:
    return parts[0] if parts else unknown()


def _list(parts: Sequence[Value]) -> Value:
    return elements(parts[0]) if parts else ()


def _length(parts: Sequence[Value]) -> Value:
    whole = parts[0] if parts else None
    certain = isinstance(whole, (str, tuple)) and is_known(whole)
    return len(whole) if isinstance(whole, (str, tuple)) and certain else unknown()


FUNCTIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "str": _first,
    "int": _first,
    "os.fspath": _first,
    "pathlib.Path": _path,
    "pathlib.PurePosixPath": _path,
    "os.path.join": _path,
    "pwd.getpwnam": _first,  # of which everybody wants the number: the account's name says more
    "grp.getgrnam": _first,
    "list": _list,
    "tuple": _list,
    "len": _length,
    "shlex.split": _words,
    "shlex.quote": _quoted,
    "shlex.join": _joined_words,
}
METHODS: Mapping[str, Callable[[Value, Sequence[Value]], Value]] = {
    "join": _joined,
    "split": _split,
    "strip": lambda whole, _: whole.strip() if isinstance(whole, str) else unknown(),
    "rstrip": lambda whole, _: whole.rstrip() if isinstance(whole, str) else unknown(),
    "lower": lambda whole, _: whole.lower() if isinstance(whole, str) and is_known(whole) else unknown(),
    "copy": lambda whole, _: whole,
    "items": lambda whole, _: whole if isinstance(whole, dict) else unknown("items"),
}
