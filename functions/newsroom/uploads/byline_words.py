"""The words of bylines: which of them are names of people, and which are roles, agencies or organisations."""

from collections.abc import Iterable


def table(words: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(words.split())


_SUFFIXES = table("jr sr ii iii iv v phd md dds esq obe mbe cbe mp mep qc kc rn jd llm ma msc bsc mba frs")
PARTICLES = table(
    "von van der den de del della di da das do dos du des la le las los el al bin ibn bint ben af av zu zur zum ter "
    "ten te 't y e i san st st. der. abu ap ó o' d' mc nic ní"
)

_ROLES = table(
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
ROLES_BEHIND = table("記者 记者 編集委員 特派員 기자 특파원")  # written after a name: 김철수 기자
_CREDITS = table("photo photos photography video words text graphics illustration additional reporting")
_AGENCIES = frozenset(
    {"reuters", "ap", "afp", "dpa", "upi", "pa", "pa media", "ansa", "efe", "tass", "xinhua", "kyodo", "yonhap",
     "bloomberg", "associated press", "the associated press", "agence france-presse", "united press international",
     "press association", "wire", "wire service", "wires", "agencies", "news agencies", "wire reports"}
)  # fmt: skip

_ORGANISATIONS = table(
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
_TOPICS = table(
    "food drink health science arts culture business trade sport sports parks travel technology education environment "
    "politics news lifestyle home gardens books music film finance crime justice transport energy climate women "
    "children history nature planning social affairs industry agriculture fisheries housing labour labor defence "
    "defense recreation welfare development security foreign human rights research innovation tourism media"
)


def words_of(text: str) -> Iterable[str]:
    """Yield the words of a text in small letters, without the signs around them."""
    return (word.strip(".,:()").casefold() for word in text.split())


def is_role(text: str) -> bool:
    """Return True if a text names a role, as Staff Writer, or a credit, as Photos."""
    words = list(words_of(text))
    if any(word in _ROLES or word.removesuffix("s") in _ROLES for word in words):
        return True
    return bool(words) and all(word in _CREDITS or word in ROLES_BEHIND for word in words)


def is_agency(text: str) -> bool:
    """Return True if a text is the name of a news agency."""
    return text.strip(" .").casefold() in _AGENCIES


def is_suffix(text: str) -> bool:
    """Return True if a text can follow a name and a comma, as Jr. or PhD."""
    return text.replace(".", "").strip().casefold() in _SUFFIXES


def is_organisation(text: str) -> bool:
    """Return True if a text has a word of an organisation's name, or begins with `The`."""
    words = list(words_of(text))
    return any(word in _ORGANISATIONS for word in words) or (bool(words) and words[0] == "the")


def is_whole_organisation(text: str) -> bool:
    """Return True if a text begins or ends as the name of an organisation does."""
    words = list(words_of(text))
    return bool(words) and (words[0] in _ORGANISATIONS or words[0] == "the" or words[-1] in _ORGANISATIONS)


def is_capital(text: str) -> bool:
    """Return True if the first letter of a text is not a small one."""
    first_letter = next((sign for sign in text if sign.isalpha()), "")
    return bool(first_letter) and not first_letter.islower()


def is_person(text: str, at_least: int = 1) -> bool:
    """Return True if a text can be a person's name: a few capitalised words. at_least: the number of words."""
    main, _, suffix = text.partition(",")
    words = main.split()
    if suffix and not all(map(is_suffix, suffix.split(","))):
        return False
    if not at_least <= len(words) <= 6 or any(map(str.isdigit, main)):
        return False
    if is_organisation(main) or _TOPICS.issuperset(words_of(main)) or " of " in main:
        return False
    return _are_capitalised(words)


def _are_capitalised(words: list[str]) -> bool:
    """Return True if words are capitalised as in a name: `von` and similar may be lower case, but not alone."""
    if len(words) == 1 and words[0] in PARTICLES:
        return False
    return any(map(is_capital, words)) and all(is_capital(word) or word.casefold() in PARTICLES for word in words)


def is_topic(text: str) -> bool:
    """Return True if a text is a subject, as a desk or a ministry has one: Sport, Health."""
    return text.casefold() in _TOPICS
