"""A player is a link to what it plays, and to the page that readers can open where one is known."""

import pytest

from newsroom.errors import Rejected
from newsroom.site import default_site
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

SITE = default_site("https://paper.example")


def article(text: str, key: str = "articles/council.md") -> ParsedArticle:
    manuscript = parse(key, f"---\ntitle: Council\n---\n{text}".encode(), SITE)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def linked(address: str, words: str) -> str:
    return f'<a href="{address}" rel="noopener">{words}</a>'


@pytest.mark.parametrize("key", ["articles/a.md", "articles/a.html"])
@pytest.mark.parametrize(
    ("address", "page", "words"),
    [
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "Watch: YouTube"),
        ("//www.youtube.com/embed/ab_c-1?rel=0", "https://www.youtube.com/watch?v=ab_c-1", "Watch: YouTube"),
        ("http://youtube.com/v/abc", "https://www.youtube.com/watch?v=abc", "Watch: YouTube"),
        ("https://www.youtube-nocookie.com/embed/abc?start=90", "https://www.youtube.com/watch?v=abc&amp;t=90s",
         "Watch: YouTube"),
        ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/playlist?list=PL1",
         "Watch: YouTube"),
        ("https://player.vimeo.com/video/123?dnt=1", "https://vimeo.com/123", "Watch: Vimeo"),
        ("https://player.vimeo.com/video/123?h=af9", "https://vimeo.com/123/af9", "Watch: Vimeo"),
        ("https://www.dailymotion.com/embed/video/x7", "https://www.dailymotion.com/video/x7", "Watch: Dailymotion"),
        ("https://open.spotify.com/embed/episode/4a?utm_source=x", "https://open.spotify.com/episode/4a",
         "Listen: Spotify"),
        ("https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/quay/tide&amp;auto_play=false",
         "https://soundcloud.com/quay/tide", "Listen: SoundCloud"),
        ("https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
         "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1", "Listen: SoundCloud"),
        ("https://embed.podcasts.apple.com/gb/podcast/tide/id1", "https://podcasts.apple.com/gb/podcast/tide/id1",
         "Listen: Apple Podcasts"),
        ("https://embed.ted.com/talks/ann_bell_tides", "https://www.ted.com/talks/ann_bell_tides", "Watch: TED"),
        ("https://www.instagram.com/p/Cab/embed/captioned/", "https://www.instagram.com/p/Cab/", "See: Instagram"),
        ("https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fquay%2Fvideos%2F1%2F",
         "https://www.facebook.com/quay/videos/1/", "Watch: Facebook"),
        ("https://platform.twitter.com/embed/Tweet.html?id=20", "https://x.com/i/status/20", "See: X"),
        ("https://clips.twitch.tv/embed?clip=Tide&amp;parent=a", "https://clips.twitch.tv/Tide", "Watch: Twitch"),
        ("https://archive.org/embed/tide-1926", "https://archive.org/details/tide-1926", "See: archive.org"),
        ("https://datawrapper.dwcdn.net/AbC1d/2/", "https://datawrapper.dwcdn.net/AbC1d/2/", "See: Datawrapper"),
        ("https://www.google.com/maps/embed?pb=!1m18!1d2!2d-9.13!3d38.71!5e0",
         "https://www.google.com/maps/search/?api=1&amp;query=38.71,-9.13", "See: Google Maps"),
        ("https://www.google.com/maps/embed/v1/place?key=K&amp;q=Old+Quay",
         "https://www.google.com/maps/search/?api=1&amp;query=Old%20Quay", "See: Google Maps"),
        ("https://www.google.com/maps/d/embed?mid=1aB", "https://www.google.com/maps/d/viewer?mid=1aB",
         "See: Google Maps"),
        ("https://www.youtube.com/embed/", "https://www.youtube.com/embed/", "Watch: YouTube"),
        ("https://clips.twitch.tv/embed", "https://clips.twitch.tv/embed", "Watch: Twitch"),
        ("https://media.example/embed/9", "https://media.example/embed/9", "See: media.example"),
        ("https://x.example/1", "https://x.example/1", "See: x.example"),
    ],
)  # fmt: skip
def test_a_frame_is_a_link_to_the_page_that_readers_can_open(key: str, address: str, page: str, words: str) -> None:
    said = article(f'<iframe width="560" src="{address}" allowfullscreen></iframe>', key)
    assert said.body == f"<p>{linked(page, words)}</p>"
    [warning] = said.warnings
    assert "a player became a link" in warning["message"]
    assert warning["line"] == 4


@pytest.mark.parametrize(
    ("player", "link"),
    [
        ('<iframe title="Council meeting of 3 November" src="https://youtube.com/embed/a"></iframe>',
         linked("https://www.youtube.com/watch?v=a", "Watch: Council meeting of 3 November")),
        ('<iframe aria-label="The &quot;tide&quot;" data-src="//player.vimeo.com/video/1" src="about:blank"></iframe>',
         linked("https://vimeo.com/1", 'Watch: The "tide"')),
        ('<iframe data-lazy-src="https://x.example/a" loading=lazy></iframe>', linked("https://x.example/a", "See: x.example")),
        ('<video controls src="https://x.example/a.mp4">Your browser cannot.</video>',
         linked("https://x.example/a.mp4", "Watch: x.example")),
        (('<video title="Tide" poster="/a.jpg"><source src="/a.webm"><source src="https://x.example/a.mp4"><p>No <b>film</b>'
         '</p></video>'), linked("https://x.example/a.mp4", "Watch: Tide")),
        ('<audio><source src="//x.example/a.mp3" type="audio/mpeg"><a href="/a.mp3">Download</a></audio>',
         linked("https://x.example/a.mp3", "Listen: x.example")),
        ('<embed src="https://x.example/a.mp3">', linked("https://x.example/a.mp3", "Listen: x.example")),
        ('<object data="https://x.example/a.pdf" title="The budget"><p>No</p></object>',
         linked("https://x.example/a.pdf", "See: The budget")),
        ('<object><param name="movie" value="https://www.youtube.com/v/a"><embed src="https://www.youtube.com/v/a"></object>',
         linked("https://www.youtube.com/watch?v=a", "Watch: YouTube")),
    ],
)  # fmt: skip
def test_every_kind_of_player_is_a_link_titled_as_it_says(player: str, link: str) -> None:
    for key in ("articles/a.md", "articles/a.html"):
        assert article(f"<div>{player}</div>", key).body.replace("\n", "") in (
            f"<p>{link}</p>",
            f"<div><p>{link}</p></div>",
        )
    assert article(f"<p>Before {player} after.</p>", "articles/a.html").body == f"<p>Before {link} after.</p>"


def test_a_figure_keeps_its_caption_with_the_link() -> None:
    said = article('<figure><iframe src="https://vimeo.com/1"></iframe><figcaption>The vote.</figcaption></figure>')
    assert said.body == (
        f"<figure><p>{linked('https://vimeo.com/1', 'Watch: Vimeo')}</p><figcaption>The vote.</figcaption></figure>"
    )


def test_a_players_link_is_in_no_summary() -> None:
    assert article('<iframe src="https://vimeo.com/1"></iframe>\n\nThe council voted.').summary == "The council voted."


@pytest.mark.parametrize("tag", ["iframe", "video", "audio", "object"])
@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVa\tScript:alert(1)", "data:text/html,x", "/film.mp4", "film.mp4", "file:///a", "blob:https://a/b",
     "about:blank", "https://", "vbscript:x", ""],
)  # fmt: skip
def test_a_player_of_nothing_on_the_web_is_left_out_and_told(tag: str, address: str) -> None:
    said = article(f"<p>Text.</p>\n<{tag} src='{address}' title='A film'></{tag}>", "articles/a.html")
    assert said.body == "<p>Text.</p>"
    [warning] = said.warnings
    assert "a player of nothing on the web was left out" in warning["message"]
    assert warning["line"] == 5


def test_a_text_of_nothing_but_a_player_of_nothing_is_rejected() -> None:
    with pytest.raises(Rejected, match="nothing to publish"):
        article("<video src='javascript:x'></video>", "articles/a.html")


@pytest.mark.parametrize(
    "script",
    ["https://platform.twitter.com/widgets.js", "//www.instagram.com/embed.js", "https://www.tiktok.com/embed.js",
     "https://embed.bsky.app/static/embed.js"],
)  # fmt: skip
def test_a_quotation_from_elsewhere_keeps_its_words_and_its_link(script: str) -> None:
    said = article(
        '<blockquote class="twitter-tweet"><p lang="en">The tide is in.</p>&mdash; Ann (@ann) '
        f'<a href="https://twitter.com/ann/status/1">3 November</a></blockquote> <script async src="{script}"></script>'
    )
    assert '<p lang="en">The tide is in.</p>— Ann (@ann) <a href' in said.body
    assert said.warnings == []


def test_other_scripts_are_told() -> None:
    [warning] = article("Text.\n\n<script src='https://evil.example/platform.twitter.com/'></script>").warnings
    assert "<script> cannot stand in an article" in warning["message"]


def test_what_is_for_readers_without_scripts_stays_out() -> None:
    said = article(
        "<p>a</p><noscript><iframe src='https://x.example/'></iframe>no script</noscript>", "articles/a.html"
    )
    assert said.body == "<p>a</p>"


@pytest.mark.parametrize(
    "text",
    ["<p>https://www.youtube.com/watch?v=a</p>", "<p>Text.</p><div>\nhttps://www.youtube.com/watch?v=a\n</div>",
     "Text.\n\nhttps://www.youtube.com/watch?v=a\n\nMore.",
     '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://www.youtube.com/watch?v=a\n</div></figure>'],
)  # fmt: skip
def test_an_address_that_stands_alone_is_a_link(text: str) -> None:
    address = "https://www.youtube.com/watch?v=a"
    assert f"<p>{linked(address, address)}</p>" in article(text, "articles/a.html").body


def test_an_address_in_a_sentence_stays_as_it_is() -> None:
    assert article("<p>See https://x.example/a for it.</p>", "articles/a.html").links == []
