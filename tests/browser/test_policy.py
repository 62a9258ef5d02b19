"""The content security policy, in a real browser: nothing of the pages needs what it forbids, and it does forbid."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import PHONE
from tests.browser.seeing import MARKS, until

pytestmark = MARKS


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def test_a_script_that_somebody_got_into_a_page_does_not_run(server, page):
    page.goto(f"{server}/about")
    page.locator(".stMain h1").wait_for()
    ran = page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        const picture = document.createElement('div');
        picture.innerHTML = '<img src=x onerror="window.ran = true">';
        document.body.append(picture);
        // The picture's own handler, if it ran, would run before this one.
        return new Promise(done => picture.firstChild.addEventListener('error', () => done(window.ran === true)));
    }""")
    assert ran is False


def test_no_other_site_may_frame_a_page(server, page):
    page.goto("about:blank")
    page.set_content(f"<iframe src='{server}'></iframe>")
    until(lambda: page.frames[1].url.startswith("chrome-error:"), page)
    expect(page.frames[1].locator("[data-testid=stApp]")).to_have_count(0)


@pytest.mark.pose
def test_a_broken_file_from_a_visitor_is_refused_by_name(server, page):
    page.goto(f"{server}/check")
    page.get_by_role("heading", name="Check your running", level=1).wait_for()
    broken = {"name": "run.mp4", "mimeType": "video/mp4", "buffer": b"#EXTM3U\nhttp://127.0.0.1/x.mp4\n" * 40}
    # Our own uploader would not send it; this one takes any file.
    page.get_by_text("Use the simple uploader").click()
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(files=[broken])
    page.get_by_text("run.mp4").wait_for()
    page.locator(".st-key-consent label").click()
    page.get_by_role("button", name="Check my running").click()
    page.get_by_role("heading", name="This clip will not do", level=1).wait_for()
    page.get_by_text("This file is not a video of a kind that cameras save.").wait_for()
