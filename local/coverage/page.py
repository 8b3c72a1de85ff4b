"""The report as a page for managers: no customer's number, and no place finer than a town."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from local.coverage.mapping import drawn, views
from local.coverage.offers import Offer
from local.coverage.reading import Rows
from local.coverage.report import Report
from local.coverage.tally import LOCAL_TIERS
from local.coverage.words import (
    area_words,
    country_words,
    no_suggestions,
    percent,
    shown,
    state_code,
    state_words,
    tier_words,
    unplaced_words,
    unseen_words,
    whole,
)
from local.pages import outlines
from local.pages.rendering import render
from local.toolchain import Say, silent

MOST_STATES = 15
MOST_REASONS = 8
ON_MAPS = 10

Values = Mapping[str, Any]


def page(found: Report, say: Say = silent) -> str:
    """The whole page as text."""
    maps = [drawn(view, found, say) for view in views(found)]
    placed = sum(town.share.contacts for town in found.towns)
    unplaced = found.total.contacts - placed
    return render(
        "coverage.html",
        title="Who gets a local number?",
        contacts_name=shown(found.contact_rows.name),
        pool_name=shown(found.pool_rows.name),
        queue=found.queue.key,
        made_on=f"{datetime.now(UTC):%-d %B %Y}",
        radius=f"{found.pool.radius_km:g}",
        figures=_figures(found),
        remarks=list(_remarks(found)),
        tiers=list(_tiers(found)),
        unseen="; ".join(
            unseen_words(tier, found.pool, found.queue)
            for tier, count in found.by_tier.items()
            if not count
        ),
        maps=maps,
        map_remark=f"{whole(unplaced)} of {whole(found.total.contacts)} contacts are on no map:"
        " the position of their place is not known."
        if unplaced
        else "",
        suggestions=list(_suggestions(found)),
        no_suggestions=no_suggestions(found.goes_by_place),
        states=list(_states(found)),
        files=[_file(found.contact_rows), _file(found.pool_rows)],
        outlines_remark="" if outlines.world() else outlines.HOW_TO_BRING,
    )


def _figures(found: Report) -> Sequence[Values]:
    figures = [
        {"value": percent(found.total.share), "words": "get a local number"},
        {"value": whole(found.total.contacts), "words": "contacts"},
        {"value": whole(found.numbers), "words": "numbers of ours that can be shown"},
    ]
    if found.suggestions:
        few = min(ON_MAPS, len(found.suggestions))
        places = f"{few} more numbers" if few > 1 else "1 more number"
        then = percent(found.cumulative_shares[few - 1])
        figures.append({"value": then, "words": f"would be local with {places}"})
    return figures


def _remarks(found: Report) -> Iterator[str]:
    if found.distances_km:
        yield (
            f"Numbers from the neighbourhood are {found.distances_km[0]:.0f} km away in the median."
        )
    if found.without_place:
        yield unplaced_words(found.without_place, found.unplaced_rows, found.contact_rows.name)


def _tiers(found: Report) -> Iterator[Values]:
    for tier, count in found.by_tier.items():
        if not count:
            continue
        share = count / found.total.contacts
        yield {
            "words": tier_words(tier, found.pool, found.queue),
            "contacts": whole(count),
            "percent": percent(share),
            "share": share,
            "local": tier in LOCAL_TIERS,
        }


def _states(found: Report) -> Iterator[Values]:
    rows = list(found.by_state.items())
    for state, share in rows[:MOST_STATES]:
        yield _share_row(state_words(state, found.home), *share)
    rest = [share for _, share in rows[MOST_STATES:]]
    if rest:
        contacts, local = (sum(part) for part in zip(*rest, strict=True))
        yield _share_row(f"{len(rest)} more", contacts, local)


def _share_row(words: str, contacts: int, local: int) -> Values:
    share = local / contacts
    return {
        "words": words,
        "contacts": whole(contacts),
        "percent": percent(share),
        "share": share,
    }


def _suggestions(found: Report) -> Iterator[Values]:
    rows = zip(found.suggestions, found.cumulative_shares, strict=True)
    for one, share in islice(rows, ON_MAPS):
        offer = one.offer
        yield {
            "place": shown(offer.place),
            "where": _where(offer, found.home),
            "area": area_words(offer.area_code, offer.region),
            "gain": whole(one.gain),
            "percent": percent(share),
            "share": share,
        }


def _where(offer: Offer, home: str) -> str:
    words = state_words(state_code(offer.region, offer.state), home)
    return "" if words == country_words(home) else words


def _file(rows: Rows) -> Values:
    reasons = [f"{whole(count)} × {words}" for words, count in islice(rows.reasons, MOST_REASONS)]
    return {
        "name": shown(rows.name),
        "rows": whole(rows.count),
        "used": whole(rows.used),
        "reasons": reasons,
    }
