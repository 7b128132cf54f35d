"""Ids, hashes and signatures, all keyed with the paper's secrets, so that nobody else can make them.

Editors' links are signed with a secret that the function that receives comments cannot read. Each purpose also has its
own key, so that a token made for one purpose is not valid for another.
"""

import json
from hashlib import blake2b, sha256
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Self, TypedDict

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from newsroom.comment import Action
from newsroom.mail_addresses import compared


class Secret(str):
    """A secret of the paper. Its own text is the key of values that must never change: ids and writers' hashes.

    signing: the keys of tokens that people hold, receipts and links. The last one signs, and all of them verify.
    """

    signing: list[str]

    def __new__(cls, own: str, signing: list[str]) -> Self:
        secret = super().__new__(cls, own)
        secret.signing = signing
        return secret


class ModerationAction(TypedDict):
    """The content of a moderation link. `expires` is in seconds since 1970."""

    comment: str
    action: Action
    rev: int  # of the comment when the link was made; if it differs, the link was used or the comment changed
    expires: int


def keyed_hash(secret: str, purpose: str, *parts: str, size: int = 16) -> str:
    """Hash the parts, so that nobody without the secret can make the hash or test a guess; `size` bytes, as hex."""
    key = blake2b(secret.encode(), digest_size=32, person=purpose.encode()).digest()
    return blake2b(json.dumps(parts).encode(), key=key, digest_size=size).hexdigest()


def writer_hash(secret: str, email: str) -> str:
    """Return the hash that finds one writer's comments without their address."""
    return keyed_hash(secret, "writer", compared(email))


def comment_id(secret: str, *, article: str, author: str, email: str, parent: str | None, text: str, once: str) -> str:
    """Return a comment's id: the same id if the same comment is sent again.

    once: the caller's idempotency key, or the period in which the same text again is one comment.
    """
    return keyed_hash(secret, "comment", article, author, compared(email), parent or "", text, once, size=12)


def address_hash(secret: str, address: str, day: str) -> str:
    """Hash a network address for storage: it cannot be compared across days."""
    return keyed_hash(secret, "address", network_of(address), day)


def network_of(address: str) -> str:
    """Return the network that one reader has alone: an IPv4 address, or the first half of an IPv6 address.

    >>> network_of("2001:db8:1:2:3::4"), network_of("::ffff:203.0.113.7")
    ('2001:db8:1:2::/64', '203.0.113.7')
    """
    try:
        network_address = ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(network_address, IPv4Address):
        return str(network_address)
    return str(network_address.ipv4_mapped or IPv6Network((int(network_address) >> 64 << 64, 64)))


def receipt_token(secret: str, comment: str) -> str:
    """Return the name of a comment's receipt page, which nobody can guess."""
    return _signer(secret).sign(comment).decode()


def comment_of_receipt(secret: str, receipt: str) -> str | None:
    """Return the comment id of a receipt; None for a receipt we never issued."""
    try:
        comment = _signer(secret).unsign(receipt).decode()
    except (BadSignature, UnicodeError):
        return None
    given = [receipt_token(key, comment) for key in _signing(secret)]
    return comment if receipt in given else None  # base64 ignores text after its end


def moderation_token(secret: str, signed_action: ModerationAction) -> str:
    """Encode a moderation action for a link."""
    return _sealed(
        secret,
        "moderate",
        [signed_action["comment"], signed_action["action"], signed_action["rev"], signed_action["expires"]],
    )


def action_of_token(secret: str, token: str) -> ModerationAction | None:
    """Decode a link's moderation action; None for a link we never made. The caller has to check the expiry."""
    try:
        comment, action, rev, expires = _serializer(secret, "moderate").loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    signed_action: ModerationAction = {"comment": comment, "action": action, "rev": rev, "expires": expires}
    return signed_action if token in [moderation_token(key, signed_action) for key in _signing(secret)] else None


def unsubscribe_token(secret: str, writer: str) -> str:
    """Encode a link that lets a reader stop the mail. writer: the hash of their address."""
    return _sealed(secret, "unsubscribe", writer)


def writer_of_unsubscribe_token(secret: str, token: str) -> str | None:
    """Return the reader of an unsubscribe link; None for a link we never made."""
    return _unsealed_text(secret, "unsubscribe", token)


def subscribe_token(secret: str, writer: str) -> str:
    """Encode a link that lets a reader ask for mail. Only mail to their address holds it."""
    return _sealed(secret, "subscribe", writer)


def writer_of_subscribe_token(secret: str, token: str) -> str | None:
    """Return the reader of a subscribe link; None for a link we never made."""
    return _unsealed_text(secret, "subscribe", token)


def held_page_token(secret: str, expires: int) -> str:
    """Encode a link to the moderation queue. expires: in seconds since 1970."""
    return _sealed(secret, "held", expires)


def expiry_of_held_page_token(secret: str, token: str) -> int | None:
    """Return the expiry of a link to the moderation queue; None for a link we never made."""
    try:
        expires = _serializer(secret, "held").loads(token)
    except (BadSignature, ValueError):
        return None
    return expires if isinstance(expires, int) and token in _all_sealed(secret, "held", expires) else None


def _unsealed_text(secret: str, purpose: str, token: str) -> str | None:
    try:
        text = _serializer(secret, purpose).loads(token)
    except (BadSignature, ValueError):
        return None
    return text if isinstance(text, str) and token in _all_sealed(secret, purpose, text) else None


def _all_sealed(secret: str, purpose: str, value: object) -> list[str]:
    """Encode a value for a link with each of the keys that verify."""
    return [_sealed(key, purpose, value) for key in _signing(secret)]


def _signer(secret: str) -> Signer:
    return Signer(_signing(secret), salt="receipt", digest_method=sha256)


def _sealed(secret: str, purpose: str, value: object) -> str:
    sealed: str = _serializer(secret, purpose).dumps(value)
    return sealed


def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(_signing(secret), salt=purpose, signer_kwargs={"digest_method": sha256})


def _signing(secret: str) -> list[str]:
    return secret.signing if isinstance(secret, Secret) else [secret]
