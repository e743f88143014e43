"""bash's arrays in a script: what is put into one, and what a command that is made of it starts."""

from __future__ import annotations

import pytest

from fargate_patch.chain.model import Launch, Place, Word
from fargate_patch.chain.scripts.script import Scope, launches
from fargate_patch.chain.scripts.state import MOST_ARGUMENTS


def started(script: str) -> list[str]:
    """The words of every launch, `?` before one that is not known, with `|` between two."""
    scope = Scope(Place("e.sh", 1), "root", "/e.sh", (Word("app"), Word("a b")), {})
    found = [one for one in launches(script, scope, None) if isinstance(one, Launch)]
    return [" | ".join(word.text if word.known else f"?{word.text}" for word in one.argv) for one in found]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('cmd=(sudo -u "$1" --)\nexec "${cmd[@]}" "$2"', ["sudo | -u | app | -- | a b"]),
        ('exec "${cmd[@]}"', ['?"${cmd[@]}"']),
        ('cmd=("$@")\nexec "${cmd[@]}"', ["app | a b"]),
        ("cmd=(x 'a b')\nexec ${cmd[@]}", ["x | a | b"]),
        ('cmd=(x y)\nexec sh -c "${cmd[*]}"', ["sh | -c | x y"]),
        ('cmd=(x y)\nexec "${cmd[1]}" "${cmd[0]}" $cmd "${#cmd[@]}"', ["y | x | x | 2"]),
        ('cmd=(x y z)\nexec "${cmd[@]:1}"', ["y | z"]),
        ('cmd=(x)\ncmd+=(y "$1")\nexec "${cmd[@]}"', ["x | y | app"]),
        ('cmd+=(x)\nexec "${cmd[@]}"', ["x"]),
        ('cmd=(\n  x  # the program\n  --port=80\n)\nexec "${cmd[@]}"', ["x | --port=80"]),
        ('declare -a cmd=(x "$1")\nexec "${cmd[@]}"', ["x | app"]),
        ('f() { local cmd=(x "$@"); "${cmd[@]}"; }\nf y', ["x | y"]),
        ('cmd=()\nexec x "${cmd[@]}" "${#cmd[@]}"', ["x | 0"]),
        ('cmd=(x $UNSET y)\nexec "${cmd[@]}"', ["x | ?$UNSET | y"]),
        ('all=(one two)\nfor each in "${all[@]}"; do "x-$each"; done', ["x-one", "x-two"]),
        ('cmd=(x)\ncmd[0]=y\nexec "${cmd[@]}"', ['?"${cmd[@]}"']),
        ('cmd=(x)\ncmd=$UNSET\nexec "${cmd[@]}"', ['?"${cmd[@]}"']),
        ('cmd=(x)\nif test-it; then cmd=(y); fi\nexec "${cmd[@]}"', ["test-it", "y", "x"]),
        ('cmd=(x a)\nif test-it; then cmd=(x b); fi\nexec "${cmd[@]}"', ["test-it", "x | b", "x | a"]),
        ('cmd=(x)\nif test-it; then echo; fi\nexec "${cmd[@]}"', ["test-it", "x"]),
    ],
)
def test_what_a_command_of_an_array_starts(script: str, found: list[str]) -> None:
    assert started(script) == found


def test_one_that_grows_without_end_is_given_up() -> None:
    script = "cmd=(x y)\n" + 'cmd+=("${cmd[@]}")\n' * 40 + 'exec "${cmd[@]}"'
    words = started(script)[0].split(" | ")
    assert set(words) == {'?"${cmd[@]}"'}
    assert len(words) <= MOST_ARGUMENTS
