"""The verdict on a whole file: every status with its reason, and what a block already there does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import Options, Status, patch, trace
from fargate_patch.remedies.block import checksum

if TYPE_CHECKING:
    from pathlib import Path

LOST = b'FROM debian:12\nRUN useradd app\nCMD ["su", "-", "app", "-c", "x"]\n'
CRON = b'FROM debian:12\nRUN apt-get install -y cron\nCMD ["cron", "-f"]\n'
OWN_BASE = b'FROM registry.example.com/base:1\nRUN useradd app\nCMD ["su", "-", "app", "-c", "x"]\n'


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (b'FROM python:3.12\nCMD ["python", "app.py"]\n', Status.CLEAN, None),
        (LOST, Status.WOULD_PATCH, None),
        (
            b'FROM debian:12\nCMD ["/start.sh"]\n',
            Status.UNKNOWN,
            "/start.sh is not among the files that the build copies, so what it starts is not known: "
            "`fargate-patch image REF` reads it in the built image",
        ),
        (
            CRON,
            Status.BLOCKED,
            "cron starts a job with HOME, LOGNAME, PATH and SHELL alone, and this file does not say for which users: "
            "name them with --user",
        ),
        (b"# fargate-patch off\n" + LOST, Status.SKIPPED, "an inline comment switches fargate-patch off"),
        (b"FROM scratch\nCOPY x /\n", Status.SKIPPED, "FROM scratch without a program to start"),
        (b'FROM scratch\nCOPY x /\nCMD ["/x"]\n', Status.CLEAN, None),
        (b"", Status.ERROR, "there is no instruction in this file"),
        (b"FROM debian\nRUN <<E\n", Status.ERROR, "line 2: the here-document 'E' is not terminated"),
    ],
)
def test_a_status_and_its_reason(text: bytes, status: Status, reason: str | None) -> None:
    result = patch(text)
    assert (result.status, result.reason) == (status, reason)
    assert (result.new != text) is (status is Status.WOULD_PATCH)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (CRON, Options(users=("app",))),
        (OWN_BASE, Options(base_images={"registry.example.com/base:1": "debian"})),
        (OWN_BASE, Options(base_images={"registry.example.com/*": "debian:12"})),
    ],
)
def test_what_an_option_settles(text: bytes, options: Options) -> None:
    assert patch(text).status is Status.BLOCKED
    assert patch(text, options=options).status is Status.WOULD_PATCH


def test_what_was_decided_holds_for_later_runs_that_say_nothing() -> None:
    for text, options in ((CRON, Options(users=("app",))), (LOST, Options(strategy="profile", users=("web",)))):
        new = patch(text, options=options).new
        again = patch(new)
        assert (again.status, again.new) == (Status.CURRENT, new)


def test_a_person_may_decide_anew() -> None:
    first = patch(CRON, options=Options(users=("app",))).new
    second = patch(first, options=Options(users=("web",)))
    assert second.status is Status.WOULD_PATCH
    assert second.new == patch(CRON, options=Options(users=("web",))).new


def test_an_older_versions_block_is_replaced_in_place() -> None:
    new = patch(LOST).new
    lines = new.replace(b"fargate-patch 1.0.0:", b"fargate-patch 0.9.0:").splitlines(keepends=True)
    start, end = (next(n for n, line in enumerate(lines) if mark in line) for mark in (b">>> fargate", b"<<< fargate"))
    lines[start + 1] = b"# as an older version put it\n"
    lines[end] = f"# <<< fargate-patch {checksum(lines[start + 1 : end])} <<<\n".encode()
    result = patch(b"".join(lines))
    assert (result.status, result.new) == (Status.WOULD_PATCH, new)


def test_a_block_that_is_no_longer_needed_is_taken_out() -> None:
    fixed = patch(LOST).new.replace(b'CMD ["su", "-", "app", "-c", "x"]', b'CMD ["su", "app", "-c", "x"]')
    result = patch(fixed)
    assert (result.status, result.new) == (
        Status.WOULD_PATCH,
        LOST.replace(b'"su", "-", "app"', b'"su", "app"'),
    )


def test_a_block_edited_by_hand_is_left_alone() -> None:
    edited = patch(LOST).new.replace(b"umask 077", b"umask 000")
    result = patch(edited)
    assert (result.status, result.new) == (Status.BLOCKED, edited)
    assert "edited by hand" in (result.reason or "")


def test_what_can_be_mended_is_and_the_rest_is_told() -> None:
    text = b"FROM debian:12\nRUN useradd app\nCMD su - app -c x & env -i y\n"
    result = patch(text)
    assert result.status is Status.WOULD_PATCH
    assert [(f.code, f.fixable) for f in result.findings] == [("FP101", True), ("FP109", False)]


def test_what_is_mended_may_be_known_no_further(tmp_path: Path) -> None:
    (tmp_path / "start").write_text("#!/bin/sh\nsudo service $SERVICE start\nsudo -u app /srv/app\n")
    text = b'FROM debian:12\nRUN useradd app && apt-get install -y sudo\nCOPY start /start\nCMD ["/start"]\n'
    result = patch(text, context=tmp_path)
    assert (result.status, [r.name for r in result.remedies]) == (Status.WOULD_PATCH, ["sudoers"])
    assert [(c.user, c.verdict.value) for c in result.chains] == [("root", "lost"), ("app", "lost")]
    assert [(c.user, c.verdict.value) for c in result.chains_after] == [("root", "unknown"), ("app", "reaches")]


def test_a_step_on_the_way_is_not_told_once_it_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "once.service").write_text("[Service]\nExecStart=/once\n[Install]\nWantedBy=multi-user.target\n")
    (tmp_path / "once").write_text("#!/bin/sh\n/srv/prepare\nexec /srv/app\n")
    text = b"FROM debian:12\nCOPY once.service /etc/systemd/system/\nCOPY once /once\nRUN systemctl enable once\n"
    result = patch(text + b'CMD ["/lib/systemd/systemd"]\n', context=tmp_path)
    assert (result.status, [r.name for r in result.remedies]) == (Status.WOULD_PATCH, ["pass-environment"])
    assert {c.verdict.value for c in result.chains} == {"lost"}
    assert {c.verdict.value for c in result.chains_after} == {"reaches"}


def test_runs_that_a_task_definition_makes_are_served_too() -> None:
    text = b'FROM debian:12\nRUN useradd app\nENTRYPOINT ["tini", "--"]\nCMD ["python3", "web.py"]\n'
    assert patch(text).status is Status.CLEAN
    as_command = patch(text, options=Options(commands=("su - app -c worker",)))
    assert [r.name for r in as_command.remedies] == ["entrypoint-shim", "pam-env"]
    as_entrypoint = patch(text, options=Options(entrypoints=("sudo -u app worker",)))
    assert [r.name for r in as_entrypoint.remedies] == ["sudoers"]
    past_the_shim = patch(text, options=Options(entrypoints=("su - app -c worker",)))
    assert past_the_shim.status is Status.BLOCKED


def test_trace_reads_a_patched_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(patch(LOST).new)
    result = trace((tmp_path / "Dockerfile").read_bytes(), context=tmp_path)
    assert [(c.user, c.verdict.value, c.hops[1].mend is not None) for c in result.chains] == [("app", "reaches", True)]


def test_nothing_is_put_in_where_a_person_only_wants_to_know() -> None:
    result = patch(LOST, options=Options(strategy="none"))
    assert (result.status, result.new) == (Status.BLOCKED, LOST)
