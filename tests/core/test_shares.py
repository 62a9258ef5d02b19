from __future__ import annotations

from datetime import timedelta

import pytest

from core import knowledge
from core.coaching.findings import judge
from core.errors import BadAnswer, NotFound
from core.i18n.translate import speaking
from core.model.measures import Measured
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims
from core.storage.retention import purge
from core.storage.share_links import LIVES, LONGEST_NAME, MOST_LINKS, Shares, shareable
from core.storage.store import Store, key_of
from tests import builders
from tests.core.conftest import START, kept

WEEK = timedelta(days=7)


@pytest.fixture
def store(tmp_path, database_url, clock):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url), clock=clock) as store:
        yield store


@pytest.fixture
def shares(store, clock):
    return Shares(store.engine, clock)


@pytest.fixture
def owner(store):
    return finished(store)


def finished(store):
    token = store.add(Answers(effort="easy"))
    claims.finish(store, claims.claim(store, key_of(token)).key, builders.report())
    return token


def leads_nowhere(shares, token):
    with pytest.raises(NotFound) as error:
        shares.open(token)
    return str(error.value)


def test_a_link_opens_what_was_shared(shares, owner):
    link = shares.make(owner, life=WEEK, runner="Anna")
    shared = shares.open(link.token)
    assert shared.report.measures == builders.report().measures
    assert shared.runner == "Anna"
    assert shared.expires_on == link.expires_on == START + WEEK
    assert shares.of(owner) == (link,)


def test_a_token_is_long_new_each_time_and_tells_nothing_of_the_owners(shares, owner):
    tokens = [shares.make(owner, life=None).token for _ in range(3)]
    assert len({*tokens, owner}) == 4
    assert all(len(token) == 43 for token in tokens)  # 256 bits, 6 to a letter
    assert sorted(link.token for link in shares.of(owner)) == sorted(tokens)


def test_neither_token_is_in_the_database(shares, store, owner):
    link = shares.make(owner, life=None)
    assert key_of(link.token).encode() in kept(store)
    assert link.token.encode() not in kept(store)
    assert owner.encode() not in kept(store)


def test_whoever_has_the_database_alone_cannot_make_a_token(shares, owner, store):
    link = shares.make(owner, life=None)
    for wrong in (
        key_of(link.token),
        link.name,
        key_of(owner),
        owner,
        link.token[:-1],
        link.token.lower(),
        "",
        "é" * 50,
    ):
        leads_nowhere(shares, wrong)
    with pytest.raises(NotFound):
        store.job(link.token)


@pytest.mark.parametrize("life", LIVES)
def test_a_link_lives_as_long_as_asked_for_and_never_longer_than_its_result(shares, store, owner, clock, life):
    link = shares.make(owner, life=life)
    ends = store.job(owner).expires_on if life is None else START + life
    assert link.expires_on == ends
    clock.now = ends - timedelta(seconds=1)
    shares.open(link.token)
    clock.now = ends
    leads_nowhere(shares, link.token)
    assert shares.of(owner) == ()


def test_a_link_taken_back_leads_nowhere_and_is_seen_to_be_so(shares, owner, clock):
    kept, gone = (shares.make(owner, life=None, runner="Anna") for _ in range(2))
    clock.now += timedelta(hours=2)
    shares.revoke(owner, gone.name)
    leads_nowhere(shares, gone.token)
    shares.open(kept.token)
    (row,) = (link for link in shares.of(owner) if link.name == gone.name)
    assert (row.revoked_on, row.runner) == (clock.now, "")
    clock.now += timedelta(hours=1)
    shares.revoke(owner, gone.name)
    assert row in shares.of(owner)


def test_nobody_else_can_take_a_link_back_or_see_it(shares, store, owner):
    link, other = shares.make(owner, life=None), finished(store)
    for who in (other, link.token, "wrong"):
        with pytest.raises(NotFound):
            shares.revoke(who, link.name)
        assert shares.of(who) == ()
    shares.open(link.token)


def test_deleting_the_result_deletes_its_links(shares, store, owner):
    link = shares.make(owner, life=None, runner="Anna Unforgettable")
    store.delete(owner)
    leads_nowhere(shares, link.token)
    assert link.name.encode() not in kept(store)
    assert b"Unforgettable" not in kept(store)


def test_the_end_of_a_result_is_the_end_of_its_links(shares, store, owner, clock):
    shares.make(owner, life=None)
    purge(store, START + timedelta(days=181))
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM shares").scalar() == 0


def test_the_clock_removes_links_whose_time_is_over(shares, owner, clock):
    shares.make(owner, life=WEEK)
    lasting = shares.make(owner, life=None)
    assert shares.purge() == 0
    clock.now += WEEK
    assert shares.purge() == 1
    assert [link.name for link in shares.of(owner)] == [lasting.name]


def test_all_that_leads_nowhere_says_the_same(shares, store, owner, clock):
    revoked, expired, deleted_owner = shares.make(owner, life=None), shares.make(owner, life=WEEK), finished(store)
    deleted = shares.make(deleted_owner, life=None)
    shares.revoke(owner, revoked.name)
    store.delete(deleted_owner)
    clock.now += WEEK
    said = {leads_nowhere(shares, link.token) for link in (revoked, expired, deleted)}
    assert said == {leads_nowhere(shares, "never-made")}


def test_only_a_finished_result_can_be_shared(shares, store):
    waiting = store.add(Answers())
    for owner in (waiting, "wrong"):
        with pytest.raises(NotFound):
            shares.make(owner, life=None)


def test_open_links_have_an_end_and_one_taken_back_makes_room(shares, owner):
    links = [shares.make(owner, life=None) for _ in range(MOST_LINKS)]
    with pytest.raises(BadAnswer):
        shares.make(owner, life=None)
    shares.revoke(owner, links[0].name)
    shares.make(owner, life=None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Anna \n\t B. ", "Anna B."), ("\u202eannA\x00", "annA"), ("<b>&", "<b>&"), ("", ""), ("Ærø 走る", "Ærø 走る")],
)
def test_a_name_is_kept_on_one_line(shares, owner, typed, kept):
    assert shares.make(owner, life=None, runner=typed).runner == kept


def test_a_name_has_an_end(shares, owner):
    shares.make(owner, life=None, runner="x" * LONGEST_NAME)
    with pytest.raises(BadAnswer):
        shares.make(owner, life=None, runner="x" * (LONGEST_NAME + 1))


def test_what_is_shared_leaves_out_what_is_nobody_elses_business():
    answers = Answers(effort="easy", pace_s_per_km=345, surface="ground", sitting_hours=8, height_cm=178)
    report = shareable(builders.report(answers=answers))
    assert report.answers == Answers(effort="easy", pace_s_per_km=345, surface="ground")
    assert report.key_frames == ()
    assert report.made_on == "2026-11-20"
    assert report.measures == builders.report().measures


def test_nothing_that_is_said_tells_how_long_somebody_sits():
    known = knowledge.load()
    measures = {**builders.measures(), "leg_extension": Measured(value=8.0, unit="deg", plus_minus=1.0)}
    sits, moves = (
        Answers(effort="marathon", pace_s_per_km=300, surface="ground", sitting_hours=hours) for hours in (10, None)
    )
    told = builders.report(measures=measures, answers=sits, findings=judge(measures, sits, known))
    assert known.general.sitting.says in told.to_json()
    shared = shareable(told)
    assert shared.findings == judge(measures, moves, known)
    assert "sit" not in " ".join(str(finding.says) for finding in shared.findings).split()
    assert known.general.sitting.says not in shared.to_json()


def test_what_is_shared_is_the_same_whatever_language_its_owner_speaks():
    report = builders.report()
    with speaking("es"):
        spoken = shareable(report)
    assert spoken == shareable(report)


def test_nothing_is_left_of_the_name_on_a_link_that_was_taken_back(shares, store, owner):
    link, other = shares.make(owner, life=None, runner="Zebulon Quixote"), shares.make(owner, life=None, runner="Anna")
    assert b"Zebulon Quixote" in kept(store)
    shares.revoke(owner, link.name)
    assert b"Zebulon" not in kept(store)
    assert b"Anna" in kept(store)
    assert other in shares.of(owner)
