"""The causes behind the messages: what happened, what it means in a container on ECS, what to check, what to run.

Which message has which cause is in `messages`. Facts marked there as seen were produced with botocore 1.44; the rest is
from the SDKs' sources.
"""

from __future__ import annotations

from fargate_patch.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause. `patch`: can a patch of the image help: "yes", "no", or "perhaps" where the check decides."""

    name: str
    title: str
    means: str
    check: tuple[str, ...]
    run: tuple[str, ...]
    patch: str
    codes: tuple[str, ...] = ()  # findings of this program that say more


_ROLE_FIRST = (
    "Does the task have a task role at all? The execution role is another one: it pulls the image and writes the log. "
    "`taskRoleArn` must be in the task definition."
)
_INSIDE = "  # in the container"
_IN_PID1 = "tr '\\0' '\\n' < /proc/1/environ | grep -E '^(AWS|ECS)_'" + _INSIDE
_TASK_ROLE = "aws ecs describe-task-definition --task-definition NAME | grep taskRoleArn"
_TRACE = "fargate-patch trace Dockerfile"
_PID1_TELLS = (
    "Does PID 1 have AWS_CONTAINER_CREDENTIALS_RELATIVE_URI? If it has ECS_CONTAINER_METADATA_URI_V4 and not "
    "this, there is no task role, and no patch of the image helps. (`aws ecs execute-command` opens a shell in the "
    "container. php-fpm, nginx and sshd as PID 1 hide their environment.)"
)

CAUSES = (
    Cause(
        "absent",
        "the variable is not in the environment of this process",
        (
            "The SDK went through every place where credentials may be and found none. On ECS that means that "
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI did not reach the process: a program between PID 1 and it (su -, "
            "sudo, cron, sshd, php-fpm, service) started it with a clean environment. Or the task has no task role."
        ),
        (_ROLE_FIRST, _PID1_TELLS),
        (_TASK_ROLE, _IN_PID1, _TRACE),
        "perhaps",
    ),
    Cause(
        "imds",
        "the SDK fell through to the EC2 instance metadata service",
        (
            "It asks 169.254.169.254 only when nothing else gave credentials. Fargate does not have that address; on "
            "EC2 it would give the role of the instance and not that of the task. "
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI did not reach the process, or the task has no task role."
        ),
        (_ROLE_FIRST, _PID1_TELLS),
        (_TASK_ROLE, _IN_PID1, _TRACE),
        "perhaps",
    ),
    Cause(
        "not-asked",
        "this program does not ask for a task role",
        (
            "It looks for keys elsewhere and does not read AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: s3fs does only with "
            "`-o ecs`, boto 2 never. Whether the variable reaches it makes no difference yet."
        ),
        (
            "s3fs: mount with `-o ecs`.",
            "boto 2: go over to boto3.",
            "And then: does the variable reach the process?",
        ),
        (_TRACE,),
        "no",
    ),
    Cause(
        "empty",
        "the variable is there and empty",
        (
            "The SDK asks http://169.254.170.2 without a path. A program set AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
            "from a value that it did not have itself: php-fpm's `env[…] = $…` under `service`, an ENV or ARG "
            "without a value, a `=` without text in a file."
        ),
        (
            (
                "Where is the variable set in the image? Look for its name in the Dockerfile, in php-fpm's pools and "
                "in the scripts."
            ),
            "Is the daemon started by `service`? Then it has nothing to hand on.",
        ),
        (_TRACE, "grep -rn AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ."),
        "perhaps",
        ("FP107", "FP108", "FP209"),
    ),
    Cause(
        "literal",
        "the variable holds the text `$AWS_…`",
        "`NAME=$NAME` stands in a file whose reader does not expand it: a cron table, sshd's SetEnv, /etc/environment, "
        "supervisord's environment=.",
        ("Which file holds that line? Take it out.",),
        (_TRACE, "grep -rn 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=' ."),
        "perhaps",
        ("FP206",),
    ),
    Cause(
        "unreachable",
        "the variable is right, and the endpoint does not answer",
        (
            "The process knows where to ask and gets no connection. It does not run on ECS, or in another network "
            "namespace, or through a proxy that cannot reach 169.254.170.2."
        ),
        (
            "Does the container run on ECS, and not on a developer's machine with a copied variable?",
            "Is HTTP_PROXY set without 169.254.170.2 in NO_PROXY?",
        ),
        (
            f"env | grep -i _proxy{_INSIDE}",
            "curl -sS -m 3 http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI -o /dev/null",
        ),
        "no",
        ("FP304",),
    ),
    Cause(
        "refused",
        "the endpoint does not know the path that it is asked for",
        (
            "The variable is there, but its value is not this task's: it was built into the image, kept in a volume, "
            "or copied from another task."
        ),
        ("Is the variable set by ENV, by a build argument or in a file of the image? ECS sets it at each start.",),
        ("docker image inspect --format '{{.Config.Env}}' IMAGE", _TRACE),
        "no",
        ("FP209",),
    ),
    Cause(
        "full-uri",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is empty or names a host that the SDK does not accept",
        (
            "Older SDKs accept only the loopback address over plain HTTP, newer ones also 169.254.170.2, "
            "169.254.170.23 and fd00:ec2::23. An empty value counts as one."
        ),
        ("Who sets the variable? ECS itself sets the relative one.", "Is the SDK of this year?"),
        (f"env | grep AWS_CONTAINER_{_INSIDE}",),
        "no",
        ("FP209",),
    ),
    Cause(
        "token-file",
        "the authorization token's file cannot be read",
        (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is empty, or its file is not mounted in this container, or not "
            "readable for this user. ECS does not set it; EKS Pod Identity does."
        ),
        ("Who sets the variable, and may this user read the file?",),
        (f'ls -l "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"{_INSIDE}',),
        "no",
    ),
    Cause(
        "profile",
        "a profile goes before the task role, and cannot be found",
        (
            "AWS_PROFILE is set, in the image or in the task definition, and the shared files do not hold that "
            "profile. The task role is not asked for."
        ),
        ("Where is AWS_PROFILE set? Take it out.",),
        ("docker image inspect --format '{{.Config.Env}}' IMAGE",),
        "no",
        ("FP302",),
    ),
    Cause(
        "half-keys",
        "one half of a pair of access keys is set",
        (
            "AWS_ACCESS_KEY_ID stands without AWS_SECRET_ACCESS_KEY, or the other way round. Keys in the environment "
            "go before the task role."
        ),
        ("Where is the one half set? Take it out.",),
        ("docker image inspect --format '{{.Config.Env}}' IMAGE",),
        "no",
        ("FP301",),
    ),
    Cause(
        "region",
        "the region is not known",
        (
            "ECS sets AWS_REGION and AWS_DEFAULT_REGION beside the credentials' variable, and they are lost at the "
            "same place. A cure that restores the one name alone ends here."
        ),
        ("Are AWS_REGION and AWS_DEFAULT_REGION in the environment of PID 1, and of this process?",),
        (_IN_PID1, _TRACE),
        "yes",
    ),
    Cause(
        "supervisord",
        "supervisord does not start, because a variable is not set",
        (
            "`%(ENV_NAME)s` in its configuration needs NAME at the start. The task has no role, or supervisord was "
            "started by `service`, or the container does not run on ECS."
        ),
        ("Take the environment= entry out: supervisord hands its environment on without it.",),
        (_TRACE,),
        "no",
        ("FP208",),
    ),
    Cause(
        "one-liner",
        "the line that reads /proc/1/environ is in the image, and fails",
        (
            "It works only for the user that PID 1 runs as. `strings` is missing in slim images; for another user "
            "the file cannot be read; an `export` that gets nothing prints every variable, which fills the log and "
            "breaks sftp and scp."
        ),
        ("Take the line out; `fargate-patch --fix-legacy Dockerfile` does it and puts in what works.",),
        ("grep -rn /proc/1/environ .", "fargate-patch --fix-legacy --diff Dockerfile"),
        "yes",
        ("FP201",),
    ),
    Cause(
        "permission",
        "the task role is in use, and may not do this",
        "The credentials reached the process: AWS knows the role and refuses the action. The environment is right.",
        ("Does the role's policy allow the action on this resource? Is it the task role that the message names?",),
        ("aws iam simulate-principal-policy --policy-source-arn ROLE_ARN --action-names ACTION",),
        "no",
    ),
    Cause(
        "expired",
        "the keys have expired",
        (
            "Keys that the SDK fetches itself are renewed. These were written down: in ENV, in a file, or exported "
            "by a script."
        ),
        ("Where do the keys come from? AWS_SESSION_TOKEN in an environment is a copy that ends.",),
        (f"env | grep -o ^AWS_SESSION_TOKEN{_INSIDE}",),
        "no",
        ("FP301",),
    ),
    Cause(
        "no-task-role",
        "the task has no task role",
        (
            "An environment in this log has ECS_CONTAINER_METADATA_URI_V4, so that it is ECS's own, and nowhere in "
            "the log stands AWS_CONTAINER_CREDENTIALS_RELATIVE_URI. If this was the environment of PID 1, "
            "taskRoleArn is missing."
        ),
        (_ROLE_FIRST,),
        (_TASK_ROLE,),
        "no",
    ),
)
BY_NAME = {cause.name: cause for cause in CAUSES}
