"""A Python program's text: whether it may start a program at all, and its syntax tree, if it has one.

Most programs start none, and are not parsed. A text that cannot be parsed (Python 2, too large, too deep) is a reason
to say something only where it names a program that takes the variables away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.regex import regex

if TYPE_CHECKING:
    import ast

LARGEST = 200_000  # characters
_STARTS = regex(
    r"\bsubprocess\b|\bpty\.spawn\b|\bunsetenv\b"
    r"|\bpexpect\b|^[ \t]*(?:from|import)[ \t]+(?:sh|invoke)\b"
    r"|\benviron\s?(?:=|\.(?:clear|pop)\b)|\bdel\s[^\n]{0,40}\benviron\b"
    r"|\b(?:system|popen|(?:exec|spawn)[lv]p?e?|posix_spawnp?|create_subprocess_\w{4,5}|set(?:res|re|e)?uid)"
    r"(?:\s?\(|,| as|$)",
    re.MULTILINE,
)
_FEARED = regex(
    r"[\"'/](?:su|sudo|doas|runuser|systemctl|crond?|sshd|supervisord|init\.d)(?=[\"'/ ])"
    r"|[\"'/]service(?:[\"'],\s?[\"']|\s[\w.{}-]{1,40}\s(?:re)?start)"
)


def starts_programs(text: str) -> bool:
    return _STARTS.search(text[:LARGEST]) is not None


def names_a_loser(text: str) -> bool:
    """Does it name, where a command begins, a program that takes the variables away?"""
    return _FEARED.search(text[:LARGEST]) is not None


def parsed(text: str) -> ast.Module | None:
    """None for what Python does not parse, or not within its limits."""
    import ast
    import warnings

    if len(text) > LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape within the text
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
