"""A shared result for anyone with its link: a plain page without delay, its preview, and pictures to share.

    /r/<token>                 the page, which needs no script
    /r/<token>/<kind>.png      one of `share_card.SIZES`

Nothing here uses an image, a video or a token of the owner: everything is made from the report that the link opens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from core import knowledge
from core.coaching import implications
from core.errors import NotFound
from core.i18n.message import message
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.measures import Measured, MeasureKey, Missing
from core.model.report import Report
from core.settings import Settings
from core.storage.share_links import Shared, Shares
from core.storage.task import key_of
from view.drawing import push_off
from view.export import share_card
from view.site import WELLNESS
from view.text import wording
from web.address import origin_of
from web.plain_pages import PALETTE, pages
from web.visitors import WRONG_KEYS, Limit, visitor_of

WRONG_LINKS = WRONG_KEYS

PICTURES = (120, 600.0)
"""Most pictures drawn for each visitor, and within how many seconds."""

_NO_STORE = {"cache-control": "no-store"}  # a revoked link disappears from every cache that we control


class Door:
    """Opens links, and rejects visitors who try too many invalid ones.

    Parameters
    ----------
    shares : callable
        Returns the links; called for each request, because the server has its store only when it runs.
    wrong : Limit, optional
        Counts invalid links; the server has one for everything that can be guessed.
    """

    def __init__(self, shares: Callable[[], Shares], wrong: Limit | None = None) -> None:
        self._shares = shares
        self._wrong = wrong or Limit(*WRONG_LINKS)

    def open(self, token: str, visitor: str) -> Shared:
        """Return what a link opens.

        Raises
        ------
        NotFound
            If the link is invalid, or this visitor has tried too many invalid links.
        """
        if self._wrong.spent(visitor):
            raise NotFound(
                message(marked("Too many links led nowhere.")),
                message(marked("Wait ten minutes, then open your link again.")),
            )
        try:
            shared = self._shares().open(token)
        except NotFound:
            self._wrong.take(visitor, key_of(token))
            raise
        return shared


def routes(door: Door, settings: Settings) -> list[Route]:
    """Return the routes for shared results."""
    drawn = Limit(*PICTURES)

    def page(request: Request) -> Response:
        try:
            shared = door.open(request.path_params["token"], visitor_of(request.scope))
        except NotFound as error:
            return _nowhere(error)
        origin = origin_of(request, settings)
        return HTMLResponse(shared_page(shared, request.path_params["token"], origin), headers=_NO_STORE)

    def picture(request: Request) -> Response:
        kind = request.path_params["kind"]
        try:
            shared = door.open(request.path_params["token"], visitor_of(request.scope))
        except NotFound as error:
            return _nowhere(error)
        if kind not in share_card.SIZES:
            return _nowhere(
                NotFound(message(marked("There is no such picture.")), message(marked("Open the link itself.")))
            )
        if not drawn.take(visitor_of(request.scope)):
            return Response(status_code=429, headers={"retry-after": "60"})
        png = share_card.picture(shared.report, kind, shared.runner)
        return Response(png, media_type="image/png", headers=_NO_STORE)

    return [Route("/r/{token}", page), Route("/r/{token}/{kind}.png", picture)]


def shared_page(shared: Shared, token: str, origin: str) -> str:
    """Return the plain page of a shared result, with the tags that link previews read.

    Parameters
    ----------
    shared : Shared
        What the link opened.
    token : str
        The link's token.
    origin : str
        The server's address, such as 'https://run.example'.
    """
    report, known = shared.report, knowledge.load()
    here = f"{origin}/r/{token}"
    return (
        pages()
        .get_template("shared.html")
        .render(
            title=share_card.title(shared.runner),
            description=described(report),
            here=here,
            picture=f"{here}/preview.png",
            picture_wh=share_card.SIZES["preview"],
            picture_alt=share_card.alt(report),
            more=f"/shared?share={token}",
            runner_svg=push_off.picture(report, PALETTE, backed=False),
            told=wording.told(report.answers),
            facts=wording.clip_facts(report),
            made_on=wording.date(datetime.fromisoformat(report.made_on)),
            ends_on=wording.date(shared.expires_on),
            headlines=[_row(report, key) for key in implications.HEADLINES if key in report.measures],
            wellness=_(WELLNESS),
            rows=[
                _row(report, key)
                for key in known.measures
                if key not in implications.HEADLINES and isinstance(report.measures.get(key), Measured)
            ],
        )
    )


def described(report: Report) -> str:
    """Return a shared result in the sentence for its preview."""
    texts = knowledge.load().measures
    told = [
        f"{texts[key].name} {wording.with_error(measure)}"
        for key in (*implications.HEADLINES, "cadence")
        if isinstance(measure := report.measures.get(key), Measured)
    ]
    if not told:
        return _("What one side-on clip of a run shows.")
    return _("{figures}. Measured from one side-on clip.", figures=", ".join(told))


def _nowhere(error: NotFound) -> Response:
    text = pages().get_template("nowhere.html").render(what=error.what, advice=error.advice)
    return HTMLResponse(text, 404, headers=_NO_STORE)


def _row(report: Report, key: MeasureKey) -> dict[str, str]:
    measure, finding, text = report.measures[key], implications.finding_of(report, key), knowledge.load().measures[key]
    scored = finding is not None and finding.verdict != "described"
    word, because = ("", measure.missing_because) if isinstance(measure, Missing) else (measure.word, "")
    return {
        "name": text.name,
        "what": text.what,
        "value": str(word or wording.value(measure)),
        "error": wording.error(measure),
        "verdict": wording.verdict(finding)[1] if finding and scored else "",
        "says": str(finding.says if finding else because),
    }
