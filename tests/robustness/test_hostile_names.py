"""Names that try to break out of a shell's word, a template, the block's own lines, a terminal or a report."""

# Hostile texts in one line each.
# ruff: noqa: E501

from __future__ import annotations

import json

import pytest
from promises import kept

from fargate_patch import Options, Status, patch
from fargate_patch.remedies.variables import safe_name

NAMES = (
    *("app; pam-env at x", "a'b", 'a"b', "a\nRUN evil", "a\r\nUSER x", "$(id)", "`id`", "${IFS}", "{{ 7*7 }}", "{% raw %}"),
    *("a\\", "../x", "-rf", "a:b", "#1", "%wheel", "a,b", "", " ", "a\0b", "\xe9", "x" * 70, "*", "a b", "a\tb", "~root"),
    *("\x1b[31m", "\x1b]8;;http://x\x07", "\u202eabc", "\u2028", "\x9b2J", "::error::x", "]]>", "</script><b>", "-->", "![x](y)"),
    *("# >>> fargate-patch 1.0: x >>>", "a --strategy none", "# Before: RUN evil", "app for root", "nothing"),
)  # fmt: skip

PLACES = {
    "USER": lambda name: f'USER {name}\nCMD ["su", "-", "app"]\n',
    "user of su": lambda name: f"CMD {json.dumps(['su', '-', name])}\n",
    "user of sudo": lambda name: f"CMD {json.dumps(['sudo', '-u', name, 'x'])}\n",
    "command of su": lambda name: f"CMD {json.dumps(['su', '-', 'app', '-c', name])}\n",
    "service": lambda name: f"CMD {json.dumps(['service', name, 'start'])}\n",
    "program": lambda name: f"ENTRYPOINT {json.dumps([name, 'su'])}\nCMD {json.dumps(['su', '-', name])}\n",
    "ARG": lambda name: f'ARG U="{name}"\nUSER $U\nCMD su - $U\n',
    "WORKDIR": lambda name: f"WORKDIR /{name}\nCMD su - app -c ./{name}\n",
    "stage": lambda name: f'FROM debian:12 AS {name}\nCMD ["su", "-", "app"]\n',
    "account": lambda name: f'RUN useradd {name}\nCMD ["cron", "-f"]\n',
    "ENV": lambda name: f"ENV {name}={name}\nCMD su - $A\n",
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_in_a_dockerfile(name: str, place: str) -> None:
    """Every promise holds; above all: BuildKit reads nothing else in the patched file, and no report shows a control character."""
    head = "FROM debian:12\nRUN apt-get install -y cron sudo && useradd app\n"
    kept((head + PLACES[place](name)).encode(), None, Options())


@pytest.mark.parametrize("strategy", ["profile", "bashrc", "shim"])
@pytest.mark.parametrize("name", [n for n in NAMES if not safe_name(n)], ids=ascii)
def test_a_name_that_a_program_gives_as_option(name: str, strategy: str) -> None:
    """The command line refuses such a name; who calls the functions gets a reason."""
    data = b'FROM debian:12\nRUN useradd app\nCMD ["su", "-", "app"]\n'
    result = kept(data, None, Options(strategy=strategy, users=(name,)))
    assert (result.status, result.new) == (Status.BLOCKED, data)


def test_a_strategy_that_there_is_not() -> None:
    result = patch(b'FROM debian:12\nCMD ["su", "-", "app"]\n', options=Options(strategy="\x1b[2J", users=("app",)))
    assert (result.status, result.reason) == (Status.BLOCKED, "there is no strategy '\\x1b[2J' to put in")


FILES = {
    "pool": ("FROM php:8.3-fpm\nCOPY f /usr/local/etc/php-fpm.d/x.conf\n", "[{}]\nuser = www-data\nclear_env = yes\n"),
    "pool user": ("FROM php:8.3-fpm\nCOPY f /usr/local/etc/php-fpm.d/x.conf\n", "[www]\nuser = {}\nclear_env = yes\n"),
    "cron user": ('FROM debian:12\nRUN apt-get install -y cron\nCOPY f /etc/cron.d/x\nCMD ["cron", "-f"]\n', "* * * * * {} x\n"),
    "program": (
        'FROM debian:12\nRUN apt-get install -y supervisor\nCOPY f /etc/supervisor/conf.d/x.conf\nCMD ["supervisord", "-n"]\n',
        "[program:{}]\ncommand=su - app -c x\nuser={}\n",
    ),
    "sshd user": ('FROM debian:12\nRUN apt-get install -y openssh-server\nCOPY f /etc/ssh/sshd_config\nCMD ["sshd", "-D"]\n', "AllowUsers {}\n"),
    "unit": ('FROM fedora:40\nCOPY f /etc/systemd/system/x.service\nRUN systemctl enable x\nCMD ["/sbin/init"]\n', "[Service]\nUser={}\nExecStart={}\n"),
    "script": ('FROM debian:12\nRUN useradd app\nCOPY f /f.sh\nENTRYPOINT ["/f.sh"]\n', "su - '{}' -c '{}'\n"),
}  # fmt: skip


@pytest.mark.parametrize("place", FILES)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_in_a_file_of_the_context(name: str, place: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("context")
    dockerfile, text = FILES[place]
    (folder / "f").write_bytes(text.replace("{}", name).encode("utf-8", "surrogateescape"))
    kept(dockerfile.encode(), folder, Options())
