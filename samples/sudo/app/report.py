"""Prints an object of an S3 bucket."""

import boto3

s3 = boto3.client("s3")
print(s3.get_object(Bucket="example-bucket", Key="greeting.txt")["Body"].read().decode())
