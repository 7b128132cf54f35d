"""The template, the local newsroom and the command line: all code that is not a function."""

from typing import Any

JsonObject = dict[str, Any]
"""A JSON object that another program wrote or reads: a response of AWS, the template, STATE/cloud.json."""
