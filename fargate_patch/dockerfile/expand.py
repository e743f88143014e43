"""BuildKit's word expansion, as FROM, ARG, ENV, USER, WORKDIR, COPY and the like are expanded.

RUN, CMD and ENTRYPOINT are not expanded by a build: their shell does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.lexer import LONGEST, ExpandError, LimitError, Mode, RequiredError
from fargate_patch.dockerfile.substitution import Expander

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["ExpandError", "Expansion", "LimitError", "RequiredError", "expand", "expand_heredoc"]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word expanded as BuildKit would, and the names whose missing or unknown value decided what it became."""

    value: str
    undefined: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        return not self.undefined


def expand(word: str, env: Mapping[str, str], escape: str = "\\", unknown: Collection[str] = ()) -> Expansion:
    """`word` with quotes, escapes and variables resolved; a name without a value and without a default becomes "".

    `unknown` are names that have a value in a build, but one that is not known here. Raises ExpandError.
    """
    if "$" not in word and "'" not in word and '"' not in word and escape not in word:
        return Expansion(word)
    expander = Expander(word, env, escape, Mode(), unknown)
    value, _ = expander.until("", False)
    return Expansion(value, frozenset(expander.undefined))


def expand_heredoc(content: str, env: Mapping[str, str], unknown: Collection[str] = ()) -> Expansion:
    """A COPY's or ADD's here-document with an unquoted name: variables only, quotes stay. Raises ExpandError."""
    expander = Expander(content, env, "\\", Mode(plain_quotes=True, longest=len(content) + 16 * LONGEST), unknown)
    value, _ = expander.until("", False)
    return Expansion(value, frozenset(expander.undefined))
