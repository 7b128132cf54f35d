"""Structured data for search engines and aggregators: schema.org as JSON-LD."""

from collections.abc import Sequence

from newsroom import urls
from newsroom.article import Article, Byline, Correction
from newsroom.rendering import templating
from newsroom.rendering.comment_threads import CommentView
from newsroom.rendering.safe_links import safe_image, safe_source
from newsroom.rendering.site_context import SiteContext
from newsroom.rendering.templating import JsonObject

_LONGEST_HEADLINE = 110  # characters; beyond, aggregators cut or complain


def news_article(
    article: Article, site_context: SiteContext, count: int = 0, comments: Sequence[CommentView] = ()
) -> str:
    """Return the NewsArticle of an article page, safe inside a script element.

    count: the number of all its comments. comments: the ones on its page.
    """
    news = _facts(article, site_context)
    if article["words"]:
        news["wordCount"] = article["words"]
    if image := safe_image(article["image"]):
        news["image"] = [image["url"]]
    if source := safe_source(article["source"]):
        news["isBasedOn"] = source["url"]
    if article["corrections"]:
        news["correction"] = [_correction(correction) for correction in article["corrections"]]
    if article["comments"] or count:
        news["commentCount"] = count
    if visible := _visible_comments(comments, site_context.url(article["address"])):
        news["comment"] = visible
    return templating.json_text(news)


def _facts(article: Article, site_context: SiteContext) -> JsonObject:
    """Return the properties that every article has."""
    url = site_context.url(article["address"])
    authors = [_person(author, site_context) for author in article["authors"]]
    return {
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
        "author": authors or [publisher(site_context)],
        "publisher": publisher(site_context),
    }


def _person(author: Byline, site_context: SiteContext) -> JsonObject:
    return {"@type": "Person", "name": author["name"], "url": site_context.url(urls.author_path(author["id"]))}


def _correction(correction: Correction) -> JsonObject:
    return {"@type": "CorrectionComment", "text": correction["text"], "datePublished": correction["date"]}


def _visible_comments(comments: Sequence[CommentView], page_url: str) -> list[JsonObject]:
    return [_comment(comment, page_url) for comment in comments if not comment["gone"]]


def _comment(comment: CommentView, page_url: str) -> JsonObject:
    properties: JsonObject = {
        "@type": "Comment",
        "url": f"{page_url}#comment-{comment['id']}",
        "author": {"@type": "Person", "name": comment["author"]},
        "dateCreated": comment["at"],
        "text": comment["text"],
    }
    if comment["edited_at"]:
        properties["dateModified"] = comment["edited_at"]
    if comment["answers"]:
        properties["parentItem"] = {"@type": "Comment", "url": f"{page_url}#comment-{comment['answers']['id']}"}
    return properties


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


def publisher(site_context: SiteContext) -> JsonObject:
    """Return the organization that publishes the paper."""
    organization: JsonObject = {
        "@type": "NewsMediaOrganization",
        "name": site_context.publisher,
        "url": site_context.url("/"),
    }
    if site_context.logo:
        organization["logo"] = {"@type": "ImageObject", "url": site_context.logo}
    return organization


def shortened(text: str, longest: int) -> str:
    """Return the text, cut between words if it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"
