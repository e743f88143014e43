"""Servers that build their sessions' environment anew: shiny-server, JupyterHub; and at, whose jobs bring it along."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

SHINY = 'FROM ubuntu:22.04\nCMD ["/usr/bin/shiny-server"]\n'
HUB = 'FROM python:3.12\nWORKDIR /srv\nCOPY jupyterhub_config.py .\nCMD ["jupyterhub", "-f", "jupyterhub_config.py"]\n'
SERVERS = "single-user servers of JupyterHub"
NAME = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


def test_shiny_server_logs_in_for_its_sessions() -> None:
    assert chains(SHINY) == ["shiny lost: shiny-server drops, R sessions of shiny-server"]
    assert mended_by(SHINY) == (
        "would-patch",
        [
            "entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env",
            "pam_env session line in /etc/pam.d/su-l for shiny",
        ],
    )


def test_shiny_server_as_its_configuration_and_user_have_it() -> None:
    dockerfile = "FROM ubuntu:22.04\nCOPY c /etc/shiny-server/shiny-server.conf\nCMD shiny-server\n"
    assert chains(dockerfile, {"c": "# run_as x;\nrun_as web;\nserver { run_as api; }\n"})[0] == (
        "web lost: shell keeps > shiny-server drops, R sessions of shiny-server"
    )
    not_root = 'FROM ubuntu:22.04\nUSER shiny\nCMD ["shiny-server"]\n'
    assert chains(not_root) == ["shiny lost: shiny-server drops, R sessions of shiny-server"]
    assert mended_by(not_root) == ("blocked", [])


def test_a_start_script_of_ones_own_is_read() -> None:
    files = {"s": "#!/bin/sh\nexec gosu shiny R -e 'shiny::runApp()'\n"}
    dockerfile = 'FROM ubuntu:22.04\nCOPY s /usr/bin/shiny-server.sh\nCMD ["/usr/bin/shiny-server.sh"]\n'
    assert chains(dockerfile, files) == ["shiny reaches: shell keeps > gosu keeps > exec keeps, R -e shiny::runApp()"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("c.JupyterHub.ip = ''\n", f"None lost: jupyterhub filters, {SERVERS}"),
        (f"c.Spawner.env_keep.append('{NAME}')\n", f"None reaches: jupyterhub keeps, {SERVERS}"),
        (f"# c.Spawner.env_keep.append('{NAME}')\n", f"None lost: jupyterhub filters, {SERVERS}"),
        ("c.JupyterHub.spawner_class = 'dockerspawner.DockerSpawner'\n", "root reaches: jupyterhub keeps, jupyterhub"),
        ("# spawner_class = 'kubespawner.KubeSpawner'\n", f"None lost: jupyterhub filters, {SERVERS}"),
    ],
)
def test_jupyterhub(config: str, expected: str) -> None:
    assert chains(HUB, {"jupyterhub_config.py": config}) == [expected]


@pytest.mark.parametrize("command", ["jupyterhub --version", "jupyterhub upgrade-db"])
def test_jupyterhub_that_starts_nothing(command: str) -> None:
    assert chains(f"FROM debian:12\nCMD {command} && exec /srv/app\n") == [
        "root reaches: shell keeps > exec keeps, /srv/app"
    ]


def test_at() -> None:
    """Seen with at 3.2.5: a job has what its caller had, whatever atd was given."""
    assert chains('FROM debian:12\nCMD ["atd", "-f"]\n') == ["root reaches: at keeps, jobs of at"]
    assert chains("FROM debian:12\nCMD service atd start && exec /srv/app\n") == [
        "root reaches: shell keeps > exec keeps, /srv/app"
    ]
