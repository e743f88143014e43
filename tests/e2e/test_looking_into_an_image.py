"""Looking into an image that podman has, and building what `fargate-patch image` makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import fargate_patch
from fargate_patch.image.family import FAMILIES
from fargate_patch.image.identify import identify
from fargate_patch.image.looking import Look
from fargate_patch.result import Options, Status

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from fargate_patch.verify.engine import Engine

DOCKERFILE = """\
FROM docker.io/library/alpine:3.20
RUN echo 'app:x:1000:1000::/home/app:/bin/sh' >> /etc/passwd && mkdir -p /home/app
CMD ["su", "-", "app", "-c", "python3 app.py; sleep 60"]
"""


def test_an_image_of_podman_is_looked_into_and_mended(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fargate_patch.verify.engine.find", lambda _: engine)
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(DOCKERFILE)
    with engine.built(tmp_path, dockerfile) as tag:
        found = Look(engine=True)(identify(tag))
        assert (found.source, found.family) == (
            "inspected",
            replace(FAMILIES["alpine"], sudoers_d=found.family.sudoers_d),
        )
        assert (found.user, found.entrypoint, found.cmd) == (
            "root",
            (),
            ("su", "-", "app", "-c", "python3 app.py; sleep 60"),
        )
        assert found.users["app"] == "/bin/sh"
        result = fargate_patch.patch(f"FROM {tag}\n".encode(), options=Options(look=Look(engine=True)))
        assert result.status is Status.WOULD_PATCH
        dockerfile.write_bytes(result.new)
        with engine.built(tmp_path, dockerfile) as mended, engine.run(mended) as container:
            assert container.exec(["test", "-d", "/run/fargate-env"]).exit_code == 0


def test_an_image_that_podman_has_not(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fargate_patch.verify.engine.find", lambda _: engine)
    known = identify("mycorp/app:1")
    note = "--inspect: mycorp/app:1 is not here, and nothing is pulled; `podman pull mycorp/app:1` brings it."
    assert Look(engine=True)(known) == replace(known, note=note)
