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
from adapters.clients import setting
from adapters.objects import Bucket, ObjectHead
from adapters.table import Table
from newsroom import urls
from newsroom.errors import TransientError
from newsroom.rendering import render, template_version
from newsroom.rendering.content import FixedContent, RenderedPage, TombstoneContent
from newsroom.rendering.site_context import context_for
from newsroom.rows import TEMPLATE_VERSION_KEY
from newsroom.site import Site
from newsroom.urls import Page
from workflows.page_content import ContentLoader, load_content

ATTEMPTS = 4  # at a page somebody else keeps writing
ComparisonResult = Literal["right", "differs", "missing", "strange"]


@dataclass(frozen=True, slots=True)
class PageComparison:
    """A page as it should be, beside what stands in its place.

    stands: None where nothing does. drawn: what should stand there; None where there is nothing to draw.
    verdict: right if those are equal to the byte; strange is what no row calls for, and what is drawn in
    its place is a tombstone (of an asset none is, nor of a file that may be the owner's). site: the settings
    it was drawn by.
    """

    page: Page
    edition: int
    current: ObjectHead | None
    rendered: RenderedPage | None
    verdict: ComparisonResult
    site: Site

    @property
    def is_current(self) -> bool:
        """Whether nothing is to be written."""
        return self.rendered is None or self.verdict == "right"


@dataclass(slots=True)
class RenderResult:
    """What came of drawing pages: each as it was found, and those that could not be drawn now, and why."""

    comparisons: list[PageComparison] = field(default_factory=list)
    failed: dict[Page, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageRenderer:
    """Where pages are drawn from and where they are placed; receipts stand beside the uploads."""

    table: Table
    site: Bucket
    uploads: Bucket
    site_url: str

    @classmethod
    def of_function(cls, bucket: type[Bucket]) -> "PageRenderer":
        """The one of the function that runs here, as the template has set it up. bucket: the kind it uses."""
        gc.set_threshold(100_000)  # a batch's rows are tens of thousands of values in no circle, walked for nothing
        site, uploads = bucket(setting("SITE_BUCKET")), bucket(setting("UPLOAD_BUCKET"))
        return cls(Table(setting("NEWS_TABLE")), site, uploads, setting("SITE_URL"))

    def bucket_of(self, page: Page) -> Bucket:
        """The bucket a page stands in."""
        return self.uploads if page.kind == "receipt" else self.site

    def compare(self, asked: Sequence[Page], *, skip_current: bool = False) -> list[PageComparison]:
        """Each page beside what stands there, in order.

        trusting: leave out pages that stand there in their present edition. An edition is raised after
        the rows have changed and was read before they were, so such a page shows them; a busy page is
        asked for far more often than it changes. Whoever doubts what stands there does not trust it.

        Raises TransientError in a function whose version has just been succeeded by a newer one.
        """
        standing = self._heads(asked) if skip_current else self._bare_heads(asked)
        editions = self.table.editions(page.path for page in asked)
        left = [page for page in asked if not (skip_current and _is_drawn(standing[page], editions.get(page.path)))]
        if not left:
            return []
        loader = ContentLoader.open(self.table, left, self.site_url)
        last = loader.row(TEMPLATE_VERSION_KEY)
        if last and template_version.is_superseded(
            template_version.current(), cast(template_version.TemplateVersion, last.doc), clock.now()
        ):
            raise TransientError("a newer version of the paper's templates has come: this one steps aside for it")
        return [_sheet(page, loader, editions.get(page.path, 0), standing[page]) for page in left]

    def _heads(self, asked: Iterable[Page]) -> dict[Page, ObjectHead | None]:
        asked = list(asked)
        return dict(zip(asked, self.site.map_concurrently(self._head, asked), strict=True))

    def _head(self, page: Page) -> ObjectHead | None:
        return self.bucket_of(page).head(urls.object_key(page.path))

    def _bare_heads(self, asked: Sequence[Page]) -> dict[Page, ObjectHead | None]:
        """The same of many pages, without the metadata, but for those that may be no pages of ours."""
        standing = self._heads(page for page in asked if page.kind == "asset" or _may_be_anothers(page))
        for bucket in (self.site, self.uploads):
            keys = {page: urls.object_key(page.path) for page in asked
                    if page not in standing and self.bucket_of(page) == bucket}  # fmt: skip
            found = bucket.head_many(keys.values())
            standing |= {page: found[key] for page, key in keys.items()}
        return standing

    def render(self, asked: Sequence[Page], *, skip_current: bool = False) -> RenderResult:
        """Compare pages and place those that are not right.

        Where a batch fails its pages are tried one by one: no page takes its neighbours with it.
        """
        result, left = RenderResult(), list(dict.fromkeys(asked))
        for _ in range(ATTEMPTS):
            left = self._attempt(left, skip_current, result)
            if not left:
                return result
        result.failed |= {page: TransientError("others kept writing it while it was drawn") for page in left}
        return result

    def _attempt(self, asked: list[Page], skip_current: bool, result: RenderResult) -> list[Page]:
        """Draw each page once; returns those somebody else wrote meanwhile, to start over with."""
        try:
            comparisons = self.compare(asked, skip_current=skip_current)
            done = self.write(comparisons)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is this page's alone
            if len(asked) == 1:
                result.failed[asked[0]] = problem
                return []
            return [again for page in asked for again in self._attempt([page], skip_current, result)]
        result.comparisons += [comparison for comparison, is_done in zip(comparisons, done, strict=True) if is_done]
        return [comparison.page for comparison, is_done in zip(comparisons, done, strict=True) if not is_done]

    def write(self, comparisons: Sequence[PageComparison]) -> list[bool]:
        """Write pages that are not right already; False for each that somebody else wrote meanwhile.

        Leaving equal bytes alone is safe only because the edition is among them. The assets of their
        dress go first.
        """
        assets = [comparison for comparison in comparisons if comparison.page.kind == "asset"]
        others = [comparison for comparison in comparisons if comparison.page.kind != "asset"]
        done = self.site.map_concurrently(self._write, assets)
        for comparison in others:
            if comparison.page.kind != "receipt" and not comparison.is_current:
                self._ensure_assets(comparison.site)
        done += self.site.map_concurrently(self._write, others)
        by_page = {comparison.page: is_done for comparison, is_done in zip([*assets, *others], done, strict=True)}
        return [by_page[comparison.page] for comparison in comparisons]

    def _write(self, comparison: PageComparison) -> bool:
        return (
            comparison.rendered is None
            or comparison.is_current
            or self._put(comparison.page, comparison.edition, comparison.current, comparison.rendered)
        )

    def settings(self) -> Site:
        """The paper's settings in force."""
        return ContentLoader(self.table, self.site_url).site

    def _ensure_assets(self, site: Site) -> None:
        """See once that a version's assets are in place before any page that refers to them is."""
        for path in sorted(context_for(site).assets.keys() - uploaded_assets()):
            page = urls.parse_path(path)
            if self.site.head(urls.object_key(path)) is None:
                self._put(page, 0, None, render.render_page(page, FixedContent(), site, 0))
            uploaded_assets().add(path)

    def _put(self, page: Page, edition: int, stands: ObjectHead | None, drawn: RenderedPage) -> bool:
        return self.bucket_of(page).put_if_match(
            urls.object_key(page.path),
            drawn.body,
            etag=stands.etag if stands else None,
            content_type=drawn.content_type,
            cache_control=drawn.cache_control,
            metadata={**drawn.metadata, "edition": str(edition)},
        )


@cache
def uploaded_assets() -> set[str]:
    """The assets this process has seen in their place."""
    return set()


def _is_drawn(stands: ObjectHead | None, edition: int | None) -> bool:
    return stands is not None and stands.metadata.get("edition") == str(edition)


def _may_be_anothers(page: Page) -> bool:
    """Whether a file of the paper's owner may stand in a page's place. Nothing is ever written over one, whatever a
    text claims its address for; what we have placed is known by its edition."""
    return page.kind == "text" and not urls.is_reserved(page.path)


def _sheet(page: Page, loader: ContentLoader, edition: int, stands: ObjectHead | None) -> PageComparison:
    if stands and _may_be_anothers(page) and not stands.is_ours:
        return PageComparison(page, edition, stands, None, "strange", loader.site)
    content = load_content(page, loader)
    if content is None and page.article and edition:
        # A page of a discussion is marked only once there is something for it to show. Where nothing stands yet,
        # an older drawing may be on its way: what leaves the place empty leaves no token that would stop it.
        content = TombstoneContent()
    if content is None and stands is None:
        return PageComparison(page, edition, stands, None, "right", loader.site)
    if content is None and stands and page.kind == "asset":  # readers' caches still ask for those of earlier days
        return PageComparison(page, edition, stands, None, "right" if stands.is_ours else "strange", loader.site)
    drawn = render.render_page(page, content or TombstoneContent(), loader.site, edition)
    if stands is None:
        verdict: ComparisonResult = "missing"
    elif stands.etag == f'"{md5(drawn.body, usedforsecurity=False).hexdigest()}"':
        verdict = "right"
    else:
        verdict = "differs" if content else "strange"
    return PageComparison(page, edition, stands, drawn, verdict, loader.site)
