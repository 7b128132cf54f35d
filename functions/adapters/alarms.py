"""Alarm mail to the operator, through the same topic as CloudWatch's own alarms."""

from adapters.clients import setting, sns


def publish_alarm(subject: str, text: str) -> None:
    """Mail the operator. Do nothing if no topic is configured."""
    if topic := setting("ALARM_TOPIC", ""):
        sns().publish(TopicArn=topic, Subject=f"Broadsheet: {subject}"[:100], Message=text)
