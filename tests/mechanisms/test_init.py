"""Which init `init` is: by the base image, by packages, by files; and what nothing tells."""

from __future__ import annotations

import pytest
from traced import chains

UNKNOWN = "is, is not known: neither the base image nor a package that is installed tells"
SYSTEMD = (
    "which services systemd starts is not known: no RUN enables one, "
    "and no unit is among the files that the build copies"
)


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (
            'FROM debian:12\nCMD ["/sbin/init"]',
            f"root unknown: exec keeps, /sbin/init ? which init /sbin/init {UNKNOWN}",
        ),
        ('FROM debian:12\nCMD ["/init"]', f"root unknown: exec keeps, /init ? which init /init {UNKNOWN}"),
        (
            'FROM debian:12\nRUN apt-get install -y systemd-sysv\nCMD ["/sbin/init"]',
            f"root unknown: systemd keeps, /sbin/init ? {SYSTEMD}",
        ),
        ("FROM registry.access.redhat.com/ubi9-init", f"root unknown: systemd keeps, /sbin/init ? {SYSTEMD}"),
        ('FROM fedora:40\nCMD ["/usr/sbin/init"]', f"root unknown: systemd keeps, /usr/sbin/init ? {SYSTEMD}"),
        (
            'FROM alpine:3.20\nCMD ["/sbin/init"]',
            "root unknown: exec keeps, /sbin/init ? what init starts is not known: no /etc/inittab is among the files "
            "that the build copies",
        ),
        (
            'FROM alpine:3.20\nRUN apk add openrc && rc-update add app\nCMD ["/sbin/init"]',
            "root lost: openrc filters > exec keeps, app",
        ),
        (
            'FROM debian:12\nRUN apt-get install -y runit-init\nCMD ["/sbin/init"]',
            "root unknown: runit-boot keeps, /sbin/init ? which services it starts is not known: no "
            "/etc/service/NAME/run is among the files that the build copies",
        ),
    ],
)
def test_which_init_it_is(dockerfile: str, expected: str) -> None:
    assert chains(f"{dockerfile}\n") == [expected]


def test_a_script_of_that_name_is_read() -> None:
    for path in ("/init", "/sbin/init", "/srv/init"):
        dockerfile = f'FROM debian:12\nCOPY init {path}\nENTRYPOINT ["{path}"]\nCMD ["/srv/app"]\n'
        assert chains(dockerfile, {"init": '#!/bin/sh\nexec gosu app "$@"\n'}) == [
            "app reaches: shell keeps > gosu keeps > exec keeps, /srv/app"
        ]


def test_an_inittab() -> None:
    """Seen with busybox 1.35, PID 1 of a namespace of its own."""
    table = "# ::respawn:/srv/never\n::sysinit:/bin/mount -a\ntty1::askfirst:-/srv/ask\n::respawn:/srv/app\nx\n"
    assert chains('FROM busybox\nCOPY inittab /etc/inittab\nCMD ["init"]\n', {"inittab": table}) == [
        "root reaches: exec keeps > shell keeps > exec keeps, /srv/ask",
        "root reaches: exec keeps > shell keeps > exec keeps, /srv/app",
    ]
