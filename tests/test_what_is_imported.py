"""Start-up time as facts: which modules a run needs, whatever the clock says."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from fargate_patch import mechanisms

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {
    "concurrent",
    "difflib",
    "hashlib",
    "jinja2",
    "rich",
    "subprocess",
    "tomllib",
    "tree_sitter",
    "tree_sitter_bash",
}
CLEAN = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n'
LIST_AFTER = "print('\\n'.join(sys.modules))"


def imported(program: str, *arguments: str) -> set[str]:
    """The modules that a Python program has at its end, without those that any typer program has."""
    bare = _modules(f"import sys, typer, typer.main; {LIST_AFTER}")
    return _modules(f"import sys; {program}; {LIST_AFTER}", *arguments) - bare


def _modules(program: str, *arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


def test_the_package_alone_imports_nothing_of_itself() -> None:
    assert {m for m in imported("import fargate_patch") if m.startswith("fargate_patch")} == {"fargate_patch"}


def test_a_clean_file_needs_nothing_heavy(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(CLEAN)
    found = imported("from fargate_patch.cli import main; main(sys.argv[1:])", "--check", "--isolated", str(file))
    assert {m.partition(".")[0] for m in found} & HEAVY == set()
    assert {m for m in found if m.startswith("fargate_patch.remedies.")} == {
        "fargate_patch.remedies.block",
        "fargate_patch.remedies.model",
        "fargate_patch.remedies.variables",
    }
    assert "fargate_patch.cure" not in found
    assert "fargate_patch.obstacles.one_liner" not in found
    assert "fargate_patch.mechanisms.cron" not in found


def test_every_program_leads_to_the_module_that_names_it() -> None:
    plain = [(p, m) for m in mechanisms.judges() for p in m.PROGRAMS if not set(p) & set("*?[")]
    assert [(p, m.__name__) for p, m in plain if mechanisms.judge_of(p) is not m] == []


def test_patterns_and_unknown_programs() -> None:
    named = {p: m.__name__.rpartition(".")[2] for p in PROGRAMS if (m := mechanisms.judge_of(p))}
    assert named == {
        "/etc/init.d/nginx": "init_script",
        "php-fpm8.3": "php_fpm",
        "/usr/sbin/php8-fpm": "php_fpm",
        "/bin/sh": "shell",
        "/usr/bin/python3.12": "python",
        "php": "languages",
        "ruby": "languages",
    }


PROGRAMS = (
    "/etc/init.d/nginx",
    "php-fpm8.3",
    "/usr/sbin/php8-fpm",
    "/bin/sh",
    "/usr/bin/python3.12",
    "ruby",
    "php",
    '"',
    "",
)
