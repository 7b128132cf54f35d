"""A link leads where its writer meant, by the web, mail, telephone or calendar, and never to what would run."""

import pytest

from newsroom import html_links
from newsroom.site import default_site
from newsroom.uploads.markup.link_targets import target_of
from newsroom.uploads.parsed import ParsedArticle
from newsroom.uploads.parser import parse

BASE = "https://paper.example"


def article(text: str, key: str) -> ParsedArticle:
    manuscript = parse(key, f"---\ntitle: Hotline\n---\n{text}".encode(), default_site(BASE))
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("tel:+351210000001", "tel:+351210000001"),
        ("tel:116-123", "tel:116-123"),
        ("tel:112;ext=5", "tel:112;ext=5"),
        ("tel:1-800-HARBOUR", "tel:1-800-HARBOUR"),
        ("TEL:112", "tel:112"),
        ("Tel:(01)%202.3", "tel:(01)2.3"),
        ("sms:741741", "sms:741741"),
        ("sms:+351210000001?body=HELLO%20THERE", "sms:+351210000001?body=HELLO%20THERE"),
        ("sms:741741&body=HELLO", "sms:741741&amp;body=HELLO"),
        ("SMS:741741", "sms:741741"),
        ("webcal://paper.example/tides.ics", "webcal://paper.example/tides.ics"),
        ("WebCal://x.example/a.ics?b=c", "webcal://x.example/a.ics?b=c"),
        ("mailto:desk@paper.example?subject=Tides", "mailto:desk@paper.example?subject=Tides"),
        ("MAILTO:desk@paper.example", "mailto:desk@paper.example"),
    ],
)
def test_a_link_that_another_program_opens_is_kept(written: str, kept: str) -> None:
    for said in (
        article(f"<p><a href='{written.replace('&', '&amp;')}'>call</a></p>", "articles/a.html"),
        article(f"[call]({written})", "articles/a.md"),
    ):
        assert said.body == f'<p><a href="{kept}">call</a></p>'
        assert said.warnings == []
    assert html_links.is_safe_url(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [(" tel:112 ", "tel:112"), ("te\nl:112", "tel:112"), ("t\te\rl:+1 212", "tel:+1212"), ("\x01tel:112", "tel:112"),
     ("https://x.exam\nple/", "https://x.example/")],
)  # fmt: skip
def test_spaces_and_line_ends_that_browsers_overlook_are_overlooked(written: str, kept: str) -> None:
    assert f'href="{kept}"' in article(f"<p><a href='{written}'>call</a></p>", "articles/a.html").body


@pytest.mark.parametrize(
    "written",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)",
     "\x01javascript:alert(1)", "javascript&colon;alert(1)", "java script:x", "data:text/html,x", "DATA:text/html,x",
     "vbscript:x", "file:///etc/passwd", "blob:https://x.example/a", "about:blank", "view-source:https://x.example/",
     "intent://x#Intent;end", "tel:", "tel:javascript", "sms:", "webcal:javascript:1", "webcal:", "mailto:", "mailto:ann",
     "tel :112", "tel&Tab;x:112", "feed:javascript:alert(1)", "web+x:y", "ftp://x.example/"],
)  # fmt: skip
def test_a_link_to_anything_else_becomes_its_text_and_is_told(written: str) -> None:
    said = article(f"<p><a href='{written}'>call</a></p>", "articles/a.html")
    assert said.body == "<p>call</p>"
    assert any("leads nowhere" in warning["message"] for warning in said.warnings)


@pytest.mark.parametrize("url", ["javascript:x", "data:x", "vbscript:x", "file:x", "blob:x", "telx:1", "xtel:1", "sms"])
def test_the_schemes_are_listed_in_one_place(url: str) -> None:
    assert html_links.is_safe_url(url) == (":" not in url)
    assert {"tel", "sms", "webcal", "mailto"} == set(html_links.OTHER_SCHEMES)


GOAL = "https%3A%2F%2Fsource.example%2Fa%3Fb%3Dc%26d"


@pytest.mark.parametrize(
    "written",
    [
        f"https://www.google.com/url?q={GOAL}&sa=D&source=editors&ust=1&usg=A",
        "http://www.google.com/url?q=https://source.example/a?b%3Dc%26d&sa=D",
        f"https://google.de/url?sa=t&url={GOAL}",
        f"https://www.google.co.uk/url?url={GOAL}&rct=j",
        f"https://l.facebook.com/l.php?u={GOAL}&h=AT",
        f"https://lm.facebook.com/l.php?h=AT&u={GOAL}",
        f"https://l.instagram.com/?u={GOAL}&e=AT",
        f"https://nam02.safelinks.protection.outlook.com/?url={GOAL}&data=05%7C01&reserved=0",
        f"https://eur01.safelinks.protection.outlook.com/ap/x-1/?url={GOAL}".replace("ap/x-1/", ""),
        f"https://t.umblr.com/redirect?z={GOAL}&t=Y",
        f"https://out.reddit.com/t3_1?url={GOAL}&token=A",
        f"https://slack-redir.net/link?url={GOAL}",
        f"https://www.youtube.com/redirect?event=video&q={GOAL}",
        f"https://www.linkedin.com/redir/redirect?url={GOAL}",
        f"https://duckduckgo.com/l/?uddg={GOAL}&rut=1",
        f"https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D{GOAL.replace('%', '%25')}&sa=D",
    ],
)
def test_a_link_by_way_of_one_who_counts_leads_straight_to_its_goal(written: str) -> None:
    assert target_of(written, BASE) == "https://source.example/a?b=c&d"
    for said in (
        article(f"<p><a href='{written.replace('&', '&amp;')}'>source</a></p>", "articles/a.html"),
        article(f"[source]({written})", "articles/a.md"),
    ):
        assert said.body == '<p><a href="https://source.example/a?b=c&amp;d" rel="noopener">source</a></p>'
        assert said.warnings == []


def test_a_goal_on_this_site_is_a_path_of_it() -> None:
    assert target_of(f"https://www.google.com/url?q={BASE}/about&sa=D", BASE) == "/about/"


def test_googles_copy_of_a_page_leads_to_the_page() -> None:
    assert target_of("https://www.google.com/amp/s/source.example/a", BASE) == "https://source.example/a"


@pytest.mark.parametrize(
    "written",
    ["https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=/search", "https://www.google.com/url",
     "https://www.google.com/search?q=https://source.example/", "https://google.com.evil.example/url?q=https://a.example/",
     "https://x.example/url?q=https://a.example/", "https://l.facebook.com/l.php?u=data:text/html,x"],
)  # fmt: skip
def test_what_only_looks_like_one_who_counts_stays_as_written(written: str) -> None:
    assert target_of(written, BASE) == written


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://a.example/?fbclid=x", "https://a.example/"),
        ("https://a.example/x?a=b&fbclid=x&c=d%20e#f", "https://a.example/x?a=b&c=d%20e#f"),
        ("https://a.example/?gclid=1&mc_eid=2&_hsenc=3&id=4", "https://a.example/?id=4"),
        ("https://a.example/?utm_source=paper&a=b", "https://a.example/?utm_source=paper&a=b"),
        ("https://a.example/?q=fbclid", "https://a.example/?q=fbclid"),
        ("https://a.example/fbclid=1", "https://a.example/fbclid=1"),
    ],
)
def test_a_link_does_not_tell_who_copied_it(written: str, kept: str) -> None:
    assert target_of(written, BASE) == kept
