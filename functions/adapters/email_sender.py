"""Mail, as plain text, through SES."""

from email.header import Header
from email.utils import formataddr, parseaddr

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from adapters.clients import sesv2
from newsroom.comments.notifications import Mail
from newsroom.errors import PermanentError, TransientError
from newsroom.mail_addresses import NotAnAddress, deliverable

_FOR_GOOD = ("BadRequest", "MessageRejected", "InvalidParameter", "Validation")
"""How the codes of refusals begin that the same mail will meet again. All others pass: throttles, quotas, missing
rights, an account that SES has stopped."""


def send(mail: Mail, sender: str) -> None:
    """Hand one mail to SES. A call whose answer was lost may have sent it.

    Raises PermanentError when SES will never take it, and TransientError when it does not take it now; neither names
    an address, for they will be logged.
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
    """The sender's address with a name before it: in quotes, or encoded where it is not ASCII."""
    if not name or parseaddr(sender)[0]:
        return sender
    if name.isascii():
        return formataddr((name, sender))
    words = Header(name, "utf-8", maxlinelen=75).encode(linesep="").split()
    return f"{' '.join(words)} <{sender}>"
