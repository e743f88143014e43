#!/bin/bash -p
# ECS tells the first process of a container where the credentials of the task role are: in variables, which
# programs that start others with a clean environment (su -, cron, sshd ...) do not hand on. This keeps those
# variables, and nothing else, in /run/fargate-env/env for the users they are meant for, and then becomes
# the real entrypoint, with its arguments. It prints nothing and stops nothing. Off: FARGATE_ENV=off
(
  set +eux -C
  LC_ALL=C
  PATH=/usr/bin:/bin${PATH:+:$PATH}
  umask 027
  folder=/run/fargate-env

  keep() {  # NAME VALUE: plain values only, so that whoever reads the file has nothing to unquote
    case $2 in
      "" | *[!A-Za-z0-9_./:@%?="&",+~-]*) ;;
      *) [ "${#2}" -gt 1000 ] || echo "$1=$2" ;;
    esac
  }

  [ -d "$folder" ] || mkdir "$folder"
  # A folder that is not ours was put there by someone else: leave it alone.
  # shellcheck disable=SC3067
  if [ -h "$folder" ] || [ ! -O "$folder" ] || [ -d "$folder/env" ]; then exit; fi
  [ -g "$folder" ] || { chgrp fargate-env "$folder" && chmod 2750 "$folder"; } || chmod 700 "$folder"
  rm -f "$folder/env.new"
  {
    [ "${FARGATE_ENV-}" = off ] || {
      keep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-}" &&
      keep AWS_CONTAINER_CREDENTIALS_FULL_URI "${AWS_CONTAINER_CREDENTIALS_FULL_URI-}" &&
      keep AWS_CONTAINER_AUTHORIZATION_TOKEN "${AWS_CONTAINER_AUTHORIZATION_TOKEN-}" &&
      keep AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE "${AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE-}" &&
      keep AWS_REGION "${AWS_REGION-}" &&
      keep AWS_DEFAULT_REGION "${AWS_DEFAULT_REGION-}" &&
      keep AWS_EXECUTION_ENV "${AWS_EXECUTION_ENV-}" &&
      keep ECS_CONTAINER_METADATA_URI "${ECS_CONTAINER_METADATA_URI-}" &&
      keep ECS_CONTAINER_METADATA_URI_V4 "${ECS_CONTAINER_METADATA_URI_V4-}" &&
      keep AWS_ROLE_ARN "${AWS_ROLE_ARN-}" &&
      keep AWS_WEB_IDENTITY_TOKEN_FILE "${AWS_WEB_IDENTITY_TOKEN_FILE-}"
    }
  } > "$folder/env.new" && mv -f "$folder/env.new" "$folder/env"
) > /dev/null 2>&1 || :
[ $# -gt 0 ] || exit 127
exec "$@"
