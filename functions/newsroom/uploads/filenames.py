"""File names: the name, the day and the language that a file name gives its text."""

import re
from typing import NamedTuple

_DATED = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_ ](.+)\Z", re.DOTALL)
_SUFFIX = re.compile(r"(.+)\.([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?\Z", re.IGNORECASE | re.DOTALL)

# ISO 639-1, and a few longer codes of languages that papers use. `v1.2` and `node.js` name no language.
_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
    "ast ckb fil gsw haw hsb kab nds yue"
)


class FileName(NamedTuple):
    """A parsed key. parts: the names that make up the id. name: the text's name without its language. lang: a language
    tag; empty if the key has none."""

    parts: list[str]
    name: str
    lang: str = ""

    @property
    def is_nameless(self) -> bool:
        """True if the file is an `index` outside any folder, so that no name can be derived."""
        return self.name.lower() == "index"


def parse_file_name(key: str) -> FileName:
    """Parse a key. A text in `harbour/index.md` takes the name of its folder, as in `harbour.md`.

    >>> parse_file_name("articles/2026-11-05-old-pier/index.de.md")
    FileName(parts=['2026-11-05-old-pier.de'], name='2026-11-05-old-pier', lang='de')
    >>> parse_file_name("articles/world/v1.2.md")
    FileName(parts=['world', 'v1.2'], name='v1.2', lang='')
    """
    *folders, name = (part.removesuffix(".") for part in re.sub(r"\.\w+\Z", "", key).split("/")[1:])
    suffix, lang = "", ""
    if (match := _SUFFIX.match(name)) and match[2].lower() in _LANGUAGES.split():
        name, suffix = match[1], name[len(match[1]) :]
        parts = (match[2].lower(), (match[3] or "").title(), (match[4] or "").upper())
        lang = "-".join(filter(None, parts))
    if name.lower() == "index" and folders:
        name = folders.pop()
    return FileName([*folders, name + suffix], name, lang)


def dated(name: str) -> tuple[str, str]:
    """Return the day at the start of a name, as written, and the rest of the name. The day is empty if there is none.

    >>> dated("2026-11-05-old-pier"), dated("old-pier")
    (('2026-11-05', 'old-pier'), ('', 'old-pier'))
    """
    match = _DATED.match(name)
    return (match[1], match[2]) if match else ("", name)


def in_language(name: str, lang: str, language: str) -> str:
    """Return the name that a text's slug is made of. Two languages of one text are two texts with two addresses.
    The text in the paper's own language keeps the file's name. lang: the text's; language: the paper's own.

    >>> in_language("pier", "en", "en-GB"), in_language("pier", "de", "en-GB")
    ('pier', 'pier-de')
    """
    own = language.lower()
    return name if lang.lower() in {"", own, own.partition("-")[0]} else f"{name}-{lang}"
