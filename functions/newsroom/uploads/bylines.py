"""Bylines: the people in `By Ann Bell, Staff Writer, and Bo Carr <bo@example.org>`.

Other parts of a byline (addresses, roles, agencies) are left out, with a remark for the writer. A byline that cannot be
split with certainty stays whole: a missing author is one line to correct, but half a ministry as an author would be on
every list.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsroom.uploads.byline_words import (
    PARTICLES,
    ROLES_BEHIND,
    is_agency,
    is_capital,
    is_organisation,
    is_person,
    is_role,
    is_suffix,
    is_topic,
    is_whole_organisation,
    table,
)

LONGEST = 1_500  # characters; ten names of 120 and the separators
_DOUBT = "if they are several, write a list of names"
ID = re.compile(r"[a-z0-9-]{1,200}\Z")

_MAIL = re.compile(r"(?:mailto:)?[^\s@<>()\[\]{},;:\"/|]{1,64}@[^\s@<>()\[\]{},;:\"/|]{1,190}\.[^\W\d_]{2,24}\b")
_WEB = re.compile(r"https?://[^\s<>()\[\],;]{1,500}")
_HANDLE = re.compile(r"(?<![\w.])@\w{1,40}")
_EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]|（\s*）")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)\Z|（([^（）]*)）\Z|\[([^\[\]]*)\]\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,3}\Z")
_QUOTES = "\"'“”„«»"

_PREFIX = re.compile(
    r"(?:(?:(?:words|text|story|report|reporting|reported|written|posted|article|photos|photographs)\s+)?by"
    r"|text|texte|texto|testo|tekst|author|autor|autora|auteur|autore|作者|撰文|文)\s*[:：／/]\s*"
    r"|(?:(?:words|text|story|report|reporting|reported|written|posted|article|photos|photographs)\s+)?by\s+(?=\S)"
    r"|[\u4e00-\u9fff]{0,8}(?:記者|记者)\s+(?=\S)",
    re.IGNORECASE,
)
_PERHAPS_PREFIX = re.compile(r"(?:von|par|por|di|av|af|door)\s+(?=\S)", re.IGNORECASE)  # or the first word of a name


_SURE = table("and & und et og och with mit avec con")  # these join any two names
_CAREFUL = table("y e en i и і та й a ve es és ja și dan và και و और")  # or part of a surname: Ramón y Cajal
_JOINT = re.compile(rf"\s+(?:{'|'.join(map(re.escape, sorted(_SURE | _CAREFUL)))})\s+", re.IGNORECASE)
_LEADING_JOINT = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(_SURE)))})\s+(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(\s*[;；、，،|]\s*|\s+[/·•]\s+|\s+[–—-]\s+|(?<=\w)/(?=\w)|(?<=[a-z])&(?=[A-Z])|(?<=[가-힣])·(?=[가-힣]))"
)
_ASIDES = table("| · • – — -")  # the part after these is seldom a name
_COMMA = re.compile(r"\s*,\s*")
_FOR = re.compile(r"\s+(?:for|special to)\s+(?=the\s)|\s+in\s+(?=[A-Z]\w*(?:\s[A-Z]\w*)?\Z)", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:additional\s+)?(?:photos?|photographs?|photography|pictures?|videos?|graphics|illustrations?|reporting|editing)"
    r"(?:\s+by\b|\s*:)",
    re.IGNORECASE,
)
_WHERE = re.compile(r"(?:for|special to|special for|in|at|from|für|aus|pour|à|para|per|voor)\s+(?=\S)", re.IGNORECASE)


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
    bare = without_addresses(text)
    if text and not bare:
        return ParsedByline(
            [], ["the byline is an address and no name, so there is no author; write the author's name"]
        )
    remarks = [] if bare == text else ["the address in the byline is not published"]
    names_text = after_prefix(bare) or _without_outer_brackets(bare)
    names = list(dict.fromkeys(_ids(names_text) or _names(names_text, remarks)))
    if of_list:
        remarks = [remark for remark in remarks if not remark.endswith(_DOUBT)]
    return ParsedByline(names, remarks)


def _without_outer_brackets(text: str) -> str:
    inner = re.fullmatch(r"[(<\[]([^()<>\[\]]*)[)>\]]", text)
    return inner[1] if inner else text


def without_addresses(text: str) -> str:
    """Return a name without the mail addresses, web addresses and handles around it."""
    if "@" not in text and "://" not in text:
        return text
    bare = _HANDLE.sub("", _WEB.sub("", _MAIL.sub("", text)))
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
        if len(first.split()) > 1 and is_capital(first) and is_person(first):  # `von der Leyen` is not a prefix
            return rest
    return ""


def is_people(text: str) -> bool:
    """Return True if a line contains only names, so that it is a byline and not a sentence."""
    byline = parse_byline(text)
    return bool(byline.names) and all(len(name.split()) > 1 and is_person(name) for name in byline.names)


def _ids(text: str) -> list[str]:
    """Return the names in a list of ids such as `ann-bell, bo-carr`."""
    parts = [part for part in re.split(r"\s*[,;]\s*|\s+(?:and|&)\s+", text) if part]
    return parts if parts and all(ID.match(part) for part in parts) else []


def _names(text: str, remarks: list[str]) -> list[str]:
    """Return the names in a byline, which may have separators such as `;`, `|` and `/`."""
    pieces = _BETWEEN.split(text)
    parts, signs = pieces[::2], ["", *pieces[1::2]]
    if len(parts) == 1:
        return _listed(text, remarks)
    if all(map(_is_last_first, parts)):
        return list(map(_first_name_first, parts))
    people: list[str] = []
    left_out: list[str] = []
    for part, sign in zip(parts, signs, strict=True):
        if people and part and _follows_a_name(part, sign):
            left_out.append(_left_out_remark(part))
        elif part:
            names = _listed(part, left_out)
            if not all(map(_is_author, names)):
                return _whole(text, remarks)
            people += names
    if _are_single_words(people):
        return _whole(text, remarks)
    remarks += left_out
    return people


def _follows_a_name(part: str, sign: str) -> bool:
    """Return True if the part after a name and a separator is not a name itself: a role, a place, an employer."""
    if _is_aside(part):
        return True
    separator = sign.strip()
    if separator not in _ASIDES:
        return False
    is_single_word = separator != sign and not _has_several_words(part)
    return is_single_word or is_organisation(part)


def _is_author(name: str) -> bool:
    return is_person(name) or is_organisation(name) or bool(ID.match(name))


def _are_single_words(people: list[str]) -> bool:
    return len(people) > 1 and not any(map(_has_several_words, people))


def _has_several_words(name: str) -> bool:
    """Return True if a name has several words, or is in a script that may write them without spaces."""
    return len(name.split()) > 1 or not name.isascii()


def _listed(text: str, remarks: list[str]) -> list[str]:
    """Return the names in a list with commas and an `and`."""
    if _is_last_first(text, alone=True):
        return [_first_name_first(text)]
    left_out: list[str] = []
    people: list[str] = []
    is_list = False
    for segment, is_joined in _segments(text):
        parts = _parts(segment, is_joined, people)
        is_alone = len(parts) == 1 and not is_joined
        is_list = is_list or not is_alone
        for part in parts:
            if people and _is_no_name(part, people[-1], is_alone):
                left_out.append(_left_out_remark(part))
            elif name := _bare(part, left_out):
                people.append(name)
    if not _is_certain(people, text, is_list):
        return _whole(text, remarks)
    remarks += left_out
    return people


def _parts(segment: str, is_joined: bool, people: list[str]) -> list[str]:
    """Return the parts of a segment that an `and` joins. `Health and Science Editor` after a name is one part, and
    `Staff Writer and Bo Carr` is two parts."""
    parts = _joined(segment)
    if not people or not (is_role(segment) or (not is_joined and _is_affiliation(segment, people[-1]))):
        return parts
    ends_in_name = is_person(parts[-1], at_least=2) and not is_role(parts[-1])
    return parts if ends_in_name else [segment]


def _is_no_name(part: str, before: str, is_alone: bool) -> bool:
    """Return True if a part after a name is a role, a place or, if it stands alone, an employer."""
    return _is_aside(part) or (is_alone and _is_affiliation(part, before))


def _is_certain(people: list[str], text: str, is_list: bool) -> bool:
    """Return True if the names found in a list are certain enough to split it."""
    if len(people) > 1:
        return _are_apart(people, is_list)
    return len(people) == 1 and people[0] != text and (is_person(people[0]) or is_organisation(people[0]))


def _segments(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each part between commas, with its suffixes, and True if an `and` comes before it."""
    parts: list[str] = []
    for part in filter(None, _COMMA.split(text)):
        if parts and is_suffix(_JOINT.split(part, maxsplit=1)[0]):
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
        both = is_person(parts[-1], at_least=2) and is_person(following, at_least=2)
        if is_sure or (both and not joint.strip().isupper()):
            parts.append(following)
        else:
            parts[-1] += joint + following
    return parts


def _is_aside(part: str) -> bool:
    """Return True if a part of a byline after a name is not a name."""
    return is_role(part) or is_agency(part) or bool(_WHERE.match(part) or _CREDIT.match(part))


def _is_affiliation(part: str, name: str) -> bool:
    """Return True if a part after a comma is an employer: `Ann Bell, The Example`."""
    return is_person(name, at_least=2) and is_whole_organisation(part)


def _bare(name: str, left_out: list[str]) -> str:
    """Return a name without the brackets after it and without `for The Example`."""
    if (match := _IN_BRACKETS.search(name)) and name[: match.start()].strip():
        inner, outer = next(filter(None, match.groups()), ""), name[: match.start()].strip()
        if is_agency(outer) and is_person(inner, at_least=2):
            inner, outer = outer, inner
        if inner:
            left_out.append(_left_out_remark(inner))
        name = outer
    if (match := _FOR.search(name)) and is_person(name[: match.start()], at_least=2):
        left_out.append(_left_out_remark(name[match.start() :].strip()))
        name = name[: match.start()]
    words = name.split()
    if len(words) > 1 and words[-1] in ROLES_BEHIND:
        left_out.append(_left_out_remark(words[-1]))
        name = " ".join(words[:-1])
    return name.strip(_QUOTES + " ")


def _are_apart(people: list[str], is_list: bool) -> bool:
    """Return True for several authors; False for one author with a comma or an `and` in the name."""
    if any(map(is_organisation, people)):
        # A part after an organisation may be the rest of its name. An organisation in the last place is complete.
        return all(is_person(name, at_least=2) for name in people[:-1]) and is_whole_organisation(people[-1])
    if not all(map(is_person, people)):
        return False
    full = sum(map(_has_several_words, people))
    return full == len(people) or (is_list and full > 0 and not any(map(is_topic, people)))


def _whole(text: str, remarks: list[str]) -> list[str]:
    bare = text if _JOINT.search(text) else _bare(text, remarks)
    is_several = any(joint.strip().casefold() in _SURE for joint in _JOINT.findall(bare))
    is_one = is_person(bare) or (
        is_organisation(bare) and not any(is_person(x, at_least=2) for x in _COMMA.split(bare))
    )
    if (is_several or "," in bare or _BETWEEN.search(bare)) and not is_one:
        remarks.append(f"'{bare}' is taken for one author; {_DOUBT}")
    return [bare]


def _left_out_remark(part: str) -> str:
    return f"'{part}' is no author and is left out of the byline"


def _last_and_first(text: str) -> tuple[str, str]:
    """Return the two sides of `Bell, Ann`; both are empty if a text cannot have this form."""
    last, _, first = (part.strip() for part in text.partition(","))
    if not last or not first or "," in first or _JOINT.search(text) or len(last.split()) > 4:
        return "", ""
    if is_suffix(first) or not is_capital(first) or is_role(first):
        return "", ""
    return last, first


def _is_last_first(text: str, *, alone: bool = False) -> bool:
    """Return True if a text has the form `Bell, Ann`. alone: no other name confirms the form, so only
    `van der Berg, Jan` and `Bell, A. M.` are accepted."""
    last, first = _last_and_first(text)
    if not last:
        return False
    surnames, names = last.split(), first.split()
    is_one_word = len(surnames) == 1
    has_particle = not is_one_word and surnames[0].casefold() in PARTICLES
    has_initials = all(map(_INITIALS.match, names))
    if alone:
        return has_initials if is_one_word else has_particle and len(names) == 1
    return len(names) <= 3 and (is_one_word or has_particle or has_initials)


def _first_name_first(text: str) -> str:
    last, _, first = (part.strip() for part in text.partition(","))
    return f"{first} {last}"
