"""What a policy grants is worked out as AWS would."""

import pytest

from tests.infra.grants import Wish, granted

STATEMENTS = [
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [{"Fn::Sub": "${Bucket.Arn}/articles/*"}]},
    {"Effect": "Allow", "Action": "sqs:SendMessage*", "Resource": {"Fn::GetAtt": ["Queue", "Arn"]}},
    {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": {"Fn::GetAtt": ["Table", "Arn"]},
        "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TALK#*", "SITE"]}},
    },
]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish("s3:GetObject", "Bucket", "articles/a.md"), True),
        (Wish("s3:GetObject", "Bucket", "receipts/a.json"), False),
        (Wish("s3:GetObject", "Other", "articles/a.md"), False),
        (Wish("s3:PutObject", "Bucket", "articles/a.md"), False),
        (Wish("sqs:SendMessageBatch", "Queue"), True),
        (Wish("sqs:ReceiveMessage", "Queue"), False),
        (Wish("dynamodb:GetItem", "Table", leading_key="TALK#ferry"), True),
        (Wish("dynamodb:GetItem", "Table", leading_key="COMMENT#1"), False),
    ],
)
def test_a_wish_is_granted_where_action_resource_and_condition_fit(wish: Wish, expected: bool) -> None:
    assert granted(STATEMENTS, wish) is expected


def test_a_cloud_that_knows_no_conditions_grants_more() -> None:
    assert granted(STATEMENTS, Wish("dynamodb:GetItem", "Table", leading_key="COMMENT#1"), with_conditions=False)
