"""Lines of package.json and composer.json: what `npm start`, `composer run-script` and the like start."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from traced import chains, laid_out

from fargate_patch import trace

PACKAGE = {
    "prestart": "chown -R node /app",
    "start": "su - node -c 'node x.js'",
    "dev": "next dev",
    "both": "run-p dev 'start'",
    "build:a": "a",
    "build:b": "sudo -u node b",
    "all": "npm-run-all --parallel build:*",
    "loop": "npm run loop",
    "serve": "./serve.js",
    "as": "sudo -u node",
}
COMPOSER = {
    "work": ["@putenv A=b", "@php artisan migrate", "App\\Cache::clear", "@queue --once"],
    "queue": "su -s /bin/sh - www-data -c 'php work.php'",
}
FILES = {
    "package.json": json.dumps({"scripts": PACKAGE}, indent=2),
    "web/package.json": '{"scripts": {"start": "gosu node node web.js"}}',
    "composer.json": json.dumps({"scripts": COMPOSER}, indent=2),
    "serve.js": "#!/usr/bin/env node\n",
}
HEAD = "FROM debian:12\nWORKDIR /app\nCOPY . .\n"
START = "node lost: exec keeps > shell keeps > su-login drops > shell keeps > exec keeps, node x.js"
DEV = "root reaches: exec keeps > shell keeps > exec keeps, next dev"
WEB = "node reaches: exec keeps > shell keeps > gosu keeps > exec keeps, node web.js"
BUILD = [
    "root reaches: exec keeps > shell keeps > exec keeps > shell keeps > exec keeps, a",
    "node lost: exec keeps > shell keeps > exec keeps > shell keeps > sudo filters > exec keeps, b",
]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('["npm", "start"]', [START]),
        ('["npm", "run", "dev"]', [DEV]),
        ('["npm", "--silent", "run-script", "dev", "--", "--port", "80"]', [DEV + " --port 80"]),
        ('["npm", "run", "as", "--", "node", "y.js"]',
         ["node lost: exec keeps > shell keeps > sudo filters > exec keeps, node y.js"]),
        ('["npm", "--prefix", "web", "start"]', [WEB]),
        ('["npm", "run", "start", "--prefix=/app/web"]', [WEB]),
        ('["yarn", "start"]', [START]),
        ('["yarn", "run", "dev"]', [DEV]),
        ('["yarn", "--cwd", "web", "start"]', [WEB]),
        ('["pnpm", "serve"]', ["root reaches: exec keeps > shell keeps > exec keeps, ./serve.js"]),
        ('["pnpm", "-C", "web", "start"]', [WEB]),
        ('["pnpm", "dev"]', [DEV]),
        ('["bun", "run", "dev"]', [DEV]),
        ('["npm", "run", "all"]', BUILD),
        ('["composer", "work"]',
         ["www-data lost: exec keeps > shell keeps > exec keeps > shell keeps > su-login drops > shell keeps"
          " > exec keeps, php work.php"]),
    ],
)  # fmt: skip
def test_what_they_start(command: str, expected: list[str]) -> None:
    assert chains(f"{HEAD}CMD {command}\n", FILES) == expected


@pytest.mark.parametrize("command", [
    "npm ci", "npm run", "npm run other", "npm dev", "npm -w web start", "pnpm --filter web start", "yarn",
    "yarn workspace web start", "bun index.js", "composer install", "run-p other",
])  # fmt: skip
def test_a_command_that_is_no_script_in_view_is_its_own_end(command: str) -> None:
    words = json.dumps(command.split())
    assert chains(f"{HEAD}CMD {words}\n", FILES) == [f"root reaches: exec keeps, {command}"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"scripts": []}', '{"scripts": {"start": 3}}', "[" * 5000])
def test_a_file_that_says_nothing(text: str) -> None:
    assert chains(f'{HEAD}CMD ["npm", "start"]\n', {"package.json": text}) == ["root reaches: exec keeps, npm start"]


def test_scripts_that_all_start_each_other_come_to_an_end() -> None:
    scripts = {f"s{n}": "run-p *" for n in range(30)}
    found = chains(f'{HEAD}CMD ["npm", "run", "s0"]\n', {"package.json": json.dumps({"scripts": scripts})})
    assert found[-1] == "None unknown: , more processes ? there are more than 2000 launches; the rest was not followed"


def test_the_line_of_the_script_is_named() -> None:
    with TemporaryDirectory() as folder:
        result = trace(f'{HEAD}CMD ["npm", "start"]\n'.encode(), context=laid_out(Path(folder), FILES))
    lost = result.chains[0].lost_at
    assert lost is not None
    assert (lost.place.file, lost.place.line) == ("package.json", 4)
