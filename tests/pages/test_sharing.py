"""Sharing, comparing and taking along, as the owner and as a visitor meet them."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace

import cv2
import numpy as np
import pypdf
import pytest
import segno
from PIL import Image

from core import knowledge
from core.coaching.comparison import compare
from core.errors import NotFound
from core.i18n.message import message
from core.model.hand_check import ByHand
from core.model.measures import Measured, Missing
from core.model.report import Answers, OtherLeg
from core.storage import claims
from core.storage.share_links import LIVES, Shares
from core.storage.store import key_of, now_utc
from pages.components import share
from pages.components.session import KEY
from tests import builders
from tests.pages.conftest import text_of
from view.charts import comparison
from view.export import pdf
from view.site import WELLNESS
from view.text import comparison_rows, wording

HOSTILE = "<b>A</b> [x](//e.vil) :red[r] www.e.com"


def finished(store, report=None):
    token = store.add(Answers(effort="easy"))
    claims.finish(store, claims.claim(store, key_of(token)).key, report or builders.report())
    return token


@pytest.fixture
def links(store):
    return Shares(store.engine, now_utc)


def press(at, label):
    button = next(button for button in at.button if button.label == label)
    button.click().run()
    assert not at.exception, at.exception
    return at


def test_one_tap_makes_a_link_that_opens(visit, store, links):
    owner = finished(store)
    at = press(visit("pages/results.py", **{KEY: owner}), "Make a link to share")
    (link,) = links.of(owner)
    assert (link.runner, link.expires_on - link.made_on) == ("", LIVES[1])
    shared = visit("pages/shared.py", **{share.KEY: link.token})
    assert shared.title[0].value == "A shared run"
    assert "3.1°" in text_of(shared)
    assert "Take it back" in [button.label for button in at.button]


def test_a_name_and_an_end_can_be_chosen_and_the_name_is_never_read_as_markup(visit, store, links):
    owner = finished(store)
    at = visit("pages/results.py", **{KEY: owner})
    at.text_input(key="share-name").input(HOSTILE)
    at.selectbox(key="share-life").select_index(2)
    at = press(at, "Make a link to share")
    (link,) = links.of(owner)
    assert (link.runner, link.expires_on) == (HOSTILE, store.job(owner).expires_on)
    for page in (at, visit("pages/shared.py", **{share.KEY: link.token})):
        assert [text.value for text in page.text if HOSTILE in text.value]
        assert HOSTILE not in text_of(page)


def test_taken_back_is_seen_and_leads_nowhere(visit, store, links):
    owner = finished(store)
    link = links.make(owner, life=None)
    at = press(visit("pages/results.py", **{KEY: owner}), "Take it back")
    assert "Taken back on" in text_of(at)
    assert "Make a link to share" in [button.label for button in at.button]
    gone = visit("pages/shared.py", **{share.KEY: link.token})
    assert gone.title[0].value == "Nothing here"
    assert gone.warning[0].proto.title == "This link leads nowhere."


@pytest.mark.parametrize("query", [{}, {share.KEY: "wrong"}])
def test_a_shared_page_without_a_link_shows_the_way_on(visit, query):
    at = press(visit("pages/shared.py", **query), "Check your own running")
    assert at.title[0].value == "Check your running"


def test_a_shared_page_shows_figures_and_nothing_of_the_owners(visit, store, links):
    owner = finished(store)
    at = visit("pages/shared.py", **{share.KEY: links.make(owner, life=None).token})
    text = text_of(at)
    for key, measure in builders.report().measures.items():
        assert knowledge.load().measures[key].name in text or isinstance(measure, Missing)
    assert WELLNESS in text
    assert KEY not in at.session_state
    assert owner not in str(at.main)
    assert key_of(owner) not in str(at.main)
    assert not at.get("video")
    for private in ("Share it", "Delete everything", "Take it back"):
        assert private not in text
    # An owner's token opens nothing here, and a link's nothing there.
    assert visit("pages/shared.py", **{share.KEY: owner}).title[0].value == "Nothing here"


def test_deleting_a_result_ends_its_links(visit, store, links):
    owner = finished(store)
    link = links.make(owner, life=None)
    press(visit("pages/results.py", **{KEY: owner}), "Yes, delete it all")
    with pytest.raises(NotFound):
        links.open(link.token)


def changed(**figures):
    return builders.report(
        made_on="2026-12-20T12:00:00+00:00",
        measures=builders.measures()
        | {key: replace(builders.measures()[key], value=value) for key, value in figures.items()},
    )


def test_compare_tells_what_changed_by_more_than_the_noise(visit, store):
    before, after = finished(store), finished(store, changed(trunk_lean=8.1, leg_extension=18.0))
    text = text_of(visit("pages/compare.py", **{KEY: after, "with": before}))
    assert "1 of 23 figures changed by more than the noise" in text
    assert "about 2 of 23" in text
    assert "**5.0°, more forward**" in text
    # 1.2 and 1.2 as variances, and what the strides of both differ
    assert "counts from 1.8°" in text
    assert "0.6°  \n:small[counts from 2.8°]" in text
    assert "3.1° ± 1.2° → 8.1° ± 1.2°" in text


def test_compare_puts_the_older_first_whichever_is_open(visit, store):
    before, after = finished(store), finished(store, changed(trunk_lean=8.1))
    for mine, other in ((before, after), (after, before)):
        assert "Earlier, 20 Nov 2026 → Later, 20 Dec 2026" in text_of(
            visit("pages/compare.py", **{KEY: mine, "with": other})
        )


def test_compare_with_a_shared_one_by_its_pasted_link(visit, store, links):
    mine, other = finished(store, changed(trunk_lean=8.1)), finished(store)
    at = visit("pages/compare.py", **{KEY: mine})
    at.text_input(key="pasted").input(f" https://run.example/r/{links.make(other, life=None).token}?x=1 ").run()
    assert not at.exception
    assert "Theirs → Yours" in text_of(at)
    assert "**5.0°, more forward**" in text_of(at)
    at = press(at, "Compare with another one")
    assert at.text_input(key="pasted")


@pytest.mark.parametrize("link", ["hello", "https://run.example/about", "/r/"])
def test_what_is_no_link_is_said_to_be_none(visit, store, link):
    at = visit("pages/compare.py", **{KEY: finished(store)})
    at.text_input(key="pasted").input(link).run()
    assert at.warning[0].proto.title == "This is no link to a result."


def test_a_pasted_link_that_leads_nowhere_is_left_again(visit, store):
    at = visit("pages/compare.py", **{KEY: finished(store), share.KEY: "x" * 43})
    assert at.warning[0].proto.title == "This link leads nowhere."
    assert share.KEY not in at.query_params
    waiting = store.add(Answers())
    at = visit("pages/compare.py", **{KEY: finished(store), "with": waiting})
    assert at.warning[0].proto.title == "That clip has no result yet."


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://a.example/r/" + "x" * 43, ("share", "x" * 43)),
        ("a.example/shared?share=" + "y" * 43, ("share", "y" * 43)),
        ("https://a.example/results?job=" + "z-_" * 14, ("with", "z-_" * 14)),
        ("https://a.example/results?jobs=" + "z" * 43, None),
        ("x" * 43, None),
        ("", None),
    ],
)
def test_a_pasted_link_is_read(link, found):
    assert comparison.pasted(link) == found


def test_no_more_is_said_of_a_change_than_was_measured():
    known = knowledge.load()
    for change in compare(builders.report(), changed(cadence=169.0)):
        said = comparison_rows.said(change, known.measures[change.key])
        assert wording.number(change.smallest_told, change.unit) in said
        assert ("**" in said) is change.told
        assert not any(word in said.lower() for word in ("better", "worse", "improve"))


# --- on paper ---------------------------------------------------------------------------------------------------------


def read(report):
    return pypdf.PdfReader(io.BytesIO(pdf.pdf(report, knowledge.load())))


def test_paper_holds_every_figure_with_its_error_on_a_page_or_two(caplog):
    report = builders.report()
    with caplog.at_level(logging.WARNING):
        pages = read(report).pages
    text = " ".join(page.extract_text() for page in pages)
    assert 1 <= len(pages) <= 2
    for key, measure in report.measures.items():
        assert knowledge.load().measures[key].name in text
        if isinstance(measure, Missing):
            assert str(measure.missing_because) in " ".join(text.split())
        else:
            assert wording.with_error(measure) in text
    assert "Below the coach's mark" in text
    assert "If it hurts, stop and ask a clinician." in " ".join(text.split())
    # fpdf2 tells of letters that a font lacks.
    assert not [record for record in caplog.records if "glyph" in record.message.lower()]


def test_paper_has_our_font_within_and_a_drawing():
    page = read(builders.report()).pages[0]
    fonts = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Figtree" in font for font in fonts)
    # Curves of the runner's limbs, in the accent.
    assert len(re.findall(rb"[\d.] c\b", page.get_contents().get_data())) > 40


def test_paper_lives_without_any_figure():
    measures = {key: Missing(m.unit, message("The hip was hidden.")) for key, m in builders.measures().items()}
    reader = read(builders.report(measures=measures, findings=(), key_frames=()))
    assert len(reader.pages) == 1
    assert reader.pages[0].extract_text().count("The hip was hidden.") >= len(measures)


def test_paper_says_nothing_of_the_server():
    assert set(read(builders.report()).metadata) <= {"/Title", "/Producer", "/CreationDate"}


def test_the_qr_code_leads_to_the_link(monkeypatch, visit, store, links):
    made, real = [], segno.make

    def make(text, **options):
        made.append(real(text, **options))
        return made[-1]

    monkeypatch.setattr(segno, "make", make)
    monkeypatch.setenv("STRIDE_PUBLIC_URL", "https://run.example")
    owner = finished(store)
    link = links.make(owner, life=None)
    visit("pages/results.py", **{KEY: owner})
    read = set()
    for scale in (4, 6, 8, 10):  # the detector misses one code in some at one size, and reads none wrongly
        out = io.BytesIO()
        made[-1].save(out, kind="png", scale=scale, border=4)
        picture = np.array(Image.open(out).convert("RGB"))
        read.add(cv2.QRCodeDetector().detectAndDecode(picture)[0])
    assert read - {""} == {f"https://run.example/r/{link.token}"}


def test_paper_shows_both_legs_and_what_was_marked_by_hand():
    left = {"contact_time": Measured(value=301.0, unit="ms", plus_minus=9.0), "cadence": builders.measures()["cadence"]}
    marks = ByHand(
        marked_on="2026-11-20T12:00:00+00:00",
        marks=(),
        measures={"hip_bend": Measured(value=9.4, unit="deg", plus_minus=4.1)},
    )
    report = builders.report(other_leg=OtherLeg(near_side="left", measures=left), by_hand=marks)
    text = " ".join(" ".join(page.extract_text().split()) for page in read(report).pages)
    assert "Both legs" in text
    assert "301 ± 9 ms" in text
    assert "counts from" in text
    assert "39 ms, right leg" in text
    assert "By hand: 9.4° ± 4.1°" in text
    plain = " ".join(page.extract_text() for page in read(builders.report()).pages)
    assert "Both legs" not in plain
    assert "By hand" not in plain
