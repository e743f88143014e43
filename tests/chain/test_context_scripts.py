"""RUN lines that run a script of the image: what it does is done, at its own lines, as far as it can be read."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from context_build import Tree, files_of, lay_out, shown

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT: Tree = {
    "install.sh": '#!/bin/bash\nset -e\ncd "$(dirname "$0")"\ncat > /etc/cron.d/jobs <<EOF\n* * * * * ${1:-app} /srv/job\nEOF\ncp conf.txt /etc/app.conf\n',
    "conf.txt": "conf\n",
    "python.sh": "#!/usr/bin/env python3\ncat > /x\n",
    "env.sh": "#!/usr/bin/env -S bash -e\necho 1 > /x\n",
    "functions.sh": 'write() {\n  echo "$1" > /srv/$1\n}\nwrite own\n',
    "outer.sh": "echo $A-$B > /env\n./inner/inner.sh\n. ./inner/lib.sh\necho $LIB > /lib\n",
    "inner/inner.sh": "echo inner > here\n",
    "inner/lib.sh": "LIB=$1\n",
    "ring.sh": "echo 1 > /x\nsh /b/ring.sh\n",
    "large.sh": "echo 1 > /x\n" + "# and so on\n" * 60_000,
}
JOB = "install.sh:5: * * * * * {} /srv/job\n"

CASES: list[tuple[str, dict[str, str | None]]] = [
    ("RUN /b/install.sh", {"/etc/cron.d/jobs": JOB.format("app"), "/etc/app.conf": "conf.txt:1: conf\n"}),
    ("WORKDIR /b\nRUN chmod +x ./install.sh && ./install.sh web && rm install.sh", {"/etc/cron.d/jobs": JOB.format("web"), "/b/install.sh": None}),
    ("RUN bash -eux -o pipefail /b/install.sh web", {"/etc/cron.d/jobs": JOB.format("web")}),
    ('RUN ["/b/install.sh", "web"]', {"/etc/cron.d/jobs": JOB.format("web")}),
    ("RUN --mount=type=cache,target=/c sh /b/install.sh", {"/etc/cron.d/jobs": JOB.format("app")}),
    ("RUN <<EOF\ncd /b\nsudo -E ./install.sh web\nEOF", {"/etc/cron.d/jobs": JOB.format("web")}),
    ("ARG JOBS=web\nRUN sh /b/install.sh $JOBS", {"/etc/cron.d/jobs": JOB.format("web")}),
    ("RUN /b/install.sh $(hostname)", {"/etc/cron.d/jobs": "install.sh:5? written by `a here-document with values that are not known` at build time"}),
    ("RUN if [ -f /y ]; then /b/install.sh; fi", {"/etc/cron.d/jobs": "~install.sh:5? a RUN writes it in a branch of an `if`"}),
    ("RUN /b/python.sh", {"/x": None}),
    ("RUN /b/env.sh", {"/x": "env.sh:2: 1\n"}),
    ("RUN sh /b/unknown.sh", {"/b/unknown.sh": None}),
    # functions and variables: only what is exported goes into a script, and nothing comes out but of a sourced one
    ("RUN . /b/functions.sh && write more", {"/srv/own": "functions.sh:2: own\n", "/srv/more": "functions.sh:2: more\n"}),
    ("RUN sh /b/functions.sh && write more", {"/srv/own": "functions.sh:2: own\n", "/srv/more": None}),
    ("RUN cd /b && A=1 B=2 sh outer.sh arg", {"/env": "outer.sh:1: 1-2\n", "/b/here": "inner/inner.sh:1: inner\n", "/lib": "outer.sh:4: arg\n"}),
    ("ENV A=1\nRUN export B=2 && cd /b && sh outer.sh", {"/env": "outer.sh:1: 1-2\n"}),
    ("RUN A=1; B=2; cd /b; sh outer.sh", {"/env": "outer.sh:1? written by `echo $A-$B` at build time"}),
    # a script as it is by then
    ("RUN sed -i 's,srv,opt,' /b/functions.sh && sh /b/functions.sh", {"/srv/own": None, "/opt/own": "functions.sh:2: own\n"}),
    ("RUN mv /b/functions.sh /f && /f", {"/srv/own": "functions.sh:2: own\n"}),
    ("RUN echo 'echo 1 > /x' > /f && sh /f && echo 'echo 2 > /x' > /f && sh /f", {"/x": "Dockerfile:3: 2\n"}),
    ("RUN curl -o /b/functions.sh https://e.org && sh /b/functions.sh", {"/srv/own": None}),
    ("RUN echo 'echo 1 > /x' > /f\nRUN sh /f && rm /f\nRUN sh /f && echo 2 >> /x", {"/x": "Dockerfile:3: 1\n2\n"}),
    ("FROM debian:12\nCOPY --from=one /b/functions.sh /f\nRUN sh /f", {"/srv/own": "functions.sh:2: own\n"}),
    # what is not followed to its end is not known to leave anything alone
    ("COPY conf.txt /x\nRUN sh /b/ring.sh", {"/x": "Dockerfile:4? a RUN that cannot be read names it"}),
    ("RUN sh /b/large.sh", {"/x": None}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CASES, ids=[c[0].replace("\n", "|")[:60] for c in CASES])
def test_files_that_scripts_write(body: str, expected: dict[str, str | None], tmp_path: Path) -> None:
    files = files_of(f"FROM debian:12 AS one\nCOPY . /b/\n{body}\n", lay_out(tmp_path, CONTEXT))
    assert {path: shown(files.get(path)) for path in expected} == expected


def test_accounts_packages_and_texts(tmp_path: Path) -> None:
    script = "useradd -r -u 990 -s /bin/bash app\napt-get install -y cron sudo\na2enmod cgi\n"
    files = files_of("FROM debian:12\nCOPY i.sh /\nRUN bash /i.sh\n", lay_out(tmp_path, {"i.sh": script}))
    assert [(a.name, a.shell, a.uid, a.place.file, a.place.line) for a in files.accounts.values()] == [
        ("app", "/bin/bash", "990", "i.sh", 1)
    ]
    assert files.packages == {"cron", "sudo"}
    assert files.runs == ("bash /i.sh", script)
    assert [(s.text, s.place.file, s.place.line) for s in files.build_scripts] == [
        ("bash /i.sh", "Dockerfile", 3),
        (script, "i.sh", 1),
    ]


HOSTILE = {
    "many runs of one script": "RUN sh /s.sh\n" * 3_000,
    "many scripts in one run": "RUN " + "sh /s.sh; " * 5_000 + "\n",
    "each run changes the script": "RUN echo 'echo 1 > /x' >> /s.sh && sh /s.sh\n" * 1_000,
    "a chain of copies": "RUN " + "".join(f"cp /s{n or ''}.sh /s{n + 1}.sh && sh /s{n + 1}.sh && " for n in range(300)),
    "stages": "".join(f"FROM a AS s{n + 1}\nCOPY --from=s{n} /s.sh /s.sh\nRUN sh /s.sh\n" for n in range(200)),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_scripts_take_bounded_work(body: str, tmp_path: Path) -> None:
    context = lay_out(tmp_path, {"s.sh": "f() { echo 1 > /x; }\nf\n" + "{ " * 30 + "echo 2 > /x;" + " }" * 30 + "\n"})
    files = files_of(f"FROM a AS s0\nCOPY s.sh /s.sh\n{body}true\n", context)
    assert files.get("/x") is not None or files.get("/s.sh") is not None
