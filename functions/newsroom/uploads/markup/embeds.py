"""Players of video and sound, maps and other frames: on a page each is a link to what it would play."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from newsroom.uploads.decoding import tidy
from newsroom.uploads.markup.html_tree import BESIDE, PLAYERS, Element, Node
from newsroom.uploads.markup.link_targets import web_target

_LONGEST = 2_000  # characters of an address
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original", "data", "href", "value")
_BOXES = {
    "",
    "aside",
    "blockquote",
    "dd",
    "details",
    "div",
    "figure",
    "section",
}  # a link directly inside these is a paragraph

_ID = r"([\w-]{1,80})"


Query = dict[str, list[str]]
Rewrite = Callable[[re.Match[str], Query], str]


def _said(query: Query, name: str, before: str = "", after: str = "") -> str:
    """A parameter's value between two texts; empty where it is missing."""
    value = query.get(name, [""])[0]
    return f"{before}{quote(value, safe='')}{after}" if value else ""


def _asked(name: str, before: str) -> Rewrite:
    return lambda _, query: _said(query, name, before)


def _itself(name: str) -> Rewrite:
    """The address that a parameter is."""
    return lambda _, query: query.get(name, [""])[0]


def _shown(pattern: str) -> Rewrite:
    """The address made of the player's: {1} is the first part of it that varies."""
    return lambda found, _: pattern.format(*("" if part is None else part for part in (found[0], *found.groups())))


def _middle(_: re.Match[str], query: Query) -> str:
    found = re.search(r"!2d(-?\d{1,3}\.\d{1,20})!3d(-?\d{1,3}\.\d{1,20})", query.get("pb", [""])[0])
    return f"https://www.google.com/maps/search/?api=1&query={found[2]},{found[1]}" if found else ""


PAGES_BY_ID = {
    "dailymotion": "https://www.dailymotion.com/video/",
    "instagram": "https://www.instagram.com/p/",
    "ted": "https://www.ted.com/talks/",
    "tweet": "https://x.com/i/status/",
    "vimeo": "https://vimeo.com/",
    "youtube": "https://www.youtube.com/watch?v=",
}
"""The page of what is played, without its id at the end, by what shortcodes call the site."""
_GOOGLE = r"(?:www\.|maps\.)?google(?:\.[a-z]{2,3}){1,2}"
_YOUTUBE = r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com"
_MAP = "https://www.google.com/maps/search/?api=1&query="
_PAGES: tuple[tuple[str, Rewrite], ...] = (
    (rf"{_YOUTUBE}/embed/videoseries", _asked("list", "https://www.youtube.com/playlist?list=")),
    (rf"{_YOUTUBE}/(?:embed|v)/(?!live_stream){_ID}/?",
     lambda found, query: f"{PAGES_BY_ID['youtube']}{found[1]}{_said(query, 'start', '&t=', 's')}"),
    (r"player\.vimeo\.com/video/(\d{1,20})/?",
     lambda found, query: f"{PAGES_BY_ID['vimeo']}{found[1]}{_said(query, 'h', '/')}"),
    (rf"(?:www\.)?dailymotion\.com/embed/video/{_ID}/?", _shown(PAGES_BY_ID["dailymotion"] + "{1}")),
    (r"geo\.dailymotion\.com/player(?:/\w+)?\.html", _asked("video", PAGES_BY_ID["dailymotion"])),
    (rf"open\.spotify\.com/embed(?:-podcast)?/(\w+)/{_ID}(?:/video)?/?", _shown("https://open.spotify.com/{1}/{2}")),
    (r"w\.soundcloud\.com/player/?", _itself("url")),
    (r"embed\.(podcasts|music)\.apple\.com(/[^?#]*)", _shown("https://{1}.apple.com{2}")),
    (rf"(?:www\.)?ted\.com/talks/embed/{_ID}|embed\.ted\.com/talks/(?:lang/\w+/)?{_ID}",
     _shown(PAGES_BY_ID["ted"] + "{1}{2}")),
    (r"(?:www\.)?facebook\.com/plugins/(?:video|post)\.php", _itself("href")),
    (r"platform\.(?:twitter|x)\.com/embed/(?:tweet|index)\.html", _asked("id", PAGES_BY_ID["tweet"])),
    (rf"(?:www\.)?instagram\.com/(p|reel|tv)/{_ID}/embed(?:/captioned)?/?", _shown("https://www.instagram.com/{1}/{2}/")),
    (r"player\.twitch\.tv/?", lambda _, query: _said(query, "video", "https://www.twitch.tv/videos/")
     or _said(query, "channel", "https://www.twitch.tv/")),
    (r"clips\.twitch\.tv/embed", _asked("clip", "https://clips.twitch.tv/")),
    (r"archive\.org/embed/([\w.-]{1,200})/?", _shown("https://archive.org/details/{1}")),
    (rf"(?:www\.)?loom\.com/embed/{_ID}/?", _shown("https://www.loom.com/share/{1}")),
    (rf"streamable\.com/[eos]/{_ID}/?", _shown("https://streamable.com/{1}")),
    (rf"drive\.google\.com/file/d/{_ID}/preview", _shown("https://drive.google.com/file/d/{1}/view")),
    (rf"{_GOOGLE}/maps/embed/v1/(?:place|search)", _asked("q", _MAP)),
    (rf"{_GOOGLE}/maps/(?:u/\d/)?d/(?:u/\d/)?embed", _asked("mid", "https://www.google.com/maps/d/viewer?mid=")),
    (rf"{_GOOGLE}/maps/embed", _middle),
)  # fmt: skip
"""The addresses of players, each with the page that readers can open, where that page is certain."""

_SITES = {
    "bandcamp.com": "Bandcamp", "dai.ly": "Dailymotion", "dailymotion.com": "Dailymotion",
    "datawrapper.de": "Datawrapper", "dwcdn.net": "Datawrapper", "facebook.com": "Facebook",
    "flourish.studio": "Flourish", "instagram.com": "Instagram", "loom.com": "Loom", "mixcloud.com": "Mixcloud",
    "music.apple.com": "Apple Music", "podcasts.apple.com": "Apple Podcasts", "soundcloud.com": "SoundCloud",
    "spotify.com": "Spotify", "streamable.com": "Streamable", "ted.com": "TED", "tiktok.com": "TikTok",
    "twitch.tv": "Twitch", "twitter.com": "Twitter", "vimeo.com": "Vimeo", "x.com": "X", "youtu.be": "YouTube",
    "youtube-nocookie.com": "YouTube", "youtube.com": "YouTube",
}  # fmt: skip
_TO_HEAR = {
    "acast.com", "audioboom.com", "audiomack.com", "bandcamp.com", "buzzsprout.com", "libsyn.com", "megaphone.fm",
    "mixcloud.com", "music.apple.com", "omny.fm", "podbean.com", "podcasts.apple.com", "simplecast.com",
    "soundcloud.com", "spotify.com", "spreaker.com", "transistor.fm",
}  # fmt: skip
_TO_SEE = {
    "brightcove.com", "brightcove.net", "dai.ly", "dailymotion.com", "jwplatform.com", "jwplayer.com", "kaltura.com",
    "livestream.com", "loom.com", "odysee.com", "rumble.com", "streamable.com", "ted.com", "tiktok.com", "twitch.tv",
    "ustream.tv", "vidyard.com", "vimeo.com", "wistia.com", "wistia.net", "youtu.be", "youtube-nocookie.com",
    "youtube.com",
}  # fmt: skip
_VIDEO_FILE = re.compile(r"\.(?:mp4|m4v|webm|ogv|mov|m3u8)\Z", re.IGNORECASE)
_SOUND_FILE = re.compile(r"\.(?:mp3|m4a|ogg|oga|wav|aac|flac|opus)\Z", re.IGNORECASE)


def page_of_player(address: str) -> str:
    """The page that readers can open, for the address that a player asks."""
    parts = urlsplit(address)
    place = f"{parts.netloc}{parts.path}"
    for pattern, page in _PAGES:
        if found := re.fullmatch(pattern, place, re.IGNORECASE):
            try:
                further = web_target(page(found, parse_qs(parts.query, max_num_fields=50)))
            except ValueError:
                return address
            for_programs = further is not None and urlsplit(further).netloc == "api.soundcloud.com"
            return address if further is None or for_programs else further
    if parts.netloc.startswith("maps.google.") and "output=embed" in parts.query:
        return re.sub(r"&?output=embed", "", address)
    return address


def _site(address: str) -> str:
    """The site of an address, as its owners named it: the last two parts of its host, of Apple's three."""
    labels = (urlsplit(address).hostname or "").split(".")
    return ".".join(labels[-3 if labels[-2:] == ["apple", "com"] else -2 :])


def _name_of(address: str) -> str:
    """Return the name that readers use for the site of an address."""
    if re.match(rf"https?://{_GOOGLE}/maps", address):
        return "Google Maps"
    return _SITES.get(_site(address)) or (urlsplit(address).hostname or "").removeprefix("www.")


def player_link(address: str, title: str, kind: str, line: int) -> Element:
    """The link for what would play at an address."""
    page = page_of_player(address)
    site, path = _site(page), urlsplit(page).path
    if kind == "audio" or site in _TO_HEAR or _SOUND_FILE.search(path):
        verb = "Listen"
    elif kind == "video" or site in _TO_SEE or _VIDEO_FILE.search(path) or re.search(r"/videos?/", page):
        verb = "Watch"
    else:
        verb = "See"
    return Element("a", {"href": page, BESIDE: ""}, line, [f"{verb}: {title or _name_of(page)}"])


def is_player(address: str) -> bool:
    """Return True if an address is on a site for video or sound."""
    return _site(address) in _TO_SEE | _TO_HEAR


def players_to_links(
    parent: Element, became: list[tuple[str, int]], left: list[tuple[str, int]], in_box: bool = True
) -> None:
    """Makes links of the players within.

    became, left: the addresses of those that could be linked and of those that could not, with their lines.
    in_box: whether a link among what is inside would be a paragraph of its own.
    """
    made: list[Node] = []
    for node in parent.inside:
        if isinstance(node, str):
            made.append(node)
        elif node.tag not in PLAYERS:
            players_to_links(node, became, left, node.tag in _BOXES and in_box)
            made.append(node)
        elif link := _link_of(node, became, left):
            made += _placed(link, parent, in_box)
    parent.inside = made


def _link_of(player: Element, became: list[tuple[str, int]], left: list[tuple[str, int]]) -> Element | None:
    """Return the link for a player; None if nothing that it could play is on the web."""
    given = [element.given[name] for element in player.elements() for name in _SOURCES if element.given.get(name)]
    for written in given:
        address = web_target(written)
        if address and len(address) <= _LONGEST:
            title = tidy(player.given.get("title") or player.given.get("aria-label", ""))[:200]
            became.append((written, player.line))
            return player_link(address, title, player.tag, player.line)
    left.append(((given or [f"<{player.tag}"])[0], player.line))
    return None


def _placed(link: Element, parent: Element, in_box: bool) -> list[Node]:
    """Return a link as it can stand in its parent: a link cannot stand in a link, and in a box it is a paragraph."""
    if parent.tag == "a" and "href" in parent.given:
        return link.inside
    return [Element("p", {}, link.line, [link])] if in_box else [link]
