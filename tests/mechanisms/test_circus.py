"""circus: watchers start with an empty environment but for [env] sections and copy_env. Seen with circus 0.19."""

from __future__ import annotations

import pytest
from traced import chains

HEAD = 'FROM python:3.12\nCOPY circus.ini /etc/circus.ini\nCMD ["circusd", "/etc/circus.ini"]\n'
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
LOST = ["app lost: circus drops > exec keeps, /srv/web"]
WATCHER = "[circus]\n[watcher:web]\ncmd = /srv/web\nuid = app\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", LOST),
        ("copy_env = False\n", LOST),
        ("copy_env = True\n", ["app reaches: circus keeps > exec keeps, /srv/web"]),
        (f"[env:web]\n{URI} = ${URI}\n", ["app reaches: circus blanks > exec keeps, /srv/web"]),
        (f"[env]\n{URI} = ${URI}\n", ["app reaches: circus blanks > exec keeps, /srv/web"]),
        (f"[env:api, w*]\n{URI} = ${URI}\n", ["app reaches: circus blanks > exec keeps, /srv/web"]),
        (f"[env:web]\n{URI} = ${{{URI}}}\n", LOST),
        (f"[env:api]\n{URI} = ${URI}\n", LOST),
        (f"# [env]\n# {URI} = ${URI}\n", LOST),
    ],
)
def test_what_a_watcher_gets(more: str, expected: list[str]) -> None:
    assert chains(HEAD, {"circus.ini": WATCHER + more}) == expected


def test_each_watcher_is_a_chain_of_its_own() -> None:
    ini = "[watcher:a]\ncmd = su\nargs = app -c /srv/a\ncopy_env = yes\n"
    ini += "[watcher:b]\ncmd = /srv/b $(circus.wid)\n[socket:s]\n"
    assert chains(HEAD, {"circus.ini": ini}) == [
        "app reaches: circus keeps > su keeps > shell keeps > exec keeps, /srv/a",
        "root lost: circus drops > exec keeps, /srv/b $(circus.wid)",
    ]


def test_a_watcher_under_a_cleared_environment_gets_an_empty_name() -> None:
    dockerfile = HEAD.replace('["circusd"', '["env", "-i", "circusd"')
    assert chains(dockerfile, {"circus.ini": f"{WATCHER}[env]\n{URI} = ${URI}\n"}) == [
        "app blank: env-i drops > circus blanks > exec keeps, /srv/web"
    ]


@pytest.mark.parametrize("files", [{}, {"circus.ini": "[watcher:web\n"}, {"circus.ini": "cmd = x\n"}])
def test_a_configuration_that_is_not_in_view_or_cannot_be_read(files: dict[str, str]) -> None:
    (line,) = chains(HEAD, files)
    assert line.startswith("root unknown: circus keeps, ")
