"""What makes a page usable with one thumb, at any size of screen and of letters: each function returns what is in the way."""

from __future__ import annotations

# Everything on a page, our components' own roots too.
_ALL = """const all = root => [...root.querySelectorAll('*')].flatMap(e => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
const shown = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
const up = e => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host ?? null;
const within = (e, css) => { for (let at = e; at; at = up(at)) if (at.matches(css)) return at; return null; };
const told = e => `${e.tagName.toLowerCase()} “${(e.innerText || e.ariaLabel || e.className || '').toString().trim().slice(0, 40)}”`;
"""

# What scrolls sideways by itself, for a thumb: its insides may be wider than the screen.
_SCROLLS = """const scrolls = e => { for (let at = up(e); at; at = up(at))
    if (/auto|scroll|hidden|clip/.test(getComputedStyle(at).overflowX) && at.getBoundingClientRect().right <= innerWidth + 1
        && !at.matches('[data-testid=stMain], [data-testid=stAppViewContainer], [data-testid=stApp], #root, .stMain')) return true;
    return false; };"""

WIDE = f"""() => {{ {_ALL} {_SCROLLS}
    return [...all(document.body).filter(shown)
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
        .filter(e => !scrolls(e) && !e.closest('svg svg, [aria-hidden=true]')).map(told),
        ...(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []),
        ...all(document.body).filter(e => e.matches('.stMain') && e.scrollWidth > e.clientWidth + 1).map(() => 'stMain scrolls sideways')];
}}"""

TARGETS = "a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=slider], [role=radio], [role=checkbox]"

SMALL = f"""() => {{ {_ALL}
    const area = e => (e.matches('input') && within(e, 'label')) || (e.matches('input') && within(e, '[data-baseweb]')) || e;
    return all(document.body).filter(e => e.matches("{TARGETS}") && shown(e) && !e.closest('[aria-hidden=true], [inert]'))
        .map(e => [e, area(e).getBoundingClientRect()])
        .filter(([e, box]) => box.width > 1 && box.height > 1 && (box.height < 43.5 || box.width < 43.5))
        .map(([e, box]) => `${{told(e)}} ${{e.dataset.testid ?? ''}} in ${{within(e, '[data-testid]')?.dataset.testid}} ${{Math.round(box.width)}}x${{Math.round(box.height)}}`);
}}"""
