"""How many processes run the tests, and databases for tests that must do on all of them."""

from __future__ import annotations

import contextlib
import fcntl
import os

import av
import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from core.paths import ROOT
from core.storage.schema import migrate
from core.storage.tables import Base, engine_of
from simulation import motion
from tests import servers, solved_strides

MOST_PROCESSES = 8
"""Each may have a browser and a server of its own."""

ONE_AFTER_THE_OTHER = {
    "tests/benchmarks/test_attack.py",
    "tests/test_chaos.py",
    "tests/test_hostile_files.py",
    "tests/test_many_machines.py",
    "tests/test_visits.py",
}
"""Files whose tests need most of the machine for minutes: each starts servers and sends clips, and looks at the time."""

SHORT_S = 2.5
"""Of the demo clip, for tests in which its length is not the subject."""

LOCKS = ROOT / ".pytest_cache"
"""The folder of the lock files that keep other tests from running beside one marked `alone`."""

hypothesis.settings.register_profile("no deadline", deadline=None)  # a busy machine is not a failure
hypothesis.settings.load_profile("no deadline")

# Every process that a test starts would compile all libraries again, which takes it 5 seconds instead of 2.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / ".pytest_cache" / "bytecode")


motion.solve = solved_strides.kept_in(LOCKS / "solved", motion.solve)


class Scheduling(LoadFileScheduling):
    """A file's tests run in one process; those of some files run in the same one, since they disturb each other."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "one after the other" if file in ONE_AFTER_THE_OTHER else file


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


@contextlib.contextmanager
def holding(name, kind):
    """Hold a lock that all processes of the tests share."""
    LOCKS.mkdir(exist_ok=True)
    with (LOCKS / name).open("w") as file:
        fcntl.flock(file, kind)
        yield


class Turn(contextlib.ExitStack):
    """The locks that this process holds, and whether it holds any."""

    begun = False


_TURN = Turn()


@contextlib.contextmanager
def undisturbed(alone):
    """Let a test run beside others, or alone. Who waits to be alone is waited for, or its turn would never come."""
    with contextlib.ExitStack() as turn, contextlib.ExitStack() as running:
        turn.enter_context(holding("turn.lock", fcntl.LOCK_EX))
        running.enter_context(holding("running.lock", fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        if not alone:
            turn.close()
        yield


def _alone(item):
    return item is not None and item.get_closest_marker("alone") is not None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Tests that run alone do so one after the other: each turn makes all other processes wait for the slowest of them."""
    if not _TURN.begun:
        _TURN.begun = True
        _TURN.enter_context(undisturbed(_alone(item)))
    try:
        return (yield)
    finally:
        if not (_alone(item) and _alone(nextitem)):
            _TURN.close()
            _TURN.begun = False


def pytest_addoption(parser):
    parser.addoption("--sweep", action="store_true", help="also run the rest of the long series, marked `sweep`")


def pytest_collection_modifyitems(config, items):
    """Leave out the rest of long series; begin with what takes longest, so that processes end at about the same time.

    A test that drives a browser, or ends servers, runs once more where it fails, since a busy machine can make it wait too long.
    The summary names it as rerun.
    """
    if not config.getoption("--sweep"):
        left_out = [item for item in items if item.get_closest_marker("sweep")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("sweep")]

    def place(item):
        if item.nodeid.partition("::")[0] in ONE_AFTER_THE_OTHER:
            return 0
        return 1 if item.get_closest_marker("browser") else 2 if item.get_closest_marker("pose") else 3

    files = {}
    for item in items:
        file = item.nodeid.partition("::")[0]
        files[file] = min(place(item), files.get(file, 3))
        if place(item) <= 1:
            item.add_marker(pytest.mark.flaky(reruns=1))

    def order(item):
        first = files[item.nodeid.partition("::")[0]]
        return first, first == 0 and not _alone(
            item
        )  # in files that share a process, those that run alone come together

    items.sort(key=order)


def pytest_xdist_auto_num_workers(config):
    """Run one file in this process, and more in two processes more than there are cores: a third of the time a test waits."""
    files = {name.partition("::")[0] for name in config.args}
    if len(files) == 1 and files.pop().endswith(".py"):
        return 0
    return min(MOST_PROCESSES, (os.cpu_count() or 1) + 2)


@pytest.fixture(scope="session")
def short_demo(tmp_path_factory):
    """The first seconds of the demo clip, copied as they are: enough strides for a report, in less than half the time."""
    path = tmp_path_factory.mktemp("demo") / "demo.mp4"
    with av.open(str(ROOT / "assets" / "demo_clip.mp4")) as whole, av.open(str(path), "w") as part:
        stream = whole.streams.video[0]
        copy = part.add_stream_from_template(stream)
        for packet in whole.demux(stream):
            if packet.dts is not None and packet.pts * packet.time_base < SHORT_S:
                packet.stream = copy
                part.mux(packet)
    return path


@pytest.fixture(scope="session")
def _postgresql():
    with servers.postgresql() as server:
        engine = engine_of(server.url)
        migrate(engine)
        engine.dispose()
        yield server


@pytest.fixture
def postgresql(_postgresql):
    """A PostgreSQL server, whose database is that of this version, without a row."""
    engine = engine_of(_postgresql.url)
    with engine.begin() as connection:
        tables = ", ".join(Base.metadata.tables)
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY")
    engine.dispose()
    return _postgresql


@pytest.fixture
def postgresql_url(postgresql):
    """The address of such a server's database."""
    return postgresql.url


@pytest.fixture(scope="session")
def s3():
    """The settings by which an S3-compatible server is reached, and its bucket."""
    with servers.s3() as settings:
        yield settings


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of an empty database, of each kind in turn; the SQLite file is where a store has it by default."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    (tmp_path / "data").mkdir(mode=0o700)
    return f"sqlite:///{tmp_path / 'data' / 'store.sqlite'}"
