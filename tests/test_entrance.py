"""What a page's address answers to a plain HTTP client before the app is there, and what makes the app one to keep."""

from __future__ import annotations

import ast
import gzip
import io
import json
import re
import urllib.error
import urllib.request
from html.parser import HTMLParser

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from benchmarks.serving import serving
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store
from view.site import LINKS
from web.streamlit_shell.app_shell import PAGES, PROMISE, STRINGS
from web.streamlit_shell.static_assets import STREAMLIT

SCRIPTS = sorted((STREAMLIT / "static" / "js").glob("*.js"), key=lambda script: script.stat().st_size)


class Head(HTMLParser):
    """What a browser and a link preview read of a page, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.meta, self.links, self.hrefs, self.scripts, self.lang, self.title = {}, {}, [], [], "", ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self._in = tag
        if tag == "html":
            self.lang = named["lang"]
        elif tag == "meta":
            self.meta[named.get("property") or named.get("name")] = named.get("content")
        elif tag == "link":
            self.links[named["rel"]] = named["href"]
        elif tag == "script":
            self.scripts.append(named.get("src"))
        elif tag == "a":
            self.hrefs.append(named["href"])

    def handle_data(self, data):
        if self._in == "title" and not self.title:  # the logo has one too
            self.title = data

    def handle_endtag(self, tag):
        self._in = ""


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    """Return a function that asks a server and gives status, headers and body."""
    data = tmp_path_factory.mktemp("served") / "data"
    with (
        Store.open(Settings(data=data)),
        serving(data, STRIDE_PUBLIC_URL="https://run.example", STRIDE_WORKERS="0") as (port, _),
    ):

        def ask(path, method="GET", **headers):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=named, method=method)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers, error.read()

        yield ask


def head(answer):
    status, _, body = answer
    assert status == 200
    return Head(body.decode())


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_a_name_and_a_preview_of_ours(get, name):
    page = head(get(f"/{name}"))
    assert page.title == f"{PAGES[name].tab} · Stride Check"
    assert page.lang == "en"
    assert page.meta["og:title"] == PAGES[name].tab
    assert page.meta["description"] == page.meta["og:description"] == PAGES[name].about
    assert page.meta["og:url"] == f"https://run.example/{name}"
    assert page.meta["og:image"] == "https://run.example/app/static/icons/preview.png"
    assert "streamlit" not in f"{page.title} {page.meta}".lower()
    assert "user-scalable" not in page.meta["viewport"]
    assert "maximum-scale" not in page.meta["viewport"]
    assert page.links["manifest"] == "/app.webmanifest"


def test_the_pages_are_those_that_there_are_and_say_the_same_once_they_are_there():
    sources = {"": ROOT / "home.py"} | {page.stem: page for page in (ROOT / "pages").glob("[!_]*.py")}
    assert set(PAGES) == set(sources)
    for name, source in sources.items():
        called = {"frame": [], "title": []}
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                by = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                words = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                called.get(by, []).extend(words[:1])
        assert called["frame"] == [PAGES[name].tab]
        assert PAGES[name].title in called["title"]


def test_the_start_page_makes_the_same_promise(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    home = AppTest.from_file(str(ROOT / "home.py"), default_timeout=60).run()
    assert home.markdown[0].value == PROMISE
    assert home.button[0].label == STRINGS["check"]


def test_links_lead_to_the_pages_and_keep_the_private_token_which_no_preview_sees(get):
    plain = head(get("/"))
    assert [f"/{page.removeprefix('pages/').removesuffix('.py')}" for page, _ in LINKS] == plain.hrefs[1:-1]
    assert (plain.hrefs[0], plain.hrefs[-1]) == ("/", "/check")
    _, _, body = get("/results?job=a%22%3E%3Cb&with=secret")
    page = Head(body.decode())
    assert set(page.hrefs) == {f"{href}?job=a%22%3E%3Cb" for href in plain.hrefs[:-1]}
    assert "a%22" not in f"{page.meta} {page.links} {page.title}"
    assert b"secret" not in body


def test_the_app_is_loaded_after_what_is_to_be_read(get):
    _, _, body = get("/")
    text = body.decode()
    index = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    theirs = re.findall(
        r'(?:src|rel="modulepreload" crossorigin href|rel="stylesheet" crossorigin href)="([^"]+)"', index
    )
    assert len(theirs) > 20
    assert all(text.index(STRINGS["loading"]) < text.index(f'"{link}"') for link in theirs)
    assert '<div id="root"></div>' in text
    # The policy names Streamlit's inline scripts by their hash: they have to be as they were.
    assert re.findall(r"<script>.*?</script>", index, re.DOTALL) == re.findall(r"<script>.*?</script>", text, re.DOTALL)


@pytest.mark.parametrize("address", ["/?job=abc", "/results?job=abc", "/shared?share=abc", "/check?x=1&job=abc"])
def test_a_first_page_with_a_token_in_it_is_kept_nowhere(get, address):
    assert get(address)[1]["cache-control"] == "private, no-store"


def test_it_is_small_and_asked_for_anew(get):
    status, headers, body = get("/", accept_encoding="gzip")
    assert (status, headers["content-encoding"], headers["cache-control"]) == (200, "gzip", "no-cache")
    assert len(body) < 10_000
    assert gzip.decompress(body) == get("/")[2]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_head_is_answered_without_a_body(get):
    status, headers, body = get("/check", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == len(get("/check")[2])


@pytest.mark.parametrize("path", ["/nonsense", "/wp-login.php", "/check/more", "/index.html", "/static/js/gone.js"])
def test_an_address_that_leads_nowhere_is_told_so(get, path):
    for method in ("GET", "HEAD"):
        status, headers, body = get(path, method=method)
        assert status == 404
        assert headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in headers["content-security-policy"]
        assert (b"Nothing here" in body) == (method == "GET")


def test_what_is_not_a_page_is_answered_as_before(get):
    assert get("/_stcore/health")[2] == b"ok"
    assert get("/check/_stcore/health")[0] == 404
    assert get("/check/")[2] == get("/check")[2]
    assert get("/app/static/fonts/OFL.txt")[0] == 200
    assert get("/r/wrong")[0] == 404


def test_the_manifest_names_icons_that_are_there(get):
    status, headers, body = get("/app.webmanifest")
    assert (status, headers["content-type"]) == (200, "application/manifest+json")
    manifest = json.loads(body)
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Stride Check", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(get(icon["src"])[2]))
        assert icon["sizes"] == f"{picture.width}x{picture.height}"
        assert picture.format == "PNG"
    assert all(get(shortcut["url"])[0] == 200 for shortcut in manifest["shortcuts"])


@pytest.mark.parametrize(
    ("path", "size_wh"),
    [
        ("/favicon.ico", (48, 48)),
        ("/favicon.png", (48, 48)),
        ("/app/static/icons/apple-touch-icon.png", (180, 180)),
        ("/app/static/icons/preview.png", (1200, 630)),
    ],
)
def test_icons_are_as_large_as_phones_want_them(get, path, size_wh):
    status, _, body = get(path)
    assert status == 200
    assert Image.open(io.BytesIO(body)).size == size_wh


def test_a_maskable_icon_may_be_cut_to_a_circle(get):
    picture = Image.open(io.BytesIO(get("/app/static/icons/maskable-512.png")[2])).convert("RGB")
    ground, middle, safe = picture.getpixel((0, 0)), 256, 0.4 * 512
    assert ground == (0xB9, 0x38, 0x15)
    outside = [
        picture.getpixel((x, y))
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - middle) ** 2 + (y - middle) ** 2 > safe**2
    ]
    assert set(outside) == {ground}


def test_the_worker_is_asked_for_anew_and_keeps_only_what_is_there(get):
    status, headers, body = get("/service_worker.js")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert headers["content-type"].startswith("text/javascript")
    kept = json.loads(re.search(r"const KEPT = (\[.*?\]);", body.decode()).group(1))
    assert [get(path)[0] for path in kept] == [200] * len(kept)
    assert b"You are offline" in get("/offline")[2]


def test_scripts_go_out_compressed_once_and_for_good_or_as_they_are(get):
    for script in (SCRIPTS[0], SCRIPTS[len(SCRIPTS) // 2], SCRIPTS[-1]):
        path = f"/static/js/{script.name}"
        status, headers, body = get(path, accept_encoding="gzip, br")
        assert (status, headers["content-encoding"]) == (200, "gzip")
        assert "immutable" in headers["cache-control"]
        assert "javascript" in headers["content-type"]
        assert gzip.decompress(body) == script.read_bytes() == get(path)[2]
        assert get(path, method="HEAD", accept_encoding="gzip")[2] == b""


def test_fonts_that_are_large_give_way_to_ours(get):
    for name, ours in (("MaterialSymbols-Rounded", "icons"), ("SourceSansVF-Upright", "figtree-latin")):
        theirs = next((STREAMLIT / "static" / "media").glob(f"{name}.*"))
        status, headers, body = get(f"/static/media/{theirs.name}")
        assert (status, headers["content-type"]) == (200, "font/woff2")
        assert body == (ROOT / "static" / "fonts" / f"{ours}.woff2").read_bytes()
        assert len(body) < theirs.stat().st_size / 5
