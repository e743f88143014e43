"""execlineb's scripts: which programs a chain starts, with blocks on the way. Seen with execline 2.9."""

from __future__ import annotations

import pytest
from traced import chains

HEAD = 'FROM debian:12\nCOPY run /srv/run\nCMD ["/srv/run"]\n'
UNREADABLE = "this execline script cannot be read"


def ran(script: str) -> list[str]:
    """The chains, without their first two hops: the script and execlineb."""
    found = chains(HEAD, {"run": f"#!/usr/bin/execlineb -P\n{script}"})
    assert all(" exec keeps > exec keeps" in line for line in found)
    return [line.replace(" exec keeps > exec keeps", "", 1).replace(": >", ":").replace(":,", ":") for line in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("/srv/app -x", ["root reaches: exec keeps, /srv/app -x"]),
        ("fdmove -c 2 1\n# x\ns6-setuidgid app /srv/app", ["app reaches: s6-setuidgid keeps > exec keeps, /srv/app"]),
        ("if { s6-setuidgid app mkdir /x } /srv/app", ["root reaches: exec keeps, /srv/app"]),
        (
            "foreground { su - app -c /srv/one } /srv/two",
            [
                "app lost: su-login drops > shell keeps > exec keeps, /srv/one",
                "root reaches: exec keeps, /srv/two",
            ],
        ),
        (
            "background { /srv/one }\nifelse { test -e /x } { su - app -c /srv/two } /srv/three",
            [
                "root reaches: exec keeps, /srv/one",
                "app lost: su-login drops > shell keeps > exec keeps, /srv/two",
                "root reaches: exec keeps, /srv/three",
            ],
        ),
        (
            "foreground { if { true } foreground { su - app -c /srv/deep } exit } /srv/app",
            [
                "app lost: su-login drops > shell keeps > exec keeps, /srv/deep",
                "root reaches: exec keeps, /srv/app",
            ],
        ),
        ("emptyenv -p\n/srv/app", ["root lost: env-i drops > exec keeps, /srv/app"]),
        ("exec -c -a x\n/srv/app", ["root lost: env-i drops > exec keeps, /srv/app"]),
        ("exec -a x /srv/app", ["root reaches: exec keeps > exec keeps, /srv/app"]),
        ('importas -D x user USER\n"/srv/a" {', [f"root unknown: /usr/bin/execlineb ? {UNREADABLE}"]),
        ('/srv/app "', [f"root unknown: /usr/bin/execlineb ? {UNREADABLE}"]),
        ("define x y\nexport A b\n", ["root reaches: /usr/bin/execlineb -P /srv/run"]),
    ],
)  # fmt: skip
def test_what_a_script_starts(script: str, expected: list[str]) -> None:
    assert ran(script) == expected


def test_a_command_on_the_line() -> None:
    assert chains('FROM debian:12\nCMD ["execlineb", "-c", "foreground { echo } s6-setuidgid app /srv/app"]\n') == [
        "app reaches: exec keeps > s6-setuidgid keeps > exec keeps, /srv/app"
    ]


def test_hostile_scripts_are_read_in_no_time() -> None:
    for script in ("foreground { x } " * 60_000, "{ " * 60_000, "a " * 300_000, '"' * 99_999):
        assert all("unknown" in line for line in ran(script))
