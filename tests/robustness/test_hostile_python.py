"""Programs in Python that are written to be too much: every one is read to an end, and none stops the program."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fargate_patch import Status, trace
from fargate_patch.chain.python.source import LARGEST

HEAD = "import os, subprocess\n"
DOCKERFILE = b'FROM python:3.12\nCOPY e.py /e.py\nCMD ["python", "/e.py"]\n'
ITSELF = ["root reaches None"]
NOT_READ = "root unknown /e.py could not be read to its end as Python 3, so what it starts is not known"
DEEP = {
    "parentheses": "(" * 60_000 + "1" + ")" * 60_000,
    "signs": "-" * 60_000 + "1",
    "negations": "not " * 40_000 + "1",
    "attributes": "a" + ".b" * 60_000,
    "calls": "a" + "()" * 60_000,
    "items": "a" + "[0]" * 60_000,
    "choices": "1 if a else " * 10_000 + "2",
    "functions": "lambda:" * 20_000 + "1",
    "sum": "+".join(["a"] * 60_000),
    "lists": "[" * 150 + "1" + "]" * 150,
}
WIDE = {
    "sides": "if a: pass\n" + "elif b: os.system('x')\n" * 8_000,
    "names": "".join(f"x{n} = 1\nif a: y{n} = 2\n" for n in range(8_000)),
    "doubled": "x = 'aaaaaaaaaaaaaaaa'\n" + "x = x + x\n" * 18_000,
    "joined": f"x = ['{'b' * 15_000}']\n" + "x = x + x\n" * 20 + "y = ''.join(x)\n" * 9_000,
    "split": f"import shlex\nx = '{'a ' * 9_000}'\n" + "y = shlex.split(x)\n" * 8_000,
    "environment": "".join(f"os.environ['k{n}'] = 'v'\nos.system('x')\n" for n in range(4_000)),
    "calls": "".join(f"def f{n}():\n f{n + 1}(); f{n + 1}()\n" for n in range(3_000)) + "f0()\n",
    "itself": "def f(): f(); g()\ndef g(): f(); g()\nf()\n",
}
ODD = {
    "no arguments": "subprocess.run()\nos.execv()\nos.spawnl(1)\nos.execle()\nos.posix_spawn()\nos.system(x=1)\n",
    "empty ones": "subprocess.run([])\nsubprocess.run('')\nsubprocess.run([''])\nos.setuid()\nos.environ.pop()\n",
    "other kinds": "subprocess.run([b'su', 3, None, 1.5], cwd=3, user=True, env=3, input=3, executable=None)\n",
    "half a character": "os.system('\\ud800')\n",
    "operators": "x = None + 1\nx = 1 < 'a'\nx = 3 in 4\nx = -'a'\nx = 'a' % 3\nx = '%d' % 3\nx = [1][5]",
    "methods": "x = 'a'.join()\nx = 'a'.split('')\nx = '{}{}'.format(1)\nx = {}.get('a')\nx = len(5)\nx = int()\n",
    "targets": "a, *b = 1, 2\n(y := 3)\nx: int\ndel x\nx[0][1] = 2\nos.environ[3] = 4\nos.environ.update(a, b=3)\n",
    "imports": "from . import x\nfrom .a import system\nimport a.b as c\nfrom os import *\n",
}


def seen(program: str) -> list[str]:
    with TemporaryDirectory() as folder:
        Path(folder, "e.py").write_text(program)
        result = trace(DOCKERFILE, context=Path(folder))
    assert result.status is not Status.ERROR, result.reason
    return [f"{chain.user} {chain.verdict.value} {chain.open}" for chain in result.chains]


@pytest.mark.parametrize("name", DEEP)
def test_what_is_too_deep_is_told_where_it_names_su(name: str) -> None:
    assert seen(f"{HEAD}x = {DEEP[name]}\nos.system('x')\n") == ITSELF
    assert set(seen(f"{HEAD}x = {DEEP[name]}\nos.system('su - app')\n")) <= {*ITSELF, NOT_READ, "app lost None"}


@pytest.mark.parametrize("name", WIDE)
def test_what_is_too_much_is_read_as_far_as_it_is_followed(name: str) -> None:
    assert seen(HEAD + WIDE[name])[0] == ITSELF[0]


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_passed_over(name: str) -> None:
    assert seen(HEAD + ODD[name])[0] == ITSELF[0]


def test_what_is_behind_the_most_that_is_read() -> None:
    filling = "x = 1\n" * (LARGEST // 6 + 1)
    assert seen(f"{HEAD}os.system('su - app')\n{filling}") == [*ITSELF, NOT_READ]
    assert seen(f"{HEAD}{filling}os.system('su - app')\n") == ITSELF


def test_a_text_with_a_nul_is_none() -> None:
    assert seen(f"{HEAD}x = '\0'\nos.system('su - app')\n") == ITSELF
