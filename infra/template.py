"""Read template.yaml as it is deployed: short forms (!Ref, !Sub, …) and aliases expanded, edge functions in place.

CloudFormation reads neither aliases nor files, so `with_code` and `load` together make what is sent to it.
"""

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("template.yaml")


class _Loader(yaml.SafeLoader):
    """A separate loader, so that only this module knows the short forms."""


def _written_out(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    construct: dict[type[yaml.Node], Callable[[Any], Any]] = {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: lambda sequence: loader.construct_sequence(sequence, deep=True),
        yaml.MappingNode: lambda mapping: loader.construct_mapping(mapping, deep=True),
    }
    value = construct[type(node)](node)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _written_out)


def load(path: Path = PATH) -> dict[str, Any]:
    """Return the template as plain dictionaries and lists."""
    template: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - it is a SafeLoader
    for function in resources(template, "AWS::CloudFront::Function").values():
        function["FunctionCode"] = (path.parent / function["FunctionCode"]).read_text(encoding="utf-8")
    return template


def with_code(whole: dict[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """Return the template with each function's CodeUri replaced by the place of its zip.

    places: a URI, s3://bucket/key, or a path from the template's folder, by the zip's file name.
    """
    placed = copy.deepcopy(whole)
    for properties in resources(placed, "AWS::Serverless::Function").values():
        properties["CodeUri"] = places[Path(properties["CodeUri"]).name]
    return placed


def resources(template: dict[str, Any], of_type: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type, by logical name."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == of_type
    }


SITE_HEADERS, API_HEADERS = "SiteHeaders", "ApiHeaders"
"""The policies with which CloudFront adds headers: to the site, and to the API."""


def security_headers(template: dict[str, Any], policy: str = SITE_HEADERS) -> dict[str, str]:
    """Return the headers that CloudFront adds to every response, by lower-case name."""
    config = template["Resources"][policy]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    headers = {
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "x-content-type-options": "nosniff",
        "x-frame-options": security["FrameOptions"]["FrameOption"],
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={transport['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if transport.get("IncludeSubdomains") else ""),
    }
    return headers | {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}


def yielding_headers(template: dict[str, Any], policy: str = SITE_HEADERS) -> frozenset[str]:
    """Return the security headers that CloudFront does not override if the response has its own."""
    config = template["Resources"][policy]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    return frozenset({"referrer-policy"} if not security["ReferrerPolicy"]["Override"] else ())


def api_request_headers(template: dict[str, Any]) -> frozenset[str]:
    """Return the request headers that CloudFront forwards to the API, in lower case."""
    (policy,) = resources(template, "AWS::CloudFront::OriginRequestPolicy").values()
    return frozenset(policy["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"])
