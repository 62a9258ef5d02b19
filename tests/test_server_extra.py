"""The clients of PostgreSQL and S3 are an extra: an address that needs one that is not installed says so by name."""

from __future__ import annotations

import io
import sys

import pytest
from fsspec.registry import _registry

from core.errors import SetUpError
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage.store import Store


@pytest.fixture(autouse=True)
def none_installed(monkeypatch, tmp_path):
    """Let no client be imported: a module that is None in `sys.modules` is one that cannot be."""
    for name in ("psycopg", "s3fs"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(_registry, "s3", raising=False)
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("STRIDE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("STRIDE_MEDIA_URL", "s3://bucket/path"),
    ],
)
def test_an_address_whose_client_is_not_installed_says_how_to_install_it(monkeypatch, setting, address):
    monkeypatch.setenv(setting, address)
    with pytest.raises(SetUpError) as refused, Store.open(Settings.from_environment()):
        pass
    assert f"The client for the server in {setting} is not installed" in str(refused.value.what)
    assert "uv sync --extra server" in str(refused.value.advice)


def test_one_machine_needs_none_of_them():
    with Store.open(Settings.from_environment()) as store:
        assert submit(io.BytesIO(b"clip"), Answers(), store)
