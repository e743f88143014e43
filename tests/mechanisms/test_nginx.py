"""nginx: `env NAME;` in the main context decides, and only where code runs in the workers. Seen with nginx 1.22."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

OFFICIAL = "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\n"
PLAIN = ["root reaches: exec keeps > nginx keeps, nginx"]
LOST = ["nginx lost: exec keeps > nginx filters, nginx workers"]
KEPT = ["nginx reaches: exec keeps > nginx keeps, nginx workers"]
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


def conf(directive: str, main: str = "") -> dict[str, str]:
    return {"nginx.conf": f"{main}events {{}}\nhttp {{\n  server {{\n    location / {{ {directive} }}\n  }}\n}}\n"}


@pytest.mark.parametrize(
    "directive",
    ["content_by_lua_block { x }", "js_content m.f;", "perl m::f;", "passenger_enabled on;", 'access_by_lua "x";'],
)
def test_code_in_the_workers_does_not_see_it(directive: str) -> None:
    assert chains(OFFICIAL, conf(directive)) == LOST
    assert mended_by(OFFICIAL, conf(directive)) == (
        "would-patch",
        ["env lines at the top of /etc/nginx/nginx.conf, which leave the variables to nginx's workers"],
    )


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (f"env {URI};\n", KEPT),
        (f"user nginx; env {URI};\n", KEPT),
        (f"env {URI}=/v2/x;\n", LOST),
        (f"# env {URI};\n", LOST),
        ("env AWS_REGION;\n", LOST),
    ],
)
def test_what_the_main_context_hands_on(main: str, expected: list[str]) -> None:
    assert chains(OFFICIAL, conf("js_content m.f;", main)) == expected


def test_the_option_g_hands_on_as_well() -> None:
    cmd = f'CMD ["nginx", "-g", "env {URI}; daemon off;"]\n'
    assert chains(OFFICIAL + cmd, conf("js_content m.f;")) == KEPT


def test_a_question_or_a_signal_starts_no_workers() -> None:
    start = "#!/bin/bash\nnginx ${CONF[@]} -t && nginx ${CONF[@]} -s reload\nnginx ${CONF[@]} &\nexec /srv/app\n"
    file = f'{OFFICIAL}COPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n'
    files = {**conf("js_content m.f;"), "start.sh": start}
    assert chains(file, files) == [
        "nginx lost: shell keeps > nginx filters, nginx workers",
        "root reaches: shell keeps > exec keeps, /srv/app",
    ]
    assert mended_by(file, files) == ("blocked", [])


@pytest.mark.parametrize(
    "directive",
    [
        "proxy_pass http://app;",
        "# content_by_lua_block { x }",
        "root /srv/js_content;",
        "return 200 $js_x;",
        "gzip_types application/x-perl text/plain;",
        "types { application/x-perl  pl pm; }",
    ],
)
def test_a_plain_nginx_makes_no_calls(directive: str) -> None:
    assert chains(OFFICIAL, conf(directive)) == PLAIN
    assert mended_by(OFFICIAL, conf(directive)) == ("clean", [])


def test_a_module_that_is_installed_counts() -> None:
    head = "FROM debian:12\nRUN apt-get install -y nginx {}\n"
    cmd = 'CMD ["nginx", "-g", "daemon off;"]\n'
    assert chains(head.format("libnginx-mod-http-lua") + cmd) == ["www-data lost: nginx filters, nginx workers"]
    assert chains(head.format("libnginx-mod-http-headers-more-filter") + cmd) == ["root reaches: nginx keeps, nginx"]
    assert chains(head.format("libnginx-mod-http-lua") + 'CMD ["sleep", "1"]\n') == [
        "root reaches: exec keeps, sleep 1"
    ]


def test_openresty() -> None:
    assert chains("FROM openresty/openresty:bookworm\n") == ["nobody lost: nginx filters, nginx workers"]
    conf = "/usr/local/openresty/nginx/conf/nginx.conf"
    assert mended_by("FROM openresty/openresty:bookworm\n") == (
        "would-patch",
        [f"env lines at the top of {conf}, which leave the variables to nginx's workers"],
    )


def test_a_test_of_the_configuration_is_no_server() -> None:
    assert chains('FROM debian:12\nCMD ["nginx", "-t"]\n') == ["root reaches: nginx keeps, nginx -t"]


def test_a_plain_nginx_behind_service_is_no_loss() -> None:
    dockerfile = "FROM debian:12\nRUN apt-get install -y nginx\nCMD service nginx start && /srv/app\n"
    assert chains(dockerfile) == ["root reaches: shell keeps > exec keeps, /srv/app"]
