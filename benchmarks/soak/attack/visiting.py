"""Attacks by those who only visit: they ask too much, too often, or as somebody else."""

from __future__ import annotations

import contextlib
import secrets
import select
import socket
import statistics
import threading
import time
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException

from benchmarks.processes import memory_mb
from benchmarks.soak.attack.ground import (
    HOST,
    USUAL_DESCRIPTORS,
    Ground,
    Window,
    ask,
    descriptors,
    says,
    visitor,
    window,
)
from core.errors import NotFound
from core.jobs import uploads
from core.jobs.submission import QueueFull
from core.model.report import Answers
from core.storage.task import key_of
from web.visitors import name_of

WRONG = 30
"""Links that lead nowhere before a visitor has to wait."""

QUICK_ANSWER_S = 2.0
TUS = {"tus-resumable": "1.0.0"}
_TOO_MANY = "Too many links led nowhere"


def _wrong_upload(port: int, **options: str) -> int:
    return ask(port, f"/uploads/{secrets.token_hex(32)}", "HEAD", None, **TUS, **options).status


def two_behind_one_socket(on: Ground) -> list[str]:
    """Lock another visitor out by wrong links, on a socket for IPv6 and IPv4."""
    port = on.plain.port
    spent = [_wrong_upload(port, source="127.0.0.2", host=HOST) for _ in range(WRONG + 1)]
    failed = [] if spent[-1] == 429 else [f"link {WRONG + 1} of one visitor got {spent[-1]}"]
    if (status := _wrong_upload(port, source="127.0.0.3", host=HOST)) != 404:
        failed.append(f"the first link of another visitor got {status}")
    return failed


def a_foreign_origin(on: Ground) -> list[str]:
    """Connect as a page of another site, upon which the server may stop and ask the world for its address."""
    site, failed = on.plain, []
    if asked := on.outside():
        failed.append(f"at its start it asked for {asked[0]!r}")
    opened: list[Window] = []

    def knock() -> None:
        with contextlib.suppress(OSError, WebSocketException):
            opened.append(Window(site.port, "", origin="http://elsewhere.example", host=HOST))

    stranger = threading.Thread(target=knock)
    stranger.start()
    time.sleep(0.2)
    began_s = time.monotonic()
    ask(site.port, "/healthz", host=HOST)
    took_s = time.monotonic() - began_s
    stranger.join()
    if took_s > QUICK_ANSWER_S:
        failed.append(f"meanwhile another visitor waited for {took_s:.1f} s")
    if opened:
        failed.append("the connection was opened")
        opened[0].close()
    if more := on.outside()[len(asked) :]:
        failed.append(f"then it asked for {more[0]!r}")
    return failed


def empty_uploads(on: Ground) -> list[str]:
    """Take all places in the queue by uploads of which no byte comes, or by clips of one network."""
    failed, store = [], on.site.store
    crowds = {
        "sixty empty uploads": [f"stranger-{n}" for n in range(60)],
        "uploads of one IPv6 network": [name_of(f"2001:db8:0:{n:x}::1") for n in range(60)],
    }
    for name, crowd in crowds.items():
        tokens: list[str] = []
        try:
            with contextlib.suppress(QueueFull):
                for stranger in crowd:
                    tokens.append(uploads.begin(1000, Answers(), store, visitor=stranger))
                    if "IPv6" in name:
                        store.clip(key_of(tokens[-1])).write_bytes(b"x")
            tokens.append(uploads.begin(1000, Answers(), store, visitor=name_of("192.0.2.1")))
        except QueueFull:
            failed.append(f"{name} left no place for anybody else")
        finally:
            for token in tokens:
                with contextlib.suppress(NotFound):
                    store.delete(token)
    return failed


def counters_to_reset(on: Ground) -> list[str]:
    """Guess on elsewhere if one way is shut, or let the server forget the guesses."""
    port, who = on.site.port, visitor()
    for _ in range(WRONG):
        _wrong_upload(port, x_forwarded_for=who)
    failed = []
    if (status := _wrong_upload(port, x_forwarded_for=who)) != 429:
        failed.append(f"upload {WRONG + 1} got {status}")
    if _TOO_MANY not in ask(port, f"/r/{secrets.token_urlsafe(32)}", x_forwarded_for=who).body.decode():
        failed.append("shared links could be guessed on")
    with window(port, who) as opened:
        for when in ("could be guessed on", "could be guessed on once the caches were cleared"):
            if not _is_shut(opened):
                failed.append(f"results {when}")
            with contextlib.suppress(WebSocketException):
                opened.send(BackMsg(clear_cache=True))
    return failed


def _is_shut(opened: Window) -> bool:
    return says(opened.run("check", f"job={secrets.token_urlsafe(32)}"), _TOO_MANY)


def memory_for_nothing(on: Ground) -> list[str]:
    """Send clips into the server's memory: without a page that asks, too long, or to stay there."""
    port, who, failed = on.site.port, visitor(), []
    with window(port, who) as opened:
        opened.run()
        status = _put(port, who, opened.session_id, secrets.token_hex(16), 5)
        if status < 400:
            failed.append(f"a page without an uploader took 5 MB ({status})")
    with window(port, who) as opened:
        opened.run("check")
        if (status := _put(port, who, opened.session_id, _file_id(opened), 81)) < 400:
            failed.append(f"81 MB were taken where 80 are allowed ({status})")
    if on.quick:
        return failed
    before_mb = memory_mb(on.site.pid)
    with window(port, visitor_of_memory := visitor()) as opened:
        opened.run("check")
        status = _put(port, visitor_of_memory, opened.session_id, _file_id(opened), 60)
        if status >= 400:
            return [*failed, f"the page's own uploader did not take 60 MB ({status})"]
    time.sleep(65)
    if (held_mb := memory_mb(on.site.pid) - before_mb) > 30:
        failed.append(f"{held_mb:.0f} of 60 MB were held a minute after the window was closed")
    return failed


def _file_id(opened: Window) -> str:
    """Ask where a file may be sent, as the uploader of a page does."""
    message = BackMsg()
    message.file_urls_request.request_id = secrets.token_hex(8)
    message.file_urls_request.file_names.append("clip.mp4")
    message.file_urls_request.session_id = opened.session_id
    opened.send(message)
    told = opened.until(lambda said: said.WhichOneof("type") == "file_urls_response")
    return str(told[-1].file_urls_response.file_urls[0].file_id)


def _put(port: int, who: str, session_id: str, file_id: str, n_mb: int) -> int:
    """Send `n_mb` megabytes to Streamlit's own uploader, and return the status; 413 if the server hung up on them."""
    cookie = ask(port, "/_stcore/health", x_forwarded_for=who).headers.get("set-cookie", "")
    token = cookie.partition("_streamlit_xsrf=")[2].partition(";")[0]
    edge = secrets.token_hex(8)
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="clip.mp4"\r\n\r\n'.encode()
    body = head + bytes(n_mb << 20) + f"\r\n--{edge}--\r\n".encode()
    named = {"cookie": f"_streamlit_xsrf={token}", "x_xsrftoken": token, "x_forwarded_for": who}
    named["content_type"] = f"multipart/form-data; boundary={edge}"
    try:
        return ask(port, f"/_stcore/upload_file/{session_id}/{file_id}", "PUT", body, **named).status
    except (BrokenPipeError, ConnectionResetError):
        return 413


def silent_connections(on: Ground) -> list[str]:
    """Use up what the server may have open, by connections that ask for nothing."""
    site, who, failed = on.site, visitor(), []
    limits = Path(f"/proc/{site.pid}/limits").read_text().splitlines()
    soft, hard = next(line.split()[3:5] for line in limits if line.startswith("Max open files"))
    if int(soft) < min(int(hard), 8 * USUAL_DESCRIPTORS):
        failed.append(f"it may have {soft} files open, where the system would allow {hard}")
    before, opened = descriptors(site.pid), []
    try:
        for _ in range(230):
            with contextlib.suppress(OSError, WebSocketException):
                opened.append(Window(site.port, who))
        time.sleep(1)
        held = descriptors(site.pid) - before
        if len(opened) > 200 or held > int(soft) // 10:
            failed.append(f"{len(opened)} of 230 connections of one visitor were opened; {held} descriptors")
        if not on.quick:
            time.sleep(45)
            if (held := descriptors(site.pid) - before) > 100:
                failed.append(f"{held} descriptors were held by silent connections after 45 s")
    finally:
        for one in opened:
            one.close()
    if not on.quick:
        time.sleep(65)
        if (held := descriptors(site.pid) - before) > 60:
            failed.append(f"{held} descriptors were held a minute after all was closed")
    return failed


def large_messages(on: Ground) -> list[str]:
    """Fill the server's memory by messages that no page sends."""
    site, who = on.site, visitor()
    before_mb, opened = memory_mb(site.pid), []
    message = BackMsg()
    message.rerun_script.query_string = "x" * 18_000_000
    try:
        for _ in range(4 if on.quick else 20):
            opened.append(Window(site.port, who))
            with contextlib.suppress(OSError, WebSocketException):
                opened[-1].send(message)
        time.sleep(2)
        held_mb = memory_mb(site.pid) - before_mb
    finally:
        for one in opened:
            with contextlib.suppress(OSError, WebSocketException, EOFError):
                one.close()
    most_mb = 5 * len(opened)
    return [f"{len(opened)} messages hold {held_mb:.0f} MB"] if held_mb > most_mb else []


def a_crowd_at_one_upload(on: Ground) -> list[str]:
    """Open one upload on many connections, of which none sends anything."""
    site, who = on.site, visitor()
    token = uploads.begin(1000, Answers(), site.store, visitor=name_of(who))
    head = (
        f"PATCH /uploads/{key_of(token)} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: {who}\r\nTus-Resumable: 1.0.0\r\n"
        "Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 1000\r\n\r\n"
    )
    with contextlib.ExitStack() as opened:
        crowd = [opened.enter_context(socket.create_connection(("127.0.0.1", site.port))) for _ in range(60)]
        for one in crowd:
            one.sendall(head.encode())
        time.sleep(3)
        waiting = len(crowd) - len(select.select(crowd, [], [], 0)[0])
    site.store.delete(token)
    return [f"{waiting} of {len(crowd)} silent connections were held"] if waiting > 2 else []


def reruns_without_end(on: Ground) -> list[str]:
    """Ask for a page again and again from 25 windows, and see how long others wait."""
    port, who, over = on.site.port, visitor(), threading.Event()
    idle_s = statistics.median(_page_s(port) for _ in range(3))

    def hammer() -> None:
        message = BackMsg()
        message.rerun_script.page_name = "about"
        with contextlib.suppress(OSError, WebSocketException), window(port, who) as opened:
            while not over.wait(0.02):
                opened.send(message)

    crowd = [threading.Thread(target=hammer) for _ in range(25)]
    for one in crowd:
        one.start()
    try:
        time.sleep(3)  # so that all of them are at it
        busy_s = statistics.median(_page_s(port) for _ in range(1 if on.quick else 5))
    except TimeoutError:
        return [f"an honest page did not come at all; before, it took {idle_s:.1f} s"]
    finally:
        over.set()
        for one in crowd:
            one.join()
    if busy_s > max(QUICK_ANSWER_S, 6 * idle_s):
        return [f"an honest page took {busy_s:.1f} s instead of {idle_s:.1f}"]
    return []


def _page_s(port: int) -> float:
    began_s = time.monotonic()
    with window(port, visitor()) as opened:
        opened.run()
    return time.monotonic() - began_s
