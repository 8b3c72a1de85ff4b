"""The weekly e-mail on how calls are answered, once however often a week's event comes."""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from lambdas import telemetry, wiring
from lambdas.domain.report import Period, Report
from lambdas.domain.report_steps import steps
from lambdas.report import mail, words
from lambdas.report.mail import Post
from lambdas.store.mailed import Mailing
from lambdas.telemetry import Metric
from lambdas.usecases.make_report import make_report
from lambdas.wiring import clocks, reporting


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Reply `state`: sent, already_sent, or unsure where another try broke off while it sent.

    Raises where the mail was surely not sent; then the next try sends it.
    """
    now = _scheduled(event)
    pools = sorted(wiring.settings().pools)
    sources = reporting.sources()
    report = make_report(sources.stock(pools, now), clocks.local_hours(), now)
    found = steps(report, sources.around(pools, now))
    told = reporting.post()
    post = Post(str(told["sender"]), tuple(told["to"]))
    made = f"Made on {words.day(now)} at {now:%H:%M} UTC for {told['deployment']}."
    until = Period.ending(now).until
    letter = mail.message(report, found, post, made, f"{until:%Y-%m-%d}").as_bytes()
    state = _send(letter, post, until, now)
    telemetry.record(
        "report",
        Metric("ReportsUnsure", int(state == "unsure")),
        state=state,
        bytes=len(letter),
        steps=len(found),
        **_told(report),
    )
    return {"state": state, "calls": report.total.now.made, "steps": len(found)}


def _scheduled(event: dict[str, Any]) -> datetime:
    """The time of the schedule, which every try of the same event has."""
    told = event.get("time")
    return datetime.fromisoformat(told) if told else wiring.now()


def _send(letter: bytes, post: Post, until: datetime, now: datetime) -> str:
    mailed = reporting.mailed()
    mailing = mailed.begin(until, now)
    if mailing is not Mailing.OURS:
        return "already_sent" if mailing is Mailing.SENT else "unsure"
    try:
        reporting.ses().send_email(
            FromEmailAddress=post.sender,
            Destination={"ToAddresses": list(post.to)},
            Content={"Raw": {"Data": letter}},
        )
    except ClientError:  # SES has answered that it does not take it
        mailed.give_back(until)
        raise
    mailed.sent(until)
    return "sent"


def _told(report: Report) -> dict[str, int]:
    now = report.total.now
    return {"calls": now.made, "answered": now.answered, "numbers": len(report.numbers)}
