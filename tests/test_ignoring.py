"""Comments, --select and --ignore: what is not told, what is not patched, which comment has no effect."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import Options, Status, patch, trace

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "FROM debian:12\nRUN useradd -m -s /bin/bash app\n"
SU = 'CMD ["su", "-", "app", "-c", "python3 app.py"]\n'
LINE = "RUN echo 'export $(strings /proc/1/environ | grep AWS_X)' >> /etc/bashrc\n"
NOT_TOLD = "what is lost is not to be told (FP101)"

Expected = tuple[Status, str | None, list[tuple[str, str, int]]]


def judged(dockerfile: str, options: Options | None = None, context: Path | None = None) -> Expected:
    result = patch(dockerfile.encode(), context=context, options=options)
    return result.status, result.reason, [(f.code, f.file, f.line) for f in result.findings]


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (f"{HEAD}# fargate-patch ignore=FP101 # on purpose\n{SU}", (Status.CLEAN, NOT_TOLD, [])),
        (f"{HEAD}#fargate-patch ignore = fp101\n{SU}", (Status.CLEAN, NOT_TOLD, [])),
        (f"{HEAD}# fargate-patch ignore=FP1\n# app needs no role\n{SU}", (Status.CLEAN, NOT_TOLD, [])),
        (f"{HEAD}# fargate-patch ignore=FP104, FP101\n{SU}", (Status.CLEAN, NOT_TOLD, [("FP901", "Dockerfile", 3)])),
        (f"# fargate-patch global ignore=FP101\n{HEAD}{SU}", (Status.CLEAN, NOT_TOLD, [])),
        (f"{HEAD}# fargate-patch ignore=FP101\n\n{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 5), ("FP901", "Dockerfile", 3)])),
        (f"{HEAD}# fargate-patch ignore\n{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 4), ("FP901", "Dockerfile", 3)])),
        (f"{HEAD}# fargate-patch needs root here\n{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 4)])),
        (f"{HEAD}# fargate-patch ignore=FP201\n{LINE}{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 5)])),
        (f"{HEAD}RUN true \\\n  # fargate-patch ignore=FP201\n  && {LINE[4:]}{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 6)])),
        (f"{HEAD}RUN <<EOF\n# fargate-patch ignore=FP201\n{LINE[4:]}EOF\n{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 7)])),
        (f"{HEAD}RUN <<EOF\n# fargate-patch ignore=FP201\ntrue\n{LINE[4:]}EOF\n{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 8), ("FP201", "Dockerfile", 6), ("FP901", "Dockerfile", 4)])),
        (f"# fargate-patch global ignore=FP901\n{HEAD}# fargate-patch ignore=FP104\n{SU}", (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 5)])),
    ],
    ids=["above", "loosely spelled", "all losses", "two codes", "global", "a blank between", "no code", "prose", "an obstacle", "in a continuation", "in a heredoc", "elsewhere in a heredoc", "of unused ones"],
)  # fmt: skip
def test_comments_in_the_dockerfile(dockerfile: str, expected: Expected) -> None:
    assert judged(dockerfile) == expected


@pytest.mark.parametrize("words", [": ignore=FP101", ":ignore=FP101", " ignore[FP101]", " ignore: FP101 (no role)", " ignore FP101", " ignore=FP101: no role", " ignore=FP101;FP1 no role"])  # fmt: skip
def test_spelled_as_other_tools_do(words: str) -> None:
    assert judged(f"{HEAD}# fargate-patch{words}\n{SU}") == (Status.CLEAN, NOT_TOLD, [])


@pytest.mark.parametrize("words", [" off by default here", " global off", " disable=FP101", ": disable = FP101", " ignore=su-login", " ignore=FP1011"])  # fmt: skip
def test_a_comment_that_is_not_understood_is_told(words: str) -> None:
    told = (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 4), ("FP901", "Dockerfile", 3)])
    assert judged(f"{HEAD}# fargate-patch{words}\n{SU}") == told


def test_comments_in_a_script(tmp_path: Path) -> None:
    script = "#!/bin/sh\n# fargate-patch ignore=FP101\nsu - app -c /migrate\n# fargate-patch ignore=FP104\nexec su - app -c /serve\n"
    (tmp_path / "start.sh").write_text(script)
    dockerfile = f'{HEAD}COPY start.sh /\nCMD ["/start.sh"]\n'
    assert judged(dockerfile, context=tmp_path) == (
        Status.WOULD_PATCH,
        None,
        [("FP101", "start.sh", 5), ("FP901", "start.sh", 4)],
    )


def test_an_ignored_loss_is_left_and_the_other_is_patched() -> None:
    both = f'{HEAD}COPY <<EOF /start.sh\n#!/bin/sh\n# fargate-patch ignore=FP104\ncron\nexec su - app -c /serve\nEOF\nCMD ["sh", "/start.sh"]\n'
    result = patch(both.encode(), options=Options(users=("app",)))
    assert (result.status, [f.code for f in result.findings]) == (Status.WOULD_PATCH, ["FP101"])
    assert b"/etc/pam.d/su-l" in result.new
    assert b"/etc/pam.d/cron" not in result.new
    assert patch(result.new, options=Options(users=("app",))).status is Status.CURRENT


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(ignore=("FP101",)), (Status.CLEAN, NOT_TOLD, [("FP201", "Dockerfile", 3)])),
        (Options(ignore=("FP2",)), (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 4)])),
        (Options(select=("FP2",)), (Status.CLEAN, NOT_TOLD, [("FP201", "Dockerfile", 3)])),
        (Options(select=("FP1", "FP2"), ignore=("FP201",)), (Status.WOULD_PATCH, None, [("FP101", "Dockerfile", 4)])),
    ],
)
def test_select_and_ignore(options: Options, expected: Expected) -> None:
    assert judged(HEAD + LINE + SU, options) == expected


def test_off_is_for_the_whole_file() -> None:
    reason = "an inline comment switches fargate-patch off"
    assert judged(f"{HEAD}# fargate-patch: off\n{SU}") == (Status.SKIPPED, reason, [])
    assert judged(f"{HEAD}# fargate-patch off # not on ECS\n{SU}") == (Status.SKIPPED, reason, [])
    assert judged(f"{HEAD}RUN <<EOF\n# fargate-patch off\nEOF\n{SU}")[0] is Status.WOULD_PATCH


def test_a_trace_leaves_out_what_is_ignored() -> None:
    result = trace(f"{HEAD}# fargate-patch ignore=FP101\n{SU}".encode())
    assert (result.status, result.reason, result.findings) == (Status.CLEAN, NOT_TOLD, ())


def test_a_comment_is_not_called_idle_where_a_block_mends_the_loss() -> None:
    mended = patch(f"{HEAD}{SU}".encode()).new.replace(b"\nCMD [", b"\n# fargate-patch ignore=FP101\nCMD [", 1)
    assert trace(mended).findings == ()


def test_many_comments_are_read_in_linear_time() -> None:
    status, _, found = judged("FROM debian:12\n" + "# fargate-patch ignore=FP104\n" * 50_000 + SU)
    assert (status, len(found)) == (Status.WOULD_PATCH, 501)
