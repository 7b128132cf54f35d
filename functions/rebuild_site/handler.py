"""Check many pages in bounded batches, and render those that differ from the tables.

Woken by RebuildQueue and, weekly, by the scheduler. Reads NewsTable; writes SiteBucket, UploadBucket's
receipts and reports, the progress of each rebuild in NewsTable, RebuildQueue and UploadQueue. Safe to
repeat: a current page is left alone, a batch is skipped if its shard has already moved past it, and an extra
check of an upload does no harm.
"""

from dataclasses import replace
from functools import cache

from adapters import clock
from adapters.batches import Batch
from adapters.clients import setting
from adapters.logs import with_context
from adapters.obstore_objects import ObstoreBucket
from adapters.wire import JsonObject
from newsroom.messages import RebuildMessage, parse_rebuild_message
from workflows.rebuild import Rebuilder
from workflows.render_pages import PageRenderer


@cache
def rebuilder() -> Rebuilder:
    return Rebuilder(PageRenderer.of_function(ObstoreBucket), setting("REBUILD_QUEUE"), setting("UPLOAD_QUEUE"))


@with_context
def handle(event: JsonObject, context: object) -> JsonObject:
    """Process the scheduler's tick, or a batch of RebuildQueue."""
    if "Records" not in event:
        name = f"{clock.now().date().isoformat()}-nightly"
        rebuilder().process(RebuildMessage("everything", mark=False, why="nightly", rebuild=name))
        return {}
    batch = Batch.parse(event, parse_rebuild_message)
    batch.process(process)
    return batch.response(setting("REBUILD_DLQ"))


def process(id: str, message: RebuildMessage) -> None:
    """Process one message. A request without a name gets one that is the same each time SQS delivers it."""
    rebuilder().process(replace(message, rebuild=message.rebuild or f"asked-{id}"))
