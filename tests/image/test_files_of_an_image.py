"""An image that was looked into: its entry point's script and its service manager's files are read as well."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from image_archive import DEBIAN, docker_archive, layer

from fargate_patch import Options, trace
from fargate_patch.image import looking
from fargate_patch.image.layers import MOST_BYTES, read_layer
from fargate_patch.image.looking import Look
from fargate_patch.image.tar import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import TypeAlias

    Table: TypeAlias = Mapping[str, str | None]

SCRIPT = '#!/bin/sh\nset -e\nif [ "$1" = app ]; then\n  exec su - app -c "$*"\nfi\nexec "$@"\n'
SUPERVISORD = "[supervisord]\nnodaemon=true\n[program:worker]\ncommand=sudo -u app /srv/worker\n"
PLACE = "usr/local/bin/docker-entrypoint.sh"
IMAGE = {**DEBIAN, PLACE: SCRIPT, "entrypoint.sh": f"-> {PLACE}"}
ENTRY = {"Entrypoint": ["/entrypoint.sh"], "Cmd": ["app", "x"]}
ENTERED = "entrypoint.sh at Dockerfile:1"
SU = f"app lost: {ENTERED} > su at mycorp/app:1:/{PLACE}:4"
GONE = (
    "root unknown: entrypoint.sh at Dockerfile:1"
    " ? /entrypoint.sh is not among the files that the build copies, so what it starts is not known"
)
UNSEEN = f"{GONE}: `fargate-patch image REF` reads it in the built image"


@pytest.fixture(autouse=True)
def _anew() -> None:
    looking._read.cache_clear()


def chains(folder: Path, tables: list[Table], config: Mapping[str, object], body: str = "") -> list[str]:
    """Every chain, as `app lost: program at FILE:LINE > …`; two hops of it."""
    layers = [layer(table) for table in tables]
    path = docker_archive(folder / "image", layers, {"os": "linux", "config": config})
    look = Look(archives={"mycorp/*": f"docker-archive:{path}"})
    result = trace(f"FROM mycorp/app:1\n{body}".encode(), options=Options(look=look))
    return [
        f"{chain.user} {chain.verdict.value}: "
        + " > ".join(f"{hop.program} at {hop.place.file}:{hop.place.line}" for hop in chain.hops[:2])
        + (f" ? {chain.open}" if chain.open else "")
        for chain in result.chains
    ]


@pytest.mark.parametrize(
    ("tables", "config", "body", "expected"),
    [
        ([IMAGE], ENTRY, "", [SU]),
        ([IMAGE], ENTRY, 'CMD ["web"]', [f"root reaches: {ENTERED} > web at mycorp/app:1:/{PLACE}:6"]),
        # what the file does to them comes after
        ([IMAGE], ENTRY, f"RUN sed -i 's/su - app -c/gosu app/' /{PLACE}",
         [f"app reaches: entrypoint.sh at Dockerfile:1 > gosu at mycorp/app:1:/{PLACE}:4"]),
        ([IMAGE], ENTRY, f"RUN echo 'exec web' > /{PLACE}",
         ["root reaches: entrypoint.sh at Dockerfile:1 > web at Dockerfile:2"]),
        ([IMAGE], ENTRY, f"RUN rm /{PLACE}", [GONE]),
        # what a later layer does
        ([IMAGE, {PLACE: "ELF"}], ENTRY, "", [UNSEEN]),
        ([IMAGE, {"usr/local/bin/.wh.docker-entrypoint.sh": ""}], ENTRY, "", [UNSEEN]),
        ([IMAGE, {"usr/local/bin/.wh..wh..opq": ""}], ENTRY, "", [UNSEEN]),
        ([IMAGE, {PLACE: "#!/bin/sh\n" + "#" * (1 << 18)}], ENTRY, "", [UNSEEN]),
        # service managers
        ([IMAGE, {"etc/supervisord.conf": SUPERVISORD}], {"Cmd": ["supervisord", "-c", "/etc/supervisord.conf"]}, "",
         ["app lost: supervisord at Dockerfile:1 > sudo at mycorp/app:1:/etc/supervisord.conf:4"]),
        ([IMAGE, {"etc/services.d/web/run": "#!/bin/sh\nexec /srv/web\n"}], {"Entrypoint": ["/init"]},
         "ADD https://github.com/just-containers/s6-overlay/releases/download/v2.2.0.3/s6-overlay-amd64.tar.gz /",
         ["root lost: init at Dockerfile:1 > run at mycorp/app:1:/etc/services.d/web/run:1"]),
        # another stage's base image is another image
        ([IMAGE], ENTRY, f"FROM other AS x\nFROM mycorp/app:1\nCOPY --from=x /{PLACE} /{PLACE}",
         ["root unknown: entrypoint.sh at Dockerfile:3"
          " ? it comes from the stage x, where nothing that can be read writes it"]),
    ],
)  # fmt: skip
def test_scripts_of_the_image_are_read(
    tables: list[Table], config: Mapping[str, object], body: str, expected: list[str], tmp_path: Path
) -> None:
    assert chains(tmp_path, tables, config, body) == expected


def test_a_layer_full_of_scripts_is_read_as_far_as_there_is_room() -> None:
    many = {f"opt/{number}": "#!/bin/sh\n" + "#" * 100_000 for number in range(100)}
    kept = read_layer(Part(io.BytesIO(data := layer(many)), len(data)))
    assert sum(len(file.data or b"") for file in kept.files.values()) <= MOST_BYTES
    assert len(kept.files) == 100
