"""Every page, at every size, in both themes: it fits, a thumb can use it, everyone can read it, and nothing breaks or jumps."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import expect

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from core.errors import Choices, Refused
from core.i18n.message import message
from core.model.media import STILL
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.settings import Settings
from core.storage import claims
from core.storage.share_links import Shares
from core.storage.store import Store, now_utc
from tests.browser.seeing import MARKS, ROOT, SHOTS, barriers, sampled, still
from tests.browser.thumbs import JUMPS, LEVELS, LUMA, MAIN_BUTTONS, MOVING, SMALL, WIDE, WORDED, settled
from tests.jobs import claimed, finished

SAMPLE = Report.from_json((ROOT / "assets" / "demo_report.json").read_text())
SIZES = {"small": (320, 568), "phone": (390, 844), "landscape": (844, 390)}
MOST_JUMP = 0.1
LETTERS = "() => getComputedStyle(document.documentElement).fontSize === '32px'"
COLOURS = ("color-contrast", "link-in-text-block")
"""What axe-core looks at once more where only colours have changed."""

DARK = 0.2  # of white
NO_CLIP = b"no clip: what is looked at is the page"
SLOW = Refused("true_speed", message("Your steps look slow."), message("Say so."), Choices(slow_motion=(4.0, 2.0)))
WHO = Refused(
    "one_runner",
    message("Two people run in this clip."),
    message("Film one alone."),
    Choices(runners=((0.55, 0.1, 0.95, 0.95), (0.05, 0.3, 0.35, 0.9)), time_s=1.5),
)

# What is shown where, in the words of `addresses`, and what is pressed there first.
PAGES = {
    "home": "", "record": "record", "check": "check", "sending": "check?job={sending}", "waiting": "check?job={waiting}",
    "asks-slow": "check?job={slow}", "asks-who": "check?job={who}", "refused": "check?job={refused}",
    "result": "results?job={one}", "motion": "results?job={one}", "figures": "results?job={one}",
    "train": "results?job={one}", "explain": "explain?job={one}", "strength": "strength", "tests": "strength",
    "plan": "plan?job={one}", "compare": "compare?job={one}", "compared": "compare?job={one}&with={other}",
    "legs": "compare?job={one}&view=legs", "trend": "compare?job={one}&view=trend&with={other}",
    "tired": "compare?job={one}&view=tired",
    "about": "about", "link": "r/{link}", "shared": "shared?share={link}", "wrong-link": "results?job=wrong",
}  # fmt: skip
LIKE_OTHERS = {"asks-slow", "motion", "train", "compared", "legs", "tired", "shared", "wrong-link"}
"""Other tests look at these too, or at what they are made of."""

PRESSED = {name: ("tab", name.capitalize()) for name in ("motion", "figures", "train")}
PRESSED |= dict.fromkeys(("tests", "plan"), ("checkbox", None))

pytestmark = MARKS


@pytest.fixture(scope="module")
def addresses(place):
    """Make a job in every state, and return the tokens."""
    with Store.open(Settings(data=place.data)) as store:
        made = {name: finished(store, SAMPLE) for name in ("one", "other")}
        made["refused"], task = claimed(store)
        claims.refuse(store, task.key, Refused("whole_body", message("Your feet leave it."), message("Step back.")))
        made["sending"] = store.add(Answers(), upload_bytes=4 << 20)
        for name, asks in (("slow", SLOW), ("who", WHO), ("waiting", None)):
            made[name], task = claimed(store, clip=NO_CLIP)
            Image.new("RGB", (640, 480), "#7a8a99").save(task.media / STILL)
            if asks:
                claims.ask(store, task.key, asks)
        made["link"] = Shares(store.engine, now_utc).make(made["one"], life=timedelta(days=7), runner="Ada").token
    return made


def drawn(page, place, addresses, name):
    """Open a page, wait until it is whole, and press what shows the part that is meant."""
    page.goto(f"{place.address}/{PAGES[name].format(**addresses)}")
    page.locator("h1").first.wait_for()
    still(page, 400)
    page.wait_for_function(WORDED, polling=200)
    kind, label = PRESSED.get(name, (None, None))
    if kind == "tab":
        page.get_by_role("tab", name=label).click()
    elif kind:
        page.locator(".stCheckbox label").first.click()
    if kind:
        still(page, 400)


@pytest.fixture
def clean(phone):
    """Collect what a page complains of in the browser's console."""
    phone.complaints = []

    def heard(message):
        if message.type in ("error", "warning"):
            phone.complaints.append(f"{message.text} {message.location}")

    phone.on("console", heard)
    phone.on("pageerror", lambda error: phone.complaints.append(str(error)))
    phone.add_init_script(JUMPS)
    return phone


@pytest.mark.parametrize("name", sampled(PAGES, set(PAGES) - LIKE_OTHERS))
def test_a_page_fits_and_serves_everyone(place, addresses, clean, name):
    """One visit, looked at in every way: loading a page takes longer than most looks at it."""
    drawn(clean, place, addresses, name)
    if name == "check":
        clean.get_by_label("pace").or_(clean.locator(".stMain input[type=number]")).first.wait_for()
    if name in ("sending", "waiting"):
        assert clean.locator("[role=status], [aria-live=polite]").count() >= 1
        clean.get_by_role("progressbar").first.wait_for()
    assert barriers(clean) == []
    assert clean.evaluate("jumped") < MOST_JUMP, clean.evaluate("jumps")
    expect(clean.locator("[data-testid=stException]")).to_have_count(0)
    assert clean.complaints == []
    levels = clean.evaluate(LEVELS)
    assert levels.count(1) == 1
    assert levels[0] == 1
    # A card's heading stands two below the page's where it is no part of a section.
    assert all(lower - upper <= 2 for upper, lower in pairwise(levels))
    assert clean.locator(MAIN_BUTTONS).count() <= (2 if name == "asks-who" else 1)
    if name in ("check", "tests", "plan"):
        assert wrong_keyboards(clean) == []
    for size, (wide, tall) in SIZES.items():
        clean.set_viewport_size({"width": wide, "height": tall})
        still(clean)
        clean.screenshot(path=SHOTS / f"page-{name}-{size}-{clean.theme}.png")
        assert settled(clean, WIDE) == [], size
        assert settled(clean, SMALL) == [], size
    clean.set_viewport_size(PHONE)
    clean.emulate_media(color_scheme="dark", reduced_motion="reduce")
    still(clean)
    assert settled(clean, MOVING) == []
    assert barriers(clean, rules=COLOURS) == [], "in the dark"
    assert clean.evaluate(LUMA) < DARK
    clean.screenshot(path=SHOTS / f"page-{name}-phone-dark.png")
    with letters_of_twice_the_size(clean):
        still(clean)
        clean.screenshot(path=SHOTS / f"page-{name}-letters.png")
        assert settled(clean, WIDE) == [], "with letters of twice the size"


@contextlib.contextmanager
def letters_of_twice_the_size(page):
    """Set a page's letters as its owner's settings would, while it is open."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    page.wait_for_function(LETTERS)
    yield
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    session.detach()


def wrong_keyboards(page):
    """Return the fields, of which there is at least one, whose kind brings the wrong keyboard.

    Numbers have a number field. A pace has a colon, which no number keyboard has: it is text, and not a search nor a name.
    """
    typed = ":not([type=file], [type=checkbox], [type=range], [type=radio], [type=date])"
    fields = page.locator(f".stMain input{typed}:visible")
    fields.first.wait_for()
    found = fields.evaluate_all("all => all.map(e => [e.ariaLabel ?? '', e.type])")
    return [field for field in found if field[1] != ("text" if "pace" in field[0].lower() else "number")]


@pytest.mark.parametrize("phone", ["dark"], indirect=True)
@pytest.mark.parametrize("name", sampled(PAGES, ("result",)))
def test_dark_colours_are_told_apart_where_it_opens_dark(place, addresses, clean, name):
    drawn(clean, place, addresses, name)
    assert barriers(clean, rules=COLOURS) == []
    clean.screenshot(path=SHOTS / f"page-{name}-dark-phone.png")


@pytest.mark.parametrize("size", sampled(SIZES, ("small",)))
def test_the_cadence_so_far_is_told_once_and_moves_nothing(place, clean, size):
    wide, tall = SIZES[size]
    clean.set_viewport_size({"width": wide, "height": tall})
    with Store.open(Settings(data=place.data)) as store:
        token, task = claimed(store, clip=NO_CLIP)
        key = task.key
        claims.set_progress(store, key, Progress("reading", 132, 426))
        drawn(clean, place, {"waiting": token}, "waiting")
        told, heard = clean.locator("[data-testid=stMarkdown]", has_text="Cadence so far"), clean.locator(".once")
        before = clean.evaluate("jumped")
        assert (told.count(), heard.text_content()) == (0, "")
        for spm in (168.4, 170.0):
            claims.set_progress(store, key, Progress("reading", 232, 426, spm))
            told.filter(has_text=f"{spm:.0f} steps a minute").wait_for()
        expect(heard).to_have_text("Cadence so far: 168 steps a minute")
        assert clean.evaluate("jumped") - before < MOST_JUMP / 10, clean.evaluate("jumps")
        clean.screenshot(path=SHOTS / f"cadence-so-far-{size}-{clean.theme}.png")
        assert barriers(clean) == []
        assert settled(clean, WIDE) == []
        store.delete(token)


@pytest.fixture(scope="module")
def large(browser):
    """Yield a phone whose owner has set letters to twice their size; the module's browser has started Playwright."""
    chromium = browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=[*FLAGS, "--blink-settings=defaultFontSize=32"]
    )
    yield chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    chromium.close()


@pytest.mark.parametrize("name", sampled(PAGES, ("figures",)))
def test_a_page_that_opens_with_letters_of_twice_the_size_fits(place, addresses, large, name):
    drawn(large, place, addresses, name)
    large.wait_for_function(LETTERS)
    large.screenshot(path=SHOTS / f"page-{name}-opened-with-letters.png")
    assert settled(large, WIDE) == []
