"""The local cloud is open to clients of AWS on this machine, and to no web page."""

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.local import cloud as local
from infra.local import gate
from infra.local.cloud import REGION, LocalCloud
from tests import chromium

HOSTS = frozenset({"127.0.0.1:4566", "localhost:4566"})
CLIENT = {"host": "127.0.0.1:4566", "user-agent": "Boto3/1.44 md/Botocore"}
MAIL, RESET = "/_ministack/ses/messages", "/_ministack/reset"

installed = pytest.mark.skipif(not local.MINISTACK.exists(), reason="the local cloud is not installed")


@pytest.mark.parametrize(
    "path", ["/", "/bucket/key", "/_ministack/health", "/_aws/execute-api/a/$default/api/moderate"]
)
@pytest.mark.parametrize("host", sorted(HOSTS))
def test_clients_of_aws_come_in(path: str, host: str) -> None:
    assert gate.refusal(path, {**CLIENT, "host": host}, HOSTS, has_key=False) == ""


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:4566"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-mode": "no-cors"},
        {"sec-fetch-dest": "image"},
        {"referer": "https://evil.example/"},
        {"access-control-request-method": "PUT"},
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/bucket/key", "/_ministack/health", MAIL])
def test_browsers_do_not(sent: Mapping[str, str], path: str) -> None:
    assert "No web page" in gate.refusal(path, {**CLIENT, **sent}, HOSTS, has_key=False)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:4566", "127.0.0.1", "127.0.0.1:80", "127.0.0.2:4566", ""]
)
@pytest.mark.parametrize("has_key", [True, False])
def test_nobody_comes_in_who_calls_this_machine_by_another_name(host: str, has_key: bool) -> None:
    assert "another name" in gate.refusal("/", {**CLIENT, "host": host}, HOSTS, has_key=has_key)


@pytest.mark.parametrize(
    "path", [RESET, RESET + "/", "//_ministack/reset", "/_MINISTACK/reset", "/_localstack/state/reset"]
)
@pytest.mark.parametrize("has_key", [True, False])
def test_the_reset_is_for_nobody(path: str, has_key: bool) -> None:
    assert "not emptied" in gate.refusal(path, CLIENT, HOSTS, has_key=has_key)


@pytest.mark.parametrize(
    "path", [MAIL, "/_ministack/sqs/messages", "/_ministack/sns/sms-messages", "/_ministack/config", "/_localstack/x"]
)
def test_what_the_cloud_tells_of_itself_is_for_those_with_the_key(path: str) -> None:
    assert "key of this run" in gate.refusal(path, CLIENT, HOSTS, has_key=False)
    assert gate.refusal(path, CLIENT, HOSTS, has_key=True) == ""
    assert gate.refusal(path, {**CLIENT, "sec-fetch-site": "none"}, HOSTS, has_key=True) == ""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("gate") / "state") as running:
        running.client("sqs").create_queue(QueueName="kept")
        running.client("s3").create_bucket(Bucket="kept")
        yield running


def ask(cloud: LocalCloud, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    connection = HTTPConnection("127.0.0.1", cloud.port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with connection.getresponse() as answer:
        found = answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return found


@installed
@pytest.mark.xdist_group("local cloud")
def test_the_running_cloud_keeps_its_key_and_its_mail(cloud: LocalCloud) -> None:
    assert cloud.key not in {"test", ""}
    assert ask(cloud, MAIL)[0] == 403
    assert ask(cloud, f"{MAIL}?key=test")[0] == 403
    address = urlsplit(cloud.mail)
    status, body, _ = ask(cloud, f"{address.path}?{address.query}", sec_fetch_site="none", sec_fetch_mode="navigate")
    assert (status, set(json.loads(body))) == (200, {"messages"})
    assert ask(cloud, MAIL, **{gate.KEY_HEADER: cloud.key})[0] == 200
    assert ask(cloud, "/_ministack/sqs/messages")[0] == 403
    assert ask(cloud, RESET, "POST")[0] == 403
    assert ask(cloud, f"{RESET}?key={cloud.key}", "POST")[0] == 403
    assert cloud.client("sqs").list_queues()["QueueUrls"]


@installed
@pytest.mark.xdist_group("local cloud")
def test_no_answer_of_the_running_cloud_is_open_to_another_origin(cloud: LocalCloud) -> None:
    for method in ("OPTIONS", "GET", "POST", "PUT"):
        status, _, headers = ask(cloud, "/kept/x", method, origin="https://evil.example")
        assert status == 403
        assert not any(name.startswith("access-control-") for name in headers)
    assert ask(cloud, "/", host="evil.example")[0] == 403


@installed
@pytest.mark.xdist_group("local cloud")
@pytest.mark.parametrize("known", ["the key of this run", "nothing but cloud.json as the contract has it"])
def test_any_client_of_aws_can_look_in(cloud: LocalCloud, known: str) -> None:
    credentials = (
        cloud.credentials if "key" in known else {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    )
    for endpoint in (cloud.endpoint, cloud.endpoint.replace("127.0.0.1", "localhost")):
        client = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION, **credentials)
        assert client.list_queues()["QueueUrls"]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page of somebody else</title>")

    def log_message(self, *_: object) -> None:
        pass


TRIES = """
(async () => {
  const told = [];
  const say = async (name, asked) => {
    try { const answer = await asked(); told.push([name, answer.type, answer.status, await answer.text()]) }
    catch (problem) { told.push([name, 'refused', 0, '']) }
  };
  await say('reset', () => fetch('ENDPOINT/_ministack/reset', {method: 'POST', mode: 'no-cors'}));
  await say('mail', () => fetch('ENDPOINT/_ministack/ses/messages'));
  await say('queues', () => fetch('ENDPOINT/_ministack/sqs/messages'));
  await say('health', () => fetch('ENDPOINT/_ministack/health'));
  await say('signed', () => fetch('SIGNED'));
  await say('signed, in silence', () => fetch('SIGNED', {mode: 'no-cors'}));
  await say('json', () => fetch('ENDPOINT/', {method: 'POST', body: '{}', headers: {
    'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0',
    'authorization':
      'AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=a'}}));
  await say('form', () => fetch('ENDPOINT/', {method: 'POST', mode: 'no-cors', body: new URLSearchParams({
    Action: 'DeleteQueue', QueueUrl: 'ENDPOINT/000000000000/kept', Version: '2012-11-05'})}));
  return told;
})()
"""


@installed
@pytest.mark.xdist_group("local cloud")
@pytest.mark.skipif(not chromium.FOUND, reason="there is no Chromium here")
def test_a_page_of_another_origin_gets_nothing_and_changes_nothing(cloud: LocalCloud, tmp_path: Path) -> None:
    delete = AWSRequest("GET", f"{cloud.endpoint}/", params={"Action": "DeleteQueue", "Version": "2012-11-05",
                        "QueueUrl": f"{cloud.endpoint}/000000000000/kept"})  # fmt: skip
    SigV4QueryAuth(Credentials("test", "test"), "sqs", REGION).add_auth(delete)
    tries = TRIES.replace("SIGNED", delete.prepare().url).replace("ENDPOINT", cloud.endpoint)
    other = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    Thread(target=other.serve_forever, args=[0.1], daemon=True).start()
    with chromium.Chromium(tmp_path / "profile") as browser:
        browser.ask("Page.navigate", url=f"http://127.0.0.1:{other.server_port}/")
        browser.until("Page.loadEventFired")
        told = browser.run(tries)
        direct = []
        for path in (MAIL, "/_ministack/health"):
            browser.ask("Page.navigate", url=cloud.endpoint + path)
            browser.until("Page.loadEventFired")
            direct.append(browser.run("document.body.innerText"))
    other.shutdown()
    other.server_close()
    assert len(told) == 8
    assert {name: text for name, _, _, text in told if text} == {}
    assert {kind for _, kind, _, _ in told} <= {"refused", "opaque"}
    assert all("No web page may use the local cloud" in text for text in direct)
    assert [url.rpartition("/")[2] for url in cloud.client("sqs").list_queues()["QueueUrls"]] == ["kept"]
    assert [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]] == ["kept"]
