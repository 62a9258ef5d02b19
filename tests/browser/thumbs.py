"""What makes a page usable with one thumb, at any size of screen and of letters: each script returns what is in the way."""

from __future__ import annotations

import time

SETTLES_WITHIN_S = 5.0
"""How long a page may take to lay itself out again for another size."""

# Everything on a page, our components' own roots too; what of it is shown; and how it is called in a test's answer.
_ALL = """
const all = root => [...root.querySelectorAll('*')].flatMap(e => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
const up = e => e.parentElement ?? e.getRootNode().host ?? null;
const within = (e, css) => { for (let at = e; at; at = up(at)) if (at.matches(css)) return at; return null; };
const seen = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden'
    && e.getBoundingClientRect().right > 0 && !within(e, '[aria-hidden=true]')
    && (within(e, 'summary') || !within(e, 'details:not([open])'));
const words = e => (e.innerText || e.ariaLabel || String(e.className)).trim().slice(0, 40);
const told = e => `${e.tagName} “${words(e)}” ${e.dataset.testid ?? ''}`;
"""

# Tables may be wider than a phone where they can be pushed sideways on their own.
WIDE = f"""() => {{ {_ALL}
    const scrolls = e => {{ for (let at = up(e); at && !at.matches('.stMain'); at = up(at))
        if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true; return false; }};
    const sideways = e => e.scrollWidth > e.clientWidth + 1;
    const pushed = 'svg, .stDataFrame, .stTabs [role=tablist]';
    return [...all(document.body).filter(e => seen(e) && !scrolls(e) && !within(up(e) ?? e, pushed))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(told),
        ...[document.documentElement, ...document.querySelectorAll('.stMain')].filter(sideways).map(e => `${{told(e)}} scrolls`)];
}}"""

# A field is as large as its box, a tick as its label. A slider takes a finger all along its track. Links in a line of text are
# as large as the text, which WCAG 2.5.8 lets them be.
SMALL = f"""() => {{ {_ALL}
    const targets = 'a[href], button, input, select, textarea, summary, [role=button], [role=tab]';
    const box = e => (e.matches('input') && within(e, 'label, [data-testid$=RootElement], [data-testid$=Container]:has(> input)')
        || e).getBoundingClientRect();
    return all(document.body).filter(e => e.matches(targets) && seen(e) && !within(e, '.stSlider, p, li > a'))
        .filter(e => box(e).width > 1 && (box(e).height < 43.5 || box(e).width < 43.5))
        .map(e => `${{told(e)}} ${{Math.round(box(e).width)}} x ${{Math.round(box(e).height)}}`);
}}"""

# Our components' words come with their data.
WORDED = f"""() => {{ {_ALL}
    return !all(document.body).some(e => e.matches('[data-word]:empty, [data-label]:not([aria-label])')); }}"""

LEVELS = f"""() => {{ {_ALL}
    return all(document.body).filter(e => /^H[1-6]$/.test(e.tagName) && seen(e)).map(e => +e.tagName[1]); }}"""

MAIN_BUTTONS = "button[kind=primary]:visible, a.button.main:visible"

# How light the page's ground is, as a share of white.
LUMA = """() => {
    const ground = getComputedStyle(document.querySelector('.stApp') ?? document.body).backgroundColor;
    const [red, green, blue] = ground.match(/[\\d.]+/g);
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255; }"""

MOVING = f"""() => {{ {_ALL}
    return document.getAnimations().filter(a => a.playState === 'running').map(a => told(a.effect.target)); }}"""

# How far things jump that nobody touched, as browsers count it: shares of the screen, moved by shares of the screen.
JUMPS = """window.jumped = 0; window.jumps = [];
new PerformanceObserver(list => list.getEntries().filter(e => !e.hadRecentInput).forEach(e => { window.jumped += e.value;
    window.jumps.push([e.value, ...e.sources.map(({node, previousRect, currentRect}) =>
        `${node?.dataset?.testid ?? node?.className ?? node?.nodeName} ${previousRect.y} > ${currentRect.y}`)]); }))
    .observe({type: 'layout-shift', buffered: true});"""


def settled(page, script):
    """Return what a script finds once the page has laid itself out."""
    deadline_s = time.monotonic() + SETTLES_WITHIN_S
    while (found := page.evaluate(script)) and time.monotonic() < deadline_s:
        page.wait_for_timeout(200)
    return found
