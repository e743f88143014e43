"""Scripts that an entry point runs out of a folder: by run-parts, by a loop over a pattern."""

from __future__ import annotations

import pytest
from traced import chains

DEBIAN = 'FROM debian:12\nCOPY entry.d /entry.d\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n'
HOOK = "#!/bin/sh\nsu - app -c /srv/worker &\n"
APP = "root reaches: shell keeps > exec keeps, /srv/app"
SOURCED = "app lost: shell keeps > su-login drops > shell keeps > exec keeps, /srv/worker"
RUN = "app lost: shell keeps > shell keeps > su-login drops > shell keeps > exec keeps, /srv/worker"


def found(body: str, name: str = "10-hook.sh") -> list[str]:
    return chains(DEBIAN, {"start.sh": f"#!/bin/bash\n{body}\nexec /srv/app\n", f"entry.d/{name}": HOOK})


@pytest.mark.parametrize(
    ("body", "hook"),
    [
        ('for f in /entry.d/*.sh; do . "$f"; done', [SOURCED]),
        ('for f in /entry.d/*.sh; do [ -x "$f" ] && "$f"; done', [RUN]),
        ('D=/entry.d; for f in "$D"/*; do case $f in *.sh) sh "$f" ;; *) : ;; esac; done', [RUN]),
        ('for f in /entry.d/*.py; do "$f"; done', []),
        ('for f in "/entry.d/*.sh"; do cat "$f"; done', []),
        ("run-parts --regex '[.]sh$' /entry.d", [RUN.replace("app lost: ", "app lost: shell keeps > ")]),
        ("run-parts /entry.d", []),
        ("run-parts --test --regex . /entry.d", []),
    ],
)
def test_what_is_run(body: str, hook: list[str]) -> None:
    assert found(body) == [*hook, APP]


def test_run_parts_takes_names_without_a_dot() -> None:
    assert found("run-parts -a start /entry.d", "10-hook") == [RUN.replace(": ", ": shell keeps > "), APP]
