"""Where each log lies in the case, and what it does otherwise than usual."""

from crossline.scenario.days import moment
from crossline.scenario.losses import Losses
from crossline.scenario.scene import scene
from crossline.scenario.sources import file_name, log_source

SCENE = scene(0, "H1", "test")
LOSSES = Losses(SCENE)


def test_a_log_lies_below_its_organisation_host_and_kind() -> None:
    source = log_source(SCENE, LOSSES, SCENE.estate.hosts["O1.bastion1"], "linux_auth")

    assert file_name(source, "2018") == "evidence/O1/aur-bas01/linux_auth/auth-2018.log"
    assert file_name(source, "") == "evidence/O1/aur-bas01/linux_auth/auth.log"


def test_a_load_balancer_stands_before_some_web_servers_from_a_day_on() -> None:
    source = log_source(SCENE, LOSSES, SCENE.estate.hosts["O1.web1"], "iis")

    assert source.setting("forwarded", moment(493)) is None
    assert source.setting("forwarded", moment(500)) == "10.11.0.5"


def test_the_end_of_a_copied_log_is_damaged() -> None:
    source = log_source(SCENE, LOSSES, SCENE.estate.hosts["O3.dc1"], "winsec")

    assert source.setting("damaged", moment(840, 43200)) is None
    assert source.setting("damaged", moment(842, 43200, 480)) == "G26"


def test_another_seed_moves_a_habit_with_the_calendar() -> None:
    made = scene(9, "H1", "test")
    source = log_source(made, Losses(made), made.estate.hosts["O1.web1"], "iis")
    first = made.dates.moved(494)

    assert source.setting("forwarded", moment(first, 43200, source.zone))
    assert source.setting("forwarded", moment(first - 1, 43200, source.zone)) is None
