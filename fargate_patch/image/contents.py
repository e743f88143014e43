"""What the files of an image say of it: its distribution, its accounts, what its programs are, php-fpm's pools."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from fargate_patch.image.family import FAMILIES, OS_RELEASE_IDS
from fargate_patch.image.layers import LARGEST_SCRIPT, STARTED
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.image.layers import Root
    from fargate_patch.image.model import Family

POOL_FOLDERS = ("usr/local/etc/php-fpm.d", "etc/php-fpm.d", "etc/php/*/fpm/pool.d", "etc/php*/php-fpm.d")
CRONIE_PAM = ("crond", "cronie")  # the second is Debian's name for it
SHELLS = {"dash": "dash", "bash": "bash", "busybox": "ash"}
_SPEAKS = regex(rb"fargate-env|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
_OFF = ("no", "off", "false", "0")  # of php.ini's boolean
_INCLUDES = regex(r"(?m)^[#@]includedir[ \t]+/etc/sudoers\.d/?[ \t]*$")
_SETTING = regex(r"[ \t]*([\w.]+)[ \t]*=[ \t]*\"?([^\s\";]*)")


def family_of(root: Root, known: str | None) -> Family:
    """The distribution by os-release(5), or the one that is known, with what this image has otherwise."""
    family = FAMILIES[_named(root) or known or _without_name(root)]
    sh = root.real("bin/sh").rpartition("/")[2]
    said: dict[str, Any] = {"shell": root.has("bin/sh")}
    if sh in SHELLS:
        said["sh"] = SHELLS[sh]
    if (sudoers := root.text("etc/sudoers")) is not None:
        said["sudoers_d"] = bool(_INCLUDES.search(sudoers))
    if (profile := root.text("etc/profile")) is not None:
        said["profile_d"] = "/etc/profile.d" in profile
    if _is_busybox(root, "su") and not root.has("etc/pam.d"):
        said |= {"su": "busybox", "pam": False}
    if _is_busybox(root, "crond"):
        said["crond"] = "busybox"
    elif root.has("usr/sbin/crond") and (services := [name for name in CRONIE_PAM if root.has(f"etc/pam.d/{name}")]):
        said |= {"crond": "cronie", "cronie_pam": services[0]}
    return replace(family, **said)


def _named(root: Root) -> str | None:
    text = root.text("etc/os-release") or root.text("usr/lib/os-release") or ""
    said = dict(line.partition("=")[::2] for line in text.splitlines())
    words = [*_words(said.get("ID", "")), *_words(said.get("ID_LIKE", ""))]
    if not root.has("bin/sh") and root.has("var/lib/dpkg/status.d"):
        return "distroless"  # its os-release says debian; packages are listed file by file: GoogleContainerTools
    return next((OS_RELEASE_IDS[word] for word in words if word in OS_RELEASE_IDS), None)


def _words(value: str) -> list[str]:
    return value.strip().strip("\"'").lower().split()


def _without_name(root: Root) -> str:
    """An image without os-release: busybox, or one that has no shell at all."""
    if root.text("etc/os-release") is not None:
        return "unknown"
    if root.has("bin/busybox") or (root.has("bin/sh") and not root.has("etc/profile") and not root.has("etc/pam.d")):
        return "busybox" if root.has("bin/busybox") else "unknown"
    return "unknown" if root.has("bin/sh") else "scratch"


def _is_busybox(root: Root, program: str) -> bool:
    return any(root.real(f"{folder}/{program}").endswith("/busybox") for folder in ("bin", "usr/sbin", "usr/bin"))


def accounts(root: Root) -> Iterator[tuple[str, str, str]]:
    """Name, uid and login shell of each line of /etc/passwd: passwd(5); an empty shell is /bin/sh."""
    for line in (root.text("etc/passwd") or "").splitlines():
        fields = line.split(":")
        if len(fields) == 7 and fields[0] and fields[2].isdecimal():
            yield fields[0], fields[2], fields[6] or "/bin/sh"


def started_files(root: Root) -> Mapping[str, str]:
    """The scripts and the files of service managers, by their absolute path."""
    found = ((path, root.text(path)) for path in root.files if STARTED.fullmatch(path) and root.real(path) == path)
    return {f"/{path}": text for path, text in found if text is not None}


def started_links(root: Root, files: Mapping[str, str]) -> Mapping[str, str]:
    """Links in their places that lead to one of these files in the end."""
    found = ((f"/{path}", f"/{root.real(path)}") for path in root.files if STARTED.fullmatch(path))
    return {path: real for path, real in found if path != real and real in files}


def settings(root: Root) -> Mapping[str, str]:
    """The files by which an earlier patch may hand the variables on, by their absolute path."""
    small = ((path, file.data) for path, file in root.files.items() if file.data and len(file.data) <= LARGEST_SCRIPT)
    found = (path for path, data in small if _SPEAKS.search(data) and root.real(path) == path)
    return {f"/{path}": root.text(path) or "" for path in found}


def pam_facts(root: Root) -> Mapping[str, str]:
    """The services that PAM has a file for; nothing in an image without PAM."""
    found = sorted(path.rpartition("/")[2] for path in root.files if path.startswith("etc/pam.d/"))
    return {"pam.services": " ".join(found)} if found else {}


def pool_facts(root: Root) -> Mapping[str, str]:
    """php-fpm's pools in the catalogue's words; nothing where there are none."""
    pools: dict[str, str] = {}
    folder = ""
    for path in sorted(root.files):
        above = path.rpartition("/")[0]
        if path.endswith(".conf") and any(fnmatchcase(above, pattern) for pattern in POOL_FOLDERS):
            folder = folder or above
            if above == folder:
                _read_pools(root.text(path) or "", pools)
    if not pools:
        return {}
    facts = {"php-fpm.pool": next(iter(pools)), "php-fpm.pool_dir": f"/{folder}"}
    return {**facts, "php-fpm.clear_env": "no"} if all(value in _OFF for value in pools.values()) else facts


def _read_pools(text: str, pools: dict[str, str]) -> None:
    """Each pool and its `clear_env`, which is yes where nothing says otherwise."""
    current = ""
    for line in text.splitlines():
        plain = line.strip()
        if plain.startswith("[") and plain.endswith("]"):
            current = plain[1:-1].strip()
            if current != "global":
                pools.setdefault(current, "yes")
        elif current in pools and (found := _SETTING.match(plain)) and found[1] == "clear_env":
            pools[current] = found[2].lower()
