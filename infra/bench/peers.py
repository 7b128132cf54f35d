"""The same site made by Hugo and by Pelican, which are installed in a separate environment (.peers).

Each gets the articles in its own front matter and makes the same kinds of pages: articles with their neighbours,
the front page, lists by section, author, tag and month, feeds, and for Hugo a sitemap. Templates are as simple as
possible, which is an advantage for them.
"""

import os
import shutil
import subprocess
from pathlib import Path

from infra.bench import corpus
from infra.bench.corpus import Story

PEERS = Path(__file__).resolve().parents[2] / ".peers" / "bin"

HUGO = {
    "hugo.toml": """baseURL = "https://paper.example/"
title = "Broadsheet"
disableKinds = ["section"]
[pagination]
pagerSize = 30
[taxonomies]
section = "sections"
author = "authors"
tag = "tags"
month = "months"
[permalinks]
articles = "/:year/:month/:slug/"
[services.rss]
limit = 30
""",
    "layouts/baseof.html": """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{{ .Title }} – {{ site.Title }}</title><meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}"><meta property="og:title" content="{{ .Title }}">
<meta property="og:url" content="{{ .Permalink }}"><link rel="stylesheet" href="/assets/style.css"></head>
<body><header><p><a href="/">{{ site.Title }}</a></p></header><main>{{ block "main" . }}{{ end }}</main>
<footer><p><a href="/">{{ site.Title }}</a></p></footer></body></html>
""",
    "layouts/single.html": """{{ define "main" }}<article><h1>{{ .Title }}</h1><p>{{ .Params.summary }}</p>
<p>By {{ range .Params.authors }}<a href="/authors/{{ . | urlize }}/">{{ . }}</a> {{ end }}
<time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006" }}</time></p>
{{ .Content }}<ul>{{ range .Params.tags }}<li><a href="/tags/{{ . | urlize }}/">{{ . }}</a></li>{{ end }}</ul>
<nav>{{ with .Prev }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .Next }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav></article>{{ end }}
""",
    "layouts/list.html": """{{ define "main" }}<h1>{{ .Title }}</h1>{{ range first 30 .RegularPages }}<article>
<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p>{{ .Params.summary }}</p>
<time>{{ .Date.Format "2 January 2006" }}</time></article>{{ end }}{{ end }}
""",
    "layouts/month.html": """{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Pages }}<article>
<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p>{{ .Params.summary }}</p></article>{{ end }}{{ end }}
""",
}
PELICAN = """SITENAME = "Broadsheet"
SITEURL = "https://paper.example"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "simple"
CACHE_CONTENT = False
LOAD_CONTENT_CACHE = False
ARTICLE_URL = ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/index.html"
MONTH_ARCHIVE_SAVE_AS = "archive/{date:%Y}/{date:%m}/index.html"
FEED_ALL_RSS = "feed.xml"
CATEGORY_FEED_RSS = "feeds/{slug}.rss.xml"
AUTHOR_FEED_RSS = "feeds/{slug}.author.rss.xml"
FEED_ALL_ATOM = "atom.xml"
CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 30
"""


def hugo(folder: Path, articles: int) -> list[str]:
    """Write a Hugo site of that many articles to a folder; return the command that builds it."""
    for name, text in HUGO.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    content = folder / "content" / "articles"
    content.mkdir(parents=True)
    for number in range(articles):
        add_to_hugo(folder, number)
    return [str(PEERS / "hugo"), "build", "--quiet", "--source", str(folder), "--destination", str(folder / "out")]


def add_to_hugo(folder: Path, number: int) -> None:
    """Add one article to a Hugo site."""
    story = corpus.story(number)
    head = (
        f'---\ntitle: "{story.headline}"\nslug: {story.slug}\ndate: {story.date:%Y-%m-%dT%H:%M:%SZ}\n'
        f"sections: [{story.section}]\nauthors: [{', '.join(story.authors)}]\ntags: [{', '.join(story.tags)}]\n"
        f'months: ["{story.date:%Y-%m}"]\nsummary: {story.summary}\n---\n\n'
    )
    (folder / "content" / "articles" / f"{story.slug}.md").write_text(head + story.text)


def pelican(folder: Path, articles: int) -> list[str]:
    """Write a Pelican site of that many articles to a folder; return the command that builds it."""
    (folder / "content").mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(PELICAN)
    for number in range(articles):
        story = corpus.story(number)
        (folder / "content" / f"{story.slug}.md").write_text(_for_pelican(story))
    return [
        str(PEERS / "pelican"), str(folder / "content"), "--settings", str(folder / "pelicanconf.py"),
        "--output", str(folder / "out"), "--quiet",
    ]  # fmt: skip


def _for_pelican(story: Story) -> str:
    return (
        f"Title: {story.headline}\nDate: {story.date:%Y-%m-%d %H:%M}\nCategory: {story.section}\n"
        f"Authors: {'; '.join(story.authors)}\nTags: {', '.join(story.tags)}\nSlug: {story.slug}\n"
        f"Summary: {story.summary}\n\n{story.text}"
    )


def build(command: list[str], folder: Path) -> tuple[float, int]:
    """Return the CPU seconds of one build into an empty folder, and the number of files it wrote."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    cpu, _ = spent(command, folder)
    return cpu, sum(path.is_file() for path in (folder / "out").rglob("*"))


def spent(command: list[str], folder: Path | None = None, **environment: str) -> tuple[float, float]:
    """Return the CPU seconds (user and system) of a process and its children, and its peak memory in megabytes."""
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
