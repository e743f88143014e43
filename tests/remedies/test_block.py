"""The block as text: found, refused, taken out byte for byte."""

from __future__ import annotations

import pytest

from fargate_patch import BlockError, revert
from fargate_patch.dockerfile.scanner import scan
from fargate_patch.remedies.block import Decision, checksum, enclose, find, in_force, in_force_line
from fargate_patch.remedies.model import Remedy

REMEDIES = (Remedy("entrypoint-shim", users=("app",)), Remedy("pam-env", "cron", ("app", "web")))
IN_FORCE = in_force_line(REMEDIES, Decision())


def made(*body: str, before: tuple[bytes, ...] = (), newline: bytes = b"\n") -> bytes:
    return b"".join(enclose("why", [IN_FORCE, *body], before, newline))


@pytest.mark.parametrize(
    ("patched", "original"),
    [
        (b"FROM x\n" + made("RUN a") + b"CMD b\n", b"FROM x\nCMD b\n"),
        (b"FROM x\n" + made("RUN a"), b"FROM x\n"),
        (b"FROM x\n" + made("RUN a")[:-1], b"FROM x"),  # a file without a final newline ends without one
        (
            b"FROM x\n" + made("# Before: ", "ENTRYPOINT b", before=(b"ENTRYPOINT a \\\n", b"  c\n")) + b"CMD d\n",
            b"FROM x\nENTRYPOINT a \\\n  c\nCMD d\n",
        ),
        (b"FROM x\n" + made("# Before: ", "ENTRYPOINT b", before=(b"ENTRYPOINT a",))[:-1], b"FROM x\nENTRYPOINT a"),
        (b"FROM x\r\n" + made("RUN a", newline=b"\r\n")[:-2], b"FROM x"),
        (b"FROM x\nCMD b\n", b"FROM x\nCMD b\n"),
    ],
)
def test_taken_out_it_leaves_what_was_there(patched: bytes, original: bytes) -> None:
    assert revert(patched) == original


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"FROM x\n" + made("RUN a").replace(b"RUN a", b"RUN b"), "fargate-patch's block was edited by hand"),
        (b"FROM x\n" + made("RUN a").rsplit(b"# <<<", 1)[0], "the end of fargate-patch's block is missing"),
        (b"FROM x\n" + made("RUN a").split(b"\n", 1)[1], "the markers of fargate-patch's block do not fit together"),
        (b"FROM x\n" + made("RUN a")[:-8] + b"\n", "the markers of fargate-patch's block do not fit together"),
    ],
)
def test_what_a_person_changed_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(BlockError, match=message):
        revert(text)


def test_line_ends_that_git_changed_are_no_edit() -> None:
    text = b"FROM x\n" + made("RUN a") + b"CMD b\n"
    assert revert(text.replace(b"\n", b"\r\n")) == b"FROM x\r\nCMD b\r\n"


def test_a_marker_within_an_instruction_is_the_persons_own_text() -> None:
    inside = b"FROM x\nRUN <<E\n" + made("RUN a") + b"E\n"
    assert find(scan(inside)) == ()
    assert revert(inside) == inside


@pytest.mark.parametrize(
    "decision",
    [Decision(), Decision("profile", ("app",)), Decision(users=("app", "web")), Decision("shim", fix_legacy=True)],
)
def test_what_is_in_force_reads_back(decision: Decision) -> None:
    lines = enclose("why", [in_force_line(REMEDIES, decision), "RUN a"], (), b"\n")
    assert in_force(find(scan(b"FROM x\n" + b"".join(lines)))) == (REMEDIES, decision)


def test_the_checksum_is_of_the_text_between_the_markers() -> None:
    lines = made("RUN a").splitlines(keepends=True)
    assert lines[-1] == f"# <<< fargate-patch {checksum(lines[1:-1])} <<<\n".encode()
