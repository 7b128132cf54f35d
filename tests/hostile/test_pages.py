"""Whatever is uploaded or sent, no page, feed, sitemap, receipt or mail carries it on as more than text."""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from lxml import etree, html

from adapters.email_sender import _named
from tests.hostile import vectors
from tests.hostile.printing import Printed, of_type, print_all

pytestmark = pytest.mark.xdist_group("hostile pages")

OUR_SCRIPT = re.compile(r"/assets/comments\.[0-9a-f]+\.js\Z")
NEVER = {
    "iframe", "frame", "frameset", "object", "embed", "applet", "portal", "base", "style", "svg", "math", "video", "audio", "source", "track",
    "template", "noscript", "picture", "marquee", "dialog", "image", "select", "keygen", "xmp", "plaintext",
}  # fmt: skip
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "cite",
    "longdesc",
    "ping",
    "xlink:href",
    "srcset",
    "manifest",
}
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|sms:|webcal:|[/#?]|[^:]*\Z)", re.IGNORECASE)


@pytest.fixture(scope="module")
def printed() -> Printed:
    """The whole paper, printed from every vector."""
    found = print_all(vectors.ALL)
    print(f"{len(vectors.ALL)} vectors, {found.tried.total():,} inputs ({found.tried['taken']:,} taken, {found.tried['refused']:,} refused), "
          f"{len(found.pages):,} pages, {len(found.mails):,} mails")  # fmt: skip
    return found


def wrong_in(element: html.HtmlElement) -> Iterator[str]:
    """What is on a page that never should be."""
    tag = str(element.tag)
    if tag in NEVER:
        yield f"<{tag}>"
    if (
        tag == "script"
        and element.get("type") != "application/ld+json"
        and not OUR_SCRIPT.match(element.get("src", ""))
    ):
        yield "a script"
    if tag == "link" and element.get("rel") == "stylesheet" and not element.get("href", "").startswith("/assets/"):
        yield "a style of another's"
    if tag == "meta" and element.get("http-equiv", "refresh") != "refresh":
        yield f"<meta http-equiv={element.get('http-equiv')}>"
    if tag == "img" and not re.match(r"https?://", element.get("src", "")):
        yield "an image that is not on the web"
    for name, value in element.attrib.items():
        if str(name).startswith("on") or name in {"style", "srcdoc", "srcset", "ping", "nonce", "is"}:
            yield f"{name}={value}"
        bare = re.sub(r"[\x00-\x20\x7f-\xa0]", "", str(value))
        if name in ADDRESSES and not SAFE_ADDRESS.match(bare):
            yield f"{name}={value}"
        if name in {"action", "formaction"} and not re.match(r"/(?![/\\])", str(value)):
            yield f"{name}={value}"


def test_every_vector_reaches_thousands_of_pages(printed: Printed) -> None:
    assert len(vectors.OURS) > 200
    assert printed.tried["taken"] > 5_000
    assert len(printed.pages) > 10_000


@pytest.mark.skipif(not vectors.SHARED.is_dir(), reason="the collection of vectors is not beside this checkout")
def test_the_collection_beside_this_checkout_is_among_the_vectors() -> None:
    assert len(vectors.of_the_collection()) > 40


def test_no_page_has_a_script_a_handler_or_an_address_that_runs(printed: Printed) -> None:
    wrong = {}
    for name, body in of_type(printed, "text/html"):
        document = html.document_fromstring(body)
        if found := [each for element in document.iter(etree.Element) for each in wrong_in(element)]:
            wrong[name] = found
    assert wrong == {}


def test_what_a_page_tells_machines_is_json_that_ends_no_script(printed: Printed) -> None:
    for name, body in of_type(printed, "text/html"):
        for told in re.findall(rb'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL):
            assert json.loads(told)["@context"] == "https://schema.org", name
            assert not re.search(rb"[<>&]", told), name


def test_every_feed_and_sitemap_is_well_formed_without_a_document_type(printed: Printed) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for name, body in of_type(printed, "xml"):
        root = etree.fromstring(body, parser)
        assert root.getroottree().docinfo.internalDTD is None, name
        assert not [each for each in root.iter() if each.tag is etree.Entity], name


def test_what_a_feed_offers_as_html_is_as_harmless_as_a_page(printed: Printed) -> None:
    wrong = {}
    for name, body in of_type(printed, "rss"):
        for described in etree.fromstring(body).iter(
            "description", "{http://purl.org/rss/1.0/modules/content/}encoded"
        ):
            inner = html.fragment_fromstring(described.text or "", create_parent="div")
            if found := [each for element in inner.iter(etree.Element) for each in wrong_in(element)]:
                wrong[name] = found
    assert wrong == {}


def test_every_receipt_and_json_feed_is_json(printed: Printed) -> None:
    for name, body in of_type(printed, "json"):
        assert isinstance(json.loads(body), dict), name


def test_no_setting_adds_a_line_to_robots_or_security_txt(printed: Printed) -> None:
    for name, body in of_type(printed, "text/plain"):
        lines = body.decode().splitlines()
        if name.endswith("security.txt"):
            assert [line.partition(":")[0] for line in lines[1:]] == [
                "Contact",
                "Expires",
                "Preferred-Languages",
                "Canonical",
            ], name
        else:
            own = [line for line in lines if line.startswith(("Sitemap:", "User-agent: *", "# edition"))]
            assert len(lines) <= 8, name
            assert lines[:3] == ["# edition 7", "User-agent: *", "Disallow: /api/"], (name, own)


def test_no_mail_has_a_header_that_a_reader_wrote(printed: Printed) -> None:
    for mail in printed.mails:
        message = EmailMessage(policy=SMTP)
        message["To"], message["Subject"] = mail.to, mail.subject
        message["From"] = _named(mail.from_name, "paper@paper.example")
        for name, value in mail.headers.items():
            message[name] = value
        message.set_content(mail.text)
        sent = BytesParser(policy=SMTP).parsebytes(message.as_bytes())
        assert {name.lower() for name in sent.keys()} <= {  # noqa: SIM118 - a message has no other way to its names
            "to", "subject", "auto-submitted", "x-auto-response-suppress", "precedence", "from", "list-unsubscribe", "list-unsubscribe-post", "content-type", "content-transfer-encoding", "mime-version",
        }  # fmt: skip
        for value in (mail.to, mail.subject, mail.from_name, *mail.headers.values()):
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", value)


def test_no_line_of_a_mail_that_a_reader_wrote_looks_like_ours(printed: Printed) -> None:
    """A reader's own words could otherwise offer the editor a link "Approve:" of their own."""
    for mail in printed.mails:
        choices = [
            line
            for line in mail.text.split("\n")
            if re.match(r"(Approve|Decline|Spam|Leave it held|Read it|No more mail)[^:]*:", line)
        ]
        assert all("https://paper.example/" in line for line in choices), mail.text
