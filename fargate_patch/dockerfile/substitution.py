"""What `$name` and `${name…}` in a word stand for, modifiers included: BuildKit's processDollar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dockerfile.lexer import ExpandError, Lexer, LimitError, RequiredError
from fargate_patch.dockerfile.pattern import replace, trim_prefix, trim_suffix

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fargate_patch.dockerfile.lexer import Mode


class Expander(Lexer):
    """A word being read, with values in the place of its variables; `undefined` are those that decided without one."""

    def __init__(
        self, text: str, env: Mapping[str, str], escape: str, mode: Mode, unknown: Collection[str] = ()
    ) -> None:
        """`unknown`: names that have a value in a build, but one that is not known here."""
        super().__init__(text, escape, mode)
        self.env = env
        self.unknown = unknown
        self.budget = mode.longest
        self.undefined: list[str] = []

    def _dollar(self) -> str:
        self.position += 1
        if self.peek() != "{":
            name = self._name()
            return self._plain_value(name, f"${name}") if name else "$"
        self.position += 1
        if self.peek() in ("", "{", "}", ":"):
            raise ExpandError("bad substitution in `${…}`")
        name = self._name()
        modifier = self.next()
        if modifier == "}":
            return self._plain_value(name, f"${{{name}}}")
        if modifier == "":
            raise ExpandError("`}` is missing")
        return self._within_budget(self._replaced(name) if modifier == "/" else self._modified(name, modifier))

    def _within_budget(self, value: str) -> str:
        self.budget -= len(value)
        if self.budget < 0:
            raise LimitError("the value is too long")
        return value

    def _name(self) -> str:
        text, start = self.text, self.position
        char = self.peek()
        if char.isdecimal():
            while self.peek().isdecimal():
                self.position += 1
        elif char and char in "@*#?-$!0":
            self.position += 1
        else:
            while (char := self.peek()) and (char.isalpha() or char.isdecimal() or char == "_"):
                self.position += 1
        return text[start : self.position]

    def _get(self, name: str) -> str | None:
        return "" if name in self.unknown else self.env.get(name)

    def _plain_value(self, name: str, source: str) -> str:
        value = self._get(name)
        if value is None and self.mode.keep_unset:
            return self._within_budget(source)
        if value is None or name in self.unknown:
            self.undefined.append(name)
        return self._within_budget(value or "")

    def _modified(self, name: str, modifier: str) -> str:
        null_is_unset = modifier == ":"
        kind = self.next() if null_is_unset else modifier
        shown = modifier + kind if null_is_unset else kind
        trims = kind in ("#", "%")
        known = kind in ("-", "+", "?", "#", "%")
        if not (known or null_is_unset) or (trims and null_is_unset):
            raise ExpandError(f"`{shown}` in `${{…}}` is not supported")
        mark = len(self.undefined)
        word, _ = self.until("}", trims)
        value = self._get(name)
        if value is None and self.mode.keep_unset:
            return f"${{{name}{shown}{word}}}"
        if not known:  # refused only where there is a value, so that `${X:=y}` hides no here-document
            raise ExpandError(f"`{shown}` in `${{…}}` is not supported")
        unknown = name in self.unknown
        if trims:
            self.undefined += [name] if unknown or value is None else []
            return _trim(kind, word, value or "")
        missing = value is None or (null_is_unset and value == "" and not unknown)
        if kind == "?" and missing:
            raise RequiredError(f"{name} {word or 'must be given'}")
        takes_word = missing if kind == "-" else kind == "+" and not missing
        if not takes_word:
            del self.undefined[mark:]
        self.undefined += [name] if unknown else []
        return word if takes_word else "" if kind == "+" else value or ""

    def _replaced(self, name: str) -> str:
        everywhere = self.peek() == "/"
        self.position += everywhere
        source, _ = self.until("/", True)
        replacement, _ = self.until("}", True)
        value = self._get(name)
        if value is None and self.mode.keep_unset:
            return f"${{{name}/{source}/{replacement}}}"
        if value is None or name in self.unknown:
            self.undefined.append(name)
        try:
            return replace(source, value or "", replacement, everywhere)
        except ValueError as error:
            raise ExpandError(str(error)) from None


def _trim(kind: str, word: str, value: str) -> str:
    greedy = word.startswith(kind)
    try:
        return (trim_prefix if kind == "#" else trim_suffix)(word[greedy:], value, greedy)
    except ValueError as error:
        raise ExpandError(str(error)) from None
