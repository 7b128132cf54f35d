"""Metrics of the newsroom, written as lines of the log that CloudWatch reads."""

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


def put_metric(name: str, unit: MetricUnit, *values: float) -> None:
    """Write one metric, with the function's name as its dimension."""
    metrics = EphemeralMetrics()
    for value in values:
        metrics.add_metric(name, unit, value)
    metrics.flush_metrics()
