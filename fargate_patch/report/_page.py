"""Templates of `templates/report/` to pages. Values are escaped here, unlike in what is written for a shell."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from fargate_patch.remedies.render import FOLDERS

if TYPE_CHECKING:
    from jinja2 import Environment


def page(name: str, **values: object) -> str:
    """The page `name.html.j2` with `name.css` and `name.js` in it and their hashes for the page's own policy."""
    from markupsafe import Markup

    environment = _environment()
    style, script = (environment.get_template(f"{name}.{kind}").render() for kind in ("css", "js"))
    return environment.get_template(f"{name}.html.j2").render(
        style=Markup(style),
        script=Markup(script),
        style_hash=Markup(_hash(style)),
        script_hash=Markup(_hash(script)),
        **values,
    )


def _hash(text: str) -> str:
    """As a content security policy names it (W3C, Content Security Policy Level 3, 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([folder / "report" for folder in FOLDERS]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
