"""Which releases `required-version` asks for."""

from __future__ import annotations

import pytest

from fargate_patch.cli.required_version import satisfies


@pytest.mark.parametrize(
    ("wanted", "releases"),
    [
        ("1", "1.0.0 1.2.3 1.10.0"),
        ("1.2", "1.2.3"),
        ("==1.2.3", "1.2.3"),
        ("==1.0", "1.0.0"),
        ("!=1.2.3", "1.0.0 1.10.0 2.0.0"),
        (">=1.2", "1.2.3 1.10.0 2.0.0"),
        (">1.2.3", "1.10.0 2.0.0"),
        ("<=1.2.3", "1.0.0 1.2.3"),
        ("<2", "1.0.0 1.2.3 1.10.0"),
        ("~=1.2", "1.2.3 1.10.0"),
        ("~=1.2.0", "1.2.3"),
        (">=1.2, <2", "1.2.3 1.10.0"),
        ("1.*", "1.0.0 1.2.3 1.10.0"),
        ("new", ""),
        ("", ""),
        (">=1,", ""),
    ],
)
def test_the_releases(wanted: str, releases: str) -> None:
    every = ("1.0.0", "1.2.3", "1.10.0", "2.0.0")
    assert " ".join(version for version in every if satisfies(version, wanted)) == releases
