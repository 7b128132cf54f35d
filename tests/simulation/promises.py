"""What the newsroom promises, held against a schedule: I1 to I6.

Asked of the tables and buckets as they are, and of what people were told on the way.
"""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from adapters.items import row_of_item
from newsroom import names, urls
from newsroom.comment import Comment
from newsroom.comments.comment_rows import comment_index_rows
from newsroom.comments.moderation import STATUS
from newsroom.comments.reasons import WAITS
from newsroom.invalidation import own_pages
from newsroom.publishing.index_rows import article_of, index_rows
from newsroom.rendering import static_assets
from newsroom.rows import Doc
from newsroom.site import site_of
from newsroom.table_keys import Key, author_key, page_of_place, replies_key, successors_partition
from render_page import handler as render_page
from tests.memory import Memory
from tests.paper import SITE_URL
from tests.simulation.stores import InMemory, Objects
from tests.simulation.wire import Call, Task, take_stage
from tests.simulation.workload import Copy, Remark
from workflows import render_pages

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

MAIL = b"@reader.example"


class Promises:
    """What one schedule has to keep; `broken` says where it did not."""

    def __init__(self, schedule: "Schedule") -> None:
        self.broken: list[str] = []
        self.begins = schedule.now
        self.letters: dict[str, str] = {}  # ids of comments by their text, as the queue was told
        self._schedule, self._workload = schedule, schedule.workload
        self._versions: dict[str, str | None] = {}  # the last of each uploaded key
        self._placed: dict[str, tuple[int, int, int]] = {}  # edition, and between which writes its rows were read
        self._rows: dict[tuple[str, str], tuple[int, Any]] = {}  # as of so many writes
        self._objects: dict[str, Objects] = {}  # once all is at rest, by bucket

    # ── On the way ──
    def note_upload(self, key: str, version: str | None) -> None:
        self._versions[key] = version

    def note_look(self, task: Task, call: Call) -> None:
        """A handler reads: what the tables had come to by then."""
        written = self._schedule.written
        if call.name == "head_object":
            task.uploads[f"{call.asked['Bucket']}/{call.asked['Key']}"] = written
        elif call.service == "dynamodb":
            task.looked = written

    def note_place(self, task: Task, call: Call) -> None:
        """A handler is about to write a page: between which writes of the tables it has read."""
        place = f"{call.asked['Bucket']}/{call.asked['Key']}"
        call.look = (task.uploads.get(place, 0), task.looked)

    def note_landing(self, call: Call) -> None:
        """I4: a page's edition never decreases, nor does a higher one show older rows. I5: nothing comes too early."""
        place, (began, ended) = f"{call.asked['Bucket']}/{call.asked['Key']}", call.look
        if "edition" not in call.asked.get("Metadata", {}):
            return  # a report
        edition = int(call.asked["Metadata"]["edition"])
        last = self._placed.get(place)
        if last and edition < last[0]:
            self._break(f"I4: {place} lands in edition {edition} after edition {last[0]}")
        elif last and edition > last[0] and ended < last[1]:
            self._break(f"I4: {place} lands in edition {edition} with older rows than edition {last[0]} had")
        self._placed[place] = (edition, began, ended)
        if call.asked["Bucket"] == "site":
            for copy in self._secrets():
                if copy.word.encode() in call.asked["Body"]:
                    self._break(f"I5: {place} shows {copy.word}, which is not to be read yet")

    def _secrets(self) -> list[Copy]:
        """Copies that no reader may have seen by now, whichever look at them came first."""
        copies = [copy for versions in self._workload.copies.values() for copy in versions if copy]
        return [copy for copy in copies if copy.is_draft or copy.is_broken or not self._is_open(copy)]

    def _is_open(self, copy: Copy) -> bool:
        return copy.opens is None or self.begins + timedelta(minutes=copy.opens) <= self._schedule.now

    def note_end(self, name: str, problem: BaseException | None) -> None:
        """I6: no handler fails because somebody else was at a row for a moment."""
        if type(problem).__name__ == "TransactionConflictException":
            self._break(f"I6: {name} fails of a conflict, which it could have waited out")

    def row(self, pk: str, sk: str) -> Any:
        """A row as it is now, without anybody hearing of it."""
        written = self._schedule.written
        if self._rows.get((pk, sk), (None, None))[0] != written:
            self._rows[pk, sk] = (written, self._schedule.store.item("news", pk, sk))
        return self._rows[pk, sk][1]

    # ── When faults stop ──
    def keep_when_parked(self) -> None:
        """I6: what keeps failing was parked after its five receives, and its neighbours went on."""
        for line in self._schedule.lines.values():
            for message in line.parked:
                self._keep_parked(line.name, message.body, message.receives)
        parked = {(line.name, message.body) for line in self._schedule.lines.values() for message in line.parked}
        for body, name in self._workload.unreadable.items():
            if (name, body) not in parked:
                self._break(f"I6: nobody can read {body!r}, and it is not parked")
        if self._workload.poison and not self._schedule.lost_records:
            self._look_round()
            self._keep_i3(but=self._workload.poisoned)

    def _keep_parked(self, line: str, body: str, receives: int) -> None:
        if body in self._workload.unreadable:
            if receives >= 5:  # the last two of them without a fault
                self._break(f"I6: {body!r} to {line}, which nobody can read, was tried {receives} times")
        elif receives != 5:
            self._break(f"I6: a message to {line} was parked after {receives} receives: {body[:80]}")
        elif not self._is_poisoned(line, body):
            self._break(f"I6: a message to {line} was parked, though it could have been done: {body[:80]}")

    def _is_poisoned(self, line: str, body: str) -> bool:
        """Whether a message asks for what cannot be done."""
        bucket, _, key = self._workload.poisoned.partition("/")
        if line == "render":
            return bucket == "site" and urls.object_key(json.loads(body)["page"]) == key
        return line == "upload" and bucket == "upload" and key in body

    # ── At rest ──
    def keep_at_rest(self) -> None:
        items = self._schedule.store.items("news")
        self._look_round()
        for line in self._schedule.lines.values():
            if line.parked:
                self._break(f"I6: {len(line.parked)} messages of {line.name} cannot be done even without faults")
        self._keep_i1(items)
        self._keep_i2(items)
        self._keep_i3()
        self._keep_lists(items)
        self._keep_names(items)
        self._keep_i5(items)
        self._keep_takedowns(items)
        self._keep_dates(items)

    def _look_round(self) -> None:
        self._objects = {bucket: self._schedule.store.objects(bucket) for bucket in ("site", "upload")}

    def _break(self, what: str) -> None:
        if what not in self.broken:
            self.broken.append(what)
        self._schedule.tell(f"BROKEN  {what}")

    def _keep_i1(self, items: list[Any]) -> None:
        """Every upload's receipt tells what became of its last version."""
        receipts = self._objects["upload"]
        docs = _docs(items)
        for key, version in self._versions.items():
            stored = receipts.get(urls.receipt_path(key))
            if stored is None:
                self._break(f"I1: {key} has no receipt")
                continue
            receipt = json.loads(stored[0])
            if receipt["version"] != version:
                self._break(f"I1: the receipt of {key} is of version {receipt['version']}, and {version} is the last")
            if key in self._workload.copies:
                self._keep_article(key, receipt, docs)
        self._keep_moved(receipts, docs)

    def _keep_article(self, key: str, receipt: dict[str, Any], docs: dict[Key, Doc]) -> None:
        versions = self._workload.copies[key]
        last, id = versions[-1], receipt["id"]
        article = docs.get(Key(f"ARTICLE#{id}", "ARTICLE"))
        expected = self._expected(last, key, id, docs)
        if receipt["status"] != expected:
            self._break(f"I1: the receipt of {key} says {receipt['status']}, and it is {expected}")
        if last and expected != "rejected" and (article is None or article["headline"] != last.word):
            self._break(f"I1: {key} says {last.word}, and its article {article and article['headline']}")
        words = {copy.word for copies in self._workload.copies.values() for copy in copies if copy}
        if article and article["headline"] not in words:
            self._break(f"I1: article {id} says {article['headline']}, which no upload said")

    def _keep_dates(self, items: list[Any]) -> None:
        """Every article is dated and addressed as the settings in force say, whichever it was uploaded under."""
        docs = _docs(items)
        site = site_of(docs.get(Key("SITE", "SITE")), SITE_URL)
        for key, versions in self._workload.copies.items():
            copy, upload = versions[-1], docs.get(Key(f"UPLOAD#{key}", "UPLOAD"))
            article = docs.get(Key(f"ARTICLE#{upload['id']}", "ARTICLE")) if upload else None
            if not (copy and upload and upload["verdict"] == "accepted" and article and article["key"] == key):
                continue
            local = datetime.fromisoformat(copy.moment).astimezone(ZoneInfo(site["timezone"]))
            if article["date"] != local.isoformat(timespec="seconds"):
                self._break(f"I3: {key} is dated {article['date']}, and the paper's zone is {site['timezone']}")
            name = copy.address.split("/")[3]
            parts = {"yyyy": f"{local:%Y}", "mm": f"{local:%m}", "dd": f"{local:%d}", "slug": name}
            if article["address"] != site["permalink"].format(**parts, section=copy.section, id=article["id"]):
                self._break(f"I3: {key} is at {article['address']}, and the permalink is {site['permalink']}")

    def _expected(self, copy: Copy | None, key: str, id: str | None, docs: dict[Key, Doc]) -> str:
        if copy is None:
            return "withdrawn"
        if copy.is_broken or self._is_blocked(copy, key, id, docs):
            return "rejected"
        if id in self._workload.taken_down:
            return "withdrawn"
        if copy.is_draft:
            return "draft"
        if not self._is_open(copy):
            return "scheduled"
        return "withdrawn" if self._is_over(copy) else "published"

    def _is_blocked(self, copy: Copy, key: str, id: str | None, docs: dict[Key, Doc]) -> bool:
        """Whether another file that is there has an address of this one."""
        claims = [docs.get(Key(f"ADDRESS#{path}", "ADDRESS")) for path in copy.addresses]
        owners = {claim["owner"] for claim in claims if claim}
        is_ours = id is not None and docs[Key(f"ARTICLE#{id}", "ARTICLE")]["key"] == key
        return any(self._is_held(owner, docs) for owner in owners - ({f"article/{id}"} if is_ours else set()))

    def _is_held(self, owner: str, docs: dict[Key, Doc]) -> bool:
        article = docs.get(Key(f"ARTICLE#{owner.removeprefix('article/')}", "ARTICLE"))
        upload = article and docs.get(Key(f"UPLOAD#{article['key']}", "UPLOAD"))
        versions = self._workload.copies.get(article["key"], [None]) if article else [None]
        return bool(upload and upload["id"] == owner.removeprefix("article/") and versions[-1])

    def _keep_moved(self, receipts: Objects, docs: dict[Key, Doc]) -> None:
        """An article whose file has moved is where that file says, with its id and once, and whatever address it ever
        had leads there."""
        site = self._objects["site"]
        for id, keys in self._workload.moved.items():
            last = self._workload.copies[keys[-1]][-1]
            receipt = json.loads(receipts[urls.receipt_path(keys[-1])][0])
            if last is None or receipt["id"] != id or receipt["url"] != SITE_URL + last.address:
                self._break(f"I1: {keys[-1]} is article {receipt['id']} at {receipt['url']} after it has moved")
                continue
            copies = [copy for key in keys for copy in self._workload.copies[key] if copy]
            words = {copy.word for copy in copies}
            live = [doc["id"] for doc in docs.values() if doc.get("status") == "published" and doc["headline"] in words]
            if live != [id]:
                self._break(f"I1: article {id} is published as {live} after it has moved")
            for path in {copy.address for copy in copies}:
                stored = site.get(urls.object_key(path))
                leads_to = last.address if stored and path == last.address else stored and stored[1].get("location")
                if stored and (leads_to != last.address or "tombstone" in stored[1]):
                    self._break(f"I1: {path} no longer leads to article {id}")

    def _is_over(self, copy: Copy) -> bool:
        return copy.ends is not None and self.begins + timedelta(minutes=copy.ends) <= self._schedule.now

    def _keep_i2(self, items: list[Any]) -> None:
        """Every comment that was received is there once, and shown once if and only if it is approved."""
        docs = _docs(items)
        stored = {doc["id"]: cast(Comment, doc) for key, doc in docs.items() if key.sk == "COMMENT"}
        for remark in self._workload.remarks:
            if remark.is_received and remark.id not in stored:
                self._break(f"I2: “{remark.word}” was received, and is not there")
            if remark.was_said_already and remark.id not in stored:
                self._break(f"I2: “{remark.word}” counts as said already, and is not there")
        private = {item["pk"]["S"] for item in self._schedule.store.items("private") if item["sk"]["S"] == "COMMENT"}
        open_to = {key.pk.removeprefix("TALK#") for key in docs if key.sk == "DOORSTEP"}
        shown = [each for each in stored.values() if each["status"] == "approved" and each["article"] in open_to]
        for comment in stored.values():
            is_kept = f"COMMENT#{comment['id']}" in private
            if is_kept is (comment["status"] == "erased"):
                self._break(f"I2: of comment {comment['id']} ({comment['status']}) what is private is kept: {is_kept}")
            parent = stored.get(comment["parent"] or "")
            if comment["reason"] == WAITS and parent and parent["status"] != "held":
                self._break(f"I2: comment {comment['id']} still waits for one that is {parent['status']}")
            self._keep_comment(comment, shown)

    def _keep_comment(self, comment: Comment, shown: list[Comment]) -> None:
        is_shown = comment in shown
        id, site = comment["id"], self._objects["site"]
        mark = f'id="comment-{id}"'.encode()
        times = sum(body.count(mark) for key, (body, _) in site.items() if key.endswith(".html"))
        gone = comment["place"] is not None and not is_shown  # its placeholder may stand there
        if times != 1 if is_shown else times > gone:
            self._break(f"I2: comment {id} is {comment['status']}, and on the pages {times} times")
        for remark in self._workload.remarks:
            if remark.id == id:
                self._keep_remark(remark, comment, shown)

    def _keep_remark(self, remark: Remark, comment: Comment, shown: list[Comment]) -> None:
        word = remark.word.encode()
        public = [key for key, (body, _) in self._objects["site"].items() if word in body]
        # The same words of another day, which were called failed and came in all the same, are another comment.
        if public and not any(remark.word in each["text"] for each in shown):
            self._break(f"I2: “{remark.word}” is {comment['status']}, and to be read at {public}")
        if remark.verdict is None:
            return
        wanted = {STATUS[verdict] for verdict in (remark.verdict, *remark.perhaps)}
        if remark.answers and "approved" in wanted:
            wanted.add("held")  # until what it answers is approved
        if comment["status"] not in wanted:
            self._break(f"I2: “{remark.word}” is {comment['status']} after the verdict to {remark.verdict}")

    def _keep_i3(self, but: str = "") -> None:
        """The site is, byte for byte, what a clean rebuild from the tables writes."""
        clean = self._clean_render()
        for bucket in ("site", "upload"):
            real = self._objects[bucket]
            for key in sorted({*real, *clean[bucket]}):
                place = f"{bucket}/{key}"
                old_asset = key.startswith("assets/") and key not in clean[bucket]
                if place == but or old_asset or (bucket == "upload" and not key.startswith("receipts/")):
                    continue
                self._compare(place, real.get(key), clean[bucket].get(key))
            for place in self._placed:
                if place.startswith(bucket + "/") and place.partition("/")[2] not in real:
                    self._break(f"I3: {place} was live, and nothing is there any more")

    def _compare(self, place: str, real: tuple[bytes, dict[str, str]] | None, clean: Any) -> None:
        is_asset = place.startswith(
            "site/assets/"
        )  # named by its content: whichever edition asked for it, it is the same
        if real == clean or (is_asset and real and clean and real[0] == clean[0]):
            return
        if real is None or clean is None:
            self._break(f"I3: {place} is {'missing' if real is None else 'more than a clean rebuild writes'}")
        elif real[1] != clean[1]:
            self._break(f"I3: {place} is marked {real[1]}, and a clean rebuild marks it {clean[1]}")
        else:
            self._break(f"I3: {place} differs from a clean rebuild: {_difference(real[0], clean[0])}")

    def _clean_render(self) -> dict[str, Objects]:
        """Every page that should exist, drawn into empty buckets from a copy of the table.

        Only tombstones stand there before, as what they are: nothing in the tables tells of some of them.
        """
        store, memory = self._schedule.store, Memory()
        memory.tables.create_table("news")
        for bucket in ("site", "upload"):
            memory.buckets.create_bucket(bucket)
        items = store.items("news")
        memory.remember(items)
        for key, (_, metadata) in self._objects["site"].items():
            if "tombstone" in metadata:
                memory.buckets.put_object("site", key, b"", Metadata={"tombstone": metadata["tombstone"]})
        settings = _docs([item for item in items if item["pk"]["S"] == "SITE"]).get(Key("SITE", "SITE"))
        asked = {*urls.FIXED, *static_assets.assets(site_of(settings, SITE_URL))}
        for item in items:
            asked.update(own_pages(Key(item["pk"]["S"], item["sk"]["S"])))
        records = [{"messageId": path, "body": json.dumps({"page": path})} for path in sorted(asked)]
        room = _CleanRoom(memory, self._schedule.now)
        take_stage(cast(Any, room))
        render_pages.uploaded_assets.cache_clear()
        try:
            answer = render_page.handle({"Records": records}, None)
        finally:
            take_stage(self._schedule)
            render_pages.uploaded_assets.cache_clear()
        for failure in answer["batchItemFailures"]:
            self._break(f"I3: {failure['itemIdentifier']} cannot be drawn from the tables")
        return {bucket: room.store.objects(bucket) for bucket in ("site", "upload")}

    def _keep_lists(self, items: list[Any]) -> None:
        """The rows that follow from an article, a comment or an upload are what they should be."""
        docs, parts = _docs(items), {key_of(item): item for item in items}
        expected: dict[Key, Doc] = {}
        for key, doc in docs.items():
            if key.sk == "ARTICLE":
                expected |= index_rows(article_of(row_of_item(parts[key], parts)))
            elif key.sk == "COMMENT":
                expected |= comment_index_rows(cast(Comment, doc))
            elif key.sk == "UPLOAD":
                expected |= {
                    successors_partition(owner).key(doc["key"]): {"key": doc["key"]} for owner in doc["waits_for"]
                }
        actual = {key: doc for key, doc in docs.items() if _follows(key)}
        for key in sorted({*expected, *actual}):
            if expected.get(key) != actual.get(key):
                what = (
                    "missing" if key not in actual else "left over" if key not in expected else "not what it should be"
                )
                self._break(f"I3: the row {key.pk} {key.sk} is {what}")
        self._keep_counts(docs)

    def _keep_counts(self, docs: dict[Key, Doc]) -> None:
        """A discussion counts its approved comments, and each of its pages its replies."""
        talks: dict[str, int] = defaultdict(int)
        replies: dict[Key, int] = defaultdict(int)
        for doc in (doc for key, doc in docs.items() if key.sk == "COMMENT"):
            talks[doc["article"]] += doc["status"] == "approved"
            if doc["place"] and doc["root"] != doc["id"]:
                replies[replies_key(doc["article"], page_of_place(doc["place"]))] += 1
        for key, doc in docs.items():
            if key.sk == "TALK" and doc["approved"] != talks[key.pk.removeprefix("TALK#")]:
                self._break(f"I2: {key.pk} counts {doc['approved']} approved comments")
            if key.sk.startswith("REPLIES#") and doc["replies"] != replies[key]:
                self._break(f"I2: {key.pk} {key.sk} counts {doc['replies']} replies")

    def _keep_names(self, items: list[Any]) -> None:
        """Every name of an article has the slug that its rows give it, and no other name has that."""
        docs = _docs(items)
        written: dict[str, set[str]] = defaultdict(set)
        for doc in (doc for key, doc in docs.items() if key.sk == "ARTICLE"):
            called = {
                **{("author", each["id"]): each["name"] for each in doc["authors"]},
                **{("tag", each["slug"]): each["name"] for each in doc["tags"]},
                ("section", doc["section"]["slug"]): doc["section"]["name"],
            }
            for (kind, slug), name in called.items():
                if names.fold(name) != slug or author_key(slug) not in docs:  # a file speaks for its own name as well
                    written[f"/{kind}/{slug}/"].add(names.fold(name))
                settled = names.assign_slugs([names.named(cast(names.Kind, kind), names.Written(name))], docs)
                if settled.claims or settled.slugs != [slug]:
                    self._break(f"I3: {name} is at /{kind}/{slug}/ in article {doc['id']}, and elsewhere by its rows")
        for path, several in written.items():
            if len(several) > 1:
                self._break(f"I3: {path} is the page of {' and '.join(sorted(several))}")

    def _keep_i5(self, items: list[Any]) -> None:
        """No reader's mail address is anywhere public, nor where pages are drawn."""
        for bucket in ("site", "upload"):
            for key, (body, _) in self._objects[bucket].items():
                if MAIL in body:
                    self._break(f"I5: {bucket}/{key} holds a mail address")
        for item in items:
            if MAIL.decode() in item.get("doc", {}).get("S", ""):
                self._break(f"I5: the row {item['pk']['S']} of the news table holds a mail address")
        for line, body in self._schedule.sent:
            if line != "comment" and MAIL.decode() in body:
                self._break(f"I5: a message to {line} holds a mail address")

    def _keep_takedowns(self, items: list[Any]) -> None:
        """An article that was taken down stays so, and nothing that it ever said is anywhere on the site."""
        docs = _docs(items)
        for id in self._workload.taken_down:
            if docs[Key(f"ARTICLE#{id}", "ARTICLE")]["takedown"] is None:
                self._break(f"I5: article {id} is no longer taken down, and nobody was told so")
            for copy in filter(None, self._workload.copies.get(f"articles/{id}.md", ())):
                shown = [key for key, (body, _) in self._objects["site"].items() if copy.word.encode() in body]
                if shown:
                    self._break(f"I5: article {id} is taken down, and {copy.word} is to be read at {shown}")


class _CleanRoom:
    """Where a clean render is made: a store without faults."""

    def __init__(self, memory: Memory, now: datetime) -> None:
        self.store, self.now = InMemory(memory), now

    def store_answers(self, call: Call) -> Any:
        return self.store.ask(call.service, call.name, call.asked)


def key_of(item: Any) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


def _docs(items: list[Any]) -> dict[Key, Doc]:
    rows = (row_of_item(item, {}, with_body=False) for item in items if "doc" in item)
    return {row.key: row.doc for row in rows if row}


def _follows(key: Key) -> bool:
    """Whether a row follows from an article's or a comment's own."""
    kind, _, name = key.pk.partition("#")
    if kind == "LIST":
        return name != urls.PAGES
    is_count = key.sk == "TALK" or key.sk.startswith("REPLIES#")
    return kind in {"HELD", "WAITING", "DUE", "OPEN", "SUCCESSOR"} or (kind == "TALK" and not is_count)


def _difference(real: bytes, clean: bytes) -> str:
    place = next((n for n, (a, b) in enumerate(zip(real, clean, strict=False)) if a != b), min(len(real), len(clean)))
    start = max(place - 30, 0)
    return f"{real[start : place + 40]!r} where a rebuild has {clean[start : place + 40]!r}"
