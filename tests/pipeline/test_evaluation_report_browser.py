"""The report of an evaluation in a real browser: it shows, sorts, filters, and hostile texts do nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from pipeline.evaluation import Evaluation, evaluate, write_report

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="needs chromium and chromedriver (apt install chromium-driver)"
)
EXAMPLES = Path(__file__).parents[2] / "examples" / "evaluation"
HOSTILE = (
    "<script>document.title='taken'</script>",
    "</script><script>document.title='taken'</script>",
    "<img src=x onerror=document.title='taken'>",
    "\"'><svg onload=document.title='taken'>",
    "\u202eturned around\u2028<!-- & -->",
    "${document.title='taken'} {{ 1 }} `",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def found() -> Evaluation:
    """The example, five times over: more segments than are shown at once."""
    sides = {
        name: [line for line in (EXAMPLES / name).read_text(encoding="utf-8").splitlines() if line] * 5
        for name in ("news.ar", "news.en", "compact.en", "draft.en")
    }
    return evaluate(
        source=sides["news.ar"],
        reference=[sides["news.en"]],
        hypothesis={"compact": sides["compact.en"], "draft": sides["draft.en"]},
        baseline="compact",
        resamples=100,
        trials=100,
    )


@pytest.fixture(scope="module")
def address(found: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "out.html"
    write_report(found, path)
    return path.as_uri()


@pytest.fixture
def page(browser: webdriver.Chrome, address: str) -> Iterator[webdriver.Chrome]:
    """The report, just opened; afterwards the console must be empty."""
    browser.get("about:blank")
    browser.get(address)
    yield browser
    assert browser.get_log("browser") == []


def shown(page: webdriver.Chrome) -> list[int]:
    """Numbers of the segments in the table, from 1."""
    ids = page.execute_script(
        "return [...document.querySelectorAll('#table > tbody')].map((each) => each.id)"
    )
    return [int(each.removeprefix("segment-")) for each in ids]


def status(page: webdriver.Chrome) -> str:
    return page.find_element(By.ID, "status").text


def choose(page: webdriver.Chrome, select: str, option: str) -> None:
    Select(page.find_element(By.ID, select)).select_by_visible_text(option)


def sort(page: webdriver.Chrome, heading: str) -> None:
    for button in page.find_elements(By.CSS_SELECTOR, "#table thead button"):
        if button.text.startswith(heading):
            page.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
            button.click()


def test_more_segments_come_when_they_are_wanted(page: webdriver.Chrome) -> None:
    assert shown(page) == list(range(1, 41))
    page.execute_script("window.scrollTo(0, document.body.scrollHeight)")
    WebDriverWait(page, 10).until(lambda _: shown(page) == list(range(1, 61)))
    assert not page.find_element(By.ID, "more").is_displayed()


def test_a_segment_shows_source_reference_and_systems(page: webdriver.Chrome, found: Evaluation) -> None:
    body = page.find_element(By.ID, "segment-2")
    source, reference, *systems = body.find_elements(By.CSS_SELECTOR, "td.text")
    assert (source.get_attribute("lang"), source.get_attribute("dir")) == ("ar", "rtl")
    assert source.value_of_css_property("direction") == "rtl"
    assert source.text == found.segments[1].source
    assert [mark.text for mark in source.find_elements(By.TAG_NAME, "mark")] == [
        term.surface for term in found.segments[1].terms
    ]
    assert reference.text == found.segments[1].references[0]
    assert [row.text for row in body.find_elements(By.CSS_SELECTOR, "th[scope=row]")] == [
        "source",
        "reference",
        "compact",
        "draft",
    ]
    draft = systems[1]
    assert "Mark Rote" in " ".join(each.text for each in draft.find_elements(By.TAG_NAME, "ins"))
    assert "Mark Rutte" in " ".join(each.text for each in draft.find_elements(By.TAG_NAME, "del"))
    assert [each.text for each in draft.find_elements(By.CSS_SELECTOR, ".missing_term")] == [
        "missing term: Mark Rutte"
    ]
    numbers = body.find_elements(By.CSS_SELECTOR, "td.number")
    assert numbers[0].text == f"{found.systems[0].scores['chrF++'].segments[1]:.1f}"
    page.find_element(By.ID, "differences").click()
    assert not any(each.is_displayed() for each in draft.find_elements(By.TAG_NAME, "del"))


@pytest.mark.parametrize("system", ["compact", "draft"])
def test_a_heading_sorts_by_the_chosen_system(page: webdriver.Chrome, found: Evaluation, system: str) -> None:
    scores = found.system(system).scores["chrF++"].segments
    choose(page, "system", system)
    sort(page, "chrF++")
    ascending = sorted(range(60), key=lambda number: (round(scores[number] or 0, 3), number))
    assert shown(page)[:40] == [number + 1 for number in ascending][:40]
    sort(page, "chrF++")
    assert shown(page)[0] == min(n for n in range(60) if scores[n] == max(scores)) + 1  # type: ignore[type-var]
    sorted_by = page.find_elements(By.CSS_SELECTOR, "#table th[aria-sort]")
    assert [(each.text[:6], each.get_attribute("aria-sort")) for each in sorted_by] == [
        ("chrF++", "descending")
    ]


def test_the_largest_loss_comes_first_by_difference(page: webdriver.Chrome, found: Evaluation) -> None:
    choose(page, "system", "draft")
    page.find_element(By.ID, "relative").click()
    sort(page, "chrF++")
    assert shown(page)[0] == found.losses[0].segment + 1


def test_filters_narrow_what_is_shown(page: webdriver.Chrome, found: Evaluation) -> None:
    search = page.find_element(By.ID, "search")
    search.send_keys("tuesday")
    expected = [
        segment.number + 1
        for segment in found.segments
        if "tuesday"
        in " ".join(
            [*segment.references, *(s.hypotheses[segment.number].text for s in found.systems)]
        ).lower()
    ]
    WebDriverWait(page, 10).until(lambda _: shown(page) == expected)
    assert status(page) == f"{len(expected)} of 60 segments found, {len(expected)} shown."
    page.execute_script("arguments[0].value = ''", search)
    choose(page, "system", "draft")
    choose(page, "only", "a missing term")
    marks = [hypothesis.terms for hypothesis in found.system("draft").hypotheses]
    missing = [n + 1 for n, terms in enumerate(marks) if "missing" in [mark.result for mark in terms]]
    assert shown(page) == missing[:40]
    choose(page, "part", f"length: {found.buckets[0].name}")
    assert shown(page) == [number for number in missing if number - 1 in found.buckets[0].segments][:40]


def test_a_loss_leads_to_its_segment(page: webdriver.Chrome, found: Evaluation) -> None:
    choose(page, "only", "Arabic left")
    link = page.find_element(By.CSS_SELECTOR, "#losses ~ div a, section[aria-labelledby=losses] a")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    number = found.losses[0].segment + 1
    WebDriverWait(page, 10).until(lambda _: shown(page) == [number])


@pytest.mark.parametrize("width", [380, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_window_and_can_be_read(page: webdriver.Chrome, width: int, scheme: str) -> None:
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    body = page.find_element(By.TAG_NAME, "body")
    colours = [body.value_of_css_property(name) for name in ("color", "background-color")]
    text, paper = (sum(map(int, colour[colour.index("(") + 1 :].split(",")[:3])) for colour in colours)
    assert (text > 600 > 100 > paper) if scheme == "dark" else (text < 100 < 600 < paper)
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_hostile_texts_do_nothing(browser: webdriver.Chrome, tmp_path: Path) -> None:
    evaluation = evaluate(
        source=[f"وصل المستشار الألماني {text}" for text in HOSTILE],
        reference=[[f"The German Chancellor came {text}" for text in HOSTILE]],
        hypothesis={HOSTILE[0]: list(HOSTILE), HOSTILE[3]: [f"Chancellor {text}" for text in HOSTILE]},
        documents=HOSTILE,
        baseline=HOSTILE[0],
        resamples=0,
        trials=0,
    )
    path = tmp_path / "hostile.html"
    write_report(evaluation, path)
    browser.get(path.as_uri())
    assert browser.title.startswith("Evaluation: <script>")
    assert shown(browser) == [1, 2, 3, 4, 5, 6]
    choose(browser, "system", HOSTILE[3])
    browser.find_element(By.ID, "differences").click()
    for number, text in enumerate(HOSTILE, start=1):
        cells = browser.find_elements(By.CSS_SELECTOR, f"#segment-{number} td.text")
        assert cells[1].get_property("textContent") == f"The German Chancellor came {text}"
    assert browser.find_elements(By.CSS_SELECTOR, "#table img, #table script, #table svg, body > img") == []
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 2
    # Even if something got in, the policy would stop it.
    made = "const made = document.createElement('div'); made.innerHTML = arguments[0];"
    browser.execute_script(f"{made} document.body.append(made)", HOSTILE[2])
    assert "taken" not in browser.execute_script("return document.title").replace("title='taken'", "")
    log = browser.get_log("browser")
    assert all("Content Security Policy" in entry["message"] for entry in log), log
