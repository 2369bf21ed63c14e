"""The pages in a browser: London's first map, panning over all of it, a hand that moves. No clock is asserted.

Smoothness is a ratio: frames drawn while all of London is panned, beside frames of the same page panned with its layers
hidden, in the same run on the same machine (which draws in software, without a graphics card).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.browser.conftest import base_url, browser_type_launch_args, built, served
from tests.browser.test_london import running
from tests.browser.test_london import service as london

__all__ = ["base_url", "browser_type_launch_args", "built", "london", "running"]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]

PLAN = "proposal-a-neighbourhoods"
PAN = """(hidden) => new Promise((done) => {
  const map = document.getElementById("map").map;
  if (hidden) for (const layer of map.getStyle().layers) map.setLayoutProperty(layer.id, "visibility", "none");
  const taken = [];
  let last = performance.now(), steps = 0;
  const step = (now) => {
    taken.push(now - last);
    last = now;
    map.panBy([steps < 30 ? 12 : -12, 0], { duration: 0 });
    if (++steps < 60) requestAnimationFrame(step);
    else done(taken.slice(2).sort((a, b) => a - b));
  };
  requestAnimationFrame(step);
})"""


TIMES = """() => {
  const asked = performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"));
  return [asked.length, asked.reduce((sum, one) => sum + one.transferSize, 0)];
}"""


def test_all_of_london_is_there_soon_and_pans(launch_browser: Callable[..., Browser], london: str) -> None:
    def first_sight() -> tuple[Browser, Page, float, float]:
        """A browser just started, and after how many seconds it shows the figures and the whole map."""
        browser = launch_browser()
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        started = time.perf_counter()
        page.goto(london)
        page.wait_for_selector("#answer-parts:not([hidden])", timeout=120_000)
        figures = time.perf_counter() - started
        page.wait_for_selector("#map[data-state=idle]", timeout=120_000)
        return browser, page, figures, time.perf_counter() - started

    first_sight()[0].close()  # the first reader makes what is kept in memory
    seen = []
    for _ in range(5):
        browser, page, figures, whole = first_sight()
        seen.append((figures, whole))
        requests, weight = page.evaluate(TIMES)
        browser.close()
    for what, column in (("figures", 0), ("first map", 1)):
        taken = sorted(times[column] for times in seen)
        print(f"\nLondon whole, browser just started: {what} {taken[2]:.1f} s (median), {taken[-1]:.1f} s (most)")
    print(f"{requests} requests, {weight / 1000:,.0f} kB")

    browser, page, *_ = first_sight()
    page.select_option("#shade", "imd_decile")
    page.wait_for_function("() => document.getElementById('map').map.querySourceFeatures('areas').length > 4900")
    frames = page.evaluate(PAN, False)
    empty = page.evaluate(PAN, True)

    def at(taken: list[float], share: float) -> float:
        return taken[int(share * (len(taken) - 1))]

    for name, taken in (("4,994 areas shaded, 1,183 practices", frames), ("nothing drawn", empty)):
        print(f"{name}: a frame takes {at(taken, 0.5):.1f} ms (median), {at(taken, 0.95):.1f} ms (95 of 100)")
    print(f"ratio of medians: {at(frames, 0.5) / at(empty, 0.5):.2f}")
    assert len(frames) == len(empty) == 58
    browser.close()


@pytest.fixture
def sample_service(built: Path, sample_copy: Callable[[Path], str], tmp_path: Path) -> Iterator[str]:
    with (
        Store(sample_copy(tmp_path)) as store,
        served(create_app(Workspace(store), Settings(_env_file=None))) as address,
    ):
        yield address


def test_figures_follow_a_hand(page: Page, sample_service: str) -> None:
    page.goto(f"{sample_service}/try?footprints={PLAN}")
    page.wait_for_selector("#answer-parts[data-quick=ready]", timeout=60_000)
    took = []
    for at in range(1, 13):
        page.select_option("#practice", index=at)
        page.get_by_role("button", name="Move the practice").press("Enter")
        took.append(float(page.locator("#answer-parts").get_attribute("data-took") or "nan"))
    print(
        f"\nA move's figures, chart and map in the page: {sorted(took)[6]:.1f} ms (median), {max(took):.1f} ms (most)"
    )
    assert all(one > 0 for one in took)
