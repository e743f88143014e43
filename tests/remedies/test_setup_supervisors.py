"""The commands that change what s6-overlay's services, systemd's units and Postfix are given, run for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.variables import VARIABLES

if TYPE_CHECKING:
    from scratch_root import Image

RUN = "/etc/services.d/app/run"
S6 = Remedy("s6-service", RUN, ("root",))
KEPT = "/run/s6/container_environment"
SHOWS = 'echo "${AWS_REGION-none} ${SECRET-none} $*" > /tmp/shown\n'
NAMES = " ".join(VARIABLES)
# As much of postconf(1) as the remedy asks for: -h NAME and -e NAME=VALUE, on a file of its own.
POSTCONF = """#!/bin/sh
case $1 in
  -h) sed -n "s/^$2=//p" /etc/main.cf ;;
  -e) sed -i "/^${2%%=*}=/d" /etc/main.cf && echo "$2" >> /etc/main.cf ;;
esac
"""


@pytest.mark.parametrize("first", ["#!/bin/sh", "#!/bin/sh -e", "#! /bin/bash -eu", "#!/usr/bin/env bash"])
def test_a_run_file_takes_the_variables_and_no_others(image: Image, first: str) -> None:
    image.write(RUN, f"{first}\n{SHOWS}", 0o755)
    assert image.build(S6) == (0, "")
    assert image.mode(RUN) == "755"
    assert image.read(RUN).split("\n")[0] == first
    assert image.read(RUN).endswith(f"\ndone\n{SHOWS}")
    assert [path.name for path in (image.root / "etc/services.d/app").iterdir()] == ["run"]
    assert image.run(f"env -i PATH=$PATH {RUN} a b") == (0, "")
    assert image.read("/tmp/shown") == "none none a b\n"
    image.write(f"{KEPT}/AWS_REGION", "$(id) '\"\n")
    image.write(f"{KEPT}/SECRET", "x")
    image.write(f"{KEPT}/AWS_DEFAULT_REGION", "")
    assert image.run(f"env -i PATH=$PATH {RUN}") == (0, "")
    assert image.read("/tmp/shown") == "$(id) '\" none \n"


@pytest.mark.parametrize("text", ["#!/command/execlineb -P\nx\n", "#!/usr/bin/with-contenv sh\nx\n", "x\n", None])
def test_a_run_file_that_is_no_shell_script_fails_the_build(image: Image, text: str | None) -> None:
    if text is not None:
        image.write(RUN, text, 0o755)
    code, said = image.build(S6)
    assert (code, said.splitlines()[-1]) == (1, f"fargate-patch: {RUN} is no shell script in this image")
    assert text is None or image.read(RUN) == text


def test_several_run_files(image: Image) -> None:
    other = "/etc/s6-overlay/s6-rc.d/web/run"
    for path in (RUN, other):
        image.write(path, f"#!/bin/sh\n{SHOWS}", 0o755)
    assert image.build(S6, Remedy("s6-service", other)) == (0, "")
    assert image.read(RUN) == image.read(other)
    assert image.read(RUN) != f"#!/bin/sh\n{SHOWS}"


def test_a_drop_in_for_each_unit(image: Image) -> None:
    assert image.build(Remedy("pass-environment", "app", ("app",)), Remedy("pass-environment", "httpd")) == (0, "")
    found = {path.parent.name: path.read_text() for path in image.root.glob("etc/systemd/system/*/fargate-env.conf")}
    comment = "# Hands the variables of the ECS task role, and nothing else, to this service."
    text = f"{comment}\n[Service]\nPassEnvironment={NAMES}\n"
    assert found == {"app.service.d": text, "httpd.service.d": text}


def test_both_of_postfixs_lists_keep_what_they_had(image: Image) -> None:
    image.write("/usr/sbin/postconf", POSTCONF, 0o755)
    image.write("/etc/main.cf", "myhostname=mail\nimport_environment=MAIL_CONFIG TZ\nexport_environment=TZ LANG\n")
    assert image.build(Remedy("postconf", users=("app",))) == (0, "")
    assert image.read("/etc/main.cf").splitlines() == [
        "myhostname=mail",
        f"import_environment=MAIL_CONFIG TZ {NAMES}",
        f"export_environment=TZ LANG {NAMES}",
    ]


def test_no_postfix_fails_the_build(image: Image) -> None:
    assert image.build(Remedy("postconf")) == (1, "fargate-patch: no postconf in this image\n")
