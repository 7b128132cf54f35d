"""The real envelopes of events/, and what the queues and the table hold after a handler was woken by one."""

import json
import os
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from adapters import clients, logs
from adapters.table import Table
from newsroom import urls
from newsroom.rows import Row
from newsroom.table_keys import Key
from tests.paper import ROOT

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


def names(verb: str) -> list[str]:
    """The envelopes of a verb, by name. Tests look each one up in what they expect of it, so that an
    envelope nobody expects anything of is a failing test."""
    return sorted(path.stem for path in (ROOT / "events" / verb).glob("*.json"))


def envelope(verb: str, name: str) -> dict[str, Any]:
    """One envelope, fresh."""
    return json.loads((ROOT / "events" / verb / f"{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def messages(*bodies: object) -> dict[str, Any]:
    """A queue's event of these messages, in order; their ids are "0", "1", and so on."""
    records = [
        {"messageId": str(place), "body": body if isinstance(body, str) else json.dumps(body)}
        for place, body in enumerate(bodies)
    ]
    return {"Records": records}


def waiting(queue: str) -> list[dict[str, Any]]:
    """Takes every message out of a queue, named as the functions' settings name it."""
    url, bodies = os.environ[queue], []
    while found := clients.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in found:
            clients.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
    return bodies


def asked_for() -> list[str]:
    """Takes every request for a render out of its queue: the paths, and those drawn together with them."""
    return [path for message in waiting("RENDER_QUEUE") for path in urls.render_group(message["page"])]


def rows() -> dict[Key, Row]:
    """Every row of the table but those of pages."""
    keys, _ = Table("news").scan(0, 1, None, 10_000)
    return Table("news").get_many(key for key in keys if key.sk != "PAGE" and not key.sk.startswith("ARTICLE#"))


def editions() -> dict[str, int]:
    """The edition of every page that was ever marked."""
    keys, _ = Table("news").scan(0, 1, None, 10_000)
    marked = [key.pk.removeprefix("PAGE#") for key in keys if key.sk == "PAGE"]
    return Table("news").editions(path for each in marked for path in urls.render_group(each))


@dataclass(frozen=True)
class Log:
    """Where the functions' logger writes."""

    stream: StringIO = field(default_factory=StringIO)

    @property
    def text(self) -> str:
        """Everything that was written, as it is kept."""
        return self.stream.getvalue()

    def lines(self, level: str = "") -> list[dict[str, Any]]:
        """The lines, or those of one level."""
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if level in ("", line["level"])]


def read_log() -> Log:
    """Have all that the functions log from here on written where it can be read."""
    log = Log()
    logs.logger().registered_handler.setStream(log.stream)  # type: ignore[union-attr]
    return log
