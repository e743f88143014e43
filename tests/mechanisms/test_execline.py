"""execlineb's scripts: which programs a chain starts, with blocks on the way. Seen with execline 2.9."""

from __future__ import annotations

import pytest
from traced import chains

HEAD = 'FROM debian:12\nCOPY run /run\nCMD ["/run"]\n'


def ran(script: str) -> list[str]:
    found = chains(HEAD, {"run": f"#!/usr/bin/execlineb -P\n{script}"})
    return [line.replace("exec keeps > exec keeps", "execlineb", 1) for line in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("/srv/app -x", ["root reaches: execlineb > exec keeps, /srv/app -x"]),
        ("fdmove -c 2 1\n# s6-setuidgid web\ns6-setuidgid app /srv/app", ["app reaches: execlineb > s6-setuidgid keeps > exec keeps, /srv/app"]),
        ("if { s6-setuidgid app mkdir /x } /srv/app", ["root reaches: execlineb > exec keeps, /srv/app"]),
        (
            "foreground { su - app -c /srv/one } /srv/two",
            [
                "app lost: execlineb > su-login drops > shell keeps > exec keeps, /srv/one",
                "root reaches: execlineb > exec keeps, /srv/two",
            ],
        ),
        (
            "background { /srv/one }\nifelse { test -e /x } { su - app -c /srv/two } /srv/three",
            [
                "root reaches: execlineb > exec keeps, /srv/one",
                "root reaches: execlineb > exec keeps, test -e /x",
                "app lost: execlineb > su-login drops > shell keeps > exec keeps, /srv/two",
                "root reaches: execlineb > exec keeps, /srv/three",
            ],
        ),
        (
            "foreground { if { true } foreground { su - app -c /srv/deep } exit } /srv/app",
            [
                "app lost: execlineb > su-login drops > shell keeps > exec keeps, /srv/deep",
                "root reaches: execlineb > exec keeps, /srv/app",
            ],
        ),
        ("emptyenv -p\n/srv/app", ["root lost: execlineb > env-i drops > exec keeps, /srv/app"]),
        ('importas -D app user USER\n"/srv/my app" {', ["root unknown: exec keeps > exec keeps, run ? this execline script cannot be read"]),
        ('/srv/app "', ["root unknown: exec keeps > exec keeps, run ? this execline script cannot be read"]),
        ("define x y\nexport A b\n", ["root reaches: execlineb, execlineb -P /run"]),
    ],
)  # fmt: skip
def test_what_a_script_starts(script: str, expected: list[str]) -> None:
    found = [line.replace("/run /run", "/run") for line in ran(script)]
    assert [f.replace("exec keeps > exec keeps", "execlineb") for f in found] == [
        e.replace("exec keeps > exec keeps", "execlineb") for e in expected
    ]


def test_a_command_on_the_line() -> None:
    assert chains('FROM debian:12\nCMD ["execlineb", "-c", "foreground { echo } s6-setuidgid app /srv/app"]\n') == [
        "app reaches: exec keeps > s6-setuidgid keeps > exec keeps, /srv/app"
    ]


def test_hostile_scripts_are_read_in_no_time() -> None:
    for script in ("foreground { x } " * 60_000, "{ " * 60_000, "a " * 300_000, '"' * 99_999):
        assert all("unknown" in line for line in ran(script))
