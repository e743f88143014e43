"""--fix-legacy: the known one-liner goes, what works comes, and revert brings every byte back."""

from __future__ import annotations

import pytest

from fargate_patch import Options, Status, patch, revert, trace

HEAD = b"FROM debian:12\nRUN useradd -m -s /bin/bash app\n"
LINE = b"RUN echo 'export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)' >> /etc/bashrc\n"
SU = b'CMD ["su", "-", "app", "-c", "python3 app.py"]\n'
PLAIN = b'CMD ["python3", "app.py"]\n'
FIX = Options(fix_legacy=True)

SMALL = b"""\
FROM debian:12
# >>> fargate-patch 1.0.0: the line that takes the variables from /proc/1/environ is taken out (FP201) >>>
# It gives them to nobody but the user that PID 1 runs as. `fargate-patch explain FP201` says more.
# In force (--fix-legacy): nothing
# Before: RUN echo 'export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)' >> /etc/bashrc
# <<< fargate-patch 1c3c7d8a5a6b0c5e <<<
CMD ["python3", "app.py"]
"""


def without_checksum(data: bytes) -> list[bytes]:
    return [line[:20] if line.startswith(b"# <<<") else line for line in data.splitlines()]


def test_where_nothing_is_lost_the_line_only_goes() -> None:
    result = patch(b"FROM debian:12\n" + LINE + PLAIN, options=FIX)
    assert (result.status, result.remedies) == (Status.WOULD_PATCH, ())
    assert [(f.code, f.fixable) for f in result.findings] == [("FP201", True)]
    assert without_checksum(result.new) == without_checksum(SMALL)


@pytest.mark.parametrize(
    "dockerfile",
    [
        HEAD + LINE + SU,
        HEAD + LINE + LINE.replace(b"/etc/bashrc", b"/root/.profile") + b"COPY . /srv\n" + SU,
        HEAD + b"# hadolint ignore=SC2016\n" + LINE + b'ENTRYPOINT ["su", "-", "app"]\nRUN true\n',
        (HEAD + LINE + SU).replace(b"\n", b"\r\n"),
        HEAD + LINE + SU.rstrip(),
        b"FROM debian:12\n" + LINE + PLAIN,
        b"FROM debian:12\n" + PLAIN + LINE.rstrip(),
        HEAD + SU + LINE.rstrip(),
    ],
    ids=["lost", "twice", "pragma and entrypoint", "crlf", "no last newline", "clean", "last line", "lost, last line"],
)
def test_every_byte_comes_back_and_twice_is_once(dockerfile: bytes) -> None:
    once = patch(dockerfile, options=FIX)
    assert once.status is Status.WOULD_PATCH, once.reason
    left = [line for line in once.new.splitlines() if b"/proc/1/environ |" in line and not line.startswith(b"# ")]
    assert left == []
    assert revert(once.new) == dockerfile
    for options in (FIX, Options()):
        again = patch(once.new, options=options)
        assert (again.status, again.new) == (Status.CURRENT, once.new)
    assert {c.verdict.value for c in trace(once.new).chains} == {"reaches"}


@pytest.mark.parametrize(
    "run",
    [
        LINE.rstrip() + b" && chmod 644 /etc/bashrc\n",
        b"RUN apt-get update && " + LINE[4:],
        b"RUN printf 'umask 022\\nexport $(strings /proc/1/environ | grep AWS_X)\\n' >> /etc/bashrc\n",
        b"RUN cat >> /etc/bashrc <<'EOF'\nexport $(strings /proc/1/environ | grep AWS_X)\nEOF\n",
    ],
    ids=["then another command", "behind another command", "with another line", "a here-document"],
)
def test_a_run_that_does_more_is_left(run: bytes) -> None:
    result = patch(b"FROM debian:12\n" + run + PLAIN, options=FIX)
    assert (result.status, result.new) == (Status.CLEAN, result.old)
    assert [(f.code, f.fixable) for f in result.findings] == [("FP201", False)]


def test_an_ignored_line_and_one_of_another_stage_are_left() -> None:
    kept = b"FROM debian:12 AS build\n" + LINE + b"FROM debian:12\n# fargate-patch ignore=FP201\n" + LINE + PLAIN
    assert patch(kept, options=FIX).new == kept


def test_without_the_option_the_line_stays() -> None:
    result = patch(HEAD + LINE + SU)
    assert LINE in result.new
    assert [(f.code, f.fixable) for f in result.findings] == [("FP101", True), ("FP201", False)]
