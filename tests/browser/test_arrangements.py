"""An arrangement of the sample place: drafted, filled in, kept, settled with what others did, signed, printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.main import create_app
from app.services.keys import first_key
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

PLAN = "proposal-b-lsoa21-lookup"
TERMS = "&sessions=6&amount=180000"
WAIT = 30_000
LOOKS: tuple[tuple[int, Any], ...] = ((1440, "dark"), (390, "light"))


@pytest.fixture(scope="module")
def service(
    built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The address of the real service with the sample place loaded, and its key."""
    with Store(sample_copy(tmp_path_factory.mktemp("arrangements"))) as store:
        key = first_key(store)
        assert key is not None
        with served(create_app(Workspace(store), Settings(_env_file=None))) as address:
            yield address, key


class Records:
    """The service's own word on drafts and on what is kept."""

    def __init__(self, page: Page, service: tuple[str, str]) -> None:
        self._page = page
        self.address, self.key = service

    def _said(self, answer: Any) -> Any:
        assert answer.ok, answer.text()
        return answer.json()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def asked(self) -> dict[str, Any]:
        """What the page takes where nothing is chosen: the sample's place, its PCN with most patients outside."""
        place = self._said(self._page.request.get(f"{self.address}/api/v1/places"))["items"][0]["id"]
        plan = {"footprints": PLAN, "place": place}
        found = self._said(self._page.request.get(f"{self.address}/api/v1/alignment", params=plan))
        return {**plan, "pcn": found["pcn"][0]["code"], "sessions": 6, "amount": 180_000}

    def draft(self) -> Any:
        return self._said(self._page.request.get(f"{self.address}/api/v1/arrangements/draft", params=self.asked()))

    def add(self) -> Any:
        return self.kept(self.asked())

    def kept(self, asked: dict[str, Any]) -> Any:
        address = f"{self.address}/api/v1/arrangements"
        return self._said(self._page.request.post(address, data=asked, headers=self._headers))

    def get(self, record: str, part: str = "") -> Any:
        address = f"{self.address}/api/v1/arrangements/{record}{part}"
        return self._said(self._page.request.get(address, headers=self._headers))

    def fill_in(self, record: str, fields: dict[str, str]) -> None:
        revision = f'"{self.get(record)["revision"]}"'
        address = f"{self.address}/api/v1/arrangements/{record}"
        headers = {**self._headers, "If-Match": revision}
        self._said(self._page.request.patch(address, data={"fields": fields}, headers=headers))

    def values(self, record: str) -> dict[str, str | None]:
        return {field["key"]: field["value"] for field in self.get(record)["content"]["fields"]}


@pytest.fixture
def records(page: Page, service: tuple[str, str]) -> Records:
    return Records(page, service)


def open_page(page: Page, address: str, query: str, key: str | None = None) -> None:
    page.emulate_media(reduced_motion="reduce")
    if key is not None:
        page.add_init_script(f"sessionStorage.setItem('coterminous-key', '{key}')")
    page.goto(f"{address}/arrangements?{query}")
    expect(page.locator("#document .arr-section").first).to_be_visible(timeout=WAIT)


def field(page: Page, key: str) -> Any:
    return page.locator(f".arr-field[data-key='{key}']")


def test_an_option_leads_to_the_draft_and_it_says_what_the_service_drafts(
    page: Page, records: Records, said: list[str]
) -> None:
    page.goto(f"{records.address}/options?footprints={PLAN}")
    page.locator(".option[data-option='no-change']").get_by_role("link", name="Draft the arrangement").click()
    expect(page.locator("#from-option")).to_contain_text("From the option: No practice changes its PCN", timeout=WAIT)
    page.locator("#terms summary").click()
    page.fill("#term-sessions", "6")
    page.fill("#term-amount", "180000")
    page.get_by_role("button", name="Work the draft out again").click()
    expect(page.locator("#document th", has_text="Funding").first).to_be_visible(timeout=WAIT)
    draft = records.draft()
    expect(page.locator("#document-title")).to_contain_text(draft["pcn"]["name"])
    numbered = [re.sub(r"^\d+\. ", "", text) for text in page.locator("#document h3").all_inner_texts()]
    assert numbered == list(dict.fromkeys(one["section"] for one in draft["fields"]))
    shown = page.eval_on_selector_all(
        ".arr-field",
        """all => all.map(one => [
             one.dataset.key,
             one.dataset.state,
             one.querySelector(".arr-field__label").textContent,
             one.querySelector("input, textarea")?.value ?? one.querySelector(".arr-field__value").textContent,
             one.querySelector(".arr-field__source").textContent.startsWith("To be "),
           ])""",
    )
    assert shown == [
        [one["key"], one["state"], one["label"], one["value"] or "", one["state"] != "figures"]
        for one in draft["fields"]
    ]
    assert {one["state"] for one in draft["fields"]} == {"figures", "default", "open"}
    for row in draft["split"]["rows"]:
        line = page.locator(f"#document tr[data-int='{row['code']}']").first
        expect(line).to_contain_text(f"{row['patients']:,.0f}")
        if row["amount"] is not None:
            expect(line).to_contain_text(f"£{row['amount']:,}")
    still_open = [one for one in draft["fields"] if one["state"] == "open"]
    expect(page.locator("#open-said")).to_contain_text(f"{len(still_open)} of ")
    assert page.locator("#open-list a").all_inner_texts() == [one["label"] for one in still_open]
    files = page.locator("#files a")
    assert [page.request.get(f"{records.address}{link.get_attribute('href')}").status for link in files.all()] == [
        200,
        200,
        200,
    ]
    assert said == []


def test_what_is_typed_by_keyboard_outlives_a_reload_and_is_kept_once_the_key_is_given(
    page: Page, records: Records
) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    open_page(page, records.address, f"footprints={PLAN}{TERMS}")
    before = page.locator("#open-list a").count()
    page.locator("#open-list a", has_text="Integrator").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Sample Integrator")
    expect(field(page, "parties.integrator")).to_have_attribute("data-state", "filled in")
    page.locator("#open-list a", has_text="Start").focus()
    page.keyboard.press("Enter")
    expect(field(page, "term.start").locator("input")).to_be_focused()
    field(page, "term.start").locator("input").fill("2027-04-01")
    person = page.locator(".arr-field[data-key^='mdt.'][data-key$='.deputy']").first
    person_key = person.get_attribute("data-key") or ""
    for label, text in (("Name", "Dr A. One"), ("Role", "GP partner"), ("Work email", "a.one@nhs.net")):
        person.get_by_label(label, exact=True).fill(text)
    field(page, "attribution.care_homes").locator("textarea").fill("By the list they are on.")
    expect(page.locator("#open-list a")).to_have_count(before - 3)
    page.reload()
    expect(page.locator("#unkept")).to_contain_text("4 entries of yours not kept yet", timeout=WAIT)
    expect(field(page, "parties.integrator").locator("input")).to_have_value("Sample Integrator")
    expect(person.get_by_label("Work email")).to_have_value("a.one@nhs.net")
    care = field(page, "attribution.care_homes")
    care.get_by_role("button", name="Take the default again").click()
    expect(care).to_have_attribute("data-state", "default")
    care.locator("textarea").fill("By the list they are on.")

    page.get_by_role("button", name="Keep this draft").click()
    expect(page.locator("#key")).to_be_focused()
    page.keyboard.type("cot_wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#key-said")).to_contain_text("does not know this key")
    page.locator("#key").fill(records.key)
    page.keyboard.press("Enter")
    expect(page.locator("#act-said")).to_have_text("Kept as revision 2.", timeout=WAIT)
    expect(page).to_have_url(re.compile("id=[0-9a-f]{32}"))
    record = re.search("id=([0-9a-f]{32})", page.url)
    assert record
    values = records.values(record[1])
    assert values["parties.integrator"] == "Sample Integrator"
    assert values["term.start"] == "2027-04-01"
    assert values[person_key] == "Dr A. One, GP partner (a.one@nhs.net)"
    assert values["attribution.care_homes"] == "By the list they are on."
    expect(page.locator("#unkept")).to_be_empty()
    expect(page.locator(f"#kept-list tr[data-arrangement='{record[1]}']")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Annex (Markdown)").click()
    assert "Sample Integrator" in download.value.path().read_text(encoding="utf-8")
    page.reload()
    expect(field(page, "parties.integrator").locator("input")).to_have_value("Sample Integrator", timeout=WAIT)


def test_terms_that_do_not_fit_are_put_right_where_they_were_given(page: Page, records: Records) -> None:
    open_page(page, records.address, f"footprints={PLAN}{TERMS}")
    page.locator("#terms summary").click()
    page.select_option("#term-weight", "activity")
    again = page.get_by_role("button", name="Work the draft out again")
    again.click()
    expect(page.locator("#problem")).to_contain_text("Activity goes with the weight", timeout=WAIT)
    boxes = page.locator("#term-activity-boxes input")
    for box in boxes.all():
        box.fill("1")
    boxes.first.fill("30")
    activity = {box.get_attribute("data-int"): int(box.input_value()) for box in boxes.all()}
    page.locator("#term-lead").select_option(index=1)
    page.fill("#term-lead-reason", "Its hub is open already.")
    page.fill("#term-minimum-share", "0")
    again.click()
    expect(field(page, "lead.reason")).to_contain_text("Its hub is open already.", timeout=WAIT)
    asked = {**records.asked(), "weight": "activity", "lead_reason": "Its hub is open already.", "minimum_share": 0}
    lead = page.locator("#term-lead").input_value()
    for row in records.kept({**asked, "lead": lead, "activity": activity})["content"]["split"]["rows"]:
        if row["amount"] is not None:
            expect(page.locator(f"#document tr[data-int='{row['code']}']").first).to_contain_text(f"£{row['amount']:,}")
    page.get_by_role("button", name="Fill in what the options say of this PCN").click()
    expect(field(page, "reason.realignment").locator("textarea")).to_have_value(
        re.compile("^Option for discussion for "), timeout=WAIT
    )


def test_what_somebody_else_kept_meanwhile_is_shown_beside_mine_and_i_choose(page: Page, records: Records) -> None:
    record = records.add()["id"]
    open_page(page, records.address, f"id={record}", records.key)
    for key, text in (("data.agreement", "Mine 1"), ("data.systems", "Mine 2"), ("access.hubs", "Mine 3")):
        field(page, key).locator("input, textarea").fill(text)
    theirs = {"data.agreement": "Theirs 1", "data.systems": "Theirs 2", "parties.acute_trust": "Theirs 4"}
    records.fill_in(record, theirs)
    page.get_by_role("button", name="Keep these entries").click()
    clash = page.locator("#clash")
    expect(clash).to_be_focused(timeout=WAIT)
    expect(clash).to_contain_text("Their words now stand in: Parties, Acute trust")
    expect(clash.locator("fieldset")).to_have_count(2)
    expect(clash.locator("fieldset").first).to_contain_text("Mine: Mine 1")
    expect(clash.locator("fieldset").first).to_contain_text("Theirs: Theirs 1")
    assert records.values(record)["data.agreement"] == "Theirs 1"
    clash.locator("fieldset").nth(0).get_by_label("Mine").check()
    clash.locator("fieldset").nth(1).get_by_label("Theirs").check()
    clash.get_by_role("button", name="Keep it with these choices").click()
    expect(page.locator("#act-said")).to_have_text("Kept as revision 3.", timeout=WAIT)
    kept = records.values(record)
    found = {key: kept[key] for key in (*theirs, "access.hubs")}
    assert found == {**theirs, "data.agreement": "Mine 1", "access.hubs": "Mine 3"}

    # Typed, left, and changed by another before the page is opened again: nothing is overwritten either.
    field(page, "access.hubs").locator("textarea").fill("Mine 5")
    records.fill_in(record, {"access.hubs": "Theirs 5"})
    page.reload()
    expect(clash).to_contain_text("Theirs: Theirs 5", timeout=WAIT)
    page.get_by_role("button", name="Keep these entries").click()
    assert records.values(record)["access.hubs"] == "Theirs 5"
    clash.get_by_label("Theirs").check()
    clash.get_by_role("button", name="Keep it with these choices").click()
    expect(clash).to_have_count(0)
    expect(field(page, "access.hubs").locator("textarea")).to_have_value("Theirs 5")


def test_it_is_proposed_signed_for_both_and_agreed_and_then_stays_as_it_was_signed(
    page: Page, records: Records
) -> None:
    record = records.add()["id"]
    open_page(page, records.address, f"id={record}", records.key)
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("#trouble")).to_contain_text("It cannot be proposed without a start")
    field(page, "term.start").locator("input").fill("2027-04-01")
    expect(page.get_by_role("button", name="Propose it")).to_be_disabled()
    page.get_by_role("button", name="Keep these entries").click()
    page.get_by_role("button", name="Propose it").click()
    for party, name in (("health", "Pat Health"), ("local authority", "Lee Council")):
        page.select_option("#sign-party", party)
        page.fill("#sign-name", name)
        page.fill("#sign-role", "Director")
        page.fill("#sign-day", "2026-01-15")
        page.get_by_role("button", name="Note this sign-off").click()
        expect(page.locator(f"[data-party='{party}'][data-signed]")).to_contain_text(f"{name}, Director", timeout=WAIT)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Note that it is agreed").click()
    expect(page.locator("#document-mark")).to_contain_text("Agreed by the place partnership", timeout=WAIT)
    assert records.get(record)["status"] == "agreed by place partnership"
    expect(page.locator("#document input, #document textarea")).to_have_count(0)
    expect(field(page, "term.start").locator(".arr-field__value")).to_have_text("1 April 2027")
    expect(page.locator("#keep")).to_be_hidden()
    review = records.get(record, "/review")
    expect(page.locator("#review [data-due]")).to_have_attribute("data-due", str(review["due"]).lower())
    events = records.get(record, "/history")["items"]
    rows = page.locator("#history tbody tr")
    expect(rows).to_have_count(len(events))
    expect(rows.last).to_contain_text("Draft kept")
    expect(rows.filter(has_text="Filled in: Term and review, Start")).to_have_count(1)
    page.get_by_role("link", name="Make a new draft from the latest figures").click()
    expect(page).to_have_url(re.compile(f"replaces={record}"))


def test_it_reads_as_a_document_on_paper_and_axe_finds_nothing(
    page: Page, records: Records, axe: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    record = records.add()["id"]
    records.fill_in(record, {"data.systems": "Sample system", "parties.integrator": "Sample Integrator"})
    open_page(page, records.address, f"id={record}", records.key)
    expect(page.locator("#history tr").first).to_be_visible(timeout=WAIT)
    expect(page.locator("#kept-list tr").first).to_be_attached(timeout=WAIT)
    for summary in page.locator("summary:visible").all():
        if not summary.evaluate("one => one.parentElement.open"):
            summary.click()
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        keep(f"arrangements-{width}-{scheme}")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    seen = "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML)"
    assert page.eval_on_selector_all("main input, main textarea, main select, main button, main nav", seen) == []
    expect(field(page, "data.systems").locator(".arr-field__paper")).to_have_text("Sample system")
    expect(field(page, "data.systems").locator(".arr-field__paper")).to_be_visible()
    expect(field(page, "parties.acute_trust")).to_contain_text("To be filled in by the place partnership:")
    expect(page.locator("[data-party='health'] .arr-signed__line").first).to_be_visible()
    expect(page.locator(".arr-document__words")).to_contain_text("never an instruction")
    assert said == []
