"""The only room where boto3 appears: tables, buckets, queues and the clock."""
