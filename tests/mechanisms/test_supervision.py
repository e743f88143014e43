"""runsvdir, s6-svscan and svscan keep; what boots them does not. Seen with runit 2.1.2, s6 2.11, daemontools 0.76."""

from __future__ import annotations

import pytest
from traced import chains

RUN = "#!/bin/sh\nexec 2>&1\nexec chpst -u app /srv/app\n"
COPY = "FROM debian:12\nCOPY run /etc/service/app/run\n"


@pytest.mark.parametrize(
    ("command", "row"),
    [
        ('["runsvdir", "-P", "/etc/service"]', "runsvdir"),
        ('["runsvdir", "/etc/service", "log: ..."]', "runsvdir"),
        ('["s6-svscan", "-t", "0", "/etc/service"]', "s6-svscan"),
        ('["/usr/bin/svscan", "/etc/service"]', "svscan"),
        ('["runsv", "/etc/service/app"]', "runsvdir"),
        ('["s6-supervise", "/etc/service/app/"]', "s6-svscan"),
    ],
)
def test_they_hand_the_environment_to_their_services(command: str, row: str) -> None:
    expected = f"app reaches: {row} keeps > shell keeps > chpst keeps > exec keeps, /srv/app"
    assert chains(f"{COPY}CMD {command}\n", {"run": RUN}) == [expected]


@pytest.mark.parametrize("command", ["/etc/runit/2", "svscanboot", "runsvdir-start", "/sbin/runit-init"])
def test_what_boots_them_clears_the_environment(command: str) -> None:
    expected = "app lost: runit-boot drops > shell keeps > chpst keeps > exec keeps, /srv/app"
    assert chains(f'{COPY}CMD ["{command}"]\n', {"run": RUN}) == [expected]


@pytest.mark.parametrize(
    "link",
    [
        "ln -s /etc/sv/app /etc/service/app",
        "ln -sf /etc/sv/app /etc/service/",
        "ln -s /etc/sv/app/ /etc/service",
        "ln -s /etc/sv/* /etc/service",
        "ln -sf /etc/sv/cron /etc/sv/app /etc/service/",
    ],
)
def test_a_service_that_is_linked_into_the_folder(link: str) -> None:
    dockerfile = f'FROM debian:12\nCOPY run /etc/sv/app/run\nRUN {link}\nCMD ["runsvdir", "/etc/service"]\n'
    assert chains(dockerfile, {"run": RUN}) == [
        "app reaches: runsvdir keeps > shell keeps > chpst keeps > exec keeps, /srv/app"
    ]


def test_what_is_not_in_view_is_not_known() -> None:
    reason = "runsvdir's services in /etc/service are not among the files that the build copies"
    assert chains('FROM debian:12\nCMD ["runsvdir", "/etc/service"]\n') == [
        f"root unknown: runsvdir keeps, runsvdir /etc/service ? {reason}".replace(
            "runsvdir /etc/service ?", "runsvdir ?"
        )
    ]
    reason = "which services it starts is not known: no /etc/service/NAME/run is among the files that the build copies"
    assert chains('FROM debian:12\nCMD ["svscanboot"]\n') == [f"root unknown: runit-boot keeps, svscanboot ? {reason}"]


def test_a_boot_script_of_ones_own_is_read() -> None:
    files = {"2": "#!/bin/sh\nexec runsvdir -P /etc/service\n", "run": RUN}
    assert chains(f'{COPY}COPY 2 /etc/runit/2\nCMD ["/etc/runit/2"]\n', files) == [
        "app reaches: shell keeps > runsvdir keeps > shell keeps > chpst keeps > exec keeps, /srv/app"
    ]
