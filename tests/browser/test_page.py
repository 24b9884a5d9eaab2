import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.unit.report.made_case import Shape, all_tables, made_case
from tests.unit.report.made_meaning import with_meaning

from crossline import judgements, report
from crossline.kernel.progress import Silent

pytestmark = pytest.mark.browser
Opened = tuple[object, list[str]]


def reported(root: Path, shape: Shape) -> Path:
    case = with_meaning(made_case(root, shape)) if shape.intrusions > 1 else made_case(root, shape)
    tables = all_tables(case)
    judgements.run(case, tables, Silent())
    report.run(case, tables, Silent())
    return case.report / "index.html"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported(tmp_path_factory.mktemp("page") / "lantern", Shape())


@pytest.fixture
def visit(browser, path: Path) -> Iterator[Callable[..., object]]:  # type: ignore[no-untyped-def]
    """Opens the page; at the end no console line, error or request may have been seen."""
    seen: list[str] = []
    pages = []

    def opened(fragment: str = "", file: Path = path, **options: object) -> object:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, **options)
        page.on("console", lambda line: seen.append(line.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(("file://", "blob:")) else seen.append(request.url)
            ),
        )
        page.goto(file.as_uri() + fragment)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert seen == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_are_drawn(visit, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(color_scheme=scheme)
    for name in ("calendar", "timeline", "heat-map", "answers"):
        box = page.locator(f"#figure-{name} svg.wide").first.bounding_box()
        assert box["width"] > 900
        assert box["height"] > 60
    assert page.locator("#figure-timeline .column").count() > 50


def test_a_chip_opens_its_record_by_keyboard_and_gives_the_focus_back(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit()
    chip = page.locator(".claim .chip").first
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer[open]")
    text = page.locator("#drawer").inner_text()
    for told in (
        "SHA-256",
        "rec 4",
        "Rules that fired on it",
        "; by ",
        "judgement KJ",
        "CommandLine",
    ):
        assert told in text
    page.keyboard.press("Escape")
    assert page.locator("#drawer[open]").count() == 0
    assert page.evaluate("document.activeElement.className") == "chip"


def test_every_chip_and_record_link_resolves(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit()
    ids = page.evaluate(
        """[...new Set([...document.querySelectorAll('a[href^="#ev_"], a[href^="#so_"]')]
           .map((link) => link.getAttribute("href").slice(1)))]"""
    )
    assert len(ids) > 100
    missing = page.evaluate(
        """async (ids) => {
            const found = await Promise.all(ids.map((id) =>
                id.startsWith("so_") ? sourceParts(id) : recordParts(id)));
            return ids.filter((_, n) => found[n] === null);
        }""",
        ids,
    )
    assert missing == []


def test_filter_sort_and_pages_work_and_stand_in_the_address(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit()
    table = page.locator("#detections-table")
    table.locator("[data-turn='1']").click()
    table.locator("output", has_text="101–180 of 180").wait_for()
    table.locator("input").fill("critical bellune")
    table.locator("output", has_text="1–18 of 18").wait_for()
    table.locator("th[data-key='time'] button").click()
    table.locator("th[aria-sort='ascending']").wait_for()
    times = table.locator("td.when").all_inner_texts()
    assert times == sorted(times)
    assert page.evaluate("location.hash") == "#detections?q=critical%20bellune&sort=time"


def test_an_address_with_a_filter_shows_just_those_rows(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("#detections?q=asterkom%20high&sort=-time")
    page.locator("#detections-table output", has_text="1–36 of 36").wait_for()


def test_a_detection_that_is_not_on_the_first_page_is_found_by_its_id(visit, path: Path) -> None:  # type: ignore[no-untyped-def]
    page = visit()
    last = page.evaluate(
        """async () => {
            const table = tables.get("detections");
            await table.load();
            return table.value("id", table.size - 1);
        }"""
    )
    assert page.locator(f"#{last}").count() == 0
    page = visit(f"#{last}")
    page.wait_for_selector(f"#{last}")


def test_csv_is_saved_with_the_rows_shown(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit()
    page.locator("#detections-table input").fill("WS01")
    page.locator("#detections-table output", has_text=" of ").wait_for()
    with page.expect_download() as saved:
        page.locator("#detections-table [data-save]").click()
    lines = Path(saved.value.path()).read_text().splitlines()
    assert lines[0].startswith("time,level,rule,author")
    assert all("WS01" in line for line in lines[1:])


def test_without_script_sections_pictures_and_first_rows_stand(visit, browser) -> None:  # type: ignore[no-untyped-def]
    page = visit(java_script_enabled=False)
    assert page.locator("#detections-table tbody tr").count() == 100
    assert page.locator("#figure-heat-map .cell").count() > 8
    assert page.locator(".controls").first.is_hidden()


def test_the_page_never_scrolls_sideways_on_a_phone(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_of_at_least_4_5_to_1(visit, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(color_scheme=scheme)
    worst = page.evaluate(
        """() => {
            const style = getComputedStyle(document.documentElement);
            const parse = (name) => {
                const hex = style.getPropertyValue(name).trim().slice(1);
                const full = hex.length === 3 ? [...hex].map((each) => each + each).join("") : hex;
                return [0, 2, 4].map((n) => parseInt(full.slice(n, n + 2), 16) / 255)
                    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
            };
            const light = (name) => {
                const [r, g, b] = parse(name);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const pairs = [["--ink", "--paper"], ["--quiet", "--paper"], ["--ink", "--tint"],
                ["--ink", "--tint-2"], ["--story", "--paper"], ["--quiet", "--tint"]];
            return Math.min(...pairs.map(([a, b]) => {
                const [x, y] = [light(a), light(b)];
                return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
            }));
        }"""
    )
    assert worst >= 4.5


def test_hostile_text_acts_nowhere(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shape = Shape(text="<img src=x onerror=document.title='owned'><script>1</script>\x1b[31m")
    page = visit(file=reported(tmp_path, shape))
    page.locator("#detections-table th[data-key='time'] button").click()
    page.locator(".claim .chip").first.click()
    page.wait_for_selector("#drawer[open]")
    assert "owned" not in page.title()
    assert page.locator("img").count() == 0
    assert "<img src=x" in page.locator("#drawer").inner_text()


@pytest.mark.slow
def test_a_hundred_thousand_detections_are_filtered_and_sorted_in_half_a_second(  # type: ignore[no-untyped-def]
    visit, tmp_path: Path
) -> None:
    file = reported(tmp_path, Shape(detections=100_000, months=2))
    assert file.stat().st_size < 15_000_000
    page = visit(file=file)
    page.evaluate("tables.get('detections').load()")
    for change in ({"q": "ws01 critical"}, {"sort": "time"}, {"q": "", "sort": "-host"}):
        started = time.perf_counter()
        page.evaluate("(change) => tables.get('detections').show(change)", change)
        assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(visit, scheme: str) -> None:  # type: ignore[no-untyped-def]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(color_scheme=scheme)
    found = axe.Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []
