"""The command of `sh -c`: JSON that is none, and text of which the shell before puts a part together."""

from __future__ import annotations

import pytest
from traced import chains

HINT = "put every string into double quotes, and a comma between two"


@pytest.mark.parametrize("command", ["['sudo', '-u', 'app', '/srv/app']", '["/srv/app",]', '["sh" "-c" "/srv/app"]'])
def test_what_is_no_json(command: str) -> None:
    reason = f"`{command}` is no JSON, so that a shell gets it as it stands: {HINT}"
    assert chains(f"FROM debian:12\nCMD {command}\n") == [f"root unknown: shell keeps, a shell of root ? {reason}"]


@pytest.mark.parametrize("test", ['[ "$X" = y ] &&', "[[ -f /srv/x ]] &&", '[ "$X" = y ] || [ "$X" = z ] &&'])
def test_a_test_in_front_of_a_command(test: str) -> None:
    assert chains(f"FROM debian:12\nCMD {test} /srv/app\n") == ["root reaches: shell keeps > exec keeps, /srv/app"]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ('"cd $DIR && exec /srv/app $X"', "exec keeps, /srv/app $X"),
        ('"sudo -u app /srv/app \\"$X\\""', 'sudo filters > exec keeps, /srv/app "$X"'),
        ('"if [ $X = y ]; then /srv/app; fi"', "exec keeps, /srv/app"),
        ('"/srv/app \\$HOME $X"', "exec keeps, /srv/app $HOME $X"),
    ],
)
def test_what_is_known_of_a_computed_command(command: str, found: str) -> None:
    user, verdict = ("app", "lost") if "sudo" in found else ("root", "reaches")
    dockerfile = f"FROM debian:12\nCMD bash -c {command}\n"
    assert chains(dockerfile) == [f"{user} {verdict}: shell keeps > shell keeps > {found}"]


@pytest.mark.parametrize("command", ['"$1"', '"exec $COMMAND"', '"$@"'])
def test_of_which_nothing_is_known(command: str) -> None:
    script = f"#!/bin/sh\n. /computed-$X\nset -- $ARGUMENTS\nexec su app -c {command}\n"
    (found,) = chains('FROM debian:12\nCOPY run /run.sh\nCMD ["/run.sh"]\n', {"run": script})
    assert found.startswith("app unknown: shell keeps > su keeps > shell keeps")
