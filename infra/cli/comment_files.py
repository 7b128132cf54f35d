"""Export of comments to a file, with one complete comment as a JSON object on each line, and import into the tables.

A line is a Comment. It also has `private` if the export included the writer's private data.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from infra.cli import CannotDo, moderate_comments
from infra.cli.terminal import as_json
from newsroom.comment import Comment, CommentStatus, PrivateDetails, ThreadCounter
from newsroom.comments import moderation
from newsroom.comments.comment_rows import comment_index_rows
from newsroom.comments.comment_state import EMPTY_COUNTER, CommentState
from newsroom.comments.moderation import CommentDecision
from newsroom.comments.submissions import Edit, InvalidForm, validate
from newsroom.comments.tokens import writer_hash
from newsroom.errors import TransientError
from newsroom.rows import Doc, Row, Rows, RowWrite, diff_rows, rev_of
from newsroom.table_keys import (
    comment_key,
    comment_target_key,
    page_of_place,
    parse_place,
    private_key,
    replies_key,
    thread_counter_key,
    writer_partition,
)
from workflows.comments import CommentThreads

IN_A_TRANSACTION = 12  # comments: each has at most six rows, and all of them at most 4 MB
IMPORTED = "is being imported"
"""The reason of an approved comment with no place yet: an editor's decision made in between is kept."""
ATTEMPTS = 12
MOST_SHOWN = 20  # invalid lines to name in an error


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
        except InvalidForm as invalid:
            messages = [f"'{problem['field']}': {problem['message']}" for problem in invalid.problems]
            raise ValueError("; ".join(messages)) from invalid
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


def written(threads: CommentThreads, comments: Sequence[Comment], *, private: bool) -> Iterator[str]:
    """Return the lines of these comments."""
    known: dict[str, PrivateDetails] = {}
    if private:
        keys = {comment["id"]: private_key(comment["id"]) for comment in comments}
        rows = threads.private.get_many(keys.values())
        known = {id: details for id, key in keys.items() if (details := rows.doc(key))}
    for comment in comments:
        private_part = {"private": known[comment["id"]]} if comment["id"] in known else {}
        yield as_json({**comment, **private_part}) + "\n"


def read_ndjson(lines: Iterable[str], name: str) -> list[CommentLine]:
    """Read every line of a file; raise CannotDo with the errors before anything is stored."""
    valid, wrong = [], []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                valid.append(CommentLine.model_validate_json(line))
            except ValidationError as problem:
                first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
                place = ".".join(str(part) for part in first["loc"])
                wrong.append(f"{name}, line {number}: {place and f'{place}: '}{first['msg']}")
    if wrong:
        more = f" (and {len(wrong) - MOST_SHOWN} more)" if len(wrong) > MOST_SHOWN else ""
        raise CannotDo("; ".join(wrong[:MOST_SHOWN]) + more + ". Nothing was imported", code=1)
    return valid


def store(threads: CommentThreads, lines: Iterable[CommentLine], secret: str) -> Iterator[int]:
    """Store the missing comments in batches; yield the size of each batch.

    No mail is sent: imported comments are not new. secret: the site's secret, which makes the hash of each writer.
    """
    by_article: defaultdict[str, list[CommentLine]] = defaultdict(list)
    for line in lines:
        by_article[line.article].append(line)
    for article, all_lines in by_article.items():
        for start in range(0, len(all_lines), IN_A_TRANSACTION):
            yield _store(threads, article, all_lines[start : start + IN_A_TRANSACTION], secret)
    for all_lines in by_article.values():
        for line in _parents_first([line for line in all_lines if _awaits_place(line)]):
            threads.decide(line.id, _approve_without_mail, moderate_comments.now())
            threads.release_replies(line.id, moderate_comments.now())


def unknown_articles(threads: CommentThreads, lines: Iterable[CommentLine]) -> dict[str, int]:
    """Return the articles of these lines that are not live, each with its number of comments here."""
    counts = Counter(line.article for line in lines)
    live = threads.news.get_many(map(comment_target_key, counts))
    return {article: count for article, count in counts.items() if comment_target_key(article) not in live}


def _parents_first(lines: Iterable[CommentLine]) -> list[CommentLine]:
    """Sort lines by age, but each after its parent: clocks can be wrong, and some systems store only seconds."""
    by_age = sorted(lines, key=lambda line: (line.at, line.id))
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


def _approve_without_mail(state: CommentState) -> CommentDecision | None:
    if state.comment is None or state.comment.doc["reason"] != IMPORTED:
        return None  # an editor has decided about it since an earlier import
    decision = moderation.moderate("approve", state)
    if decision:
        decision.private = []
    return decision


def _store(threads: CommentThreads, article: str, lines: Sequence[CommentLine], secret: str) -> int:
    """Store the missing comments among these lines in one transaction; return their number."""
    for _ in range(ATTEMPTS):
        rows = threads.news.get_many([thread_counter_key(article), *(comment_key(line.id) for line in lines)])
        missing = _missing(lines, rows)
        comments = [_as_stored(line) for line in missing]
        news = [write for comment in comments for write in _comment_writes(comment)]
        news += _counter_write(rows.find(thread_counter_key(article)), article, comments)
        news += _reply_writes(threads, article, comments)
        private = [write for line in missing for write in _private_writes(line, secret)]
        if not news or threads.news.transact(news, (threads.private, private)):
            return len(missing)
    raise TransientError(f"the comments on {article} kept changing while more were imported")


def _missing(lines: Iterable[CommentLine], rows: Rows) -> list[CommentLine]:
    """Return the lines whose comments are not stored; of two lines with one id, the last."""
    return list({line.id: line for line in lines if comment_key(line.id) not in rows}.values())


def _counter_write(counter: Row[ThreadCounter] | None, article: str, added: Iterable[Comment]) -> list[RowWrite]:
    """Return the write of an article's counters after these comments were added; none if they stay as they are."""
    before = counter.doc if counter else EMPTY_COUNTER
    after = counted(before, added)
    if after == before:
        return []
    return [RowWrite(thread_counter_key(article), after, expected_rev=rev_of(counter))]


def _reply_writes(threads: CommentThreads, article: str, added: Iterable[Comment]) -> list[RowWrite]:
    """Return the writes of each page's number of replies after these comments were added in their old places."""
    replies = [comment for comment in added if comment["place"] and comment["root"] != comment["id"]]
    by_page = Counter(page_of_place(comment["place"]) for comment in replies if comment["place"])
    rows = threads.news.get_many(replies_key(article, page) for page in by_page)
    writes = []
    for page, count in by_page.items():
        key = replies_key(article, page)
        row = rows.find(key)
        before = row.doc["replies"] if row else 0
        writes.append(RowWrite(key, {"replies": before + count}, expected_rev=rev_of(row)))
    return writes


def _as_stored(line: CommentLine) -> Comment:
    comment = line.comment()
    return {**comment, "status": "held", "reason": IMPORTED} if _awaits_place(line) else comment


def _comment_writes(comment: Comment) -> list[RowWrite]:
    own = RowWrite(comment_key(comment["id"]), comment, expected_rev=0)
    return [own, *diff_rows({}, comment_index_rows(comment))]


def _private_writes(line: CommentLine, secret: str) -> list[RowWrite]:
    if line.private is None:
        return []
    writer = writer_hash(secret, line.private.email)
    doc: Doc = {**line.private.model_dump(), "writer": writer}
    by_writer: Doc = {"id": line.id, "article": line.article}
    return [
        RowWrite(private_key(line.id), doc, expected_rev=0),
        RowWrite(writer_partition(writer).key(line.id), by_writer),
    ]


def counted(before: ThreadCounter, added: Iterable[Comment]) -> ThreadCounter:
    """Return a discussion's counters after these comments were added in their old places. Each thread permanently
    has the place of its first comment, so the number of threads follows from those places."""
    after: ThreadCounter = {**before}
    for comment in added:
        after["approved"] += comment["status"] == "approved"
        if comment["place"] and comment["root"] == comment["id"]:
            place = parse_place(comment["place"])
            if place is None:
                continue
            after["threads"] = max(after["threads"], place.thread)
            if place.page > after["pages"]:
                after["pages"], after["on_last"] = place.page, 1
            elif place.page == after["pages"]:
                after["on_last"] += 1
    return after
