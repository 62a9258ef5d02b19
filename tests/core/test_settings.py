"""The settings: which there are, what is told of a value that cannot be read, and that nothing else reads the environment."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from core.cli.main import main
from core.errors import SetUpError
from core.paths import ROOT
from core.settings import PREFIX, Settings, variable

PARTS = ("core", "view", "web", "pages")
PROGRAM = [*ROOT.glob("*.py"), *(path for part in PARTS for path in (ROOT / part).rglob("*.py"))]

ENTRIES = {
    "core/cli/main.py": 1,
    "core/jobs/sandbox.py": 1,  # the process that tries it
    "core/jobs/sandbox_process.py": 1,
    "core/jobs/worker.py": 1,
    "pages/components/session.py": 1,  # a page's script cannot be given anything
    "streamlit_app.py": 1,
}
"""How often each file of the program reads the settings: the files where a process starts."""

VALUES = {
    "STRIDE_DATA": "/srv/stride",
    "STRIDE_DATABASE_URL": "postgresql://stride:secret@database/stride",
    "STRIDE_MEDIA_URL": "s3://bucket/path",
    "STRIDE_WORKERS": "0",
    "STRIDE_QUEUE": "1000",
    "STRIDE_QUEUE_OF_ONE": "7",
    "STRIDE_UPLOAD_MB": "80",
    "STRIDE_TIME_LIMIT_S": "12.5",
    "STRIDE_MEMORY_LIMIT_MB": "512",
    "STRIDE_LEASE_S": "4.0",
    "STRIDE_HOSTS": "run.example,*.run.example",
    "STRIDE_PUBLIC_URL": "https://run.example/app",
    "STRIDE_PROXIES": "2",
    "STRIDE_ANALYSIS_NETWORK": "allow",
    "STRIDE_POSE_MODEL": "heavy.task",
    "STRIDE_LOG": "json",
}


@pytest.fixture(autouse=True)
def none_set(monkeypatch):
    for name in VALUES:
        monkeypatch.delenv(name, raising=False)


def told_of():
    """Return the cells of every row about settings in the tables for people who run a server."""
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/deploy.md"))
    return [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(rf"^\| `{PREFIX}.*$", text, re.MULTILINE)
    ]


def test_people_are_told_of_each_setting_and_its_default():
    told = {}
    for names, _what, default in told_of():
        names = re.findall(rf"`({PREFIX}\w+)`", names)
        told |= dict(zip(names, default.split(", ") if len(names) > 1 else [default], strict=True))
    known = {variable(one.name): one.default for one in fields(Settings)}
    assert set(told) == set(known) == set(VALUES)
    for name, default in told.items():
        if isinstance(known[name], int | float):
            assert float(default) == known[name], name


def test_each_variable_is_read_and_handed_on(monkeypatch):
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    assert settings.variables() == VALUES
    assert settings.database == VALUES["STRIDE_DATABASE_URL"]
    assert settings.upload_bytes == 80 << 20
    assert settings.hosts == ("run.example", "*.run.example")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch):
    for name in VALUES:
        monkeypatch.setenv(name, "")
    settings = Settings.from_environment()
    assert settings == Settings()
    assert settings.data == Path("data").resolve()
    assert settings.database == f"sqlite:///{settings.data / 'store.sqlite'}"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://run.example/app/?a=b#c", "https://run.example/app"),
        ("http://run.example:8501/", "http://run.example:8501"),
    ],
)
def test_the_public_address_is_cut_after_its_path(monkeypatch, given, read):
    monkeypatch.setenv("STRIDE_PUBLIC_URL", given)
    assert Settings.from_environment().public_url == read


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("STRIDE_DATABASE_URL", "mysql://secret@host/base", "It has to begin with postgresql:// or sqlite:///."),
        ("STRIDE_DATABASE_URL", "secret", "It has to begin with postgresql:// or sqlite:///."),
        ("STRIDE_DATABASE_URL", "postgresql://host:port/base", "It has to begin with postgresql:// or sqlite:///."),
        ("STRIDE_WORKERS", "-1", "Give a whole number, 0 or more."),
        ("STRIDE_QUEUE", "many", "Give a whole number, 0 or more."),
        ("STRIDE_QUEUE_OF_ONE", "2.5", "Give a whole number, 0 or more."),
        ("STRIDE_UPLOAD_MB", "0", "Give a whole number, 1 or more."),
        ("STRIDE_TIME_LIMIT_S", "0", "Give a number of seconds above 0."),
        ("STRIDE_MEMORY_LIMIT_MB", "2 GB", "Give a whole number, 1 or more."),
        ("STRIDE_LEASE_S", "inf", "Give a number of seconds above 0."),
        ("STRIDE_PUBLIC_URL", "run.example", "It has to begin with https:// or http://."),
        ("STRIDE_PROXIES", "one", "Give a whole number, 0 or more."),
        ("STRIDE_ANALYSIS_NETWORK", "yes", "Give allow, or leave it out."),
        ("STRIDE_LOG", "xml", "Give json, or leave it out."),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_what_to_give(monkeypatch, capsys, name, value, advice):
    monkeypatch.setenv(name, value)
    with pytest.raises(SetUpError) as refused:
        Settings.from_environment()
    assert str(refused.value.what) == f"The value of {name} cannot be read."
    assert str(refused.value.advice) == advice
    assert main(["purge"]) == 2
    assert capsys.readouterr().err == f"The value of {name} cannot be read. {advice}\n"


def test_a_server_that_cannot_read_a_value_says_so_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_LEASE_S", "soon")
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.headless", "true"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1:] == [
        "The value of STRIDE_LEASE_S cannot be read. Give a number of seconds above 0."
    ]
    assert "Traceback" not in done.stderr


def test_settings_do_not_change_and_have_no_other_names():
    with pytest.raises(FrozenInstanceError):
        Settings().workers = 2
    with pytest.raises(TypeError):
        Settings(worker=2)


def test_a_child_has_these_settings_and_none_of_its_parents_environment(monkeypatch):
    monkeypatch.setenv("STRIDE_QUEUE", "3")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    settings = Settings(data=Path("/srv/stride"), workers=3)
    environment = settings.child_environment()
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    assert ours == {"STRIDE_DATA": "/srv/stride", "STRIDE_WORKERS": "3"}
    assert environment["AWS_REGION"] == "eu-north-1"
    assert settings.child_environment({"STRIDE_WORKERS", "STRIDE_QUEUE"}) == {"STRIDE_WORKERS": "3"}


def named(path, names):
    """Return how often a file names one of these, as an attribute, a variable or an import."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    said = (getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "name", None) for node in nodes)
    return sum(name in names for name in said)


def files_that_name(*names):
    found = {path.relative_to(ROOT).as_posix(): named(path, names) for path in PROGRAM}
    return {path: n for path, n in found.items() if n}


def test_nothing_but_the_settings_reads_the_environment():
    assert set(files_that_name("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv")) == {
        "core/settings.py"
    }


def test_the_settings_are_read_where_a_process_starts():
    found = files_that_name("from_environment")
    assert found.pop("core/settings.py") == 1  # its definition
    assert found == ENTRIES


def test_no_import_reads_the_environment():
    """Every place that reads it is inside a function."""
    for path in PROGRAM:
        top = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(top):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                node.body = []
        names = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(top)}
        assert not names & {"environ", "getenv"}, path
        assert "from_environment" not in names, path
