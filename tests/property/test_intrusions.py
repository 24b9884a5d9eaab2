"""Laws of the stage: order never matters, nothing is lost, links add up."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.intrusions.conftest import SmallEstate

from crossline.intrusions.grouping import group_nodes
from crossline.intrusions.nodes import Node, Process
from crossline.intrusions.ties import Tie
from crossline.settings import IntrusionSettings

SETTINGS = IntrusionSettings()
MINUTE_US = 60_000_000


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Node], list[Tie]]:
    """Some nodes in order of (time, event id), and ties of every family over them."""
    places = draw(
        st.lists(st.tuples(st.integers(0, 600), st.sampled_from("abc")), min_size=2, max_size=14)
    )
    nodes = [
        Node(
            f"ev_{place:02}", "north", machine, machine, minute * MINUTE_US, "sysmon", "", "",
            Process(), Process(), False, (),
        )
        for place, (minute, machine) in enumerate(sorted(places))
    ]  # fmt: skip
    members = st.sets(st.integers(0, len(nodes) - 1), min_size=2, max_size=5)
    ties = []
    for family, bits, cap in draw(
        st.lists(
            st.sampled_from(
                [("process", 12.0, 0.0), ("session", 8.0, 0.0), ("movement", 9.0, 0.0),
                 ("artefact", 0.0, 8.0), ("network", 0.0, 10.0), ("account", 0.0, 4.0)]
            ),
            max_size=12,
        )
    ):  # fmt: skip
        chosen = tuple(sorted(draw(members)))
        days = frozenset((nodes[place].machine, nodes[place].day) for place in chosen)
        costs = (0.0,) * len(chosen)
        ties.append(Tie(family, f"{family} {chosen}", chosen, bits, cap, days, costs))
    return nodes, ties


def split(nodes: list[Node], ties: list[Tie]) -> list[list[int]]:
    return [sorted(group.members) for group in group_nodes(nodes, ties, 500, SETTINGS).groups]


@given(scenes())
def test_groups_split_the_nodes(scene: tuple[list[Node], list[Tie]]) -> None:
    nodes, ties = scene
    groups = split(nodes, ties)
    assert sorted(index for group in groups for index in group) == list(range(len(nodes)))


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_ties_does_not_matter(scene, random) -> None:  # type: ignore[no-untyped-def]
    nodes, ties = scene
    shuffled = list(ties)
    random.shuffle(shuffled)
    assert split(nodes, shuffled) == split(nodes, ties)


@given(scenes())
def test_every_merge_outweighs_the_prior_by_more_than_account_and_place(
    scene: tuple[list[Node], list[Tie]],
) -> None:
    for merge in group_nodes(*scene, 500, SETTINGS).merges:
        assert sum(link.bits for link in merge.links) > SETTINGS.prior_bits
        assert {link.family for link in merge.links} - {"account", "place"}
        assert len({link.family for link in merge.links}) == len(merge.links)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cases")


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_stored_records_does_not_change_a_byte(folders: Path, random) -> None:  # type: ignore[no-untyped-def]
    estate = SmallEstate(folders / f"case{len(list(folders.iterdir()))}")
    estate.root.mkdir()
    estate.background(3, 3)
    for place in range(12):
        event = estate.event(
            f"e{place}", place * 7, f"ws{place % 3}", ProcessGuid=f"{{A-{place % 4}}}",
            Image=rf"C:\x\tool{place % 5}.exe", User=rf"CORP\u{place % 2}",
            DestinationIp=f"203.0.113.{place % 3}", LogonId=f"0x{place % 3 + 1000}",
        )  # fmt: skip
        estate.fire(event, rule=f"r{place % 6}", techniques=[f"T1{place % 6}59"])
    told = estate.run()
    assert told["intrusions"]
    order = list(range(len(estate.events)))
    random.shuffle(order)
    random.shuffle(estate.detections)
    assert estate.run(order=order) == told
