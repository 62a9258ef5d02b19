"""The first response to a browser: the page's name, its preview, and something to read and to tap while the app loads.

Streamlit sends the same empty page for every address, and it stays empty until a megabyte of scripts has arrived. Ours shows a
preview of the page above it (`web/templates/first.html`), which disappears when the app has drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.paths import ROOT
from core.settings import Settings
from view.drawing import runner
from view.site import LINKS, PROMISE
from web.address import KEY, origin_of
from web.plain_pages import PALETTE, colours, pages
from web.streamlit_shell.static_assets import STREAMLIT

NAME = "Stride Check"


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is shown of a page before it has loaded.

    Attributes
    ----------
    tab : str
        Its name in the browser's tab and in a preview.
    title : str
        Its heading.
    about : str
        The text below its name in a preview.
    """

    tab: str
    title: str
    about: str = marked(
        "Film one side-on clip of your run. Read what it shows, how sure that is, and what you could train."
    )


PAGES = MappingProxyType(
    {
        "": Page(tab=marked("See how you run"), title=marked("See how you run")),
        "record": Page(
            tab=marked("How to film"),
            title=marked("How to film"),
            about=marked("Where the phone stands, what its screen should show, and how to stay safe."),
        ),
        "check": Page(tab=marked("Check"), title=marked("Check your running")),
        "clips": Page(tab=marked("Several clips"), title=marked("Check several clips")),
        "results": Page(tab=marked("Your result"), title=marked("Your run")),
        "hand_check": Page(tab=marked("Check by hand"), title=marked("Check by hand")),
        "explain": Page(tab=marked("Why it matters"), title=marked("Why it matters")),
        "strength": Page(
            tab=marked("Home tests"),
            title=marked("Home tests"),
            about=marked("Five short tests at home that go with what your clip shows."),
        ),
        "plan": Page(tab=marked("Your plan"), title=marked("Your plan")),
        "compare": Page(tab=marked("Compare results"), title=marked("Compare results")),
        "shared": Page(tab=marked("A shared run"), title=marked("A shared run")),
        "about": Page(
            tab=marked("About"),
            title=marked("About"),
            about=marked("How a clip is measured, how sure that is, and what happens to it."),
        ),
    }
)
"""All pages by address, in the app's own words."""

STRINGS = MappingProxyType(
    {
        "check": marked("Check my running"),
        "resume": marked("Continue where I was"),
        "loading": marked("Loading…"),
        "hero": marked("A runner seen from the side, pushing off."),
        "preview": marked("A drawn runner, pushing off."),
        "scripts": marked("Stride Check needs JavaScript. Turn it on for this site, then reload the page."),
        "shared": marked("A result that somebody shared with you, a link with /r/ in it, can be read without."),
        "gone": marked("No network. What you tap waits until it is back."),
        "nowhere": marked("This address leads nowhere."),
        "advice": marked("Start again from the first page."),
    }
)


def routes(settings: Settings) -> list[Route]:
    """Return a route for every page, in place of Streamlit's own response."""

    def entrance(name: str) -> Callable[[Request], Response]:
        # Revalidated each time: a newer version of the app has other scripts. A page whose links contain a token is not stored.
        def answer(request: Request) -> Response:
            kept = "private, no-store" if request.url.query else "no-cache"
            return HTMLResponse(first_page(name, request, settings), headers={"cache-control": kept})

        return answer

    packed = [Middleware(GZipMiddleware, minimum_size=500)]
    return [Route(f"/{name}", entrance(name), middleware=packed) for name in PAGES]


def first_page(name: str, request: Request, settings: Settings) -> str:
    """Return the first response for a page.

    Parameters
    ----------
    name : str
        One of `PAGES`.
    request : Request
        The links keep the request's private token; link previews do not contain it.
    settings : Settings
        The server's settings.
    """
    token = request.query_params.get(KEY)
    query = f"?{KEY}={quote(token)}" if token else ""
    origin = origin_of(request, settings)
    return (
        pages()
        .get_template("first.html")
        .render(
            name=NAME,
            page={part: _(text) for part, text in asdict(PAGES[name]).items()},
            is_start=not name,
            here=f"{origin}/{name}",
            picture=f"{origin}/app/static/icons/preview.png",
            links=[(f"/{Path(page).stem}{query}", _(label), Path(page).stem == name) for page, label in LINKS],
            start=f"/{query}",
            check="/check",
            resume=f"/check{query}" if token else "",
            promise=_bold(_(PROMISE)),
            hero=Markup(runner.runner_at_toe_off(PALETTE)),  # noqa: S704 - our own drawing
            logo=_logo(),
            strings={name: _(text) for name, text in STRINGS.items()},
            app=_app(),
        )
    )


class Nowhere:
    """Answers 404 for unknown addresses; Streamlit would show its empty page for every address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        replaced = False

        async def send_what_is_there(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_empty_page(scope, message):
                replaced = True
                text = (
                    pages().get_template("nowhere.html").render(what=_(STRINGS["nowhere"]), advice=_(STRINGS["advice"]))
                )
                await HTMLResponse(text, 404)(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, send_what_is_there if scope["type"] == "http" else send)


def _is_empty_page(scope: Scope, message: Message) -> bool:
    is_html = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
    return is_html and isinstance(scope.get("endpoint"), StaticFiles)


@cache
def _app() -> Markup:
    """Return the tags by which Streamlit's page loads its app, in order, without its fonts and its words."""
    index = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    tags = re.findall(r'<script\b.*?</script>|<link rel="(?:modulepreload|stylesheet)"[^>]*>', index, re.DOTALL)
    return Markup("\n".join(tags))  # noqa: S704 - part of the package, and its scripts are named in the policy


@cache
def _logo() -> Markup:
    drawing = (ROOT / "assets" / "logo.svg").read_text(encoding="utf-8")
    light = colours()["light"]
    for name in ("ink", "accent", "on-accent"):
        drawing = drawing.replace(light[name], f"var(--{name})")
    return Markup(drawing)  # noqa: S704 - our own drawing


def _bold(text: str) -> Markup:
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 - escaped
