"""Attacks on a server that was set up by the files in `deploy/`."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving import free_port
from benchmarks.soak.attack.ground import Ground, ask
from core.paths import ROOT

DEPLOY = ROOT / "deploy"
MOST_EXPOSED = 3.0
"""Of 10, by `systemd-analyze security`."""


def deploy_files(on: Ground) -> list[str]:
    """Ask a server as set up by `deploy/` for its health and its numbers, and systemd what its units may do."""
    failed = []
    if (status := ask(on.plain.port, "/readyz").status) != 200:
        failed.append(f"a health check by address got {status}")
    if (status := ask(on.plain.port, "/", host="elsewhere.example").status) != 400:
        failed.append(f"a page by another name got {status}")
    compose = (DEPLOY / "compose.yaml").read_text()
    wanted = ("STRIDE_HOSTS", "STRIDE_PUBLIC_URL", "mem_limit")
    failed += [f"compose says nothing of {name}" for name in wanted if name not in compose]
    if "//postgres:" in compose:
        failed.append("compose uses the database's superuser")
    return failed + _behind_nginx(on) + _exposed_units()


def _exposed_units() -> list[str]:
    """Return the units that systemd finds exposed; none if it is not installed."""
    if shutil.which("systemd-analyze") is None:
        return []
    failed = []
    for unit in sorted(DEPLOY.glob("*.service")):
        command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
        if found is None or float(found[1]) >= MOST_EXPOSED:
            failed.append(f"{unit.name} is exposed: {found[1] if found else 'not rated'}")
    return failed


def _behind_nginx(on: Ground) -> list[str]:
    """Return what a visitor gets through the proxy and should not; nothing if nginx is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return []
    failed = []
    with _proxy(program, on.folder, on.site.port) as port:
        hidden = {
            path: ask(port, path).status for path in ("/metrics", "/readyz", "/_stcore/metrics", "//_stcore/metrics")
        }
        failed += [f"{path} behind nginx got {status}" for path, status in hidden.items() if status != 404]
        plain = [path for path in ("/", "/r/nowhere") if "strict-transport-security" not in ask(port, path).headers]
        failed += [f"{path} behind nginx does not ask for HTTPS" for path in plain]
    return failed


@contextlib.contextmanager
def _proxy(program: str, folder: Path, behind: int) -> Iterator[int]:
    """Run the proxy's configuration before one server, and give its port."""
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/run/nginx.pid", str(folder / "pid"))
    configured = folder / "nginx.conf"
    configured.write_text(re.sub(r"web-\d:8501", f"127.0.0.1:{behind}", text))
    proxy = subprocess.Popen([program, "-p", str(folder), "-c", str(configured), "-g", "daemon off;"])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                ask(port, "/healthz")
                break
            time.sleep(0.1)
        yield port
    finally:
        proxy.terminate()
        proxy.wait(10)
