"""Each SDK's message and the cause that it is read as. botocore's are made by botocore; the others are what the sources say."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from fargate_patch.diagnosis.causes import BY_NAME
from fargate_patch.diagnosis.messages import MESSAGES
from fargate_patch.diagnosis.reading import diagnose

if TYPE_CHECKING:
    from collections.abc import Iterator

RELATIVE, FULL = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"
TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
PYTHON = "Python (botocore, boto3, AWS CLI)"
REGION = {"AWS_DEFAULT_REGION": "eu-west-1"}


def causes(log: str) -> list[tuple[str, str]]:
    return [(d.cause.name, d.message.sdk) for d in diagnose(io.BytesIO(log.encode()))]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """No credentials from anywhere, no endpoint that answers, no waiting between attempts."""
    pytest.importorskip("botocore", reason="botocore is in the group dev")
    from botocore.exceptions import EndpointConnectionError
    from botocore.httpsession import URLLib3Session
    from botocore.utils import ContainerMetadataFetcher

    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)

    def refuse(_self: object, request: object) -> None:
        raise EndpointConnectionError(endpoint_url=getattr(request, "url", ""), error="refused")

    monkeypatch.setattr(URLLib3Session, "send", refuse)
    yield monkeypatch


@pytest.mark.parametrize(
    ("variables", "cause"),
    [
        (REGION, "absent"),
        ({}, "region"),
        ({**REGION, RELATIVE: ""}, "empty"),
        ({**REGION, RELATIVE: f"${RELATIVE}"}, "literal"),
        ({**REGION, RELATIVE: "/v2/credentials/4d1f"}, "unreachable"),
        ({**REGION, FULL: ""}, "full-uri"),
        ({**REGION, FULL: "http://example.com/"}, "full-uri"),
        ({**REGION, FULL: "http://127.0.0.1/x", TOKEN_FILE: ""}, "token-file"),
        ({**REGION, FULL: "http://127.0.0.1/x", TOKEN_FILE: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"}, "token-file"),
        ({**REGION, "AWS_PROFILE": "prod"}, "profile"),
        ({**REGION, "AWS_ACCESS_KEY_ID": "x"}, "half-keys"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_botocore_really_says(bare: pytest.MonkeyPatch, variables: dict[str, str], cause: str) -> None:
    import botocore.session

    for name, value in variables.items():
        bare.setenv(name, value)
    with pytest.raises(Exception) as raised:
        botocore.session.Session().create_client("sqs").list_queues()
    assert causes(f"{raised.type.__name__}: {raised.value}") == [(cause, PYTHON)]


@pytest.mark.parametrize(("status", "body", "cause"), [
    (404, "404 page not found", "empty"),
    (403, "denied", "refused"),
])  # fmt: skip
def test_what_botocore_says_of_an_answer(bare: pytest.MonkeyPatch, status: int, body: str, cause: str) -> None:
    from types import SimpleNamespace

    from botocore.httpsession import URLLib3Session
    from botocore.utils import ContainerMetadataFetcher, MetadataRetrievalError

    answer = SimpleNamespace(status_code=status, content=body.encode())
    bare.setattr(URLLib3Session, "send", lambda _self, _request: answer)
    with pytest.raises(MetadataRetrievalError) as raised:
        ContainerMetadataFetcher().retrieve_full_uri("http://169.254.170.2")
    assert causes(f"Error when retrieving credentials from container-role: {raised.value}") == [(cause, PYTHON)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # AWS CLI v1 and v2: awscli/errorhandler.py
        ('Unable to locate credentials. You can configure credentials by running "aws configure".', [("absent", PYTHON)]),
        # aws-sdk-js-v3: credential-provider-node, middleware of region
        ("CredentialsProviderError: Could not load credentials from any providers", [("absent", "JavaScript v3")]),
        ("Error: Region is missing", [("region", "JavaScript v3")]),
        # aws-sdk-js: issues 3304 and 3284
        ("CredentialsError: Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1", [("absent", "JavaScript v2")]),
        ("message: 'EC2 Metadata roleName request returned error', errno: 'EINVAL'", [("imds", "JavaScript v2")]),
        # aws-sdk-java-v2: ContainerCredentialsProvider, AwsCredentialsProviderChain
        ("SdkClientException: Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(...) : [ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set.]", [("absent", "Java v2, .NET")]),
        ("SdkClientException: Unable to load region from any of the providers in the chain", [("region", "Java v2")]),
        # aws-sdk-java: AWSCredentialsProviderChain
        ("com.amazonaws.SdkClientException: Unable to load AWS credentials from any provider in the chain: [EnvironmentVariableCredentialsProvider: …]", [("absent", "Java v1")]),
        # aws-sdk-go-v2: config/resolve_credentials.go, ec2rolecreds
        ("failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, dial tcp 169.254.169.254:80: connect: invalid argument", [("imds", "Go v2")]),
        ("EcsContainer was specified as the credential_source, but 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' was not set", [("absent", "Go v2")]),
        ('invalid endpoint host, "169.254.170.23", only loopback hosts are allowed', [("full-uri", "Go")]),
        # aws-sdk-go: Droplr/aws-env issue 15
        ("NoCredentialProviders: no valid providers in chain. Deprecated.", [("absent", "Go v1")]),
        ("MissingRegion: could not find region configuration", [("region", "Go v1")]),
        # aws-sdk-php: issues 1971, 1920, 2751
        ("Error retrieving credentials from the instance profile metadata service. (cURL error 28: Connection timed out after 1000 milliseconds for http://169.254.169.254/latest/meta-data/iam/security-credentials/)", [("imds", "PHP")]),
        ("Error retrieving credential from ECS (Client error: `GET http://169.254.170.2` resulted in a `404 Not Found` response: 404 page not found)", [("empty", "PHP")]),
        ("Error retrieving credential from ECS (cURL error 7: Failed to connect to 169.254.170.2 port 80 for http://169.254.170.2/v2/credentials/4d1f)", [("unreachable", "PHP")]),
        # aws-sdk-ruby: ecs_credentials.rb, sign.rb
        ("ArgumentError: Cannot instantiate an ECS Credential Provider without a credential path or endpoint.", [("absent", "Ruby")]),
        ("Aws::Errors::MissingCredentialsError: unable to sign request without credentials set", [("absent", "Ruby")]),
        ("signer.rb:706:in `extract_credentials_provider': missing credentials, provide credentials with one of the following options: (Aws::Sigv4::Errors::MissingCredentialsError)", [("absent", "Ruby")]),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI must use a loopback address when using the http scheme.", [("full-uri", "Ruby")]),
        # aws-sdk-net: issue 2455, GenericContainerCredentials
        ("Amazon.Runtime.AmazonServiceException: Unable to get IAM security credentials from EC2 Instance Metadata Service.", [("imds", ".NET")]),
        ("Cannot fetch credentials from container - the full URI contains an invalid host: example.com", [("full-uri", ".NET")]),
        # aws-config: meta/credentials/chain.rs
        ("dispatch failure: other: the credential provider was not enabled: no providers in chain provided credentials", [("absent", "Rust")]),
        # the ECS agent: tmds/handlers/v1
        ('{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}', [("refused", "the ECS agent")]),
        ('Unable to locate credentials. You can configure credentials by running "aws login".', [("absent", "Python (botocore, boto3, AWS CLI)")]),
        # smithy-typescript: credential-provider-imds; node's own lines behind it
        ("CredentialsProviderError: The container metadata credential provider cannot be used unless the AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI environment variable is set", [("absent", "JavaScript v3")]),
        ("CredentialsProviderError: 169.254.170.23 is not a valid container metadata service hostname", [("full-uri", "JavaScript v3")]),
        ("Error: connect ECONNREFUSED 169.254.170.2:80", [("unreachable", "any SDK")]),
        ("TimeoutError: connect ETIMEDOUT 169.254.170.2:80", [("unreachable", "any SDK")]),
        ("Error: connect EHOSTUNREACH 169.254.169.254:80", [("imds", "any SDK")]),
        # aws-sdk-java: EC2ContainerCredentialsProviderWrapper and Apache's client
        ("com.amazonaws.SdkClientException: The environment variable AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is empty", [("absent", "any SDK")]),
        ("Connect to 169.254.170.2:80 [/169.254.170.2] failed: connect timed out", [("unreachable", "any SDK")]),
        # aws-sdk-go-v2 and aws-sdk-go: regions and endpointcreds
        ("operation error ECR: GetAuthorizationToken, failed to resolve service endpoint, an AWS region is required, but was not found", [("region", "Go v2")]),
        ('failed to refresh cached credentials, failed to load credentials, exceeded maximum number of attempts, 3, request send failed, Get "http://169.254.170.2/v2/credentials/4d1f": dial tcp 169.254.170.2:80: connect: connection refused', [("unreachable", "any SDK")]),
        ('caused by: Get "http://169.254.170.2/v2/credentials/4d1f": dial tcp 169.254.170.2:80: i/o timeout', [("unreachable", "any SDK")]),
        # aws-sdk-net: pull request 3660
        ("Amazon.Runtime.AmazonClientException: Failed to resolve AWS credentials. The credential providers used to search for credentials returned the following errors:", [("absent", ".NET")]),
        # aws-sdk-php: EcsCredentialProvider of today
        ("Aws\\Exception\\CredentialsException: Error retrieving credentials from container metadata after attempt 3/3 (cURL error 7: Failed to connect to 169.254.170.2 port 80 for http://169.254.170.2/v2/credentials/4d1f)", [("unreachable", "PHP")]),
        ("Error retrieving credentials from container metadata after attempt 0/3 (Client error: `GET http://169.254.170.2` resulted in a `404 Not Found` response:", [("empty", "PHP")]),
        ("Error retrieving credentials from container metadata (Client error: `GET http://169.254.170.2/v2/credentials/x` resulted in a `400 Bad Request` response:", [("refused", "PHP")]),
        # aws-sdk-kotlin: issue 697
        ("aws.smithy.kotlin.runtime.auth.awscredentials.CredentialsProviderException: Error retrieving credentials from container service: HTTP 404 Not Found", [("refused", "Kotlin")]),
        # aws-config: imds; vector issues 9291 and 12794
        ("failed to load IMDS session token: dispatch failure: timeout: client error (Connect)", [("imds", "Rust")]),
        ("WARN aws_config::imds::region: failed to load region from IMDS err=failed to load IMDS session token: dispatch failure: timeout", [("region", "Rust")]),
        ("DispatchFailure(DispatchFailure { source: ConnectorError { kind: Other(None), source: CredentialsNotLoaded(CredentialsNotLoaded { source: None }), connection: Unknown } })", [("absent", "Rust")]),
        ("error=Failed creating AWS credentials. Errors: [CredentialsError { message: \"Couldn't find AWS credentials in environment, credentials file, or IAM role.\" }]", [("absent", "Rust")]),
        # aws-sdk-go-base
        ("Error: No valid credential sources found", [("absent", "Terraform")]),
        ('Unable to retrieve credentials. Message = "Unable to reach credentials server".', [("unreachable", ".NET")]),
        ("js: Could not load EC2 task role credentials", [("imds", "nginx-s3-gateway")]),
        ("error configuring S3 Backend: no valid credential sources for S3 Backend found.", [("absent", "Terraform")]),
        # s3fs: issues 419 and 507; boto: issue 3579
        ("s3fs: could not determine how to establish security credentials.", [("not-asked", "s3fs")]),
        ("s3fs.cpp:s3fs_init(4223): could not load IAM role name from meta data.", [("not-asked", "s3fs")]),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set.", [("absent", "any SDK")]),
        ("boto.exception.NoAuthHandlerFound: No handler was ready to authenticate. 1 handlers were checked. ['HmacAuthV1Handler'] Check your credentials", [("not-asked", "Python (boto 2)")]),
        # aws-for-fluent-bit: issues 335 and 103
        ("[error] [signv4] Provider returned no credentials, service=logs", [("absent", "Fluent Bit")]),
        ("[debug] [aws_credentials] Not initializing ECS Provider because AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set", [("absent", "any SDK")]),
        # efs-utils, GDAL, ex_aws
        ("AWS Access Key ID and Secret Access Key are not found in AWS credentials file (/root/.aws/credentials), config file (/root/.aws/config), from ECS credentials relative uri, or from the instance security credentials service", [("absent", "amazon-efs-utils")]),
        ("ERROR 15: AWS_SECRET_ACCESS_KEY and AWS_NO_SIGN_REQUEST configuration options not defined, and /root/.aws/credentials not filled", [("absent", "GDAL")]),
        ("** (RuntimeError) Instance Meta Error: {:error, %{reason: :connect_timeout}}", [("imds", "Elixir")]),
        # a script with set -u, bash and dash; Python's and Ruby's environments
        ("start.sh: line 3: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: unbound variable", [("absent", "any SDK")]),
        ("start.sh: 3: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: parameter not set", [("absent", "any SDK")]),
        ("KeyError: 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'", [("absent", "any SDK")]),
        ('key not found: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" (KeyError)', [("absent", "any SDK")]),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/4d1f", []),
        ("GET http://169.254.170.2/v2/credentials/4d1f 200", []),
        # supervisor 4.2: Supervisor/supervisor issue 926
        ("Error: Format string 'A=\"%(ENV_AWS_REGION)s\"' for 'program:app.environment' contains names ('ENV_AWS_REGION') which cannot be expanded.", [("supervisord", "supervisord")]),
        # the one-liner, with bash 5.2, dash and OpenSSH 9.2
        ("-bash: strings: command not found", [("one-liner", "the shell")]),
        ("/bin/sh: 1: strings: not found", [("one-liner", "the shell")]),
        ("strings: /proc/1/environ: Permission denied", [("one-liner", "the shell")]),
        ("cat: /proc/1/environ: Permission denied", [("one-liner", "the shell")]),
        ('declare -x AWS_REGION="eu-west-1"', [("one-liner", "the shell")]),
        ("Received message too long 1684366188", [("one-liner", "sftp")]),
        # the role is there
        ("An error occurred (AccessDenied) when calling the ListBuckets operation: User: arn:aws:sts::123456789012:assumed-role/task/4d1f is not authorized to perform: s3:ListAllMyBuckets", [("permission", "AWS")]),
        ("An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired", [("expired", "AWS")]),
        # anything else that asks the metadata service
        ("curl: (7) Failed to connect to 169.254.169.254 port 80", [("imds", "any SDK")]),
        # none of them
        ("GET /credentials 200", []),
        ("User: arn:aws:iam::123456789012:user/me is not authorized to perform: s3:ListAllMyBuckets", []),
        ("cp: /proc/1/environment: No such file or directory", []),
    ],
)  # fmt: skip
def test_what_the_sources_say(line: str, expected: list[tuple[str, str]]) -> None:
    assert causes(line) == expected
    assert causes('{"log":' + __import__("json").dumps(line) + "}") == expected


def test_every_row_has_a_cause_and_every_cause_is_used() -> None:
    used = {message.cause for message in MESSAGES} | {"no-task-role"}
    assert used == set(BY_NAME)
    assert all(message.source.startswith("https://") for message in MESSAGES)
    assert all(c.patch in ("yes", "no", "perhaps") and c.check and c.run for c in BY_NAME.values())


def test_every_code_of_a_cause_can_be_explained() -> None:
    from fargate_patch.handbook import find

    assert all(find(code) for cause in BY_NAME.values() for code in cause.codes)
