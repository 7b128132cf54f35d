"""A comment from the form to the page, through the real handlers: I2 of the design, and what follows from it."""

import json
import re

import pytest

from adapters import clients
from adapters.table import Table
from newsroom import urls
from newsroom.table_keys import HELD, OUTBOX, comment_key, thread_counter_key
from tests.paper import SITE_URL, Paper
from tests.replaced import replace

KOREA = "---\ntitle: Water in the square\ndate: 2026-11-20\nauthor: Ada Holm\nsection: World\n---\nThe sea came in.\n"
ADDRESS = "/2026/11/korea/"
OPEN_HOUSE = "title: The Lantern\ncomments: {moderation: none}\n"


@pytest.fixture
def article(paper: Paper) -> Paper:
    """A paper with one article, which readers may answer."""
    paper.upload("articles/korea.md", KOREA)
    return paper


def times_public(paper: Paper, words: str) -> dict[str, int]:
    """How often each page of the site says something, of the pages that do."""
    return {key: body.decode().count(words) for key, body in paper.site().items() if words in body.decode()}


def shown(paper: Paper, path: str = ADDRESS) -> list[str]:
    """The comments a page shows, in order: their ids."""
    return re.findall(r'id="comment-([0-9a-f]+)"', paper.page(path) or "")


def status(id: str) -> str:
    row = Table("news").get(comment_key(id))
    assert row
    return str(row.doc["status"])


def test_a_comment_answered_kindly_is_stored_once_and_shown_to_nobody(article: Paper) -> None:
    id = article.comment("korea", "Seven centimetres.")

    assert status(id) == "held"
    assert [row.doc["id"] for row in Table("news").query(HELD)] == [id]
    assert times_public(article, "Seven centimetres.") == {}


def test_an_approved_comment_is_on_the_page_once_and_in_both_feeds(article: Paper) -> None:
    id = article.comment("korea", "Seven centimetres.")
    article.moderate("approve", id)

    assert shown(article) == [id]
    html = re.sub(r"<script.*?</script>", "", article.page(ADDRESS) or "", flags=re.DOTALL)
    assert html.count("Seven centimetres.") == 1
    assert "Seven centimetres." in (article.page("/comments/feed.xml") or "")
    assert "Seven centimetres." in (article.page("/comments/korea/feed.xml") or "")
    assert "Seven centimetres." in (article.page(f"/comments/korea/reply/{id}/") or "")


@pytest.mark.parametrize("verdict", ["decline", "spam", "hold", "erase"])
def test_what_is_not_approved_any_more_is_nowhere_public(article: Paper, verdict: str) -> None:
    id = article.comment("korea", "Seven centimetres.")
    article.moderate("approve", id)
    article.moderate(verdict, id)  # type: ignore[arg-type]

    assert times_public(article, "Seven centimetres.") == {}
    assert shown(article) == []
    assert Table("news").get(thread_counter_key("korea")).doc["approved"] == 0  # type: ignore[union-attr]


def test_no_mail_address_is_anywhere_public(article: Paper) -> None:
    article.upload("site.yaml", OPEN_HOUSE)
    article.comment("korea", "Seven centimetres.", "Wim", notify="yes")

    assert times_public(article, "Seven centimetres.") != {}
    assert times_public(article, "wim@reader.example") == {}
    keys, _ = Table("news").scan(0, 1, None, 10_000)
    assert "wim@reader" not in str(Table("news").get_many(key for key in keys if key.sk != "PAGE"))


def test_saying_the_same_again_is_one_comment(article: Paper) -> None:
    article.comment("korea", "Seven centimetres.")
    fields = {"author": "Wim", "email": "WIM@reader.example", "comment": "Seven centimetres.\r\n"}

    assert article.post("korea", fields)["statusCode"] == 409
    article.settle()
    assert len(Table("news").query(HELD)) == 1


def test_a_letter_that_comes_twice_is_one_comment(article: Paper) -> None:
    article.upload("site.yaml", OPEN_HOUSE)
    article.deliveries = 2
    id = article.comment("korea", "Seven centimetres.")

    assert shown(article) == [id]
    assert Table("news").get(thread_counter_key("korea")).doc["approved"] == 1  # type: ignore[union-attr]


def test_a_reply_waits_for_what_it_answers_and_comes_with_it(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, hold_words: [pump]}\n")
    parent = article.comment("korea", "The bakery lent a pump.")
    reply = article.comment("korea", "Which bakery?", "Ines", parent=parent)
    second = article.comment("korea", "The one on the quay.", "Bas", parent=reply)
    assert shown(article) == []

    article.moderate("approve", parent)

    assert shown(article) == [parent, reply, second]


def test_a_reply_that_is_to_be_looked_at_does_not_come_with_what_it_answers(article: Paper) -> None:
    parent = article.comment("korea", "The bakery lent a pump.")
    reply = article.comment("korea", "Which bakery?", "Ines", parent=parent)
    article.moderate("approve", parent)
    assert shown(article) == [parent]

    article.moderate("approve", reply)
    assert shown(article) == [parent, reply]


def test_what_is_erased_leaves_a_placeholder_only_while_something_answers_it(article: Paper) -> None:
    parent = article.comment("korea", "The bakery lent a pump.")
    reply = article.comment("korea", "Which bakery?", "Ines", parent=parent)
    article.moderate("approve", parent, reply)
    article.moderate("erase", parent)
    assert shown(article) == [parent, reply]
    assert times_public(article, "lent a pump") == {}

    article.moderate("erase", reply)
    assert shown(article) == []


def test_an_erased_comment_leaves_nothing_of_its_writer_in_any_table(article: Paper) -> None:
    id = article.comment("korea", "Seven centimetres.", "Wilhelmina")
    article.moderate("approve", id)
    article.moderate("erase", id)
    article.mails()

    assert status(id) == "erased"
    for table in ("news", "private"):
        items = str(clients.dynamodb().scan(TableName=table)["Items"])
        assert not re.search("wilhelmina|seven centimetres", items, re.IGNORECASE)
    assert clients.dynamodb().scan(TableName="private")["Items"] == []


def test_fifty_threads_to_a_page_and_earlier_pages_never_change(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 2}\n")
    ids = [article.comment("korea", f"Flood number {number}.") for number in range(5)]
    assert [shown(article, path) for path in (ADDRESS, "/comments/korea/2/", "/comments/korea/3/")] == [
        ids[:2], ids[2:4], ids[4:],
    ]  # fmt: skip
    second = article.stored("/comments/korea/2/")
    article.drawn.clear()

    ids.append(article.comment("korea", "One more."))

    assert article.stored("/comments/korea/2/") == second
    assert "comments/korea/2/index.html" not in article.drawn
    assert shown(article, "/comments/korea/3/") == ids[4:]


def test_the_discussion_goes_with_the_article_and_comes_back_with_it(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 1}\n")
    ids = [article.comment("korea", f"Flood number {number}.") for number in range(2)]
    talk = ["/comments/korea/2/", f"/comments/korea/reply/{ids[0]}/", "/comments/korea/feed.xml"]

    article.delete("articles/korea.md")
    assert [path for path in talk if not article.is_gone(path)] == []
    assert times_public(article, "Flood number") == {}

    article.upload("articles/korea.md", KOREA)
    assert [path for path in talk if article.is_gone(path)] == []
    assert shown(article) == ids[:1]


def test_a_discussion_that_went_before_it_was_first_placed_leaves_no_room_for_a_late_drawing(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 1}\n")
    ids = [article.comment("korea", f"Flood number {number}.") for number in range(2)]
    unplaced = ["/comments/korea/2/", f"/comments/korea/reply/{ids[0]}/", "/comments/korea/feed.xml"]
    for path in unplaced:
        clients.s3().delete_object(Bucket="site", Key=urls.object_key(path))

    article.delete("articles/korea.md")

    assert [path for path in unplaced if not article.is_gone(path)] == []


def test_a_new_slug_keeps_every_comment(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 1}\n")
    ids = [article.comment("korea", f"Flood number {number}.") for number in range(2)]

    article.upload("articles/korea.md", KOREA.replace("section:", "slug: flood\nsection:"))

    assert shown(article, "/2026/11/flood/") == ids[:1]
    assert "/2026/11/flood/" in (article.page("/comments/korea/2/") or "")
    assert f"/2026/11/flood/#comment-{ids[0]}" in (article.page("/comments/feed.xml") or "")


def test_comments_close_after_their_days(paper: Paper) -> None:
    paper.upload("site.yaml", "title: The Lantern\ncomments: {close_after_days: 5}\n")
    paper.upload("articles/korea.md", KOREA)
    paper.comment("korea", "Seven centimetres.")
    assert "Leave a Reply" in (paper.page(ADDRESS) or "")

    paper.tick(paper.now.replace(day=25, hour=0, minute=0, second=30))

    assert "Leave a Reply" not in (paper.page(ADDRESS) or "")
    answer = paper.post("korea", {"author": "Bas", "email": "bas@reader.example", "comment": "Too late?"})
    assert answer["statusCode"] == 403


def test_a_rule_that_comes_after_the_article_closes_its_discussion_all_the_same(article: Paper) -> None:
    article.comment("korea", "Seven centimetres.")

    article.upload("site.yaml", "title: The Lantern\ncomments: {close_after_days: 2}\n")
    article.tick(article.now.replace(hour=10))

    assert "Leave a Reply" not in (article.page(ADDRESS) or "")
    answer = article.post("korea", {"author": "Bas", "email": "bas@reader.example", "comment": "Too late?"})
    assert answer["statusCode"] == 403


def test_a_busy_discussion_is_what_a_clean_rebuild_writes(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 2}\n")
    ids = [article.comment("korea", f"Flood number {number}.") for number in range(5)]
    article.comment("korea", "An answer.", parent=ids[3])
    article.moderate("erase", ids[3], ids[0])
    article.upload("articles/korea.md", KOREA.replace("in the square", "on the quay"))
    at_rest = article.site()

    for key in at_rest:
        clients.s3().delete_object(Bucket="site", Key=key)
    article.rebuild()

    rebuilt = article.site()
    assert {key for key in at_rest if rebuilt.get(key) != at_rest[key]} <= gone_at(at_rest)


def gone_at(site: dict[str, bytes]) -> set[str]:
    """What a rebuild of an empty bucket has nothing to put on, or no page to go with: tombstones, and assets of
    earlier settings."""
    return {key for key, body in site.items() if b"has been withdrawn" in body or key.startswith("assets/")}


def links(text: str) -> dict[str, str]:
    """The first link of each kind in a mail to the editor."""
    return dict(reversed(re.findall(r"^(Approve|Decline|Spam|Leave it held): (\S+)$", text, re.MULTILINE)))


def test_the_editor_is_mailed_once_and_approves_with_the_link(article: Paper) -> None:
    id = article.comment("korea", "Seven centimetres.")
    article.comment("korea", "And a half.", "Ines")
    [mail] = article.mails()
    assert mail["to"] == ["desk@paper.example"]
    assert "Seven centimetres." in mail["text"]
    assert "@reader.example" not in mail["text"]
    assert article.mails() == []

    approve = links(mail["text"])["Approve"]
    assert approve.startswith(SITE_URL)
    assert article.ask(approve)["statusCode"] == 200
    assert status(id) == "held"

    assert article.ask(approve, {})["statusCode"] == 200
    assert status(id) == "approved"
    assert shown(article) == [id]


def test_a_link_that_was_used_overtaken_forged_or_is_old_does_nothing(article: Paper) -> None:
    id = article.comment("korea", "Seven centimetres.")
    [mail] = article.mails()
    choices = links(mail["text"])
    article.ask(choices["Decline"], {})

    for address in choices.values():
        for fields in (None, {}):
            assert article.ask(address, fields)["statusCode"] == 410
    assert article.ask(choices["Approve"].replace("t=", "t=x"), {})["statusCode"] == 400
    assert status(id) == "rejected"

    other = article.comment("korea", "And a half.", "Ines")
    [mail] = article.mails()
    article.now = article.now.replace(month=12)
    assert article.ask(links(mail["text"])["Approve"], {})["statusCode"] == 410
    assert status(other) == "held"


def test_a_writer_who_asked_is_mailed_of_an_answer_until_they_unsubscribe(article: Paper) -> None:
    parent = article.comment("korea", "Which bakery?", "Wim", notify="yes")
    first = article.comment("korea", "The one on the quay.", "Ines", parent=parent)
    article.moderate("approve", parent, first)
    [asked] = [mail for mail in article.mails() if mail["to"] == ["wim@reader.example"]]
    assert article.ask(re.findall(r"\S+/api/subscribe\S+", asked["text"])[0], {})["statusCode"] == 200
    [mail] = [mail for mail in article.mails() if mail["to"] == ["wim@reader.example"]]
    assert f"{ADDRESS}#comment-{first}" in mail["text"]
    unsubscribe = re.findall(r"\S+/api/unsubscribe\S+", mail["text"])[0]

    assert article.ask(unsubscribe)["statusCode"] == 200
    assert article.ask(unsubscribe, {})["statusCode"] == 200

    second = article.comment("korea", "Next to the mill.", "Bas", parent=parent)
    article.moderate("approve", second)
    assert [mail for mail in article.mails() if mail["to"] == ["wim@reader.example"]] == []
    assert Table("private").query(OUTBOX) == []


def receipt_of(paper: Paper, text: str = "Seven centimetres.") -> str:
    answer = paper.post("korea", {"author": "Wim", "email": "wim@reader.example", "comment": text})
    return str(answer["headers"]["location"])


def test_a_receipt_tells_what_became_of_the_comment(article: Paper) -> None:
    receipt = receipt_of(article)

    def told() -> str:
        return str(json.loads(article.ask(receipt, accept="application/json")["body"])["status"])

    assert article.ask(receipt)["statusCode"] == 200
    id = receipt.rpartition("/")[2].partition(".")[0]
    article.settle()
    assert told() == "held"
    article.moderate("approve", id)
    assert told() == "published"
    article.moderate("decline", id)
    assert told() == "declined"
    assert article.ask(receipt[:-1])["statusCode"] == 404


def test_a_writer_edits_for_a_quarter_of_an_hour_and_what_was_approved_is_looked_at_again(article: Paper) -> None:
    receipt = receipt_of(article)
    id = receipt.rpartition("/")[2].partition(".")[0]
    article.settle()
    article.moderate("approve", id)

    edit = {"action": "edit", "author": "Wim", "comment": "Eight centimetres."}
    assert article.ask(receipt, {**edit, "comment": ""})["statusCode"] == 422
    assert article.ask(receipt, edit)["statusCode"] == 303
    assert status(id) == "held"
    assert times_public(article, "centimetres.") == {}
    article.moderate("approve", id)
    assert shown(article) == [id]

    article.now = article.now.replace(hour=12)
    article.ask(receipt, {**edit, "comment": "Nine centimetres."})
    assert "Eight centimetres." in (article.page(ADDRESS) or "")
    article.ask(receipt, {"action": "erase"})
    assert status(id) == "erased"
    assert times_public(article, "centimetres.") == {}


def test_a_comment_erased_before_it_is_taken_in_is_never_stored(article: Paper) -> None:
    receipt = receipt_of(article)
    article.ask(receipt, {"action": "erase"})  # before anything is handed on

    assert status(receipt.rpartition("/")[2].partition(".")[0]) == "erased"
    assert clients.dynamodb().scan(TableName="private")["Items"] == []


def test_comments_that_are_refused_held_or_spam_by_the_papers_rules(article: Paper) -> None:
    rules = "moderation: none, hold_words: [lawyer], refuse_words: [cheap watches], links_to_hold: 2"
    article.upload("site.yaml", f"title: The Lantern\ncomments: {{{rules}}}\n")
    said = {
        "approved": article.comment("korea", "A lawyerly point, and one link: https://a.example"),
        "held": article.comment("korea", "My lawyer says no."),
        "rejected": article.comment("korea", "Cheap watches here!"),
        "spam": article.comment("korea", "I am a machine.", topic="watches"),
    }
    links = article.comment("korea", "https://a.example https://b.example")

    assert {expected: status(id) for expected, id in said.items()} == {expected: expected for expected in said}
    assert status(links) == "held"
    assert shown(article) == [said["approved"]]


def test_replies_go_no_deeper_than_the_paper_lets_them(article: Paper) -> None:
    article.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, depth: 2}\n")
    first = article.comment("korea", "One.")
    second = article.comment("korea", "Two.", parent=first)
    third = article.comment("korea", "Three.", parent=second)

    assert [Table("news").get(comment_key(id)).doc["depth"] for id in (first, second, third)] == [1, 2, 2]  # type: ignore[union-attr]
    assert shown(article) == [first, second, third]


def test_the_count_in_the_heading_and_in_the_structured_text_agree(article: Paper) -> None:
    ids = [article.comment("korea", f"Flood number {number}.") for number in range(3)]
    article.moderate("approve", *ids)
    article.moderate("spam", ids[1])

    html = article.page(ADDRESS) or ""
    assert '"commentCount":2' in html
    assert "2 comments" in html.lower()
    assert len(shown(article)) == 2


@pytest.fixture
def staffed(quick_paper: Paper) -> Paper:
    """A paper that publishes what readers say at once, and knows who works for it."""
    rules = "{moderation: none, staff: [Ada@Lantern.example]}"
    quick_paper.upload("site.yaml", f"title: The Lantern\npublisher: {{name: Lantern Press}}\ncomments: {rules}\n")
    quick_paper.upload("articles/korea.md", KOREA)
    quick_paper.upload("authors/odile-marrack.md", "---\nname: Odile Marrack\n---\nEdits.\n")
    return quick_paper


@pytest.mark.parametrize("name", ["Ada Holm", "ADA  HOLM", "Аda Hоlm", "Odile Marrack", "The Lantern", "Lantern Press"])
def test_a_reader_with_a_name_of_the_papers_own_waits_for_the_editor_who_is_told_why(staffed: Paper, name: str) -> None:
    id = staffed.comment("korea", "I wrote that.", name, email="wim@reader.example")

    assert status(id) == "held"
    [mail] = staffed.mails()
    assert "signed" in mail["text"]
    staffed.moderate("approve", id)
    assert "of our staff" not in (staffed.page(ADDRESS) or "")


def test_a_reader_with_a_name_of_their_own_does_not_wait(staffed: Paper) -> None:
    assert status(staffed.comment("korea", "Well written.", "Wim Dekker", email="wim@reader.example")) == "approved"


def test_who_takes_a_name_of_the_papers_own_afterwards_waits_as_well(staffed: Paper) -> None:
    receipt = receipt_of(staffed)
    staffed.settle()
    assert len(shown(staffed)) == 1

    staffed.ask(receipt, {"action": "edit", "author": "Ada Holm", "comment": "I wrote that."})

    assert shown(staffed) == []


def test_the_papers_own_people_are_marked_once_an_editor_has_said_that_it_is_they(staffed: Paper) -> None:
    id = staffed.comment("korea", "I wrote that.", "Ada Holm", email="ada@lantern.example")
    assert status(id) == "held"
    [mail] = staffed.mails()
    assert "if they wrote it" in mail["text"]

    staffed.moderate("approve", id)

    assert "of our staff" in (staffed.page(ADDRESS) or "")
    assert "ada@lantern" not in str(times_public(staffed, "antern.example"))
    other = staffed.comment("korea", "And I read it.", "Wim", email="wim@reader.example")
    assert (staffed.page(ADDRESS) or "").count("of our staff") == 1
    assert status(other) == "approved"


def test_replies_beyond_what_a_page_holds_stand_on_the_last_and_lead_back_to_what_they_answer(
    quick_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(monkeypatch, "replies of a page", 2)
    quick_paper.upload("site.yaml", "title: The Lantern\ncomments: {moderation: none, per_page: 1}\n")
    quick_paper.upload("articles/korea.md", KOREA)
    first, second = (quick_paper.comment("korea", f"Flood {number}.") for number in range(2))
    replies = [quick_paper.comment("korea", f"Oh, {number}.", parent=first) for number in range(4)]
    deeper = quick_paper.comment("korea", "Oh, oh.", parent=replies[3])
    below = quick_paper.comment("korea", "Well.", parent=second)

    assert shown(quick_paper) == [first, *replies[:2]]
    assert shown(quick_paper, "/comments/korea/2/") == [second, below]
    assert shown(quick_paper, "/comments/korea/3/") == [replies[2]]
    assert shown(quick_paper, "/comments/korea/4/") == [replies[3], deeper]
    page = quick_paper.page("/comments/korea/3/") or ""
    assert f'in reply to <a href="{ADDRESS}#comment-{first}">' in page
    stood = quick_paper.stored("/comments/korea/2/")

    quick_paper.moderate("erase", first)
    quick_paper.comment("korea", "Oh, again.", parent=replies[0])

    assert quick_paper.stored("/comments/korea/2/") == stood
    assert "This comment has been removed." in (quick_paper.page(ADDRESS) or "")
    at_rest = quick_paper.site()
    quick_paper.rebuild()
    assert quick_paper.site() == at_rest


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berlin", "23 November 2026, 10:01 GMT+1"),
        ("Asia/Tokyo", "23 November 2026, 18:01 GMT+9"),
        ("Asia/Kathmandu", "23 November 2026, 14:46 GMT+5:45"),
        ("Pacific/Kiritimati", "23 November 2026, 23:01 GMT+14"),
        ("America/New_York", "23 November 2026, 04:01 GMT−5"),
        ("UTC", "23 November 2026, 09:01 GMT"),
    ],
)
def test_a_comment_tells_its_time_as_the_papers_clocks_do(quick_paper: Paper, zone: str, told: str) -> None:
    quick_paper.upload("site.yaml", f"title: The Lantern\ntimezone: {zone}\n")
    quick_paper.upload("articles/korea.md", KOREA)
    receipt = receipt_of(quick_paper)
    quick_paper.settle()
    [mail] = quick_paper.mails()
    approve = links(mail["text"])["Approve"]
    until = told.replace(":01", ":16").replace("14:46", "15:01")

    assert told in quick_paper.ask(receipt)["body"]
    assert until in quick_paper.ask(receipt)["body"]
    assert told in quick_paper.ask(approve)["body"]
    quick_paper.ask(approve, {})
    id = receipt.rpartition("/")[2].partition(".")[0]
    for path in (quick_paper.leads_to(ADDRESS) or ADDRESS, f"/comments/korea/reply/{id}/"):
        assert told in (quick_paper.page(path) or "")
    assert "<pubDate>Mon, 23 Nov 2026 09:01:00 +0000</pubDate>" in (quick_paper.page("/comments/feed.xml") or "")
