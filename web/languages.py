"""The visitor's language in requests: `?lang=es` on any address sets a cookie; without a cookie the browser decides."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.i18n.translate import LANGUAGES, chosen, speaking

ASKED, COOKIE = "lang", "language"
YEAR_S = 365 * 24 * 3600


class Languages:
    """Answers each request in its visitor's language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or store the language that it chooses and redirect to the same address without the parameter."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        asked = request.query_params.get(ASKED)
        if scope["method"] == "GET" and asked in LANGUAGES:
            await _kept(request, asked)(scope, receive, send)
            return
        with speaking(chosen(request.cookies.get(COOKIE), request.headers.get("accept-language"))):
            await self._app(scope, receive, send)


def _kept(request: Request, language: str) -> RedirectResponse:
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != ASKED]
    # Only the path, with one slash before it, so that no address redirects to another site.
    here = f"/{request.url.path.lstrip('/')}" + (f"?{urlencode(rest)}" if rest else "")
    answer = RedirectResponse(here, 303, headers={"cache-control": "no-store"})
    answer.set_cookie(
        COOKIE, language, max_age=YEAR_S, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return answer
