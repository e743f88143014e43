"""A program whose file cannot be looked into: the application, unless it is plainly a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import Status, trace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ('COPY e /e\nRUN sed -i "/foo/{N;s/x/y/}" /e\nCMD ["/e"]', Status.UNKNOWN),  # a text that is edited
        ('COPY start.sh /start.sh\nCMD ["/start.sh"]', Status.UNKNOWN),  # not in the context, named as scripts are
        ('COPY server /server\nCMD ["/server"]', Status.CLEAN),  # built elsewhere, named as programs are
        ('RUN curl -o /usr/bin/tool https://example.com/tool\nCMD ["tool"]', Status.CLEAN),
    ],
)
def test_by_its_name_and_by_what_is_done_to_it(tmp_path: Path, lines: str, status: Status) -> None:
    (tmp_path / "e").write_text("#!/bin/sh\nsu - app -c x\n")
    assert trace(f"FROM debian:12\n{lines}\n".encode(), context=tmp_path).status is status
