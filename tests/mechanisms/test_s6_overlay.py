"""s6-overlay starts its services clean and gives the environment back through with-contenv."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

URL = "https://github.com/just-containers/s6-overlay/releases/download"
V3 = f"FROM debian:12\nADD {URL}/v3.2.0.0/s6-overlay-noarch.tar.xz /tmp/\n"
V2 = f"FROM debian:12\nADD {URL}/v2.2.0.3/s6-overlay-amd64.tar.gz /tmp/\n"
INIT = 'COPY root /\nENTRYPOINT ["/init"]\n'
RUN = "root/etc/services.d/app/run"
BACK = "s6-overlay drops > exec keeps > s6-overlay keeps > shell keeps > s6-setuidgid keeps > exec keeps, /srv/app"


@pytest.mark.parametrize(
    "first", ["#!/command/with-contenv sh", "#!/usr/bin/with-contenv bash", "#! /command/with-contenv bash"]
)
def test_a_service_that_asks_for_the_environment(first: str) -> None:
    assert chains(V3 + INIT, {RUN: f"{first}\nexec s6-setuidgid app /srv/app\n"}) == [f"app reaches: {BACK}"]


def test_a_service_that_does_not_ask_is_mended_in_its_own_file() -> None:
    files = {RUN: "#!/bin/sh\nexec s6-setuidgid app /srv/app\n"}
    lost = "app lost: s6-overlay drops > shell keeps > s6-setuidgid keeps > exec keeps, /srv/app"
    assert chains(V3 + INIT, files) == [lost]
    summary = "lines at the top of /etc/services.d/app/run that take the variables out of /run/s6/container_environment"
    assert mended_by(V3 + INIT, files) == ("would-patch", [summary])


def test_an_execline_service_is_a_persons_to_change() -> None:
    files = {RUN: "#!/command/execlineb -P\ns6-setuidgid app\n/srv/app\n"}
    lost = "app lost: s6-overlay drops > exec keeps > exec keeps > s6-setuidgid keeps > exec keeps, /srv/app"
    assert chains(V3 + INIT, files) == [lost]
    assert mended_by(V3 + INIT, files) == ("blocked", [])


def test_a_live_remedy_suffices_behind_with_contenv() -> None:
    """What was lost before is given back; no shim goes in front of /init."""
    files = {RUN: "#!/command/with-contenv sh\nexec sudo -u app /srv/app\n"}
    summary = "/etc/sudoers.d/fargate-env, which lets sudo hand the variables on to app"
    assert mended_by(V3 + INIT, files) == ("would-patch", [summary])


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (V2, "root reaches: s6-overlay keeps > exec keeps, /srv/app"),
        (V3, "root lost: s6-overlay drops > exec keeps, /srv/app"),
        (
            "FROM debian:12\nARG S6_OVERLAY_VERSION=3.1.0.1\nRUN curl -L $S6_OVERLAY_VERSION | tar x\n",
            "root lost: s6-overlay drops > exec keeps, /srv/app",
        ),
        (
            "ARG S6_VERSION=v2.1.0.2\nFROM debian:12\nARG S6_VERSION\nADD s6-overlay.tar /\n",
            "root reaches: s6-overlay keeps > exec keeps, /srv/app",
        ),
        ("FROM alpine:3.20\nRUN apk add s6-overlay\n", "root lost: s6-overlay drops > exec keeps, /srv/app"),
        (
            "FROM debian:12\nRUN wget https://example.com/s6-overlay-x86-installer\n",
            "root reaches: s6-overlay keeps > exec keeps, /srv/app",
        ),
        (
            "FROM debian:12\nCOPY s6-overlay /\n",
            "root unknown: s6-overlay keeps, /init ? which version of s6-overlay this is decides whether the CMD "
            "has the environment (2: yes, 3: no)",
        ),
    ],
)
def test_the_version_decides_about_the_cmd(head: str, expected: str) -> None:
    assert chains(f'{head}ENTRYPOINT ["/init"]\nCMD ["/srv/app"]\n') == [expected]


@pytest.mark.parametrize(
    "more", ["ENV S6_KEEP_ENV=1\n", "ENV S6_CMD_ARG0=/command/with-contenv\n", 'ENTRYPOINT ["/init", "with-contenv"]\n']
)
def test_ways_to_give_the_cmd_the_environment(more: str) -> None:
    found = chains(f'{V3}ENTRYPOINT ["/init"]\n{more}CMD ["/srv/app"]\n')
    assert [line.partition(":")[0] for line in found] == ["root reaches"]


@pytest.mark.parametrize("value", ["0", ""])
def test_s6_keep_env_that_is_off(value: str) -> None:
    found = chains(f'{V3}ENV S6_KEEP_ENV={value}\nENTRYPOINT ["/init"]\nCMD ["/srv/app"]\n')
    assert found == ["root lost: s6-overlay drops > exec keeps, /srv/app"]


def test_of_the_start_up_scripts_what_needs_the_role_is_told() -> None:
    files = {
        "root/etc/cont-init.d/10-owner": "#!/bin/sh\nchown app /srv\n",
        "root/etc/cont-init.d/20-config": "#!/bin/sh\naws s3 cp s3://bucket/config /srv\nchmod 600 /srv/config\n",
        "root/etc/services.d/app/run": "#!/usr/bin/with-contenv sh\nexec s6-setuidgid app /srv/app\n",
    }
    assert chains(V2 + INIT, files) == [
        "root lost: s6-overlay drops > shell keeps > exec keeps, aws s3 cp s3://bucket/config /srv",
        f"app reaches: {BACK}",
    ]


def test_services_of_s6_rc_long_running_and_one_shot() -> None:
    folder = "root/etc/s6-overlay/s6-rc.d"
    files = {
        f"{folder}/app/type": "longrun\n",
        f"{folder}/app/run": "#!/command/with-contenv sh\nexec s6-setuidgid app /srv/app\n",
        f"{folder}/prepare/type": "oneshot\n",
        f"{folder}/prepare/up": "with-contenv /srv/prepare\n",
        f"{folder}/fetch/up": "/srv/fetch -a\n",
        f"{folder}/prepare/run": "#!/bin/sh\nexec never\n",
    }
    assert chains(V3 + INIT, files) == [
        f"app reaches: {BACK}",
        "root lost: s6-overlay drops > exec keeps > exec keeps, /srv/fetch -a",
    ]


def test_a_service_that_is_down_does_not_start() -> None:
    files = {RUN: "#!/bin/sh\nexec /srv/app\n", "root/etc/services.d/app/down": ""}
    reason = "which services s6-overlay starts is not known: none is among the files that the build copies"
    assert chains(V3 + INIT, files) == [f"root unknown: s6-overlay keeps, /init ? {reason}"]


def test_services_that_a_start_up_script_writes_are_not_seen() -> None:
    script = "#!/usr/bin/with-contenv sh\nmkdir /etc/services.d/x\necho $RUN > /etc/services.d/x/run\n"
    reason = "which services s6-overlay starts is not known: none is among the files that the build copies"
    files = {"root/etc/cont-init.d/10-services": script}
    assert chains(V3 + INIT, files) == [f"root unknown: s6-overlay keeps, /init ? {reason}"]


def test_a_service_whose_text_is_not_known_may_ask_for_the_environment() -> None:
    fetched = "ADD https://example.com/run /etc/s6-overlay/s6-rc.d/app/run\n"
    path = "/etc/s6-overlay/s6-rc.d/app/run"
    reason = f"the first line of {path} decides whether it is given the environment back: ADD fetches https://"
    (found,) = chains(V3 + fetched + INIT, {"root/README": ""})
    assert found.startswith(f"root unknown: s6-overlay keeps, /init ? {reason}")


def test_linuxservers_own_services_ask_for_the_environment() -> None:
    assert chains("FROM lscr.io/linuxserver/sonarr:4.0.0\n") == [
        "abc reaches: s6-overlay keeps, services of lscr.io/linuxserver/sonarr:4.0.0"
    ]


def test_linuxservers_images_start_cron_where_there_is_one_and_a_table() -> None:
    base = "FROM lscr.io/linuxserver/baseimage-debian:bookworm\nRUN apt-get install -y cron\n"
    services = "abc reaches: s6-overlay keeps, services of lscr.io/linuxserver/baseimage-debian:bookworm"
    table = "RUN echo '* * * * * /srv/job' | crontab -u abc -\n"
    assert chains(base) == [services]
    assert chains(base + table) == [
        services,
        "abc lost: s6-overlay keeps > cron drops > shell keeps > exec keeps, /srv/job",
    ]
    assert chains(
        "FROM lscr.io/linuxserver/baseimage-alpine:3.20\nCOPY job /etc/crontabs/abc\n", {"job": "* * * * * x"}
    ) == [services.replace("debian:bookworm", "alpine:3.20")]


def test_a_readme_and_an_archive_that_is_not_its_init() -> None:
    assert chains(V3 + 'COPY root /\nCMD ["/srv/app"]\n', {"root/README": "/init with-contenv\n"}) == [
        "root reaches: exec keeps, /srv/app"
    ]
