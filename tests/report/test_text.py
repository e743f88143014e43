"""What a person sees, whole."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace

import pytest
from results import ALL, CLEAN, EVIL, LOST, SKIPPED

from fargate_patch.chain.model import Chain
from fargate_patch.report import View
from fargate_patch.report.text import render
from fargate_patch.result import FileResult, Status, Suggestion

PATCHED = replace(LOST, status=Status.PATCHED)


def test_several_files() -> None:
    assert render((replace(LOST, status=Status.PATCHED), *ALL[1:]), View()) == (
        "app/Dockerfile: patched\n"
        "  app/Dockerfile:4: FP101 su starts a login shell with a fresh environment\n"
        "  app/jobs.cron:1: FP104 warning: cron drops it\n"
        "    give --user\n"
        "  PID 1 as root\n"
        "  └─ supervisord  keeps  app/Dockerfile:3\n"
        "     ├─ nginx as www-data: reaches\n"
        "     ├─ su  drops  app/Dockerfile:4\n"
        "     │  │    su with a login clears the environment\n"
        "     │  └─ python3 worker.py as app: lost → reaches\n"
        "     └─ $COMMAND as a user that is not known: unknown\n"
        "          COMMAND is known at run time only\n"
        "    + pam_env session line in /etc/pam.d/su-l for app\n"
        "  note: sshd has a pool of its own\n"
        "4 files: 1 patched, 1 with nothing to do, 1 skipped, 1 with an error\n"
    )


def test_a_trace_says_where_to_read_about_a_drop_once() -> None:
    login, plain = (replace(LOST.chains[1].hops[1], mechanism=name) for name in ("su-login", "nothing-known"))
    chains = tuple(
        Chain((hop,), user, "x") for hop, user in ((login, "app"), (replace(login, user="b"), "b"), (plain, "c"))
    )
    shown = render([replace(LOST, chains=chains, chains_after=(), findings=(), remedies=(), notes=())], View("trace"))
    assert shown == (
        "app/Dockerfile: lost\n"
        "  PID 1 as root\n"
        "  ├─ su  drops  app/Dockerfile:4\n"
        "  │  │    su with a login clears the environment\n"
        "  │  │    FP101: https://man7.org/linux/man-pages/man1/su.1.html\n"
        "  │  └─ x as app: lost\n"
        "  ├─ su  drops  app/Dockerfile:4\n"
        "  │  │    su with a login clears the environment\n"
        "  │  └─ x as b: lost\n"
        "  └─ su  drops  app/Dockerfile:4\n"
        "     │    su with a login clears the environment\n"
        "     └─ x as c: lost\n"
    )


@pytest.mark.parametrize(
    ("verbosity", "shown"),
    [
        (0, ""),
        (1, "    by hand, app/c.ini:3:\n    - [watcher:a]\n    + [watcher:a]\n    + copy_env = \\x1bTrue\n"),
    ],
)
def test_a_ready_change(verbosity: int, shown: str) -> None:
    change = Suggestion("c.ini", 3, "  [watcher:a]", "  [watcher:a]\ncopy_env = \x1bTrue")
    finding = replace(LOST.findings[1], suggestion=change)
    result = replace(LOST, findings=(finding,), chains=(), remedies=(), notes=())
    said = "app/Dockerfile: would-patch\n  app/jobs.cron:1: FP104 warning: cron drops it\n    give --user\n"
    assert render([result], View("check", verbosity=verbosity)) == said + shown


def test_ascii_on_a_narrow_terminal_with_a_mended_hop() -> None:
    shown = render(
        [replace(LOST, chains=LOST.chains_after, chains_after=(), findings=())], View("trace", unicode=False, width=41)
    )
    assert shown == (
        "app/Dockerfile: lost\n"
        "  PID 1 as root\n"
        "  `- supervisord  keeps  app/Dockerfile:3\n"
        "     |- nginx as www-data: reaches\n"
        "     |- su  drops, mended by pam-env\n"
        "     |  |  app/Dockerfile:4\n"
        "     |  |    su with a login clears the\n"
        "     |  |    environment\n"
        "     |  |    https://man7.org/linux/man-pages/man1/su.1.html\n"
        "     |  `- python3 worker.py as app:\n"
        "     |     reaches\n"
        "     `- $COMMAND as a user that is not\n"
        "        known: unknown\n"
        "          COMMAND is known at run time\n"
        "          only\n"
        "    + pam_env session line in\n"
        "      /etc/pam.d/su-l for app\n"
        "  note: sshd has a pool of its own\n"
    )


@pytest.mark.parametrize(
    ("results", "verbosity", "shown"),
    [
        ((CLEAN,), 0, "Dockerfile: nothing to do, the task role reaches every process\n"),
        ((CLEAN,), -1, ""),
        ((SKIPPED,), 0, "Dockerfile.j2: skipped: a template\n"),
        ((CLEAN, SKIPPED), 0, "2 files: 1 with nothing to do, 1 skipped\n"),
        ((PATCHED, CLEAN), -1, "app/Dockerfile: patched\n"),
        ((replace(LOST, status=Status.CURRENT, findings=LOST.findings[:1], notes=()),), 0, "app/Dockerfile: nothing to do, it is patched and up to date\n"),
        ((), 0, ""),
    ],
)  # fmt: skip
def test_levels(results: tuple[FileResult, ...], verbosity: int, shown: str) -> None:
    assert render(results, View(verbosity=verbosity)) == shown


def test_colour_changes_nothing_but_colour() -> None:
    import re

    plain, coloured = (render(ALL, View(verbosity=1, colour=colour)) for colour in (False, True))
    assert (re.sub("\x1b\\[[0-9]+m", "", coloured), coloured.count("\x1b") > 20) == (plain, True)


@pytest.mark.parametrize("width", [None, 20, 80])
def test_nothing_in_a_file_reaches_the_terminal_raw(width: int | None) -> None:
    shown = render([EVIL], View(verbosity=1, width=width))
    assert [c for c in shown if c != "\n" and not c.isprintable()] == []
    assert [line for line in shown.splitlines() if line.startswith("::")] == []


def test_the_drawing_grows_with_the_chains_and_not_faster() -> None:
    def size(hops: int, chains: int) -> int:
        deep = tuple(replace(h, program=f"p{n}") for n, h in enumerate(LOST.chains[1].hops[:1] * hops))
        many = tuple(Chain(deep, "app", f"c{n}") for n in range(chains))
        return len(render([replace(LOST, chains=many, chains_after=())], View("trace")))

    assert size(2000, 1) < 11 * size(200, 1)
    assert size(2, 2000) < 11 * size(2, 200)
