"""Values that are one of several where paths meet: what is started on each of them, as a real shell starts it.

`coin` is a program that succeeds or fails. A row has what is started, however the coins fall.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from itertools import product
from typing import TYPE_CHECKING

import pytest

from fargate_patch.chain.model import Launch, Place, Word
from fargate_patch.chain.scripts.script import Scope, launches

if TYPE_CHECKING:
    from pathlib import Path

# Started as `e.sh web x`: what a shell starts, coin by coin.
KNOWN = [
    ("gosu=\ncoin && gosu='gosu app'\nexec $gosu \"$@\"", ["gosu app web x", "web x"]),
    ("if coin; then run='exec gosu app'; else run=exec; fi\n$run neo4j up", ["gosu app neo4j up", "neo4j up"]),
    ('if coin; then set -- wp "$@"; fi; exec "$@"', ["wp web x", "web x"]),
    ("if coin; then P=a U=b; else P=c U=d; fi; exec $P $U", ["a b", "c d"]),
    ('if coin; then P=a; set -- b; else P=c; set -- d; fi; exec $P "$@"', ["a b", "c d"]),
    ("if coin; then P=a; else P=c; fi; if coin; then U=b; else U=d; fi; $P $U", ["a b", "a d", "c b", "c d"]),
    ("if coin; then P=a; elif coin; then P=b; else P=c; fi; $P", ["a", "b", "c"]),
    ("if coin; then P=a; else P=c; fi; Q=$P; R=\"run $Q\"; $R $P", ["run a a", "run c c"]),
    ("if coin; then P=a; else P=c; fi; P=x; $P", ["x"]),
    ("if coin; then P=a; else P=c; fi; coin && P=x; $P", ["x", "a", "c"]),
    ("if coin; then P=a U=b; else P=c U=d; fi; coin && U=x; $P $U", ["a x", "c x", "a b", "c d"]),
    ("if coin; then P=a U=b; else P=c U=d; fi; P=x; $P $U", ["x b", "x d"]),
    ('if coin; then P=(a b); else P=(); fi; "${P[@]}" "$@"', ["a b web x", "web x"]),
    ("f() { $P $1; }\nif coin; then P=a; else P=c; fi; f x", ["a x", "c x"]),
    ('f() { exec "$@"; }\ncoin && set -- a; f "$@" y', ["a y", "web x y"]),
    ('f() { :; }\nif coin; then P=a; set -- b; else P=c; set -- d; fi; f z; $P "$@"', ["a b", "c d"]),
    ('if coin; then set -- a b; fi; shift; exec r "$@"', ["r b", "r x"]),
    ("case $1 in web) if coin; then P=a; else P=b; fi;; esac; exec $P", ["a", "b"]),
    ("if coin; then P=a; else P=c; exit; fi; $P", ["a"]),
    ("if coin; then P=a; else P=b; fi; case $P in a) x;; b) y;; esac", ["x", "y"]),
]  # fmt: skip

# What a shell starts hangs on more than four ways, or on what is not known here.
UNKNOWN = [
    ("if coin; then P=a; else P=c; fi; su app <<E\n$P\nE", ["su app '<<<' 'a\n'", "su app '<<<' 'c\n'"]),
    ("coin && P=a || P=b; $P", ["b", "a", "?$P"]),
    ("if coin; then P=a; elif coin; then P=b; elif coin; then P=c; elif coin; then P=d; else P=e; fi; $P", ["?$P"]),
    ("if coin; then P=a; else P=b; fi; read P; $P", ["?$P"]),
    ("if coin; then P=a; else P=b; fi; shift $N; $P \"$@\"", ['a ?"$@"', 'b ?"$@"']),
    ("if coin; then P=a; fi; $P x", ["a x", "?$P x"]),
    ("if coin; then P=a; else P=$N; fi; $P", ["a", "?$P"]),
    # rounds of a loop that is walked but once
    ("P=a; while coin; do P=\"$P x\"; done; $P", ["?$P"]),
    ("while coin; do shift; done; exec \"$@\"", ['?"$@"']),
    ("P=a; for i in $N; do P=\"$P x\"; done; $P", ["?$P"]),
    ("while coin; do P=$Q; Q=b; coin && break; done; $P", ["?$P"]),
]  # fmt: skip


def started(script: str) -> list[str]:
    """What a script starts as `e.sh web x`, without its coins; `?` stands before a word that is not known."""
    scope = Scope(Place("e.sh", 1), "root", "/e.sh", (Word("web"), Word("x")))
    found = [one for one in launches(script, scope, None) if isinstance(one, Launch) and one.argv[0].text != "coin"]
    return [" ".join(shlex.quote(w.text) if w.known else f"?{w.text}" for w in _read(one)) for one in found]


def _read(one: Launch) -> tuple[Word, ...]:
    return (*one.argv, *((Word("<<<"), one.input) if one.input else ()))


@pytest.mark.parametrize(("script", "found"), [*KNOWN, *UNKNOWN])
def test_what_is_started_on_each_way(script: str, found: list[str]) -> None:
    assert started(script) == found


STUB = """#!/bin/sh
for word in "${0##*/}" "$@"; do printf '%s\\037' "$word"; done >> "$LOG"
printf '\\n' >> "$LOG"
"""
COIN = """#!/bin/sh
read -r first rest < "$COINS"
echo "$rest" > "$COINS"
exit "$first"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash to compare with")
@pytest.mark.parametrize(("script", "found"), KNOWN)
def test_a_real_shell_starts_the_same(script: str, found: list[str], tmp_path: Path) -> None:
    programs = {line.split()[0]: STUB for line in found} | {"coin": COIN}
    for name, text in programs.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    log, coins = tmp_path / "log", tmp_path / "coins"
    command = [shutil.which("bash") or "", "-c", script, "/e.sh", "web", "x"]
    log.touch()
    for falls in product("01", repeat=script.count("coin")):
        coins.write_text(" ".join(falls))
        environment = {"PATH": str(tmp_path), "LOG": str(log), "COINS": str(coins)}
        subprocess.run(command, env=environment, check=False, timeout=20)
    assert {shlex.join(line.split("\037")[:-1]) for line in log.read_text().splitlines()} == set(found)
