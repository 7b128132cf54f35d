"""Text direction and short names from a BCP 47 language tag."""

_RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_TRADITIONAL_CHINESE = frozenset({"hant", "tw", "hk", "mo"})


def direction(tag: str) -> str:
    """Return `rtl` or `ltr`. A script in the tag takes precedence over the language's usual script."""
    language, *subtags = tag.lower().split("-")
    script = next((subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()), None)
    if script:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def for_news_sitemap(tag: str) -> str:
    """Return the language without subtags for the news sitemap. Only Chinese is split by script."""
    language, *subtags = tag.lower().split("-")
    if language == "zh":
        return "zh-tw" if _TRADITIONAL_CHINESE.intersection(subtags) else "zh-cn"
    return language


def for_open_graph(tag: str) -> str | None:
    """Convert `en-GB` to `en_GB`; return None without a region, because Open Graph requires one."""
    language, *subtags = tag.split("-")
    region = next((subtag for subtag in subtags if len(subtag) == 2), None)
    return f"{language.lower()}_{region.upper()}" if region else None
