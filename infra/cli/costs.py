"""The costs of the newsroom: counted calls times public prices.

COUNTED holds the calls that our own handlers make to AWS; tests/test_price_list.py counts them, and fails if they
change. PRICES are the prices of us-east-1 without any free tier, on the day they were looked up: check them
before you rely on them. Each line is shown beside its floor: the PUTs of the objects that really changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

AS_OF = "2026-11"
PRICES = {
    "put": 5.00e-6,  # S3: PUT and LIST, each
    "get": 0.40e-6,  # S3: GET and HEAD, each
    "read": 0.125e-6,  # DynamoDB on demand: a read unit, four kilobytes read strongly
    "write": 0.625e-6,  # DynamoDB on demand: a write unit, one kilobyte; two in a transaction
    "message": 0.40e-6,  # SQS: a request
    "run": 0.20e-6,  # Lambda: an invocation
    "gb_second": 13.3334e-6,  # Lambda on arm64
    "api": 1.00e-6,  # HTTP API: a request
    "tick": 1.00e-6,  # EventBridge Scheduler: an invocation
    "mail": 0.10e-3,  # SES
    "alarm": 0.10,  # CloudWatch: a month
    "dashboard": 3.00,  # CloudWatch: a month; AWS's permanent free tier includes three of up to 50 metrics
    "metric": 0.30,  # CloudWatch: a metric of our own, a month in which it is sent every hour
    "log_gigabyte": 0.50 + 0.03,  # CloudWatch: ingested, and kept for a month
    "secret": 0.40,  # Secrets Manager: a month
    "key_use": 3.00e-6,  # KMS: a use of a key, even of AWS's own key
    "backup_gigabyte": 0.20,  # DynamoDB: a gigabyte of a table that can be restored to any second
    "view": 1.00e-6,  # CloudFront: a request over HTTPS
    "edge_run": 0.10e-6,  # CloudFront: an invocation of a function
    "gigabyte_out": 0.085,  # CloudFront: to readers
    "gigabyte_month": 0.023 + 0.25,  # S3 and DynamoDB: kept a month, in each
}
"""USD for one of each."""
NAMES = {
    "put": "PUT", "get": "HEAD and GET", "read": "reads of the table", "write": "writes to the table",
    "message": "messages", "run": "Lambda, runs", "gb_second": "Lambda, GB seconds", "api": "API requests",
    "tick": "clock", "mail": "mail", "alarm": "alarms", "dashboard": "dashboard", "metric": "metrics",
    "log_gigabyte": "logs", "secret": "secret", "key_use": "keys", "backup_gigabyte": "backups",
    "view": "CloudFront, requests",
    "edge_run": "CloudFront, functions", "gigabyte_out": "CloudFront, gigabytes", "gigabyte_month": "storage",
}  # fmt: skip

Amounts = Mapping[str, float]

COUNTED: dict[str, Amounts] = {
    "publish": {
        "changed": 31,
        "gb_second": 0.4,
        "get": 32,
        "message": 8,
        "put": 31,
        "read": 123,
        "run": 5,
        "write": 71,
    },
    "edit": {"changed": 29, "gb_second": 0.4, "get": 30, "message": 8, "put": 29, "read": 114, "run": 5, "write": 56},
    "comment": {
        "changed": 4,
        "gb_second": 0.48,
        "get": 4,
        "message": 6,
        "put": 4,
        "read": 34,
        "run": 6,
        "write": 39,
        "api": 1,
    },
    "minute": {"read": 7},
    "unchanged page": {
        "changed": 0.0,
        "gb_second": 0.005,
        "get": 0.4069,
        "message": 0.0207,
        "put": 0.0414,
        "read": 5.9655,
        "run": 0.0276,
        "write": 0.1517,
    },
    "changed page": {
        "changed": 0.9931,
        "gb_second": 0.005,
        "get": 0.4069,
        "message": 0.0207,
        "put": 1.0276,
        "read": 5.9655,
        "run": 0.0276,
        "write": 0.1931,
    },
}
"""The amounts of each task, by the names in PRICES, and `changed`: the number of objects that changed."""

SECONDS_A_RUN = 0.08  # assumed: with one gigabyte of memory, mostly waiting for responses
SECONDS_A_PAGE = 0.005  # assumed, for a rebuild: the same, with sixteen calls to S3 at once
MINUTES = 60 * 24 * 30  # a month
POLLS = 5 * 3 * MINUTES  # a month: Lambda keeps five long polls of twenty seconds open at each queue


@dataclass(frozen=True)
class Deployed:
    """The resources that cost money even when idle. A test compares them with the template.

    queues: queues that Lambda polls. watched: queues whose length is read every five minutes. ticking: the gigabytes of
    each function that runs every minute. keyed: tables with a KMS key. routes: routes with metrics of their own.
    rebuilds: rebuilds of every page in a month.
    """

    alarms: int
    dashboards: int
    secrets: int
    queues: int
    watched: int
    ticking: tuple[float, ...]
    keyed: int
    routes: int
    rebuilds: float


DEPLOYED = Deployed(
    alarms=5, dashboards=0, secrets=0, queues=4, watched=10, ticking=(1.0, 0.5), keyed=0, routes=0, rebuilds=30 / 7
)
PAGES = 10_000  # assumed: of the idle site
KEPT = 0.1  # assumed: gigabytes in S3, and as many in the tables
LOGGED = 0.005  # assumed: gigabytes of logs, of a site whose ticks find nothing to do
METRICS_A_ROUTE = 6  # that DetailedMetricsEnabled keeps
VIEW_BYTES = 9_000  # assumed: a compressed article with its style; most styles come from readers' own caches
REQUESTS_A_VIEW = 1.5


@dataclass(frozen=True)
class Line:
    """One price: its task, its amounts, and the number of objects that really changed."""

    what: str
    amounts: Amounts
    changed: float = 0
    parts: dict[str, float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.parts.update({name: PRICES[name] * amount for name, amount in self.amounts.items() if amount})

    @property
    def usd(self) -> float:
        return sum(self.parts.values())

    @property
    def floor(self) -> float:
        """The price of the PUTs of the changed objects; no system that keeps pages in S3 pays less."""
        return self.changed * PRICES["put"]

    @property
    def ratio(self) -> float | None:
        return self.usd / self.floor if self.floor else None

    @property
    def dearest(self) -> str:
        """The largest part of the price, with its share."""
        name = max(self.parts, key=lambda part: self.parts[part])
        return f"{NAMES[name]} ({self.parts[name] / self.usd:.0%})"


def times(amounts: Amounts, factor: float) -> Amounts:
    """Return every amount multiplied by a factor."""
    return {name: factor * amount for name, amount in amounts.items()}


def idle(deployed: Deployed) -> Amounts:
    """Return the amounts of a month without writers and readers."""
    ticks = len(deployed.ticking) * MINUTES
    amounts = {
        "alarm": deployed.alarms, "dashboard": deployed.dashboards, "secret": deployed.secrets,
        "tick": ticks, "run": ticks,
        "message": deployed.queues * POLLS + deployed.watched * MINUTES / 5,
        "gb_second": sum(deployed.ticking) * MINUTES * SECONDS_A_RUN,
        "read": MINUTES * COUNTED["minute"]["read"],
        "gigabyte_month": KEPT, "backup_gigabyte": KEPT, "log_gigabyte": LOGGED,
        "key_use": deployed.keyed * MINUTES / 5,  # DynamoDB requests a table's key every five minutes
        "metric": deployed.routes * METRICS_A_ROUTE + deployed.rebuilds / (24 * 30),  # drift, sent once a rebuild
    }  # fmt: skip
    for name, amount in COUNTED["unchanged page"].items():
        if name != "changed":
            amounts[name] = amounts.get(name, 0) + deployed.rebuilds * PAGES * amount
    return amounts


def price_list() -> list[Line]:
    """Return every line, in order."""
    views = {"view": 1e6 * REQUESTS_A_VIEW, "edge_run": 2e6 * REQUESTS_A_VIEW, "gigabyte_out": VIEW_BYTES / 1e3}
    lines = [Line("an idle month", idle(DEPLOYED)), _counted("one publish", "publish"), _counted("one edit", "edit"),
             _counted("1,000 comments, each approved", "comment", 1_000)]  # fmt: skip
    for pages in (10_000, 1_000_000):
        lines.append(_counted(f"a rebuild of {pages:,} pages, none changed", "unchanged page", pages))
        lines.append(_counted(f"a rebuild of {pages:,} pages, all changed", "changed page", pages))
    return [*lines, Line("1,000,000 views", views)]


def _counted(what: str, name: str, factor: float = 1) -> Line:
    amounts = times(COUNTED[name], factor)
    return Line(what, {part: amount for part, amount in amounts.items() if part != "changed"}, amounts["changed"])


def as_table(lines: list[Line]) -> str:
    """Return the list as Markdown, as infra/README.md has it."""
    rows = [
        (line.what, _usd(line.usd), _usd(line.floor) if line.floor else "–",
         f"{line.ratio:.2f}" if line.ratio else "–", line.dearest)
        for line in lines
    ]  # fmt: skip
    head = ("", "USD", "floor", "ratio", "mostly")
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---", "---:", "---:", "---:", "---"), *rows))


def _usd(amount: float) -> str:
    return f"{amount:.2f}" if amount >= 1 else f"{amount:.6f}"
