"""Emphasis beside Chinese, Japanese and Korean: CommonMark with its CJK-friendly amendment.

In these scripts no space parts a word from the next, so the signs beside a `**` say less than CommonMark reads from
them. Texts without such letters are read as CommonMark has it. The terms are those of the amendment,
https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md
"""

import re

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned, StateInline

_FIRST = "\u1100"  # no letter before it is Chinese, Japanese or Korean
_CJK = re.compile(
    "[\u1100-\u11ff\u20a9\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4c6\ua960-\ua97c"
    "\uac00-\ud7fb\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uffee\U00016fe0-\U00018df2\U0001aff0-\U0001b2fb"
    "\U0001d300-\U0001d376\U0001f200\U0001f202\U0001f210-\U0001f219\U0001f21b-\U0001f22e\U0001f230-\U0001f231"
    "\U0001f237\U0001f23b\U0001f240-\U0001f265\U00020000-\U0003fffd]"
)
"""Wide or Hangul characters of Unicode that are no emoji."""
_SELECTOR = re.compile("[\ufe00-\ufe0e]")  # chooses a form of the sign before it that is no emoji
_IDEOGRAPH_SELECTOR = re.compile("[\U000e0100-\U000e01ef]")
_WIDE_QUOTE = re.compile("[\u2018\u2019\u201c\u201d]\ufe01")


class CJKFriendlyState(StateInline):
    """A paragraph being read."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - markdown-it's name
        """Return if a run of `*`, `_` or `~` can open or close emphasis, and its length."""
        marker, end = self.src[start], start + 1
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if before < _FIRST and after < _FIRST:
            return super().scanDelims(start, canSplitWord)
        base = self.src[start - 2] if start > 1 and _SELECTOR.match(before) else before
        wide_before = bool(
            _CJK.match(base)
            or _IDEOGRAPH_SELECTOR.match(before)
            or (start > 1 and _WIDE_QUOTE.match(self.src, start - 2))
        )
        wide_after = bool(_CJK.match(after))
        mark_before, mark_after = _is_mark(base), _is_mark(after)
        space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        narrow_before, narrow_after = mark_before and not wide_before, mark_after and not wide_after
        left = not space_after and (not narrow_after or space_before or narrow_before or wide_before)
        right = not space_before and (not narrow_before or space_after or narrow_after or wide_after)
        return Scanned(
            left and (canSplitWord or not right or mark_before),
            right and (canSplitWord or not left or mark_after),
            end - start,
        )


def _is_mark(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)
