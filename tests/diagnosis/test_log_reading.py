"""Logs of any size and any bytes: counted, numbered, cut, masked."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import io

import pytest

from fargate_patch.diagnosis.reading import LONGEST_LINE, PIECE, diagnose

ABSENT = b"NoCredentialsError: Unable to locate credentials\n"
REGION = b"botocore.exceptions.NoRegionError: You must specify a region.\n"

Row = tuple[str, int, int]


def rows(log: bytes) -> list[Row]:
    return [(d.cause.name, d.line, d.count) for d in diagnose(io.BytesIO(log))]


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (b"", []),
        (b"\n\n", []),
        (ABSENT, [("absent", 1, 1)]),
        (b"x\n" + ABSENT.rstrip(), [("absent", 2, 1)]),
        (b"\r\n".join([b"a", b"b", ABSENT.rstrip(), b""]), [("absent", 3, 1)]),
        (REGION + ABSENT + REGION + ABSENT + ABSENT, [("region", 1, 2), ("absent", 2, 3)]),
        (b"\xff\xfe\x80" + ABSENT, [("absent", 1, 1)]),
        (ABSENT.decode().encode("utf-16-le"), [("absent", 1, 1)]),
        (b"x" * (PIECE - 10) + b"\n" + ABSENT, [("absent", 2, 1)]),
        ((b"x" * 99 + b"\n") * (PIECE // 50) + ABSENT, [("absent", PIECE // 50 + 1, 1)]),
        (b"x" * (LONGEST_LINE + 3 * PIECE) + b"\n" + ABSENT, [("absent", 2, 1)]),
        (ABSENT * 50_000, [("absent", 1, 50_000)]),
    ],
    ids=[
        "empty", "blank", "one", "no last newline", "crlf", "two", "bytes", "utf-16", "at a piece's end", "behind pieces",
        "a long line", "many",
    ],
)  # fmt: skip
def test_counts_and_line_numbers(log: bytes, expected: list[Row]) -> None:
    assert rows(log) == expected


def test_a_stream_that_gives_little_at_a_time() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(7, size or 7))

    assert [(d.cause.name, d.line) for d in diagnose(Slow(b"a\nb\n" + ABSENT + REGION))] == [
        ("absent", 3),
        ("region", 4),
    ]


def test_an_environment_of_ecs_without_the_variable_means_no_task_role() -> None:
    v4 = b"ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/x\n"
    assert rows(b"PATH=/bin\n" + v4) == [("no-task-role", 2, 1)]
    assert rows(v4 + b"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/x\n") == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            b'declare -x AWS_SECRET_ACCESS_KEY="a b"; declare -x AWS_SESSION_TOKEN=c d',
            "declare -x AWS_SECRET_ACCESS_KEY=…; declare -x AWS_SESSION_TOKEN=… d",
        ),
        (
            b"container-role: Error when retrieving credentials from container-role http://169.254.170.2/v2/credentials/4d1f-0",
            "container-role: Error when retrieving credentials from container-role http://169.254.170.2/v2/credentials/…",
        ),
        (b"Unable to locate credentials " + b"x" * 1000, "Unable to locate credentials " + "x" * 270 + "…"),
    ],
    ids=["keys", "the address of the credentials", "a long line"],
)
def test_a_report_does_not_repeat_what_gives_access(line: bytes, shown: str) -> None:
    assert [d.text for d in diagnose(io.BytesIO(line))] == [shown]
