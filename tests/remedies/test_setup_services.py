"""The commands that put lines into the files of init scripts, OpenRC, nginx and Apache, run for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.variables import ALWAYS_SET, VARIABLES

if TYPE_CHECKING:
    from scratch_root import Image

SUPERVISOR = Remedy("init-default", "supervisor", ("root",))
READS_DEFAULT = "#!/bin/sh\nset -e\nif [ -f /etc/default/supervisor ]; then . /etc/default/supervisor; fi\n"
SHOWS = 'echo "$DAEMON_OPTS $AWS_REGION $AWS_DEFAULT_REGION" > /tmp/shown\n'
ALLOW = Remedy("rc-env-allow", users=("root",))
NAMES = " ".join(VARIABLES)
NGINX = Remedy("nginx-env", "/etc/nginx/nginx.conf")
PASS = Remedy("pass-env")


@pytest.mark.parametrize("before", [None, "", "DAEMON_OPTS=-x", "DAEMON_OPTS=-x\n", "# the last line has no end"])
def test_an_init_script_reads_what_pid_1_kept_behind_what_stood_there(image: Image, before: str | None) -> None:
    image.write("/etc/init.d/supervisor", READS_DEFAULT + SHOWS, 0o755)
    if before is not None:
        image.write("/etc/default/supervisor", before)
    assert image.build(SUPERVISOR) == (0, "")
    assert image.read("/etc/default/supervisor").startswith((before or "") + "\n")
    options = "-x" if before and before.startswith("DAEMON") else ""
    assert image.run("env -i PATH=$PATH /etc/init.d/supervisor start") == (0, "")
    assert image.read("/tmp/shown") == f"{options}  \n"
    image.write("/run/fargate-env/env", "AWS_REGION=eu-west-1\nLD_PRELOAD=/tmp/x\nAWS_DEFAULT_REGION=$(id)\n")
    assert image.run("env -i PATH=$PATH /etc/init.d/supervisor start") == (0, "")
    assert image.read("/tmp/shown") == f"{options} eu-west-1 $(id)\n"


def test_several_init_scripts_each_get_their_own_file(image: Image) -> None:
    image.write("/etc/init.d/php8.2-fpm", "[ -r /etc/default/$NAME ] && . /etc/default/$NAME\n", 0o755)
    image.write("/etc/init.d/apache2", "APACHE_ENVVARS=$APACHE_CONFDIR/envvars\n", 0o755)
    remedies = [Remedy("init-default", name, ("root",)) for name in ("php8.2-fpm", "apache2")]
    assert image.build(*remedies) == (0, "")
    assert image.read("/etc/default/php-fpm8.2") == image.read("/etc/apache2/envvars")


@pytest.mark.parametrize("text", [None, "#!/bin/sh\nexec supervisord\n"])
def test_an_init_script_that_reads_no_such_file_fails_the_build(image: Image, text: str | None) -> None:
    if text is not None:
        image.write("/etc/init.d/supervisor", text, 0o755)
    reason = "no /etc/init.d/supervisor that reads /etc/default/supervisor in this image"
    assert image.build(SUPERVISOR) == (1, f"fargate-patch: {reason}\n")


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        ("", NAMES),
        ('#rc_env_allow="A"\n', NAMES),
        ('rc_env_allow="FOO BAR"\n', f"FOO BAR {NAMES}"),
        ("rc_env_allow='FOO'\nrc_env_allow=\"BAR\"", f"BAR {NAMES}"),
    ],
)
def test_the_names_join_those_that_openrc_hands_on_already(image: Image, before: str, allowed: str) -> None:
    image.write("/etc/rc.conf", before)
    assert image.build(ALLOW) == (0, "")
    assert image.read("/etc/rc.conf") == f'{before}\nrc_env_allow="{allowed}"\n'


def test_where_openrc_hands_everything_on_nothing_is_to_do(image: Image) -> None:
    image.write("/etc/rc.conf", 'rc_env_allow="*"\n')
    assert image.build(ALLOW) == (0, "")
    assert image.read("/etc/rc.conf") == 'rc_env_allow="*"\n'


def test_openrc_has_to_be_there_and_to_have_the_last_word_in_rc_conf(image: Image) -> None:
    assert image.build(ALLOW) == (1, "fargate-patch: no /etc/rc.conf in this image\n")
    image.write("/etc/rc.conf", "")
    image.write("/etc/rc.conf.d/local", "rc_env_allow=FOO\n")
    reason = "rc_env_allow is set in /etc/rc.conf.d, which goes over /etc/rc.conf: list the names there"
    assert image.build(ALLOW) == (1, f"fargate-patch: {reason}\n")


def test_the_env_lines_stand_in_front_of_nginx_conf(image: Image) -> None:
    conf = "user nginx;\nevents {\n}\nhttp {\n}"
    image.write("/etc/nginx/nginx.conf", conf, 0o600)
    assert image.build(NGINX) == (0, "")
    lines = "".join(f"env {name};\n" for name in VARIABLES)
    comment = "# Leaves the variables of the ECS task role, and nothing else, to the workers.\n"
    assert image.read("/etc/nginx/nginx.conf") == comment + lines + conf
    assert image.mode("/etc/nginx/nginx.conf") == "600"
    assert [path.name for path in (image.root / "etc/nginx").iterdir()] == ["nginx.conf"]


@pytest.mark.parametrize("text", [None, "", "server { listen 80; }\n"])
def test_the_env_lines_need_a_main_file(image: Image, text: str | None) -> None:
    if text is not None:
        image.write("/etc/nginx/nginx.conf", text)
    assert image.build(NGINX) == (1, "fargate-patch: no /etc/nginx/nginx.conf in this image\n")


@pytest.mark.parametrize(
    "conf", ["/etc/apache2/conf-enabled/a.conf", "/etc/httpd/conf.d/a.conf", "/etc/apache2/conf.d/a.conf"]
)
def test_the_pass_env_line_has_a_file_of_its_own_where_there_is_a_folder(image: Image, conf: str) -> None:
    image.write(conf, "")
    image.write("/usr/local/apache2/conf/httpd.conf", "")
    assert image.build(PASS) == (0, "")
    text = image.read(f"{conf.rpartition('/')[0]}/fargate-env.conf")
    assert text.splitlines()[2:] == ["<IfModule mod_env.c>", f"PassEnv {' '.join(ALWAYS_SET)}", "</IfModule>"]
    assert image.read("/usr/local/apache2/conf/httpd.conf") == ""


def test_the_pass_env_line_stands_at_the_end_of_the_official_images_file(image: Image) -> None:
    image.write("/usr/local/apache2/conf/httpd.conf", "Listen 80\n# no end")
    assert image.build(PASS) == (0, "")
    assert image.read("/usr/local/apache2/conf/httpd.conf").startswith("Listen 80\n# no end\n# Gives CGI")


def test_the_pass_env_line_needs_an_apache(image: Image) -> None:
    assert image.build(PASS) == (1, "fargate-patch: no apache whose configuration is known in this image\n")
