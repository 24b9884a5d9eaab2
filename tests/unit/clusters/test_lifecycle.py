"""The life of clusters from run to run."""

from collections.abc import Sequence

from crossline.clusters.lifecycle import Lived, live_on


def lives(groups: Sequence[str], before: dict[str, str]) -> dict[str, Lived]:
    known = {name: frozenset(members) for name, members in before.items()}
    traces = {member: frozenset[str]() for group in groups for member in group}
    return {"".join(each.members): each for each in live_on(groups, known, traces)}


def test_a_first_run_makes_new_clusters_with_ids_of_their_members() -> None:
    one, other = lives(["ab", "c"], {}), lives(["c", "ba"], {})
    assert one == other
    assert {each.state for each in one.values()} == {"new"}


def test_a_cluster_that_stays_or_grows_keeps_its_id() -> None:
    found = lives(["abd"], {"cl_1": "ab"})["abd"]
    assert (found.cluster_id, found.state, found.derived_from) == ("cl_1", "stable", ("cl_1",))


def test_a_merged_cluster_keeps_the_id_of_its_larger_part_and_names_both() -> None:
    found = lives(["abc"], {"cl_1": "a", "cl_2": "bc"})["abc"]
    assert (found.cluster_id, found.state) == ("cl_2", "merged")
    assert found.derived_from == ("cl_1", "cl_2")


def test_of_a_split_cluster_the_larger_part_keeps_the_id() -> None:
    found = lives(["ab", "c"], {"cl_1": "abc"})
    assert found["ab"].cluster_id == "cl_1"
    assert found["c"].cluster_id != "cl_1"
    assert {each.state for each in found.values()} == {"split"}


def test_an_intrusion_with_a_new_id_is_known_by_its_events() -> None:
    found = live_on(
        [["in_2"]], {"cl_1": frozenset({"in_1", "ev_7"})}, {"in_2": frozenset({"ev_7"})}
    )
    assert [(each.cluster_id, each.state) for each in found] == [("cl_1", "stable")]
