"""RUN lines that write files: what can be read surely is known, everything else is unknown with its reason."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from context_build import Tree, files_of, lay_out, shown

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT: Tree = {
    "run.sh": "#!/bin/sh\nexec app\n",
    "crlf.sh": "#!/bin/sh\r\nexec app\r\n",
    "conf/a.conf": "user www\nlisten 80\n",
    "conf/b.conf": "user web\n",
    "app.sed": "s/a/b/",
}

COPIED = "COPY run.sh crlf.sh /app/\nCOPY conf /etc/app\n"  # lines 2 and 3: a RUN stands on line 4

CASES: list[tuple[str, dict[str, str | None]]] = [
    # output to a file
    ("RUN echo 'su - app' > /x", {"/x": "Dockerfile:4: su - app\n"}),
    ('RUN echo "exec \\"\\$@\\"" > /x', {"/x": 'Dockerfile:4: exec "$@"\n'}),
    ("RUN echo -n a  b>/x", {"/x": "Dockerfile:4: a b"}),
    ("RUN echo 'a\\nb' > /x", {"/x": "Dockerfile:4? written by `echo 'a\\nb', which not every shell does alike` at build time"}),
    ("RUN echo -e 'a\\nb' > /x", {"/x": "Dockerfile:4? written by `echo -e 'a\\nb', which not every shell does alike` at build time"}),
    ('SHELL ["/bin/bash", "-c"]\nRUN echo -e "a\\tb\\n\\061" > /x && echo \'c\\n\' >> /x', {"/x": "Dockerfile:5: a\tb\n1\nc\\n\n"}),
    ("RUN echo 'a\\.b' > /x", {"/x": "Dockerfile:4: a\\.b\n"}),
    ("RUN printf '#!/bin/sh\\nexec %s \"$@\"\\n' app > /x", {"/x": 'Dockerfile:4: #!/bin/sh\nexec app "$@"\n'}),
    ("RUN printf '%s\\n' a 'b c' >/x", {"/x": "Dockerfile:4: a\nb c\n"}),
    ("RUN printf %s%% 50 > /x", {"/x": "Dockerfile:4: 50%"}),
    ("RUN printf '%5s' a > /x", {"/x": "Dockerfile:4? written by `printf '%5s' a, which not every shell does alike` at build time"}),
    ("RUN true > /x", {"/x": "Dockerfile:4: "}),
    ("RUN : > /x && > /y", {"/x": "Dockerfile:4: ", "/y": "Dockerfile:4: "}),
    ("RUN echo 1 > /x && echo 2 > /x", {"/x": "Dockerfile:4: 2\n"}),
    ("RUN echo '#!/bin/sh' > /x; echo 1 >>/x; echo 2 >> /x", {"/x": "Dockerfile:4: #!/bin/sh\n1\n2\n"}),
    ("RUN echo 1 >> /x\nRUN echo 2 >> /x", {"/x": "Dockerfile:4: 1\n2\n"}),
    ("RUN echo 1 >| /x", {"/x": "Dockerfile:4: 1\n"}),
    ("RUN echo 1 2> /x", {"/x": None}),
    ("RUN echo 1 > /dev/null", {"/dev/null": None}),
    ("RUN echo 1 | tee /x /y", {"/x": "Dockerfile:4: 1\n", "/y": "Dockerfile:4: 1\n"}),
    ("RUN echo 1 | sudo tee -a /x > /dev/null && echo 2 | tee -a /x", {"/x": "Dockerfile:4: 1\n2\n"}),
    ("RUN { echo a; echo b; } > /x", {"/x": "Dockerfile:4: a\nb\n"}),
    ("RUN (echo a && echo b) > /x", {"/x": "Dockerfile:4: a\nb\n"}),
    ("RUN for i in 1 2; do echo $i; done > /x", {"/x": "Dockerfile:4: 1\n2\n"}),
    ("RUN for f in a b; do echo $f > /etc/app/$f.new; done", {"/etc/app/a.new": "Dockerfile:4: a\n", "/etc/app/b.new": "Dockerfile:4: b\n"}),
    ("RUN echo x >> /etc/passwd", {"/etc/passwd": "Dockerfile:4? it is appended to, and what the base image has of it is not known + x\n"}),
    ("RUN echo x > /opt/own && cat /opt/own >> /etc/profile", {"/etc/profile": "Dockerfile:4? it is appended to, and what the base image has of it is not known + x\n"}),
    ("RUN cat /etc/issue >> /etc/profile", {"/etc/profile": "Dockerfile:4? it is put together from /etc/issue, which comes from the base image or is made unseen"}),
    ("RUN echo x >> /etc/profile && echo y >> /etc/profile", {"/etc/profile": "Dockerfile:4? it is appended to, and what the base image has of it is not known + x\ny\n"}),
    ("RUN echo '* * * * * app x' >> /etc/cron.d/app", {"/etc/cron.d/app": "Dockerfile:4: * * * * * app x\n"}),
    ("RUN echo more >> /app/run.sh", {"/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\nmore\n"}),
    # variables, folders, forms
    ("ENV U=app\nARG D=/srv\nRUN echo \"su - $U\" > ${D}/x", {"/srv/x": "Dockerfile:6: su - app\n"}),
    ("RUN U=app; D=/srv && echo $U > $D/x", {"/srv/x": "Dockerfile:4: app\n"}),
    ("RUN export U=app && echo $U > /x", {"/x": "Dockerfile:4: app\n"}),
    ("RUN echo $UNSET > /x", {"/x": "Dockerfile:4? written by `echo $UNSET` at build time"}),
    ("RUN echo $(date) > /x", {"/x": "Dockerfile:4? written by `echo $(date)` at build time"}),
    ("RUN echo 1 > $UNSET/x", {"/srv/x": "~Dockerfile:4? `echo 1` writes to $UNSET/x, and which file that is depends on the build"}),
    ("WORKDIR /srv\nRUN echo 1 > x", {"/srv/x": "Dockerfile:5: 1\n", "/x": None}),
    ("RUN cd /srv && echo 1 > x", {"/srv/x": "Dockerfile:4: 1\n", "/x": None}),
    ("RUN (cd /srv; echo 1 > x); echo 2 > x", {"/srv/x": "Dockerfile:4: 1\n", "/x": "Dockerfile:4: 2\n"}),
    ("RUN cd $UNSET && echo 1 > y.sh", {"/srv/y.sh": "~Dockerfile:4? `echo 1` writes to y.sh, and which file that is depends on the build"}),
    ("RUN sh -c 'echo 1 > /x' && bash -ec \"echo 2 > /y\"", {"/x": "Dockerfile:4: 1\n", "/y": "Dockerfile:4: 2\n"}),
    ('RUN ["sh", "-c", "echo 1 > /x"]', {"/x": "Dockerfile:4: 1\n"}),
    ('RUN ["cp", "/app/run.sh", "/x"]', {"/x": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN --mount=type=cache,target=/var/cache echo 1 > /x", {"/x": "Dockerfile:4: 1\n"}),
    # here-documents, of the shell and of the RUN
    ("RUN <<EOF\nset -e\necho 1 > /x\ncat > /y <<'E'\n$a\nE\nEOF", {"/x": "Dockerfile:6: 1\n", "/y": "Dockerfile:8: $a\n"}),
    ("RUN <<EOF bash -eux\necho 1 > /x\nEOF", {"/x": "Dockerfile:5: 1\n"}),
    ("RUN /bin/bash -eo pipefail <<-'EOF'\n\techo 1 > /x\n\tEOF", {"/x": "Dockerfile:5: 1\n"}),
    ("RUN <<EOF python3\necho 1 > /x\nEOF", {}),
    ("RUN <<EOF cat > /x\na\nb\nEOF", {"/x": "Dockerfile:5: a\nb\n"}),
    ("ENV U=app\nRUN cat <<EOF > /x && cat <<'E' > /y\nsu - $U\nEOF\n$U\nE", {"/x": "Dockerfile:6: su - app\n", "/y": "Dockerfile:6: $U\n"}),
    ("RUN cat <<EOF > /x\n$UNSET\nEOF", {"/x": "Dockerfile:5? written by `a here-document with values that are not known` at build time"}),
    ("RUN <<EOF\n#!/usr/bin/env bash\necho -e 'a\\tb' > /x\nEOF", {"/x": "Dockerfile:6: a\tb\n"}),
    ("RUN <<EOF\n#!/usr/bin/env python3\nopen('/app/run.sh')\nEOF", {"/app/run.sh": "Dockerfile:5? a RUN that cannot be read names it", "/app/crlf.sh": "crlf.sh:1: #!/bin/sh\r\nexec app\r\n"}),
    # sed, dos2unix, find
    ("RUN sed -i 's/\\r$//' /app/crlf.sh", {"/app/crlf.sh": "crlf.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN dos2unix /app/*.sh", {"/app/crlf.sh": "crlf.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN find /app -type f -name '*.sh' -exec sed -i 's/\\r//g' {} +", {"/app/crlf.sh": "crlf.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN find /app -name 'c*.sh' -exec dos2unix {} \\;", {"/app/crlf.sh": "crlf.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN find / -name '*.sh' -delete", {"/app/crlf.sh": None}),
    ("RUN find /app -newer /x -exec sed -i s/a/b/ {} +", {"/app/run.sh": "Dockerfile:4? `find /app -newer /x -exec sed -i s/a/b/ {} +` may change it"}),
    ("RUN find /app -name '*.sh' -exec chmod +x {} +", {"/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN for f in /app/*.sh; do sed -i 's/app/su - app/' \"$f\"; done", {"/app/run.sh": "run.sh:1: #!/bin/sh\nexec su - app\n"}),
    ("RUN cd /etc/app && sed -i -e 's/www/app/' -e '/listen/d' *.conf", {"/etc/app/a.conf": "conf/a.conf:1: user app\n", "/etc/app/b.conf": "conf/b.conf:1: user web\n"}),
    ("RUN sed -i.bak 's/www/app/' /etc/app/a.conf", {"/etc/app/a.conf": "conf/a.conf:1: user app\nlisten 80\n"}),
    ("ENV U=app\nRUN sed -i \"s/www/$U/g\" /etc/app/a.conf", {"/etc/app/a.conf": "conf/a.conf:1: user app\nlisten 80\n"}),
    ("RUN sed -i 's/www/'$UNSET'/' /etc/app/a.conf", {"/etc/app/a.conf": "conf/a.conf:1? `sed -i 's/www/'$UNSET'/' /etc/app/a.conf` changes it in a way that is not followed"}),
    ("RUN sed -i '/x/{N;P;D}' /app/run.sh", {"/app/run.sh": "run.sh:1? `sed -i '/x/{N;P;D}' /app/run.sh` changes it in a way that is not followed"}),
    ("RUN sed -i -f /app.sed /app/run.sh", {"/app/run.sh": "run.sh:1? `sed -i -f /app.sed /app/run.sh` changes it in a way that is not followed"}),
    ("RUN sed 's/a/b/' /app/run.sh", {"/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN sed 's/a/b/' /app/run.sh > /x", {"/x": "Dockerfile:4? written by `sed 's/a/b/' /app/run.sh` at build time"}),
    ("RUN sed -i 's/a/b/' /etc/ssh/sshd_config", {"/etc/ssh/sshd_config": None}),
    # from one path to another
    ("RUN cp /app/run.sh /srv/", {"/srv/run.sh": "run.sh:1: #!/bin/sh\nexec app\n", "/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN mv /app/run.sh /srv/start", {"/srv/start": "run.sh:1: #!/bin/sh\nexec app\n", "/app/run.sh": None}),
    ("RUN mkdir /srv/d && mv /app/run.sh /app/crlf.sh /srv/d", {"/srv/d/run.sh": "run.sh:1: #!/bin/sh\nexec app\n", "/app/crlf.sh": None}),
    ("RUN cp -r /etc/app /srv/app", {"/srv/app/a.conf": "conf/a.conf:1: user www\nlisten 80\n"}),
    ("RUN cp -a /etc/app/. /srv/ && cp -r /etc/app/* /opt/o/", {"/srv/a.conf": "conf/a.conf:1: user www\nlisten 80\n", "/opt/o/b.conf": "conf/b.conf:1: user web\n"}),
    ("RUN install -m 755 -o root /app/run.sh /usr/local/bin/start", {"/usr/local/bin/start": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN install -d /srv/d && cp -t /srv/d /app/run.sh", {"/srv/d/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN cp /usr/share/x.conf /etc/x.conf", {"/etc/x.conf": "Dockerfile:4? `cp /usr/share/x.conf /etc/x.conf` put it there at build time, and /usr/share/x.conf comes from the base image or is made unseen"}),
    ("RUN cp /app/run.sh /x && sed -i s/app/su/ /x && cp /x /y", {"/y": "run.sh:1: #!/bin/sh\nexec su\n", "/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN cat /app/run.sh /etc/app/b.conf > /x", {"/x": "run.sh:1: #!/bin/sh\nexec app\nuser web\n"}),
    ("RUN cat /app/run.sh >> /etc/app/b.conf", {"/etc/app/b.conf": "conf/b.conf:1: user web\n#!/bin/sh\nexec app\n"}),
    ("RUN cat < /app/run.sh > /x", {"/x": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN cat /none > /x", {"/x": "Dockerfile:4? it is put together from /none, which comes from the base image or is made unseen"}),
    ("RUN ln -s /app/run.sh /start && ln -sf ../app/crlf.sh /usr/start", {"/start": "run.sh:1: #!/bin/sh\nexec app\n", "/usr/start": "crlf.sh:1: #!/bin/sh\r\nexec app\r\n"}),
    ("RUN ln -s /etc/app /srv/conf", {"/srv/conf/b.conf": "conf/b.conf:1: user web\n"}),
    ("RUN ln -s /app/run.sh /usr/local/bin", {"/usr/local/bin/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN ln -sfn /etc/app /srv", {"/srv/b.conf": "conf/b.conf:1: user web\n"}),
    ("RUN ln /app/run.sh /hard", {"/hard": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN ln -s /a /b && ln -s /b /a", {"/a": None}),
    ("RUN rm -f /app/run.sh && rm -rf /etc/app", {"/app/run.sh": None, "/etc/app/a.conf": None, "/app/crlf.sh": "crlf.sh:1: #!/bin/sh\r\nexec app\r\n"}),
    ("RUN rm /app/*.sh", {"/app/run.sh": None}),
    ("RUN rm -rf /etc/app\nCOPY conf/b.conf /etc/app/", {"/etc/app/a.conf": None, "/etc/app/b.conf": "conf/b.conf:1: user web\n"}),
    ("RUN touch /srv/new /app/run.sh /etc/adjtime", {"/srv/new": "Dockerfile:4: ", "/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\n", "/etc/adjtime": "Dockerfile:4? it may be the base image's, or an empty one"}),
    ("RUN truncate -s 0 /app/run.sh", {"/app/run.sh": "Dockerfile:4: "}),
    # not sure to run
    ("RUN if [ -f /x ]; then echo 1 > /x; else echo 2 > /x; fi", {"/x": "~Dockerfile:4? a RUN writes it in a branch of an `if`"}),
    ("RUN case $(uname -m) in x86_64) echo 1 > /app/run.sh;; esac", {"/app/run.sh": "Dockerfile:4? a RUN writes it in a branch of a `case`"}),
    ("RUN while read l; do echo $l > /x; done < /y", {"/x": "~Dockerfile:4? a RUN writes it in a loop"}),
    ("RUN grep -q app /app/run.sh && sed -i s/app/b/ /app/run.sh; true", {"/app/run.sh": "Dockerfile:4? `sed -i s/app/b/ /app/run.sh` stands behind a test"}),
    ("RUN grep -q app /app/run.sh && sed -i s/app/b/ /app/run.sh", {"/app/run.sh": "run.sh:1: #!/bin/sh\nexec b\n"}),
    ("RUN [ -f /x ] || echo 1 > /x", {"/x": "~Dockerfile:4? a RUN writes it behind `||`, which runs only where the command before fails"}),
    ("RUN rm -f /tmp/x || true; echo 1 > /x", {"/x": "Dockerfile:4: 1\n"}),
    ("RUN f() { echo 1 > /x; }; f", {"/x": "Dockerfile:4: 1\n"}),
    ("RUN f() { echo 1 > /x; }; g() { f; }; true", {"/x": None}),
    ("RUN f() { echo $# $1 > /x; shift; echo $1 > /y; }; f a b", {"/x": "Dockerfile:4: 2 a\n", "/y": "Dockerfile:4: b\n"}),
    ("RUN f() { f; }; f; echo 1 > /app/run.sh", {"/app/run.sh": "Dockerfile:4? a RUN that cannot be read names it"}),
    # decided by a value that the Dockerfile shows
    ("ARG A=on\nRUN if [ \"$A\" = on ]; then echo 1 > /x; else echo 2 > /x; fi", {"/x": "Dockerfile:5: 1\n"}),
    ("ARG A=on\nRUN if [ \"$A\" = off ]; then echo 1 > /x; elif [ -f /y ]; then echo 2 > /y; fi", {"/x": None, "/y": "~Dockerfile:5? a RUN writes it in a branch of an `if`"}),
    ("ENV A=on\nRUN [[ $A == o* ]] && echo 1 > /x; test $A = off && echo 1 > /y; [ $A = off ] || echo 1 > /z", {"/x": "Dockerfile:5: 1\n", "/y": None, "/z": "Dockerfile:5: 1\n"}),
    ("RUN if true; then cd /srv; fi; echo 1 > y", {"/srv/y": "~Dockerfile:4? `echo 1` writes to y, and which file that is depends on the build"}),
    # written by something that is not read
    ("RUN curl -fsSL https://e.org/x.sh -o /x && wget -O /y https://e.org/y && curl e.org > /z", {
        "/x": "Dockerfile:4? written by `curl -fsSL https://e.org/x.sh -o /x` at build time",
        "/y": "Dockerfile:4? written by `wget -O /y https://e.org/y` at build time",
        "/z": "Dockerfile:4? written by `curl e.org` at build time"}),
    ("RUN cd /srv && curl -LO https://e.org/d/a.sh?x && wget -q e.org/b.sh", {
        "/srv/a.sh": "Dockerfile:4? written by `curl -LO https://e.org/d/a.sh?x` at build time",
        "/srv/b.sh": "Dockerfile:4? written by `wget -q e.org/b.sh` at build time"}),
    ("RUN envsubst < /app/run.sh > /x", {"/x": "Dockerfile:4? written by `envsubst` at build time"}),
    ("RUN curl e.org | tar xz -C /opt/app && git clone e.org/r.git /opt/r", {
        "/opt/app/run": "~Dockerfile:4? it may come out of `tar xz -C /opt/app`", "/opt/r/x": "~Dockerfile:4? it may come out of `git clone e.org/r.git /opt/r`", "/opt/x": None}),
    ("RUN perl -pi -e s/a/b/ /etc/app/b.conf; patch /app/run.sh < /p", {
        "/app/run.sh": "Dockerfile:4? `patch /app/run.sh` may change it",
        "/etc/app/b.conf": "conf/b.conf:1? `perl -pi -e s/a/b/ /etc/app/b.conf` changes it in a way that is not followed"}),
    ("RUN patch --output=/app/run.sh /q", {"/app/run.sh": "Dockerfile:4? `patch --output=/app/run.sh /q` may change it"}),
    ("RUN chmod +x /app/run.sh && chown app /app/run.sh && bash /app/run.sh && /app/run.sh x && cat /app/run.sh && test -x /app/run.sh", {"/app/run.sh": "run.sh:1: #!/bin/sh\nexec app\n"}),
    ("RUN echo 'cp /app/run.sh /x'", {"/x": None}),
    ("ONBUILD RUN echo 1 > /x", {"/x": None}),
    # crontab
    ("RUN crontab /etc/app/b.conf", {"/var/spool/cron/crontabs/root": "conf/b.conf:1: user web\n"}),
    ("RUN crontab -u app /etc/app/b.conf", {"/var/spool/cron/crontabs/app": "conf/b.conf:1: user web\n"}),
    ("USER app:app\nRUN echo '* * * * * x' | crontab -", {"/var/spool/cron/crontabs/app": "Dockerfile:5: * * * * * x\n"}),
    ('RUN (crontab -l 2>/dev/null; echo "1 * * * * a") | crontab -\nRUN (crontab -l; echo "2 * * * * b") | crontab', {"/var/spool/cron/crontabs/root": "Dockerfile:4: 1 * * * * a\n2 * * * * b\n"}),
    ("RUN (crontab -u app -l; echo '* * * * * x') | crontab -u app -", {"/var/spool/cron/crontabs/app": "Dockerfile:4: * * * * * x\n"}),
    ("RUN curl e.org | crontab -", {"/var/spool/cron/crontabs/root": "Dockerfile:4? written by `curl e.org` at build time"}),
    ("RUN crontab /none", {"/var/spool/cron/crontabs/root": "Dockerfile:4? it is put together from /none, which comes from the base image or is made unseen"}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CASES, ids=[c[0].replace("\n", "|")[:60] for c in CASES])
def test_files_that_run_lines_write(body: str, expected: dict[str, str | None], tmp_path: Path) -> None:
    files = files_of(f"FROM debian:12\n{COPIED}{body}\n", lay_out(tmp_path, CONTEXT))
    assert {path: shown(files.get(path)) for path in expected} == expected


def test_crontabs_are_installed_by_user(tmp_path: Path) -> None:
    body = "COPY conf/b.conf /t\nRUN crontab -u app /t && echo 'x' | crontab -"
    files = files_of(f"FROM debian:12\n{body}\n", lay_out(tmp_path, CONTEXT))
    assert [(f.path, shown(f)) for f in files.glob("/var/spool/cron/crontabs/*")] == [
        ("/var/spool/cron/crontabs/app", "conf/b.conf:1: user web\n"),
        ("/var/spool/cron/crontabs/root", "Dockerfile:3: x\n"),
    ]


def test_parents_come_first_and_other_stages_do_not_count(tmp_path: Path) -> None:
    text = "FROM a AS one\nRUN echo 1 > /x\nFROM b AS two\nRUN echo 2 > /x && echo 2 > /y\nFROM one\nRUN echo 3 >> /x\n"
    files = files_of(text, lay_out(tmp_path, {}))
    assert [shown(files.get(p)) for p in ("/x", "/y")] == ["Dockerfile:2: 1\n3\n", None]


@pytest.mark.parametrize(
    "run",
    [
        '["true"]',
        "[]",
        '[""]',
        "<<EOF\nEOF",
        "<<A <<B\nA\nB",
        "--mount=type=bind",
        "$",
        "'",
        "<<EOF\n#!\nEOF",
        "x \\\n# c\n y > /x",
    ],
)
def test_odd_runs_are_no_trouble(run: str) -> None:
    files = files_of(f"FROM a\nRUN {run}\n", None)
    assert (files.get("/true"), files.accounts, files.packages) == (None, {}, frozenset())
