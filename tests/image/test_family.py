"""What the families say, as one table."""

from __future__ import annotations

from dataclasses import astuple

from fargate_patch.image.catalogue import find
from fargate_patch.image.family import FAMILIES, OS_RELEASE_IDS, PLAIN_IMAGES
from fargate_patch.image.reference import parse_reference

TABLE = """
name         shell  pam    profile_d bashrc                  returns su         crond    cronie_pam sudoers_d sh
debian       True   True   True      /etc/bash.bashrc        True    util-linux -        cronie     True      dash
alpine       True   False  True      /etc/bash/bashrc        True    busybox    busybox  None       True      ash
amazonlinux  True   True   True      /etc/bashrc             False   util-linux cronie   crond      True      bash
rhel         True   True   True      /etc/bashrc             False   util-linux cronie   crond      True      bash
suse         True   True   True      /etc/bash.bashrc.local  False   util-linux cronie   crond      True      bash
arch         True   True   True      /etc/bash.bashrc        True    util-linux cronie   crond      True      bash
wolfi        True   False  True      None                    False   busybox    -        None       False     ash
busybox      True   False  False     None                    False   busybox    busybox  None       False     ash
distroless   False  False  False     None                    False   -          -        None       False     -
scratch      False  False  False     None                    False   -          -        None       False     -
windows      False  False  False     None                    False   -          -        None       False     -
unknown      False  False  False     None                    False   -          -        None       False     -
"""


def test_the_table() -> None:
    rows = [line.split() for line in TABLE.strip().splitlines()[1:]]
    assert [[str(value) or "-" for value in astuple(family)] for family in FAMILIES.values()] == rows


def test_a_plain_image_stands_for_every_family_but_the_unknown_one() -> None:
    assert list(PLAIN_IMAGES) == [name for name in FAMILIES if name != "unknown"]


def test_each_plain_image_is_of_its_family() -> None:
    images = {family: find(parse_reference(image)) for family, image in PLAIN_IMAGES.items() if family != "scratch"}
    assert {family: entry and entry.family for family, entry in images.items()} == {name: name for name in images}


def test_a_distribution_that_names_itself_is_of_a_family() -> None:
    assert set(OS_RELEASE_IDS.values()) <= set(FAMILIES)
