"""dropbear(8): `-e` hands the server's environment on. Seen with dropbear 2022.83."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

HEAD = "FROM debian:12\nRUN apt-get install -y dropbear-bin && useradd -m app\n"


@pytest.mark.parametrize("options", ['"-F", "-E"', '"-R", "-p", "2222"', '"-p", "-e"'])
def test_a_session_starts_without_the_environment(options: str) -> None:
    expected = ["app lost: dropbear drops, ssh sessions of app"]
    assert chains(f'{HEAD}CMD ["dropbear", {options}]\n') == expected
    assert mended_by(f'{HEAD}CMD ["dropbear", {options}]\n') == ("blocked", [])


@pytest.mark.parametrize("options", ['"-F", "-e"', '"-FEe"', '"-Rep", "2222"'])
def test_e_keeps_it(options: str) -> None:
    assert chains(f'{HEAD}CMD ["dropbear", {options}]\n') == ["app reaches: dropbear keeps, ssh sessions of app"]


def test_whoever_is_named_logs_in() -> None:
    assert chains('FROM debian:12\nCMD ["dropbear", "-F"]\n') == [
        "None lost: dropbear drops, ssh sessions of its users"
    ]
    assert chains('FROM debian:12\nCMD ["dropbear", "-F"]\n', users=("deploy",)) == [
        "deploy lost: dropbear drops, ssh sessions of deploy"
    ]


def test_installed_and_never_started() -> None:
    assert chains(f'{HEAD}CMD ["sleep", "1"]\n') == ["root reaches: exec keeps, sleep 1"]
