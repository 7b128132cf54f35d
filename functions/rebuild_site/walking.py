"""The ways of a rebuild: from what it is of, and how far it has come, to the next pages.

Each step reads a bounded number of rows or keys and says where to go on.
"""

from adapters.buckets import Bucket
from adapters.pressroom import Pressroom
from adapters.tables import Table
from newsroom import pages
from newsroom.drawing import stylesheet
from newsroom.planning import front_pages, own_pages, pages_of_remark
from newsroom.rebuilding import SEGMENTS, Piece
from newsroom.rows import Doc, Key, address_key, links_pk, list_pk, months_pk, page_of_place, talk_pk, text_key
from newsroom.site import Site

PIECE = 200  # rows of a list to a step, each of which calls for a page
ROWS = 500  # rows of the table to a step, of which one in eight does
KEYS = 1000  # keys of the bucket to a step, as many as S3 tells at once

After = list[str] | None


def of_strand(piece: Piece, pressroom: Pressroom) -> tuple[list[str], After]:
    """The next pages of any strand, and where to go on; None at its end."""
    match piece["strand"]:
        case "fixed":
            return everywhere(pressroom.settings()), None
        case "bucket":
            return of_bucket(pressroom.site, pressroom.table, piece["after"])
    return step(piece, pressroom.table)


def step(piece: Piece, table: Table) -> tuple[list[str], After]:
    """The next pages that rows of the table stand for, and where to go on; None at the end."""
    after = piece["after"]
    noun, slash, name = piece["of"].partition("/")
    match noun:
        case "everything":
            walk, _, part = piece["strand"].partition("-")
            return (of_articles if walk == "articles" else of_rows)(table, int(part), SEGMENTS, after)
        case "paths":
            return piece["paths"], None
        case "section":
            paths, reached = of_list(table, piece["of"], after)
            return [*([] if after else front_pages(piece["of"])), *paths], reached
        case "month":
            return of_month(table, name, after)
        case "author":
            return of_list(table, piece["of"], after)
        case "links":
            return of_links(table, slash + name, after)
    return of_discussion(table, name, after)


def everywhere(site: Site) -> list[str]:
    """The pages no row stands for: assets first, since every other page refers to them."""
    return [*stylesheet.assets(site), *pages.FIXED]


def of_articles(table: Table, part: int, of: int, after: After) -> tuple[list[str], After]:
    """The present addresses of live articles, in the order of their list, month by month: of every fourth month, say,
    by its number in the year, so that a month that comes to the list meanwhile moves no other."""
    months = [row.key.sk for row in table.query(months_pk(pages.WHOLE_PAPER))]
    mine = [month for month in months if int(month[5:7]) % of == part and (after is None or month >= after[0])]
    if not mine:
        return [], None
    month, reached = (mine[0], after[1]) if after and mine[0] == after[0] else (mine[0], mine[0])
    rows = table.query(list_pk(pages.WHOLE_PAPER), after=reached, limit=PIECE)
    within = [row for row in rows if row.key.sk.startswith(f"{month}-")]
    further = [month, within[-1].key.sk] if len(within) == PIECE else [mine[1], mine[1]] if len(mine) > 1 else None
    return [row.doc["address"] for row in within], further


def of_rows(table: Table, segment: int, of: int, after: After) -> tuple[list[str], After]:
    """Every page ever marked among some rows, and every page these rows call for that never was; articles and those
    that are everywhere have strands of their own."""
    keys, last = table.scan(segment, of, Key(*after) if after else None, ROWS)
    names = (key.pk.removeprefix("PAGE#") for key in keys if key.sk == "PAGE")
    marked = [path for path in names if path not in pages.FIXED and pages.read(path).kind != "asset"]
    called_for = sorted({path for key in keys if key.sk != "PAGE" for path in own_pages(key)})
    editions = table.editions(called_for)
    paths = [*marked, *(path for path in called_for if path not in editions)]
    claims = table.get_many(address_key(path) for path in paths if pages.read(path).kind == "text")
    articles = {key for key, row in claims.items() if _is_an_article(row.doc)}
    return [path for path in paths if address_key(path) not in articles], list(last) if last else None


def _is_an_article(claim: Doc) -> bool:
    """Whether a live article is at an address, and neither a redirect nor a tombstone."""
    return claim.get("kind") == "article" and bool(claim.get("live") and claim.get("present"))


def of_list(table: Table, list_name: str, after: After) -> tuple[list[str], After]:
    """The articles of a list, and its months."""
    rows = table.query(list_pk(list_name), after=after[1] if after else None, limit=PIECE)
    # A month that nothing is left in still bears the list's name.
    months = [] if after else table.query(months_pk(list_name))
    paths = {row.doc["address"] for row in rows} | {pages.month_page(list_name, row.key.sk) for row in months}
    return sorted(paths), list(rows[-1].key) if len(rows) == PIECE else None


def of_month(table: Table, month: str, after: After) -> tuple[list[str], After]:
    """The articles of a month of the whole paper, its archive and its sitemap."""
    rows = table.query(list_pk(pages.WHOLE_PAPER), after=after[1] if after else month, limit=PIECE)
    within = [row for row in rows if row.key.sk.startswith(f"{month}-")]
    own = [] if after else [pages.month_page(pages.WHOLE_PAPER, month), pages.sitemap(month)]
    goes_on = len(within) == PIECE
    return [*own, *sorted(row.doc["address"] for row in within)], list(within[-1].key) if goes_on else None


def of_links(table: Table, path: str, after: After) -> tuple[list[str], After]:
    """Whoever links to an address."""
    rows = table.query(links_pk(path), after=after[1] if after else None, limit=PIECE)
    texts = table.get_many(text_key(row.doc["kind"], row.doc["id"]) for row in rows)
    return sorted(row.doc["address"] for row in texts.values()), list(rows[-1].key) if len(rows) == PIECE else None


def of_discussion(table: Table, article: str, after: After) -> tuple[list[str], After]:
    """The pages of a discussion and its feeds."""
    rows = table.query(talk_pk(article), after=after[1] if after else None, limit=PIECE)
    paths = {path for row in rows if page_of_place(row.key.sk) for path in pages_of_remark(article, row.key.sk)}
    feeds = [] if after else [pages.comment_feed(), pages.comment_feed(article)]
    return [*feeds, *sorted(paths)], list(rows[-1].key) if len(rows) == PIECE else None


def of_bucket(bucket: Bucket, table: Table, after: After) -> tuple[list[str], After]:
    """What stands in the site bucket and was never marked as a page: to be asked whether any row calls for it."""
    keys = bucket.listed(after[0] if after else "", KEYS)
    paths = [pages.at_key(key) for key in keys]
    known = table.editions(paths).keys()
    return [path for path in paths if path not in known], [keys[-1]] if len(keys) == KEYS else None
