"""Readable colours: the editor's accent colour, changed only as far as the contrast needs."""

import re

LEAST_CONTRAST = 7.0  # WCAG 2.2 AAA for text of any size
_STEPS = 100
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast of two `#rrggbb` colours, from 1 (none) to 21."""
    darker, lighter = sorted((_luminance(_channels(one)), _luminance(_channels(other))))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, background: str) -> str:
    """Return the colour, or the nearest darker one (lighter on a dark background) that is readable.

    colour, background: `#rrggbb`; anything else is a ValueError.
    """
    ground = _channels(background)
    end = 0 if _luminance(ground) > 0.18 else 255  # from 0.18 up, black reads better than white
    start = _channels(colour)
    for step in range(_STEPS + 1):
        candidate = _hex(tuple(round(channel + (end - channel) * step / _STEPS) for channel in start))
        if contrast(candidate, background) >= LEAST_CONTRAST:
            return candidate
    return _hex((end, end, end))


def _channels(colour: str) -> tuple[int, ...]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"'{colour}' is no colour; write it as #8a1c1c")
    return tuple(bytes.fromhex(colour[1:]))


def _hex(channels: tuple[int, ...]) -> str:
    return "#" + bytes(channels).hex()


def _luminance(channels: tuple[int, ...]) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """Convert a channel of sRGB, from 0 to 1, to linear light."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
