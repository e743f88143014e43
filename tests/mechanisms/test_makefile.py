"""What is read of a Makefile: rules, recipes, and what variables stand for."""

from __future__ import annotations

import pytest

from fargate_patch.mechanisms.makefile import UNKNOWN, Values, read_makefile

TEXT = """\
# a comment
.PHONY: run
NAME := web
APP = /srv/$(NAME)
APP += --serve  # and how
LATER ?= x
define SCRIPT
endef
ifeq ($(A),b)
SIDE = one
endif
run serve: check $(NAME) | folder ; echo begin
\t@$(APP) "$$HOME" \\
\t  $@ $< $(LATER)
\t-$(shell id -u) $(if $(A),b) ${SIDE}
run: PORT = 80
include other.mk
"""


def test_rules_and_their_lines() -> None:
    makefile = read_makefile(TEXT)
    recipe = [
        (11, " echo begin"),
        (12, '@$(APP) "$$HOME" \\\n  $@ $< $(LATER)'),
        (14, "-$(shell id -u) $(if $(A),b) ${SIDE}"),
    ]
    assert {target: (rule.needs, rule.recipe) for target, rule in makefile.rules.items()} == {
        ".PHONY": (["run"], []),
        "run": (["check", "$(NAME)", "folder"], recipe),
        "serve": (["check", "$(NAME)", "folder"], recipe),
    }
    assert (makefile.goal, makefile.includes) == ("run", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(APP)", "/srv/web --serve"),
        ("${NAME}$$NAME", "web$NAME"),
        ("$@ needs $^, first $<", "run needs check web, first check"),
        ("$(LATER) $(SIDE) $(PORT) $(NOWHERE)", "${LATER} ${SIDE} ${PORT} ${NOWHERE}"),
        ("$(shell id -u) $(if a,b)", f"$(id -u) {UNKNOWN}"),
        ("$(ITSELF) $(", f"${{ITSELF}} {UNKNOWN}"),
    ],
)
def test_what_a_text_stands_for(text: str, expected: str) -> None:
    values = Values(read_makefile(f"{TEXT}\nITSELF = $(ITSELF)\n"), {})
    assert values.expand(text, "run", ("check", "web")) == expected


def test_a_value_of_the_command_line_comes_first() -> None:
    assert Values(read_makefile("NAME = web\nAPP = /srv/$(NAME)\n"), {"NAME": "job"}).expand("$(APP)") == "/srv/job"


def test_values_that_grow_with_each_other_end() -> None:
    doubling = "A0 = xx\n" + "".join(f"A{n + 1} = $(A{n})$(A{n})\n" for n in range(60))
    assert len(Values(read_makefile(doubling), {}).expand("$(A60)")) < 100_000
