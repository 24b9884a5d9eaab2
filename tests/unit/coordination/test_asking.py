from crossline.coordination.asking import Asked, Stay, asking_items, rounds

PEOPLE = [f"p{n}" for n in range(6)]


def named(items):
    return {item.name: item for item in items}


def test_questions_of_one_round_count_once():
    asked = [Asked("p", "O1", day) for day in (10, 11, 13, 16, 40)]
    assert [each.day for each in rounds(asked)] == [10, 40]


def test_the_same_persons_at_two_operators_within_days_point_to_one_order():
    x = [Asked(p, "O1", 100 * n) for n, p in enumerate(PEOPLE, start=1)]
    y = [Asked(p, "O2", 100 * n + 4) for n, p in enumerate(PEOPLE, start=1)]
    found = named(asking_items(x, y, [], []))
    assert found["asked_elsewhere_at_once"].p_value < 0.02
    assert found["asked_elsewhere_at_once"].measures["strength"] > 0.5
    assert "asked_here_again" not in found


def test_the_same_persons_twice_at_one_operator_are_double_work():
    x = [Asked(p, "O1", 100 * n) for n, p in enumerate(PEOPLE, start=1)]
    y = [Asked(p, "O1", 100 * n + 6 * (-1) ** n) for n, p in enumerate(PEOPLE, start=1)]
    found = named(asking_items(x, y, [], []))
    assert found["asked_here_again"].p_value < 0.02
    assert found["asked_here_again"].measures["strength"] > 0.5
    assert "asked_elsewhere_at_once" not in found


def test_shuffled_days_point_to_nothing():
    x = [Asked(p, "O1", 100 * n) for n, p in enumerate(PEOPLE, start=1)]
    y = [Asked(p, "O2", day) for p, day in zip(PEOPLE, (430, 37, 610, 260, 145, 553), strict=True)]
    found = named(asking_items(x, y, [], []))
    assert all(item.p_value is None or item.p_value > 0.05 for item in found.values())


def test_one_list_that_always_follows_tells_the_follower():
    x = [Asked(p, "O1", 100 * n) for n, p in enumerate(PEOPLE, start=1)]
    y = [Asked(p, "O2", 100 * n + 30) for n, p in enumerate(PEOPLE, start=1)]
    assert named(asking_items(x, y, [], []))["list_follows"].direction > 0
    assert named(asking_items(y, x, [], []))["list_follows"].direction < 0


def test_a_person_asked_for_when_the_other_has_just_gone_is_taken_over():
    x, y = [Asked("p0", "O1", 100)], [Asked("p0", "O2", 126)]
    assert "takes_over" in named(asking_items(x, y, [Stay("O1", 118, 120)], []))
    assert "takes_over" not in named(asking_items(x, y, [Stay("O1", 80, 90)], []))


def test_nobody_in_common_gives_no_item():
    assert asking_items([Asked("p", "O1", 1)], [Asked("q", "O1", 1)], [], []) == []
