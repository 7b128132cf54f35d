"""The paper's one secret, asked for once and kept while the function is warm."""

from functools import cache

from adapters.clients import secretsmanager


@cache
def secret(id: str) -> str:
    """A secret's text, by its name or ARN."""
    return secretsmanager().get_secret_value(SecretId=id)["SecretString"]
