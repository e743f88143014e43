"""When a container counts as settled: by its own HEALTHCHECK, by the ports it EXPOSEs, else once nothing new starts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from fargate_patch.verify.engine import RunOptions
from fargate_patch.verify.settling import settle

if TYPE_CHECKING:
    from pathlib import Path

    from fargate_patch.verify.engine import Engine

SERVER = "python3 -m http.server 8080"
SLOW = f'CMD ["sh", "-c", "sleep 3; exec {SERVER}"]\n'  # not before it has been quiet for a while
LATER = f'CMD ["sh", "-c", "sleep 60; exec {SERVER}"]\n'  # than anything is waited for
RESTLESS = f'CMD ["sh", "-c", "{SERVER} & while :; do sh -c \'sleep 0.5\'; done"]\n'


def _seen(engine: Engine, folder: Path, text: str, wait: float | None = None) -> tuple[bool, bool]:
    """Had the server been started when it counted as settled, and did it listen?"""
    (folder / "Dockerfile").write_text(f"FROM debian:12\n{text}")
    with (
        engine.built(folder, folder / "Dockerfile") as image,
        engine.run(image, RunOptions(network="none")) as container,
    ):
        notes = settle(container, (), wait, threading.Event())
        started = any("http.server" in argv for _, argv in notes.processes)
        return started, 8080 in container.listening_ports()


@pytest.mark.parametrize(
    "text",
    [
        f"HEALTHCHECK CMD curl -sf http://127.0.0.1:8080/ > /dev/null\n{SLOW}",
        f'HEALTHCHECK CMD ["curl", "-sf", "http://127.0.0.1:8080/"]\n{SLOW}',
        f"EXPOSE 8080 53/udp\n{SLOW}",
        f"EXPOSE 8080\n{RESTLESS}",
    ],
    ids=["health check", "health check without a shell", "port", "port among processes that come and go"],
)
def test_what_the_image_says_is_waited_for(engine: Engine, tmp_path: Path, text: str) -> None:
    assert _seen(engine, tmp_path, text) == (True, True)


@pytest.mark.parametrize("text", [LATER, f"HEALTHCHECK NONE\n{LATER}", f"EXPOSE 53/udp\n{LATER}"])
def test_where_it_says_nothing_no_new_process_for_a_while_has_to_do(engine: Engine, tmp_path: Path, text: str) -> None:
    assert _seen(engine, tmp_path, text) == (False, False)


def test_a_port_that_nobody_opens_is_not_waited_for_without_end(engine: Engine, tmp_path: Path) -> None:
    assert _seen(engine, tmp_path, 'EXPOSE 9000\nCMD ["sleep", "600"]\n') == (False, False)


def test_the_seconds_given_are_waited_whatever_the_image_says(engine: Engine, tmp_path: Path) -> None:
    assert _seen(engine, tmp_path, f"EXPOSE 8080\n{LATER}", wait=1) == (False, False)
