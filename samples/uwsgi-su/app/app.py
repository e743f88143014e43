"""A page that shows an object of an S3 bucket."""

import boto3


def application(environ, start_response):
    s3 = boto3.client("s3")
    page = s3.get_object(Bucket="example-bucket", Key="greeting.txt")["Body"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [page]
