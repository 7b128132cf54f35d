"""Mail, as plain text, through SES."""

from botocore.exceptions import BotoCoreError, ClientError

from adapters.clients import sesv2
from newsroom.discussing.mailbag import Mail
from newsroom.errors import TransientError


def send(mail: Mail, sender: str) -> None:
    """Hand one mail to SES. A call whose answer was lost may have sent it.

    Raises TransientError when SES does not take it; the error names no address, for it will be logged.
    """
    try:
        sesv2().send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [mail.to]},
            Content={
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": mail.text, "Charset": "UTF-8"}},
                    "Headers": [{"Name": name, "Value": value} for name, value in mail.headers.items()],
                }
            },
        )
    except ClientError as problem:
        raise TransientError(f"the mail was not taken: {problem.response['Error']['Code']}") from None
    except BotoCoreError as problem:
        raise TransientError(f"the mail was not taken: {type(problem).__name__}") from None
