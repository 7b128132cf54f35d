"""What tests put something else in the place of, each with its reason, and in one place for all of them.

Faults are not among these: they come about at the AWS client (tests/faults.py). What is here are the world outside,
and limits, which tests make small so that few rows reach them. A name that changes is changed here once.
tests/simulation/mutants.py, which breaks code of ours on purpose, has a place of its own for that.
"""

from typing import Any

import pytest

OUTSIDE = {
    "clients": "adapters.clients.make",  # a store in memory answers, and not the net
    "render_page's bucket": "render_page.handler.ObstoreBucket",  # obstore, in Rust, passes every stand-in by
    "rebuild_site's bucket": "rebuild_site.handler.ObstoreBucket",
    "time": "adapters.clock.now",  # a paper has a clock of its own
    "pauses": "adapters.clock.pause",  # nobody waits in a simulation
    "the desk's waiting": "infra.polling.sleep",  # the newsroom works meanwhile, in the same thread
    "the site's answer": "infra.cli.status_report.front_page",  # asked over the net
    "AWS beside the newsroom": "boto3.client",  # services that no store of ours knows: CloudFront, CloudFormation
    "other programs": "subprocess.run",  # Lighthouse takes a minute, and fails by chance alone
    "a theme's trial": "workflows.theme_trial.PROGRAM",  # a process that ends as no theme we know of makes it end
}
LIMITS = {
    "articles of a release": "workflows.release.AT_ONCE",
    "rows of a scan": "workflows.rebuild_scan.ROWS_OF_TABLE",
    "rows of a list": "workflows.rebuild_scan.ROWS_OF_LIST",
    "bytes of a row's body": "adapters.items._PART",
    "replies of a page": "newsroom.comments.placement.MOST_REPLIES",
    "entries of a front": "newsroom.urls.NEWEST",
    "seconds of a theme's trial": "workflows.theme_trial.TIMEOUT",
    "uploads under way": "infra.cli.receipts.WINDOW",
    "paths of an invalidation": "infra.cli.takedowns.MOST_PATHS",
    "verdicts at once": "infra.cli.moderate_comments.MAX_CONCURRENCY",
    "folder of zips": "infra.pack.BUILD",
}


def replace(monkeypatch: pytest.MonkeyPatch, what: str, value: Any) -> None:
    """Put a value in the place of one of these until the test ends."""
    monkeypatch.setattr((OUTSIDE | LIMITS)[what], value)
