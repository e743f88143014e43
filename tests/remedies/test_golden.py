"""Every injected text, whole, as it stands in the image and in the Dockerfile's RUN, and what shellcheck says of it.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/remedies/test_golden.py`, and read the diff.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import shells

from fargate_patch.remedies.entrypoint_shim import values
from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy, Site
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CARRIED, VARIABLES

GOLDEN = Path(__file__).parent / "golden"
DEBIAN = Site("debian", "root", ("app", "web"))

FILES = {
    "fargate-env.sh": render("fargate-env.sh.j2", **values(Site("alpine", "root", ()))),
    "fargate-env-for-readers.sh": render("fargate-env.sh.j2", **values(DEBIAN)),
    "login.sh": render("login.sh.j2", file=CARRIED, variables=VARIABLES),
}

RUNS: dict[str, tuple[Site, tuple[Remedy, ...]]] = {
    "entrypoint-shim": (Site("alpine", "app", ()), (Remedy("entrypoint-shim", users=("app",)),)),
    "entrypoint-shim-for-readers": (DEBIAN, (Remedy("entrypoint-shim", users=("app",)),)),
    "profile-d": (DEBIAN, (Remedy("profile-d", users=("app", "web")),)),
    "bashrc": (DEBIAN, (Remedy("bashrc", users=("app",)),)),
    "pam-env": (DEBIAN, (Remedy("pam-env", "cron", ("app", "web")), Remedy("pam-env", "su-l", ("app",)))),
    "pam-env-suse": (Site("suse", "root", ()), (Remedy("pam-env", "su-l", ("app",)),)),
    "sudoers": (DEBIAN, (Remedy("sudoers", users=("1000", "app")),)),
    "sudoers-file": (DEBIAN, (Remedy("sudoers-file", users=("app",)),)),
    "php-fpm": (
        DEBIAN,
        tuple(Remedy("php-fpm", at) for at in ("api in /etc/php-fpm.d", "www in /etc/php/*/fpm/pool.d")),
    ),
    "init-default": (DEBIAN, tuple(Remedy("init-default", at, ("root",)) for at in ("apache2", "php8.2-fpm"))),
    "rc-env-allow": (Site("alpine", "root", ()), (Remedy("rc-env-allow", users=("root",)),)),
    "nginx-env": (DEBIAN, tuple(Remedy("nginx-env", f"/etc/{at}/nginx.conf") for at in ("nginx", "openresty"))),
    "pass-environment": (
        Site("rhel", "root", ()),
        (Remedy("pass-environment", "app", ("app",)), Remedy("pass-environment", "httpd")),
    ),
    "postconf": (DEBIAN, (Remedy("postconf", users=("app",)),)),
    "s6-service": (
        DEBIAN,
        tuple(Remedy("s6-service", f"/etc/services.d/{at}/run", ("root",)) for at in ("web", "work")),
    ),
    "pass-env": (DEBIAN, (Remedy("pass-env", users=("www-data",)),)),
}
SETUPS = {name: kinds()[remedies[0].name].setup(remedies, site) for name, (site, remedies) in RUNS.items()}
GOLDENS = {**FILES, **{f"{name}.run": text for name, text in SETUPS.items()}}


@pytest.mark.parametrize("name", GOLDENS)
def test_the_text_is_the_one_on_record(name: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(GOLDENS[name] + "\n")
    assert GOLDENS[name] + "\n" == (GOLDEN / name).read_text()


def test_nothing_is_on_record_that_is_no_longer_written() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(GOLDENS)


def test_every_remedy_is_on_record() -> None:
    assert {remedies[0].name for _, remedies in RUNS.values()} == set(kinds())


@pytest.mark.parametrize("name", FILES)
def test_an_injected_file_reads_in_the_dockerfile_as_it_will_in_the_image(name: str) -> None:
    assert not set("'\\") & set(FILES[name])


@pytest.mark.parametrize("name", SETUPS)
def test_the_newlines_of_a_run_are_layout(name: str) -> None:
    """A builder drops them, a comment line among the others, and the blanks before the first."""
    first, *rest = SETUPS[name].split("\n")
    assert re.match(r"[^\s#]", first)
    assert all(re.match(r" +[^\s#]", line) and not line.endswith((" ", "\\")) for line in rest)


@pytest.mark.parametrize("dialect", ["sh", "dash", "busybox"])
@pytest.mark.parametrize("name", GOLDENS)
def test_shellcheck_has_nothing_to_say(name: str, dialect: str) -> None:
    """But SC2016 about the lines of a file, which are in single quotes for that very reason."""
    text = FILES.get(name) or shells.joined(GOLDENS[name])
    exclude = () if name in FILES else ("--exclude=SC2016",)
    argv = (shells.shellcheck(), "-s", dialect, *exclude, "-")
    done = subprocess.run(argv, input=text + "\n", capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (0, "")
