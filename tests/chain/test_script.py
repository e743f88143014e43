"""From scripts to launches.

A launch is shown as `line: words`, with `*` where it lasts and `?` before a word that is not known; `A=b` in front is
what is set for it. `OPEN line: reason` is an end that cannot be followed.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fargate_patch.chain.context import ImageFile
from fargate_patch.chain.model import Launch, Open, Place, Word
from fargate_patch.chain.scripts.script import Scope, launches
from fargate_patch.chain.scripts.walk import MOST_STEPS

if TYPE_CHECKING:
    from pathlib import Path


class Files:
    """The files that an image is known to hold, by path."""

    def __init__(self, **texts: str) -> None:
        self.texts = {"/" + name.replace("__", "/"): text for name, text in texts.items()}

    def get(self, path: str) -> ImageFile | None:
        text = self.texts.get(path)
        return None if text is None else ImageFile(path, text, Place(path[1:], 1))


FILES = Files(
    lib='start() {\n  exec app "$1"\n}\nLIB=yes',
    ring="x\n. /ring",
    args='"$@"',
    early="return 0\nnever",
    app__run="",
)


def shown(found: tuple[Launch | Open, ...]) -> list[str]:
    lines = []
    for one in found:
        place = str(one.place.line) if one.place.file == "e.sh" else f"{one.place.file}:{one.place.line}"
        if isinstance(one, Open):
            lines.append(f"OPEN {place}: {one.reason}")
            continue
        words = [f"{name}={'?' if text is None else shlex.quote(text)}" for name, text in one.variables]
        words += [("" if w.known else "?") + (w.text if not w.known else shlex.quote(w.text)) for w in one.argv]
        words += ["<<<", shlex.quote(one.input.text)] if one.input else []
        lines.append(f"{'*' if one.lasting else ' '}{place}: {' '.join(words)}")
    return lines


def walked(text: str, arguments: tuple[str, ...] | None = (), user: str | None = "root", **variables: str) -> list[str]:
    words = None if arguments is None else tuple(map(Word, arguments))
    scope = Scope(Place("e.sh", 1), user, "/e.sh", words, variables)
    return shown(launches(text, scope, FILES))  # type: ignore[arg-type]


# Scripts whose way is decided by what is known, run with the arguments `php-fpm` and `-x y`. A real shell agrees.
DECIDED = [
    ("a; b", [" 1: a", "*1: b"]),
    ("a\nexec b\nc", [" 1: a", "*2: b"]),
    ("exec \"$@\"", ["*1: php-fpm '-x y'"]),
    ("exec 2>&1; a", ["*1: a"]),
    ("exec -a name a b", ["*1: a b"]),
    ("command a; command -v a >/dev/null; builtin echo hi >/dev/null", ["*1: a"]),
    ("command exec a; b", ["*1: a"]),
    ("true && a; false && b; : || c; false || d", [" 1: a", "*1: d"]),
    ("! true || a", ["*1: a"]),
    ("if true; then a; else b; fi", ["*1: a"]),
    ("if false; then a; elif true; then b; else c; fi", ["*1: b"]),
    ("if [ \"$1\" = php-fpm ]; then a; fi; if [ \"$1\" != php-fpm ]; then b; fi", ["*1: a"]),
    ("if [ \"${1#-}\" != \"$1\" ]; then set -- app \"$@\"; fi; exec \"$@\"", ["*1: php-fpm '-x y'"]),
    ("shift\nif [ \"${1#-}\" != \"$1\" ]; then\n set -- app \"$@\"\nfi\nexec \"$@\"", ["*5: app '-x y'"]),
    ("if [ $# -eq 2 ] && [ \"$#\" -gt 1 ]; then a; fi; [ $# -lt 2 ] && b", ["*1: a"]),
    ("X=; if [ -z \"$X\" ]; then a; fi; [ -n \"$X\" ] || b; [ $X ] || c", [" 1: a", " 1: b", "*1: c"]),
    ("if [ \"$1\" = x -o 1 -eq 1 -a ! -z b ]; then a; fi", ["*1: a"]),
    ("if test \"$1\" = \"php-fpm\"; then a; fi", ["*1: a"]),
    ("if [ ! \"$1\" = x ]; then a; fi", ["*1: a"]),
    ("case \"$1\" in php*) a;; *) b;; esac", ["*1: a"]),
    ("case \"$1\" in -*|x) a;; 'php*') b;; *) c;; esac", ["*1: c"]),
    ("case $1 in *fpm) a; exec b;; esac; c", [" 1: a", "*1: b"]),
    ("X=a; Y=\"$X b\"; $X \"$Y\" $Y", ["*1: a 'a b' a b"]),
    ("X=${1%%-*}; a \"$X\" \"${X:-d}\" \"${N:-d e}\" ${N:-d e}", ["*1: a php php 'd e' d e"]),
    (": \"${X:=a}\"; $X", ["*1: a"]),
    ("X=b; unset X; a \"x$X\"", ["*1: a x"]),
    ("set -- a b c; shift 2; $1", ["*1: c"]),
    ("set -eu; set -o pipefail; set +e; a \"$1\"", ["*1: a php-fpm"]),
    ("set -e -- a; \"$@\"", ["*1: a"]),
    ("for x in a b; do $x; done", [" 1: a", "*1: b"]),
    ("for x; do a \"$x\"; done", [" 1: a php-fpm", "*1: a '-x y'"]),
    ("for x in a b c; do [ $x = b ] && continue; $x; done", [" 1: a", "*1: c"]),
    ("for x in a b c; do if [ $x = b ]; then break; fi; $x; done", ["*1: a"]),
    ("while [ $# -gt 0 ]; do a \"$1\"; shift; done", [" 1: a php-fpm", "*1: a '-x y'"]),
    ("X=a; until [ $X = b ]; do a; X=b; done", ["*1: a"]),
    ("f() { a \"$1\" \"$#\"; }; f x y; b \"$1\"", [" 1: a x 2", "*1: b php-fpm"]),
    ("f() { return 1; a; }; f || b", ["*1: b"]),
    ("f() { if [ \"$1\" = x ]; then return 0; fi; return 1; }\nf x && a\nf y && b", ["*2: a"]),
    ("f() { exec a \"$@\"; }; f 1; b", ["*1: a 1"]),
    ("f() { X=b; }; X=a; f; $X", ["*1: b"]),
    ("f() { X=b; $X; }; f", ["*1: b"]),
    ("f() { a; }; b", ["*1: b"]),
    ("eval \"a b\"; eval 'X=c'; $X", [" 1: a b", "*1: c"]),
    ("{ a; }; ( b )", [" 1: a", "*1: b"]),
    ("( X=b; exec a ); X=c; $X", [" 1: a", "*1: c"]),
    ("a; exit 0; b", ["*1: a"]),
    ("a; exit 3", [" 1: a"]),
    ("trap 'b' EXIT; exit", [" 1: b"]),
    ("trap '' TERM; trap - TERM; trap TERM; a", ["*1: a"]),
    ("a \\\n  x\nb", [" 1: a x", "*3: b"]),
    ("a <<E\nb\nE\nc", [" 1: a <<< 'b\n'", "*4: c"]),
    ("X=$#; a $X", ["*1: a 2"]),
    ("a \"${@:2}\"", ["*1: a '-x y'"]),
    ("[[ ( $1 = x || $1 = php-fpm ) && -n $2 ]] && a", ["*1: a"]),
    ("[ \\( \"$1\" = x \\) -o \\( 2 -gt 1 \\) ] && a; [ ] || b", [" 1: a", "*1: b"]),
    ("[ x ] && a; [ '' ] || b; [ -n ] && c", [" 1: a", " 1: b", "*1: c"]),
    ("declare X=a; declare X+=b; declare Y; a \"$X\" \"$Y\"", ["*1: a ab ''"]),
    ("f() { a; }; unset -f f; b", ["*1: b"]),
    ("f() { local X=b; $X; }; X=a; f; $X", [" 1: b", "*1: a"]),
    ("shift 9 || a", ["*1: a"]),
    ("exec; command; time; a", ["*1: a"]),
    ("case x in a) a;; esac && b", ["*1: b"]),
    ("if a; exit 0; then b; fi; c", ["*1: a"]),
    ("case $1 in [!p]*) a;; [p]hp-???) b;; esac", ["*1: b"]),
    ("X='a  b'; a $X", ["*1: a a b"]),
]  # fmt: skip

URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
EVAL = "OPEN 1: the command is put together at run time (eval …): start the program by its name"
UNREADABLE = "OPEN 2: the shell text `)` cannot be read: a syntax that a shell accepts would settle it"

# Scripts of which only a run can tell more, started as `e.sh php-fpm`.
ROWS = [
    # branches that are not decided are all walked
    ("if grep -q x f; then a; else b; fi", [" 1: grep -q x f", "*1: a", "*1: b"]),
    ("if x; then exec a; fi\nexec b", [" 1: x", "*1: a", "*2: b"]),
    ("if x; then exec a; else exec b; fi; c", [" 1: x", "*1: a", "*1: b"]),
    ("if x; then exit 1; fi; c", [" 1: x", "*1: c"]),
    ("x && exec a; b", [" 1: x", "*1: a", "*1: b"]),
    ("x || exit 1; b", [" 1: x", "*1: b"]),
    ("service cron start && nginx", [" 1: service cron start", "*1: nginx"]),
    ("a || b", ["*1: a", "*1: b"]),
    ("if x; then X=a; else X=b; fi; $X", [" 1: x", "*1: a", "*1: b"]),
    ("if x; then X=a; else X=a; fi; $X", [" 1: x", "*1: a"]),
    ("if x; then set -- b; fi; exec \"$@\"", [" 1: x", "*1: b", "*1: php-fpm"]),
    ("case $UNSET in a) a;; b) b;; esac; c", [" 1: a", " 1: b", "*1: c"]),
    ("case $UNSET in a) exec a;; *) exec b;; esac; c", ["*1: a", "*1: b"]),
    ("[ -f /etc/x ] && a; b", [" 1: a", "*1: b"]),
    ("[ -f /app/run ] || a; [ -x /app/run ] && b", ["*1: b"]),
    ("[[ $1 == php* && $1 != *cgi ]] && a; [[ $1 =~ x ]] && b", [" 1: a", "*1: b"]),
    ("[[ $1 == \"php*\" ]] && a; b", ["*1: b"]),
    ("if (( X > 1 )); then a; fi", ["*1: a"]),
    ("[ \"$X\" = a ] && a; b", [" 1: a", "*1: b"]),
    ("[ 1 -eq x ] && a; [ -S /x ] || b; [ a -nt b ] && c", [" 1: a", " 1: b", "*1: c"]),
    ("[ \"$1\" = php-fpm b ] && a", ["*1: a"]),
    ("[ -v X ] || a; X=1; [ -v X ] && b", [" 1: a", "*1: b"]),
    ("case $1 in @(a|b)) a;; esac; b", [" 1: a", "*1: b"]),
    ("read; $REPLY; shift $X; \"$@\"", [" 1: ?$REPLY", '*1: ?"$@"']),
    ("for x in $UNSET; do break; done; a $x", ["*1: a ?$x"]),
    # who it is
    ("if [ \"$(id -u)\" = 0 ]; then a; else b; fi", ["*1: a"]),
    ("if [ `id -u` -ne 0 ]; then a; else b; fi", ["*1: b"]),
    ("u=$(id -u)\n[ \"$u\" = 0 ] && exec gosu app \"$0\" \"$@\"", ["*2: gosu app /e.sh php-fpm"]),
    ("[ \"$EUID\" -eq 0 ] && a; [ $(whoami) = root ] && b", [" 1: a", "*1: b"]),
    # values
    ("X=$(date); a \"$X\" \"$(b)\" \"${X:-c}\"", [' 1: b', '*1: a ?"$X" ?"$(b)" ?"${X:-c}"']),
    ("read X; $X", ["*1: ?$X"]),
    ("$CMD; \"$@\"", [" 1: ?$CMD", "*1: php-fpm"]),
    ("export A=$(x); a", [" 1: x", "*1: A=? a"]),
    ("export A=1 B; C=2; a; D=4 E=$(x) b", [" 1: A=1 a", " 1: A=1 x", "*1: A=1 D=4 E=? b"]),
    ("export A=1; unset A; a; export B=1; export -n B; b", [" 1: a", "*1: b"]),
    ("A=1 exec a; b", ["*1: A=1 a"]),
    ("exec env A=1 a", ["*1: env A=1 a"]),
    ("exec -c a b", ["*1: env -i a b"]),
    (f"{URI}= a", [f"*1: {URI}='' env -u {URI} a"]),
    (f"unset {URI}\na", [f"*2: env -u {URI} a"]),
    (f"export {URI}=/v2/x; a", [f"*1: {URI}=/v2/x env -u {URI} a"]),
    (f"if [ \"$LOCAL\" ]; then unset {URI}; fi\na", ["*2: a"]),
    (f'export {URI}="${{{URI}:-}}"\na', [f"*2: {URI}='' a"]),
    (f"x=${URI}; unset {URI}; {URI}=$x a", [f"*1: {URI}=? a"]),
    (f'[ -n "${URI}" ] || a; b', ["*1: b"]),
    (f'if [[ -z "${{{URI}:-}}" ]]; then a; else b; fi', ["*1: b"]),
    ("exec -cl a", ["*1: env -i a"]),
    ("let i=1; ((j++)); a $i $j; getopts ab o; b $o", [" 1: a ?$i ?$j", "*1: b ?$o"]),
    ("printf -v X %s a; $X", ["*1: ?$X"]),
    ("declare -A M; local_=1; a ${M[x]}", ["*1: a ?${M[x]}"]),
    (". \"$(dirname \"$0\")/lib\"; start 1", ["*lib:2: app 1"]),
    ("a $(dirname -- \"$0\") `basename $0 .sh` \"$(basename /x/y/)\" $(dirname x) $(echo b c)", ["*1: a / e y . b c"]),
    ("D=\"$( cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\" >/dev/null 2>&1 && pwd )\"; a \"$D\"", ["*1: a /"]),
    ("exec \"$(readlink -f \"$0\")\" x", ["*1: /e.sh x"]),
    ("a $(readlink -f /b) $(echo x | cat)", ["*1: a ?$(readlink -f /b) ?$(echo x | cat)"]),
    ("a $(dirname $(b)) $(echo -e x) $(basename)", [" 1: b", "*1: a ?$(dirname $(b)) ?$(echo -e x) ?$(basename)"]),
    ("exec $(which a 2>/dev/null) x", ["*1: a x"]),
    ("exec \"$(command -v \"$1\")\"", ["*1: php-fpm"]),
    ("A=$(type -P a); $A x", ["*1: a ?$A x"]),
    ("[ -x \"$(command -v a)\" ] && a; b", [" 1: a", "*1: b"]),
    # loops
    ("while read -r l; do a \"$l\"; done < f; b", [' 1: a ?"$l"', "*1: b"]),
    ("for x in *.sh $UNSET; do a \"$x\"; done; b", [' 1: a ?"$x"', "*1: b"]),
    ("for x in $(ls); do exec a; done; b", ["*1: a", "*1: b"]),
    ("until nc -z db 1; do sleep 1; done; exec a", [" 1: nc -z db 1", " 1: sleep 1", "*1: a"]),
    ("while true; do a; sleep 60; done; b", ["*1: a", " 1: sleep 60"]),
    ("while true; do a; b; date; sleep 60; done", [" 1: a", "*1: b", " 1: date", " 1: sleep 60"]),
    ("while true; do a; if x; then exec b; fi; sleep 60; done", ["*1: a", " 1: x", "*1: b", " 1: sleep 60"]),
    ("while true; do chown x /y; sleep 60; done", [" 1: chown x /y", "*1: sleep 60"]),
    ("while true; do nc -z db 1 && break; sleep 1; done; exec b", [" 1: nc -z db 1", "*1: sleep 1", "*1: b"]),
    ("while :; do a || break; done; b", ["*1: a", "*1: b"]),
    ("for ((i=0;i<3;i++)); do a; done; b", [" 1: a", "*1: b"]),
    # what runs on
    ("a & b", ["*1: a", "*1: b"]),
    ("a; b & wait", [" 1: a", "*1: b"]),
    ("a & b & wait -n; exit $?", ["*1: a", "*1: b"]),
    ("( a; b ) &\nc", [" 1: a", "*1: b", "*2: c"]),
    ("while true; do a; sleep 1; done & exec b", ["*1: a", " 1: sleep 1", "*1: b"]),
    ("coproc a; b", ["*1: a", "*1: b"]),
    ("a | tee f; b", [" 1: a", " 1: tee f", "*1: b"]),
    ("exec a | tee f", ["*1: a", "*1: tee f"]),
    ("a; echo done", ["*1: a"]),
    ("time -p a", ["*1: a"]),
    ("nohup a & nice b", ["*1: nohup a", "*1: nice b"]),
    ("service cron start\nnginx -g 'daemon off;'", [" 1: service cron start", "*2: nginx -g 'daemon off;'"]),
    ("echo 'su - app'; echo su - app | cat", ["*1: cat <<< 'su - app'"]),
    # standard input is a script
    ("su - app <<'E'\nexec node x\nE", ["*1: su - app <<< 'exec node x\n'"]),
    ("bash <<< 'a b'", ["*1: bash <<< 'a b'"]),
    ("sh -s x <<< 'a'; sh f <<< 'a'", [" 1: sh -s x <<< a", "*1: sh f <<< a"]),
    # sourcing and functions
    (". /lib; start \"$LIB\"", ["*lib:2: app yes"]),
    (". /unknown; a", ["*1: a"]),
    (". /early; a", ["*1: a"]),
    (". /args x y; a \"$1\"", [" args:1: x y", "*1: a php-fpm"]),
    ("f() { f; }; f", []),
    ("f() { f \"$1\" x; }; f a; b", ["*1: b"]),
    ("f() { f \"$@\" x; }; f a", ["OPEN 1: the script calls or sources itself more deeply than is followed"]),
    ("f() { a && g; }; g() { b || f; }; f; exec c", [" 1: a", " 1: b", "*1: c"]),
    (". /ring", [" ring:1: x", "OPEN ring:1: the script calls or sources itself more deeply than is followed"]),
    ("if x; then f() { a; }; fi; f", [" 1: x", "*1: a"]),
    # what is put together at run time
    ("eval \"$X\"", [EVAL]),
    ("eval \"export $X=1\"; eval \"Y=$X\"; a", ["*1: a"]),
    ("eval \"gosu app $X\"; b", [' 1: gosu ?"gosu app $X"', "*1: b"]),
    ('eval "$(ssh-agent -s)"; eval "`/opt/conda/bin/conda shell.bash hook`"; a',
     [" 1: /opt/conda/bin/conda shell.bash hook", "*1: a"]),
    ('eval "$(ssh-agent; x)"', [" 1: x", EVAL]),
    ("eval eval $X", [EVAL]),
    ("eval exec $X; b", ["*1: ?exec $X"]),
    ("eval exec agent $X; b", ['*1: agent ?exec agent $X']),
    ("eval \"echo $X; $Y\"", [EVAL]),
    # a signal may come at any time
    ("trap 'b' TERM; a", [" 1: b", "*1: a"]),
    # what cannot be read
    ("a\n) b", [" 1: a", UNREADABLE, "*2: b"]),
    ("", []),
    ("# su - app\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), DECIDED)
def test_decided(text: str, found: list[str]) -> None:
    assert walked(text, ("php-fpm", "-x y")) == found


STUB = '#!/bin/sh\nfor w in "${0##*/}" "$@"; do printf "%s\\037" "$w"; done >> "$LOG"\nprintf "\\n" >> "$LOG"\n'


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash to compare with")
@pytest.mark.parametrize(("text", "found"), DECIDED)
def test_a_real_shell_starts_the_same(text: str, found: list[str], tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d", "app", "php-fpm"):
        (tmp_path / name).write_text(STUB)
        (tmp_path / name).chmod(0o755)
    log = tmp_path / "log"
    command = [shutil.which("bash") or "", "-c", text, "/e.sh", "php-fpm", "-x y"]
    subprocess.run(command, env={"PATH": str(tmp_path), "LOG": str(log)}, check=False, timeout=20, capture_output=True)
    started = [line.split("\037")[:-1] for line in log.read_text().split("\n")[:-1]]
    assert started == [shlex.split(line.partition(": ")[2].partition(" <<< ")[0]) for line in found]


@pytest.mark.parametrize(("text", "found"), ROWS)
def test_undecided(text: str, found: list[str]) -> None:
    assert walked(text, ("php-fpm",)) == found


def test_arguments_that_are_not_known() -> None:
    assert walked('if [ "$1" = a ]; then set -- b; fi; exec "$@"', None) == ["*1: b", '*1: ?"$@"']
    assert walked('shift; exec x "$@"', None) == ['*1: x ?"$@"']


@pytest.mark.parametrize(
    ("user", "found"),
    [
        ("root", ["*1: a"]),
        ("0:0", ["*1: a"]),
        ("1000", ["*1: b"]),
        ("app", ["*1: b"]),
        ("app:web", ["*1: b"]),
        (None, ["*1: a", "*1: b"]),
    ],
)
def test_whether_it_is_root(user: str | None, found: list[str]) -> None:
    for uid in ("$(id -u)", "`id -u`", "$UID", "$EUID"):
        assert walked(f'if [ "{uid}" = "0" ]; then a; else b; fi', user=user) == found
        assert walked(f"if [[ {uid} -ne 0 ]]; then b; else a; fi", user=user) in (found, found[::-1])
        assert walked(f'me="{uid}"; if [ "$me" -eq 0 ]; then a; else b; fi', user=user) == found


def test_known_environment_decides() -> None:
    text = 'if [ "$MODE" = worker ]; then exec a; fi; exec b "${MODE:-none}"'
    assert walked(text, MODE="worker") == ["*1: a"]
    assert walked(text, MODE="web") == ["*1: b web"]
    assert walked(text) == ["*1: a", "*1: b none"]


@pytest.mark.parametrize(
    "script",
    [
        'if [ "$MODE" = off ]; then exec a; fi; exec b',
        "[[ $MODE == on ]] && exec a; exec b",
        'case "$MODE" in off) exec a ;; esac; exec b',
        'export M="${MODE}1"; test "$M" = off1 && exec a; exec b',
        'if [ "${OTHER:-off}" = off ]; then exec a; fi; exec b',
        'KEY=${KEY:-none}; if [ "$KEY" = none ]; then exec a; fi; exec b',
        ': "${KEY:=none}"; if [ "$KEY" = none ]; then exec a; fi; exec b',
    ],
)
def test_what_a_task_definition_may_set_decides_nothing(script: str) -> None:
    """An ENV of the image, or a default of what is not set: either side of a condition on it may be taken."""
    of_env = Scope(Place("s", 1), None, variables={"MODE": "off"}, given=frozenset({"MODE"}))
    assert [found.argv[0].text for found in launches(script, of_env, None) if isinstance(found, Launch)] == ["a", "b"]
    anew = launches("MODE=on; if [ $MODE = on ]; then exec a; fi; exec b", of_env, None)
    assert [found.argv[0].text for found in anew if isinstance(found, Launch)] == ["a"]


def test_changes_to_the_environment_are_told() -> None:
    assert walked("PATH=/x:$PATH\nHOME=/h\nOTHER=1\na", PATH="/bin", HOME="/h") == ["*4: PATH=/x:/bin a"]


def test_place_and_user() -> None:
    text = "\n\n  su - app \\\n -c x"
    many = Scope(Place("docker/entry.sh", 10), "web", folder="/srv")
    one = Scope(Place("Dockerfile", 7), None, single_line=True)
    words = (Word("su"), Word("-"), Word("app"), Word("-c"), Word("x"))
    assert launches(text, many, None) == (Launch(words, "web", Place("docker/entry.sh", 12), folder="/srv"),)
    assert launches(text, one, None) == (Launch(words, None, Place("Dockerfile", 7), folder=None),)


BOUNDED = {
    "steps": "a\n" * (MOST_STEPS + 1_000),
    "calls": "".join(f"f{n}() {{ f{n + 1}; f{n + 1}; }}\n" for n in range(60)) + "f0",
    "rounds": "".join(f"for i{n} in {'x ' * 16}; do " for n in range(5)) + "a $i0$i1$i2$i3$i4; " + "done; " * 5,
    "prefixes": "command builtin time " * 5_000 + '; f() { f "$@" x; }; f',
    "evals": "X=; f() { X=${X}1; eval 'eval f'; }; f",
    "depth": 'f() { if a; then if a; then if a; then f "$@" x; fi; fi; fi; }; f',
}


@pytest.mark.parametrize("text", BOUNDED.values(), ids=BOUNDED.keys())
def test_a_script_without_end_ends_in_an_open(text: str) -> None:
    found = walked(text)
    assert (
        len(found) <= MOST_STEPS + 1 and found[-1].startswith("OPEN ") and sum(f.startswith("OPEN") for f in found) == 1
    )


def test_values_do_not_grow_without_end() -> None:
    assert walked("A=aaaaaaaaaa; " + "A=$A$A; " * 60 + 'x "$A"') == ['*1: x ?"$A"']
    assert len(walked('set -- "$@" "$@"; ' * 60 + 'x "$@"', ("a",))[0]) < 20_000


# Recursion in the walk is bounded by its own counters, not by the interpreter's.
PIECES = (  # noqa: SIM905
    "if x; then |fi; |else |a; |a && |exec b; |exit; |while true; do |while x; do |done; |break; |continue; |"
    "for i in 1 2; do |f() { |}; |f; |return; |set -- x; |shift; |( |); |& |[ $1 = a ] && |case $1 in a) |;; *) |"
    "esac; |eval '|'; |wait; |X=$1; |local X=2; |$X; |! |unset X; |read X; || x |\n|. /lib; |. /ring; |\"$@\"; |"
    "cat <<E\n|E\n"
).split("|")


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from([None, (), ("a",), ("b", "c")]))
def test_never_raises(text: str, arguments: tuple[str, ...] | None) -> None:
    for line in walked(text, arguments):
        assert line
