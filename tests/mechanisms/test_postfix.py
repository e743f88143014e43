"""Postfix hands its delivery commands what both lists name. Seen with postfix 3.7: pipe(8) and mailbox_command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from traced import chains, laid_out, mended_by

from fargate_patch import patch

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "FROM debian:12\nCOPY master.cf main.cf /etc/postfix/\n"
CMD = 'CMD ["postfix", "start-fg"]\n'
NAME = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
PIPE = "smtp inet n - y - - smtpd\napp unix - n n - - pipe\n  flags=R user=app:mail argv=/srv/deliver ${recipient}\n"
BOTH = f"import_environment = TZ {NAME}\nexport_environment = TZ, {NAME}\n"


@pytest.mark.parametrize(
    ("main", "kept"),
    [
        ("", False),
        (BOTH, True),
        (f"import_environment = TZ {NAME}\n", False),
        (f"export_environment = TZ {NAME}\n", False),
        (f"import_environment = TZ\n  {NAME}\n# x\nexport_environment = {NAME}\n", True),
        (f"{BOTH}export_environment = TZ\n", False),
    ],
)
def test_a_pipe_service(main: str, kept: bool) -> None:
    effect, verdict = ("keeps", "reaches") if kept else ("filters", "lost")
    assert chains(HEAD + CMD, {"master.cf": PIPE, "main.cf": main}) == [
        f"app {verdict}: postfix {effect} > exec keeps, /srv/deliver ${{recipient}}"
    ]


def test_a_postconf_of_the_build_counts() -> None:
    run = f'RUN postconf -e "import_environment=TZ {NAME}" && postconf -e "export_environment=TZ {NAME}"\n'
    found = chains(HEAD + run + CMD, {"master.cf": PIPE, "main.cf": ""})
    assert [line.partition(":")[0] for line in found] == ["app reaches"]


def test_mailbox_command_and_a_spawn_service() -> None:
    master = "policy unix - n n - 0 spawn user=policy argv=/usr/bin/python3 /srv/policy.py\n"
    assert chains(HEAD + CMD, {"master.cf": master, "main.cf": "mailbox_command = /srv/box -a\n"}) == [
        "policy lost: postfix filters > exec keeps, /usr/bin/python3 /srv/policy.py",
        "None lost: postfix filters > shell keeps > exec keeps, /srv/box -a",
    ]


def test_a_postfix_that_runs_nothing_of_ones_own_needs_nothing() -> None:
    plain = {"master.cf": "smtp inet n - y - - smtpd\n", "main.cf": "myhostname = x\n"}
    assert chains(HEAD + CMD, plain) == ["root reaches: postfix keeps, postfix"]
    assert chains(f"{HEAD}CMD service postfix start && exec sudo -u app /srv/app\n", plain) == [
        "app lost: shell keeps > sudo filters > exec keeps, /srv/app"
    ]
    assert chains(f"{HEAD}CMD postfix check && exec /srv/app\n", plain) == [
        "root reaches: shell keeps > exec keeps, /srv/app"
    ]


def test_what_is_told_is_the_loss_that_nothing_mends(tmp_path: Path) -> None:
    """By `service` the names of import_environment have nothing to let in."""
    files = {"master.cf": "job unix - n n - - pipe user=app argv=/srv/app\n", "main.cf": "myhostname = x\n"}
    result = patch(f"{HEAD}CMD service postfix start; exec /x\n".encode(), context=laid_out(tmp_path, files))
    assert (result.status.value, (result.reason or "").split(";")[0]) == (
        "blocked",
        "service runs /etc/init.d/postfix with an almost empty environment",
    )


def test_postconf_mends_it() -> None:
    summary = (
        "the names in import_environment and export_environment of Postfix, by which it hands them to what it runs"
    )
    assert mended_by(HEAD + CMD, {"master.cf": PIPE, "main.cf": ""}) == ("would-patch", [summary])


def test_a_service_that_a_run_adds_to_the_package_s_own() -> None:
    run = "FROM debian:12\nRUN echo 'app unix - n n - - pipe user=app argv=/srv/deliver' >> /etc/postfix/master.cf\n"
    assert chains(run + CMD) == ["app lost: postfix filters > exec keeps, /srv/deliver"]
