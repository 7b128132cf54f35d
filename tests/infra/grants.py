"""What the template grants to each function's role, worked out from its policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing somebody would do: an action on a resource, by its logical name and the path within it.

    leading_key: of the row in a table, as `dynamodb:LeadingKeys` knows it.
    """

    action: str
    resource: str
    path: str = ""
    leading_key: str = ""


def statements_of(role: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the statements of all policies of a role. role: its properties in the template."""
    return [each for policy in role.get("Policies", ()) for each in policy["PolicyDocument"]["Statement"]]


def granted(statements: list[dict[str, Any]], wish: Wish, *, with_conditions: bool = True) -> bool:
    """Whether these statements of a role allow it. They allow and never deny, which another test holds.

    with_conditions: False for a cloud that knows none.
    """
    return any(
        any(fnmatchcase(wish.action, action) for action in _as_list(each["Action"]))
        and any(_covers(resource, wish) for resource in _as_list(each["Resource"]))
        and (not with_conditions or _meets(each.get("Condition"), wish))
        for each in statements
    )


def _covers(resource: Mapping[str, Any], wish: Wish) -> bool:
    match resource:
        case {"Fn::GetAtt": [name, "Arn" | "Id"]}:
            return bool(name == wish.resource and not wish.path)
        case {"Fn::Sub": pattern}:
            return fnmatchcase(f"${{{wish.resource}.Arn}}/{wish.path}", pattern)
    return False


def _meets(condition: Mapping[str, Any] | None, wish: Wish) -> bool:
    keys = (condition or {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
    return keys is None or any(fnmatchcase(wish.leading_key, key) for key in keys)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
