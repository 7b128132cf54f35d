"""Mail, as plain text, through SES."""

from email.header import Header
from email.utils import formataddr, parseaddr

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from adapters.clients import sesv2
from newsroom.comments.notifications import Mail
from newsroom.errors import PermanentError, TransientError
from newsroom.mail_addresses import NotAnAddress, deliverable

_FOR_GOOD = ("BadRequest", "MessageRejected", "InvalidParameter", "Validation")
"""Prefixes of the error codes of permanent refusals. All other errors are temporary: throttles, quotas, missing
permissions, an account that SES has suspended."""


def send(mail: Mail, sender: str) -> None:
    """Send one mail through SES. If the response was lost, the mail may still have been sent.

    Raises PermanentError if SES will never accept the mail, and TransientError if SES does not accept it now. Neither
    error names an address, because errors are logged.
    """
    try:
        to = deliverable(mail.to)
    except NotAnAddress:
        raise PermanentError("the mail cannot be sent: NotAnAddress") from None
    try:
        sesv2().send_email(
            FromEmailAddress=_named(mail.from_name, sender),
            Destination={"ToAddresses": [to]},
            ReplyToAddresses=[mail.reply_to] if mail.reply_to else [],
            Content={
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": mail.text, "Charset": "UTF-8"}},
                    "Headers": [{"Name": name, "Value": value} for name, value in mail.headers.items()],
                }
            },
        )
    except ClientError as problem:
        code = problem.response["Error"]["Code"]
        if code.startswith(_FOR_GOOD):
            raise PermanentError(f"the mail was refused: {code}") from None
        raise TransientError(f"the mail was not taken: {code}") from None
    except ParamValidationError as problem:
        raise PermanentError(f"the mail was refused: {type(problem).__name__}") from None
    except BotoCoreError as problem:
        raise TransientError(f"the mail was not taken: {type(problem).__name__}") from None


def _named(name: str, sender: str) -> str:
    """Return the sender's address with a name before it. The name is in quotes, or encoded if it is not ASCII."""
    if not name or parseaddr(sender)[0]:
        return sender
    if name.isascii():
        return formataddr((name, sender))
    words = Header(name, "utf-8", maxlinelen=75).encode(linesep="").split()
    return f"{' '.join(words)} <{sender}>"
