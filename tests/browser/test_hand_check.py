"""The check by hand in a real browser: with a thumb on a phone, and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from core.model.hand_check import FRAME_WH_PX, HandFrames, HandMoment
from core.model.media import hand_sheet
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims
from core.storage.store import Store
from tests import builders
from tests.browser.seeing import MARKS, barriers, heading, looks_right, still, until
from tests.browser.thumbs import SMALL, WIDE
from tests.jobs import claimed

pytestmark = MARKS

MOMENTS = tuple(
    HandMoment(stride=1, phase=phase, frames_s=(at_s, at_s + 0.02, at_s + 0.04))
    for phase, at_s in (("mid_stance", 1.0), ("toe_off", 1.2))
)
REPORT = builders.report(hand_frames=HandFrames(roll_deg=0.0, stretch=1.0, moments=MOMENTS))
JOINTS = {"shoulder": (262.0, 90.0), "hip": (240.0, 280.0), "knee": (200.0, 400.0), "ankle": (120.0, 500.0)}
"""Where a runner's joints are painted in the middle one of the three frames; in the others they are 12 pixels to a side."""


@pytest.fixture
def job(data):
    """Return the token of a result whose frames show dots for joints, and a function that reads its report."""
    with Store.open(Settings(data=data)) as store:
        token, task = claimed(store, Answers(effort="easy"))
        for moment in MOMENTS:
            sheet = Image.new("RGB", (3 * FRAME_WH_PX[0], FRAME_WH_PX[1]), "#8fa3b0")
            for tile, (x, y) in ((tile, xy) for tile in range(3) for xy in JOINTS.values()):
                middle = FRAME_WH_PX[0] * tile + x + 12 * (tile - 1)
                ImageDraw.Draw(sheet).ellipse((middle - 4, y - 4, middle + 4, y + 4), fill="#203040")
            sheet.save(task.media / hand_sheet(moment.stride, moment.phase))
        claims.finish(store, task.key, REPORT)
        claims.tidy(store, task.key)
        yield token, lambda: store.job(token).report


def opened(page, server, token):
    page.goto(f"{server}/hand_check?job={token}")
    heading(page, "Check by hand")
    page.locator(".handle.chosen").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.st-key-hand-sheets img').length === 2")
    page.locator(".stage").evaluate("stage => stage.scrollIntoView({block: 'start'})")
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, -80)")
    still(page)


def middle_of(page, joint):
    box = page.locator(f".handle[data-joint={joint}]").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, joint, to_px, *, grip=(9, 14), held=lambda finger: None):
    """Drag a joint with a finger that holds it a little beside its middle, as a thumb does."""
    stage = page.locator(".stage").bounding_box()
    scale = stage["width"] / FRAME_WH_PX[0]
    (x, y), touch = middle_of(page, joint), page.context.new_cdp_session(page)
    ends = ((x, y), (stage["x"] + to_px[0] * scale, stage["y"] + to_px[1] * scale))
    path = [
        tuple(a + (b - a) * share + off for a, b, off in zip(*ends, grip, strict=True)) for share in (0, 0.3, 0.7, 1)
    ]
    for kind, finger in zip(("touchStart", "touchMove", "touchMove", "touchMove"), path, strict=True):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [dict(zip("xy", finger, strict=True))]})
    held(path[-1])
    page.wait_for_timeout(100)  # a thumb comes to rest; else the browser takes the next tap for the end of a fling
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_thumb_drags_joints_and_the_result_keeps_them(phone, server, job):
    token, report = job
    opened(phone, server, token)
    glass, stage, undo = phone.locator(".glass"), phone.locator(".stage").bounding_box(), phone.locator(".undo")

    def sees_the_joint(finger):
        box = glass.bounding_box()
        away = max(box["x"] - finger[0], finger[0] - box["x"] - box["width"], box["y"] - finger[1])
        assert max(away, finger[1] - box["y"] - box["height"]) > 24, (box, finger)  # a thumb is wider than its middle

    for joint, place in JOINTS.items():
        drag(phone, joint, place, held=sees_the_joint)
    phone.get_by_text("Frame 1 of 2, 4 of 4 joints").wait_for()
    below = undo.bounding_box()["y"] - stage["y"] - stage["height"]
    assert 0 < below < 24  # the same thumb reaches it
    drag(phone, "ankle", (300.0, 300.0))
    undo.tap()
    back = pytest.approx(stage["x"] + JOINTS["ankle"][0] * stage["width"] / FRAME_WH_PX[0], abs=1)
    until(lambda: middle_of(phone, "ankle")[0] == back, phone)
    phone.wait_for_timeout(400)  # the marks are on their way by then
    still(phone)
    looks_right(phone, "hand-check")
    assert phone.evaluate(SMALL) == phone.evaluate(WIDE) == barriers(phone) == []

    phone.locator(".next").tap()
    phone.locator(".later").tap()
    phone.get_by_text("One frame later than ours.").first.wait_for()
    for joint in ("hip", "knee", "ankle"):
        drag(phone, joint, (JOINTS[joint][0] + 12, JOINTS[joint][1]))
    phone.get_by_text("They agree within their errors.").or_(phone.get_by_text("They differ by more")).nth(3).wait_for()
    phone.get_by_role("button", name="Keep it with my result").tap()
    until(lambda: report().by_hand is not None, phone)
    kept = report()
    first, second = kept.by_hand.marks
    assert (first.shift, second.shift, second.phase) == (0, 1, "toe_off")
    for joint, place in JOINTS.items():
        assert first.points[joint] == pytest.approx(place, abs=1.0)
    assert kept.by_hand.measures["leg_extension_at_toe_off"].value == pytest.approx(18.4, abs=0.8)
    assert kept.by_hand.measures["trunk_lean"].value == pytest.approx(6.6, abs=0.5)
    assert kept.measures == REPORT.measures
    phone.get_by_role("button", name="Remove the kept marks").wait_for()

    opened(phone, server, token)
    phone.get_by_text("Frame 1 of 2, 4 of 4 joints").wait_for()
    phone.get_by_role("button", name="Remove the kept marks").tap()
    until(lambda: report().by_hand is None, phone)


def test_the_keyboard_and_a_screen_reader_do_the_same(browser, server, job):
    token, report = job
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    opened(page, server, token)
    hip, said = page.get_by_role("slider", name="Hip", exact=True), page.locator(".said")
    expect(hip).to_have_attribute("aria-valuetext", "not marked yet")
    hip.focus()
    parked = int(hip.get_attribute("aria-valuenow"))
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(hip).to_have_attribute("aria-valuenow", str(parked + 9))
    expect(said).to_contain_text(f"Hip: {parked + 9} across, ")
    page.keyboard.press("Control+z")
    expect(hip).to_have_attribute("aria-valuenow", str(parked + 10))
    expect(said).to_have_text("Undone.")
    expect(hip).to_be_focused()
    page.keyboard.press("Tab")
    knee = page.get_by_role("slider", name="Knee", exact=True)
    expect(knee).to_be_focused()
    page.get_by_role("button", name="Down", exact=True).press("Enter")
    expect(knee).to_have_attribute("aria-valuetext", re.compile("across"))
    page.get_by_role("button", name="One frame earlier").press("Enter")
    expect(said).to_have_text("One frame earlier than ours.")
    far = page.get_by_role("button", name="Mark the far shoulder and hip too")
    far.press("Enter")
    expect(far).to_have_attribute("aria-pressed", "true")
    page.get_by_role("slider", name="Far hip").press("ArrowUp")
    page.wait_for_timeout(400)  # the marks are on their way by then
    still(page)
    assert barriers(page) == []
    page.get_by_role("button", name="Next", exact=True).press("Enter")
    expect(said).to_have_text("Stride 1: toe-off")
    for joint in ("Hip", "Knee"):
        page.get_by_role("slider", name=joint, exact=True).press("Shift+ArrowRight")
    page.get_by_role("button", name="Keep it with my result").press("Enter")
    until(lambda: report().by_hand is not None, page)
    assert [sorted(one.points) for one in report().by_hand.marks] == [["far_hip", "hip", "knee"], ["hip", "knee"]]
    assert report().by_hand.marks[0].shift == -1
    context.close()
