"""Responses that functions send to one person and never store: forms with problems, receipts, moderation pages."""

from minijinja import Markup

from newsroom.comment import FormValues
from newsroom.rendering import dates
from newsroom.rendering.comment_form import comment_form, encodable, form_to
from newsroom.rendering.comment_threads import paragraphs, website
from newsroom.rendering.content import (
    FormError,
    HeldPage,
    Moderate,
    Moderated,
    ReceiptPage,
    RefusalPage,
    Subscribe,
    Unsubscribe,
)
from newsroom.rendering.html_page import html_page
from newsroom.rendering.site_context import SiteContext
from newsroom.rendering.templating import TemplateValue

_ACTIONS = {"approve": "Approve", "decline": "Decline", "spam": "Mark as spam", "hold": "Hold"}

_STATES = {
    "received": ("We have your comment", "It is on its way to the editors. Look at this page again in a moment."),
    "held": ("Your comment waits for an editor", "It is shown to nobody else until an editor has approved it."),
    "published": ("Your comment is published", ""),
    "declined": ("Your comment was declined", "An editor has decided not to publish it."),
    "erased": ("Your comment is erased", "Your name, your addresses and your words have been removed."),
}
"""The heading and the explanation that a receipt shows for each state."""


def form_error(context: FormError, site_context: SiteContext) -> bytes:
    """Render the comment form again, with the submitted values and their problems."""
    article, given, problems = context["article"], encodable(context["given"]), context["problems"]
    heading = "Your comment has not been sent"
    return _response(
        "form-error.html",
        site_context,
        heading,
        title=site_context.page_title(f"Error: {heading}"),
        article=article,
        problems=problems,
        form=comment_form(article["id"], given["parent"], given, problems),
    )


def refused(context: RefusalPage, site_context: SiteContext) -> bytes:
    """Render the answer to a request that was refused, or that needs only a message."""
    return _response(
        "notice.html",
        site_context,
        context["heading"],
        message=context["message"],
        back=context["address"],
        receipt=context.get("receipt"),
        secret=bool(context.get("receipt")),
    )


def comment_receipt(context: ReceiptPage, site_context: SiteContext) -> bytes:
    """Render the writer's own page: the state of their comment, and the form to edit or erase it."""
    heading, explanation = _STATES[context["state"]]
    given: FormValues = {
        "author": context["author"],
        "email": "",
        "url": context["url"],
        "comment": context["text"],
        "parent": "",
        "notify": False,
    }
    return _response(
        "comment-receipt.html",
        site_context,
        heading,
        title=site_context.page_title(f"Error: {heading}" if context["problems"] else heading),
        secret=True,
        receipt={
            **context,
            "at": _local(context["at"], site_context),
            "editable_until": _local(context["editable_until"], site_context),
        },
        explained=explanation,
        words=Markup(paragraphs(context["text"])),
        website=website(context["url"]),
        problems=context["problems"],
        form=form_to(context["post_to"], "", given, context["problems"]),
    )


def moderate(context: Moderate, site_context: SiteContext) -> bytes:
    """Render the page that shows a comment to the editor and asks to confirm an action."""
    button = _ACTIONS[context["action"]]
    heading = f"{button} this comment?"
    if (context["action"], context["status"]) == ("hold", "held"):
        heading, button = "Leave this comment held?", "Leave it held"
    if context["expired"]:
        heading = "This link has expired"
    return _response(
        "moderate.html",
        site_context,
        heading,
        secret=True,
        comment={**context, "at": _local(context["at"], site_context)},
        words=Markup(paragraphs(context["text"])),
        website=website(context["url"]),
        button=button,
        actions=_ACTIONS,
    )


def moderated(context: Moderated, site_context: SiteContext) -> bytes:
    """Render the page after an action, with links to change the decision."""
    return _response("moderated.html", site_context, "Done", secret=True, comment=context, actions=_ACTIONS)


def held(context: HeldPage, site_context: SiteContext) -> bytes:
    """Render the editor's page of held comments."""
    comments = [
        {
            **comment,
            "at": _local(comment["at"], site_context),
            "words": Markup(paragraphs(comment["text"])),
            "website": website(comment["url"]),
        }
        for comment in context["comments"]
    ]
    values: dict[str, TemplateValue] = {**context, "comments": comments}
    return _response("held.html", site_context, "Comments that wait", secret=True, **values)


def subscribe(context: Subscribe, site_context: SiteContext) -> bytes:
    """Render the page that asks to confirm mail about replies, or says that it is confirmed."""
    heading = "You will get mail of answers" if context["done"] else "Mail of answers to your comments?"
    return _response("subscribe.html", site_context, heading, secret=True, **context)


def unsubscribe(context: Unsubscribe, site_context: SiteContext) -> bytes:
    """Render the page that asks to confirm the end of mail about replies, or says that it is confirmed."""
    heading = "You will get no more mail" if context["done"] else "Stop the mail?"
    return _response("unsubscribe.html", site_context, heading, secret=True, **context)


def _response(template: str, site_context: SiteContext, heading: str, **values: TemplateValue) -> bytes:
    return html_page(template, None, site_context, None, heading=heading, noindex=True, **values).body


def _local(iso: str | None, site_context: SiteContext) -> str | None:
    """Convert a comment's time to the paper's time zone."""
    return dates.in_zone(iso, site_context.site["timezone"]) if iso else iso
