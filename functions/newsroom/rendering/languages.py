"""What a BCP 47 language tag means for the page: its direction and its short names."""

_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_TRADITIONAL_CHINESE = frozenset({"hant", "tw", "hk", "mo"})


def direction(tag: str) -> str:
    """`rtl` or `ltr`; a script named in the tag outranks the language's usual one."""
    language, *subtags = tag.lower().split("-")
    script = next((subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()), None)
    if script:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def for_news_sitemap(tag: str) -> str:
    """The bare language, as the news sitemap wants it; Chinese alone is told apart by script."""
    language, *subtags = tag.lower().split("-")
    if language == "zh":
        return "zh-tw" if _TRADITIONAL_CHINESE.intersection(subtags) else "zh-cn"
    return language


def for_open_graph(tag: str) -> str | None:
    """`en-GB` → `en_GB`; None without a region, which Open Graph does not allow."""
    language, *subtags = tag.split("-")
    region = next((subtag for subtag in subtags if len(subtag) == 2), None)
    return f"{language.lower()}_{region.upper()}" if region else None
