"""monit keeps, also `as uid`. Seen with monit 5.33, for start programs, check programs and exec."""

from __future__ import annotations

import pytest
from traced import chains

HEAD = "FROM debian:12\n"
CMD = 'CMD ["monit", "-I"]\n'


@pytest.mark.parametrize(
    "path", ["/etc/monit/monitrc", "/etc/monitrc", "/etc/monit/conf.d/app", "/etc/monit/conf-enabled/app"]
)
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('start program = "/srv/app" as uid "app" and gid "app"', "app reaches: monit keeps > exec keeps, /srv/app"),
        ("start = '/srv/app' as uid app", "app reaches: monit keeps > exec keeps, /srv/app"),
        ('start program "/srv/app"\n    as uid 0', "root reaches: monit keeps > exec keeps, /srv/app"),
        ('START PROGRAM = "/bin/su - app -c /srv/app"',
         "app lost: monit keeps > su-login drops > shell keeps > exec keeps, /srv/app"),
    ],
)  # fmt: skip
def test_start_programs(path: str, start: str, expected: str) -> None:
    text = f'# start program = "/never"\ncheck process app with pidfile /x\n  {start}\n  stop program = "/bin/kill"\n'
    assert chains(f"{HEAD}COPY rc {path}\n{CMD}", {"rc": text}) == [expected]


def test_what_a_check_runs_is_told_where_it_loses() -> None:
    text = (
        'check program a with path "/srv/a"\ncheck program b path "sudo -u app /srv/x"\nif status = 1 then exec "/y"\n'
    )
    assert chains(f'{HEAD}COPY rc /rc\nCMD ["monit", "-c", "/rc", "-I"]\n', {"rc": text}) == [
        "app lost: monit keeps > sudo filters > exec keeps, /srv/x"
    ]


def test_includes_are_followed() -> None:
    files = {"rc": "set daemon 5\ninclude /srv/monit/*.rc\n", "app.rc": 'check host x\nstart program = "/srv/app"\n'}
    assert chains(f"{HEAD}COPY rc /etc/monitrc\nCOPY app.rc /srv/monit/app.rc\n{CMD}", files) == [
        "root reaches: monit keeps > exec keeps, /srv/app"
    ]


def test_nothing_in_view_and_a_clients_command() -> None:
    reason = "what monit starts is not known: its configuration is not among the files that the build copies"
    assert chains(HEAD + CMD) == [f"root unknown: monit keeps, monit ? {reason}"]
    assert chains(f"{HEAD}CMD monit reload && exec /srv/app\n") == ["root reaches: shell keeps > exec keeps, /srv/app"]
