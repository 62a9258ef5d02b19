"""The files that others are deployed with say nothing that is not so."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import make_url

from benchmarks.serving import serving
from core.cli.main import _parser, main
from core.paths import ROOT
from core.settings import Settings, variable
from core.storage.tables import engine_of
from tests.servers import postgresql

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
MOST_EXPOSED = 3.0
"""Of 10, by `systemd-analyze security`."""

COMPOSE_FILE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
COMPOSE = COMPOSE_FILE["services"]
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


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_the_units_little_exposed(unit):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    (exposed,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", told.stdout)
    assert float(exposed) < MOST_EXPOSED, told.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_units_leave_what_the_program_needs(unit):
    said: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        name, _, value = line.partition("=")
        said.setdefault(name, []).append(value)
    assert int(said["LimitNOFILE"][0]) >= 65536
    # An analysis leaves the network by a namespace, sets limits of its own and chooses its core.
    assert {"user", "net"} <= set(said["RestrictNamespaces"][0].split())
    allowed, *taken = said["SystemCallFilter"]
    assert "@system-service" in allowed.split()
    assert all(group.startswith("~") for group in taken)
    assert not {"@resources", "@process"} & {name for group in taken for name in group.lstrip("~").split()}
    assert "pid" not in said.get("ProcSubset", [])  # libraries read /proc/cpuinfo
    if "--server.address=127.0.0.1" in said["ExecStart"][0]:  # so a proxy is before it
        assert "STRIDE_PROXIES=1" in " ".join(said["Environment"]).split()


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
    assert {name for name, service in COMPOSE.items() if "ports" in service} == {"proxy"}
    assert COMPOSE_FILE["networks"]["inside"] == {"internal": True}
    assert [name for name, service in COMPOSE.items() if service["networks"] != ["inside"]] == ["proxy"]
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
        folders = dict(path.split(":") for path in service["tmpfs"])
        assert set(folders) == {"/tmp", "/data"}
        sizes = [_bytes(re.search(r"size=(\w+)", options)[1]) for options in folders.values()]
        # What lies in memory, and in a worker an analysis beside it, has to fit.
        analysis = Settings().memory_limit_bytes if service.get("command", ["", ""])[1] == "worker" else 0
        assert sum(sizes) + analysis + _bytes("512m") <= _bytes(service["mem_limit"])
        assert service["ulimits"]["nofile"] >= 65536
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    (user,) = (number for number, line in enumerate(lines) if line.startswith("USER "))
    assert lines[user] != "USER root"
    assert not [line for line in lines[user:] if line.startswith(("RUN", "COPY", "ADD"))]


def _bytes(size):
    return int(size[:-1]) << {"k": 10, "m": 20, "g": 30}[size[-1]]


def test_each_container_is_bounded_and_of_a_known_version():
    images = [service["image"] for service in COMPOSE.values() if service["image"] != "stride-check"]
    images += re.findall(
        r"^(?:FROM|ARG PYTHON_IMAGE=)\s*([\w.]+/\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE
    )
    assert len(images) == 5
    for image in images:
        assert re.search(r":[\w.-]*\d+[.-]\d+[\w.-]*$", image), image
    for name, service in COMPOSE.items():
        assert _bytes(service["mem_limit"]) > 0, name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_the_servers_are_told_their_name_and_are_nobodys_superuser():
    for service in OURS.values():
        said = service["environment"]
        assert said["STRIDE_HOSTS"] == "${STRIDE_HOSTS:?}"
        assert said["STRIDE_PUBLIC_URL"] == "${STRIDE_PUBLIC_URL:?}"
        # A password is asked for by name, which stands where a port could not.
        url = make_url(re.sub(r"\$\{(\w+):\?\}", r"\1", said["STRIDE_DATABASE_URL"]))
        assert url.username not in ("postgres", COMPOSE["database"]["environment"].get("POSTGRES_USER"))
        assert url.password == "DATABASE_PASSWORD"
        assert said["AWS_ACCESS_KEY_ID"] != COMPOSE["storage"]["environment"]["MINIO_ROOT_USER"]
        assert said["AWS_SECRET_ACCESS_KEY"] == "${STORAGE_PASSWORD:?}"
        assert not [name for name in said if "ROOT" in name or name.startswith("POSTGRES")]


def test_the_storage_user_may_use_its_bucket_and_nothing_else():
    statements = json.loads((DEPLOY / "storage-policy.json").read_text())["Statement"]
    bucket = OURS["web-1"]["environment"]["STRIDE_MEDIA_URL"].removeprefix("s3://").split("/")[0]
    assert {resource for said in statements for resource in said["Resource"]} == {
        f"arn:aws:s3:::{bucket}",
        f"arn:aws:s3:::{bucket}/*",
    }
    actions = {action for said in statements for action in said["Action"]}
    assert {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"} <= actions
    assert not [action for action in actions if "*" in action]
    for script in DEPLOY.glob("*.sh"):
        assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    assert f"store/{bucket}" in (DEPLOY / "storage.sh").read_text()


def test_the_databases_role_can_set_up_its_own_tables_and_do_nothing_else(tmp_path, monkeypatch):
    with postgresql() as server:
        host = make_url(server.url).query["host"]
        settings = {"PGHOST": host, "DATABASE_PASSWORD": "a 'quoted' one"}
        subprocess.run(["sh", DEPLOY / "database.sh"], env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)
        url = f"postgresql://stride@/stride?host={host}"
        monkeypatch.setenv("STRIDE_DATABASE_URL", url)
        monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
        assert main(["migrate"]) == 0
        engine = engine_of(url)
        with engine.connect() as connection:
            may = (
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = 'stride'"
            )
            assert connection.exec_driver_sql(may).scalar() is False
        engine.dispose()


def test_a_container_is_healthy_though_it_is_asked_by_address(tmp_path):
    (check,) = re.findall(r"HEALTHCHECK .*\\\n\s+CMD (\[.*\])", (DEPLOY / "Containerfile").read_text())
    with serving(tmp_path / "data", STRIDE_HOSTS="stride.example", STRIDE_WORKERS="0") as (port, _):
        command = [part.replace(":8501", f":{port}") for part in json.loads(check)]
        asked = subprocess.run([sys.executable, *command[1:]], capture_output=True, check=False)
        assert asked.returncode == 0, asked.stderr
        for path in ("/", "/metrics", "/_stcore/health", "/r/a", "//readyz"):
            with pytest.raises(urllib.error.HTTPError, match="400"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20)


def test_each_setting_that_is_given_is_one():
    asked = {variable(field.name) for field in fields(Settings)}
    given = {name for service in OURS.values() for name in service["environment"] if name.startswith("STRIDE_")}
    assert given <= asked
