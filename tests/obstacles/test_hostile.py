"""Scripts that nobody writes, of a size that nobody reads: still looked through, with as many findings as help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import fargate_patch

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'FROM debian:12\nCOPY start.sh /\nCMD ["/start.sh"]\n'


@pytest.mark.parametrize(
    ("script", "codes"),
    [
        ("env > /etc/x\n" * 8_000, ["FP204"] * 100),
        ("".join(f"env > /etc/x{n}\nchmod 600 /etc/x{n}\n" for n in range(4_000)), []),
        ("cat >> /etc/x <<E\n" + "A=$AWS_X $B\n" * 15_000 + "E\n", ["FP205"]),
        ("echo " + "$AWS_X" * 30_000 + " >> /etc/x\n", ["FP205"]),
        ("echo '" + "AWS_=" * 30_000 + "' >> /etc/x\n", []),
        ("export $(cat /proc/1/environ)\n" * 5_000, ["FP201"] * 100),
        ("echo '/" + " " * 150_000 + "' | sed s/a/b/ # env_reset\nenv\n", []),
        ("{ " * 30 + "env > /etc/x;" + " }" * 30, ["FP204"]),
        ("( " * 3_000 + "env > /etc/x" + " )" * 3_000, []),
    ],
    ids=["dumps", "closed dumps", "a here-document", "expansions", "names", "reads", "blanks", "deep", "too deep"],
)
def test_a_script_of_any_shape(script: str, codes: list[str], tmp_path: Path) -> None:
    (tmp_path / "start.sh").write_text(f"#!/bin/sh\n{script}")
    result = fargate_patch.patch(HEAD.encode(), context=tmp_path)
    assert [f.code for f in result.findings] == codes


def test_a_dockerfile_of_many_settings() -> None:
    many = "".join(f"ENV AWS_X{n}=$AWS_Y\n" for n in range(5_000))
    echoes = "RUN " + " && ".join(f'echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI" >> /etc/f{n}' for n in range(1_000))
    result = fargate_patch.patch(f'FROM debian:12\n{many}{echoes}\nCMD ["app"]\n'.encode())
    assert [f.code for f in result.findings] == ["FP209"]


def test_control_characters_of_a_file_stay_out_of_the_text_report(tmp_path: Path) -> None:
    from fargate_patch.report import View
    from fargate_patch.report.text import render

    (tmp_path / "start.sh").write_bytes(b"#!/bin/sh\nenv > /etc/\x1b[31m\xff\n")
    result = fargate_patch.patch(HEAD.encode(), context=tmp_path)
    assert [f.code for f in result.findings] == ["FP204"]
    assert "\x1b" not in render([result], View())
