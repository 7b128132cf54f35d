"""Export of comments to a file, with one complete comment as a JSON object on each line, and import into the tables.

A line is a Comment. It also has `private` if the export included the writer's private data.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.cli import CannotDo, moderate_comments
from infra.cli.terminal import as_json
from newsroom.comment import Comment, CommentStatus, PrivateDetails, ThreadCounter
from newsroom.comments import moderation
from newsroom.comments.moderation import EMPTY_COUNTER, CommentDecision, CommentState
from newsroom.comments.submissions import Edit, InvalidForm, validate
from newsroom.comments.tokens import writer_hash
from newsroom.errors import TransientError
from newsroom.rows import (
    Doc,
    Key,
    RowWrite,
    comment_key,
    comment_target_key,
    diff_rows,
    page_of_place,
    replies_key,
    thread_counter_key,
    writer_pk,
)
from workflows.comments import CommentThreads

AT_ONCE = 12  # comments to a transaction, of at most six rows each, and all of them of 4 MB
IMPORTED = "is being imported"
"""The reason of an approved comment with no place yet: an editor's decision made in between is kept."""
ATTEMPTS = 12
MOST_TOLD = 20  # wrong lines to name in an error


class PrivateLine(BaseModel):
    """The private data of a line."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: str
    notify: bool = False
    address_hash: str = ""
    writer: str = ""  # hashed with the secret of the site it comes from, so it is computed again


class CommentLine(BaseModel):
    """One comment of a file. A line needs `id`, `article`, `author`, `text` and `at`; an approved comment
    without a place gets the next one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    article: str
    parent: str | None = None
    root: str = ""
    depth: int = Field(1, ge=1)
    author: str
    url: str | None = None
    text: str
    at: str
    edited_at: str | None = None
    status: CommentStatus = "held"
    reason: str = ""
    place: str | None = Field(None, pattern=r"^\d{5}#\d{8}#")
    erased_at: str | None = None
    staff: bool = False
    answers_on: int | None = Field(None, ge=1)
    private: PrivateLine | None = None

    @model_validator(mode="after")
    def _can_be_shown(self) -> "CommentLine":
        self.at = _in_utc("at", self.at)
        self.edited_at = self.edited_at and _in_utc("edited_at", self.edited_at)
        self.erased_at = self.erased_at and _in_utc("erased_at", self.erased_at)
        if self.status == "erased":
            return self
        try:
            checked = validate({"author": self.author, "url": self.url, "comment": self.text}, Edit)
        except InvalidForm as refused:
            named = [f"'{each['field']}': {each['message']}" for each in refused.problems]
            raise ValueError("; ".join(named)) from refused
        self.author, self.url, self.text = checked.author, checked.url, checked.comment
        return self

    def comment(self) -> Comment:
        """Return the comment in the form of its row."""
        stored = self.model_dump(exclude={"private"})
        return cast(Comment, {**stored, "root": self.root or self.id})


def _in_utc(name: str, iso: str) -> str:
    """Return a time in the format of rows, in which text order is time order."""
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        raise ValueError(f"'{name}' is '{iso}', without an offset from UTC")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def written(talks: CommentThreads, comments: Sequence[Comment], *, private: bool) -> Iterator[str]:
    """Return the lines of these comments."""
    known: dict[str, PrivateDetails] = {}
    if private:
        rows = talks.private.get_many(comment_key(comment["id"]) for comment in comments)
        known = {row.key.pk.removeprefix("COMMENT#"): cast(PrivateDetails, row.doc) for row in rows.values()}
    for comment in comments:
        beside = {"private": known[comment["id"]]} if comment["id"] in known else {}
        yield as_json({**comment, **beside}) + "\n"


def read_ndjson(lines: Iterable[str], name: str) -> list[CommentLine]:
    """Read every line of a file; raise CannotDo with the errors before anything is stored."""
    found, wrong = [], []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(CommentLine.model_validate_json(line))
            except ValidationError as problem:
                first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
                place = ".".join(str(part) for part in first["loc"])
                wrong.append(f"{name}, line {number}: {place and f'{place}: '}{first['msg']}")
    if wrong:
        more = f" (and {len(wrong) - MOST_TOLD} more)" if len(wrong) > MOST_TOLD else ""
        raise CannotDo("; ".join(wrong[:MOST_TOLD]) + more + ". Nothing was imported", code=1)
    return found


def store(talks: CommentThreads, lines: Iterable[CommentLine], secret: str) -> Iterator[int]:
    """Store the missing comments in batches; yield the size of each batch.

    No mail is sent: imported comments are not new. secret: the site's secret, which makes the hash of each writer.
    """
    by_article: defaultdict[str, list[CommentLine]] = defaultdict(list)
    for line in lines:
        by_article[line.article].append(line)
    for article, all_lines in by_article.items():
        for start in range(0, len(all_lines), AT_ONCE):
            yield _store(talks, article, all_lines[start : start + AT_ONCE], secret)
    for all_lines in by_article.values():
        for line in _parents_first([line for line in all_lines if _awaits_place(line)]):
            talks.decide(line.id, _approve_in_silence, moderate_comments.now())
            talks.release_replies(line.id, moderate_comments.now())


def unknown_articles(talks: CommentThreads, lines: Iterable[CommentLine]) -> dict[str, int]:
    """Return the articles of these lines that are not live, each with its number of comments here."""
    counts = Counter(line.article for line in lines)
    live = talks.news.get_many(map(comment_target_key, counts))
    return {article: count for article, count in counts.items() if comment_target_key(article) not in live}


def _parents_first(lines: Iterable[CommentLine]) -> list[CommentLine]:
    """Sort lines by age, but each after its parent: clocks can be wrong, and some systems store only seconds."""
    by_age = sorted(lines, key=lambda each: (each.at, each.id))
    known, ordered = {line.id: line for line in by_age}, dict[str, CommentLine]()
    for line in by_age:
        ahead: dict[str, CommentLine] = {}
        answered: CommentLine | None = line
        while answered and answered.id not in ordered and answered.id not in ahead:
            ahead[answered.id] = answered
            answered = known.get(answered.parent or "")
        ordered |= dict(reversed(ahead.items()))
    return list(ordered.values())


def _awaits_place(line: CommentLine) -> bool:
    return line.status == "approved" and line.place is None


def _approve_in_silence(look: CommentState) -> CommentDecision | None:
    if look.comment is None or look.comment.doc["reason"] != IMPORTED:
        return None  # an editor has decided about it since an earlier import
    decision = moderation.moderate("approve", look)
    if decision:
        decision.private = []
    return decision


def _store(talks: CommentThreads, article: str, lines: Sequence[CommentLine], secret: str) -> int:
    for _ in range(ATTEMPTS):
        there = talks.news.get_many([thread_counter_key(article), *(comment_key(line.id) for line in lines)])
        fresh = list({line.id: line for line in lines if comment_key(line.id) not in there}.values())
        comments = [_as_stored(line) for line in fresh]
        talk = there.get(thread_counter_key(article))
        before = cast(ThreadCounter, talk.doc) if talk else EMPTY_COUNTER
        news = [change for comment in comments for change in _rows(comment)]
        if (after := counted(before, comments)) != before:
            news.append(RowWrite(thread_counter_key(article), cast(Doc, after), expected_rev=talk.rev if talk else 0))
        news += _replies(talks, article, comments)
        private = [change for line in fresh if line.private for change in _private_rows(line, line.private, secret)]
        if not news or talks.news.transact(news, (talks.private, private)):
            return len(fresh)
    raise TransientError(f"the comments on {article} kept changing while more were imported")


def _replies(talks: CommentThreads, article: str, arrived: Iterable[Comment]) -> list[RowWrite]:
    """Return the reply counts of each page after these comments were added in their old places."""
    came = Counter(page_of_place(each["place"]) for each in arrived if each["place"] and each["root"] != each["id"])
    rows = talks.news.get_many(replies_key(article, page) for page in came)
    changes = []
    for page, count in came.items():
        row = rows.get(key := replies_key(article, page))
        changes.append(
            RowWrite(key, {"replies": count + (row.doc["replies"] if row else 0)}, expected_rev=row.rev if row else 0)
        )
    return changes


def _as_stored(line: CommentLine) -> Comment:
    comment = line.comment()
    return {**comment, "status": "held", "reason": IMPORTED} if _awaits_place(line) else comment


def _rows(comment: Comment) -> list[RowWrite]:
    own = RowWrite(comment_key(comment["id"]), cast(Doc, comment), expected_rev=0)
    return [own, *diff_rows({}, moderation.comment_index_rows(comment))]


def _private_rows(line: CommentLine, private: PrivateLine, secret: str) -> list[RowWrite]:
    writer = writer_hash(secret, private.email)
    doc: dict[str, Any] = {**private.model_dump(), "writer": writer}
    by_writer: Doc = {"id": line.id, "article": line.article}
    return [RowWrite(comment_key(line.id), doc, expected_rev=0), RowWrite(Key(writer_pk(writer), line.id), by_writer)]


def counted(talk: ThreadCounter, arrived: Iterable[Comment]) -> ThreadCounter:
    """Return a discussion's counters after these comments were added in their old places. Each thread permanently
    has the place of its first comment, so the number of threads follows from those places."""
    after: ThreadCounter = {**talk}
    for comment in arrived:
        after["approved"] += comment["status"] == "approved"
        if comment["place"] and comment["root"] == comment["id"]:
            page, thread = page_of_place(comment["place"]), int(comment["place"].split("#")[1])
            after["threads"] = max(after["threads"], thread)
            if page > after["pages"]:
                after["pages"], after["on_last"] = page, 1
            elif page == after["pages"]:
                after["on_last"] += 1
    return after
