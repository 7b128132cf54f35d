"""What the operator is mailed, through the topic that CloudWatch's own alarms go to."""

from adapters.clients import setting, sns


def publish_alarm(subject: str, text: str) -> None:
    """Mail whoever watches the newsroom. Where there is no topic, nobody does."""
    if topic := setting("ALARM_TOPIC", ""):
        sns().publish(TopicArn=topic, Subject=f"Broadsheet: {subject}"[:100], Message=text)
