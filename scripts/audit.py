"""Known vulnerabilities and licences of everything in requirements-dev.lock: `make audit`.

Exits 1 for a finding only. An advisory service that does not answer, or does not know a package, is said, not hidden:
pip-audit itself reports "no known vulnerabilities" where it could ask about nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).parent.parent / "requirements-dev.lock"
FREE = re.compile(r"MIT|BSD|ISC|Apache|MPL|Mozilla|Python Software Foundation|PSF", re.IGNORECASE)


def main() -> int:
    return max(advisories(), licences())


def advisories() -> int:
    """Prints every known vulnerability, and how many packages were not asked about."""
    command = ["pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"advisories: the service could not be asked: {(done.stderr.strip() or 'no answer').splitlines()[-1]}")
        return 0
    asked = [p for p in packages if "skip_reason" not in p]
    found = [(p["name"], p["version"], v["id"], v["fix_versions"]) for p in asked for v in p["vulns"]]
    for name, version, advisory, fixed in found:
        print(f"{name} {version}: {advisory}, fixed in {', '.join(fixed) or 'no release'}")
    if not asked:
        print(f"advisories: the service answered for none of the {len(packages)} packages, so nothing is known")
        return 0
    print(f"advisories: {len(found)} for the {len(asked)} of {len(packages)} packages that the service answered for")
    return 1 if found else 0


def licences() -> int:
    """Prints the licence of every package that is installed with the tool, and which is none to ship with."""
    known = sorted(runtime().items())
    closed = [f"{name}: {licence}" for name, licence in known if not FREE.search(licence)]
    print(*(f"{name}: {licence}" for name, licence in known), sep="\n")
    print("licences:", "; ".join(closed) or "all free")
    return 1 if closed else 0


def runtime() -> dict[str, str]:
    """The packages that the tool needs, and those that they need, with their licences."""
    found: dict[str, str] = {}
    waiting = required(distribution("fargate-patch"))
    while waiting:
        try:
            package = distribution(waiting.pop())
        except PackageNotFoundError:  # one of another platform or Python
            continue
        if package.name.lower() not in found:
            found[package.name.lower()] = licence(package.metadata)
            waiting += required(package)
    return found


def required(package: Distribution) -> list[str]:
    """The names of what a package needs, whatever it can do more with."""
    needed = (r for r in package.requires or () if "extra ==" not in r)
    return [m[0] for r in needed if (m := re.match(r"[\w.-]+", r))]


def licence(metadata: object) -> str:
    said = dict(metadata.items())  # type: ignore[attr-defined]
    classifiers = metadata.get_all("Classifier") or ()  # type: ignore[attr-defined]
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    text = said.get("License-Expression") or ", ".join(named) or said.get("License") or "none is named"
    return str(text).split("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
