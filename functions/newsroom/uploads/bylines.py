"""Bylines: the people in `By Ann Bell, Staff Writer, and Bo Carr <bo@example.org>`.

Other parts of a byline (addresses, roles, agencies) are left out, with a remark for the writer. A byline that cannot be
split with certainty stays whole: a missing author is one line to correct, but half a ministry as an author would be on
every list.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 1_500  # characters; ten names of 120 and the separators
_DOUBT = "if they are several, write a list of names"
ID = re.compile(r"[a-z0-9-]{1,200}\Z")

MAIL = re.compile(r"(?:mailto:)?[^\s@<>()\[\]{},;:\"/|]{1,64}@[^\s@<>()\[\]{},;:\"/|]{1,190}\.[^\W\d_]{2,24}\b")
_WEB = re.compile(r"https?://[^\s<>()\[\],;]{1,500}")
_HANDLE = re.compile(r"(?<![\w.])@\w{1,40}")
_EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]|（\s*）")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)\Z|（([^（）]*)）\Z|\[([^\[\]]*)\]\Z")
_QUOTES = "\"'“”„«»"

_PREFIX = re.compile(
    r"(?:(?:(?:words|text|story|report|reporting|reported|written|posted|article|photos|photographs)\s+)?by"
    r"|text|texte|texto|testo|tekst|author|autor|autora|auteur|autore|作者|撰文|文)\s*[:：／/]\s*"
    r"|(?:(?:words|text|story|report|reporting|reported|written|posted|article|photos|photographs)\s+)?by\s+(?=\S)"
    r"|[\u4e00-\u9fff]{0,8}(?:記者|记者)\s+(?=\S)",
    re.IGNORECASE,
)
_PERHAPS_PREFIX = re.compile(r"(?:von|par|por|di|av|af|door)\s+(?=\S)", re.IGNORECASE)  # or the first word of a name


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SURE = _table("and & und et og och with mit avec con")  # these join any two names
_CAREFUL = _table("y e en i и і та й a ve es és ja și dan và και و और")  # or part of a surname: Ramón y Cajal
_JOINT = re.compile(rf"\s+(?:{'|'.join(map(re.escape, sorted(_SURE | _CAREFUL)))})\s+", re.IGNORECASE)
_LEADING_JOINT = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(_SURE)))})\s+(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(\s*[;；、，،|]\s*|\s+[/·•]\s+|\s+[–—-]\s+|(?<=\w)/(?=\w)|(?<=[a-z])&(?=[A-Z])|(?<=[가-힣])·(?=[가-힣]))"
)
_ASIDES = _table("| · • – — -")  # the part after these is seldom a name
_COMMA = re.compile(r"\s*,\s*")
_FOR = re.compile(r"\s+(?:for|special to)\s+(?=the\s)|\s+in\s+(?=[A-Z]\w*(?:\s[A-Z]\w*)?\Z)", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:additional\s+)?(?:photos?|photographs?|photography|pictures?|videos?|graphics|illustrations?|reporting|editing)"
    r"(?:\s+by\b|\s*:)",
    re.IGNORECASE,
)
_WHERE = re.compile(r"(?:for|special to|special for|in|at|from|für|aus|pour|à|para|per|voor)\s+(?=\S)", re.IGNORECASE)

_SUFFIXES = _table("jr sr ii iii iv v phd md dds esq obe mbe cbe mp mep qc kc rn jd llm ma msc bsc mba frs")
_PARTICLES = _table(
    "von van der den de del della di da das do dos du des la le las los el al bin ibn bint ben af av zu zur zum ter "
    "ten te 't y e i san st st. der. abu ap ó o' d' mc nic ní"
)

_ROLES = _table(
    "writer reporter editor subeditor correspondent columnist contributor journalist photographer videographer critic "
    "producer fellow intern analyst presenter anchor blogger author professor lecturer researcher economist director "
    "president ceo chairman chairwoman chair minister secretary mayor senator freelance freelancer staff bureau desk "
    "newsroom editorial redakteur redakteurin redaktion korrespondent korrespondentin reporterin journalistin "
    "fotograf fotografin autorin journaliste rédacteur rédactrice rédaction correspondant correspondante envoyé "
    "envoyée photographe redactor redactora redacción corresponsal periodista enviado enviada fotógrafo fotógrafa "
    "giornalista redazione corrispondente inviato inviata jornalista redação repórter correspondente redacteur "
    "redactie verslaggever verslaggeefster correspondente journalisten redaktör redaktør redaktionen reporteren "
    "korrespondenten корреспондент редактор журналист обозреватель репортёр репортер"
)
_ROLES_BEHIND = _table("記者 记者 編集委員 特派員 기자 특파원")  # written after a name: 김철수 기자
_CREDITS = _table("photo photos photography video words text graphics illustration additional reporting")
_AGENCIES = frozenset(
    {"reuters", "ap", "afp", "dpa", "upi", "pa", "pa media", "ansa", "efe", "tass", "xinhua", "kyodo", "yonhap",
     "bloomberg", "associated press", "the associated press", "agence france-presse", "united press international",
     "press association", "wire", "wire service", "wires", "agencies", "news agencies", "wire reports"}
)  # fmt: skip

_ORGANISATIONS = _table(
    "ministry department office agency committee council commission institute institution university college academy "
    "society association foundation trust union company corporation group team board centre center authority service "
    "services administration bureau federation league club network fund library museum organisation organization "
    "coalition alliance campaign parliament government cabinet secretariat directorate embassy consulate courts "
    "newspaper newspapers magazine journal gazette tribune herald times unit division project initiative forum news "
    "media press inc ltd llc plc corp co gmbh ag kg sa sons partners associates brothers bros editors contributors "
    "staff newsroom desk editorial ministerium bundesamt amt verband verein stiftung universität redaktion ministère "
    "université association syndicat ministerio universidad asociación fundación ministero università ministério "
    "universidade министерство комитет университет 省 庁 部 局 委員会 大学 新聞 新闻 通讯社 日报"
)
_TOPICS = _table(
    "food drink health science arts culture business trade sport sports parks travel technology education environment "
    "politics news lifestyle home gardens books music film finance crime justice transport energy climate women "
    "children history nature planning social affairs industry agriculture fisheries housing labour labor defence "
    "defense recreation welfare development security foreign human rights research innovation tourism media"
)


class ParsedByline(NamedTuple):
    """The names in a byline, and the remarks for its writer. Each remark is a clause of a message."""

    names: list[str]
    remarks: list[str]


def parse_byline(text: str, *, of_list: bool = False) -> ParsedByline:
    """Parse the names in a byline. text: one line, entities decoded. of_list: True for an entry of a list of names.

    >>> parse_byline("By Ann Bell <ann@example.org>, Staff Writer, and Bo Carr").names
    ['Ann Bell', 'Bo Carr']
    >>> parse_byline("Ministry of Health and Social Affairs").names
    ['Ministry of Health and Social Affairs']
    """
    if len(text) > LONGEST:
        return ParsedByline([text], [])
    remarks: list[str] = []
    bare = without_addresses(text)
    if text and not bare:
        return ParsedByline(
            [], ["the byline is an address and no name, so there is no author; write the author's name"]
        )
    if bare != text:
        remarks.append("the address in the byline is not published")
    inner = re.fullmatch(r"[(<\[]([^()<>\[\]]*)[)>\]]", bare)
    names_text = after_prefix(bare) or (inner[1] if inner else bare)
    names = list(dict.fromkeys(_ids(names_text) or _names(names_text, remarks)))
    return ParsedByline(names, [remark for remark in remarks if not (of_list and remark.endswith(_DOUBT))])


def without_addresses(text: str) -> str:
    """Return a name without the mail addresses, web addresses and handles around it."""
    if "@" not in text and "://" not in text:
        return text
    bare = _HANDLE.sub("", _WEB.sub("", MAIL.sub("", text)))
    bare = " ".join(_EMPTY_BRACKETS.sub("", bare).split())
    bare = re.sub(r"\s+(?=[,;])|(?:[,;|/–—-]\s*)+\Z|\A(?:[,;|/–—]\s*)+", "", bare)
    bare = re.sub(r"([,;])(?:\s*[,;])+", r"\1", bare).strip()
    return bare.strip(_QUOTES + " ,;:<>")


def after_prefix(text: str) -> str:
    """Return the text after `By`, `Von`, `Words by` at the start of a byline; empty if there is no such prefix."""
    if prefix := _PREFIX.match(text):
        return text[prefix.end() :]
    if prefix := _PERHAPS_PREFIX.match(text):
        rest = text[prefix.end() :]
        first = _JOINT.split(_COMMA.split(rest, 1)[0], 1)[0]
        if len(first.split()) > 1 and _is_capital(first) and _is_person(first):  # `von der Leyen` is not a prefix
            return rest
    return ""


def is_people(text: str) -> bool:
    """Return True if a line contains only names, so that it is a byline and not a sentence."""
    byline = parse_byline(text)
    return bool(byline.names) and all(len(name.split()) > 1 and _is_person(name) for name in byline.names)


def _ids(text: str) -> list[str]:
    """Return the names in a list of ids such as `ann-bell, bo-carr`."""
    parts = [part for part in re.split(r"\s*[,;]\s*|\s+(?:and|&)\s+", text) if part]
    return parts if parts and all(ID.match(part) for part in parts) else []


def _names(text: str, remarks: list[str]) -> list[str]:
    pieces = _BETWEEN.split(text)
    parts, signs = pieces[::2], ["", *pieces[1::2]]
    if len(parts) == 1:
        return _listed(text, remarks)
    if all(_is_last_first(part) for part in parts):
        return [_first_name_first(part) for part in parts]
    people: list[str] = []
    left_out: list[str] = []
    for part, sign in zip(parts, signs, strict=True):
        is_aside = sign.strip() in _ASIDES and sign != sign.strip() and len(part.split()) == 1 and part.isascii()
        if not part:
            continue
        if people and (_is_aside(part) or is_aside or (sign.strip() in _ASIDES and _is_organisation(part))):
            left_out.append(_left_out_remark(part))
            continue
        names = _listed(part, left_out)
        if not all(_is_person(name) or _is_organisation(name) or ID.match(name) for name in names):
            return _whole(text, remarks)
        people += names
    if len(people) > 1 and all(len(name.split()) == 1 and name.isascii() for name in people):
        return _whole(text, remarks)
    remarks += left_out
    return people


def _listed(text: str, remarks: list[str]) -> list[str]:
    """Return the names in a list with commas and an `and`."""
    if _is_last_first(text, alone=True):
        return [_first_name_first(text)]
    left_out: list[str] = []
    people: list[str] = []
    is_list = False
    for piece, is_joined in _segments(text):
        parts = _joined(piece)
        if people and (_is_role(piece) or (not is_joined and _is_affiliation(piece, people[-1]))):
            # `Health and Science Editor` is one part, and `Staff Writer and Bo Carr` is two parts.
            parts = parts if _is_person(parts[-1], at_least=2) and not _is_role(parts[-1]) else [piece]
        is_list = is_list or is_joined or len(parts) > 1
        for part in parts:
            if people and (
                _is_aside(part) or (len(parts) == 1 and not is_joined and _is_affiliation(part, people[-1]))
            ):
                left_out.append(_left_out_remark(part))
            elif name := _bare(part, left_out):
                people.append(name)
    is_alone = len(people) == 1 and people[0] != text and (_is_person(people[0]) or _is_organisation(people[0]))
    if is_alone or (len(people) > 1 and _are_apart(people, is_list)):
        remarks += left_out
        return people
    return _whole(text, remarks)


def _segments(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each part between commas, with its suffixes, and True if an `and` comes before it."""
    parts: list[str] = []
    for part in filter(None, _COMMA.split(text)):
        if parts and _is_suffix(_JOINT.split(part, maxsplit=1)[0]):
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part)
    for part in parts:
        joint = _LEADING_JOINT.match(part)
        yield (part[joint.end() :], True) if joint else (part, False)


def _joined(segment: str) -> list[str]:
    """Return the names that an `and` joins. An `and` inside a name does not split it."""
    pieces = re.split(rf"({_JOINT.pattern})", segment, flags=re.IGNORECASE)
    parts = [pieces[0]]
    for joint, following in zip(pieces[1::2], pieces[2::2], strict=True):
        is_sure = joint.strip().casefold() in _SURE
        both = _is_person(parts[-1], at_least=2) and _is_person(following, at_least=2)
        if is_sure or (both and not joint.strip().isupper()):
            parts.append(following)
        else:
            parts[-1] += joint + following
    return parts


def _is_aside(part: str) -> bool:
    """Return True if a part of a byline after a name is not a name."""
    return _is_role(part) or _is_agency(part) or bool(_WHERE.match(part) or _CREDIT.match(part))


def _is_affiliation(part: str, name: str) -> bool:
    """Return True if a part after a comma is an employer: `Ann Bell, The Example`."""
    return _is_person(name, at_least=2) and _is_whole_organisation(part)


def _bare(name: str, left_out: list[str]) -> str:
    """Return a name without the brackets after it and without `for The Example`."""
    if (match := _IN_BRACKETS.search(name)) and name[: match.start()].strip():
        inner, outer = next(filter(None, match.groups()), ""), name[: match.start()].strip()
        if _is_agency(outer) and _is_person(inner, at_least=2):
            inner, outer = outer, inner
        if inner:
            left_out.append(_left_out_remark(inner))
        name = outer
    if (match := _FOR.search(name)) and _is_person(name[: match.start()], at_least=2):
        left_out.append(_left_out_remark(name[match.start() :].strip()))
        name = name[: match.start()]
    words = name.split()
    if len(words) > 1 and words[-1] in _ROLES_BEHIND:
        left_out.append(_left_out_remark(words[-1]))
        name = " ".join(words[:-1])
    return name.strip(_QUOTES + " ")


def _are_apart(people: list[str], is_list: bool) -> bool:
    """Return True for several authors; False for one author with a comma or an `and` in the name."""
    if any(_is_organisation(name) for name in people):
        # A part after an organisation may be the rest of its name. An organisation in the last place is complete.
        return all(_is_person(name, at_least=2) for name in people[:-1]) and _is_whole_organisation(people[-1])
    if not all(_is_person(name) for name in people):
        return False
    many = sum(len(name.split()) > 1 or not name.isascii() for name in people)
    return many == len(people) or (is_list and many > 0 and not any(name.casefold() in _TOPICS for name in people))


def _whole(text: str, remarks: list[str]) -> list[str]:
    bare = text if _JOINT.search(text) else _bare(text, remarks)
    is_several = any(joint.strip().casefold() in _SURE for joint in _JOINT.findall(bare))
    is_one = _is_person(bare) or (
        _is_organisation(bare) and not any(_is_person(x, at_least=2) for x in _COMMA.split(bare))
    )
    if (is_several or "," in bare or _BETWEEN.search(bare)) and not is_one:
        remarks.append(f"'{bare}' is taken for one author; {_DOUBT}")
    return [bare]


def _left_out_remark(part: str) -> str:
    return f"'{part}' is no author and is left out of the byline"


def _words(text: str) -> Iterable[str]:
    return (word.strip(".,:()").casefold() for word in text.split())


def _is_role(text: str) -> bool:
    words = list(_words(text))
    if any(word in _ROLES or word.removesuffix("s") in _ROLES for word in words):
        return True
    return bool(words) and all(word in _CREDITS or word in _ROLES_BEHIND for word in words)


def _is_agency(text: str) -> bool:
    return text.strip(" .").casefold() in _AGENCIES


def _is_suffix(text: str) -> bool:
    return text.replace(".", "").strip().casefold() in _SUFFIXES


def _is_organisation(text: str) -> bool:
    words = list(_words(text))
    return any(word in _ORGANISATIONS for word in words) or (bool(words) and words[0] == "the")


def _is_whole_organisation(text: str) -> bool:
    words = list(_words(text))
    return bool(words) and (words[0] in _ORGANISATIONS or words[0] == "the" or words[-1] in _ORGANISATIONS)


def _is_capital(text: str) -> bool:
    first_letter = next((sign for sign in text if sign.isalpha()), "")
    return bool(first_letter) and not first_letter.islower()


def _is_person(text: str, at_least: int = 1) -> bool:
    """Return True if a text can be a person's name: a few capitalised words. `von` and similar may be lower case."""
    main, _, suffix = text.partition(",")
    if suffix and not all(_is_suffix(part) for part in suffix.split(",")):
        return False
    words = main.split()
    if not at_least <= len(words) <= 6 or any(sign.isdigit() for sign in main):
        return False
    if _is_organisation(main) or all(word in _TOPICS for word in _words(main)) or " of " in main:
        return False
    if any(word in _PARTICLES for word in words[:1]) and len(words) == 1:
        return False
    return any(map(_is_capital, words)) and all(_is_capital(w) or w.casefold() in _PARTICLES for w in words)


def _is_last_first(text: str, *, alone: bool = False) -> bool:
    """Return True if a text has the form `Bell, Ann`. alone: no other name confirms the form, so only
    `van der Berg, Jan` and `Bell, A. M.` are accepted."""
    last, comma, first = (part.strip() for part in text.partition(","))
    if not comma or "," in first or not last or not first or _JOINT.search(text):
        return False
    if _is_suffix(first) or not _is_capital(first) or _is_role(first) or len(last.split()) > 4:
        return False
    names, is_one_word = first.split(), len(last.split()) == 1
    initials = all(re.fullmatch(r"(?:[^\W\d_]\.-?){1,3}", name) for name in names)
    particle = last.split()[0].casefold() in _PARTICLES and not is_one_word
    if alone:
        return (is_one_word and initials) or (particle and len(names) == 1)
    return len(names) <= 3 and (is_one_word or particle or initials)


def _first_name_first(text: str) -> str:
    last, _, first = (part.strip() for part in text.partition(","))
    return f"{first} {last}"
