"""The largest clip is what `STRIDE_UPLOAD_MB` says, wherever it is said."""

from __future__ import annotations

import tomllib
from contextlib import ExitStack

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.paths import ROOT
from core.settings import Settings
from web.streamlit_shell import startup


@pytest.fixture(autouse=True)
def set_up(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    monkeypatch.setenv("STRIDE_UPLOAD_MB", "7")
    before = config.get_option("server.maxUploadSize")
    yield
    config.set_option("server.maxUploadSize", before)


def test_the_server_takes_no_more_by_the_simple_uploader():
    with ExitStack() as stack:
        startup._open(stack, Settings.from_environment())
        assert config.get_option("server.maxUploadSize") == 7


def test_no_file_of_settings_says_otherwise():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert "maxUploadSize" not in settings["server"]


def test_the_page_says_so():
    at = AppTest.from_file(str(ROOT / "home.py"), default_timeout=120)
    at.run()
    at.switch_page("pages/check.py")
    at.run()
    (uploader,) = at.get("file_uploader")
    assert uploader.proto.max_upload_size_mb == 7
