"""php-fpm: clear_env and env[] of each pool, in php-fpm's own order. Each rule was seen with php-fpm 8.2."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

OFFICIAL = "FROM php:8.3-fpm\n"
DEBIAN = "FROM debian:12\nRUN apt-get install -y php8.2-fpm\n"
CMD = 'CMD ["php-fpm8.2", "-F"]\n'
POOLS = "/usr/local/etc/php-fpm.d"
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


def official(effect: str, pool: str = "www", user: str = "www-data") -> list[str]:
    verdict = "lost" if effect == "filters" else "reaches"
    return [f"{user} {verdict}: exec keeps > php-fpm {effect}, workers of php-fpm's pool {pool}"]


@pytest.mark.parametrize(
    ("program", "folder"),
    [
        ("/opt/remi/php82/root/usr/sbin/php-fpm", "/etc/opt/remi/php82/php-fpm.d"),
        ("/opt/rh/rh-php73/root/sbin/php-fpm", "/etc/opt/rh/rh-php73/php-fpm.d"),
        ("/usr/sbin/php-fpm", "/etc/php-fpm.d"),
    ],
)
def test_a_software_collection_has_pools_of_its_own(program: str, folder: str) -> None:
    dockerfile = f'FROM rockylinux:9\nCMD ["{program}", "-F"]\n'
    summary = f"env[] lines for the php-fpm pool www in {folder}/zz-fargate-env-www.conf"
    assert mended_by(dockerfile) == ("would-patch", [summary])


def debian(effect: str, pool: str = "www", user: str = "www-data") -> list[str]:
    return [line.replace("exec keeps > ", "") for line in official(effect, pool, user)]


def test_the_official_image_keeps_it_and_debians_package_does_not() -> None:
    assert chains(OFFICIAL) == official("keeps")
    assert chains(DEBIAN + CMD) == debian("filters")
    assert mended_by(DEBIAN + CMD) == (
        "would-patch",
        ["env[] lines for the php-fpm pool www in /etc/php/8.2/fpm/pool.d/zz-fargate-env-www.conf"],
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("zz.conf", "[www]\nclear_env = yes\n", official("filters")),
        ("aa.conf", "[www]\nclear_env = yes\n", official("keeps")),  # docker.conf comes later
        ("www.conf", "[www]\nuser = app\nclear_env = yes\n", official("filters", user="app")),
        ("www.conf", "[www]\nuser = app\n;clear_env = no\n", official("keeps", user="app")),
        ("docker.conf", "[www]\naccess.log = /dev/null\n", official("filters")),
        ("www.conf.bak", "[www]\nclear_env = yes\n", official("keeps")),
        ("app.conf", "[app]\nuser = app\n", official("keeps") + official("filters", "app", "app")),
    ],
)
def test_a_file_over_the_official_images(name: str, text: str, expected: list[str]) -> None:
    found = chains(f"{OFFICIAL}COPY pool {POOLS}/{name}\n", {"pool": text})
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (f"rm {POOLS}/docker.conf", official("filters")),
        (f"rm -f {POOLS}/docker.conf {POOLS}/zz-docker.conf", official("filters")),
        (f"cd {POOLS} && rm docker.conf", official("filters")),
        (f"mv {POOLS}/docker.conf /tmp/", official("filters")),
        (f"echo rm {POOLS}/docker.conf", official("keeps")),
        (f"rm {POOLS}/zz-docker.conf", official("keeps")),
        (f"sed -i 's/clear_env = no/clear_env = yes/' {POOLS}/docker.conf", official("filters")),
    ],
)
def test_what_a_run_does_to_the_official_images_files(run: str, expected: list[str]) -> None:
    assert chains(f"{OFFICIAL}RUN {run}\n") == expected


WWW = "/etc/php/8.2/fpm/pool.d/www.conf"


@pytest.mark.parametrize(
    ("run", "effect"),
    [
        (f"sed -i 's/;clear_env = no/clear_env = no/' {WWW}", "keeps"),
        (f"sed -i -e 's|^listen = .*|listen = 9000|' -e 's/^;clear_env = no$/clear_env = no/' {WWW}", "keeps"),
        (f"sed -i 's/;clear_env/clear_env/; s/^listen = .*/listen = x/' {WWW}", "keeps"),
        (f"sed -i '/clear_env/s/^;//' {WWW}", "keeps"),
        ("sed -i 's/;clear_env = no/clear_env = no/' /etc/php/8.2/fpm/pool.d/*.conf", "keeps"),
        (f"echo 'clear_env = no' >> {WWW}", "keeps"),
        (f"printf 'clear_env = no\\n' >> {WWW}", "keeps"),
        (f"echo 'env[{URI}] = ${URI}' >> {WWW}", "blanks"),
        (f"sed -i 's|^listen = .*|listen = 9000|' {WWW}", "filters"),
        ("sed -i 's/;clear_env = no/clear_env = no/' /tmp/other.conf", "filters"),
        (f"echo sed -i 's/;clear_env = no/clear_env = no/' {WWW}", "filters"),
        (f"echo 'clear_env = yes' >> {WWW}", "filters"),
    ],
)
def test_what_a_run_says_in_debians_file(run: str, effect: str) -> None:
    assert chains(f"{DEBIAN}RUN {run}\n{CMD}") == debian(effect)


def test_a_php_that_the_dockerfile_builds_itself_has_its_pools_under_usr_local() -> None:
    main = "sed 's!=NONE/!=!g' php-fpm.conf.default | tee php-fpm.conf"
    run = f"""RUN cd /usr/local/etc; {main}; {{ echo '[www]'; echo 'clear_env = no'; }} | tee php-fpm.d/docker.conf\n"""
    assert chains(f'FROM debian:12\n{run}CMD ["php-fpm"]\n') == debian("keeps")


@pytest.mark.parametrize("value", ["no", "No", "off", "false", "0", '"no"', "no ; all of it"])
def test_the_ways_to_say_no(value: str) -> None:
    pool = {"pool": f"[www]\nclear_env = {value}\n"}
    assert chains(f"{DEBIAN}COPY pool {WWW}\n{CMD}", pool) == debian("keeps")


def test_a_pool_whose_file_is_not_in_view_stays_open() -> None:
    reason = f"what {WWW} says is not known: ADD fetches https://example.org/www.conf at build time"
    assert chains(f"{DEBIAN}ADD https://example.org/www.conf {WWW}\n{CMD}") == [
        f"www-data unknown: php-fpm keeps, workers of php-fpm ? {reason}"
    ]


def test_the_main_file_of_the_option_y() -> None:
    cmd = 'CMD ["php-fpm", "-F", "-y", "/srv/fpm.conf"]\n'
    main = {"fpm.conf": "[global]\ninclude = /srv/pools/*.conf\n", "api.conf": "[api]\nuser = api\nclear_env = no\n"}
    copies = "COPY fpm.conf /srv/fpm.conf\nCOPY api.conf /srv/pools/api.conf\n"
    assert chains(f"{OFFICIAL}{copies}{cmd}", main) == official("keeps", "api", "api")
    reason = "php-fpm's configuration /srv/fpm.conf is not among the files that the build copies"
    assert chains(OFFICIAL + cmd) == [f"www-data unknown: exec keeps > php-fpm keeps, workers of php-fpm ? {reason}"]


def test_a_main_file_of_ones_own_that_includes_the_folder() -> None:
    conf = {"fpm.conf": "[global]\ninclude=etc/php-fpm.d/*.conf\n[api]\nuser = api\n"}
    dockerfile = f"{OFFICIAL}COPY fpm.conf /usr/local/etc/php-fpm.conf\n"
    assert chains(dockerfile, conf) == official("keeps") + official("filters", "api", "api")
    mend = "env[] lines for the php-fpm pool api in /usr/local/etc/php-fpm.d/zz-fargate-env-api.conf"
    assert mended_by(dockerfile, conf) == ("would-patch", [mend])


def test_the_user_that_a_sed_puts_into_the_images_file() -> None:
    found = chains(f"{OFFICIAL}RUN sed -i 's/^user = .*/user = app/; s/^group = .*/group = app/' {POOLS}/www.conf\n")
    assert found == official("keeps", user="app")


def test_a_main_file_that_names_its_pools_itself_gets_the_lines_at_its_end() -> None:
    conf = {"fpm.conf": "[global]\ndaemonize = no\n[web]\nuser = web\n[api]\nuser = api\nclear_env = no\n"}
    dockerfile = f'{OFFICIAL}COPY fpm.conf /srv/fpm.conf\nCMD ["php-fpm", "-F", "-y", "/srv/fpm.conf"]\n'
    assert chains(dockerfile, conf) == official("filters", "web", "web") + official("keeps", "api", "api")
    assert mended_by(dockerfile, conf) == (
        "would-patch",
        ["env[] lines for the php-fpm pool web at the end of /srv/fpm.conf"],
    )


def test_a_file_that_includes_itself_comes_to_an_end() -> None:
    conf = {"fpm.conf": "[www]\ninclude=/srv/*.conf\n"}
    cmd = 'CMD ["php-fpm8.2", "-y", "/srv/fpm.conf"]\n'
    assert chains(f"{DEBIAN}COPY fpm.conf /srv/fpm.conf\n{cmd}", conf) == debian("filters")


def test_files_that_all_include_each_other_come_to_an_end() -> None:
    pools = {f"pools/{number}.conf": f"[p{number}]\ninclude=/srv/*.conf\n" for number in range(9)}
    cmd = 'CMD ["php-fpm8.2", "-y", "/srv/0.conf"]\n'
    reason = "php-fpm's configuration files include each other more often than is followed"
    assert chains(f"{DEBIAN}COPY pools /srv\n{cmd}", pools) == [
        f"www-data unknown: php-fpm keeps, workers of php-fpm's pool p{number} ? {reason}" for number in range(9)
    ]


def test_a_user_that_is_not_root_runs_the_workers_itself() -> None:
    pool = {"pool": "[www]\nuser = other\n"}
    assert chains(f"{DEBIAN}RUN useradd app\nCOPY pool {WWW}\nUSER app\n{CMD}", pool) == debian("filters", user="app")


@pytest.mark.parametrize("option", ["-t", "-v", "-m", "-i", "-tt"])
def test_a_question_is_no_server(option: str) -> None:
    assert chains(f'{DEBIAN}CMD ["php-fpm8.2", "{option}"]\n') == [f"root reaches: php-fpm keeps, php-fpm8.2 {option}"]


def test_the_option_y_may_name_the_packages_own_file() -> None:
    for program in ("php-fpm8.2", "php-fpm"):
        cmd = f'CMD ["{program}", "-F", "--fpm-config", "/etc/php/8.2/fpm/php-fpm.conf"]\n'
        assert chains(DEBIAN + cmd) == debian("filters")


def test_an_unknown_distribution_is_not_guessed_at() -> None:
    reason = (
        "where php-fpm of registry.example.org/base:1 has its pools is not known: "
        "say --base-image registry.example.org/base:1=FAMILY"
    )
    assert chains('FROM registry.example.org/base:1\nUSER app\nENTRYPOINT ["php-fpm", "-F"]\n') == [
        f"app unknown: php-fpm keeps, workers of php-fpm ? {reason}"
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RUN echo 'clear_env = no' >> /etc/php/8.2/fpm/php-fpm.conf", debian("keeps")),
        (
            "RUN sed -i 's/^;emergency.*/emergency_restart_threshold = 1/' /etc/php/8.2/fpm/php-fpm.conf",
            debian("filters"),
        ),
        (
            "ADD https://example.org/fpm.conf /etc/php/8.2/fpm/php-fpm.conf",
            [
                "www-data unknown: php-fpm keeps, workers of php-fpm ? what /etc/php/8.2/fpm/php-fpm.conf says "
                "is not known: ADD fetches https://example.org/fpm.conf at build time"
            ],
        ),
    ],
)
def test_the_packages_main_file_that_the_build_touches(line: str, expected: list[str]) -> None:
    assert chains(f"{DEBIAN}{line}\n{CMD}") == expected
