"""Where the block goes and what stands around it: whole files before and after, the RUN's text left out."""

from __future__ import annotations

import re

import pytest

from fargate_patch import Options, Status, patch, revert

RUN = re.compile(rb"(?m)^(RUN|run) (?=mkdir -p /run/fargate-env|\{ grep -Eq).*?(?=^[^ ])", re.DOTALL)
SHIM_AND_PAM = b"""# >>> fargate-patch 1.0.0: su-login does not hand the task role's variables on (FP101) >>>
# ECS tells PID 1 where the task role's credentials are. This hands that, and nothing else, to `app`:
#   entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env
#   pam_env session line in /etc/pam.d/su-l for app
# Undo: fargate-patch revert. Off at run time: FARGATE_ENV=off.
# In force: entrypoint-shim for app; pam-env at su-l for app
"""


def skeleton(data: bytes) -> bytes:
    """A patched file without what its RUN says and without the checksums."""
    data = RUN.sub(rb"\1 ...\n", data.replace(b"\r\n", b"\n"))
    return re.sub(rb"<<< fargate-patch [0-9a-f]{16} <<<", b"<<<", data)


def patched(before: bytes, options: Options | None = None) -> bytes:
    result = patch(before, options=options)
    assert result.status is Status.WOULD_PATCH, result.reason
    assert revert(result.new) == before
    again = patch(result.new)
    assert (again.status, again.new) == (Status.CURRENT, result.new)
    return skeleton(result.new)


def block(*lines: bytes) -> bytes:
    return SHIM_AND_PAM + b"\n".join(lines) + b"\n# <<<\n"


CMD = b'CMD ["su", "-", "app", "-c", "x"]\n'
ENTRY = b'ENTRYPOINT ["/usr/local/bin/fargate-env"]'
PLAIN = (b"# hadolint ignore=SC2016", b"RUN ...")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            b"FROM debian:12\nRUN useradd app\nEXPOSE 80\n" + CMD,
            b"FROM debian:12\nRUN useradd app\n" + block(*PLAIN, ENTRY) + b"EXPOSE 80\n" + CMD,
            id="behind the last layer",
        ),
        pytest.param(
            b"FROM debian:12\n" + CMD,
            b"FROM debian:12\n" + block(*PLAIN, ENTRY) + CMD,
            id="behind FROM where there is no layer",
        ),
        pytest.param(
            b'FROM debian:12\nRUN useradd app\n# the way in\nENTRYPOINT ["tini", "--"]\n' + CMD,
            b"FROM debian:12\nRUN useradd app\n# the way in\n"
            + block(
                *PLAIN,
                b'# Before: ENTRYPOINT ["tini", "--"]',
                b'ENTRYPOINT ["/usr/local/bin/fargate-env", "tini", "--"]',
            )
            + CMD,
            id="in the place of the ENTRYPOINT",
        ),
        pytest.param(
            b"FROM debian:12\nRUN useradd app\n# hadolint ignore=DL3025\nENTRYPOINT su - app -c \\\n  x\n",
            b"FROM debian:12\nRUN useradd app\n"
            + block(
                *PLAIN,
                b"# Before: # hadolint ignore=DL3025",
                b"# Before: ENTRYPOINT su - app -c \\",
                b"# Before:   x",
                b"# hadolint ignore=DL3025",
                b'ENTRYPOINT ["/usr/local/bin/fargate-env", "/bin/sh", "-c", "su - app -c   x"]',
            ),
            id="a shell form with its pragma",
        ),
        pytest.param(
            b'FROM debian:12\nENTRYPOINT ["tini", "--"]\n' + CMD + b"RUN useradd app\n",
            b"FROM debian:12\n"
            b"# >>> fargate-patch 1.0.0: the ENTRYPOINT stands in the block below >>>\n"
            b'# Before: ENTRYPOINT ["tini", "--"]\n'
            b"# <<<\n"
            + CMD
            + b"RUN useradd app\n"
            + block(*PLAIN, b'ENTRYPOINT ["/usr/local/bin/fargate-env", "tini", "--"]'),
            id="an ENTRYPOINT above a layer moves down",
        ),
        pytest.param(
            b"FROM debian:12\nUSER 1000:1000\nRUN make\nUSER root\n" + CMD,
            b"FROM debian:12\nUSER 1000:1000\nRUN make\nUSER root\n" + block(*PLAIN, ENTRY) + CMD,
            id="where the user is root, without a USER of its own",
        ),
        pytest.param(
            b"FROM debian:12\nARG U=www\nUSER ${U}\nRUN make\nENTRYPOINT []\n" + CMD,
            b"FROM debian:12\nARG U=www\nUSER ${U}\nRUN make\n"
            + block(
                b"# hadolint ignore=DL3066",
                b"USER root",
                *PLAIN,
                b"# hadolint ignore=DL3066",
                b"USER ${U}",
                b"# Before: ENTRYPOINT []",
                ENTRY,
            )
            + CMD,
            id="the user's own spelling is said again",
        ),
        pytest.param(
            b"FROM debian:12 AS base\nRUN useradd app\n" + CMD + b"FROM base\nRUN make\n",
            b"FROM debian:12 AS base\nRUN useradd app\n"
            + CMD
            + b"FROM base\nRUN make\n"
            + block(*PLAIN, ENTRY, b'CMD ["su", "-", "app", "-c", "x"]'),
            id="an earlier stage's CMD is said again",
        ),
        pytest.param(
            b'FROM debian:12\nRUN useradd app\nSHELL ["/usr/bin/python3", "-c"]\nRUN print()\n' + CMD,
            b'FROM debian:12\nRUN useradd app\nSHELL ["/usr/bin/python3", "-c"]\nRUN print()\n'
            + block(b'SHELL ["/bin/sh", "-c"]', *PLAIN, b'SHELL ["/usr/bin/python3", "-c"]', ENTRY)
            + CMD,
            id="a foreign SHELL",
        ),
        pytest.param(
            b'FROM debian:12\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN useradd app\n' + CMD,
            b'FROM debian:12\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN useradd app\n'
            + block(*PLAIN, ENTRY)
            + CMD,
            id="a SHELL that runs sh",
        ),
        pytest.param(
            b"from debian:12\nrun useradd app\n" + CMD.replace(b"CMD", b"cmd"),
            b"from debian:12\nrun useradd app\n"
            + block(b"# hadolint ignore=SC2016", b"run ...", b'entrypoint ["/usr/local/bin/fargate-env"]')
            + CMD.replace(b"CMD", b"cmd"),
            id="lower case",
        ),
        pytest.param(
            b"FROM debian:12\nRUN <<E\nuseradd app\nE\n\n" + CMD,
            b"FROM debian:12\nRUN <<E\nuseradd app\nE\n\n" + block(*PLAIN, ENTRY) + CMD,
            id="behind the blank line that ends a heredoc for hadolint",
        ),
        pytest.param(
            b"FROM debian:12\nRUN useradd app\n" + CMD.rstrip(b"\n"),
            b"FROM debian:12\nRUN useradd app\n" + block(*PLAIN, ENTRY) + CMD.rstrip(b"\n"),
            id="no final newline",
        ),
        pytest.param(
            b"FROM debian:12\n" + CMD + b"RUN useradd app",
            b"FROM debian:12\n" + CMD + b"RUN useradd app\n" + block(*PLAIN, ENTRY).rstrip(b"\n"),
            id="no final newline, the block at the end",
        ),
        pytest.param(
            b"FROM debian:12\r\nRUN useradd app\r\n" + CMD.replace(b"\n", b"\r\n"),
            b"FROM debian:12\nRUN useradd app\n" + block(*PLAIN, ENTRY) + CMD,
            id="CRLF",
        ),
        pytest.param(
            b"\xef\xbb\xbf# syntax=docker/dockerfile:1\nFROM debian:12\nMAINTAINER J\xf6rg\n" + CMD,
            b"\xef\xbb\xbf# syntax=docker/dockerfile:1\nFROM debian:12\n"
            + block(*PLAIN, ENTRY)
            + b"MAINTAINER J\xf6rg\n"
            + CMD,
            id="BOM, directive, latin-1",
        ),
    ],
)
def test_the_place_of_the_block(before: bytes, after: bytes) -> None:
    assert patched(before) == after


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_every_line_of_a_crlf_file_ends_alike(ending: bytes) -> None:
    before = b"FROM debian:12\r\nRUN useradd app\r\n" + CMD.rstrip(b"\n") + ending
    new = patch(before).new
    assert new.count(b"\n") - new.count(b"\r\n") == (1 if ending == b"\n" else 0)
    assert revert(new) == before


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (b"FROM debian:12\nRUN useradd app && \\", "the file ends in an open continuation line"),
        (b"FROM mycorp/base\nCMD su - app -c x\n", "the ENTRYPOINT of mycorp/base is not known"),
        (
            b'FROM mycorp/base\nENTRYPOINT ["su", "-", "app", "-c", "x"]\n',
            "the distribution of mycorp/base is not known",
        ),
    ],
)
def test_no_place_is_a_reason(before: bytes, reason: str) -> None:
    result = patch(before, options=Options(strategy="profile", users=("app",)))
    assert result.status is Status.BLOCKED
    assert (result.reason or "").startswith(reason)
    assert result.new == before
