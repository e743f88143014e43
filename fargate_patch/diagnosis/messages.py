"""The messages, as data: a text that must stand in the line, a form where the text alone says too little, SDK, cause.

Every form is a plain expression without nested repeats, so that a line of any length is read in one go. The first row
that fits a line is the one that counts, so that the telling ones stand first.
"""

from __future__ import annotations

import re

from fargate_patch.dataclass import dataclass

_BOTOCORE = "https://github.com/boto/botocore/blob/develop/botocore/exceptions.py"
_FETCHER = "https://github.com/boto/botocore/blob/develop/botocore/utils.py"
_JS3 = "https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-node/src/defaultProvider.ts"
_JS2 = "https://github.com/aws/aws-sdk-js/issues/3304"
_JAVA2 = "https://github.com/aws/aws-sdk-java-v2/blob/master/core/auth/src/main/java/software/amazon/awssdk/auth/credentials/ContainerCredentialsProvider.java"
_JAVA1 = "https://github.com/aws/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/auth/AWSCredentialsProviderChain.java"
_GO2 = "https://github.com/aws/aws-sdk-go-v2/blob/main/config/resolve_credentials.go"
_GO1 = "https://github.com/aws/aws-sdk-go/blob/main/aws/credentials/chain_provider.go"
_PHP = "https://github.com/aws/aws-sdk-php/blob/master/src/Credentials/EcsCredentialProvider.php"
_RUBY = "https://github.com/aws/aws-sdk-ruby/blob/version-3/gems/aws-sdk-core/lib/aws-sdk-core/ecs_credentials.rb"
_NET = "https://github.com/aws/aws-sdk-net/blob/main/sdk/src/Core/Amazon.Runtime/Credentials/GenericContainerCredentials.cs"
_RUST = "https://github.com/smithy-lang/smithy-rs/blob/main/aws/rust-runtime/aws-config/src/meta/credentials/chain.rs"
_IMDS_RUST = "https://github.com/smithy-lang/smithy-rs/blob/main/aws/rust-runtime/aws-config/src/imds/region.rs"
_VECTOR = "https://github.com/vectordotdev/vector/issues/9291"
_KOTLIN = "https://github.com/aws/aws-sdk-kotlin/issues/697"
_ECS_JS3 = "https://github.com/smithy-lang/smithy-typescript/blob/main/packages/credential-provider-imds/src/fromContainerMetadata.ts"
_NET4 = "https://github.com/aws/aws-sdk-net/pull/3660"
_BOTO2 = "https://github.com/boto/boto/issues/3579"
_S3FS = "https://github.com/s3fs-fuse/s3fs-fuse/issues/507"
_FLUENT_BIT = "https://github.com/aws/aws-for-fluent-bit/issues/335"
_S3_GATEWAY = "https://github.com/nginx/nginx-s3-gateway/issues/143"
_TERRAFORM = "https://github.com/hashicorp/aws-sdk-go-base/blob/main/errors.go"
_EFS = "https://github.com/aws/efs-utils/blob/master/src/mount_efs/__init__.py"
_GDAL = "https://github.com/OSGeo/gdal/blob/master/port/cpl_aws.cpp"
_EX_AWS = "https://github.com/ex-aws/ex_aws/blob/main/lib/ex_aws/instance_meta.ex"
_AGENT = "https://github.com/aws/amazon-ecs-agent/tree/master/ecs-agent/tmds/handlers/v1"
_SUPERVISOR = "https://github.com/Supervisor/supervisor/issues/926"
_ERRORS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
_PROC = "https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html"

_SAID_ABSENT = (
    rb"_URI:? (?:is (?:not set|empty)|unbound variable|parameter not set)"
    rb"|(?:KeyError: |key not found: \\?.)\W?AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
)
_ENDPOINT_ALONE = rb"http://169\.254\.170\.2/?(?:\\?[\"'`)\s]|\Z)"


@dataclass(frozen=True, slots=True)
class Message:
    """A row: `key` stands in the line as it is; `form`, where there is one, must be found in the line too."""

    key: bytes
    sdk: str
    cause: str
    source: str
    form: re.Pattern[bytes] | None = None


def _row(key: str, sdk: str, cause: str, source: str, form: bytes | None = None) -> Message:
    return Message(key.encode(), sdk, cause, source, re.compile(form) if form else None)


PYTHON = "Python (botocore, boto3, AWS CLI)"
NODE3, NODE2 = "JavaScript v3", "JavaScript v2"
ANY = "any SDK"

MESSAGES = (
    # what is written into the variable
    _row("Unsupported host", PYTHON, "literal", _FETCHER, rb"Unsupported host '169\.254\.170\.2\$"),
    _row("169.254.170.2$", ANY, "literal", _FETCHER, rb"(?i)169\.254\.170\.2\$\{?aws_"),
    _row("Unsupported host", PYTHON, "full-uri", _FETCHER, rb"Unsupported host '"),
    _row("only loopback hosts are allowed", "Go", "full-uri", _GO2, rb"invalid endpoint host"),
    _row("must use a loopback address when using the http scheme", "Ruby", "full-uri", _RUBY),
    _row("the full URI contains an invalid host", ".NET", "full-uri", _NET),
    _row("contains an unsupported host", "PHP", "full-uri", _PHP, rb"Uri '[^']*' contains an unsupported host"),
    _row("is not a valid container metadata service hostname", NODE3, "full-uri", _ECS_JS3),
    _row("No such file or directory: ''", PYTHON, "token-file", _FETCHER, rb"FileNotFoundError"),
    _row(
        "No such file or directory: '",
        PYTHON,
        "token-file",
        _FETCHER,
        rb"(?:pod-identity|eks|[Aa]uthorization)[^']*token",
    ),
    # the credentials endpoint
    _row("InvalidIdInRequest", "the ECS agent", "refused", _AGENT),
    _row("Credentials not found", "the ECS agent", "refused", _AGENT, rb"CredentialsV[0-9]Request"),
    _row("Error when retrieving credentials from container-role", PYTHON, "empty", _BOTOCORE, _ENDPOINT_ALONE),
    _row("Error when retrieving credentials from container-role", PYTHON, "empty", _BOTOCORE, rb"response 404\b"),
    _row("Error when retrieving credentials from container-role", PYTHON, "refused", _BOTOCORE, rb"response 40[0-9]\b"),
    _row("Error when retrieving credentials from container-role", PYTHON, "unreachable", _BOTOCORE),
    _row("Error retrieving credential from ECS", "PHP", "empty", _PHP, _ENDPOINT_ALONE),
    _row("Error retrieving credential from ECS", "PHP", "refused", _PHP, rb"40[0-9] [A-Z]"),
    _row("Error retrieving credential from ECS", "PHP", "unreachable", _PHP),
    _row("Error retrieving credentials from container metadata", "PHP", "empty", _PHP, _ENDPOINT_ALONE),
    _row("Error retrieving credentials from container metadata", "PHP", "refused", _PHP, rb"40[0-9] [A-Z]"),
    _row("Error retrieving credentials from container metadata", "PHP", "unreachable", _PHP),
    _row("Error retrieving credentials from container service", "Kotlin", "refused", _KOTLIN, rb"\b40[0-9]\b"),
    # nothing found
    _row("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ANY, "absent", _PROC, _SAID_ABSENT),
    _row("Unable to locate credentials", PYTHON, "absent", _BOTOCORE),
    _row("NoCredentialsError", PYTHON, "absent", _BOTOCORE),
    _row("NoAuthTokenError", PYTHON, "absent", _BOTOCORE),
    _row("Could not load credentials from any providers", NODE3, "absent", _JS3),
    _row("Credential is missing", NODE3, "absent", _JS3),
    _row("The container metadata credential provider cannot be used unless", NODE3, "absent", _ECS_JS3),
    _row("Missing credentials in config", NODE2, "absent", _JS2),
    _row("EC2 Metadata roleName request returned error", NODE2, "imds", _JS2),
    _row("EC2 Metadata token request returned error", NODE2, "imds", _JS2),
    _row("Cannot fetch credentials from container", "Java v2, .NET", "absent", _JAVA2, rb"container - neither"),
    _row("Unable to load credentials from any of the providers in the chain", "Java v2", "absent", _JAVA2),
    _row("Unable to load AWS credentials from any provider in the chain", "Java v1", "absent", _JAVA1),
    _row("Failed to load credentials from IMDS", "Java v2", "imds", _JAVA2),
    _row("NoCredentialProviders: no valid providers in chain", "Go v1", "absent", _GO1),
    _row("EcsContainer was specified as the credential_source", "Go v2", "absent", _GO2),
    _row("no EC2 IMDS role found", "Go v2", "imds", _GO2),
    _row("Error retrieving credentials from the instance profile metadata s", "PHP", "imds", _PHP),
    _row("Cannot instantiate an ECS Credential Provider", "Ruby", "absent", _RUBY),
    _row("unable to sign request without credentials set", "Ruby", "absent", _RUBY),
    _row("Errors::MissingCredentialsError", "Ruby", "absent", _RUBY),
    _row("Unable to get IAM security credentials from EC2", ".NET", "imds", _NET),
    _row("Unable to reach credentials server", ".NET", "unreachable", _NET),
    _row(
        "Unable to find credentials", ".NET", "absent", _NET, rb"AmazonClientException|Amazon\.Runtime|Exception 1 of"
    ),
    _row("Failed to resolve AWS credentials. The credential providers", ".NET", "absent", _NET4),
    _row("failed to load region from IMDS", "Rust", "region", _IMDS_RUST),
    _row("failed to load IMDS session token", "Rust", "imds", _IMDS_RUST),
    _row("CredentialsNotLoaded", "Rust", "absent", _RUST),
    _row("Couldn't find AWS credentials in ", "Rust", "absent", _VECTOR),
    _row("no providers in chain provided credentials", "Rust", "absent", _RUST),
    _row("the credential provider was not enabled", "Rust", "absent", _RUST),
    _row("Instance Meta Error", "Elixir", "imds", _EX_AWS, rb":error, "),
    _row("valid credential sources", "Terraform", "absent", _TERRAFORM, rb"(?i)no valid credential sources"),
    _row("Could not load EC2 task role credentials", "nginx-s3-gateway", "imds", _S3_GATEWAY),
    _row("Provider returned no credentials, service=", "Fluent Bit", "absent", _FLUENT_BIT),
    _row("from ECS credentials relative uri", "amazon-efs-utils", "absent", _EFS),
    _row("AWS_SECRET_ACCESS_KEY and AWS_NO_SIGN_REQUEST", "GDAL", "absent", _GDAL),
    # programs that do not ask
    _row("could not determine how to establish security credentials", "s3fs", "not-asked", _S3FS),
    _row("could not load IAM role name from meta data", "s3fs", "not-asked", _S3FS),
    _row("No handler was ready to authenticate", "Python (boto 2)", "not-asked", _BOTO2),
    # other settings go first
    _row("The config profile (", PYTHON, "profile", _BOTOCORE, rb"\) could not be found"),
    _row("ProfileNotFound", PYTHON, "profile", _BOTOCORE),
    _row("failed to get shared config profile", "Go v2", "profile", _GO2),
    _row("Profile file contained no credentials for profile", "Java v2", "profile", _JAVA2),
    _row("Partial credentials found in", PYTHON, "half-keys", _BOTOCORE),
    _row("PartialCredentialsError", PYTHON, "half-keys", _BOTOCORE),
    # the region
    _row("You must specify a region", PYTHON, "region", _BOTOCORE),
    _row("NoRegionError", PYTHON, "region", _BOTOCORE),
    _row("Region is missing", NODE3, "region", _JS3),
    _row("Missing region in config", NODE2, "region", _JS2),
    _row("Unable to load region from any of the providers", "Java v2", "region", _JAVA2),
    _row("Unable to find a region via the region provider chain", "Java v1", "region", _JAVA1),
    _row("could not find region configuration", "Go v1", "region", _GO1, rb"MissingRegion"),
    _row("Invalid Configuration: Missing Region", "Go v2, Rust", "region", _GO2),
    _row("an AWS region is required, but was not found", "Go v2", "region", _GO2),
    _row("missing keyword: region", "Ruby", "region", _RUBY),
    _row("Aws::Errors::MissingRegionError", "Ruby", "region", _RUBY),
    _row("No RegionEndpoint or ServiceURL configured", ".NET", "region", _NET),
    # tools of the image
    _row("which cannot be expanded", "supervisord", "supervisord", _SUPERVISOR, rb"ENV_(?:AWS|ECS)_"),
    _row("/proc/1/environ", "the shell", "one-liner", _PROC, rb"(?i)/proc/1/environ['\"]?: permission denied"),
    _row("strings: ", "the shell", "one-liner", _PROC, rb"strings: (?:command )?not found"),
    _row("declare -x AWS_", "the shell", "one-liner", _PROC, rb"(?:\A|\s|\")declare -x AWS_\w+="),
    _row("Received message too long", "sftp", "one-liner", _PROC),
    # the role is there
    _row("is not authorized to perform", "AWS", "permission", _ERRORS, rb":assumed-role/"),
    _row("The security token included in the request is expired", "AWS", "expired", _ERRORS),
    _row("ExpiredToken", "AWS", "expired", _ERRORS),
    # last, for whatever names an address
    _row("169.254.170.2", ANY, "unreachable", _GO2, rb"(?i)refused|timed? ?out|unreachable|no route to host"),
    _row("169.254.169.254", ANY, "imds", _GO2),
)
