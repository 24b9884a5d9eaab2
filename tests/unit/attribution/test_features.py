import numpy as np
import pytest
from tests.unit.attribution.small import TECHNIQUES, knowledge
from tests.unit.attribution.test_answer import CASES

from crossline.attribution.features import FEATURES, pair_features
from crossline.attribution.profiles import Observed, build_profiles
from crossline.attribution.relative import VIEWS, relative_views
from crossline.knowledge import Knowledge, Relation

COLUMN = {name: at for at, name in enumerate(FEATURES)}


@pytest.mark.parametrize("observed", CASES)
def test_every_group_gets_a_finite_figure_for_every_sign(observed):
    found = pair_features(build_profiles(knowledge()), observed)
    assert found.shape == (3, len(FEATURES))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", [each for each in FEATURES if each.startswith("soft_")])
def test_without_software_no_sign_of_software_speaks(name):
    found = pair_features(build_profiles(knowledge()), Observed(tuple(TECHNIQUES[:4])))
    assert not found[:, COLUMN[name]].any()


@pytest.mark.parametrize("name", [each for each in FEATURES if each.startswith("time_")])
def test_without_a_year_no_sign_of_time_speaks(name):
    found = pair_features(build_profiles(knowledge()), Observed(tuple(TECHNIQUES[:4])))
    assert not found[:, COLUMN[name]].any()


@pytest.mark.parametrize(
    "name",
    ["tech_likelihood", "tech_nearest", "soft_shared_rarity", "soft_likelihood", "both_nearest"],
)
def test_the_group_whose_report_it_is_stands_highest(name):
    found = pair_features(build_profiles(knowledge()), CASES[0])[:, COLUMN[name]]
    assert found.argmax() == 0
    assert (found == found.max()).sum() == 1


def test_software_that_all_use_tells_nothing_by_rarity():
    found = pair_features(build_profiles(knowledge()), Observed((), ("S9",)))
    assert not found[:, COLUMN["soft_shared_rarity"]].any()


def test_names_change_no_figure():
    plain = knowledge()
    blank = Knowledge(
        {each: type(group)("") for each, group in plain.groups.items()},
        plain.software,
        plain.campaigns,
        plain.techniques,
        plain.reports,
        plain.relations,
    )
    one, other = (pair_features(build_profiles(each), CASES[0]) for each in (plain, blank))
    assert np.array_equal(one, other)


def test_relations_of_unknown_objects_are_passed_over():
    plain = knowledge()
    more = Knowledge(
        plain.groups,
        plain.software,
        plain.campaigns,
        plain.techniques,
        plain.reports,
        (*plain.relations, Relation("G404", "T1000"), Relation("G1", "T404", ("R00",))),
    )
    one, other = (pair_features(build_profiles(each), CASES[0]) for each in (plain, more))
    assert np.array_equal(one, other)


def test_views_say_how_a_figure_stands_among_its_rivals():
    views = relative_views(np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 5.0]]))
    raw, z, gap, rank = np.hsplit(views, len(VIEWS))
    assert raw[:, 0].tolist() == [1, 3, 2]
    assert z[1, 0] > 0 > z[0, 0]
    assert gap[1, 0] > 0 > gap[2, 0]
    assert rank[:, 0].tolist() == [0, 1, 0.5]
    assert not z[:, 1].any()
    assert not gap[:, 1].any()
