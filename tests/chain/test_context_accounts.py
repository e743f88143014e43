"""Users that RUN lines make, in every spelling, and the packages that they install."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from context_build import files_of, lay_out

if TYPE_CHECKING:
    from pathlib import Path

CASES: list[tuple[str, dict[str, tuple[str | None, str | None]]]] = [
    # useradd
    ("RUN useradd app", {"app": (None, None)}),
    ("RUN useradd -m -s /bin/bash app", {"app": ("/bin/bash", None)}),
    ("RUN useradd -ms /bin/bash app", {"app": ("/bin/bash", None)}),
    ("RUN useradd -s/bin/zsh -u1000 app", {"app": ("/bin/zsh", "1000")}),
    ("RUN useradd --shell=/bin/bash --uid 1001 --create-home app", {"app": ("/bin/bash", "1001")}),
    ("RUN useradd --shell /bin/bash --uid=1001 app", {"app": ("/bin/bash", "1001")}),
    ("RUN useradd -rm -d /home/x -s /bin/bash -g root -G sudo -u 1001 x", {"x": ("/bin/bash", "1001")}),
    ("RUN useradd -r -g app -c 'The app' -K UMASK=077 app", {"app": (None, None)}),
    ("RUN useradd app -s /bin/sh", {"app": ("/bin/sh", None)}),
    ("RUN /usr/sbin/useradd --system --no-create-home -- app", {"app": (None, None)}),
    ("RUN groupadd -g 1000 g && useradd -g g -u 1000 app && echo app:x | chpasswd", {"app": (None, "1000")}),
    ("RUN sudo useradd app || true", {"app": (None, None)}),
    ("RUN id app || useradd -u 5 app", {"app": (None, "5")}),
    ("RUN if ! id app; then useradd app; fi", {"app": (None, None)}),
    ("RUN useradd -D -s /bin/bash", {}),
    ("RUN echo useradd app", {}),
    # adduser: Debian's, busybox's
    ("RUN adduser --disabled-password --gecos '' app", {"app": (None, None)}),
    ("RUN adduser --system --group app", {"app": ("/usr/sbin/nologin", None)}),
    ("RUN adduser --system --shell /bin/bash --uid 7 --home /x app", {"app": ("/bin/bash", "7")}),
    ("RUN adduser --disabled-password -shell /bin/bash -gecos '' app", {"app": ("/bin/bash", None)}),
    ("RUN adduser -D -s /bin/ash -h /app -u 1000 -G www app", {"app": ("/bin/ash", "1000")}),
    ("RUN adduser -S -D -H app app", {"app": (None, None)}),
    ("RUN adduser -SDHs /sbin/nologin app", {"app": ("/sbin/nologin", None)}),
    ("RUN addgroup -S app && adduser -S app -G app", {"app": (None, None)}),
    ("RUN adduser app sudo", {}),
    ("RUN adduser --quiet app sudo", {}),
    ("RUN addgroup app && groupadd web && adduser --group web", {}),
    # changes
    ("RUN useradd -u 9 app && usermod -s /bin/bash app", {"app": ("/bin/bash", "9")}),
    ("RUN usermod -aG sudo app", {}),
    ("RUN usermod --shell /bin/bash www-data && usermod -u 1000 www-data", {"www-data": ("/bin/bash", "1000")}),
    ("RUN chsh -s /bin/zsh", {"root": ("/bin/zsh", None)}),
    ("RUN chsh -s /bin/zsh app", {"app": ("/bin/zsh", None)}),
    ("RUN useradd -s /bin/sh app\nRUN useradd -s /bin/bash -u 3 app", {"app": ("/bin/bash", "3")}),
    # the file itself
    ("RUN echo 'app:x:1000:1000::/home/app:/bin/bash' >> /etc/passwd", {"app": ("/bin/bash", "1000")}),
    ("RUN echo app:x:1000:1000::/: >> /etc/passwd", {"app": ("/bin/sh", "1000")}),
    ("RUN printf '%s\\n' a:x:1:1::/:/bin/sh b:x:2:2::/:/bin/bash | tee -a /etc/passwd", {"a": ("/bin/sh", "1"), "b": ("/bin/bash", "2")}),
    ("COPY passwd /etc/passwd", {"root": ("/bin/bash", "0"), "web": ("/usr/sbin/nologin", "33")}),
    ("COPY passwd /etc/\nRUN usermod -s /bin/sh web", {"root": ("/bin/bash", "0"), "web": ("/bin/sh", "33")}),
    # variables
    ("ARG U=app\nENV S=/bin/bash\nRUN useradd -s $S ${U}", {"app": ("/bin/bash", None)}),
    ("RUN U=app; useradd -u $UID_UNKNOWN -s $S $U", {"app": (None, None)}),
    ("RUN useradd $UNSET", {}),
    ("RUN for u in a b; do useradd $u; done", {"a": (None, None), "b": (None, None)}),
    ("RUN <<EOF\nset -e\nuseradd -s /bin/bash app\nEOF", {"app": ("/bin/bash", None)}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CASES, ids=[c[0].replace("\n", "|") for c in CASES])
def test_accounts(body: str, expected: dict[str, tuple[str | None, str | None]], tmp_path: Path) -> None:
    context = lay_out(tmp_path, {"passwd": "root:x:0:0::/root:/bin/bash\nweb:x:33:33::/:/usr/sbin/nologin\n#no\n"})
    accounts = files_of(f"FROM debian:12\n{body}\n", context).accounts
    assert {name: (a.shell, a.uid) for name, a in accounts.items()} == expected
    assert all(name == a.name for name, a in accounts.items())


def test_an_account_has_its_place(tmp_path: Path) -> None:
    text = "FROM a AS base\nRUN useradd one\nFROM base\nCOPY passwd /etc/passwd\nRUN <<EOF\ntrue\nuseradd two\nEOF\nRUN echo a:x:1:1::/:/x >> /etc/passwd\n"
    accounts = files_of(text, lay_out(tmp_path, {"passwd": "\nweb:x:3:3::/:/x\n"})).accounts
    assert {n: f"{a.place.file}:{a.place.line}" for n, a in accounts.items()} == {
        "one": "Dockerfile:2",
        "web": "passwd:2",
        "two": "Dockerfile:7",
        "a": "Dockerfile:9",
    }


def test_accounts_of_a_stage_whose_passwd_is_copied_and_of_no_other(tmp_path: Path) -> None:
    text = "FROM a AS b\nRUN useradd -u 5 app\nFROM c AS d\nRUN useradd other\nFROM scratch\nCOPY --from=b /etc/passwd /etc/group /etc/\n"
    assert {n: a.uid for n, a in files_of(text, lay_out(tmp_path, {})).accounts.items()} == {"app": "5"}


PACKAGES: list[tuple[str, set[str]]] = [
    ("RUN apt-get update && apt-get install -y --no-install-recommends cron=3.0pl1-137 sudo && rm -rf /x", {"cron", "sudo"}),
    ("RUN apt-get -y -qq -o Dpkg::Options::=--force-confold install php8.2-fpm libc6:amd64 g++ vim/stable nano-", {"php8.2-fpm", "libc6", "g++", "vim"}),
    ("RUN DEBIAN_FRONTEND=noninteractive apt install -yq -t bookworm-backports git \\\n  curl", {"git", "curl"}),
    ("RUN apt-get remove -y cron; apt-get purge sudo; apt-get update", set()),
    ("RUN apt-get install -y ./x.deb /tmp/y.deb", set()),
    ("RUN sudo aptitude install -y a", {"a"}),
    ("RUN apk add --no-cache --virtual .build-deps gcc 'openssl>1.1' bash~=5.2 py3-pip@edge -X http://x/edge", {"gcc", "openssl", "bash", "py3-pip"}),
    ("RUN apk --no-cache -U add -t .deps dcron", {"dcron"}),
    ("RUN apk del cron", set()),
    ("RUN yum -y install --enablerepo=epel cronie && yum clean all", {"cronie"}),
    ("RUN dnf install -y --setopt=install_weak_deps=False sudo; microdnf install -y shadow-utils; tdnf install -y shadow", {"sudo", "shadow-utils", "shadow"}),
    ("RUN yum install -y https://x/y.rpm httpd", {"httpd"}),
    ("RUN zypper --non-interactive in -y cron && zypper install -r repo sudo", {"cron", "sudo"}),
    ("RUN pacman -Syu --noconfirm cronie && pacman -S --needed sudo && pacman -R x", {"cronie", "sudo"}),
    ("ARG P=cron\nRUN apt-get install -y $P $UNKNOWN", {"cron"}),
    ("RUN set -ex; deps='a b'; apt-get install -y $deps", {"a", "b"}),
    ("RUN if [ -f x ]; then apk add a; else apt-get install b; fi", {"a", "b"}),
    ("RUN for p in a b; do apk add $p; done", {"a", "b"}),
    ("RUN echo apt-get install cron", set()),
    ("RUN pip install requests && npm install -g pm2", set()),
    ('RUN ["apt-get", "install", "-y", "cron"]', {"cron"}),
    ("RUN <<EOF\napt-get update\napt-get install -y cron\nEOF", {"cron"}),
    ("COPY x /apt-get", set()),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), PACKAGES, ids=[c[0].replace("\n", "|")[:60] for c in PACKAGES])
def test_packages(body: str, expected: set[str]) -> None:
    assert (
        files_of(f"FROM x AS other\nRUN apt-get install -y not-here\nFROM debian:12\n{body}\n", None).packages
        == expected
    )


def test_packages_of_parents_count() -> None:
    assert files_of("FROM a AS b\nRUN apk add one\nFROM b\nRUN apk add two\n", None).packages == {"one", "two"}
