"""Emphasis beside Chinese, Japanese and Korean: CommonMark with its CJK-friendly amendment.

In these scripts no space parts a word from the next, so the signs beside a `**` say less than CommonMark reads from
them. Texts without such letters are read as CommonMark has it. The terms are those of the amendment,
https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md
"""

import re
from typing import NamedTuple

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned, StateInline

_FIRST = "\u1100"  # the first Chinese, Japanese or Korean letter in Unicode
_CJK = re.compile(
    "[\u1100-\u11ff\u20a9\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4c6\ua960-\ua97c"
    "\uac00-\ud7fb\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uffee\U00016fe0-\U00018df2\U0001aff0-\U0001b2fb"
    "\U0001d300-\U0001d376\U0001f200\U0001f202\U0001f210-\U0001f219\U0001f21b-\U0001f22e\U0001f230-\U0001f231"
    "\U0001f237\U0001f23b\U0001f240-\U0001f265\U00020000-\U0003fffd]"
)
"""Wide or Hangul characters of Unicode that are no emoji."""
_SELECTOR = re.compile("[\ufe00-\ufe0e]")  # selects a form of the character before it that is not an emoji
_IDEOGRAPH_SELECTOR = re.compile("[\U000e0100-\U000e01ef]")
_WIDE_QUOTE = re.compile("[\u2018\u2019\u201c\u201d]\ufe01")


class CJKFriendlyState(StateInline):
    """A paragraph being read."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - markdown-it's name
        """Return if a run of `*`, `_` or `~` can open or close emphasis, and its length."""
        end = self._end_of_run(start)
        first_before = self.src[start - 1] if start else " "
        first_after = self._sign_at(end)
        if first_before < _FIRST and first_after < _FIRST:
            return super().scanDelims(start, canSplitWord)
        before, after = _side_before(self.src, start), _side(first_after, first_after, bool(_CJK.match(first_after)))
        left, right = _is_flanking(after, before), _is_flanking(before, after)
        return Scanned(
            left and (canSplitWord or before.is_mark or not right),
            right and (canSplitWord or after.is_mark or not left),
            end - start,
        )

    def _sign_at(self, place: int) -> str:
        return self.src[place] if place < self.posMax else " "

    def _end_of_run(self, start: int) -> int:
        marker, end = self.src[start], start + 1
        while end < self.posMax and self.src[end] == marker:
            end += 1
        return end


class _Side(NamedTuple):
    """The character on one side of a run. is_narrow: it is a mark, and not a wide one."""

    is_space: bool
    is_mark: bool
    is_narrow: bool
    is_wide: bool


def _side(sign: str, base: str, is_wide: bool) -> _Side:
    """Return the side with this character. base: the character that a selector changes, else the same."""
    is_mark = _is_mark(base)
    return _Side(isWhiteSpace(ord(sign)), is_mark, is_mark and not is_wide, is_wide)


def _side_before(text: str, start: int) -> _Side:
    sign = text[start - 1] if start else " "
    base = text[start - 2] if start > 1 and _SELECTOR.match(sign) else sign
    is_wide_quote = start > 1 and _WIDE_QUOTE.match(text, start - 2)
    return _side(sign, base, bool(_CJK.match(base) or _IDEOGRAPH_SELECTOR.match(sign) or is_wide_quote))


def _is_flanking(inside: _Side, outside: _Side) -> bool:
    """Return True if a run can begin or end emphasis of the text on the inside."""
    is_apart = outside.is_space or outside.is_narrow or outside.is_wide
    return not inside.is_space and (not inside.is_narrow or is_apart)


def _is_mark(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)
