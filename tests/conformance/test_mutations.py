"""Thousands of damaged files, each read by the scanner as BuildKit's parser reads it, and given back byte for byte.

`FARGATE_PATCH_MUTATIONS` is how many (`make conformance`: 100,000), `FARGATE_PATCH_SEED` which. A file that is read
otherwise is put into `kept/` and stays a case from then on.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from buildkit import YOUNGER, ours, theirs
from mutation import mutations

from fargate_patch.dockerfile.scanner import DockerfileError, scan

COUNT = int(os.environ.get("FARGATE_PATCH_MUTATIONS", "5000"))
SEED = int(os.environ.get("FARGATE_PATCH_SEED", "6"))
KEPT = Path(__file__).parent / "kept"

CONTINUED = re.compile(rb"[\\`][ \t\r]*\n(?:[ \t\r\v\f]*(?:#.*)?\n)*")
EXCEPTIONS = (
    YOUNGER,
    re.compile(r"\][\s\x1c-\x1f]*[^\s]"),  # something behind a JSON array, which makes it no exec form by now
    re.compile(r"(?i)^\ufeff?(?:[ \t]*#.*\n)*[ \t]*#\s*check\s*="),  # a directive since dockerfile/1.8
    re.compile(r"^\ufeff?(?:[ \t]*#.*\n)*[ \t]*#[ \t]*[\x85\xa0\u2028]"),  # these were no blanks in front of one
    re.compile(r"<<(?s:.*)\$\{[^}]*/|\$\{[^}]*/(?s:.*)<<"),  # `${x/p/r}` was an error, which hid here-documents
    re.compile(r"<<(?s:.*)\$\{\w+:[#%]|\$\{\w+:[#%](?s:.*)<<"),  # `${x:#p}` is an error by now
    re.compile(r"(?i)(?:--|HEALTHCHECK).*[^\x00-\x7f]"),  # the parser tears a character in a flag into its bytes
)


def excepted(data: bytes) -> bool:
    """Does the file hold what BuildKit itself reads otherwise by now, or a character that the comparison tears?"""
    joined = CONTINUED.sub(b"", data)
    texts = [d.decode(errors="surrogateescape") for d in (data, joined)]
    torn = len(re.findall("[\udc80-\udcff]", texts[0])) != len(re.findall("[\udc80-\udcff]", texts[1]))
    return torn or b"\0" in data or any(e.search(text) for e in EXCEPTIONS for text in texts)


def read_back(data: bytes) -> bytes | None:
    """The file put together again from what the scanner made of it; None where it was refused."""
    try:
        source = scan(data)
    except DockerfileError:
        return None
    ends = [0, *(i.end for i in source.instructions)]
    assert all(i.start >= end for i, end in zip(source.instructions, ends, strict=False))
    return source.data


def test_mutated_files_are_read_as_buildkit_reads_them() -> None:
    disagreed: list[str] = []
    compared = 0
    for data in mutations(Random(SEED), COUNT):
        assert read_back(data) in (None, data)
        expected = ours(data)
        if expected == theirs(data):
            compared += 1
        elif not excepted(data):
            KEPT.mkdir(exist_ok=True)
            path = KEPT / f"{sha256(data).hexdigest()[:12]}.dockerfile"
            path.write_bytes(data)
            disagreed.append(path.name)
    assert (disagreed, compared > COUNT * 0.8) == ([], True)


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.dockerfile")), ids=lambda path: path.stem)
def test_files_that_were_read_otherwise_once(path: Path) -> None:
    data = path.read_bytes()
    assert (ours(data), read_back(data)) == (theirs(data), data)
