"""Run the newsroom on this machine until a signal stops it.

    python -m infra.local --content events/uploads --port 8080 --state .local

Starts the local cloud, deploys the template to it, publishes the content folder, serves the site and
publishes every later save. SIGINT and SIGTERM stop everything; the next run continues from there.
"""

import argparse
import io
import json
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TypeVar

from botocore.exceptions import ClientError
from rich.console import Console
from rich.progress import Progress
from watchfiles import watch

from adapters import secrets
from infra import JsonObject, pack
from infra.local import CannotRun
from infra.local.cloud import REGION, LocalCloud
from infra.local.deployment import deploy
from infra.local.folder import (
    SETTINGS,
    Settled,
    Touch,
    ignored_files,
    in_turn,
    keys_touched,
    open_for_writing,
    settle,
    uploads,
)
from infra.local.site_server import SiteServer
from infra.local.uploading import Uploads, receipt_text
from infra.polling import poll_until
from infra.receipt import Receipt
from newsroom import urls
from newsroom.messages import upload_message
from newsroom.table_keys import upload_key

Result = TypeVar("Result")

TICK = 100  # milliseconds between two checks of changing files
EDITOR, SENDER = "editor@newsroom.example", "paper@newsroom.example"  # mail stays in the local cloud
TIMEOUT = 60.0  # seconds without progress before it stops waiting for the first pages


class Stopped(BaseException):
    """A signal asked the newsroom to stop."""


def main() -> int:
    """Read the arguments and run; print an error as one line; return the exit code."""
    logging.getLogger("watchfiles").setLevel(logging.CRITICAL)  # it logs a stop as a caught interrupt
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # flush each line at once, also into a pipe or a file
    options = argparse.ArgumentParser(prog="python -m infra.local", description="Run the newsroom on this machine.")
    options.add_argument("--content", default="events/uploads", help="the folder to publish and to watch")
    options.add_argument("--port", default="8080", help="where the site is served, on 127.0.0.1")
    options.add_argument("--state", default=".local", help="the folder for the local cloud's data")
    chosen = options.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # nothing here may use the real AWS account of this machine's owner
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    try:
        _run(Path(chosen.content), _port(chosen.port), Path(chosen.state))
    except CannotRun as problem:
        print(f"Broadsheet cannot run: {problem}.", file=sys.stderr)
        return 1
    except Stopped:
        print("Stopped. Everything published is kept for the next run.")
    return 0


def _stop(*_: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a second signal must not interrupt the stop
    raise Stopped


def _port(given: str) -> int:
    if not given.isdecimal() or not 0 < int(given) < 1 << 16:
        raise CannotRun(f"PORT is '{given}': give a number from 1 to 65535")
    return int(given)


def _run(content: Path, port: int, state: Path) -> None:
    if not content.is_dir():
        raise CannotRun(f"CONTENT={content} is not a folder: name the one that holds articles/, authors/ and pages/")
    with SiteServer(port) as front, LocalCloud(state) as cloud:
        print("The local cloud has started: deploying the newsroom to it.")
        outputs = deploy(cloud, pack.pack(), {"LocalSiteUrl": front.url, "EditorEmail": EDITOR, "SenderEmail": SENDER})
        for purpose in secrets.PURPOSES:  # otherwise the readers of the first minute would have to wait
            secrets.mint(outputs["SecretTable"], purpose, cloud.client("dynamodb"))
        described = describe(cloud.endpoint, front.url, outputs)
        described |= {"credentials": cloud.credentials, "mail": cloud.mail}
        api = f"{cloud.endpoint}/_aws/execute-api/{outputs['ApiId']}/$default"
        _write_private(state / "cloud.json", json.dumps(described, indent=2) + "\n")
        front.serve(cloud.client("s3"), described["buckets"]["site"], api, cloud.key)
        newsroom = Newsroom(cloud, front, described, content.resolve())
        newsroom.catch_up()
        for changes in watch(newsroom.content, watch_filter=None, step=50, debounce=400, rust_timeout=TICK,
                             yield_on_timeout=True, raise_interrupt=False):  # fmt: skip
            newsroom.notice([Path(path) for _, path in changes], time.monotonic())
    raise Stopped  # watch() swallows the signal's exception if it is raised in its own code


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(path)


def describe(endpoint: str, site_url: str, outputs: Mapping[str, str]) -> JsonObject:
    """Return the content of STATE/cloud.json for AWS clients: the local cloud's address and its resources."""

    def named(ending: str) -> dict[str, str]:
        return {_snake(name.removesuffix(ending)): value for name, value in outputs.items() if name.endswith(ending)}

    dead_letters = {f"{name}_dlq": url for name, url in named("Dlq").items()}
    return {
        "endpoint": endpoint,
        "region": REGION,
        "site_url": site_url,
        "api_url": f"{site_url}/api",
        "buckets": named("Bucket"),
        "queues": named("Queue") | dead_letters,
        "tables": named("Table"),
        "distribution": outputs.get("DistributionId", ""),
    }


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class Newsroom:
    """The running newsroom, driven by its watched folder."""

    def __init__(self, cloud: LocalCloud, front: SiteServer, described: JsonObject, content: Path) -> None:
        self.content = content
        self._cloud, self._front = cloud, front
        self._site_bucket = described["buckets"]["site"]
        self._queues = described["queues"]
        self._table = described["tables"]["news"]
        self._sqs, self._s3, self._dynamodb = cloud.client("sqs"), cloud.client("s3"), cloud.client("dynamodb")
        self._uploads = Uploads(self._s3, described["buckets"]["upload"])
        self._touched: dict[str, Touch] = {}
        self._live = False

    def catch_up(self) -> None:
        """Render the pages that the last stop left undone."""
        self._uploads.look()
        if self._cloud.lost:
            print("The last run was killed before it could save: looking at every upload again.")
            self._read_again(self._uploads.every_key())
        self._sqs.send_message(QueueUrl=self._queues["rebuild"], MessageBody=json.dumps({"of": "everything"}))

    def _read_again(self, keys: list[str]) -> None:
        """Enqueue these keys again, site.yaml first, because their rows may be lost."""
        if SETTINGS in keys:
            before = self._revision(SETTINGS)
            self._enqueue(SETTINGS)
            self._wait(lambda: self._revision(SETTINGS) != before, SETTINGS)
        for key in keys:
            if key != SETTINGS:
                self._enqueue(key)

    def _enqueue(self, key: str) -> None:
        self._sqs.send_message(QueueUrl=self._queues["upload"], MessageBody=json.dumps(upload_message(key)))

    def _revision(self, key: str) -> int:
        """Return the revision of a key's upload row; 0 if there is none."""
        pk, sk = upload_key(key)
        answer = self._dynamodb.get_item(TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        return int(answer.get("Item", {"rev": {"N": "0"}})["rev"]["N"])

    def notice(self, changed: list[Path], now: float) -> None:
        """Publish and withdraw the files in the folder that have stopped changing.

        changed: the changed paths. now: seconds on a monotonic clock.
        """
        self._check_cloud()
        if not self._live:  # the first time, when the watch is active and no save can be missed
            self._go_live()
        if not self.content.is_dir():
            return  # moved away or not mounted: no reason to withdraw all uploads
        for key in keys_touched(self.content, changed, self._uploads.present):
            self._touched[key] = Touch(now, (self.content / key).is_file())
        self._handle_settled(now)

    def _handle_settled(self, now: float) -> None:
        """Publish and withdraw the touched files that have stopped changing, and print the receipts that came."""
        settled = self._settled(now)
        self._touched = settled.rest
        for receipt in self._publish({key: self.content / key for key in settled.publish}):
            print(receipt_text(receipt, self._front.url))
        for key in self._uploads.withdraw(key for key in settled.withdraw if not (self.content / key).exists()):
            print(f"{key}: withdrawn")
        for receipt in self._uploads.receipts():
            print(receipt_text(receipt, self._front.url))

    def _settled(self, now: float) -> Settled:
        """Return the files that have stopped changing, and those that have not."""
        quiet = {key: self.content / key for key in settle(self._touched, now).publish}
        written = open_for_writing(quiet.values())
        return settle(self._touched, now, {key for key, path in quiet.items() if path in written})

    def _publish(self, files: Mapping[str, Path]) -> list[Receipt]:
        """Upload files. Return the receipt of site.yaml if it is one of them: the others wait for it."""
        receipts = []
        for batch in in_turn(files):
            for error in self._uploads.publish(batch):
                print(error)
            if SETTINGS in batch and SETTINGS in self._uploads.expected:
                receipt = self._wait(lambda: self._uploads.receipt_of(SETTINGS), "the receipt of site.yaml")
                receipts += [receipt] if receipt else []
                if receipt and receipt["status"] == "rejected" and len(files) > 1:
                    print("site.yaml is rejected, so all else is read with the settings that were in force before.")
        return receipts

    def _go_live(self) -> None:
        """Publish the new and changed files in the folder, and wait for the first pages."""
        for ignored in ignored_files(self.content):
            print(f"{ignored}: left alone, it is not in articles/, authors/, pages/ or theme/ and not site.yaml")
        self._await_receipts(self._publish(uploads(self.content)))
        self._wait(self._has_home_page, "the home page")
        self._live = True
        print(f"Broadsheet is live at {self._front.url}")
        print(f"Mail that the newsroom sends is kept at {self._cloud.mail}")
        print(f"Save a file in {self.content} to publish it, delete it to withdraw it. Ctrl-C stops.", flush=True)

    def _await_receipts(self, came: list[Receipt]) -> None:
        """Wait for the receipts of the uploads. came: the receipts that have already come."""
        total, rejected = len(came) + len(self._uploads.expected), 0
        if not total:
            return
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(f"Publishing {self.content}", total=total)
            while True:
                for receipt in came:
                    rejected += receipt["status"] == "rejected"
                    if receipt["status"] == "rejected" or (receipt["key"] == SETTINGS and receipt["warnings"]):
                        progress.console.print(receipt_text(receipt, self._front.url), markup=False)
                progress.update(bar, completed=total - len(self._uploads.expected))
                came = (self._wait(self._uploads.receipts, "receipts") or []) if self._uploads.expected else []
                if not came:
                    break
        print(f"Of {total} uploads, {total - rejected - len(self._uploads.expected)} accepted, {rejected} rejected.")
        self._wait(self._queues_are_empty, "the last pages")

    def _has_home_page(self) -> bool:
        try:
            self._s3.head_object(Bucket=self._site_bucket, Key=urls.object_key("/"))
        except ClientError:
            return False
        return True

    def _queues_are_empty(self) -> bool:
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answers = [
            self._sqs.get_queue_attributes(QueueUrl=self._queues[name], AttributeNames=counts)["Attributes"]
            for name in ("upload", "render")
        ]
        return not any(int(count) for answer in answers for count in answer.values())

    def _wait(self, ready: Callable[[], Result], what: str) -> Result | None:
        """Poll until the result is not empty; after TIMEOUT seconds, print a message and return None."""

        def ready_in_running_cloud() -> Result:
            self._check_cloud()
            return ready()

        result = poll_until(ready_in_running_cloud, TIMEOUT, every=TICK / 1000)
        if not result:
            log = self._cloud.state / "cloud.log"
            print(f"Going on without {what}: nothing came for {TIMEOUT:.0f} seconds, and {log} may say why.")
        return result

    def _check_cloud(self) -> None:
        if not self._cloud.running():
            raise CannotRun(f"the local cloud has ended: see the end of {self._cloud.state / 'cloud.log'}")


if __name__ == "__main__":
    sys.exit(main())
