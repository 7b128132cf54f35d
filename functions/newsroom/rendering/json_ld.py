"""Structured data for search engines and aggregators: schema.org as JSON-LD."""

from collections.abc import Sequence
from typing import Any

from newsroom import urls
from newsroom.article import Article
from newsroom.html_links import is_safe_url
from newsroom.rendering import templating
from newsroom.rendering.comment_threads import CommentView
from newsroom.rendering.site_context import SiteContext

_LONGEST_HEADLINE = 110  # characters; beyond, aggregators cut or complain


def news_article(
    article: Article, site_context: SiteContext, count: int = 0, comments: Sequence[CommentView] = ()
) -> str:
    """Return the NewsArticle of an article page, safe inside a script element.

    count: the number of all its comments. comments: the ones on its page.
    """
    url = site_context.url(article["address"])
    source, image = article["source"], article["image"]
    thing: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": shortened(article["headline"], _LONGEST_HEADLINE),
        "description": article["summary"],
        "datePublished": article["date"],
        "dateModified": article["updated"] or article["date"],
        "inLanguage": article["lang"] or site_context.lang,
        "articleSection": article["section"]["name"],
        "keywords": [tag["name"] for tag in article["tags"]],
        "isAccessibleForFree": True,
        "url": url,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "author": [
            {
                "@type": "Person",
                "name": author["name"],
                "url": site_context.url(urls.front_path(f"author/{author['id']}")),
            }
            for author in article["authors"]
        ]
        or [publisher(site_context)],
        "publisher": publisher(site_context),
    }
    if article["words"]:
        thing["wordCount"] = article["words"]
    if image and is_safe_url(image["url"]):
        thing["image"] = [image["url"]]
    if source and source["url"] and is_safe_url(source["url"]):
        thing["isBasedOn"] = source["url"]
    if article["corrections"]:
        thing["correction"] = [
            {"@type": "CorrectionComment", "text": correction["text"], "datePublished": correction["date"]}
            for correction in article["corrections"]
        ]
    if article["comments"] or count:
        thing["commentCount"] = count
    if comments_shown := [_comment(comment, url) for comment in comments if not comment["gone"]]:
        thing["comment"] = comments_shown
    return templating.json_text(thing)


def _comment(comment: CommentView, page_url: str) -> dict[str, Any]:
    thing: dict[str, Any] = {
        "@type": "Comment",
        "url": f"{page_url}#comment-{comment['id']}",
        "author": {"@type": "Person", "name": comment["author"]},
        "dateCreated": comment["at"],
        "text": comment["text"],
    }
    if comment["edited_at"]:
        thing["dateModified"] = comment["edited_at"]
    if comment["answers"]:
        thing["parentItem"] = {"@type": "Comment", "url": f"{page_url}#comment-{comment['answers']['id']}"}
    return thing


def web_site(site_context: SiteContext) -> str:
    """Return the WebSite of the home page, from which search engines take the paper's name."""
    return templating.json_text(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site_context.title,
            "url": site_context.url("/"),
            "inLanguage": site_context.lang,
            "publisher": publisher(site_context),
        }
    )


def publisher(site_context: SiteContext) -> dict[str, Any]:
    """Return the organization that publishes the paper."""
    thing: dict[str, Any] = {
        "@type": "NewsMediaOrganization",
        "name": site_context.publisher,
        "url": site_context.url("/"),
    }
    if site_context.logo:
        thing["logo"] = {"@type": "ImageObject", "url": site_context.logo}
    return thing


def shortened(text: str, longest: int) -> str:
    """Return the text, cut between words if it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"
