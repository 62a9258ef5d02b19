"""The files that others are deployed with say nothing that is not so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from core import ROOT
from core.command import _parser

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
OURS = {name: service for name, service in COMPOSE.items() if service.get("image") == "stride-check"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units(tmp_path, unit):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    here = tmp_path / unit.name
    text = unit.read_text().replace("/opt/stride-check/.venv", sys.prefix).replace("/opt/stride-check", str(ROOT))
    here.write_text(text)
    said = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_the_units_start_what_there_is():
    started = [re.search(r"^ExecStart=\S+/(\S+) (.*)$", unit.read_text(), re.MULTILINE).groups() for unit in UNITS]
    for program, options in started:
        assert (Path(sys.prefix) / "bin" / program).exists()
        if program == "stride-check":
            _parser().parse_args(options.split())
        else:
            assert (ROOT / options.split()[1]).is_file()


def test_the_services_depend_on_and_proxy_to_each_other():
    assert {"web-1", "web-2", "worker-1", "worker-2", "migrate"} == set(OURS)
    for service in COMPOSE.values():
        assert set(service.get("depends_on", ())) <= set(COMPOSE)
    proxied = set(re.findall(r"server (\S+):8501", (DEPLOY / "nginx.conf").read_text()))
    assert proxied == {name for name in OURS if name.startswith("web")}
    for name, service in OURS.items():
        if "command" in service:
            _parser().parse_args(service["command"][1:])
        assert (service["environment"]["STRIDE_WORKERS"] == "0") == (not name.startswith("worker")), name


def test_containers_are_kept_small():
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert {path.split(":")[0] for path in service["tmpfs"]} == {"/tmp", "/data"}
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    (user,) = (number for number, line in enumerate(lines) if line.startswith("USER "))
    assert lines[user] != "USER root"
    assert not [line for line in lines[user:] if line.startswith(("RUN", "COPY", "ADD"))]


def test_each_setting_is_told_of():
    programs = [
        *ROOT.glob("*.py"),
        *(path for part in ("core", "web", "pages") for path in (ROOT / part).rglob("*.py")),
    ]
    asked = {name for path in programs for name in re.findall(r'environ[^"\n]*"(STRIDE_[A-Z_]+)"', path.read_text())}
    assert {"STRIDE_DATA", "STRIDE_LEASE_S", "STRIDE_MEDIA_URL"} <= asked
    told = (ROOT / "README.md").read_text() + (ROOT / "docs" / "deploy.md").read_text()
    assert [name for name in sorted(asked) if f"`{name}`" not in told] == []
    given = {name for service in OURS.values() for name in service["environment"] if name.startswith("STRIDE_")}
    assert given <= asked
