"""systemd starts what is enabled, with what PassEnvironment= names."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

HEAD = "FROM registry.access.redhat.com/ubi9-init\n"
COPY = "COPY app.service /etc/systemd/system/app.service\n"
UNIT = "[Unit]\nExecStart=/never\n[Service]\nUser=app\nExecStart=/srv/app\n"
NAME = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
LOST = ["app lost: systemd drops > exec keeps, /srv/app"]
KEPT = ["app reaches: systemd keeps > exec keeps, /srv/app"]


@pytest.mark.parametrize(
    "enables",
    [
        "RUN systemctl enable app",
        "RUN systemctl --now enable app.service",
        "RUN ln -s /etc/systemd/system/app.service /etc/systemd/system/multi-user.target.wants/app.service",
        "RUN ln -s ../app.service /etc/systemd/system/multi-user.target.wants/",
        "COPY app.service /etc/systemd/system/multi-user.target.wants/app.service",
    ],
)
def test_what_is_enabled_starts_without_the_variables(enables: str) -> None:
    assert chains(f"{HEAD}{COPY}{enables}\n", {"app.service": UNIT}) == LOST


@pytest.mark.parametrize(
    "enables", ["", "RUN echo systemctl enable app", "RUN systemctl disable app", "RUN systemctl enable x.timer"]
)
def test_what_is_not_enabled_does_not_start(enables: str) -> None:
    found = chains(f"{HEAD}{COPY}{enables}\n", {"app.service": UNIT})
    assert [line.partition(":")[0] for line in found] == ["root unknown"]


@pytest.mark.parametrize(
    ("setting", "kept"),
    [
        (f"PassEnvironment={NAME}", True),
        (f"PassEnvironment=AWS_REGION {NAME} X", True),
        ("PassEnvironment=AWS_REGION", False),
        (f"# PassEnvironment={NAME}", False),
        (f"Environment={NAME}=x", False),
        (f"PassEnvironment=AWS_REGION\nPassEnvironment={NAME}", True),
        (f"PassEnvironment=AWS_REGION \\\n  {NAME}", True),
    ],
)
def test_what_the_unit_hands_on(setting: str, kept: bool) -> None:
    dockerfile = f"{HEAD}{COPY}RUN systemctl enable app\n"
    assert chains(dockerfile, {"app.service": f"{UNIT}{setting}\n"}) == (KEPT if kept else LOST)


def test_a_drop_in_counts_and_may_change_the_command() -> None:
    dockerfile = f"{HEAD}{COPY}COPY x.conf /etc/systemd/system/app.service.d/x.conf\nRUN systemctl enable app\n"
    drop_in = f"[Service]\nExecStart=\nExecStart=/srv/other\nPassEnvironment={NAME}\n"
    assert chains(dockerfile, {"app.service": UNIT, "x.conf": drop_in}) == [
        "app reaches: systemd keeps > exec keeps, /srv/other"
    ]


def test_commands_as_units_write_them() -> None:
    unit = "[Service]\nUser=app\nExecStartPre=-/bin/mkdir -p /x\nExecStartPre=+/srv/prepare\n"
    unit += "ExecStart=/srv/app \\\n  --name '%i' --x\n"
    found = chains(
        f"{HEAD}COPY app@.service /etc/systemd/system/\nRUN systemctl enable app@1\n", {"app@.service": unit}
    )
    assert found == [
        "root lost: systemd drops > exec keeps, /srv/prepare",
        "app lost: systemd drops > exec keeps, /srv/app --name %i --x",
    ]


def test_a_packages_service_is_its_daemon() -> None:
    jobs = {"jobs": "* * * * * app /srv/job\n"}
    assert chains(f"{HEAD}COPY jobs /etc/cron.d/jobs\nRUN systemctl enable crond\n", jobs) == [
        "app lost: systemd drops > cronie drops > shell keeps > exec keeps, /srv/job"
    ]


def test_the_drop_in_mends_it() -> None:
    summary = "/etc/systemd/system/app.service.d/fargate-env.conf, by which systemd hands the variables on for app"
    dockerfile = f"{HEAD}{COPY}RUN systemctl enable app\n"
    assert mended_by(dockerfile, {"app.service": UNIT}) == ("would-patch", [summary])
