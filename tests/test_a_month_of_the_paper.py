"""A month of the paper's life, played in seconds: what should show shows, and nothing shows early.

The one clock (adapters/clock.py) is set forward, hour by hour and minute by minute around everything that is
planned to happen. After each step the paper is read from outside and held to what a calendar says of it, which
knows of each article only when it is to be there and when not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from adapters.table import Table
from infra.cli import takedowns
from newsroom.table_keys import CLOCK_KEY
from tests.paper import Paper, a_paper

BEGIN, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEWS_LASTS = timedelta(days=2)
NIGHTLY = (3, 30)  # UTC
SITE = "title: The Lantern\nbase_url: https://paper.example\ncomments: {moderation: none, close_after_days: 5}\n"


def on(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@dataclass
class Story:
    """One article as the calendar has it. live: the times from which, and until which, it is to be seen.
    dated: what its file says; for two days from then it is news."""

    name: str
    dated: datetime
    headline: str
    live: list[tuple[datetime, datetime]]
    section: str = "news"

    @property
    def address(self) -> str:
        return f"/2026/11/{self.name}/"

    def is_live(self, now: datetime) -> bool:
        return any(begin <= now < end for begin, end in self.live)

    def was_live(self, now: datetime) -> bool:
        return any(begin <= now for begin, _ in self.live)

    def is_news(self, now: datetime) -> bool:
        return self.is_live(now) and now < self.dated + NEWS_LASTS

    def file(self, *more: str) -> str:
        lines = [f"title: {self.headline}", f"date: {self.dated.isoformat()}", f"section: {self.section}", *more]
        return "---\n" + "\n".join(lines) + f"\n---\nThe text of {self.name}.\n"


@dataclass
class Month:
    """The paper, its calendar, and what an editor does when."""

    paper: Paper
    stories: list[Story] = field(default_factory=list)
    doings: dict[datetime, list[Callable[[], None]]] = field(default_factory=dict)
    moments: set[datetime] = field(default_factory=set)  # when the calendar says that something changes
    steps: int = 0
    _read: dict[str, str | None] = field(default_factory=dict)
    _written: int = -1

    def page(self, path: str) -> str | None:
        """A page as readers have it; read once as long as nothing is written."""
        if self._written != len(self.paper.written):
            self._read, self._written = {}, len(self.paper.written)
        if path not in self._read:
            self._read[path] = self.paper.page(path)
        return self._read[path]

    def at(self, when: datetime, do: Callable[[], None]) -> None:
        self.doings.setdefault(when, []).append(do)

    def tell(self, when: datetime, story: Story, *more: str) -> None:
        """Have a story's file uploaded."""
        text = story.file(*more)
        self.at(when, lambda: self.paper.upload(f"articles/{story.name}.md", text))

    def add(self, story: Story) -> Story:
        self.stories.append(story)
        for begin, end in story.live:
            self.moments |= {begin, end, story.dated + NEWS_LASTS}
        return story

    def play(self, begin: datetime = BEGIN, end: datetime = END) -> None:
        """Every hour, and every minute for some around each moment at which something happens."""
        busy = {*self.doings, *self.moments}
        around = {moment + minutes * MINUTE for moment in busy for minutes in range(-2, 3)}
        hours = {begin + number * HOUR for number in range(int((end - begin) / HOUR))}
        nights = {hour.replace(minute=NIGHTLY[1]) for hour in hours if hour.hour == NIGHTLY[0]}
        for now in sorted(moment for moment in hours | nights | around if begin <= moment < end):
            self.paper.tick(now)
            for do in self.doings.get(now, []):
                do()
            if (now.hour, now.minute) == NIGHTLY:
                self.sleep()
            self.check(now)

    def sleep(self) -> None:
        """The nightly rebuild, which has nothing to mend and writes nothing but its report."""
        before = len(self.paper.written)
        self.paper.rebuild()
        written = [place for place in self.paper.written[before:] if not place.startswith("upload/reports/")]
        assert written == [], "the nightly rebuild found something to mend"

    def check(self, now: datetime) -> None:
        """Hold what readers see to the calendar."""
        self.steps += 1
        live = [story for story in self.stories if story.is_live(now)]
        for story in self.stories:
            self.check_page(story, now)
        newest = sorted(live, key=lambda story: (story.dated, story.name), reverse=True)
        shown = [story.name for story in newest]
        assert set(in_order(self.page("/"), self.stories)) == set(shown), now
        assert in_order(self.page("/archive/2026/11/"), self.stories) == shown, now
        assert in_order(self.page("/feed.xml"), self.stories) == shown, now
        assert set(in_order(self.page("/sitemaps/2026-11.xml"), self.stories)) == set(shown), now
        news = {story.name for story in self.stories if story.is_news(now)}
        assert set(in_order(self.page("/news-sitemap.xml"), self.stories)) == news, now
        for section in {story.section for story in self.stories}:
            names = [story.name for story in newest if story.section == section]
            assert set(in_order(self.page(f"/section/{section}/"), self.stories)) == set(names), now
        self.check_security(now)

    def check_page(self, story: Story, now: datetime) -> None:
        page = self.page(story.address)
        if story.is_live(now):
            assert page is not None, (story.name, now)
            assert f"The text of {story.name}." in page, (story.name, now)
        elif story.was_live(now):
            assert "This page is gone" in (page or ""), (story.name, now)
        else:
            assert page is None, (story.name, now)

    def check_security(self, now: datetime) -> None:
        said = re.search(r"Expires: (\S+)", self.page("/.well-known/security.txt") or "")
        assert said, now
        assert datetime.fromisoformat(said[1]) > now + timedelta(days=30), now


def in_order(page: str | None, stories: list[Story]) -> list[str]:
    """The stories a page links to, in the order in which they stand there first."""
    places = {story.name: (page or "").find(story.address) for story in stories}
    return sorted((name for name, place in places.items() if place >= 0), key=lambda name: places[name])


@pytest.fixture
def month(quick_paper: Paper) -> Month:
    quick_paper.now = BEGIN - HOUR
    quick_paper.upload("site.yaml", "title: The Lantern\nbase_url: https://paper.example\n")
    return Month(quick_paper)


def test_a_month_of_articles_shows_each_from_its_minute_to_its_last(month: Month) -> None:
    for day in range(2, 29, 3):
        month.tell(on(day, 9), month.add(Story(f"daily-{day}", on(day, 8, 15), f"Day {day}", [(on(day, 9), END)])))

    scheduled = month.add(Story("scheduled", on(5, 6, 30), "Kept for Thursday", [(on(5, 6, 30), END)], "world"))
    month.tell(on(1, 12), scheduled)

    expiring = month.add(Story("expiring", on(6, 10), "Two days only", [(on(6, 10), on(8, 17, 45))], "world"))
    month.tell(on(2, 12), expiring, "expires_at: 2026-11-08T17:45+00:00")

    corrected = month.add(Story("corrected", on(7, 11), "With a mistake", [(on(7, 11), END)]))
    month.tell(on(7, 11), corrected)
    month.tell(on(9, 14, 20), corrected, "corrections: [{date: 2026-11-09, text: The mistake was ours.}]")
    month.at(on(9, 14, 21), lambda: holds(month.paper, corrected.address, "The mistake was ours."))

    deleted = month.add(Story("deleted", on(10, 9), "Regretted", [(on(10, 9), on(12, 16, 5)), (on(13, 8), END)]))
    month.tell(on(10, 9), deleted)
    month.at(on(12, 16, 5), lambda: month.paper.delete("articles/deleted.md"))
    month.tell(on(13, 8), deleted)

    put_off = month.add(Story("put-off", on(16, 10), "Put off twice", [(on(16, 10), END)], "world"))
    month.tell(on(3, 10), Story("put-off", on(14, 10), "Put off twice", [], "world"))
    month.tell(on(14, 9, 59), Story("put-off", on(15, 10), "Put off twice", [], "world"))
    month.tell(on(14, 18), put_off)

    dropped = month.add(Story("dropped", on(18, 10), "Never told", []))
    month.tell(on(4, 10), dropped)
    month.tell(on(18, 9, 58), dropped, "draft: true")

    down = month.add(Story("down", on(17, 12), "In court", [(on(17, 12), on(18, 15, 10)), (on(24, 11), END)], "world"))
    month.tell(on(17, 12), down)
    month.at(on(18, 15, 10), lambda: take_down(month.paper, "down"))
    month.tell(on(20, 9), down)  # its file comes again, and that changes nothing
    month.at(on(24, 11), lambda: restore(month.paper, "down"))

    held_down = month.add(Story("held-down", on(21, 7), "Stopped in time", [], "world"))
    month.tell(on(19, 9), held_down)
    month.at(on(20, 22), lambda: take_down(month.paper, "held-down"))

    month.play()

    assert month.steps > 900


def test_a_minute_that_was_lost_is_made_up_for_by_the_next(month: Month) -> None:
    late = [Story(f"late-{number}", on(3, 10), f"Late {number}", [(on(3, 10, 4), END)]) for number in range(3)]
    for story in late:
        month.stories.append(story)
        month.paper.now = on(2)
        month.paper.upload(f"articles/{story.name}.md", story.file())
    for now in (on(3, 9, 59), on(3, 10, 4), on(3, 10, 5)):  # four ticks never came
        month.paper.tick(now)
        month.check(now)


def test_securitys_promise_is_renewed_long_before_it_ends(month: Month) -> None:
    promises = set()
    for day in range(0, 400, 10):
        now = BEGIN + timedelta(days=day)
        month.paper.tick(now)
        month.check_security(now)
        row = Table("news").get(CLOCK_KEY)
        assert row is not None
        promises.add(row.doc["security_expires"])
    assert len(promises) == 5


def holds(paper: Paper, path: str, words: str) -> None:
    assert words in (paper.page(path) or ""), path


def take_down(paper: Paper, id: str) -> None:
    """What the desk writes; its waiting and looking have tests of their own."""
    takedowns.withdraw(Table("news"), id, "a court said so")
    paper.settle()


def restore(paper: Paper, id: str) -> None:
    _, key = takedowns.release_uploads(Table("news"), id)
    paper.look_at(key)
    paper.settle()


# ── With comments, whose tables only moto has ──


@pytest.fixture
def discussed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Month]:
    with a_paper(monkeypatch) as paper:
        paper.now = BEGIN - HOUR
        paper.upload("site.yaml", SITE)
        yield Month(paper)


def test_a_fortnight_of_a_discussion_opens_closes_goes_and_comes_back(discussed: Month) -> None:
    paper = discussed.paper
    story = discussed.add(Story("korea", on(3, 9), "Water in the square", [(on(3, 9), on(9, 12)), (on(11, 12), END)]))
    discussed.tell(on(2), story)
    page, feed = story.address, "/comments/feed.xml"
    said: list[str] = []

    def says(words: str, shows: bool) -> None:
        assert (words in (paper.page(page) or "")) is shows, (words, paper.now)
        assert (words in (paper.page(feed) or "")) is shows, (words, paper.now)

    def post(words: str) -> None:
        said.append(paper.comment("korea", words))

    def refused(status: int) -> None:
        assert paper.post("korea", {"author": "W", "email": "w@r.example", "comment": "Hm."})["statusCode"] == status

    discussed.at(on(2, 12), lambda: refused(404))  # nobody is to know of it yet
    discussed.at(on(3, 10), lambda: post("Seven centimetres."))
    discussed.at(on(3, 11), lambda: says("Seven centimetres.", shows=True))
    discussed.at(on(4, 10), lambda: post("See https://a.example https://b.example https://c.example"))
    discussed.at(on(4, 11), lambda: says("c.example", shows=False))  # three links are held
    discussed.at(on(4, 12), lambda: paper.moderate("approve", said[1]))
    discussed.at(on(4, 13), lambda: says("c.example", shows=True))
    discussed.at(on(5, 10), lambda: paper.moderate("spam", said[1]))
    discussed.at(on(5, 11), lambda: says("c.example", shows=False))
    discussed.at(on(8, 8), lambda: post("Just in time."))
    discussed.at(on(8, 9, 1), lambda: refused(403))  # five days after it was published
    discussed.at(on(9, 12), lambda: take_down(paper, "korea"))
    discussed.at(on(9, 13), lambda: says("Seven centimetres.", shows=False))
    discussed.at(on(9, 14), lambda: refused(404))
    discussed.at(on(11, 12), lambda: restore(paper, "korea"))
    discussed.at(on(11, 13), lambda: says("Just in time.", shows=True))
    discussed.at(on(11, 14), lambda: refused(403))

    busy = sorted({*discussed.doings, *discussed.moments, *(on(day, 3, 30) for day in range(2, 13))})
    for moment in busy:
        if moment < on(13):
            discussed.play(moment, moment + MINUTE)
