"""What is sent to the local cloud, and what STATE/cloud.json says about it."""

from infra import pack, template
from infra.local.__main__ import describe


def test_each_function_is_given_the_place_of_its_zip_and_nothing_else_changes() -> None:
    whole = template.load()
    places = {f"{verb}.zip": f"s3://artifacts/{verb}/123.zip" for verb in pack.verbs()}
    placed = template.with_code(whole, places)
    functions = template.resources(placed, "AWS::Serverless::Function")
    assert {function["CodeUri"] for function in functions.values()} == set(places.values())
    for function in functions.values():
        function["CodeUri"] = f"../build/{function['CodeUri'].split('/')[3]}.zip"
    assert placed == whole == template.load()


def test_cloud_json_tells_any_client_where_everything_is() -> None:
    outputs = {
        "SiteUrl": "http://127.0.0.1:8080",
        "UploadBucket": "u",
        "SiteBucket": "s",
        "DistributionId": "E1",
        "NewsTable": "n",
        "PrivateTable": "p",
        "SecretTable": "k",
        "UploadQueue": "http://127.0.0.1:4566/0/up",
        "UploadDlq": "http://127.0.0.1:4566/0/dead",
    }
    assert describe("http://127.0.0.1:4566", "http://127.0.0.1:8080", outputs) == {
        "endpoint": "http://127.0.0.1:4566",
        "region": "us-east-1",
        "site_url": "http://127.0.0.1:8080",
        "api_url": "http://127.0.0.1:8080/api",
        "buckets": {"upload": "u", "site": "s"},
        "queues": {"upload": "http://127.0.0.1:4566/0/up", "upload_dlq": "http://127.0.0.1:4566/0/dead"},
        "tables": {"news": "n", "private": "p", "secret": "k"},
        "distribution": "E1",
    }


def test_the_template_puts_out_everything_the_laptop_and_the_desk_look_for() -> None:
    outputs = template.load()["Outputs"].keys()
    held = ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table")
    assert {name for kind in held for name in template.resources(template.load(), kind)} < outputs
