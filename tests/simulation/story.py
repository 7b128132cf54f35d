"""What happens in a schedule, in the newsroom's words."""

import json
from typing import Any

from tests.simulation.wire import Call

_NOUNS = {"UPLOAD": "receipt row of", "ARTICLE": "article", "STATIC": "static page", "AUTHOR": "author",
          "ADDRESS": "address", "LIST": "list", "MONTHS": "months of", "LINK": "links to", "PAGE": "edition of",
          "TALK": "discussion of", "COMMENT": "comment", "WAITING": "replies waiting for", "WRITER": "writer",
          "SITE": "settings", "DUE": "what is due", "OPEN": "open discussions", "CLOCK": "clock",
          "HELD": "what is held", "OUT-TRAY": "out-tray", "RATE": "rate", "SAID": "what was said"}  # fmt: skip


def of_key(key: dict[str, Any]) -> str:
    """A row."""
    kind, _, name = key["pk"]["S"].partition("#")
    sk = key.get("sk", {}).get("S", "")
    return " ".join(filter(None, (_NOUNS.get(kind, kind), name, f"({sk})" if sk not in ("", kind) else "")))


def of_call(call: Call) -> str:  # noqa: C901 - a list of phrases
    """What a handler asks for."""
    asked = call.asked
    match call.name:
        case "get_item":
            return f"reads {of_key(asked['Key'])}"
        case "batch_get_item":
            ((_, wanted),) = asked["RequestItems"].items()
            return f"reads {_some([of_key(key) for key in wanted['Keys']])}"
        case "query":
            values = asked["ExpressionAttributeValues"]
            return f"looks through {of_key({'pk': values[':pk']})}"
        case "scan":
            return f"walks through segment {asked['Segment']} of the table"
        case "transact_write_items":
            writes = [next(iter(item.items())) for item in asked["TransactItems"]]
            return f"writes at once {_some([_write(kind, write) for kind, write in writes])}"
        case "batch_write_item":
            ((_, puts),) = asked["RequestItems"].items()
            return f"puts {_some([of_key(put['PutRequest']['Item']) for put in puts])}"
        case "put_item" | "delete_item" | "update_item":
            return f"{_write(call.name.partition('_')[0].capitalize(), asked)}"
        case "head_object":
            return f"looks what stands at {asked['Bucket']}/{asked['Key']}"
        case "get_object":
            return f"reads the file {asked['Key']}"
        case "put_object":
            edition = asked.get("Metadata", {}).get("edition", "-")
            token = asked.get("IfMatch") or ("nothing stands there" if "IfNoneMatch" in asked else "nothing")
            kind = " the tombstone" if "tombstone" in asked.get("Metadata", {}) else ""
            return f"places{kind} {asked['Bucket']}/{asked['Key']} in edition {edition} if {token[:9]}"
        case "send_message_batch":
            name = asked["QueueUrl"].rpartition("/")[2]
            return f"sends to {name}: {_some([entry['MessageBody'] for entry in asked['Entries']])}"
        case "send_email":
            return f"mails {asked['Destination']['ToAddresses']}"
    return f"calls {call.service}.{call.name}"


def _write(kind: str, write: dict[str, Any]) -> str:
    key = write.get("Item") or write["Key"]
    verbs = {"Put": "", "Delete": "no ", "Update": "one more ", "ConditionCheck": "(if) "}
    token = write.get("ExpressionAttributeValues", {}).get(":was", {}).get("N")
    condition = f" over revision {token}" if token else ""
    return f"{verbs[kind]}{of_key(key)}{condition}"


def of_records(records: list[dict[str, Any]]) -> str:
    """A batch of the stream."""
    return _some([of_key(record["dynamodb"]["Keys"]) for record in records])


def of_message(line: str, body: str) -> str:
    """A message."""
    try:
        value = json.loads(body)
        match line:
            case "upload":
                return str([record["s3"]["object"]["key"] for record in value["Records"]])
            case "comment":
                return f"the comment “{value['text']}”"
            case "render":
                return value["page"] + (" again" if value.get("again") else "")
    except (ValueError, KeyError, TypeError):
        pass
    return body[:60]


def of_refusal(problem: BaseException) -> str:
    """Why something was not done."""
    response = getattr(problem, "response", {})
    return response.get("Error", {}).get("Code", type(problem).__name__)


def _some(things: list[str]) -> str:
    return ", ".join(things[:12]) + (f" and {len(things) - 12} more" if len(things) > 12 else "")
