"""The manual page is what the commands' help says now, and man takes it without a complaint."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess

import pytest
from project import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "make_man.py"


def page() -> str:
    spec = importlib.util.spec_from_file_location("make_man", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: str = module.page()
    return made


def test_the_page_is_up_to_date() -> None:
    assert (REPOSITORY / "docs" / "fargate-patch.1").read_text("utf-8") == page(), "run `make docs`"


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_man_takes_it() -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", REPOSITORY / "docs" / "fargate-patch.1"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
