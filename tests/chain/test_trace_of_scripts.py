"""From a Dockerfile to its chains, where it takes some working out what a script starts, or as whom."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from context_build import lay_out

from fargate_patch import trace

FILE = 'FROM debian:12\nCOPY . /\nRUN useradd -u 1500 -m app && sh /accounts.sh\nENTRYPOINT ["/e.sh"]\n'
ACCOUNTS = "useradd --uid=1501 web\n"

CASES: list[tuple[str, str, list[str]]] = [
    # a script that starts itself anew leads to nothing new
    ("[ -f /ready ] || exec \"$0\" \"$@\"\nexec su - app -c /srv/app", ["app lost: e.sh > su > sh > app"]),
    ("if stale; then exec env A=1 $(readlink -f \"$0\"); fi\nexec /srv/app", ["root reaches: e.sh > app"]),
    ("[ \"$(id -u)\" = 0 ] && exec gosu app \"$0\" \"$@\"\nexec /srv/app", ["app reaches: e.sh > gosu > e.sh > app"]),
    ("[ -z \"${B:-}\" ] && B=1 exec \"$0\"\nexec sudo -u web /srv/app", ["web lost: e.sh > sudo > app"]),
    # an endless loop is there for the work, not for its `sleep`
    ("while :; do /srv/job; sleep 60; done", ["root reaches: e.sh > job"]),
    ("while :; do su - app -c /srv/job; sleep 60; done", ["app lost: e.sh > su > sh > job"]),
    # numbers of users that the build makes, in its RUN line and in a script that it runs
    ("exec setpriv --reuid=1500 --clear-groups /srv/app", ["app reaches: e.sh > setpriv > app"]),
    ("exec gosu 1501:1501 /srv/app", ["web reaches: e.sh > gosu > app"]),
    ("exec gosu 1502 /srv/app", ["1502 reaches: e.sh > gosu > app"]),
    ("exec gosu 33 /srv/app", ["www-data reaches: e.sh > gosu > app"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES, ids=[script[:50] for script, _ in CASES])
def test_chains(script: str, expected: list[str]) -> None:
    assert _chains(FILE, {"e.sh": f"#!/bin/sh\n{script}\n", "accounts.sh": ACCOUNTS}) == expected


def test_a_script_that_does_nothing_else_goes_in_a_circle() -> None:
    (found,) = _chains(FILE, {"e.sh": '#!/bin/sh\nexec "$0"\n'}, reason=True)
    assert found.startswith("root unknown: e.sh > e.sh > e.sh")
    assert found.endswith(" ? programs start each other in a circle")


@pytest.mark.parametrize(
    ("base", "user", "name"),
    [
        ("node:20", "1000:1000", "node"),
        ("node:20-alpine", "1000", "node"),
        ("php:8.3-fpm-alpine", "82", "www-data"),
        ("ubuntu:24.04", "1000", "ubuntu"),
        ("ubuntu:22.04", "1000", "1000"),
        ("nginxinc/nginx-unprivileged", "101", "nginx"),
        ("debian:12", "0", "root"),
    ],
)
def test_the_number_of_an_account_of_the_base_image(base: str, user: str, name: str) -> None:
    assert _chains(f'FROM {base}\nUSER {user}\nENTRYPOINT ["/srv/app"]\n', {}) == [f"{name} reaches: app"]


def _chains(dockerfile: str, files: dict[str, str], reason: bool = False) -> list[str]:
    """Every chain, as `app lost: program > …`."""
    with TemporaryDirectory() as folder:
        result = trace(dockerfile.encode(), context=lay_out(Path(folder), files))
    return [
        f"{chain.user} {chain.verdict.value}: "
        + " > ".join(hop.program for hop in chain.hops)
        + (f" ? {chain.open}" if reason else "")
        for chain in result.chains
    ]
