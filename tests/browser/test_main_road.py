"""One case from the camera to its closing, every step taken in the browser by whoever takes it."""

import re

import pytest

from config.demo import journey
from tests.browser.keyboard import case_on, decide, fill, press, reach, vi

pytestmark = pytest.mark.gate


class Road:
    """The case on its way, and the people who carry it."""

    def __init__(self, portal, visit, look):
        self.portal, self.visit, self.look = portal, visit, look
        case = portal.do("deliver", camera="CAM-0412")[0]
        self.number, self.plate = case["number"], case["plate"]
        self.code = ""

    @property
    def case_page(self):
        return f"/can-bo/ho-so/{self.number}/"

    def officer_verifies(self, page):
        self.look(page, "home-officer")
        press(page, page.locator(".next-work a"))
        page.wait_for_url("**/duyet/")
        assert case_on(page) == self.number
        self.look(page, "review")
        decide(page, "Enter")
        page.locator("main .state").wait_for()
        self.look(page, "review-empty")
        self.portal.do("wait_for_status", number=self.number, status="owner_identified")

    def officer_finds_the_case(self, page):
        page.goto("/can-bo/")
        fill(page, page.locator("#q"), self.number)
        page.keyboard.press("Enter")
        page.wait_for_url("**/violation/**")
        self.look(page, "case-list")
        press(page, page.locator(f"#result_list a[href*='{self.number}']").first)
        page.wait_for_url(f"**{self.case_page}")

    def officer_presses(self, page, step):
        """Take an act that asks nothing."""
        if not page.url.endswith(self.case_page):
            page.goto(self.case_page)
        press(page, page.locator(f"form[action$='/{step}/'] button"))
        self.done(page)

    def officer_fills(self, page, step, **fields):
        """Take an act that has a form."""
        page.goto(self.case_page)
        press(page, page.locator(f"a[href$='/{step}/']"))
        page.wait_for_url(f"**/{step}/")
        self.look(page, f"act-{step}")
        for name, words in fields.items():
            field = page.locator(f"main [name={name}]")
            reach(page, field)
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(words)
            elif field.get_attribute("type") == "date":
                field.fill(words)
            else:
                fill(page, field, words)
        press(page, page.locator("main .form-actions button"))
        self.done(page)

    def done(self, page):
        page.wait_for_url(f"**{self.case_page}")
        page.locator(".banner-ok").first.wait_for()

    def leader_signs(self, page, kind):
        page.goto("/can-bo/ky/")
        self.look(page, f"signing-{kind}")
        row = page.locator("tr", has_text=self.number)
        row.locator("a.btn").click()
        page.wait_for_url("**/ky/*/")
        self.look(page, f"draft-{kind}")
        draft = page.request.get(page.locator("a[href$='ban-nhap.pdf']").get_attribute("href"))
        assert draft.body().startswith(b"%PDF")
        page.locator("form[action$='/ky/'] button").click()

    def leader_is_asked_who_is_there(self, page):
        page.wait_for_url("**/reauthenticate/**")
        self.look(page, "reauthenticate")
        page.locator("input[name=password]").fill("không phải mật khẩu này")
        page.keyboard.press("Enter")
        page.locator(".error-summary").wait_for()
        self.look(page, "reauthenticate-error")
        page.locator("input[name=password]").fill(self.portal.people["minh"]["password"])
        page.keyboard.press("Enter")

    def signed(self, page, kind):
        page.wait_for_url(re.compile(r"/can-bo/ky/(\?.*)?$"))
        page.locator(".banner-ok").wait_for()
        return self.portal.do("wait_for_paper", number=self.number, kind=kind)

    def clerk_posts(self, page):
        """Print one run, scan its one letter, hand it over; returns the printed PDF."""
        self.look(page, "home-clerk")
        page.goto("/can-bo/in/")
        self.look(page, "post-room")
        page.locator("form[action$='/in/dot/'] button").click()
        page.wait_for_url("**/in/dot/*/")
        page.locator("form[action$='/da-in/']").wait_for(timeout=60_000)
        self.look(page, "run-ready")
        files = {}
        for which in ("pdf", "bang-ke", "csv"):
            answer = page.request.get(
                page.locator(f"a[href$='/tep/{which}/']").get_attribute("href")
            )
            assert answer.ok
            files[which] = answer.body()
        assert files["pdf"].startswith(b"%PDF")
        assert files["bang-ke"].startswith(b"%PDF")
        page.get_by_role("button", name=vi("All sheets are there")).click()
        page.get_by_role("link", name=vi("Scan to confirm")).click()
        run = page.url.split("/dot/")[1].split("/")[0]
        ((code, label),) = self.portal.do("letters", run=run)
        page.locator("#letter:focus").wait_for()  # ready for the scanner
        wrong = label[:-3] + str((int(label[-3]) + 1) % 10) + "VN"
        self.scan(page, code, wrong)
        page.locator('[data-part="told"]').filter(has_text=vi("Stop")).wait_for()
        self.look(page, "run-scanning")
        page.keyboard.press("Space")
        self.scan(page, code, label)
        page.locator('[data-part="told"]').filter(
            has_text=vi("Matches: letter %(place)s") % {"place": 1}
        ).wait_for()
        page.get_by_role("link", name=vi("Close the run")).click()
        page.locator("#receipt").fill("BN-2026/01")
        page.get_by_role("button", name=vi("Hand the run to the post")).click()
        page.get_by_text("BN-2026/01").wait_for()
        self.look(page, "run-posted")
        return files["pdf"]

    def scan(self, page, code, label):
        """Scan a letter and its label as a scanner does: keys, then Enter."""
        for read in (code, label):
            page.keyboard.type(read)
            page.keyboard.press("Enter")

    def citizen_looks_up_the_plate(self, page):
        page.locator("#id_plate").fill(self.plate)
        page.locator("input[name=vehicle_type][value=car]").check()
        page.locator("main form button").click()
        page.wait_for_url("**/ket-qua/")
        shown = page.locator("main").inner_text()
        assert vi("Not yet sanctioned") in shown
        assert "₫" not in shown, "no amount on a plate alone"
        assert page.locator("main img").count() == 0, "no picture on a plate alone"
        self.look(page, "plate-results")

    def citizen_scans_the_paper(self, page):
        """Open the address of the QR: the code stands behind the “#” and leaves the address bar."""
        page.goto(f"/TRA-CUU/#{self.code.replace('-', '')}")
        field = page.locator("#id_code")
        assert field.input_value().replace("-", "") == self.code.replace("-", "")
        assert "#" not in page.url
        page.locator("#id_plate").fill(self.plate)
        page.keyboard.press("Enter")
        page.wait_for_url("**/vu-viec/")

    def citizen_pays(self, page, downloads):
        page.locator("a[href='/nop-phat/']:visible").first.click()
        page.wait_for_url("**/nop-phat/")
        self.look(page, "pay")
        page.locator("input[name=form_key] ~ button").click()
        page.wait_for_url(f"{self.portal.bank_url}/**")
        self.look(page, "bank")
        page.locator("#otp").fill("123456")
        page.keyboard.press("Enter")
        page.wait_for_url("**/nop-phat/ket-qua/")
        page.locator(".paid").wait_for(timeout=30_000)
        link = page.locator("a[href$='xac-nhan.pdf']")
        link.wait_for(timeout=60_000)  # the page looks for the worker's PDF by itself
        assert vi("The fine is paid in full") in page.locator("h1").inner_text()
        self.look(page, "paid")
        with page.expect_download() as saving:
            link.click()
        saving.value.save_as(downloads / "confirmation.pdf")
        assert (downloads / "confirmation.pdf").read_bytes().startswith(b"%PDF")


def test_a_case_goes_from_the_camera_to_its_closing(portal, visit, look, downloads) -> None:
    road = Road(portal, visit, look)
    officer = visit("/can-bo/", "lan")
    road.officer_verifies(officer)
    road.officer_finds_the_case(officer)
    look(officer, "case-owner-known")
    road.officer_presses(officer, "propose_notice")

    leader = visit("/can-bo/", "minh")
    look(leader, "home-leader")
    assert portal.do("let_minutes_pass", username="minh", minutes=11)
    road.leader_signs(leader, "TB0173")
    road.leader_is_asked_who_is_there(leader)
    road.signed(leader, "TB0173")
    look(leader, "signing-empty")

    road.code = journey.code_on(road.clerk_posts(visit("/can-bo/", "hoa")))

    citizen = visit("/tra-cuu/bien-so/")
    road.citizen_looks_up_the_plate(citizen)
    road.citizen_scans_the_paper(citizen)
    citizen.locator(".stage img").wait_for()
    assert "₫" not in citizen.locator("main").inner_text(), "a notice names no amount"
    look(citizen, "case-notice")

    road.officer_fills(officer, "name_offender", proof="Lời khai tại đơn vị (mẫu)")
    road.officer_presses(officer, "propose_record")
    road.leader_signs(leader, "MBB01")
    road.signed(leader, "MBB01")
    officer.goto(road.case_page)
    look(officer, "case-recorded")
    if officer.locator("a[href$='/waive_explanation/']").count():
        road.officer_fills(officer, "waive_explanation", proof="Đơn không giải trình (mẫu)")
    road.officer_presses(officer, "propose_decision")
    road.leader_signs(leader, "MQD02")
    decision = road.signed(leader, "MQD02")
    road.code = journey.code_on(officer.request.get(f"/can-bo/giay/{decision}/").body())
    road.officer_fills(
        officer,
        "serve_decision",
        way="handed_over",
        received_on=journey.today(),
        proof="Chữ ký nhận (mẫu)",
    )
    look(officer, "case-served")

    road.citizen_scans_the_paper(citizen)
    assert "₫" in citizen.locator("main").inner_text()
    look(citizen, "case-decision")
    road.citizen_pays(citizen, downloads)
    portal.do("wait_for_status", number=road.number, status="closed")
    citizen.goto("/vu-viec/")
    look(citizen, "case-closed-citizen")
    citizen.goto("/nop-phat/")
    look(citizen, "pay-nothing")

    stranger = visit("/xac-minh/")
    stranger.locator("#id_code").fill(road.code)
    stranger.keyboard.press("Enter")
    stranger.locator("main [role=status]").wait_for()
    look(stranger, "verify-genuine")

    officer.goto(road.case_page)
    look(officer, "case-closed")
