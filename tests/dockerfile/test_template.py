"""A template is no Dockerfile yet, whether it can be read as one or not; a tag in a RUN makes none."""

from __future__ import annotations

import pytest

from fargate_patch import Status, patch, trace

SKIPPED = (Status.SKIPPED, "a template, which becomes a Dockerfile only when it is rendered; give the rendered file")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if x %}\nFROM debian\n{% endif %}\n", SKIPPED),
        ('FROM debian\n{%- if x %}\nRUN a\n{%- endif %}\nCMD ["a"]\n', SKIPPED),
        ('FROM {{ image }}\nCMD ["a"]\n', SKIPPED),
        ('FROM debian:{{tag}}\nCMD ["a"]\n', SKIPPED),
        ("FROM debian\nENV {{.Name}}\n", SKIPPED),
        ("<% if x %>\nFROM debian\n", SKIPPED),
        ('FROM php:8.4-%%VARIANT%%3.21\nCMD ["%%CMD%%"]\n', SKIPPED),
        ('FROM ${docker.base.image}\nCMD ["a"]\n', SKIPPED),
        ('FROM @BASE@\nCMD ["a"]\n', SKIPPED),
        ('FROM debian@sha256:0\nCMD ["a", "@b@"]\n', (Status.CLEAN, None)),
        ("FROM debian\nRUN docker inspect -f '{{.Id}}'\nCMD [\"a\"]\n", (Status.CLEAN, None)),
        ("ENV A=1\nFROM debian\n", (Status.ERROR, "line 1: ENV stands before the first FROM")),
    ],
)
def test_templates(text: str, expected: tuple[Status, str | None]) -> None:
    for result in (patch(text.encode()), trace(text.encode())):
        assert (result.status, result.reason) == expected
