"""COPY and ADD: where a file of the context, of a stage, of a here-document ends up in the image."""

# ruff: noqa: E501 (one case, one line)

from __future__ import annotations

from pathlib import Path

import pytest
from context_build import Tree, files_of, lay_out, shown

CONTEXT: Tree = {
    "run.sh": "run",
    "entry.sh": "entry",
    "a.conf": "A",
    "b.conf": "B",
    "conf/x.conf": "X",
    "conf/deep/y.conf": "Y",
    "conf/readme": "R",
    "odd [1].sh": "odd",
    "rootfs/etc/cron.d/job": "* * * * * app x",
    "rootfs/usr/local/bin/start": "start",
    "link.sh": Path("run.sh"),
    "conf/current": Path("deep"),
    "conf/up": Path("../run.sh"),
    "conf/abs": Path("/etc/x.conf"),
    "blob": b"\x7fELF\0\0",
    "latin": b"caf\xe9",
    "app.tar.gz": b"\x1f\x8b\0",
    "one/same": "1",
    "two/same": "2",
}

CASES: list[tuple[str, dict[str, str | None]]] = [
    # a file onto a name, into a folder
    ("COPY run.sh /run.sh", {"/run.sh": "run.sh:1: run", "/entry.sh": None}),
    ("COPY run.sh /", {"/run.sh": "run.sh:1: run"}),
    ("COPY run.sh /opt/start", {"/opt/start": "run.sh:1: run", "/opt/run.sh": None, "/opt/start/run.sh": None}),
    ("COPY run.sh /opt/start/", {"/opt/start/run.sh": "run.sh:1: run", "/opt/start": None}),
    ("COPY run.sh /opt/start/.", {"/opt/start/run.sh": "run.sh:1: run"}),
    ("COPY run.sh /usr/local/bin", {"/usr/local/bin/run.sh": "run.sh:1: run", "/usr/local/bin": None}),
    ("COPY run.sh /etc/cron.d", {"/etc/cron.d/run.sh": "run.sh:1: run"}),
    ("RUN mkdir -p /opt/a /opt/b\nCOPY run.sh /opt/b", {"/opt/b/run.sh": "run.sh:1: run", "/opt/b": None}),
    ("COPY run.sh /opt/b\nRUN mkdir /opt/b/c", {"/opt/b": "run.sh:1: run"}),
    ("WORKDIR /opt/b\nCOPY run.sh /opt/b", {"/opt/b/run.sh": "run.sh:1: run"}),
    ("COPY conf /opt/b\nCOPY run.sh /opt/b", {"/opt/b/run.sh": "run.sh:1: run"}),
    ("COPY a.conf /opt/b/a\nCOPY run.sh /opt/b", {"/opt/b/run.sh": "run.sh:1: run"}),
    ("COPY conf /opt/b\nCOPY run.sh /opt/b/deep", {"/opt/b/deep/run.sh": "run.sh:1: run", "/opt/b/deep/y.conf": "conf/deep/y.conf:1: Y"}),
    # relative targets and sources that look like paths
    ("WORKDIR /app\nCOPY run.sh .", {"/app/run.sh": "run.sh:1: run"}),
    ("WORKDIR /app\nWORKDIR bin\nCOPY run.sh ./x", {"/app/bin/x": "run.sh:1: run"}),
    ("COPY run.sh .", {"/run.sh": "run.sh:1: run"}),
    ("COPY ./run.sh /x", {"/x": "run.sh:1: run"}),
    ("COPY /run.sh /x", {"/x": "run.sh:1: run"}),
    ("COPY ../../run.sh /x", {"/x": "run.sh:1: run"}),
    ("COPY conf/../run.sh /opt/", {"/opt/run.sh": "run.sh:1: run"}),
    # folders
    ("COPY . /app", {"/app/run.sh": "run.sh:1: run", "/app/conf/deep/y.conf": "conf/deep/y.conf:1: Y", "/app/none": None, "/run.sh": None}),
    ("COPY . /", {"/run.sh": "run.sh:1: run"}),
    ("COPY rootfs /", {"/etc/cron.d/job": "rootfs/etc/cron.d/job:1: * * * * * app x", "/rootfs": None}),
    ("COPY conf/ /etc/app/", {"/etc/app/x.conf": "conf/x.conf:1: X", "/etc/app/conf/x.conf": None}),
    ("COPY conf /x", {"/x": None, "/x/deep": None}),
    # several sources, wildcards, JSON
    ("COPY run.sh entry.sh /bin/", {"/bin/run.sh": "run.sh:1: run", "/bin/entry.sh": "entry.sh:1: entry"}),
    ("COPY *.conf /etc/app/", {"/etc/app/a.conf": "a.conf:1: A", "/etc/app/x.conf": None, "/etc/app/run.sh": None}),
    ("COPY [ab].conf conf/?.conf /etc/app/", {"/etc/app/b.conf": "b.conf:1: B", "/etc/app/x.conf": "conf/x.conf:1: X"}),
    ("COPY con* /etc/app/", {"/etc/app/x.conf": "conf/x.conf:1: X"}),
    ("COPY c*f/x.* /etc/app/", {"/etc/app/x.conf": "conf/x.conf:1: X"}),
    ("COPY one/same two/same /etc/", {"/etc/same": "two/same:1: 2"}),
    ("COPY *.none /etc/", {"/etc/x.none": None}),
    ('COPY ["run.sh", "/with blank/"]', {"/with blank/run.sh": "run.sh:1: run"}),
    ("COPY odd\\ \\[1].sh /x", {"/x": None}),
    ('COPY ["odd [[]1].sh", "/x"]', {"/x": "odd [1].sh:1: odd"}),
    # flags
    ("COPY --chown=app:app --chmod=0755 --link run.sh /x", {"/x": "run.sh:1: run"}),
    ("COPY --exclude=*.conf conf /x", {"/x/readme": "conf/readme:1: R", "/x/x.conf": None, "/x/deep/y.conf": "conf/deep/y.conf:1: Y"}),
    ("COPY --exclude=**/*.conf conf /x", {"/x/readme": "conf/readme:1: R", "/x/deep/y.conf": None}),
    ("COPY --parents conf/deep/y.conf /x/", {"/x/conf/deep/y.conf": "conf/deep/y.conf:1: Y", "/x/y.conf": None, "/x/conf/x.conf": None}),
    ("COPY --parents conf/./deep /x/", {"/x/deep/y.conf": "conf/deep/y.conf:1: Y", "/x/conf/deep/y.conf": None}),
    # variables
    ("ENV D=/srv/app\nARG F=run.sh\nCOPY ${F} $D/", {"/srv/app/run.sh": "run.sh:1: run"}),
    ("ARG F=run.sh\nENV D=/srv\nENV D=$D/x\nCOPY ${F%.sh}.sh ${D:-/none}/", {"/srv/x/run.sh": "run.sh:1: run"}),
    ("COPY run.sh $HOME/bin/", {"/root/bin/run.sh": "~Dockerfile:2? COPY has a target that depends on $HOME", "/bin/run.sh": None, "/root/x": None}),
    ("COPY $WHAT /opt/app/", {"/opt/app/run.sh": "~Dockerfile:2? COPY has a source that depends on $WHAT", "/etc/x": None}),
    # later hides earlier
    ("COPY run.sh /x\nCOPY entry.sh /x", {"/x": "entry.sh:1: entry"}),
    ("COPY entry.sh /app/run.sh\nCOPY . /app", {"/app/run.sh": "run.sh:1: run"}),
    ("COPY . /app\nCOPY entry.sh /app/run.sh", {"/app/run.sh": "entry.sh:1: entry"}),
    # symlinks inside the context: a source is followed, one inside a folder stays a link of the image
    ("COPY link.sh /opt/", {"/opt/link.sh": "run.sh:1: run"}),
    ("COPY conf/current /opt/c", {"/opt/c/y.conf": "conf/deep/y.conf:1: Y"}),
    ("COPY conf /opt/c", {"/opt/c/current/y.conf": "conf/deep/y.conf:1: Y", "/opt/c/up": None, "/opt/c/abs": None}),
    ("COPY conf /opt/c\nCOPY entry.sh /opt/run.sh", {"/opt/c/up": "entry.sh:1: entry"}),
    ("COPY conf /opt/c\nCOPY conf/x.conf /etc/", {"/opt/c/abs": "conf/x.conf:1: X"}),
    # what is there and is no text
    ("COPY blob /usr/bin/tool", {"/usr/bin/tool": "blob:1? blob is a binary file"}),
    ("COPY latin /x", {"/x": "latin:1: caf\udce9"}),
    ("COPY none.sh /x", {"/x": "Dockerfile:2? COPY names none.sh, which is not in the build context"}),
    ("COPY none.sh /opt/", {"/opt/none.sh": "Dockerfile:2? COPY names none.sh, which is not in the build context", "/opt/x": None}),
    ("COPY dist /srv", {"/srv/a/b": "~Dockerfile:2? COPY names dist, which is not in the build context"}),
    ("COPY run.sh /srv/x\nCOPY dist /srv/", {"/srv/x": "Dockerfile:3? COPY names dist, which is not in the build context"}),
    ("COPY app.tar.gz /srv/", {"/srv/app.tar.gz": "app.tar.gz:1? app.tar.gz is a binary file", "/srv/x": None}),
    ("ADD app.tar.gz /srv/", {"/srv/x": "~Dockerfile:2? it may come out of the archive app.tar.gz, which is not looked into", "/opt/x": None}),
    ("COPY run.sh /srv/x\nADD app.tar.gz /srv/", {"/srv/x": "Dockerfile:3? it may come out of the archive app.tar.gz, which is not looked into"}),
    ("COPY run.sh /x\nADD app.tar.gz /", {"/x": "run.sh:1: run", "/init": "~Dockerfile:3? it may come out of the archive app.tar.gz, which is not looked into", "/usr/sbin/cron": None}),
    ("ADD run.sh /opt/", {"/opt/run.sh": "run.sh:1: run"}),
    ("ADD https://example.org/d/tini?v=1 /sbin/", {"/sbin/tini": "Dockerfile:2? ADD fetches https://example.org/d/tini?v=1 at build time"}),
    ("ADD --checksum=sha256:0 https://example.org/tini /x", {"/x": "Dockerfile:2? ADD fetches https://example.org/tini at build time"}),
    ("ADD https://example.org/r.git#v1 /src", {"/src/run": "~Dockerfile:2? ADD fetches https://example.org/r.git#v1 at build time"}),
    # here-documents
    ("COPY <<EOF /x\n#!/bin/sh\necho 1\nEOF", {"/x": "Dockerfile:3: #!/bin/sh\necho 1\n"}),
    ("COPY <<a <<'b' <<-\"c\" /d/\n1\na\n$2\nb\n\t3\n\tc", {"/d/a": "Dockerfile:3: 1\n", "/d/b": "Dockerfile:5: $2\n", "/d/c": "Dockerfile:7: 3\n"}),
    ("ENV U=app\nCOPY <<E run.sh /d/\nsu - $U '\"${U}\"'\nE", {"/d/E": "Dockerfile:4: su - app '\"app\"'\n", "/d/run.sh": "run.sh:1: run"}),
    ("COPY <<EOF /x\n$UNSET\nEOF", {"/x": "Dockerfile:3? its here-document depends on $UNSET"}),
    # other images
    ("COPY --from=nginx:1.25 /etc/nginx/nginx.conf /etc/nginx/", {"/etc/nginx/nginx.conf": "Dockerfile:2? it comes from the image nginx:1.25"}),
    ("COPY --from=tini:1 /tini /sbin/init", {"/sbin/init": "Dockerfile:2? it comes from the image tini:1"}),
    ("COPY --from=ext /opt/java /opt/java", {"/opt/java/bin/java": "~Dockerfile:2? it comes from the image ext", "/opt/x": None}),
    ("COPY --from=$X /a /b", {"/b": "Dockerfile:2? /a comes from a stage or image whose name depends on $X"}),
    ("COPY run.sh /x\nCOPY --from=gloursdocker/docker / /", {"/x": "run.sh:1: run", "/usr/bin/docker": None}),
    # what BuildKit would refuse does nothing
    ("COPY run.sh", {"/run.sh": None}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), CASES, ids=[c[0].replace("\n", "|")[:60] for c in CASES])
def test_where_files_end_up(body: str, expected: dict[str, str | None], tmp_path: Path) -> None:
    files = files_of(f"FROM debian:12\n{body}\n", lay_out(tmp_path, CONTEXT))
    assert {path: shown(files.get(path)) for path in expected} == expected


STAGES = """\
FROM golang:1 AS Build
WORKDIR /src
COPY . .
RUN go build -o /out/server . && printf 'made\\n' > /out/note && echo x > notes.txt

FROM debian:12 AS base
COPY entry.sh /entry.sh

FROM base
COPY --from=build /src/conf /etc/app
COPY --from=0 /src/*.conf /out/note /etc/many/
COPY --from=BUILD /out/server /usr/local/bin/
COPY --from=build /out/other /src/notes.txt /usr/local/share/
COPY --from=base /entry.sh /again
"""

FROM_STAGES = {
    "/entry.sh": "entry.sh:1: entry",
    "/again": "entry.sh:1: entry",
    "/etc/app/deep/y.conf": "conf/deep/y.conf:1: Y",
    "/etc/app/current/y.conf": "conf/deep/y.conf:1: Y",
    "/etc/many/a.conf": "a.conf:1: A",
    "/etc/many/note": "Dockerfile:4: made\n",
    "/etc/many/x.conf": None,
    "/usr/local/bin/server": "Dockerfile:4? compiled by `go build -o /out/server .` at build time",
    "/usr/local/share/other": "Dockerfile:13? it comes from the stage build, where nothing that can be read writes it",
    "/usr/local/share/notes.txt": "Dockerfile:4: x\n",
    "/src/run.sh": None,
}


def test_files_of_earlier_stages(tmp_path: Path) -> None:
    files = files_of(STAGES, lay_out(tmp_path, CONTEXT))
    assert {path: shown(files.get(path)) for path in FROM_STAGES} == FROM_STAGES


def test_a_stage_of_its_own_has_its_own_files(tmp_path: Path) -> None:
    files = files_of(STAGES, lay_out(tmp_path, CONTEXT), "build")
    assert (shown(files.get("/src/run.sh")), files.get("/entry.sh")) == ("run.sh:1: run", None)


def test_a_later_stage_is_no_source(tmp_path: Path) -> None:
    files = files_of(
        "FROM a\nCOPY --from=late /x /x\nFROM b AS late\nCOPY run.sh /x\n", lay_out(tmp_path, CONTEXT), "0"
    )
    assert shown(files.get("/x")) == "Dockerfile:2? it comes from the image late"


def test_without_a_context_files_are_there_and_say_nothing() -> None:
    files = files_of("FROM a\nCOPY run.sh /run.sh\nCOPY . /app\nCOPY <<E /e\nhi\nE\n", None)
    reason = "the build context is not known; --context gives it"
    assert [shown(files.get(p)) for p in ("/run.sh", "/app/x", "/e", "/x")] == [
        f"Dockerfile:2? {reason}",
        f"~Dockerfile:3? {reason}",
        "Dockerfile:5: hi\n",
        None,
    ]


def test_a_wildcard_takes_no_name_with_a_dot_in_front(tmp_path: Path) -> None:
    files = files_of("FROM debian:12\nCOPY a /etc/app/.hidden\nCOPY a /etc/app/seen\n", lay_out(tmp_path, {"a": ""}))
    patterns = ("/etc/app/*", "/etc/app/.*", "/etc/*/.hidden")
    found = [[f.path for f in files.glob(p)] for p in patterns]
    assert found == [["/etc/app/seen"], ["/etc/app/.hidden"], ["/etc/app/.hidden"]]


def test_glob_finds_what_is_there_in_order(tmp_path: Path) -> None:
    body = (
        "COPY rootfs /\nCOPY *.conf /etc/app/\nCOPY conf /etc/app\nRUN echo 1 > /etc/app/made.conf && rm /etc/app/b.conf\n"
        "COPY <<z.conf /etc/app/\n\nz.conf\nCOPY run.sh /etc/cron.d/other\nCOPY none /etc/cron.d/missing\nRUN crontab /etc/cron.d/job"
    )
    files = files_of(f"FROM debian:12\n{body}\n", lay_out(tmp_path, CONTEXT))
    patterns = (
        "/etc/app/*.conf",
        "/etc/cron.d/*",
        "/etc/*/j?b",
        "/etc/a[op]p/x*",
        "/etc/*",
        "/var/spool/cron/crontabs/*",
        "relative/*",
    )
    assert {p: [f.path for f in files.glob(p)] for p in patterns} == {
        "/etc/app/*.conf": ["/etc/app/a.conf", "/etc/app/made.conf", "/etc/app/x.conf", "/etc/app/z.conf"],
        "/etc/cron.d/*": ["/etc/cron.d/job", "/etc/cron.d/missing", "/etc/cron.d/other"],
        "/etc/*/j?b": ["/etc/cron.d/job"],
        "/etc/a[op]p/x*": ["/etc/app/x.conf"],
        "/etc/*": [],
        "/var/spool/cron/crontabs/*": ["/var/spool/cron/crontabs/root"],
        "relative/*": [],
    }


def test_which_goes_along_the_path_of_the_stage(tmp_path: Path) -> None:
    body = "ENV PATH=/app/bin:$PATH\nCOPY run.sh /app/bin/tool\nCOPY entry.sh /usr/bin/tool\nCOPY entry.sh /usr/sbin/daemon\nADD app.tar.gz /usr/local/bin/"
    files = files_of(f"FROM debian:12\n{body}\n", lay_out(tmp_path, CONTEXT))
    found = {name: files.which(name) for name in ("tool", "daemon", "none", "", "/app/bin/tool", "bin/tool")}
    assert {name: file and file.path for name, file in found.items()} == {
        "tool": "/app/bin/tool",
        "daemon": "/usr/sbin/daemon",
        "none": None,
        "": None,
        "/app/bin/tool": "/app/bin/tool",
        "bin/tool": None,
    }


@pytest.mark.parametrize(
    "path", ["", "relative", "/a\0b", "/" + "a/" * 4000, "/../../run.sh", "//run.sh", "/x/../run.sh/"]
)
def test_a_path_is_normalised_or_not_there(path: str, tmp_path: Path) -> None:
    files = files_of("FROM debian:12\nCOPY run.sh /\n", lay_out(tmp_path, CONTEXT))
    assert (shown(files.get(path)) == "run.sh:1: run") is ("run.sh" in path)


def test_folders_that_are_one_in_most_images_are_looked_up_under_both_names(tmp_path: Path) -> None:
    files = files_of("FROM debian:12\nCOPY run.sh /usr/bin/run\nCOPY entry.sh /bin/entry\n", lay_out(tmp_path, CONTEXT))
    assert [shown(files.get(p)) for p in ("/bin/run", "/usr/bin/entry")] == ["run.sh:1: run", "entry.sh:1: entry"]
