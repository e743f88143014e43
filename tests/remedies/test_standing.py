"""What each remedy leaves in an image is known again there, as a later look into the image finds it."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from scratch_root import made_for

from fargate_patch.image.contents import pam_facts, settings
from fargate_patch.image.family import FAMILIES
from fargate_patch.image.layers import merged, read_layer
from fargate_patch.image.model import Image
from fargate_patch.image.tar import Part
from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy, Site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import scratch_root

SITE = Site("debian", "root", ("app",))
SUDOERS = {"/etc/sudoers": "@includedir /etc/sudoers.d\n", "/etc/sudoers.d/README": ""}
PAM = {f"/lib/x86_64-linux-gnu/security/{name}.so": "" for name in ("pam_env", "pam_succeed_if")}
POSTCONF = """#!/bin/sh
case $1 in
  -h) sed -n "s/^$2 = //p" /etc/postfix/main.cf ;;
  -e) sed -i "/^${2%%=*} =/d" /etc/postfix/main.cf && echo "${2%%=*} = ${2#*=}" >> /etc/postfix/main.cf ;;
esac
"""
POOLS = "/etc/php/8.2/fpm/pool.d"
RUN = "/etc/services.d/app/run"
BOTH = (Remedy("sudoers", users=("1000", "app")), Remedy("sudoers-file", users=("web",)))
PUT_IN: list[tuple[tuple[Remedy, ...], Mapping[str, str]]] = [
    ((Remedy("pam-env", "cron", ("app", "web")),), PAM | {"/etc/pam.d/cron": "x\n"}),
    ((Remedy("pam-env", "cron", ("app",)), Remedy("pam-env", "su-l", ("web",))),
     PAM | {"/etc/pam.d/cron": "x\n", "/etc/pam.d/su-l": "x\n"}),
    (BOTH, SUDOERS),
    ((Remedy("php-fpm", f"api in {POOLS}"), Remedy("php-fpm", f"www in {POOLS}")),
     {f"{POOLS}/api.conf": "[api]\n", f"{POOLS}/www.conf": "[www]\n"}),
    ((Remedy("nginx-env", "/etc/nginx/nginx.conf"),), {"/etc/nginx/nginx.conf": "events {}\n"}),
    ((Remedy("init-default", "cron", ("root",)), Remedy("init-default", "php8.2-fpm", ("root",))),
     {"/etc/init.d/cron": ". /etc/default/cron\n", "/etc/init.d/php8.2-fpm": ". /etc/default/php-fpm8.2\n"}),
    ((Remedy("init-default", "apache2", ("root",)),),
     {"/etc/init.d/apache2": ". $APACHE_CONFDIR/envvars\n", "/etc/apache2/envvars": ""}),
    ((Remedy("pass-env"),), {"/etc/apache2/conf-enabled/x.conf": ""}),
    ((Remedy("pass-env"),), {"/usr/local/apache2/conf/httpd.conf": "Listen 80\n"}),
    ((Remedy("pass-environment", "web"),), {}),
    ((Remedy("postconf"),), {"/usr/sbin/postconf": POSTCONF, "/etc/postfix/main.cf": "import_environment = TZ\n"}),
    ((Remedy("rc-env-allow", users=("root",)),), {"/etc/rc.conf": 'rc_env_allow="TZ"\n'}),
    ((Remedy("s6-service", RUN),), {RUN: "#!/bin/sh\nexec app\n"}),
]  # fmt: skip
CARRIER = Remedy("entrypoint-shim")
FOR_READERS = Remedy("profile-d", users=("app", "root"))


def known_again(made: scratch_root.Image) -> set[Remedy]:
    """As `--inspect` does it: the image's one layer, its settings, what every kind of remedy knows of them."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.add(made.root / "etc", "etc")
        tar.add(made.root / "usr" / "local", "usr/local") if (made.root / "usr" / "local").exists() else None
    data = stream.getvalue()
    root = merged([read_layer(Part(io.BytesIO(data), len(data)))])
    image = Image("app:1", FAMILIES["debian"], "inspected", settings=settings(root), facts=pam_facts(root))
    return {remedy for kind in kinds().values() for _, remedy in kind.standing(image)}


@pytest.mark.parametrize(("remedies", "files"), PUT_IN)
def test_what_is_put_in_is_known_again(
    as_root: None, tmp_path: Path, remedies: tuple[Remedy, ...], files: Mapping[str, str]
) -> None:
    made = made_for("dash", tmp_path)
    for path, text in files.items():
        made.write(path, text, 0o755)
    assert known_again(made) == set()
    for name in dict.fromkeys(remedy.name for remedy in remedies):
        assert made.build(*(r for r in remedies if r.name == name), site=SITE) == (0, "")
    assert known_again(made) == set(remedies)


def test_the_snippet_for_login_shells_serves_those_who_can_read_what_is_carried(as_root: None, tmp_path: Path) -> None:
    made = made_for("dash", tmp_path)
    assert made.build(Remedy("profile-d", users=("app",)), site=SITE) == (0, "")
    assert known_again(made) == {Remedy("profile-d", users=("root",))}
    assert made.build(CARRIER, site=SITE) == (0, "")
    assert known_again(made) == {CARRIER, FOR_READERS}


def test_a_login_that_has_no_service_of_its_own_is_served_by_the_plain_one(as_root: None, tmp_path: Path) -> None:
    made = made_for("dash", tmp_path)
    for path in (*PAM, "/etc/pam.d/su"):
        made.write(path, "x\n", 0o755)
    assert made.build(Remedy("pam-env", "su-l", ("app",)), site=SITE) == (0, "")
    assert known_again(made) == {Remedy("pam-env", "su", ("app",)), Remedy("pam-env", "su-l", ("app",))}


def test_every_kind_is_known_again() -> None:
    """But for the bashrc, by which no chain counts as mended."""
    put_in = {remedy.name for remedies, _ in PUT_IN for remedy in remedies} | {CARRIER.name, FOR_READERS.name}
    assert put_in == kinds().keys() - {"bashrc"}
