"""The pressroom: pages are compared with what the tables say of them, and those that differ are placed.

The order is the correctness rule: first the token of what stands there (its ETag), then the edition,
then the rows, all strongly read; then a page is written only if its token is still the same. Pages
that are compared together go through these steps together, so that rows they share are read once.
"""

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import md5
from typing import Literal, cast

from adapters import clock
from adapters.buckets import Bucket, Standing
from adapters.clients import setting
from adapters.morgue import Morgue, gather
from adapters.tables import Table
from newsroom import imprint, pages, rendering
from newsroom.content import Drawn, FixedContent, TombstoneContent
from newsroom.drawing.paper import paper_of
from newsroom.errors import TransientError
from newsroom.pages import Page
from newsroom.rows import IMPRINT_KEY
from newsroom.site import Site

ATTEMPTS = 4  # at a page somebody else keeps writing
Verdict = Literal["right", "differs", "missing", "strange"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it should be, beside what stands in its place.

    stands: None where nothing does. drawn: what should stand there; None where there is nothing to draw.
    verdict: right if those are equal to the byte; strange is what no row calls for, and what is drawn in
    its place is a tombstone (of an asset none is, nor of a file that may be the owner's). site: the settings
    it was drawn by.
    """

    page: Page
    edition: int
    stands: Standing | None
    drawn: Drawn | None
    verdict: Verdict
    site: Site

    @property
    def is_right(self) -> bool:
        """Whether nothing is to be written."""
        return self.drawn is None or self.verdict == "right"


@dataclass(slots=True)
class Printed:
    """What came of drawing pages: each as it was found, and those that could not be drawn now, and why."""

    sheets: list[Sheet] = field(default_factory=list)
    failed: dict[Page, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressroom:
    """Where pages are drawn from and where they are placed; receipts stand beside the uploads."""

    table: Table
    site: Bucket
    uploads: Bucket
    site_url: str

    @classmethod
    def of_function(cls, bucket: type[Bucket]) -> "Pressroom":
        """The one of the function that runs here, as the template has set it up. bucket: the kind it uses."""
        gc.set_threshold(100_000)  # a batch's rows are tens of thousands of values in no circle, walked for nothing
        site, uploads = bucket(setting("SITE_BUCKET")), bucket(setting("UPLOAD_BUCKET"))
        return cls(Table(setting("NEWS_TABLE")), site, uploads, setting("SITE_URL"))

    def bucket_of(self, page: Page) -> Bucket:
        """The bucket a page stands in."""
        return self.uploads if page.kind == "receipt" else self.site

    def compare(self, asked: Sequence[Page], *, trusting: bool = False) -> list[Sheet]:
        """Each page beside what stands there, in order.

        trusting: leave out pages that stand there in their present edition. An edition is raised after
        the rows have changed and was read before they were, so such a page shows them; a busy page is
        asked for far more often than it changes. Whoever doubts what stands there does not trust it.

        Raises TransientError in a function whose version has just been succeeded by a newer one.
        """
        standing = self._tokens(asked) if trusting else self._bare_tokens(asked)
        editions = self.table.editions(page.path for page in asked)
        left = [page for page in asked if not (trusting and _is_drawn(standing[page], editions.get(page.path)))]
        if not left:
            return []
        morgue = Morgue.open(self.table, left, self.site_url)
        last = morgue.row(IMPRINT_KEY)
        if last and imprint.steps_aside(imprint.own(), cast(imprint.Imprint, last.doc), clock.now()):
            raise TransientError("a newer version of the paper's templates has come: this one steps aside for it")
        return [_sheet(page, morgue, editions.get(page.path, 0), standing[page]) for page in left]

    def _tokens(self, asked: Iterable[Page]) -> dict[Page, Standing | None]:
        asked = list(asked)
        return dict(zip(asked, self.site.at_once(self._token, asked), strict=True))

    def _token(self, page: Page) -> Standing | None:
        return self.bucket_of(page).standing(pages.object_key(page.path))

    def _bare_tokens(self, asked: Sequence[Page]) -> dict[Page, Standing | None]:
        """The same of many pages, without the metadata, but for those that may be no pages of ours."""
        standing = self._tokens(page for page in asked if page.kind == "asset" or _may_be_anothers(page))
        for bucket in (self.site, self.uploads):
            keys = {page: pages.object_key(page.path) for page in asked
                    if page not in standing and self.bucket_of(page) == bucket}  # fmt: skip
            found = bucket.standings(keys.values())
            standing |= {page: found[key] for page, key in keys.items()}
        return standing

    def draw(self, asked: Sequence[Page], *, trusting: bool = False) -> Printed:
        """Compare pages and place those that are not right.

        Where a batch fails its pages are tried one by one: no page takes its neighbours with it.
        """
        printed, left = Printed(), list(dict.fromkeys(asked))
        for _ in range(ATTEMPTS):
            left = self._attempt(left, trusting, printed)
            if not left:
                return printed
        printed.failed |= {page: TransientError("others kept writing it while it was drawn") for page in left}
        return printed

    def _attempt(self, asked: list[Page], trusting: bool, printed: Printed) -> list[Page]:
        """Draw each page once; returns those somebody else wrote meanwhile, to start over with."""
        try:
            sheets = self.compare(asked, trusting=trusting)
            done = self.place(sheets)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is this page's alone
            if len(asked) == 1:
                printed.failed[asked[0]] = problem
                return []
            return [again for page in asked for again in self._attempt([page], trusting, printed)]
        printed.sheets += [sheet for sheet, is_done in zip(sheets, done, strict=True) if is_done]
        return [sheet.page for sheet, is_done in zip(sheets, done, strict=True) if not is_done]

    def place(self, sheets: Sequence[Sheet]) -> list[bool]:
        """Write pages that are not right already; False for each that somebody else wrote meanwhile.

        Leaving equal bytes alone is safe only because the edition is among them. The assets of their
        dress go first.
        """
        assets = [sheet for sheet in sheets if sheet.page.kind == "asset"]
        others = [sheet for sheet in sheets if sheet.page.kind != "asset"]
        done = self.site.at_once(self._place, assets)
        for sheet in others:
            if sheet.page.kind != "receipt" and not sheet.is_right:
                self._dress(sheet.site)
        done += self.site.at_once(self._place, others)
        by_page = {sheet.page: is_done for sheet, is_done in zip([*assets, *others], done, strict=True)}
        return [by_page[sheet.page] for sheet in sheets]

    def _place(self, sheet: Sheet) -> bool:
        return sheet.drawn is None or sheet.is_right or self._put(sheet.page, sheet.edition, sheet.stands, sheet.drawn)

    def settings(self) -> Site:
        """The paper's settings in force."""
        return Morgue(self.table, self.site_url).site

    def _dress(self, site: Site) -> None:
        """See once that a version's assets are in place before any page that refers to them is."""
        for path in sorted(paper_of(site).assets.keys() - placed_assets()):
            page = pages.read(path)
            if self.site.standing(pages.object_key(path)) is None:
                self._put(page, 0, None, rendering.draw(page, FixedContent(), site, 0))
            placed_assets().add(path)

    def _put(self, page: Page, edition: int, stands: Standing | None, drawn: Drawn) -> bool:
        return self.bucket_of(page).replace(
            pages.object_key(page.path),
            drawn.body,
            token=stands.etag if stands else None,
            content_type=drawn.content_type,
            cache_control=drawn.cache_control,
            metadata={**drawn.metadata, "edition": str(edition)},
        )


@cache
def placed_assets() -> set[str]:
    """The assets this process has seen in their place."""
    return set()


def _is_drawn(stands: Standing | None, edition: int | None) -> bool:
    return stands is not None and stands.metadata.get("edition") == str(edition)


def _may_be_anothers(page: Page) -> bool:
    """Whether a file of the paper's owner may stand in a page's place. Nothing is ever written over one, whatever a
    text claims its address for; what we have placed is known by its edition."""
    return page.kind == "text" and not pages.is_ours(page.path)


def _sheet(page: Page, morgue: Morgue, edition: int, stands: Standing | None) -> Sheet:
    if stands and _may_be_anothers(page) and not stands.is_ours:
        return Sheet(page, edition, stands, None, "strange", morgue.site)
    content = gather(page, morgue)
    if content is None and page.article and edition:
        # A page of a discussion is marked only once there is something for it to show. Where nothing stands yet,
        # an older drawing may be on its way: what leaves the place empty leaves no token that would stop it.
        content = TombstoneContent()
    if content is None and stands is None:
        return Sheet(page, edition, stands, None, "right", morgue.site)
    if content is None and stands and page.kind == "asset":  # readers' caches still ask for those of earlier days
        return Sheet(page, edition, stands, None, "right" if stands.is_ours else "strange", morgue.site)
    drawn = rendering.draw(page, content or TombstoneContent(), morgue.site, edition)
    if stands is None:
        verdict: Verdict = "missing"
    elif stands.etag == f'"{md5(drawn.body, usedforsecurity=False).hexdigest()}"':
        verdict = "right"
    else:
        verdict = "differs" if content else "strange"
    return Sheet(page, edition, stands, drawn, verdict, morgue.site)
