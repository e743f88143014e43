"""Programs of the build context in Python: what they start, what they leave of their environment, what is not said."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

HEAD = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
IMPORTS = "import asyncio, os, pty, pwd, shlex, subprocess, sys\nfrom os import environ\nfrom pathlib import Path\n"
ITSELF = "root reaches: exec keeps, python app.py"
SU = "app lost: exec keeps > su-login drops > shell keeps > exec keeps, /srv/x"
SU_BY_SHELL = "app lost: exec keeps > shell keeps > su-login drops > shell keeps > exec keeps, /srv/x"
GOSU = "app reaches: exec keeps > gosu keeps > exec keeps, /srv/x"
EMPTIED = "root lost: exec keeps > env-i drops > exec keeps, /srv/x"
COMPUTED = (
    "root unknown: exec keeps > exec keeps > exec keeps, /srv/x ? "
    'which variable "${name}" is, that is taken away, is decided at run time'
)


def started(program: str, command: str = '["python", "app.py"]') -> list[str]:
    return chains(f"{HEAD}CMD {command}\n", {"app.py": IMPORTS + program})


@pytest.mark.parametrize(
    "program",
    [
        "subprocess.run(['su', '-', 'app', '-c', '/srv/x'])",
        "subprocess.Popen(args=('su', '-', 'app', '-c', '/srv/x'))",
        "subprocess.check_output(shlex.split('su - app -c /srv/x'))",
        "subprocess.call('su - app -c /srv/x'.split())",
        "command = ['su', '-']\ncommand += ['app']\ncommand.extend(('-c', '/srv/x'))\nsubprocess.check_call(command)",
        "flags = '-c',\nsubprocess.run(['su', '-', 'app', *flags, str(Path('/srv') / 'x')])",
        "os.spawnvp(os.P_WAIT, 'su', ['su', '-', 'app', '-c', os.path.join('/srv', 'x')])",
        "os.posix_spawn('/bin/su', ['su', '-', 'app', '-c', '/srv/x'], os.environ)",
        "pty.spawn(['su', '-', 'app', '-c', '/srv/x'])",
        "async def go(*words):\n    await asyncio.create_subprocess_exec(*words)\n"
        "asyncio.run(go('su', '-', 'app', '-c', '/srv/x'))",
        "class Worker:\n    def __init__(self):\n        self.run('/srv/x')\n"
        "    def run(self, what):\n        subprocess.run(['su', '-', 'app', '-c', what])\nWorker()",
        "def later():\n    def inner():\n        subprocess.run(['su', '-', 'app', '-c', '/srv/x'])\n    return inner\n"
        "later()",
        "def later():\n    subprocess.run(['su', '-', 'app', '-c', '/srv/x'])\nstart(target=later)",
        "subprocess.run(['bash', '-c', 'true'], check=True) and subprocess.run(['su', '-', 'app', '-c', '/srv/x'])",
        "subprocess.run(['su', '-', 'app'], input='/srv/x')",
    ],
)
def test_a_list_of_words(program: str) -> None:
    assert started(program) == [ITSELF, SU]


@pytest.mark.parametrize(
    "program",
    [
        "os.system('su - app -c /srv/x')",
        "os.popen('su - app -c /srv/x').read()",
        "USER = 'app'\nsubprocess.run(f'su - {USER} -c /srv/x', shell=True)",
        "subprocess.run('su - %s -c %s' % ('app', '/srv/x'), shell=True)",
        "subprocess.run('su - {user} -c {what}'.format(user='app', what='/srv/x'), shell=True)",
        "subprocess.getoutput(' '.join(('su', '-', 'app', '-c', '/srv/x')))",
        "subprocess.Popen(['su - app -c /srv/x'], shell=True, executable='/bin/sh')",
        "asyncio.run(asyncio.create_subprocess_shell('su - app -c /srv/x'))",
        "line = 'su - app -c ' + shlex.quote('/srv/x')\nos.system(line)",
    ],
)
def test_a_line_for_a_shell(program: str) -> None:
    assert started(program) == [ITSELF, SU_BY_SHELL]


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("os.execvp('gosu', ['gosu', 'app', *sys.argv[1:]])", '["python", "app.py", "/srv/x"]'),
        ("os.execvp(sys.argv[1], sys.argv[1:])", '["python", "app.py", "gosu", "app", "/srv/x"]'),
        ("os.execl('/usr/bin/gosu', 'gosu', 'app', '/srv/x')", '["python3.12", "-u", "-X", "dev", "app.py"]'),
        ("try:\n    os.execlp('gosu', 'gosu', 'app', '/srv/x')\nexcept OSError:\n    sys.exit(1)",
         '["python", "-m", "app"]'),
        ("if os.getuid() == 0:\n    os.execlp('gosu', 'gosu', 'app', '/srv/x')\nserve()", '["python", "app.py"]'),
        ("def main():\n    return os.execlp('gosu', 'gosu', 'app', '/srv/x')\nsys.exit(main())",
         '["python", "app.py"]'),
        ("def main():\n    os.execlp('gosu', 'gosu', 'app', '/srv/x')\nif __name__ == '__main__':\n    main()",
         '["python", "app.py"]'),
    ],
)  # fmt: skip
def test_a_program_that_is_turned_into_another(program: str, command: str) -> None:
    assert started(program, command) == [GOSU]


def test_a_program_that_may_be_turned_into_another() -> None:
    assert started("if Path('/x').exists():\n    os.execlp('gosu', 'gosu', 'app', '/srv/x')\nserve()") == [ITSELF, GOSU]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("subprocess.call(['/srv/x'], env={})", EMPTIED),
        ("subprocess.call(['/srv/x'], env=dict(PATH='/bin'))", EMPTIED),
        ("own = environ.copy()\ndel own['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']\nsubprocess.call('/srv/x', env=own)",
         EMPTIED),
        ("os.spawnle(os.P_WAIT, '/srv/x', 'x', {'PATH': '/bin'})", EMPTIED),
        ("subprocess.call('/srv/x', env={k: v for k, v in os.environ.items() if k in WANTED})", COMPUTED),
        ("subprocess.call('/srv/x', env=os.environ | {'A': 'b'})", "root reaches: exec keeps > exec keeps, /srv/x"),
        ("subprocess.call('/srv/x', env=dict(os.environ, A='b'))", "root reaches: exec keeps > exec keeps, /srv/x"),
        ("subprocess.call('/srv/x', env=settings())", "root reaches: exec keeps > exec keeps, /srv/x"),
    ],
)  # fmt: skip
def test_an_environment_of_its_own(program: str, expected: str) -> None:
    assert started(program) == [ITSELF, expected]


@pytest.mark.parametrize(
    "program",
    [
        "os.environ.clear()\nserve()",
        "environ.pop('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', None)\nserve()",
        "for name in ['A', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']:\n    del os.environ[name]\nserve()",
        "os.environ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] = ''\nserve()",
        "def clean():\n    os.environ = {}\nclean()\nserve()",
    ],
)
def test_what_it_takes_out_of_its_own_environment_it_lacks_itself(program: str) -> None:
    assert started(program) == ["root lost: env-i drops, python app.py"]


def test_a_variable_that_is_taken_out_and_is_not_known() -> None:
    reason = "which variables the program takes out of its own environment is decided at run time"
    assert started("for name in list(os.environ):\n    del os.environ[name]\nserve()") == [
        f"root unknown: exec keeps, python ? {reason}"
    ]


def test_whom_it_is_and_what_it_starts_run_as() -> None:
    assert started("os.setuid(pwd.getpwnam('app').pw_uid)\nserve()") == ["app reaches: exec keeps, python app.py"]
    assert started("subprocess.call('/srv/x', user='app')") == [
        ITSELF,
        "app reaches: exec keeps > exec keeps, /srv/x",
    ]


@pytest.mark.parametrize(
    "program",
    [
        "subprocess.run(['git', 'pull'])\nserve()",
        "subprocess.run(command)\nserve()",
        "os.system(line)\nserve()",
        "subprocess.run(['bash', script])\nserve()",
        "subprocess.run(['./build.sh'])\nserve()",
        "subprocess.run(['su', 'app', '-c', '/srv/x'])\nserve()",
        "subprocess.run(['sudo', 'chown', 'app', '/srv'])\nserve()",
        "os.environ.pop('HTTP_PROXY', None)\nserve()",
        "def restart():\n    os.execv(sys.executable, command)\nserve()",
        "print('su - app')\nprint(['sudo', 'x'])",
        "if False:\n    os.system('su - app -c /srv/x')\nserve()",
        "sys.exit(0)\nos.system('su - app -c /srv/x')",
        "line = []\nif x:\n    line.append('nice')\nline += ['gunicorn', 'app']\nos.execvp(line[0], line)",
        "print 'Python 2'\nos.system('git pull')",
        "def f(:\n",
        "x = '\\d'\n",
    ],
)
def test_an_application_stays_one(program: str) -> None:
    assert started(program) == [ITSELF]


@pytest.mark.parametrize("call", ["subprocess.run({}, shell=True)", "os.system({})", "os.popen(f'{{{}}} --all')"])
def test_a_command_that_is_computed_and_run_by_a_shell_is_that_of_a_client(call: str) -> None:
    assert started(call.format("config['hook']".replace("'", '"'))) == [ITSELF]


def test_a_command_that_is_computed_and_run_by_a_shell_where_the_program_names_a_loser() -> None:
    reason = "which program ${config} is, is decided at run time"
    assert started("hook = ['su', '-'] if x else y\nsubprocess.run(config['hook'], shell=True)") == [
        ITSELF,
        f"root unknown: exec keeps > shell keeps, ${{config}} ? {reason}",
    ]


@pytest.mark.parametrize(
    "program", ["os.execvp(command[0], command)", "command = ['su'] if x else [y]\nos.execvp(command[0], command)"]
)
def test_a_program_that_is_turned_into_something_computed(program: str) -> None:
    reason = "which program ${command} is, is decided at run time"
    assert started(program) == [f"root unknown: exec keeps, ${{command}} ? {reason}"]


def test_a_text_that_cannot_be_read_and_names_su() -> None:
    assert started("print 'x'\nos.system('su - app -c /srv/x')") == [
        ITSELF,
        "root unknown: exec keeps, python ? app.py could not be read to its end as Python 3, so what it starts is not "
        "known",
    ]


def test_a_script_by_its_first_line_or_by_its_name() -> None:
    files = {"app.py": f"#!/usr/bin/env -S python3 -u\n{IMPORTS}os.execlp('gosu', 'gosu', 'app', '/srv/x')\n"}
    by_kernel = "app reaches: exec keeps > exec keeps > gosu keeps > exec keeps, /srv/x"
    assert chains(f'{HEAD}CMD ["./app.py"]\n', files) == [by_kernel]
    assert chains(f'{HEAD}CMD ["uv", "run", "./app.py"]\n', {"app.py": files["app.py"].partition("\n")[2]}) == [
        "app reaches: exec keeps > exec keeps > exec keeps > gosu keeps > exec keeps, /srv/x"
    ]


def test_a_script_of_the_context_that_it_starts_is_followed() -> None:
    files = {"app.py": IMPORTS + "subprocess.run(['./run.sh'])\n", "run.sh": "#!/bin/sh\nexec su - app -c /srv/x\n"}
    assert chains(f'{HEAD}CMD ["python", "app.py"]\n', files) == [
        ITSELF,
        "app lost: exec keeps > shell keeps > su-login drops > shell keeps > exec keeps, /srv/x",
    ]


def test_what_it_loses_is_mended() -> None:
    files = {"app.py": IMPORTS + "os.execlp('su', 'su', '-', 'app', '-c', '/srv/x')\n"}
    assert mended_by(f'{HEAD}CMD ["python", "app.py"]\n', files) == (
        "would-patch",
        [
            "entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env",
            "pam_env session line in /etc/pam.d/su-l for app",
        ],
    )


def test_a_comment_in_it_mutes_a_finding() -> None:
    program = IMPORTS + "# fargate-patch ignore=FP101 # not for AWS\nos.system('su - app -c /srv/x')\n"
    status, _ = mended_by(f'{HEAD}CMD ["python", "app.py"]\n', {"app.py": program})
    assert status == "clean"
