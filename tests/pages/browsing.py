"""Pages as a browser shows them: by day and by night, on a phone and on a desk, by keyboard, and with large letters."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.chromium import Chromium
from tests.pages.gates import Wrong
from tests.pages.visits import Visit

ROOT = Path(__file__).parents[2]
CHECKERS = ROOT / ".audit/node_modules"
AXE, NU = CHECKERS / "axe-core/axe.min.js", CHECKERS / "vnu-jar/build/dist/vnu.jar"
JAVA = shutil.which("java")
SCREENS = {"phone": (360, 800, True), "desk": (1350, 940, False)}  # width, height in CSS pixels, and whether by touch
SCHEMES = ("light", "dark")
OF_OUR_POSTING = "GenericIssue"  # a page that posts without being touched is noted in the browser's history
MOST_STOPS = 1_000  # of a way through a page by Tab
NARROWEST = 320  # CSS pixels, without scrolling sideways

RUN_AXE = """axe.run(document, {
  rules: {"target-size": {enabled: true}, "color-contrast-enhanced": {enabled: true}},
}).then((it) =>
  ["violations", "incomplete"].flatMap((kind) => it[kind].map((rule) =>
    `${kind}: ${rule.id}: ${rule.nodes.length} × ${rule.nodes[0].html.slice(0, 120)}`)))"""
"""Every rule that axe has on by itself, and two besides: the size of targets, and a contrast of 7 to 1."""
NO_DROP_CAPS = """(() => {
  const plain = new CSSStyleSheet()
  plain.replaceSync("::first-letter { initial-letter: normal !important; float: none !important }")
  document.adoptedStyleSheets.push(plain)
})()"""
"""A letter over several lines lies under the words beside it or not, as a machine's fonts will have it. Where it does,
axe cannot tell what is behind them. Nothing is lost by this: axe does not judge such a letter's own colour."""
OVERFLOW = """[...document.querySelectorAll("body *")].filter((it) => {
  const box = it.getBoundingClientRect(), style = getComputedStyle(it)
  return box.width && style.position != "absolute" && !it.closest("pre, table")
    && (box.right > innerWidth + 1 || box.left < -1)
}).map((it) => it.outerHTML.slice(0, 100)).slice(0, 3)
  .concat(document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [])"""
LANDMARKS = """["header", "main", "footer"].filter((it) => document.querySelectorAll(`body > ${it}`).length != 1)"""
"""Where a screen reader's keys jump to; axe sees to it that there are not two, but not that there is one."""
FOCUS = """(() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it)
  it.wasReached = true
  return {is: it.outerHTML.slice(0, 80), skips: it.matches("a.skip[href='#main']"), body: it === document.body,
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2}
})()"""
UNREACHED = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((it) =>
  !it.wasReached && it.tabIndex >= 0 && !it.disabled && it.type != "hidden" && it.checkVisibility()
).map((it) => it.outerHTML.slice(0, 80))"""
STYLED = """new Promise((done) => {
  const style = document.querySelector("link[rel=stylesheet]")
  style.sheet ? done() : style.onload = done
})"""
POST = """(() => {
  const form = document.createElement("form")
  form.method = "post"
  form.action = %s
  for (const [name, value] of Object.entries(%s))
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}))
  document.body.append(form)
  HTMLFormElement.prototype.submit.call(form)
})()"""


class Reader:
    """One browser that reads one newsroom at an address like http://127.0.0.1:8080."""

    def __init__(self, chromium: Chromium, site: str) -> None:
        self._chromium, self._site = chromium, site
        self._axe = AXE.read_text(encoding="utf-8")

    def look_at(self, visit: Visit) -> Wrong:
        """Everything a browser can tell of a page."""
        wrong: Wrong = {name: [] for name in ("axe", "reflow", "keyboard", "quiet")}
        for screen, (width, height, touch) in SCREENS.items():
            for scheme in SCHEMES:
                self._emulate(width, height, touch, scheme)
                self._open(visit)
                wrong["quiet"] += self._noise(visit)
                self._chromium.run(NO_DROP_CAPS)
                self._chromium.run(self._axe)
                where = f"{scheme}, {screen}: "
                wrong["axe"] += [where + each for each in self._chromium.run(RUN_AXE)]
        self._emulate(*SCREENS["desk"], "light")
        self._open(visit)
        wrong["keyboard"] += self._by_keyboard()
        self._emulate(NARROWEST, 640, False, "light")  # as a narrow window: a phone would shrink what is too wide
        self._open(visit)
        wrong["reflow"] += [f"at {NARROWEST} px: {each}" for each in self._chromium.run(OVERFLOW)]
        self._chromium.ask("Page.setFontSizes", fontSizes={"standard": 32, "fixed": 26})
        for width in (2 * NARROWEST, SCREENS["desk"][0]):
            self._emulate(width, 900, False, "light")
            self._open(visit)
            wrong["reflow"] += [f"at 200% and {width} px: {each}" for each in self._chromium.run(OVERFLOW)]
        self._chromium.ask("Page.setFontSizes", fontSizes={"standard": 16, "fixed": 13})
        return wrong

    def text_of(self, visit: Visit, *, scripted: bool) -> str:
        """The words a reader sees, with or without scripts."""
        self._emulate(*SCREENS["desk"], "light")
        self._chromium.ask("Emulation.setScriptExecutionDisabled", value=not scripted)
        try:
            self._open(visit)
            root = self._chromium.ask("DOM.getDocument")["root"]["nodeId"]
            body = self._chromium.ask("DOM.querySelector", nodeId=root, selector="main")["nodeId"]
            return str(self._chromium.ask("DOM.getOuterHTML", nodeId=body)["outerHTML"])
        finally:
            self._chromium.ask("Emulation.setScriptExecutionDisabled", value=False)

    def _emulate(self, width: int, height: int, touch: bool, scheme: str) -> None:
        self._chromium.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch
        )
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}  # what glides is nowhere yet
        self._chromium.ask(
            "Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in features.items()]
        )

    def _open(self, visit: Visit) -> None:
        if visit.form is not None or visit.kept:
            self._go("/")
        self._chromium.take_events()
        if visit.kept:
            frame = self._chromium.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
            self._chromium.ask("Page.setDocumentContent", frameId=frame, html=visit.kept[1])
            self._chromium.run(STYLED)
        elif visit.form is not None:
            self._chromium.run(POST % (json.dumps(visit.path), json.dumps(dict(visit.form))))
            self._loaded()
        else:
            self._go(visit.path)

    def _go(self, path: str) -> None:
        self._chromium.take_events()
        self._chromium.ask("Page.navigate", url=self._site + path)
        self._loaded()

    def _loaded(self) -> None:
        if not any(event["method"] == "Page.loadEventFired" for event in self._chromium.events):
            self._chromium.until("Page.loadEventFired")

    def _noise(self, visit: Visit) -> list[str]:
        """Requests, console messages and cookies, of a page that was just opened."""
        events = self._chromium.take_events()
        urls = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
        noise = [f"asks elsewhere: {url}" for url in urls if not url.startswith(self._site)]
        for event in events:
            told = event["params"]
            if event["method"] == "Log.entryAdded":
                entry = told["entry"]
                its_own_status = (
                    visit.status >= 400 and entry["source"] == "network" and visit.path in entry.get("url", "")
                )
                if not its_own_status:
                    noise.append(f"console: {entry['text']}")
            elif event["method"] in {"Runtime.consoleAPICalled", "Runtime.exceptionThrown"}:
                noise.append(f"console: {json.dumps(told)[:200]}")
            elif event["method"] == "Audits.issueAdded" and told["issue"]["code"] != OF_OUR_POSTING:
                noise.append(f"issue: {json.dumps(told['issue'])[:200]}")
        cookies = self._chromium.ask("Network.getCookies")["cookies"]
        return noise + [f"cookie: {each['name']}" for each in cookies]

    def _by_keyboard(self) -> list[str]:
        """Its landmarks are there; and by Tab, the first stop skips to the text and each shows where one is."""
        wrong = [f"it has no {each} of its own, or several" for each in self._chromium.run(LANDMARKS)]
        for stop in range(MOST_STOPS):
            for kind in ("keyDown", "keyUp"):
                self._chromium.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
            at: Mapping[str, Any] = self._chromium.run(FOCUS)
            if at["body"] or (stop and at["skips"]):  # the way ends outside the page, or leads round at once
                break
            if stop == 0 and not (at["skips"] and at["seen"]):
                wrong.append(f"the first Tab leads to {at['is']}")
            if not at["seen"]:
                wrong.append(f"not to be seen: {at['is']}")
            if not at["ring"]:
                wrong.append(f"no ring around {at['is']}")
        else:
            wrong.append(f"after {MOST_STOPS} Tabs one is still on the page")
        return wrong + [f"Tab does not lead to {each}" for each in self._chromium.run(UNREACHED)]


def by_nu(files: Iterable[Path]) -> dict[Path, list[str]]:
    """What the Nu HTML checker says of each file, HTML or CSS; it is asked once for all of them."""
    paths = list(files)
    command = [
        str(JAVA),
        "-Xss8m",
        "-jar",
        NU,
        "--also-check-css",
        "--format",
        "json",
        "--stdout",
        "--exit-zero-always",
    ]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=True, timeout=300)
    found: dict[Path, list[str]] = {path: [] for path in paths}
    for message in json.loads(done.stdout)["messages"]:
        path = Path(message["url"].removeprefix("file:"))
        kind = message.get("subType", message["type"])
        found[path].append(f"{kind}, line {message.get('lastLine', '?')}: {message['message']}")
    return found
