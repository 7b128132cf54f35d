"""What each page is drawn from, read from the table once per batch.

A newspaper's morgue is where its cuttings are kept; this one lasts as long as one batch of renders,
and every row in it was read after the tokens and editions of all pages of the batch.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import cast

from adapters.tables import Table
from newsroom import pages
from newsroom.article import Article, Author, Entry, StaticPage, Text, Upload
from newsroom.comment import Doorstep, Remark, Said, Talk
from newsroom.content import (
    ArchiveContent,
    ArticleContent,
    CommentFeedContent,
    CommentsContent,
    Content,
    FixedContent,
    ListContent,
    Neighbour,
    PagesSitemapContent,
    ReceiptContent,
    RedirectContent,
    ReplyContent,
    SecurityContent,
    SitemapContent,
    StaticContent,
    TombstoneContent,
)
from newsroom.drawing import stylesheet, whole_texts
from newsroom.pages import Page
from newsroom.rows import (
    CLOCK_KEY,
    IMPRINT_KEY,
    SITE_KEY,
    Key,
    Row,
    address_key,
    article_key,
    article_of,
    author_key,
    comment_key,
    doorstep_key,
    entry_in,
    is_live,
    list_pk,
    listing_sk,
    months_pk,
    receipt_key,
    remarks_prefix,
    static_page_of,
    talk_key,
    talk_pk,
    text_key,
    upload_in,
)
from newsroom.site import Site, site_of

_LONGEST_RUN = 1_000  # rows of months read at once, but for a month that has more


@dataclass
class Morgue:
    """The rows a batch is drawn from; each is read at most once."""

    table: Table
    site_url: str
    rows: dict[Key, Row | None] = field(default_factory=dict)
    queries: dict[tuple[object, ...], list[Row]] = field(default_factory=dict)
    months: dict[str, set[str]] = field(default_factory=dict)  # that are asked for, by list
    run: dict[tuple[str, str], list[Row]] = field(default_factory=dict)  # what was read last of them

    @classmethod
    def open(cls, table: Table, asked: list[Page], site_url: str) -> "Morgue":
        """With everything these pages are known to need already fetched, in as few calls as can be."""
        morgue = cls(table, site_url)
        morgue.fetch([SITE_KEY, IMPRINT_KEY, *(key for page in asked for key in _first_rows(page))])
        texts = [text for page in asked if (text := morgue.text_key(page))]
        morgue.fetch([*texts, *(talk_key(id) for key in texts if (id := _article_id(key)))])
        morgue.fetch(key for text in texts for key in _rows_beside(morgue.row(text)))
        morgue.fetch(key for page in asked if page.kind == "reply" and (key := _remark_key(page, morgue)))
        paths = {page.path for page in asked}
        rows = [row for text in dict.fromkeys(texts) if (row := morgue.row(text)) and _article_id(text)]
        shown = [row for row in rows if is_live(row.doc) and row.doc["address"] in paths]
        morgue.meet_neighbours([listing_sk(cast(Article, row.doc)) for row in shown])
        for page in asked:
            if page.month:
                morgue.months.setdefault(page.list, set()).add(page.month)
        return morgue

    @property
    def site(self) -> Site:
        row = self.row(SITE_KEY)
        return site_of(row.doc if row else None, self.site_url)

    def fetch(self, keys: Iterable[Key]) -> None:
        wanted = [key for key in dict.fromkeys(keys) if key not in self.rows]
        found = self.table.get_many(wanted)
        self.rows |= {key: found.get(key) for key in wanted}

    def row(self, key: Key) -> Row | None:
        if key not in self.rows:
            self.fetch([key])
        return self.rows[key]

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: str | None = None,
        before: str | None = None,
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[Row]:
        asked = (pk, prefix, after, before, newest_first, limit)
        if asked not in self.queries:
            self.queries[asked] = self.table.query(
                pk, prefix=prefix, after=after, before=before, newest_first=newest_first, limit=limit
            )
        return self.queries[asked]

    def meet_neighbours(self, sks: list[str]) -> None:
        """Read what is older and newer than each of these listings of the whole paper: two queries for a run of them,
        where each alone would take two. Those that do not lie in one run are left to be asked for by themselves."""
        if len(sks) < 2:
            return
        whole_paper = list_pk(pages.WHOLE_PAPER)
        older = self.query(whole_paper, before=min(sks), limit=1)
        after = older[0].key.sk if older else None
        further = self.table.query(whole_paper, after=after, limit=len(sks) + 1)
        run = [*older, *further]
        for place, row in enumerate(run):
            sk = row.key.sk
            if place or not older:
                self.queries[(whole_paper, "", None, sk, True, 1)] = run[max(place - 1, 0) : place]
            if place + 1 < len(run) or len(further) <= len(sks):
                self.queries[(whole_paper, "", sk, None, False, 1)] = run[place + 1 : place + 2]

    def of_month(self, list_name: str, month: str) -> list[Row]:
        """What a list holds of a month, newest first, read with the months after it that are asked for too: one query
        for a run of them, so far as it is not too long to be held. One run is held at a time."""
        if (list_name, month) not in self.run:
            pk, months = list_pk(list_name), self._run_from(list_name, month)
            most = _LONGEST_RUN if len(months) > 1 else None
            rows = self.table.query(pk, after=months[0], before=f"{months[-1]}~", limit=most)
            if len(rows) == most:  # a month is cut off, and left to be read by itself
                cut = rows[-1].key.sk[:7]
                rows, months = [row for row in rows if row.key.sk < cut], [each for each in months if each < cut]
            if not months:
                rows, months = self.table.query(pk, prefix=month), [month]
            self.run = {(list_name, each): [] for each in months}
            for row in reversed(rows):
                self.run.setdefault((list_name, row.key.sk[:7]), []).append(row)
        return self.run[list_name, month]

    def _run_from(self, list_name: str, month: str) -> list[str]:
        """A month of a list, and those that follow it there as long as they are asked for too: between them lies
        nothing that no page shows."""
        asked = self.months.get(list_name, set())
        known = [row.key.sk for row in reversed(self.query(months_pk(list_name)))] if len(asked) > 1 else []
        following = takewhile(asked.__contains__, (each for each in known if each > month))
        return [month, *following]

    def text_key(self, page: Page) -> Key | None:
        """The row of the article or static page a page or receipt is about."""
        if page.kind == "text":
            claim = self.row(address_key(page.path))
            return text_key(claim.doc["kind"], claim.doc["id"]) if claim else None
        if page.kind == "receipt" and (upload := self.row(receipt_key(page.path))):
            kind, id = upload.doc["kind"], upload.doc["id"]
            return text_key(kind, id) if id and kind in ("article", "page") else None
        return None


def _first_rows(page: Page) -> list[Key]:
    match page.kind:
        case "text":
            return [address_key(page.path)]
        case "receipt":
            return [receipt_key(page.path)]
        case "security":
            return [CLOCK_KEY]
        case "comments":
            return [doorstep_key(page.article), talk_key(page.article)]
        case "reply":
            return [doorstep_key(page.article), comment_key(page.comment)]
        case "comment-feed" if page.article:
            return [doorstep_key(page.article)]
        case "front" | "feed" | "month" if page.list.startswith("author/"):
            return [author_key(page.list.removeprefix("author/"))]
    return []


def _article_id(key: Key) -> str:
    """The id of an article's key; empty for a static page's, which has no discussion."""
    return key.pk.removeprefix("ARTICLE#") if key.sk == "ARTICLE" else ""


def _rows_beside(row: Row | None) -> list[Key]:
    """What is read because a text names it: its authors, and the addresses it links to."""
    if row is None:
        return []
    authors = [author_key(author["id"]) for author in row.doc.get("authors", [])]
    return authors + [key for path in row.doc["links"] if (key := _signpost(path))]


def _signpost(path: str) -> Key | None:
    """The row that says whether anything is at an address; None where something always is."""
    page = pages.read(path)
    match page.kind:
        case "text" | "asset" | "receipt":
            return address_key(path)
        case "month":
            return Key(months_pk(page.list), page.month)
        case "front" | "feed" if page.list.startswith("author/"):
            return author_key(page.list.removeprefix("author/"))
    return None


def gather(page: Page, morgue: Morgue) -> Content | None:
    """What a page is drawn from; None when nothing should be there."""
    return _GATHER[page.kind](page, morgue)


def _text(page: Page, morgue: Morgue) -> Content | None:
    key = morgue.text_key(page)
    row = morgue.row(key) if key else None
    if row is None:
        return None
    text = cast(Text, row.doc)
    if text["status"] != "published":
        claim = morgue.row(address_key(page.path))
        was_seen = text["ever_live"] and claim is not None and claim.doc.get("seen", True)
        return TombstoneContent() if was_seen else None
    if text["address"] != page.path:
        return RedirectContent(text["address"])
    dead = _dead(text["links"], morgue)
    if row.key.pk.startswith("STATIC#"):
        return StaticContent(cast(StaticPage, static_page_of(row)), dead)
    article = cast(Article, article_of(row))
    authors = [morgue.row(author_key(author["id"])) for author in article["authors"]]
    whole_paper, sk = list_pk(pages.WHOLE_PAPER), listing_sk(article)
    older = morgue.query(whole_paper, before=sk, limit=1)
    newer = morgue.query(whole_paper, after=sk, newest_first=False, limit=1)
    talk = morgue.row(talk_key(article["id"]))
    return ArticleContent(
        article,
        [cast(Author, row.doc) for row in authors if row],
        _neighbour(older),
        _neighbour(newer),
        dead,
        talk=cast(Talk, talk.doc) if talk else None,
        remarks=_remarks(article["id"], 1, morgue) if talk else (),
        comment_pages=max(1, talk.doc["pages"]) if talk else 1,
    )


def _remarks(article: str, page: int, morgue: Morgue) -> list[Remark]:
    """One page of a discussion: one bounded query."""
    rows = morgue.query(talk_pk(article), prefix=remarks_prefix(page), newest_first=False)
    return [cast(Remark, row.doc) for row in rows]


def _doorstep(article: str, morgue: Morgue) -> Doorstep | None:
    """An article as its discussion knows it; None while it is not live."""
    row = morgue.row(doorstep_key(article))
    return cast(Doorstep, row.doc) if row else None


def _comments(page: Page, morgue: Morgue) -> Content | None:
    doorstep, talk = _doorstep(page.article, morgue), morgue.row(talk_key(page.article))
    if doorstep is None or talk is None or page.number > talk.doc["pages"]:
        return None
    remarks = _remarks(page.article, page.number, morgue)
    return CommentsContent(doorstep, page.number, page.number == talk.doc["pages"], remarks)


def _reply(page: Page, morgue: Morgue) -> Content | None:
    doorstep, key = _doorstep(page.article, morgue), _remark_key(page, morgue)
    if doorstep is None or key is None:
        return None
    remark = morgue.row(key)
    return ReplyContent(doorstep, cast(Remark, remark.doc)) if remark and not remark.doc["gone"] else None


def _remark_key(page: Page, morgue: Morgue) -> Key | None:
    """The remark that is answered on a page. What is shown is the remark: of the comment's own row, that a reader may
    not see, only its place is used."""
    comment = morgue.row(comment_key(page.comment))
    if comment is None or comment.doc["article"] != page.article or not comment.doc["place"]:
        return None
    return Key(talk_pk(page.article), comment.doc["place"])


def _comment_feed(page: Page, morgue: Morgue) -> Content | None:
    doorstep = _doorstep(page.article, morgue) if page.article else None
    if page.article and (doorstep is None or morgue.row(talk_key(page.article)) is None):
        return None
    remarks = [cast(Remark, row.doc) for row in morgue.query(list_pk(page.list), limit=pages.NEWEST)]
    morgue.fetch(doorstep_key(remark["article"]) for remark in remarks)
    said = [_said(remark, live) for remark in remarks if (live := _doorstep(remark["article"], morgue))]
    return CommentFeedContent(doorstep, said)


def _said(remark: Remark, doorstep: Doorstep) -> Said:
    address = pages.remark(doorstep["id"], doorstep["address"], remark["page"], remark["id"])
    return {**remark, "headline": doorstep["headline"], "address": address}


def _neighbour(found: list[Row]) -> Neighbour | None:
    return {"address": found[0].doc["address"], "headline": found[0].doc["headline"]} if found else None


def _dead(links: Iterable[str], morgue: Morgue) -> frozenset[str]:
    """Those of some addresses on this site where nothing is."""
    links = sorted(links)
    morgue.fetch(key for path in links if (key := _signpost(path)))
    return frozenset(path for path in links if not _alive(path, morgue))


def _alive(path: str, morgue: Morgue) -> bool:
    """Whether a link to an address of this site leads anywhere."""
    page = pages.read(path)
    if key := _signpost(path):
        row = morgue.row(key)
        if row is not None:
            return bool(row.doc.get("live", True))
        if page.kind not in ("front", "feed"):
            return False
    if page.kind in ("front", "feed", "month") and page.list != pages.WHOLE_PAPER:
        return bool(morgue.query(months_pk(page.list)))
    return True


def _list(page: Page, morgue: Morgue) -> Content | None:
    author = morgue.row(author_key(page.list.removeprefix("author/"))) if page.list.startswith("author/") else None
    pk = list_pk(page.list)
    rows = morgue.of_month(page.list, page.month) if page.month else morgue.query(pk, limit=pages.NEWEST)
    # Only a front shows the months; of an empty list they tell whether anything was ever in it.
    shows_months = page.kind == "front" and page.list != pages.WHOLE_PAPER
    months = morgue.query(months_pk(page.list)) if shows_months or not rows else []
    if not rows and not months and not author and page.list != pages.WHOLE_PAPER:
        return None
    entries = [entry_in(row) for row in rows]
    profile = cast(Author, author.doc) if author else None
    name = _name(page.list, entries, profile)
    texts = _texts(entries, morgue) if page.kind == "feed" and morgue.site["feeds"] == "full" else {}
    links = {path for article in texts.values() for path in article["links"]}
    dead = _dead(links, morgue)
    return ListContent(page.list, entries, name, [row.key.sk for row in months], profile, texts, dead)


def _texts(entries: list[Entry], morgue: Morgue) -> dict[str, Article]:
    """The articles a feed gives whole, by id; without what has left the paper since its entry was read, and what
    has so many links that to ask where they lead would cost more than all else."""
    ids = whole_texts.carried(entries)
    morgue.fetch(article_key(id) for id in ids)
    articles = {id: article_of(morgue.row(article_key(id))) for id in ids}
    return {
        id: article
        for id, article in articles.items()
        if article and is_live(article) and len(article["links"]) <= whole_texts.MOST_LINKS
    }


def _name(list_name: str, entries: list[Entry], author: Author | None) -> str:
    """A list's name as its readers know it: as its newest article writes it."""
    kind, _, slug = list_name.partition("/")
    if not slug:
        return ""
    if author:
        return author["name"]
    for entry in entries:
        if kind == "section":
            return entry["section"]["name"]
        for term in entry["tags"]:
            if kind == "tag" and term["slug"] == slug:
                return term["name"]
        for byline in entry["authors"]:
            if kind == "author" and byline["id"] == slug:
                return byline["name"]
    return slug.replace("-", " ").capitalize()


def _archive(page: Page, morgue: Morgue) -> Content:
    return ArchiveContent([row.key.sk for row in morgue.query(months_pk(pages.WHOLE_PAPER))])


def _sitemap(page: Page, morgue: Morgue) -> Content | None:
    rows = morgue.of_month(page.list, page.month) if page.month else morgue.query(list_pk(page.list))
    if not rows and page.month and not morgue.row(Key(months_pk(page.list), page.month)):
        return None
    return SitemapContent([entry_in(row) for row in rows])


def _sitemap_pages(page: Page, morgue: Morgue) -> Content:
    rows = morgue.query(list_pk(pages.PAGES), newest_first=False)
    return PagesSitemapContent([row.key.sk for row in rows if not row.doc["noindex"]])


def _security(page: Page, morgue: Morgue) -> Content | None:
    clock = morgue.row(CLOCK_KEY)
    return SecurityContent(clock.doc["security_expires"]) if clock else None


def _receipt(page: Page, morgue: Morgue) -> Content | None:
    row = upload_in(morgue.row(receipt_key(page.path)))
    if row is None:
        return None
    key = morgue.text_key(page)
    text = morgue.row(key) if key else None
    return ReceiptContent(cast(Upload, row.doc), cast(Article, text.doc) if text else None)


def _fixed(page: Page, morgue: Morgue) -> Content | None:
    return FixedContent()


def _asset(page: Page, morgue: Morgue) -> Content | None:
    return FixedContent() if page.path in stylesheet.assets(morgue.site) else None


_GATHER: dict[pages.Kind, Callable[[Page, Morgue], Content | None]] = {
    "text": _text,
    "front": _list,
    "month": _list,
    "feed": _list,
    "archive": _archive,
    "sitemap-index": _archive,
    "sitemap": _sitemap,
    "sitemap-pages": _sitemap_pages,
    "sitemap-news": _sitemap,
    "robots": _fixed,
    "security": _security,
    "not-found": _fixed,
    "asset": _asset,
    "receipt": _receipt,
    "comments": _comments,
    "reply": _reply,
    "comment-feed": _comment_feed,
}
