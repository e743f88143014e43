"""Which modules of its own a Python program imports, and how many of its imports are looked for."""

from __future__ import annotations

import pytest

from fargate_patch.chain.model import Place
from fargate_patch.chain.python.imports import MOST_NAMES, Module, own_modules

PLACE = Place("app/run.py", 1)
STARTING = Module("import os\nos.system('su - app -c x')\n", PLACE, "app")


def test_those_that_it_imports_and_those_that_they_import() -> None:
    of_image = {"app": Module("from . import run\n", PLACE, "app"), "app.run": STARTING}
    assert own_modules("import os\nimport app\n", "", of_image.get) == of_image


@pytest.mark.parametrize(
    "said",
    [
        "import os, app.run as run",
        "from app import (  # noqa\n    other,  # first\n    run as r,\n)",
        "from app import other, run",
        "if True:\n    from .run import x",
    ],
)
def test_every_form_of_an_import(said: str) -> None:
    assert own_modules(said, "app", {"app.run": STARTING}.get) == {"app.run": STARTING}


def test_none_where_none_of_them_starts_anything() -> None:
    of_image = {"app": Module("x = 1\n", PLACE, "app")}
    assert own_modules("import app\n", "", of_image.get) == {}


def test_each_name_is_looked_for_once_and_not_without_end() -> None:
    asked: list[str] = []
    imports = "".join(f"import library{number}\n" for number in range(2 * MOST_NAMES))
    assert own_modules(imports * 2, "", asked.append) == {}
    assert asked == [f"library{number}" for number in range(MOST_NAMES)]
