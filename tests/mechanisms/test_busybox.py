"""busybox APPLET: told by the applet's name, and judged as busybox's own."""

from __future__ import annotations

import pytest

from fargate_patch import trace


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('["busybox", "su", "-", "app", "-c", "/srv/app"]', "su drops > sh keeps > app keeps"),
        ('["busybox", "crond", "-f"]', "crond keeps"),
        ('["/bin/busybox", "nohup", "/srv/app"]', "busybox keeps > nohup keeps > app keeps"),
    ],
)
def test_the_programs_of_a_chain(command: str, expected: str) -> None:
    chain = trace(f"FROM alpine:3.20\nCMD {command}\n".encode()).chains[0]
    assert " > ".join(f"{hop.program} {hop.effect.value}" for hop in chain.hops) == expected
