"""The only package that uses boto3: tables, buckets, queues and the clock."""
