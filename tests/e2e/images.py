"""The base images of the end-to-end tests, built from Debian's packages: no registry is asked for anything.

`python tests/e2e/images.py` (`make images`) builds what is missing and tags it by the official names, so that a
sample's own `FROM debian:12` works unchanged. The root filesystem is cached under `.cache/images/` by a hash of what it
is made of. `apt-get` and `apk` in these images do nothing: what the samples install is there already.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from fargate_patch.verify.container import EngineError, call, last_words  # noqa: E402
from fargate_patch.verify.engine import Engine, find  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOTS = Path(__file__).with_name("roots")
CACHE = REPOSITORY / ".cache" / "images"
SUITE = "bookworm"
PACKAGES = (
    *("bash", "login", "passwd", "util-linux", "procps", "curl", "python3", "python3-boto3"),
    *("sudo", "gosu", "cron", "openssh-server", "openssh-client", "supervisor"),
    *("uwsgi", "uwsgi-core", "uwsgi-plugin-python3"),
    *("php-fpm", "php-cli", "php-async-aws-core", "libfcgi-bin"),
    # what the mechanisms' cases need beyond the samples
    *("opendoas", "incron", "dropbear-bin", "nginx", "libnginx-mod-http-lua", "apache2", "openrc", "runit"),
    *("s6", "execline", "monit", "gunicorn", "at", "awscli"),
    *("daemontools", "tini", "dumb-init", "ruby-foreman", "postfix", "runit-init"),
    *("ruby-aws-sdk-core", "nodejs", "python3-zmq", "python3-tornado", "python3-psutil"),
)
TRIXIE_PACKAGES = (  # Debian 13: what of it is another program than Debian 12's
    *("bash", "login", "passwd", "util-linux", "procps", "curl", "python3", "python3-boto3"),
    *("cronie", "sudo", "openssh-server", "openssh-client", "php-fpm", "php-cli", "php-async-aws-core", "libfcgi-bin"),
)
CIRCUS = "circus==0.19.0"  # from PyPI; what it needs is among the packages
JS_SDK = "@aws-sdk/credential-provider-node@3.888.0" if shutil.which("npm") else None  # the last that bookworm's runs
JS_FOLDER = "usr/local/lib/js"
_NPM = "npm install --silent --no-save --fetch-retries=0"  # where it finds no registry, the image is without the SDK
# What `FROM` names in the samples and cases → the folder under `roots/` that is built for it, and on what
OFFICIAL = {
    "docker.io/library/debian:12": "debian",
    "docker.io/library/debian:bookworm": "debian",
    "docker.io/library/php:8.2-fpm": "php",
    "docker.io/library/alpine:3.20": "alpine",
}
ASKED_FOR = {"docker.io/library/debian:13": "trixie"}  # by some tests alone
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MMDEBSTRAP = ("mmdebstrap", "--quiet", "--variant=minbase", "--format=tar")
_UNSYNCED = "--dpkgopt=force-unsafe-io"  # what a machine that fails meanwhile leaves is a `.partial`, used by nobody
_TRIMMED = (
    *(f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale", "info")),
    '--customize-hook=cd "$1/usr/local/sbin" && printf "#!/bin/sh\\nexit 0\\n" > apt-get && chmod 755 apt-get',
)
_BOOTSTRAP = (
    *_MMDEBSTRAP,
    f"--include={','.join(PACKAGES)}",
    *_TRIMMED,
    f"--customize-hook={sys.executable} -m pip install --quiet --root-user-action=ignore --no-deps {CIRCUS}"
    ' --target "$1/usr/local/lib/python3.11/dist-packages"',
    '--customize-hook=cd "$1/usr/local/bin" && printf "#!/bin/sh\\nexec python3 -m circus.circusd \\"\\$@\\"\\n"'
    " > circusd && chmod 755 circusd",
    *((f'--customize-hook={_NPM} --prefix "$1/{JS_FOLDER}" {JS_SDK} || :',) if JS_SDK else ()),
)
# The name of an image → what bootstraps it, and the suite
_SUITES = {
    "debian": (_BOOTSTRAP, SUITE),
    "trixie": ((*_MMDEBSTRAP, f"--include={','.join(TRIXIE_PACKAGES)}", *_TRIMMED), "trixie"),
}


class ImagesError(Exception):
    """An image cannot be made here. The message is one sentence for a person."""


def ensure(engine: Engine, wanted: Mapping[str, str] = OFFICIAL) -> None:
    """Make every wanted image that is missing or out of date. Raises ImagesError or EngineError."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several runs of the tests may start at once
        for reference, name in wanted.items():
            ours = f"localhost/fargate-patch-{name}:{_digest(name)}"
            if not engine.has_image(ours):
                _BUILDERS[name](engine, ours)
            _run([str(engine.program), "tag", ours, reference])


def has_js_sdk(engine: Engine) -> bool:
    """Did npm find a registry when debian:12 was made?"""
    found = f"/{JS_FOLDER}/node_modules/@aws-sdk"
    look = ["run", "--rm", "--network=none", "--entrypoint=", "docker.io/library/debian:12", "test", "-d", found]
    return call([str(engine.program), *look]).exit_code == 0


def configure_engine() -> None:
    """Give podman a storage of the tests' own, and settings for a machine without cgroup manager and adjustable limits.

    Nothing of the person's own images is seen or touched. Where overlay mounts are not to be had, vfs does, slowly.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("BUILDAH_ISOLATION", "chroot")
    os.environ.setdefault("BUILDAH_LAYERS", "false")  # many builds at once disturb each other's cache
    if "CONTAINERS_CONF" not in os.environ:
        runtime = 'runtime = "runc"\n' if shutil.which("runc") else ""
        init = f'init_path = "{shutil.which("catatonit")}"\n' if shutil.which("catatonit") else ""
        settings = _CONTAINERS.format(runtime=runtime, init=init)
        os.environ["CONTAINERS_CONF"] = str(_written(CACHE / "containers.conf", settings))
    for driver in (os.environ["STORAGE_DRIVER"],) if "STORAGE_DRIVER" in os.environ else ("overlay", "vfs"):
        settings = _STORAGE.format(driver=driver, folder=CACHE, name=_own_name())
        os.environ["CONTAINERS_STORAGE_CONF"] = str(_written(CACHE / f"storage-{driver}.conf", settings))
        if not call(["podman", "info"]).exit_code:
            return


_CONTAINERS = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
{init}[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
{runtime}"""
_STORAGE = """[storage]
driver = "{driver}"
graphroot = "{folder}/{driver}"
runroot = "/run/fargate-patch-tests-{name}"
"""


def _own_name() -> str:
    """Another for each clone: two storages that share a runroot lose each other's mounts."""
    return hashlib.sha256(os.fsencode(CACHE)).hexdigest()[:8]


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _debian(engine: Engine, tag: str, name: str = "debian") -> None:
    tar = CACHE / f"{name}-{_digest(name)}.tar"
    if not tar.exists():
        _bootstrap(tar, *_SUITES[name])
    _import(engine, tar, tag, "bash")


def _trixie(engine: Engine, tag: str) -> None:
    _debian(engine, tag, "trixie")


def _import(engine: Engine, tar: Path, tag: str, command: str) -> None:
    _run([str(engine.program), "import", f'--change=CMD ["{command}"]', f"--change=ENV PATH={_PATH}", str(tar), tag])


def _bootstrap(tar: Path, command: Sequence[str], suite: str) -> None:
    """A Debian root filesystem with every package, in about a minute."""
    if not shutil.which("mmdebstrap"):
        raise ImagesError("mmdebstrap is not installed (apt-get install mmdebstrap)")
    partial = tar.with_suffix(".partial")
    _run([*command, _UNSYNCED, suite, str(partial), *(f"deb {mirror} {suite} main" for mirror in _mirrors())])
    partial.rename(tar)


def _mirrors() -> tuple[str, ...]:
    """Where this machine's apt gets Debian from."""
    command = ["apt-get", "indextargets", "--format=$(LABEL) $(REPO_URI)", "Created-By: Packages"]
    if not shutil.which("apt-get"):
        raise ImagesError("there is no apt here to get Debian's packages with")
    lines = _run(command).splitlines()
    if not any(line.startswith("Debian ") for line in lines):
        _run(["apt-get", "update", "-qq"])
        lines = _run(command).splitlines()
    found = tuple(dict.fromkeys(line.split()[1] for line in lines if re.match(r"Debian \S", line)))
    if not found:
        raise ImagesError("this machine's apt knows no Debian mirror to build the base image from")
    return found


def _alpine(engine: Engine, tag: str) -> None:
    busybox = shutil.which("busybox")
    if not busybox:
        raise ImagesError("busybox is not installed (apt-get install busybox-static)")
    with tempfile.TemporaryDirectory() as folder:
        root, tar = Path(folder, "root"), Path(folder, "root.tar")
        shutil.copytree(ROOTS / "alpine", root)
        for made in [
            "bin",
            "dev",
            "etc/crontabs",
            "home",
            "proc",
            "root",
            "run",
            "sbin",
            "sys",
            "tmp",
            "usr/bin",
            "var/log",
            "var/spool/cron",
        ]:
            (root / made).mkdir(parents=True, exist_ok=True)
        (root / "tmp").chmod(0o1777)
        (root / "var/spool/cron/crontabs").symlink_to("/etc/crontabs")
        shutil.copy(busybox, root / "bin/busybox")
        for applet in set(_run([busybox, "--list"]).split()) - {"busybox"}:
            (root / "bin" / applet).symlink_to("/bin/busybox")
        _run(["tar", "--numeric-owner", "--owner=0", "--group=0", "-C", str(root), "-cf", str(tar), "."])
        _import(engine, tar, tag, "/bin/sh")


def _php(engine: Engine, tag: str) -> None:
    engine.build(ROOTS / "php", ROOTS / "php" / "Dockerfile", tag)


_BUILDERS = {"debian": _debian, "trixie": _trixie, "php": _php, "alpine": _alpine}


def _digest(name: str) -> str:
    """Changes with anything that the image is made of."""
    found = hashlib.sha256(repr((*_SUITES.get(name, _SUITES["debian"]), OFFICIAL)).encode())
    for path in sorted(path for path in (ROOTS / name).rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(ROOTS)} {path.stat().st_mode:o}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def _run(command: list[str]) -> str:
    done = call(command, timeout=900)
    if done.exit_code:
        raise ImagesError(f"{Path(command[0]).name}: {last_words(done)}")
    return done.stdout


if __name__ == "__main__":
    configure_engine()
    try:
        ensure(find())
    except (EngineError, ImagesError) as error:
        sys.exit(f"no base images: {error}")
    print("\n".join(OFFICIAL))
