"""OpenRC hands on what rc_env_allow lists. Each line was seen with OpenRC 0.45.2."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

HEAD = "FROM alpine:3.20\nRUN apk add openrc && adduser -D app\n"
CMD = "CMD rc-service api start && sleep 1\n"
LOST = "root lost: shell keeps > openrc filters > exec keeps, api"
KEPT = "root reaches: shell keeps > exec keeps, sleep 1"
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


@pytest.mark.parametrize(
    "start", ["rc-service api start", "/etc/init.d/api start", "service api start", "rc-service -i api restart"]
)
def test_a_service_starts_with_a_filtered_environment(start: str) -> None:
    assert chains(f"{HEAD}CMD {start} && sleep 1\n") == [LOST, KEPT]


@pytest.mark.parametrize(
    ("conf", "kept"),
    [
        (f'rc_env_allow="{URI} AWS_REGION"\n', True),
        (f"rc_env_allow='{URI}'\n", True),
        ('rc_env_allow="*"\n', True),
        ('rc_env_allow="* AWS_REGION"\n', False),
        (f'rc_env_allow="{URI}"\nrc_env_allow="AWS_REGION"\n', False),
        (f'#rc_env_allow="{URI}"\n', False),
        ('rc_env_allow="AWS_REGION"\n', False),
        ("", False),
    ],
)
def test_what_rc_conf_says(conf: str, kept: bool) -> None:
    found = chains(f"{HEAD}COPY rc.conf /etc/rc.conf\n{CMD}", {"rc.conf": conf})
    assert found == ([KEPT] if kept else [LOST, KEPT])


def test_a_line_that_a_run_appends_counts() -> None:
    assert chains(f"{HEAD}RUN echo 'rc_env_allow=\"{URI}\"' >> /etc/rc.conf\n{CMD}") == [KEPT]


def test_a_boot_starts_what_rc_update_adds() -> None:
    added = "RUN rc-update add crond default && rc-update add api\nCOPY app /etc/crontabs/app\n"
    assert chains(f'{HEAD}{added}CMD ["openrc", "default"]\n', {"app": "* * * * * /srv/job\n"}) == [
        "app lost: openrc filters > busybox-crond keeps > shell keeps > exec keeps, /srv/job",
        "root lost: openrc filters > exec keeps, api",
    ]
    reason = "which services OpenRC starts is not known: no RUN adds one with `rc-update add`"
    assert chains(f'{HEAD}RUN echo rc-update add api\nCMD ["openrc"]\n') == [
        f"root unknown: openrc keeps, openrc ? {reason}"
    ]


def test_a_plain_nginx_loses_nothing() -> None:
    assert chains(f"{HEAD}CMD rc-service nginx start && sleep 1\n") == [KEPT]


def test_stopping_and_asking_start_nothing() -> None:
    assert chains(f"{HEAD}CMD rc-service api status; rc-service api stop; sleep 1\n") == [KEPT]


def test_the_names_are_put_into_rc_conf() -> None:
    summary = "the names in rc_env_allow of /etc/rc.conf, which OpenRC hands on to its services"
    assert mended_by(f"{HEAD}{CMD}") == ("would-patch", [summary])


def test_installed_and_never_used() -> None:
    assert chains(f'{HEAD}RUN rc-update add api\nCMD ["sleep", "1"]\n') == ["root reaches: exec keeps, sleep 1"]


SERVICE = '#!/sbin/openrc-run\ncommand="/srv/api"\ncommand_args="serve --port 80"\ncommand_background=true\n'


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (SERVICE, "root lost: shell keeps > openrc filters > exec keeps, /srv/api serve --port 80"),
        (
            SERVICE + 'command_user="app:app"\n',
            "app lost: shell keeps > openrc filters > exec keeps, /srv/api serve --port 80",
        ),
        (
            SERVICE + "command_user=$USER\n",
            "None lost: shell keeps > openrc filters > exec keeps, /srv/api serve --port 80",
        ),
        (SERVICE + "command_user=app\nstart() {\n  /srv/other\n}\n", LOST),
    ],
)
def test_what_the_script_says_of_whom_and_what_it_starts(script: str, found: str) -> None:
    assert chains(f"{HEAD}COPY api /etc/init.d/api\n{CMD}", {"api": script}) == [found, KEPT]
