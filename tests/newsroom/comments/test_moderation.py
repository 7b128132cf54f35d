"""What becomes of a comment, whatever is done to it and in whatever order."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.comment import Comment, CommentTarget, PublicComment
from newsroom.comments import judgement, moderation, placement
from newsroom.comments.comment_state import CommentState
from newsroom.comments.moderation import CommentDecision, EditorAction
from newsroom.comments.reasons import BY_EDITOR, WAITS
from newsroom.comments.submissions import Edit
from newsroom.messages import SubmittedComment
from newsroom.rows import Doc, Row, RowWrite
from newsroom.site import CommentRules, default_site
from newsroom.table_keys import (
    HELD,
    OUTBOX,
    Key,
    comment_key,
    page_of_place,
    replies_key,
    thread_counter_key,
    thread_partition,
    waiting_partition,
)
from tests.replaced import replace

RULES: CommentRules = {**default_site("")["comments"], "per_page": 2}
DOORSTEP: CommentTarget = {
    "id": "korea", "open": True, "address": "/2026/11/korea/", "headline": "Korea", "lang": None, "noindex": False,
}  # fmt: skip
VERDICTS: list[EditorAction] = ["approve", "decline", "spam", "hold", "erase"]


def letter(number: int, parent: int | None = None, **changes: Any) -> SubmittedComment:
    written: dict[str, Any] = {
        "id": f"{number:08x}", "article": "korea", "parent": None if parent is None else f"{parent:08x}",
        "author": f"Wim{number}", "email": f"wim{number}@reader.example", "url": None, "text": f"Flood {number}.",
        "notify": False, "honeypot": False, "at": f"2026-11-23T09:{number:02}:00.000+00:00", "address_hash": "",
        "writer": f"writer{number}",
    }  # fmt: skip
    return SubmittedComment(**{**written, **changes})


@dataclass
class Tables:
    """Two tables in memory, which take a decision whole or complain."""

    rules: CommentRules = field(default_factory=lambda: RULES)
    news: dict[Key, Row] = field(default_factory=dict)
    private: dict[Key, Row] = field(default_factory=dict)

    def look(self, id: str, parent: str | None) -> CommentState:
        own = comment_key(id)
        answered = self.news.get(comment_key(parent)) if parent else None
        talk, private = self.news.get(thread_counter_key("korea")), self.private.get(own)
        page = page_of_place((answered and answered.doc["place"]) or "")
        replies = self.news.get(replies_key("korea", page))
        now = "2026-11-23T10:00:00.000+00:00"
        return CommentState(self.news.get(own), answered, talk, self.rules, now, private, replies=replies)

    def ingest(self, sent: SubmittedComment) -> None:
        self.write(moderation.ingest(sent, self.look(sent.id, sent.parent), DOORSTEP))

    def moderate(self, verdict: EditorAction, number: int) -> None:
        self.write(moderation.moderate(verdict, self.look(f"{number:08x}", self.comment(number)["parent"])))

    def edit(self, number: int, text: str) -> None:
        edit = Edit(author="Wim", comment=text)
        self.write(moderation.edit(edit, self.look(f"{number:08x}", self.comment(number)["parent"])))

    def comment(self, number: int) -> Comment:
        return cast(Comment, self.news[comment_key(f"{number:08x}")].doc)

    def write(self, decision: CommentDecision | None) -> None:
        for table, changes in ((self.news, decision.news), (self.private, decision.private)) if decision else ():
            assert len({change.key for change in changes}) == len(changes)
            for change in changes:
                self._apply(table, change)

    def _apply(self, table: dict[Key, Row], change: RowWrite) -> None:
        before = table.pop(change.key, None)
        if change.expected_rev is not None:
            assert (before.rev if before else 0) == change.expected_rev
        if change.doc is not None:
            table[change.key] = Row(change.key, change.doc, (before.rev if before else 0) + 1)

    def of(self, pk: str) -> dict[str, Doc]:
        return {key.sk: row.doc for key, row in sorted(self.news.items()) if key.pk == pk}

    def remarks(self) -> dict[str, PublicComment]:
        return {
            sk: cast(PublicComment, doc) for sk, doc in self.of(thread_partition("korea")).items() if page_of_place(sk)
        }

    def check(self) -> None:
        """What must be true at every moment."""
        comments = [row.doc for key, row in self.news.items() if key.sk == "COMMENT"]
        remarks, talk = self.remarks(), self.news.get(thread_counter_key("korea"))
        approved = sorted(doc["id"] for doc in comments if doc["status"] == "approved")
        assert sorted(remark["id"] for remark in remarks.values() if not remark["gone"]) == approved
        assert (talk.doc["approved"] if talk else 0) == len(approved)
        for name in ("LIST#comments", "LIST#comments/korea"):
            assert sorted(doc["id"] for doc in self.of(name).values()) == approved
        held = sorted(doc["id"] for doc in comments if doc["status"] == "held")
        assert sorted(doc["id"] for doc in self.of(HELD).values()) == held
        for remark in remarks.values():
            assert not (remark["gone"] and (remark["author"] or remark["text"]))
        threads = {tuple(place.split("#")[:2]) for place in remarks}
        pages = [page for page, _ in threads]
        assert all(pages.count(page) <= self.rules["per_page"] for page in pages)
        replies = [page_of_place(doc["place"]) for doc in comments if doc["place"] and doc["root"] != doc["id"]]
        assert all(replies.count(page) <= placement.MOST_REPLIES for page in replies)
        for page in set(replies):
            assert self.news[replies_key("korea", page)].doc["replies"] == replies.count(page)
        for doc in comments:
            if doc["status"] == "erased":
                assert doc["author"] + doc["text"] + (doc["url"] or "") == ""
                assert comment_key(doc["id"]) not in self.private


DEEDS = st.lists(
    st.tuples(st.sampled_from([*VERDICTS, "arrive", "mend"]), st.integers(0, 7), st.none() | st.integers(0, 9)),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(DEEDS, st.sampled_from(["all", "none"]), st.sampled_from([1, 2, 100]))
def test_whatever_is_done_the_count_the_lists_and_the_pages_agree_and_no_remark_moves(
    deeds: list[tuple[Any, int, int | None]], regime: Any, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        replace(patch, "replies of a page", most)
        do_and_check(deeds, regime)


def do_and_check(deeds: list[tuple[Any, int, int | None]], regime: Any) -> None:
    tables = Tables({**RULES, "moderation": regime})
    places: dict[str, str] = {}
    for what, number, parent in deeds:
        if comment_key(f"{number:08x}") not in tables.news:
            tables.ingest(letter(number, parent if parent != number else None))
        elif what == "mend":
            tables.edit(number, f"Mended {parent}.")
        elif what != "arrive":
            tables.moderate(what, number)
        tables.check()
        for place, remark in tables.remarks().items():
            assert places.setdefault(remark["id"], place) == place
        assert len(places) == len(tables.remarks())


def test_fifty_threads_stay_on_their_page_when_the_paper_changes_its_mind_about_pages() -> None:
    tables = Tables({**RULES, "moderation": "none", "per_page": 3})
    for number in range(4):
        tables.ingest(letter(number))
    tables.rules = {**tables.rules, "per_page": 1}
    for number in range(4, 6):
        tables.ingest(letter(number))
    tables.rules = {**tables.rules, "per_page": 50}
    for number in range(6, 8):
        tables.ingest(letter(number))

    assert [remark["page"] for remark in tables.remarks().values()] == [1, 1, 1, 2, 3, 4, 4, 4]
    assert tables.news[thread_counter_key("korea")].doc["pages"] == 4


def test_a_reply_stands_in_the_thread_it_answers_however_late_it_comes() -> None:
    tables = Tables({**RULES, "moderation": "none", "per_page": 1})
    for number in range(3):
        tables.ingest(letter(number))
    tables.ingest(letter(9, parent=0))

    assert [remark["id"] for remark in tables.remarks().values() if remark["page"] == 1] == ["00000000", "00000009"]
    assert tables.comment(9)["root"] == "00000000"


def test_a_reply_to_what_never_was_waits_until_an_editor_gives_it_a_thread_of_its_own() -> None:
    tables = Tables({**RULES, "moderation": "none"})
    tables.ingest(letter(1, parent=9))
    assert (tables.comment(1)["status"], tables.comment(1)["reason"]) == ("held", WAITS)
    assert list(tables.of(waiting_partition("00000009"))) == ["00000001"]

    tables.moderate("approve", 1)
    assert (tables.comment(1)["status"], tables.comment(1)["parent"]) == ("approved", None)
    assert tables.of(waiting_partition("00000009")) == {}


@pytest.mark.parametrize(
    ("changes", "rules", "status", "why"),
    [
        ({}, {}, "approved", ""),
        ({}, {"moderation": "all"}, "held", ""),
        ({"honeypot": True}, {}, "spam", "no reader sees"),
        ({"text": "CHEAP  watches"}, {"refuse_words": ["cheap"]}, "rejected", "cheap"),
        ({"text": "Scunthorpe"}, {"refuse_words": ["thorpe"]}, "approved", ""),
        ({"email": "a@bad.example"}, {"refuse_words": ["bad.example"]}, "rejected", "mail address"),
        ({"email": "a@bad.example"}, {"hold_words": ["a@bad.example"]}, "held", "mail address"),
        ({"url": "https://bad.example"}, {"hold_words": ["bad.example"]}, "held", "bad.example"),
        ({"author": "\u0410nn Bell"}, {}, "held", "Cyrillic and Latin"),
        ({"author": "Анна Белл"}, {}, "approved", ""),
        ({"author": "Anna 王"}, {}, "approved", ""),
        ({"author": "Straße"}, {"hold_words": ["STRASSE"]}, "held", "STRASSE"),
        ({"text": "https://a.example"}, {}, "approved", ""),
        ({"text": "https://a.example www.b.example"}, {}, "held", "2 links"),
        ({"text": "https://a.example www.b.example"}, {"links_to_hold": 0}, "approved", ""),
    ],
)
def test_the_papers_rules_judge_a_comment(
    changes: dict[str, Any], rules: dict[str, Any], status: str, why: str
) -> None:
    in_force = cast(CommentRules, {**RULES, "moderation": "none", **rules})
    judged, reason = judgement.judge(letter(1, **changes), in_force, DOORSTEP)

    assert judged == status
    assert why in reason
    assert "a@bad" not in reason


def test_an_erased_comment_is_past_changing() -> None:
    tables = Tables()
    tables.ingest(letter(1))
    tables.moderate("erase", 1)
    for verdict in VERDICTS:
        tables.moderate(verdict, 1)
    tables.edit(1, "Back again.")

    assert tables.comment(1)["status"] == "erased"
    assert not [key for key in tables.private if key.pk.startswith(("COMMENT#", "WRITER#"))]


def test_a_reply_that_begins_to_wait_has_what_it_answers_looked_at_once_more() -> None:
    tables = Tables()
    tables.ingest(letter(1))
    tables.ingest(letter(2, parent=1))
    tables.moderate("approve", 2)  # while another editor, who saw nothing wait, approves what it answers

    assert tables.comment(2)["reason"] == WAITS
    errands = [row.doc for key, row in tables.private.items() if key.pk == OUTBOX]
    assert {"kind": "answers", "id": "00000001"} in errands


@pytest.mark.parametrize("verdict", ["hold", "decline", "spam"])
@pytest.mark.parametrize("before", ["approved", "held", "held by a word", "waiting"])
@pytest.mark.parametrize(
    "regimes", [("none", "none"), ("all", "none"), ("all", "all", "none"), ("none", "all", "none")]
)
def test_no_edit_by_its_writer_raises_what_an_editor_gave_a_comment(
    verdict: EditorAction, before: str, regimes: tuple[Any, ...]
) -> None:
    tables = Tables({**RULES, "moderation": "none", "hold_words": ["pump"]})
    if before == "held":
        tables.rules = {**tables.rules, "moderation": "all"}
    tables.ingest(
        letter(1, 9 if before == "waiting" else None, text="A pump." if before == "held by a word" else "Sea.")
    )
    tables.moderate(verdict, 1)
    given = tables.comment(1)["status"]

    for number, regime in enumerate(regimes):
        tables.rules = {**tables.rules, "moderation": regime}
        tables.edit(1, f"Mended {number}.")
        assert tables.comment(1)["status"] == given
    assert tables.remarks() == {} or all(remark["gone"] for remark in tables.remarks().values())


def test_what_an_editor_held_may_still_sink_by_an_edit_and_rise_by_the_editor() -> None:
    tables = Tables({**RULES, "moderation": "none", "refuse_words": ["watches"]})
    tables.ingest(letter(1))
    tables.moderate("hold", 1)
    tables.moderate("approve", 1)
    assert tables.comment(1)["status"] == "approved"

    tables.moderate("hold", 1)
    tables.edit(1, "Cheap watches.")
    assert tables.comment(1)["status"] == "rejected"


def test_a_reply_that_waits_and_is_held_by_an_editor_does_not_come_with_what_it_answers() -> None:
    tables = Tables({**RULES, "moderation": "none"})
    tables.ingest(letter(2, parent=1))
    tables.moderate("hold", 2)
    tables.ingest(letter(1))

    tables.write(moderation.release_waiting(tables.look("00000002", "00000001")))

    assert (tables.comment(2)["status"], tables.comment(2)["reason"]) == ("held", BY_EDITOR)


def judged(words: list[str], **changes: Any) -> str:
    """What becomes of a comment where these words are held."""
    in_force: CommentRules = {**RULES, "moderation": "none", "hold_words": words}
    return judgement.judge(letter(1, **changes), in_force, DOORSTEP)[0]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("赌博", "欢迎来到网上赌博网站"),
        ("赌博", "赌博"),
        ("การพนัน", "เว็บการพนันออนไลน์"),
        ("カジノ", "オンラインカジノで遊ぶ"),
        ("ばくち", "これはばくちです"),
        ("카지노", "온라인카지노추천"),
        ("ຄາສິໂນ", "ຫຼິ້ນຄາສິໂນອອນລາຍ"),
        ("កាស៊ីណូ", "លេងកាស៊ីណូអនឡាញ"),
        ("ကာစီနို", "အွန်လိုင်းကာစီနိုကစား"),
        ("casino", "欢迎来到casino网站"),
        ("casino", "CASINO!"),
        ("casino", "ca\u200bsi\u00adno"),
        ("casino", "ca\u200csi\u2060n\u200do"),
        ("casino", "\u202ecasino"),
        ("casino", "ｃａｓｉｎｏ"),
        ("casino", "𝐜𝐚𝐬𝐢𝐧𝐨"),
        ("casino", "Ⓒⓐⓢⓘⓝⓞ"),
        ("ｃａｓｉｎｏ", "casino"),
        ("казино", "онлайн-казино"),
        ("buy now", "Buy\u00a0 \nnow"),
        ("casino*", "casinos"),
        ("казин*", "казиношке"),
        ("*casino", "supercasino"),
        ("ﬁrst", "first"),
        ("café", "cafe\u0301"),
        ("می‌خرم", "میخرم"),
    ],
)
def test_a_word_to_hold_is_found_however_it_is_written(word: str, text: str) -> None:
    assert judged([word], text=text) == "held"
    assert judged([word], author=f"Wim {text}"[:200]) == "held"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "first class"),
        ("casino", "casinos"),
        ("casino", "supercasino"),
        ("casino*", "supercasino"),
        ("*casino", "casinos"),
        ("казино", "казиношке"),
        ("काम", "कामि"),
        ("", "anything"),
        ("*", "anything"),
        ("\u200b", "anything"),
        ("赌博", "赌 博"),
    ],
)
def test_a_word_to_hold_is_not_found_within_another_where_words_stand_apart(word: str, text: str) -> None:
    assert judged([word], text=text) == "approved"


def test_what_an_address_says_is_found_however_it_is_written() -> None:
    assert judged(["bad.example"], email="a@ｂａｄ.example") == "held"


def test_a_quarrel_below_one_comment_goes_over_pages_that_are_bounded_and_do_not_change_again() -> None:
    tables = Tables({**RULES, "moderation": "none", "per_page": 50})
    tables.ingest(letter(0))
    seen: dict[int, set[str]] = {}
    for number in range(1, 301):
        tables.ingest(letter(number, parent=0, at=f"2026-11-23T{10 + number // 60}:{number % 60:02}:00.000+00:00"))
        sizes: dict[int, set[str]] = {}
        for place, remark in tables.remarks().items():
            sizes.setdefault(remark["page"], set()).add(place)
        assert all(len(sizes[page]) >= len(seen[page]) for page in seen)
        assert all(sizes[page] == seen[page] for page in seen if page < max(sizes) - 1)
        seen = sizes

    assert max(map(len, seen.values())) <= 50 + placement.MOST_REPLIES
    assert sum(map(len, seen.values())) == 301
    further = [remark for remark in tables.remarks().values() if remark["page"] > 1]
    assert {(remark["parent"], remark["answers_on"], remark["depth"]) for remark in further} == {("00000000", 1, 2)}
