"""An image that was patched before and is looked into: what it has stays in force, and nothing is put in twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from image_archive import DEBIAN, docker_archive, layer

from fargate_patch import Options, patch
from fargate_patch.image import looking
from fargate_patch.image.looking import Look
from fargate_patch.remedies.entrypoint_shim import values
from fargate_patch.remedies.model import Site
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHIM = "/usr/local/bin/fargate-env"
PAM = (
    "session [success=ignore default=1] pam_succeed_if.so quiet user in app\n"
    "session optional pam_env.so readenv=1 envfile=/run/fargate-env/env user_readenv=0\nx\n"
)
PATCHED: Mapping[str, str | None] = {
    **DEBIAN,
    SHIM[1:]: render("fargate-env.sh.j2", **values(Site("debian", "root", ()))) + "\n",
    "etc/pam.d/su-l": PAM,
    "etc/pam.d/cron": PAM,
    "etc/pam.d/sshd": PAM,
    "etc/sudoers": "@includedir /etc/sudoers.d\n",
    "etc/sudoers.d/fargate-env": f'Defaults>app env_keep += "{" ".join(VARIABLES)}"\n',
    "etc/default/jobs": "# nothing of ours\n",
}
SU = ["su", "-", "app", "-c", "work"]
SU_WEB = 'RUN useradd web\nCMD ["su", "-", "web", "-c", "work"]\n'
SUDO_WEB = 'RUN useradd web\nCMD ["sudo", "-u", "web", "work"]\n'
ENTRY = {"Entrypoint": [SHIM], "Cmd": SU}
NOT_THE_SHIM = {**PATCHED, SHIM[1:]: '#!/bin/sh\nexec "$@"\n'}
ONCE = f'ENTRYPOINT ["{SHIM}"]'
ANEW = "# In force: entrypoint-shim for app; pam-env at su-l for app"


@pytest.fixture(autouse=True)
def _anew() -> None:
    looking._read.cache_clear()


@pytest.mark.parametrize(
    ("files", "config", "body", "expected"),
    [
        (PATCHED, ENTRY, "", ["clean"]),
        (PATCHED, ENTRY, 'CMD ["cron", "-f"]\n', ["clean"]),
        (PATCHED, ENTRY, 'CMD ["/usr/sbin/sshd", "-D"]\n', ["clean"]),
        (PATCHED, {"Cmd": ["sudo", "-u", "app", "work"]}, "", ["clean"]),
        # in part: another user, for whom the first is not forgotten
        (PATCHED, ENTRY, SU_WEB, [
            "would-patch", "# In force: entrypoint-shim for app,web; pam-env at su-l for app,web", ONCE]),
        (PATCHED, {}, SUDO_WEB, ["would-patch", "# In force: sudoers for app,web"]),
        # a name that could not be written into a file safely is served by nothing, and comes into no block
        ({**PATCHED, "etc/pam.d/su-l": PAM.replace("in app", "in app:$(id):'")}, ENTRY, SU_WEB, [
            "would-patch", "# In force: entrypoint-shim for app,web; pam-env at su-l for app,web", ONCE]),
        # what the files say counts, not where the shim is named or would lie
        (NOT_THE_SHIM, ENTRY, "", ["would-patch", ANEW, ONCE, f'CMD {str(SU).replace(chr(39), chr(34))}']),
        ({**PATCHED, "etc/pam.d/su-l": "x\n"}, ENTRY, "", [
            "would-patch", ANEW, ONCE, f'CMD {str(SU).replace(chr(39), chr(34))}']),
        # what the build changes, or goes past, is in force no more
        (PATCHED, ENTRY, "RUN echo x > /etc/pam.d/su-l\n", [
            "would-patch", ANEW, ONCE, f'CMD {str(SU).replace(chr(39), chr(34))}']),
        (PATCHED, ENTRY, 'ENTRYPOINT ["su", "-", "app", "-c", "work"]\n', [
            "would-patch", ANEW, '# Before: ENTRYPOINT ["su", "-", "app", "-c", "work"]',
            f'ENTRYPOINT ["{SHIM}", "su", "-", "app", "-c", "work"]']),
    ],
)  # fmt: skip
def test_a_patched_image(
    tmp_path: Path, files: Mapping[str, str | None], config: object, body: str, expected: list[str]
) -> None:
    path = docker_archive(tmp_path / "image", [layer(files)], {"os": "linux", "config": config})
    options = Options(look=Look(archives={"mycorp/*": f"docker-archive:{path}"}))
    result = patch(f"FROM mycorp/app:1\n{body}".encode(), options=options)
    assert result.reason is None
    block = result.new.decode().removeprefix(f"FROM mycorp/app:1\n{body}")
    telling = ("# In force", "# Before", "ENTRYPOINT", "CMD")
    lines = [line for line in block.splitlines() if line.startswith(telling) and line not in body.splitlines()]
    assert [result.status.value, *lines] == expected
    assert patch(result.new, options=options).new == result.new
