"""What only the paper can make: ids, hashes and signatures, all keyed with its secrets.

Links of editors are signed with a secret that whoever takes readers' comments cannot read. Beside that each purpose has
a key of its own, so that nothing made for one can be shown for another.
"""

import json
from hashlib import blake2b, sha256
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Self, TypedDict

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from newsroom.comment import Action
from newsroom.mail_addresses import compared


class Secret(str):
    """What only the paper knows. Its own text keys what must stay the same for ever: ids, and who wrote what.

    signing: the keys of what people hold, receipts and links; the last one signs, and all of them are believed.
    """

    signing: list[str]

    def __new__(cls, own: str, signing: list[str]) -> Self:
        secret = super().__new__(cls, own)
        secret.signing = signing
        return secret


class ModerationAction(TypedDict):
    """What a moderation link stands for. `expires` is in seconds since 1970."""

    comment: str
    action: Action
    rev: int  # of the comment when the link was made; at another it is used, or the comment has changed
    expires: int


def keyed_hash(secret: str, purpose: str, *parts: str, size: int = 16) -> str:
    """A hash of the parts that nobody without the secret can make or test a guess against; `size` bytes, as hex."""
    key = blake2b(secret.encode(), digest_size=32, person=purpose.encode()).digest()
    return blake2b(json.dumps(parts).encode(), key=key, digest_size=size).hexdigest()


def writer_hash(secret: str, email: str) -> str:
    """What one writer's comments are found by, without their address."""
    return keyed_hash(secret, "writer", compared(email))


def comment_id(secret: str, *, article: str, author: str, email: str, parent: str | None, text: str, once: str) -> str:
    """A comment's id: the same for the same comment sent again.

    once: the caller's own key for this sending, or the stretch of time in which saying the same again is one comment.
    """
    return keyed_hash(secret, "comment", article, author, compared(email), parent or "", text, once, size=12)


def address_hash(secret: str, address: str, day: str) -> str:
    """A network address as we keep it: nobody can tell tomorrow whether it is the same one."""
    return keyed_hash(secret, "address", network_of(address), day)


def network_of(address: str) -> str:
    """The network that one reader has to themselves: an address of IPv4, the first half of one of IPv6.

    >>> network_of("2001:db8:1:2:3::4"), network_of("::ffff:203.0.113.7")
    ('2001:db8:1:2::/64', '203.0.113.7')
    """
    try:
        found = ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))


def receipt_token(secret: str, comment: str) -> str:
    """The name of a comment's receipt page, which nobody can guess."""
    return _signer(secret).sign(comment).decode()


def comment_of_receipt(secret: str, receipt: str) -> str | None:
    """The comment a receipt is of; None for a receipt we never gave."""
    try:
        comment = _signer(secret).unsign(receipt).decode()
    except (BadSignature, UnicodeError):
        return None
    given = [receipt_token(key, comment) for key in _signing(secret)]
    return comment if receipt in given else None  # base64 overlooks what follows its end


def moderation_token(secret: str, signed_action: ModerationAction) -> str:
    """An errand as a link carries it."""
    return _sealed(
        secret,
        "moderate",
        [signed_action["comment"], signed_action["action"], signed_action["rev"], signed_action["expires"]],
    )


def action_of_token(secret: str, token: str) -> ModerationAction | None:
    """What a link stands for; None for one we never made. Whether it has expired is the caller's to see."""
    try:
        comment, action, rev, expires = _serializer(secret, "moderate").loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    signed_action: ModerationAction = {"comment": comment, "action": action, "rev": rev, "expires": expires}
    return signed_action if token in [moderation_token(key, signed_action) for key in _signing(secret)] else None


def unsubscribe_token(secret: str, writer: str) -> str:
    """A reader who may ask for no more mail, by the hash of their address, as a link carries it."""
    return _sealed(secret, "unsubscribe", writer)


def writer_of_unsubscribe_token(secret: str, token: str) -> str | None:
    """The reader an unsubscribe link is of; None for one we never made."""
    return _unsealed_text(secret, "unsubscribe", token)


def subscribe_token(secret: str, writer: str) -> str:
    """A reader who may ask for mail, as a link carries it. Only mail to their address holds it."""
    return _sealed(secret, "subscribe", writer)


def writer_of_subscribe_token(secret: str, token: str) -> str | None:
    """The reader a subscribe link is of; None for one we never made."""
    return _unsealed_text(secret, "subscribe", token)


def held_page_token(secret: str, expires: int) -> str:
    """The page of all that is held, as a link carries it. expires: in seconds since 1970."""
    return _sealed(secret, "held", expires)


def expiry_of_held_page_token(secret: str, token: str) -> int | None:
    """When a link to the page of all that is held expires; None for one we never made."""
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
    """A value as a link carries it, by each of the keys that are believed."""
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
