"""Templates: files that become a Dockerfile only when Jinja, Go templates, ERB, Maven or a `sed` have rendered them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.regex import regex

if TYPE_CHECKING:
    from fargate_patch.dockerfile.scanner import Source

A_TEMPLATE = "a template, which becomes a Dockerfile only when it is rendered; give the rendered file"

_TAG = regex(r"\{\{|\{%|<%|%%\w+%%|@\w+@|\$\{[\w-]+\.[\w.-]+\}")


def is_template(source: Source) -> bool:
    """Whether a tag stands where an instruction or an image does. In a RUN it may be meant for a program."""
    return any(_TAG.match(i.keyword) or (i.name == "FROM" and _TAG.search(i.text)) for i in source.instructions)


def has_tag(data: bytes, line: int) -> bool:
    """Whether one line (1-based) of a file that cannot be read as a Dockerfile has a tag."""
    return bool(_TAG.search(data.split(b"\n")[line - 1].decode("utf-8", "replace"))) if line else False
