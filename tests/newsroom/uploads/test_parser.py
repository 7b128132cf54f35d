"""An uploaded file becomes a checked manuscript, or says everything that is wrong with it."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.errors import Problem, Rejected
from newsroom.site import Site, default_site
from newsroom.uploads.parsed import ParsedArticle, ParsedAuthor, ParsedPage, ParsedUpload
from newsroom.uploads.parser import kind_of, parse

SITE: Site = {**default_site("https://paper.example"), "timezone": "Europe/Lisbon"}


def article(text: str | bytes, key: str = "articles/harbour.md", site: Site = SITE) -> ParsedArticle:
    manuscript = parse(key, text if isinstance(text, bytes) else text.encode(), site)
    assert isinstance(manuscript, ParsedArticle)
    return manuscript


def with_fields(fields: str, body: str = "The tide came in.", key: str = "articles/harbour.md") -> ParsedArticle:
    return article(f"---\ntitle: Harbour budget passed\n{fields}\n---\n{body}\n", key)


def problems(text: str | bytes, key: str = "articles/harbour.md") -> list[Problem]:
    with pytest.raises(Rejected) as rejected:
        parse(key, text if isinstance(text, bytes) else text.encode(), SITE)
    assert all(problem["message"].startswith(key) for problem in rejected.value.problems)
    return rejected.value.problems


def only_problem(text: str | bytes, key: str = "articles/harbour.md") -> Problem:
    [problem] = problems(text, key)
    return problem


def warned(manuscript: ParsedUpload) -> str:
    return "\n".join(warning["message"] for warning in manuscript.warnings)


def test_an_article_says_everything_the_contract_lets_it_say() -> None:
    said = with_fields(
        "date: 2026-11-23T09:30+01:00\nupdated: 2026-11-24\nstandfirst: A close vote.\n"
        "authors: [Ann Bell, mel-choyce]\nsection: Local Affairs\ntags: [harbour, Old Town]\n"
        "source: {name: Tide Wire, url: https://tide.example/1}\n"
        "image: https://img.example/a.jpg\nimage_alt: The quay\n"
        "corrections:\n- {date: 2026-11-25, text: It was 9 to 8.}\n"
        "aliases: [/old/harbour]\nnoindex: yes\ncomments: closed\nlang: pt-BR\nid: budget-2026"
    )
    assert (said.id, said.slug, said.headline) == ("budget-2026", "harbour", "Harbour budget passed")
    assert (said.date, said.updated) == ("2026-11-23T08:30:00+00:00", "2026-11-24T00:00:00+00:00")
    assert said.standfirst == said.summary == "A close vote."
    assert said.authors == [{"id": "ann-bell", "name": "Ann Bell"}, {"id": "mel-choyce", "name": "Mel Choyce"}]
    assert said.section == {"slug": "local-affairs", "name": "Local Affairs"}
    assert said.tags == [{"slug": "harbour", "name": "harbour"}, {"slug": "old-town", "name": "Old Town"}]
    assert said.source == {"name": "Tide Wire", "url": "https://tide.example/1"}
    assert said.image == {"url": "https://img.example/a.jpg", "alt": "The quay", "caption": "", "credit": ""}
    assert said.corrections == [{"date": "2026-11-25T00:00:00+00:00", "text": "It was 9 to 8."}]
    assert (said.aliases, said.noindex, said.comments, said.lang) == (["/old/harbour/"], True, False, "pt-BR")
    assert (said.body, said.words) == ("<p>The tide came in.</p>", 4)
    assert said.lines["date"] == 3
    assert said.warnings == []


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ("published: 2026-11-23", "date", "2026-11-23T00:00:00+00:00"),
        ("publish_date: 2026-11-23", "date", "2026-11-23T00:00:00+00:00"),
        ("datePublished: 2026-11-23", "date", "2026-11-23T00:00:00+00:00"),
        ("lastmod: 2026-07-01", "updated", "2026-07-01T00:00:00+01:00"),
        ("modified: 2026-07-01", "updated", "2026-07-01T00:00:00+01:00"),
        ("expiryDate: 2026-12-01", "expires_at", "2026-12-01T00:00:00+00:00"),
        ("publish_at: 2026-12-01 18:00", "publish_at", "2026-12-01T18:00:00+00:00"),
        ("dek: Close", "standfirst", "Close"),
        ("excerpt: Close", "standfirst", "Close"),
        ("byline: By Ann Bell and Bo Carr", "authors", [{"id": "ann-bell", "name": "Ann Bell"},
                                                        {"id": "bo-carr", "name": "Bo Carr"}]),
        ("author: Ministry of Trade and Industry", "authors",
         [{"id": "ministry-of-trade-and-industry", "name": "Ministry of Trade and Industry"}]),
        ("authors: chrisc", "authors", [{"id": "chrisc", "name": "chrisc"}]),
        ("categories: [World, Sport]", "section", {"slug": "world", "name": "World"}),
        ("category: world", "section", {"slug": "world", "name": "World"}),
        ("keywords: tide, quay", "tags", [{"slug": "tide", "name": "tide"}, {"slug": "quay", "name": "quay"}]),
        ("permalink: /2015/09/09/the-quay/", "slug", "the-quay"),
        ("url: /news/the-quay.html", "slug", "the-quay"),
        ("redirect_from: /a.html", "aliases", ["/a.html"]),
        ("aliases: [https://paper.example/b?x=1, c]", "aliases", ["/b/", "/c/"]),
        ("published: false", "draft", True),
        ("locale: es-PR", "lang", "es-PR"),
        ("hero: https://img.example/q.png", "image",
         {"url": "https://img.example/q.png", "alt": "", "caption": "", "credit": ""}),
        ("original_source: tide.example", "source", {"name": "tide.example", "url": None}),
        ("source_url: https://www.tide.example/1", "source",
         {"name": "tide.example", "url": "https://www.tide.example/1"}),
        ("source: Tide Wire\nsource_url: https://tide.example/1", "source",
         {"name": "Tide Wire", "url": "https://tide.example/1"}),
        ("source_url: tide.example", "source", {"name": "tide.example", "url": None}),
    ],
)  # fmt: skip
def test_names_in_use_elsewhere_are_understood(written: str, field: str, value: object) -> None:
    assert getattr(with_fields(written), field) == value


def test_a_headline_may_be_called_headline_and_say_something_yaml_takes_for_a_number() -> None:
    assert article("---\nheadline: 1984\n---\nBack again.").headline == "1984"
    assert with_fields("lang: no").lang == "no"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+00:00"),
        ("2026-7-1", "2026-07-01T00:00:00+01:00"),
        ("2014-11-17 09:00:00 -5", "2014-11-17T14:00:00+00:00"),
        ("2026-11-23T09:30:15.250Z", "2026-11-23T09:30:15+00:00"),
        ("2026-11-23T09:30+0530", "2026-11-23T04:00:00+00:00"),
        ("1890-01-01", "1890-01-01T00:00:00-00:37"),
    ],
)
def test_dates_are_told_in_the_papers_own_zone(written: str, value: str) -> None:
    said = with_fields(f"date: {written}").date
    assert said == value


def test_a_file_name_lends_its_date_and_keeps_it_out_of_the_slug() -> None:
    said = with_fields("", key="articles/2015/2015-10-05-The_Quay.md")
    assert (said.id, said.slug, said.date) == ("2015-2015-10-05-the-quay", "the-quay", "2015-10-05T00:00:00+01:00")
    assert with_fields("", key="articles/2015-13-45-quay.md").date is None
    assert with_fields("date: 2020-01-01", key="articles/2015-10-05-quay.md").date == "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "line", "field", "words"),
    [
        ("date: next tuesday", 3, "date",
         "'date' is 'next tuesday'; write it as 2026-11-23 or 2026-11-23T09:30+01:00"),
        ("date: 2026-02-30", 3, "date", "'2026-02-30'"),
        ("date: 2026-11-23T25:00", 3, "date", "write it as"),
        ("date: 0000-01-01", 3, "date", "write it as"),
        ("date: [2026-11-23]", 3, "date", "is a list"),
        ("draft: perhaps", 3, "draft", "write true or false"),
        ("id: Not An Id", 3, "id", "small letters"),
        ("lang: not a language", 3, "lang", "language tag"),
        ("tags: [" + ", ".join(f"t{n}" for n in range(500)) + "]", 3, "tags", "has 500 entries; 20 is the most"),
        ("authors: [" + ", ".join(f"a{n}" for n in range(11)) + "]", 3, "authors", "10 is the most"),
        ("aliases: [" + ", ".join(f"/a{n}" for n in range(21)) + "]", 3, "aliases", "20 is the most"),
        ("tags: {a: [b]}", 3, "tags", "write a list"),
        ("corrections: [{text: Undated}]", 3, "corrections", "write a list of"),
        ("draft: true\ndraft: false", 4, None, "'draft' is here a second time, first on line 3"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_rejected_with_its_line_and_what_to_write(
    fields: str, line: int, field: str | None, words: str
) -> None:
    problem = only_problem(f"---\ntitle: Harbour\n{fields}\n---\nThe tide came in.")
    assert problem["message"].startswith(f"articles/harbour.md, line {line}: ")
    assert words in problem["message"]
    assert (problem["line"], problem.get("field")) == (line, field)


def test_every_problem_is_told_at_once() -> None:
    found = problems("---\ntitle: Harbour\ndate: soon\ndraft: perhaps\n---\n<!-- nothing -->")
    assert [problem.get("field") for problem in found] == ["date", "draft", None]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\ntitle: x\nauthors:\n\t- Ann Bell\n---\nx", 4, "a tab stands where YAML allows only spaces"),
        ("---\ntitle: &t x\nsummary: *t\n---\nx", 2, "anchor or alias"),
        ("---\ntitle: *t\n---\nx", 2, "anchor or alias"),
        ("---\ntitle: x\ntags: " + "[" * 20 + "]" * 20 + "\n---\nx", 3, "nested deeper"),
        ("---\ntitle: x\nThe tide came in.", 1, "never closed"),
        ("---\ntitle: x\nnote: " + "long " * 2000 + "\n---\nx", 1, "longer than 8 KB"),
        ("---\n- a list\n---\nx", 2, "not a list of fields"),
        ("+++\ntitle = x\n+++\ny", 2, 'put the value in quotes:  title = "x"'),
        ("+++\ntitle = 'x'\ntitle = 'y'\n+++\ny", 3, "'title' is here a second time"),
        ("+++\na = " + "[" * 4000 + "\n+++\ny", 2, "nested deeper"),
        ("The tide came in.", 1, "there is no title"),
        ("---\ntitle:\n---\nThe tide came in.", 1, "there is no title"),
        ("---\ntitle: x\n---\n", 4, "nothing to publish"),
        ("---\ntitle: x\n---\n<!-- later -->\n\n<!-- perhaps -->", 4, "nothing to publish"),
        ("---\ntitle: " + "x" * 5000 + "\n---\ny", 2, "'title' has 5,000 characters; 300 is the most"),
    ],
)
def test_front_matter_that_makes_no_sense_is_rejected_with_its_line(text: str, line: int, words: str) -> None:
    problem = only_problem(text)
    assert words in problem["message"]
    assert problem["line"] == line


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (b"", None, "the file is empty"),
        (b"\xef\xbb\xbf \n", None, "the file is empty"),
        (b"---\ntitle: caf\xe9\n---\nx", 2, "byte 14 (0xe9) is not UTF-8"),
        (b"\xef\xbb\xbf# caf\xe9", 1, "byte 8 (0xe9)"),
        (b"---\r\ntitle: x\r\n---\r\na\0b", 4, "NUL"),
        (b"x" * 3_000_000, None, "3.0 MB; 1.5 MB is the most"),
        (b"\x89PNG\r\n\x1a\n\0\0", None, "a PNG image"),
        (b"%PDF-1.7\n", None, "a PDF document"),
        (b"PK\x03\x04\0", None, "a ZIP archive"),
        ("---\ntitle: x".encode("utf-16"), None, "UTF-16"),
    ],
)
def test_what_is_no_text_is_rejected_and_says_what_it_is(raw: bytes, line: int | None, words: str) -> None:
    problem = only_problem(raw)
    assert words in problem["message"]
    assert problem.get("line") == line


@pytest.mark.parametrize(
    "key",
    ["articles/harbour.docx", "articles/harbour", "articles/", "articles/.md", "photo.png", "authors/x/y.md",
     "authors/ann.txt", "site.yml", "articles/a/"],
)  # fmt: skip
def test_a_key_the_paper_does_not_read_is_told_which_ones_it_does(key: str) -> None:
    assert kind_of(key) == "unknown"
    assert "articles/….md, .markdown, .html and .txt" in only_problem("# Harbour\n\nx", key)["message"]


@pytest.mark.parametrize("key", ["articles/../site.md", "articles/" + "x" * 1020 + ".md"])
def test_a_key_that_is_no_proper_name_is_rejected(key: str) -> None:
    assert "no name for a file" in only_problem("# Harbour\n\nx", key)["message"]


@pytest.mark.parametrize(
    ("key", "id", "slug"),
    [
        ("articles/Two Words+50%.md", "two-words-50", "two-words-50"),
        ("articles/é/Élan.md", "e-elan", "elan"),
        ("articles/ελλάδα.md", "ellada", "ellada"),
        ("articles/news/…….md", None, None),
        ("articles/v1.2.md", "v1-2", "v1-2"),
    ],
)
def test_odd_file_names_still_give_an_id_and_a_slug(key: str, id: str | None, slug: str | None) -> None:
    said = with_fields("", key=key)
    assert re.fullmatch(r"[a-z0-9-]+", said.id)
    assert re.fullmatch(r"[a-z0-9-]+", said.slug)
    if id:
        assert (said.id, said.slug) == (id, slug)


def test_a_transliterated_slug_is_announced() -> None:
    said = with_fields("slug: ναυτιλία")
    assert said.slug == "naytilia"
    assert "line 3: the address is spelled in Latin letters: 'ναυτιλία' became 'naytilia'" in warned(said)


@pytest.mark.parametrize("slug", ["/:year/:title/", "/", "???"])
def test_a_slug_that_names_nothing_gives_way_to_the_file_name(slug: str) -> None:
    said = with_fields(f"slug: '{slug}'")
    assert said.slug == "harbour"
    assert said.warnings


@pytest.mark.parametrize("title", ["'?!'", "🎉🎉"])
def test_a_headline_without_letters_is_published_with_a_warning(title: str) -> None:
    said = article(f"---\ntitle: {title}\n---\nx")
    assert said.slug == "harbour"
    assert "has no letters" in warned(said)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    said = article(b"\xef\xbb\xbf---\r\ntitle: Harbour\r\n---\r\n\r\nOne.\r\n\r\nTwo.\r\n")
    assert (said.headline, said.body) == ("Harbour", "<p>One.</p>\n<p>Two.</p>")
    assert said.warnings == []


def test_unprintable_characters_are_left_out_with_a_warning_wherever_they_hide() -> None:
    said = article('---\ntitle: "Har\\x07bour"\n---\nOne\x0c two &#1; &#x0; three.')
    assert said.headline == "Harbour"
    assert "line 4: 1 unprintable character was left out, the first U+000C" in warned(said)
    assert not any(ord(letter) < 32 and letter != "\n" for letter in said.body)


def test_unknown_fields_are_listed_in_one_warning() -> None:
    said = with_fields("layout: post\nmood: fair")
    assert [warning["message"] for warning in said.warnings] == [
        "articles/harbour.md, line 3: not used here: 'layout', 'mood'"
    ]


def test_toml_front_matter_is_read_too() -> None:
    said = article('+++\ntitle = "Harbour"\ndate = 2026-11-23T09:30:00Z\ndraft = true\ntags = ["tide"]\n+++\nText.')
    assert (said.headline, said.date, said.draft) == ("Harbour", "2026-11-23T09:30:00+00:00", True)
    assert said.lines == {"title": 2, "date": 3, "draft": 4, "tags": 5}
    assert only_problem('+++\ntitle = "Harbour"\n\ndate = "soon"\n+++\nText.')["line"] == 4


def test_the_first_heading_stands_in_for_a_missing_title() -> None:
    said = article("# Harbour *budget* passed\n\nThe tide came in.\n\n## After the vote\n\nMore.")
    assert said.headline == "Harbour budget passed"
    assert said.body.startswith("<p>The tide came in.</p>")
    assert '<h2 id="after-the-vote">After the vote</h2>' in said.body
    assert "the first heading is the headline" in warned(said)


def test_a_heading_that_repeats_the_title_is_not_said_twice() -> None:
    assert article("---\ntitle: Harbour\n---\n# Harbour\n\nText.").body == "<p>Text.</p>"


@pytest.mark.parametrize("image", ["/img/a.png", "a.png", "javascript:alert(1)", "[a]", "'http://['"])
def test_an_image_that_is_not_on_the_web_is_left_out_and_rejects_nothing(image: str) -> None:
    said = with_fields(f"image: {image}")
    assert said.image is None
    assert said.warnings


@pytest.mark.parametrize(
    "alias",
    ["/ads.txt", "/app-ads.txt", "/favicon.ico", "/manifest.webmanifest", "/sw.js", "/humans.txt", "/old/logo.PNG",
     "https://paper.example/key.json", "BingSiteAuth.xml", "/apple-app-site-association.json", "/old/report.pdf",
     "/index.html.bak", "/x.htmlx"],
)  # fmt: skip
def test_an_alias_with_the_name_of_a_file_is_left_out_with_a_warning(alias: str) -> None:
    said = with_fields(f"aliases: [{alias}, /fine/, /old/fine.html]")
    assert said.aliases == ["/fine/", "/old/fine.html"]
    assert alias in warned(said)
    assert "has the name of a file" in warned(said)


@pytest.mark.parametrize(
    "alias", ["/a.html", "/a.HTM", "/a/b.php", "/a.php5", "/a.aspx", "/a.asp", "/a.jsp", "/a.v2/", "/b/"]
)
def test_an_alias_is_as_addresses_of_old_pages_are(alias: str) -> None:
    assert with_fields(f"aliases: [{alias}]").aliases == [alias]


@pytest.mark.parametrize("alias", ["/", "/section/world/", "https://other.example/x", "/../x", "/feed.xml"])
def test_an_alias_the_site_cannot_redirect_is_left_out_with_a_warning(alias: str) -> None:
    said = with_fields(f"aliases: [{alias}, /fine/]")
    assert said.aliases == ["/fine/"]
    assert alias in warned(said)


def test_a_summary_is_cut_between_words() -> None:
    said = with_fields("", body="## Heading\n\n" + "tide and quay " * 40)
    assert said.summary.startswith("tide and quay")
    assert said.summary.endswith("…")
    assert len(said.summary) <= 201


def test_a_standfirst_from_elsewhere_loses_its_markup() -> None:
    assert with_fields("excerpt: 'See <a href=\"/x\">the <b>quay</b></a> &amp; [tide](/y)'").standfirst == (
        "See the quay & tide"
    )
    assert with_fields("standfirst: '2 < 3 * 4 * 5'").standfirst == "2 < 3 * 4 * 5"


def test_a_page_has_the_address_of_its_place() -> None:
    said = parse("pages/legal/Privacy.md", b"# Privacy\n\nWe keep nothing.", SITE)
    assert isinstance(said, ParsedPage)
    assert (said.id, said.address, said.headline) == ("legal-privacy", "/legal/privacy/", "Privacy")


@pytest.mark.parametrize("key", ["pages/section/world.md", "pages/archive.md", "pages/index.md", "pages/api.md"])
def test_a_page_may_not_take_an_address_the_paper_keeps_for_itself(key: str) -> None:
    assert "the paper keeps for itself" in only_problem("# World\n\nText.", key)["message"]


def test_an_author_is_who_their_file_says() -> None:
    text = b"---\nname: Ann Bell\nrole: Harbour editor\nurl: https://bell.example/\n---\nAnn *knows* the tide.\n"
    said = parse("authors/ann-bell.md", text, SITE)
    assert isinstance(said, ParsedAuthor)
    assert (said.id, said.name, said.role) == ("ann-bell", "Ann Bell", "Harbour editor")
    assert (said.bio, said.url) == ("<p>Ann <em>knows</em> the tide.</p>", "https://bell.example/")


def test_an_author_without_a_name_is_called_after_the_file() -> None:
    said = parse("authors/ann-bell.md", b"Ann knows the tide.", SITE)
    assert isinstance(said, ParsedAuthor)
    assert said.name == "Ann Bell"
    problem = only_problem("---\nurl: javascript:alert(1)\n---\nx", "authors/ann-bell.md")
    assert (problem["line"], problem["field"]) == (2, "url")


def test_a_whole_html_document_gives_its_headline_summary_and_body() -> None:
    said = article(
        "<!doctype html><html><head><title>Harbour | Paper</title><meta name='description' content='A close vote.'>"
        "<style>p{color:red}</style></head><body><nav>Menu</nav><h1>Harbour budget passed</h1><p>Text.</body></html>",
        "articles/harbour.html",
    )
    assert (said.headline, said.standfirst) == ("Harbour budget passed", "A close vote.")
    assert said.body.endswith("<p>Text.</p>")
    assert "<h" not in said.body
    assert "color" not in said.body


def test_a_megabyte_of_text_is_published_whole() -> None:
    sentence = "The council met for the {n}th time and nobody was pleased with it."
    body = "\n\n".join(sentence.format(n=n) for n in range(16_000))
    said = with_fields("", body=body)
    assert said.words == 13 * 16_000
    assert said.body.count("<p>") == 16_000


KEYS = ["articles/a.md", "articles/a.html", "articles/a.txt", "pages/a.md", "authors/a.md", "site.yaml"]
PIECES = st.sampled_from(
    ["---\n", "+++\n", "title: x\n", "title = 'x'\n", "date: 2026-11-23\n", "date: ", "tags: [", "]", "{", "}", "*a",
     "&a ", "- ", "# h\n", "<a href='/x'>", "</a>", "<h1>", "<p", "<script>", "<!--", "-->", "<svg>", "[a](b)",
     "![a](b)", "[^1]", "[^1]: note\n", "{{ '/x/' | url }}", "```\n", "|a|b|\n|-|-|\n", "\n\n", "\r", "\0", "\ud7ff",
     "&#x0;", "&amp", '"', "http://[", "comments: {per_page: 0}\n", "? a\n: b\n", "Original Source: x\n",
     "<table><td>", "<b>", "</b>"]
)  # fmt: skip
PATCHWORK = st.lists(PIECES | st.text(max_size=8)).map(lambda parts: "".join(parts).encode(errors="surrogatepass"))


@given(st.sampled_from(KEYS), st.binary(max_size=200) | PATCHWORK)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_rejected_with_problems_and_nothing_else(key: str, raw: bytes) -> None:
    try:
        said = parse(key, raw, SITE)
    except Rejected as rejected:
        found = rejected.problems
    else:
        found = [*said.warnings, {"message": f"{key}: read"}]
        assert repr(said).encode()  # nothing in it that cannot be stored
    assert found


@pytest.mark.parametrize(
    ("ext", "body"),
    [
        ("md", "[" * 100_000),
        ("md", "[" * 100_000 + "]" * 100_000),
        ("md", "![[" * 50_000),
        ("md", "> " * 100_000),
        ("md", "\n".join("  " * n + "- a" for n in range(1_000))),
        ("md", "*a **b " * 30_000),
        ("md", "".join("`" * n + " a" for n in range(1, 600))),
        ("md", "[a]: http://x.example/" + "y" * 3_000 + "\n\n" + "[a] " * 50_000),
        ("md", "# a\n" * 400_000),
        ("html", "<div>" * 100_000),
        ("html", "<b><table><td></b></td></table>" * 10_000),
        ("html", "<a " * 70_000),
        ("html", "<!--" * 100_000),
        ("html", "".join(f"<b id=a{n}>" for n in range(20_000)) + "<p>x" * 20_000),
        ("html", "<a " + "b=c " * 300_000 + ">x"),
    ],
)
def test_a_text_made_to_exhaust_the_reader_is_done_with_soon(ext: str, body: str) -> None:
    started = time.process_time()
    with suppress(Rejected):  # as good an answer as any, if it comes soon
        with_fields("", body=body, key=f"articles/bomb.{ext}")
    # Alone each takes a second or so; quadratic reading takes minutes.
    assert time.process_time() - started < 10
