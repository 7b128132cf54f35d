"""One run through the outbox: send the mail that is due, and do the other tasks."""

from aws_lambda_powertools.metrics import MetricUnit

from adapters.logs import logger
from adapters.metrics import put_metric
from newsroom.errors import TransientError
from workflows import editor_mail, outbox, reader_mail
from workflows.outbox import OutboxRun


def drain(run: OutboxRun) -> int:
    """Do the due tasks of the outbox; return how many mails were sent.

    Raises TransientError, after all have been tried, if the mail to the editor failed, replies could not be released,
    or no mail could be sent at all: the error sets off the alarm. One reader's bad address does not.
    """
    tasks = outbox.due_tasks(run.moderation)
    editor_mail.send_editor_mail(run, tasks["held"])
    reader_mail.note_replies(run, tasks["reply"])
    reader_mail.mail_pending(run, tasks["mail"])
    outbox.release_replies(run, tasks["answers"])
    outbox.forget(run, tasks["forget"])
    if count := sum(map(len, tasks.values())):
        logger().info("outbox drained", tasks=count, sent=run.sent, postponed=len(run.postponed))
    for name, lost in (("MailsRefused", run.refused), ("MailsGivenUp", run.given_up)):
        if lost:
            put_metric(name, MetricUnit.Count, lost)
    nothing_can_be_sent = not run.sent and len(run.postponed) > 1
    failures = run.failed or (run.postponed if nothing_can_be_sent else [])
    if failures:
        raise TransientError(f"{len(failures)} tasks of the outbox failed: {failures[0]}")
    return run.sent
