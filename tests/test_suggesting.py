"""Ready changes: the line as it stands and the line that loses nothing, or none where it is not plain that it helps."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fargate_patch import Finding, Suggestion, patch, trace

SHELL_IMAGE = 'FROM debian:12\nRUN useradd -m app\nCOPY start.sh /start.sh\nCMD ["sh", "/start.sh"]\n'
CIRCUS = 'FROM debian:12\nCOPY c.ini /etc/c.ini\nCMD ["circusd", "/etc/c.ini"]\n'
S6 = 'FROM debian:12\nADD https://github.com/just-containers/s6-overlay/releases/download/v{}/s6-overlay-noarch.tar.xz /tmp\nCOPY run /etc/services.d/app/run\nENTRYPOINT ["/init"]\n'
DOAS = 'FROM alpine:3.20\nRUN apk add doas && adduser -D app\nCOPY doas.conf /etc/doas.conf\nUSER app\nCMD ["doas", "-u", "www", "python3", "x.py"]\n'
NAMES = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_REGION AWS_DEFAULT_REGION"


def losses(dockerfile: str, files: dict[str, str], *, by_patch: bool = False) -> tuple[Finding, ...]:
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_bytes(text.encode())
        result = (patch if by_patch else trace)(dockerfile.encode(), context=Path(folder))
    return tuple(f for f in result.findings if f.code.startswith("FP1"))


def changes(dockerfile: str, files: dict[str, str]) -> list[Suggestion | None]:
    return [finding.suggestion for finding in losses(dockerfile, files)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('su - app -c "exec python3 x.py"', 'su app -c "exec python3 x.py"'),
        ('exec su -l app -c "python3 x.py"', 'exec su app -c "python3 x.py"'),
        ("/bin/su --login app -c /x", "/bin/su app -c /x"),
        ("su -s /bin/sh - app -c /x", "su -s /bin/sh app -c /x"),
        ("\trunuser -l app -c /x &", "\trunuser app -c /x &"),
        ("login -f app", "login -p -f app"),
        ("env -i PATH=$PATH /opt/x", "env PATH=$PATH /opt/x"),
        ("env - /opt/x", "env /opt/x"),
        ("setpriv --reuid 1000 --reset-env /opt/x", "setpriv --reuid 1000 /opt/x"),
        ("service supervisor start", "supervisord -c /etc/supervisor/supervisord.conf"),
        ("service apache2 start", "apache2ctl start"),
        ("/usr/sbin/service apache2 start", "apache2ctl start"),
        ("/etc/init.d/apache2 start", "apache2ctl start"),
        ("dropbear -F -E", "dropbear -e -F -E"),
    ],
)
def test_a_line_of_a_script(before: str, after: str) -> None:
    script = f"#!/bin/sh\nset -e\n{before}\n"
    assert changes(SHELL_IMAGE, {"start.sh": script}) == [Suggestion("start.sh", 3, before, after)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('CMD ["su", "-", "app", "-c", "/x"]', 'CMD ["su", "app", "-c", "/x"]'),
        ('CMD ["runuser","-l","app","-c","/x"]', 'CMD ["runuser","app","-c","/x"]'),
        ('CMD ["env", "-i", "/opt/x"]', 'CMD ["env", "/opt/x"]'),
        ('CMD ["setpriv", "--reset-env", "--reuid", "1", "/x"]', 'CMD ["setpriv", "--reuid", "1", "/x"]'),
        ('CMD ["dropbear", "-F"]', 'CMD ["dropbear", "-e", "-F"]'),
        ("CMD su - app -c /x", "CMD su app -c /x"),
        ("ENTRYPOINT exec su - app -c /x", "ENTRYPOINT exec su app -c /x"),
    ],
)
def test_a_line_of_the_dockerfile(before: str, after: str) -> None:
    dockerfile = f"FROM debian:12\nRUN useradd -m app\n{before}\n"
    assert changes(dockerfile, {}) == [Suggestion("Dockerfile", 3, before, after)]


@pytest.mark.parametrize(
    ("dockerfile", "files", "change"),
    [
        (
            'FROM debian:12\nRUN apt-get install -y php8.2-fpm\nCOPY www.conf /etc/php/8.2/fpm/pool.d/\nCOPY start.sh /\nCMD ["sh", "/start.sh"]\n',
            {"start.sh": "service php8.2-fpm start\r\nsleep inf\r\n", "www.conf": "[www]\nuser=www-data\nclear_env = no\n"},
            Suggestion("start.sh", 1, "service php8.2-fpm start", "php-fpm8.2 -D"),
        ),
        (
            CIRCUS,
            {"c.ini": "[circus]\nx = 1\n\n[watcher:app]\ncmd = python3 x.py\n"},
            Suggestion("c.ini", 4, "[watcher:app]", "[watcher:app]\ncopy_env = True"),
        ),
        (
            S6.format("3.1.6.2"),
            {"run": "#!/usr/bin/env bash\nexec python3 x.py\n"},
            Suggestion("run", 1, "#!/usr/bin/env bash", "#!/command/with-contenv bash"),
        ),
        (
            DOAS,
            {"doas.conf": "# who may\npermit nopass app as www\n"},
            Suggestion("doas.conf", 2, "permit nopass app as www", f"permit nopass setenv {{ {NAMES} }} app as www"),
        ),
    ],
    ids=["php-fpm", "circus", "s6-overlay", "doas"],
)  # fmt: skip
def test_a_line_elsewhere(dockerfile: str, files: dict[str, str], change: Suggestion) -> None:
    assert changes(dockerfile, files) == [change]


@pytest.mark.parametrize(
    ("dockerfile", "files"),
    [
        (SHELL_IMAGE, {"start.sh": "su - app -c /x  # not: su - root\n"}),
        (SHELL_IMAGE, {"start.sh": "sudo su - app -c /x\n"}),
        (SHELL_IMAGE, {"start.sh": "env -i su - app -c /x\n"}),
        (SHELL_IMAGE, {"start.sh": "su \\\n  - app -c /x\n"}),
        (SHELL_IMAGE, {"start.sh": "HOW=-; su $HOW app -c /x\n"}),
        (SHELL_IMAGE, {"start.sh": f"su - app -c /x {'y' * 2000}\n"}),
        (SHELL_IMAGE, {"start.sh": "service fcgiwrap start\n"}),
        (SHELL_IMAGE, {"start.sh": "sudo -u app /x\n"}),
        (CIRCUS, {"c.ini": "[watcher:app]\ncmd = python3 x.py\ncopy_env = False\n"}),
        (S6.format("2.2.0.3"), {"run": "#!/bin/sh\nexec python3 x.py\n"}),
        (S6.format("3.1.6.2"), {"run": "#!/bin/sh -e\nexec python3 x.py\n"}),
        (DOAS, {"doas.conf": "permit nopass root\npermit nopass app as www\n"}),
    ],
    ids=["twice", "lost before", "lost on the line as well", "two lines", "a variable", "long", "no daemon known",
         "nothing plain", "said otherwise below", "s6 2", "an option", "which rule"],
)  # fmt: skip
def test_nothing_where_it_is_not_plain(dockerfile: str, files: dict[str, str]) -> None:
    assert changes(dockerfile, files) == [None]


def test_a_line_that_a_run_edits_is_shown_as_it_is_on_the_disk_or_not_at_all() -> None:
    dockerfile = SHELL_IMAGE.replace("CMD", "RUN sed -i s/USER/app/ /start.sh\nCMD")
    found = changes(dockerfile, {"start.sh": "su - USER -c /x\n"})
    assert found == [Suggestion("start.sh", 1, "su - USER -c /x", "su USER -c /x")]
    dockerfile = SHELL_IMAGE.replace("CMD", "RUN sed -i s/LOGIN/-/ /start.sh\nCMD")
    assert changes(dockerfile, {"start.sh": "su LOGIN app -c /x\n"}) == [None]


def test_each_of_many_losses_has_its_own() -> None:
    script = "su - app -c /x &\nsudo su - app -c /y &\nenv -i /z\n"
    assert changes(SHELL_IMAGE, {"start.sh": script}) == [
        Suggestion("start.sh", 1, "su - app -c /x &", "su app -c /x &"),
        None,
        Suggestion("start.sh", 3, "env -i /z", "env /z"),
    ]


def test_a_patch_suggests_only_what_it_does_not_mend() -> None:
    found = losses(SHELL_IMAGE, {"start.sh": "su - app -c /x &\nenv -i /z\n"}, by_patch=True)
    assert [(f.code, f.fixable, f.suggestion) for f in found] == [
        ("FP101", True, None),
        ("FP109", False, Suggestion("start.sh", 2, "env -i /z", "env /z")),
    ]


def test_bytes_that_are_no_text_stay() -> None:
    data = b"FROM debian:12\nRUN useradd app\nLABEL a=\xff\nCMD su - app -c /\xe9\n"
    (finding,) = (f for f in trace(data).findings if f.code == "FP101")
    assert finding.suggestion == Suggestion("Dockerfile", 4, "CMD su - app -c /\udce9", "CMD su app -c /\udce9")
