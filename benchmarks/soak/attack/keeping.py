"""Attacks on what is kept: copies, logs, clocks, disks, and pictures of what was deleted."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import text

from benchmarks.soak.attack.ground import Ground, NotTried, Site, ask, elements, visitor, window
from core.errors import NotFound
from core.jobs import uploads
from core.jobs.scheduler import PURGE_EVERY, do_what_is_due
from core.model.media import KINOGRAM
from core.model.report import Answers, Report
from core.paths import ROOT
from core.settings import Settings
from core.storage import claims, queries
from core.storage.lives import IDLE_LIFE
from core.storage.retention import due, purge
from core.storage.store import Store
from core.storage.task import key_of

RUNNER = "Canary Runner"
_ADD_NAME, _MAKE_LINK, _DELETE = "Name to show (optional)", "Make a link to share", "Yes, delete it all"


def done(store: Store) -> str:
    """Put a result with its pictures into a store, and return its token."""
    token = store.add(Answers())
    key = key_of(token)
    if claims.claim(store, key) is None:
        raise RuntimeError("a worker was quicker")
    claims.finish(store, key, Report.from_json((ROOT / "assets" / "demo_report.json").read_text()))
    claims.tidy(store, key)
    drawn = io.BytesIO()
    # Of colours of its own: pages show pictures by what is in them.
    Image.effect_noise((480, 270), 60).convert("RGB").save(drawn, "JPEG")
    with tempfile.NamedTemporaryFile() as file:
        file.write(drawn.getvalue())
        file.flush()
        store.files.put(f"media/{key}", KINOGRAM, Path(file.name))
    return token


def readable_backups(on: Ground) -> list[str]:
    """Read a backup as another user of the machine."""
    data = on.site.data
    copied = on.folder / "parent" / "of" / "backup"
    command = [sys.executable, "-m", "core.cli.main", "backup", str(copied)]
    settings = os.environ | {"STRIDE_DATA": str(data)}
    token = done(on.site.store)
    subprocess.run(command, cwd=ROOT, env=settings, check=True, umask=0o022, stdout=subprocess.DEVNULL)
    on.site.store.delete(token)
    made = [on.folder / "parent", *(on.folder / "parent").rglob("*")]
    readable = [path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077]
    return [f"{len(readable)} of {len(made)} files and folders of a backup are readable by others"] if readable else []


def a_clock_that_was_wrong(on: Ground) -> list[str]:
    """Set the clock ten years ahead for a moment, after which nothing may be purged again."""
    hour, now = timedelta(hours=1), datetime.now(UTC)
    with Store.open(
        Settings(data=on.folder / "clock", database_url=f"sqlite:///{on.folder / 'clock' / 'store.sqlite'}")
    ) as store:
        store.clock = lambda: now + timedelta(days=3650)
        due(store, "purge", hour)
        store.clock = lambda: now
        due(store, "purge", hour)
        store.clock = lambda: now + timedelta(hours=3)
        return [] if due(store, "purge", hour) else ["three hours after the clock was right again, no purge was due"]


def _pressed(told: list[Any], label: str) -> str:
    """Return the id of a page's button."""
    return next(str(button.id) for button in elements(told, "button") if button.label == label)  # type: ignore[attr-defined]


def _media(told: list[Any]) -> set[str]:
    images = (image.url for found in elements(told, "imgs") for image in found.imgs)  # type: ignore[attr-defined]
    files = (button.url for button in elements(told, "download_button"))  # type: ignore[attr-defined]
    return {url for url in (*images, *files) if url.startswith("/media/")}


def media_of_what_was_deleted(on: Ground) -> list[str]:
    """Ask for pictures after their owner deleted everything, and whether caches may keep them."""
    site, who, failed = on.site, visitor(), []
    token = done(site.store)
    with window(site.port, who) as first:
        urls = _media(first.run("results", f"job={token}"))
    with window(site.port, who) as again:  # as a reload does
        told = again.run("results", f"job={token}")
        urls |= _media(told)
        if not urls:
            return ["no picture was shown"]
        shown = [ask(site.port, url, x_forwarded_for=who) for url in sorted(urls)]
        cached = [
            answer for answer in shown if {"private", "no-store"} - _said(answer.headers.get("cache-control", ""))
        ]
        if cached:
            failed.append(f"{len(cached)} of {len(shown)} pictures and files may be kept on their way")
        again.run("results", f"job={token}", states=[(_pressed(told, _DELETE), True)])
        with contextlib.suppress(NotFound):
            site.store.delete(token)
            failed.append("it was not deleted")
        left = [url for url in urls if ask(site.port, url, x_forwarded_for=who).status < 400]
    return [*failed, f"{len(left)} of {len(urls)} were served after that"] if left else failed


def _said(header: str) -> set[str]:
    return {part.strip() for part in header.split(",")}


def uploads_that_stopped(on: Ground) -> list[str]:
    """Send the first bytes of many clips and no more: they are to leave the queue and the disk, and not with the hourly purge."""
    store, failed = on.site.store, []
    tokens = [uploads.begin(1000, Answers(), store) for _ in range(5)]
    keys = [key_of(token) for token in tokens]
    for key in keys:
        uploads.note_arrival(store, key, 1)
        store.clip(key).write_bytes(b"x")
    waiting, clock = queries.n_in_queue(store.engine), store.clock
    try:
        purge(store)
        due(store, "purge", PURGE_EVERY)
        store.clock = lambda: clock() + IDLE_LIFE + timedelta(minutes=1)
        do_what_is_due(store)
    finally:
        store.clock = clock
    if queries.n_in_queue(store.engine) > waiting - len(keys):
        failed.append("they held places in the queue")
    if left := [key for key in keys if store.clip(key).exists()]:
        failed.append(f"{len(left)} parts of clips were left")
    for token in tokens:
        with contextlib.suppress(NotFound):
            store.delete(token)
    return failed


def names_in_the_log(on: Ground) -> list[str]:
    """Let the database fail, and look for a name and a token in the log."""
    site, who = on.site, visitor()
    token, failed = done(site.store), []
    refuses = "CREATE TRIGGER refuses BEFORE INSERT ON shares BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END"
    with _ddl(site, refuses, "DROP TRIGGER refuses"), window(site.port, who) as owner:
        query = f"job={token}"
        told = owner.run("results", query)
        (name,) = (field.id for field in elements(told, "text_input") if field.label == _ADD_NAME)  # type: ignore[attr-defined]
        owner.run("results", query, states=[(name, RUNNER), (_pressed(told, _MAKE_LINK), True)])
    away, back = ("ALTER TABLE jobs RENAME TO jobs_away", "ALTER TABLE jobs_away RENAME TO jobs")
    with _ddl(site, away, back):
        ask(site.port, f"/uploads/{key_of(token)}", "HEAD", tus_resumable="1.0.0", x_forwarded_for=who)
        with window(site.port, who) as owner:
            owner.run("check", query)
    log = site.log.read_text(errors="replace")
    if RUNNER in log:
        failed.append("a runner's name is in the log")
    for what, secret in (("a token", token), ("the name of a clip on its way", key_of(token))):
        if secret in log:
            failed.append(f"{what} is in the log")
    site.store.delete(token)
    return failed


@contextlib.contextmanager
def _ddl(site: Site, breaks: str, mends: str) -> Any:
    for statement in (breaks, mends):
        with site.store.engine.begin() as connection:
            connection.execute(text(statement))
        if statement is breaks:
            try:
                yield
            except BaseException:
                with site.store.engine.begin() as connection:
                    connection.execute(text(mends))
                raise


def a_full_disk(on: Ground) -> list[str]:
    """Fill the disk, and see whether a result can be deleted and an upload learns why it is not taken."""
    site, who, failed = on.site, visitor(), []
    if not os.path.ismount(site.data):
        raise NotTried("this user may not mount a small disk")
    token = done(site.store)
    arrives = uploads.begin(50_000, Answers(), site.store)
    fill = site.data / "fill"
    try:
        with fill.open("wb", buffering=0) as file:
            for step in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(step))
        tus = {"tus_resumable": "1.0.0", "upload_offset": "0", "content_type": "application/offset+octet-stream"}
        sent = ask(site.port, f"/uploads/{key_of(arrives)}", "PATCH", bytes(50_000), x_forwarded_for=who, **tus)
        if sent.status != 507 or not sent.body:
            failed.append(f"a clip was answered by {sent.status}, {len(sent.body)} bytes of words")
        with window(site.port, who) as owner:
            query = f"job={token}"
            told = owner.run("results", query)
            owner.run("results", query, states=[(_pressed(told, _DELETE), True)])
        if (site.data / "media" / key_of(token) / KINOGRAM).exists():
            failed.append("deleting a result freed nothing")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
    finally:
        fill.unlink(missing_ok=True)
    for left in (token, arrives):
        with contextlib.suppress(NotFound):
            site.store.delete(left)
    return failed
