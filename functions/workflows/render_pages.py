"""Rendering: pages in the bucket are compared with the rows of the tables, and pages that differ are written.

The order is the correctness rule. First read the ETag of the object, then the edition, then the rows, all with
strongly consistent reads. Then write a page only if its ETag is still the same. Pages that are compared together go
through these steps together, so that shared rows are read once.
"""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import md5
from typing import Literal

from adapters import clock
from adapters.clients import setting
from adapters.objects import Bucket, ObjectHead
from adapters.table import Table
from newsroom import urls
from newsroom.errors import TransientError
from newsroom.rendering import render, template_version
from newsroom.rendering.content import Content, FixedContent, RenderedPage, TombstoneContent
from newsroom.rendering.site_context import SiteContext
from newsroom.site import Site
from newsroom.table_keys import TEMPLATE_VERSION_KEY
from newsroom.urls import Page
from workflows.content_loader import ContentLoader
from workflows.page_content import load_content

ATTEMPTS = 4  # for a page that another process keeps writing
Verdict = Literal["unchanged", "changed", "missing", "orphaned"]


@dataclass(frozen=True, slots=True)
class PageComparison:
    """A page as it should be, and its current object.

    current: None if no object exists. rendered: the correct page; None if there is nothing to render.
    verdict: unchanged if the two have equal bytes. orphaned if no row needs the object; then a tombstone is rendered,
    but not for an asset or for a file that may belong to the owner. site_context: of the render.
    """

    page: Page
    edition: int
    current: ObjectHead | None
    rendered: RenderedPage | None
    verdict: Verdict
    site_context: SiteContext

    @property
    def is_current(self) -> bool:
        """True if nothing must be written."""
        return self.rendered is None or self.verdict == "unchanged"


@dataclass(slots=True)
class RenderResult:
    """The result of a render: the comparison of each page, and the errors of pages that could not be rendered."""

    comparisons: list[PageComparison] = field(default_factory=list)
    failed: dict[Page, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageRenderer:
    """The source and the destinations of pages. Receipts are stored in the bucket of the uploads."""

    table: Table
    site: Bucket
    uploads: Bucket
    site_url: str

    @classmethod
    def of_function(cls, bucket: type[Bucket]) -> "PageRenderer":
        """Return the renderer of this function, with the settings of the template. bucket: the class of its buckets."""
        gc.set_threshold(100_000)  # a batch's rows are tens of thousands of values without cycles, scanned for nothing
        site, uploads = bucket(setting("SITE_BUCKET")), bucket(setting("UPLOAD_BUCKET"))
        return cls(Table(setting("NEWS_TABLE")), site, uploads, setting("SITE_URL"))

    def bucket_of(self, page: Page) -> Bucket:
        """Return the bucket of a page."""
        return self.uploads if page.kind == "receipt" else self.site

    def compare(self, pages: Sequence[Page], *, skip_current: bool = False) -> list[PageComparison]:
        """Compare each page with its current object, in order.

        skip_current: leave out pages whose object has the current edition. An edition is raised after the rows have
        changed, and a render reads it before the rows, so such an object shows the current rows. A busy page is
        requested far more often than it changes. Do not skip pages if the objects themselves may be wrong.

        Raises TransientError in a function whose version has just been replaced by a newer one.
        """
        heads = self._heads(pages) if skip_current else self._bare_heads(pages)
        editions = self.table.editions(page.path for page in pages)
        left = pages
        if skip_current:
            left = [page for page in pages if not _has_edition(heads[page], editions.get(page.path))]
        if not left:
            return []
        loader = ContentLoader.open(self.table, left, self.site_url)
        in_force = loader.doc(TEMPLATE_VERSION_KEY)
        if in_force and template_version.is_superseded(template_version.current(), in_force, clock.now()):
            raise TransientError("a newer version of the paper's templates has come: this one steps aside for it")
        site_context = SiteContext(loader.site)
        return [_compare_page(page, loader, site_context, editions.get(page.path, 0), heads[page]) for page in left]

    def _heads(self, pages: Sequence[Page]) -> dict[Page, ObjectHead | None]:
        return dict(zip(pages, self.site.map_concurrently(self._head, pages), strict=True))

    def _head(self, page: Page) -> ObjectHead | None:
        return self.bucket_of(page).head(urls.object_key(page.path))

    def _bare_heads(self, pages: Sequence[Page]) -> dict[Page, ObjectHead | None]:
        """Read the heads of many pages without the metadata, except for pages that may be files of the owner."""
        heads = self._heads([page for page in pages if page.kind == "asset" or _may_be_owners_file(page)])
        others = [page for page in pages if page not in heads]
        for bucket in (self.site, self.uploads):
            keys = {page: urls.object_key(page.path) for page in others if self.bucket_of(page) == bucket}
            listed = bucket.head_many(keys.values())
            heads |= {page: listed[key] for page, key in keys.items()}
        return heads

    def render(self, pages: Sequence[Page], *, skip_current: bool = False) -> RenderResult:
        """Compare pages and write those that are not current.

        If a batch fails, its pages are tried one by one, so that one bad page does not block the others.
        """
        result, left = RenderResult(), list(dict.fromkeys(pages))
        for _ in range(ATTEMPTS):
            left = self._attempt(left, skip_current, result)
            if not left:
                return result
        result.failed |= {page: TransientError("others kept writing it while it was drawn") for page in left}
        return result

    def _attempt(self, pages: list[Page], skip_current: bool, result: RenderResult) -> list[Page]:
        """Render each page once. Return the pages that another process wrote at the same time, for a retry."""
        try:
            comparisons = self.compare(pages, skip_current=skip_current)
            done = self.write(comparisons)
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is this page's alone
            if len(pages) == 1:
                result.failed[pages[0]] = problem
                return []
            return [again for page in pages for again in self._attempt([page], skip_current, result)]
        overtaken = []
        for comparison, is_done in zip(comparisons, done, strict=True):
            if is_done:
                result.comparisons.append(comparison)
            else:
                overtaken.append(comparison.page)
        return overtaken

    def write(self, comparisons: Sequence[PageComparison]) -> list[bool]:
        """Write pages that are not current. Return False for each that another process wrote at the same time.

        It is safe not to write equal bytes only because the edition is part of the bytes. The assets of the design
        are written first.
        """
        assets = [comparison for comparison in comparisons if comparison.page.kind == "asset"]
        others = [comparison for comparison in comparisons if comparison.page.kind != "asset"]
        done = self.site.map_concurrently(self._write, assets)
        for comparison in others:
            if comparison.page.kind != "receipt" and not comparison.is_current:
                self._ensure_assets(comparison.site_context)
        done += self.site.map_concurrently(self._write, others)
        by_page = {comparison.page: is_done for comparison, is_done in zip([*assets, *others], done, strict=True)}
        return [by_page[comparison.page] for comparison in comparisons]

    def _write(self, comparison: PageComparison) -> bool:
        if comparison.rendered is None or comparison.is_current:
            return True
        return self._put(comparison.page, comparison.edition, comparison.current, comparison.rendered)

    def settings(self) -> Site:
        """Return the current settings of the paper."""
        return ContentLoader(self.table, self.site_url).site

    def _ensure_assets(self, site_context: SiteContext) -> None:
        """Check once that a version's assets exist before any page that refers to them is written."""
        for path in sorted(site_context.assets.keys() - uploaded_assets()):
            page = urls.parse_path(path)
            if self.site.head(urls.object_key(path)) is None:
                self._put(page, 0, None, render.render_page(page, FixedContent(), site_context, 0))
            uploaded_assets().add(path)

    def _put(self, page: Page, edition: int, current: ObjectHead | None, rendered: RenderedPage) -> bool:
        return self.bucket_of(page).put_if_match(
            urls.object_key(page.path),
            rendered.body,
            etag=current.etag if current else None,
            content_type=rendered.content_type,
            cache_control=rendered.cache_control,
            metadata={**rendered.metadata, "edition": str(edition)},
        )


@cache
def uploaded_assets() -> set[str]:
    """Return the assets that this process knows to exist in the bucket."""
    return set()


def _has_edition(current: ObjectHead | None, edition: int | None) -> bool:
    return current is not None and current.metadata.get("edition") == str(edition)


def _may_be_owners_file(page: Page) -> bool:
    """Return True if a file of the paper's owner may be at a page's address. Such a file is never overwritten, even if
    a text claims its address. Objects that we wrote have an edition."""
    return page.kind == "text" and not urls.is_reserved(page.path)


def _compare_page(
    page: Page, loader: ContentLoader, site_context: SiteContext, edition: int, current: ObjectHead | None
) -> PageComparison:
    if _may_be_owners_file(page) and _is_foreign(current):
        return PageComparison(page, edition, current, None, "orphaned", site_context)
    content = _load_content(page, loader, edition)
    if content is None and (current is None or page.kind == "asset"):  # readers' cached pages still use older assets
        verdict: Verdict = "orphaned" if _is_foreign(current) else "unchanged"
        return PageComparison(page, edition, current, None, verdict, site_context)
    rendered = render.render_page(page, content or TombstoneContent(), site_context, edition)
    return PageComparison(page, edition, current, rendered, _verdict(content, rendered, current), site_context)


def _is_foreign(current: ObjectHead | None) -> bool:
    """Return True if there is an object that the paper did not write."""
    return current is not None and not current.is_ours


def _verdict(content: Content | None, rendered: RenderedPage, current: ObjectHead | None) -> Verdict:
    if current is None:
        return "missing"
    # An ETag is the body's MD5 only under SSE-S3, which infra/template.yaml sets for both buckets.
    if current.etag == f'"{md5(rendered.body, usedforsecurity=False).hexdigest()}"':
        return "unchanged"
    return "changed" if content else "orphaned"


def _load_content(page: Page, loader: ContentLoader, edition: int) -> Content | None:
    """Return the content of a page. A page of a discussion that was ever invalidated has at least a tombstone.

    Such a page is invalidated only after it has something to show. If no object exists yet, an older render may still
    write one: without an object there is no ETag that would stop it.
    """
    content = load_content(page, loader)
    if content is None and page.article and edition:
        return TombstoneContent()
    return content
