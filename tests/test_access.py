"""Who may do what, tried cell by cell on the running newsroom: what the template does not grant is refused.

The rows are everybody there is: nobody, the holders of expired, tampered and false credentials and links, and each
function's role. The
columns are what must not fall into wrong hands. What a role may do is worked out from the template.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, Literal
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from infra import template
from newsroom.comments import tokens
from tests.infra.grants import Wish, granted, statements_of
from tests.running import MINISTACK, Running, eventually

pytestmark = [
    pytest.mark.xdist_group("end-to-end"),
    pytest.mark.skipif(not MINISTACK.exists(), reason="the local cloud is not installed: `make test` installs it"),
]

TEMPLATE = template.load()
ROLES = template.resources(TEMPLATE, "AWS::IAM::Role")
QUEUES = list(template.resources(TEMPLATE, "AWS::SQS::Queue"))
DRAFT, HELD = "A draft nobody may read", "A comment nobody may read yet"
Answer = Literal["done", "refused"]
REFUSALS = {
    "AccessDenied", "AccessDeniedException", "403", "Forbidden", "InvalidClientTokenId", "SignatureDoesNotMatch",
    "InvalidAccessKeyId", "InvalidSignatureException", "UnrecognizedClientException", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "ExpiredToken", "ExpiredTokenException",
    "InvalidToken",
}  # fmt: skip

COLUMNS: dict[str, Wish] = {
    "publish an article": Wish("s3:PutObject", "UploadBucket", "articles/intruder.md"),
    "withdraw an article": Wish("s3:DeleteObject", "UploadBucket", "articles/ferry.md"),
    "forge a receipt": Wish("s3:PutObject", "UploadBucket", "receipts/articles/ferry.md.json"),
    "read a draft's file": Wish("s3:GetObject", "UploadBucket", "articles/draft.md"),
    "read a draft's row": Wish("dynamodb:GetItem", "NewsTable", leading_key="ARTICLE#draft"),
    "read a held comment": Wish("dynamodb:GetItem", "NewsTable", leading_key="COMMENT#held"),
    "approve a comment": Wish("dynamodb:PutItem", "NewsTable", leading_key="COMMENT#intruder"),
    "list everything": Wish("dynamodb:Scan", "NewsTable"),
    "read PrivateTable": Wish("dynamodb:GetItem", "PrivateTable", leading_key="COMMENT#held"),
    "list PrivateTable": Wish("dynamodb:Scan", "PrivateTable"),
    "write PrivateTable": Wish("dynamodb:PutItem", "PrivateTable", leading_key="COMMENT#intruder"),
    "schedule an article": Wish("dynamodb:PutItem", "NewsTable", leading_key="DUE"),
    "read the readers' secret": Wish("dynamodb:GetItem", "SecretTable", leading_key="SECRET"),
    "change the readers' secret": Wish("dynamodb:PutItem", "SecretTable", leading_key="SECRET"),
    "read the editors' secret": Wish("dynamodb:GetItem", "SecretTable", leading_key="EDITORS"),
    "change the editors' secret": Wish("dynamodb:PutItem", "SecretTable", leading_key="EDITORS"),
    "write the site": Wish("s3:PutObject", "SiteBucket", "intruder/index.html"),
    "empty the site": Wish("s3:DeleteObject", "SiteBucket", "index.html"),
    **{f"send to {queue}": Wish("sqs:SendMessage", queue) for queue in QUEUES},
}
NOT_ENFORCED = [
    ("ReceiveCommentRole", "read a draft's row"),
    ("ReceiveCommentRole", "read a held comment"),
    ("ReceiveCommentRole", "read the editors' secret"),
    ("RebuildSiteRole", "approve a comment"),
    ("RebuildSiteRole", "schedule an article"),
    ("PublishArticleRole", "approve a comment"),
    ("ReleaseArticlesRole", "approve a comment"),
    ("IngestCommentRole", "schedule an article"),
    ("ModerateCommentRole", "schedule an article"),
]
"""What the local cloud lets through, since it does not know dynamodb:LeadingKeys, and the template does not grant.
AWS refuses it; here the template is asserted, and every other test holds what functions write against their roles."""


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A paper with an article, a draft, and two comments that wait for the editor."""
    running = Running(tmp_path_factory.mktemp("access"))
    running.save("site.yaml", "title: The Harbour Post\ncomments:\n  seconds_between: 0\n")
    running.save("articles/ferry.md", "---\ntitle: Ferry\ndate: 2026-11-20\nid: ferry\n---\nIt sails.\n")
    running.save("articles/draft.md", f"---\ntitle: Draft\nid: draft\ndraft: true\n---\n{DRAFT}.\n")
    running.start()
    for words in (HELD, "Another comment"):
        running.post("/api/articles/ferry/comments", {"author": "Mia", "email": "mia@reader.example", "comment": words})
    eventually(lambda: len(running.desk("comments", "list", "--held")) == 2)
    yield running
    running.stop()


def attempt(places: Mapping[str, str], wish: Wish, client: Callable[[str], Any]) -> Answer:
    """Do it with these rights."""
    service, _, verb = wish.action.partition(":")
    key = {"pk": {"S": wish.leading_key or "X"}, "sk": {"S": "INTRUDER" if verb == "PutItem" else "-"}}
    calls: dict[str, Callable[[Any, str], object]] = {
        "PutObject": lambda aws, name: aws.put_object(Bucket=name, Key=wish.path, Body=b"x"),
        "DeleteObject": lambda aws, name: aws.delete_object(Bucket=name, Key=wish.path),
        "GetObject": lambda aws, name: aws.get_object(Bucket=name, Key=wish.path)["Body"].read(),
        "GetItem": lambda aws, name: aws.get_item(TableName=name, Key=key),
        "PutItem": lambda aws, name: aws.put_item(TableName=name, Item=key),
        "Scan": lambda aws, name: aws.scan(TableName=name, Limit=1),
        "SendMessage": lambda aws, name: aws.send_message(QueueUrl=name, MessageBody="{}"),
    }
    try:
        calls[verb](client(service), places[wish.resource])
    except ClientError as problem:
        if problem.response["Error"]["Code"] in REFUSALS:
            return "refused"
        raise  # a call that fails for another reason says nothing about who may make it
    return "done"


def places_of(newsroom: Running) -> dict[str, str]:
    """What the local cloud calls each resource of the template that has a column."""
    cloud = newsroom.cloud
    named = {f"{each}_bucket": name for each, name in cloud["buckets"].items()}
    named |= {f"{each}_table": name for each, name in cloud["tables"].items()}
    named |= {each if each.endswith("_dlq") else f"{each}_queue": url for each, url in cloud["queues"].items()}
    return {"".join(part.capitalize() for part in name.split("_")): place for name, place in named.items()}


def expired(newsroom: Running, part: str) -> dict[str, str]:
    """Credentials of a session that has ended."""
    given = newsroom.session(part, seconds=1)
    sts = newsroom.client("sts", **given)

    def is_over() -> bool:
        try:
            sts.get_caller_identity()
        except ClientError as problem:
            return problem.response["Error"]["Code"] in REFUSALS
        return False

    eventually(is_over)
    return given


def altered(client: Any) -> Any:
    """A client whose requests somebody changes on their way, after they were signed."""

    def change(request: Any, **_: Any) -> None:
        request.url += ("&" if "?" in request.url else "?") + "x-altered=yes"

    client.meta.events.register("before-send", change)
    return client


def holders_of_nothing(newsroom: Running) -> dict[str, Callable[[str], Any]]:
    """Everybody whose credentials are none, though some were made from a true session of a role that may much."""
    true, another = newsroom.session("PublishArticle"), newsroom.session("RenderPage")
    token = true["aws_session_token"]
    held = {
        "a forger of secrets": {**true, "aws_secret_access_key": "made-up"},
        "an expired session": expired(newsroom, "PublishArticle"),
        "a tampered session": {**true, "aws_session_token": token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")},
        "another's session": {**true, "aws_session_token": another["aws_session_token"]},
        "a key of no session": {name: value for name, value in true.items() if name != "aws_session_token"},
    }
    found: dict[str, Callable[[str], Any]] = {"nobody": newsroom.as_nobody}
    found |= {who: partial(newsroom.client, **credentials) for who, credentials in held.items()}
    return {**found, "an altered request": lambda service: altered(newsroom.client(service, **true))}


def test_a_role_can_do_what_the_template_grants_it_and_nothing_else(newsroom: Running) -> None:
    places = places_of(newsroom)
    draft = "ARTICLE#draft", "ARTICLE"
    row = newsroom.client("dynamodb").get_item(
        TableName=places["NewsTable"], Key={"pk": {"S": draft[0]}, "sk": {"S": draft[1]}}
    )
    assert "Item" in row, "the draft that nobody may read is not there, so the matrix would prove nothing"
    clients = holders_of_nothing(newsroom)
    clients |= {role: partial(newsroom.as_role, role.removesuffix("Role")) for role in ROLES}
    wrong, counts, table = {}, Counter[str](), []
    for who, client in clients.items():
        cells = []
        known = cache(client)
        for column, wish in COLUMNS.items():
            statements = statements_of(ROLES.get(who, {}))
            expected: Answer = "done" if granted(statements, wish) else "refused"
            found = attempt(places, wish, known)
            counts[found] += 1
            cells.append("yes" if found == "done" else "-")
            if found != expected and (who, column) not in NOT_ENFORCED:
                wrong[who, column] = f"{found}, and the template has it {expected}"
        table.append((who, cells))
    print(*(f"{number:2} {column}" for number, column in enumerate(COLUMNS, 1)), sep="\n")
    print(f"{'':22}", *(f"{number:>3}" for number in range(1, len(COLUMNS) + 1)))
    print(*(f"{who:22} {' '.join(f'{cell:>3}' for cell in cells)}" for who, cells in table), sep="\n")
    print(f"{counts.total()} cells tried, {counts['refused']} refused")
    assert wrong == {}


@pytest.mark.parametrize(("role", "column"), NOT_ENFORCED)
def test_what_the_local_cloud_lets_through_the_template_does_not_grant(role: str, column: str) -> None:
    statements = statements_of(ROLES[role])
    assert not granted(statements, COLUMNS[column])
    assert granted(statements, COLUMNS[column], with_conditions=False), "the local cloud need not be excused for this"


# ── Links ──


def held_comments(newsroom: Running) -> tuple[str, str]:
    """The ids of the comment nobody may read yet, and of the other."""
    waiting = {each["comment"]: each["id"] for each in newsroom.desk("comments", "list", "--held")}
    return waiting[HELD], waiting["Another comment"]


def link(secret: str, comment: str, rev: int = 1, expires: int | None = None) -> str:
    """A link that approves a comment, good for an hour."""
    return tokens.moderation_token(
        secret, {"comment": comment, "action": "approve", "rev": rev, "expires": expires or int(time.time()) + 3600}
    )


def false_links(newsroom: Running) -> dict[str, str]:
    """What somebody without a right to it may hold in place of a link that approves the held comment."""
    secret, readers_secret = newsroom.secret("EDITORS"), newsroom.secret("SECRET")
    held, other = held_comments(newsroom)
    true = link(secret, held)
    body, seal = true.rsplit(".", 1)
    other_body, other_seal = link(secret, other).rsplit(".", 1)
    return {
        "nobody": "",
        "expired": link(secret, held, expires=int(time.time()) - 1),
        "tampered seal": f"{body}.{seal[:-2]}{'AA' if seal[-2:] != 'AA' else 'BB'}",
        "tampered body": f"{body[:-1]}{'A' if body[-1] != 'A' else 'B'}.{seal}",
        "no seal": body,
        "another's seal": f"{body}.{other_seal}",
        "another's body": f"{other_body}.{seal}",
        "another secret": link("x" * 64, held),
        "the secret for readers": link(readers_secret, held),
        "the secret for readers, of all that is held": tokens.held_page_token(readers_secret, int(time.time()) + 3600),
        "a receipt by the secret for editors": tokens.receipt_token(secret, held),
        "another revision": link(secret, held, rev=7),
        "a receipt in its place": tokens.receipt_token(readers_secret, held),
        "an unsubscribe link in its place": tokens.unsubscribe_token(readers_secret, held),
        "a subscribe link in its place": tokens.subscribe_token(readers_secret, held),
        "a link to all that is held in its place": tokens.held_page_token(secret, int(time.time()) + 3600),
    }  # fmt: skip


def test_no_false_link_shows_a_held_comment_or_approves_it(newsroom: Running) -> None:
    held, _ = held_comments(newsroom)
    tried = 0
    for who, token in false_links(newsroom).items():
        for method in ("GET", "POST"):
            answer, text = newsroom.get(f"/api/moderate?t={quote(token)}", method, accept="text/html")
            assert answer.status in {400, 410}, (who, method)
            # An expired one was mailed to the editor, and shows what was in that mail; it approves nothing.
            assert who == "expired" or HELD not in text, (who, method)
            tried += 1
            if who != "a link to all that is held in its place":  # where it belongs it shows all
                answer, text = newsroom.get(f"/api/moderate/held?t={quote(token)}", method, accept="text/html")
                assert answer.status == 400, (who, method)
                assert HELD not in text, (who, method)
                tried += 1
        answer, text = newsroom.get(f"/api/comments/{quote(token, safe='')}", accept="text/html")
        if who != "a receipt in its place":  # where it belongs it shows its writer their own words
            assert answer.status == 404, who
            assert HELD not in text, who
            tried += 1
    assert newsroom.desk("comments", "show", held)[0]["status"] == "held"
    assert not [key for key, body in newsroom.objects("site").items() if HELD.encode() in body]
    print(f"{tried} cells of false links tried, {tried} refused")


def test_an_expired_link_to_all_that_is_held_shows_none_of_it_and_decides_nothing(newsroom: Running) -> None:
    held, _ = held_comments(newsroom)
    over = tokens.held_page_token(newsroom.secret("EDITORS"), int(time.time()) - 1)
    for form in (None, {"action": "approve", "comment": f"{held}.1"}):
        path = f"/api/moderate/held?t={quote(over)}"
        answer, text = newsroom.get(path, accept="text/html") if form is None else newsroom.form(path, form)
        assert answer.status == 410
        assert HELD not in text
    assert newsroom.desk("comments", "show", held)[0]["status"] == "held"


def test_no_draft_and_no_held_comment_is_to_be_read_on_the_site_or_over_the_api(newsroom: Running) -> None:
    assert not [
        key for key, body in newsroom.objects("site").items() if DRAFT.encode() in body or HELD.encode() in body
    ]
    for path in (
        "/2026/11/draft/",
        "/articles/draft.md",
        "/receipts/articles/draft.md.json",
        "/api/articles/draft/comments",
        "/api/moderate",
        "/api/moderate/held",
        "/api/subscribe",
        "/api/comments/x",
    ):
        answer, text = newsroom.get(path, accept="text/html")
        assert answer.status in {400, 404, 405}, path
        assert DRAFT not in text, path


def test_a_link_for_another_comment_decides_about_that_one_alone_and_once(newsroom: Running) -> None:
    held, other = held_comments(newsroom)
    replayed = "/api/moderate?t=" + quote(link(newsroom.secret("EDITORS"), other))

    assert newsroom.get(replayed, "POST", accept="text/html")[0].status == 200
    assert newsroom.get(replayed, "POST", accept="text/html")[0].status == 410

    assert newsroom.desk("comments", "show", held)[0]["status"] == "held"
    assert newsroom.desk("comments", "show", other)[0]["status"] == "approved"
    newsroom.desk("comments", "hold", other)
    assert newsroom.get(replayed, "POST", accept="text/html")[0].status == 410
    assert newsroom.desk("comments", "show", other)[0]["status"] == "held"
