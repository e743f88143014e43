# Gives a shell the variables of the ECS task role that fargate-env kept when the container started.
# Reads them, evaluates nothing, and leaves alone what is set already.
if [ -f /run/fargate-env/env ] && [ -r /run/fargate-env/env ]; then
  while IFS= read -r _fargate_env; do
    case $_fargate_env in
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=?*) [ -n "${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI:-}" ] || export "${_fargate_env?}" ;;
      AWS_CONTAINER_CREDENTIALS_FULL_URI=?*) [ -n "${AWS_CONTAINER_CREDENTIALS_FULL_URI:-}" ] || export "${_fargate_env?}" ;;
      AWS_CONTAINER_AUTHORIZATION_TOKEN=?*) [ -n "${AWS_CONTAINER_AUTHORIZATION_TOKEN:-}" ] || export "${_fargate_env?}" ;;
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=?*) [ -n "${AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:-}" ] || export "${_fargate_env?}" ;;
      AWS_REGION=?*) [ -n "${AWS_REGION:-}" ] || export "${_fargate_env?}" ;;
      AWS_DEFAULT_REGION=?*) [ -n "${AWS_DEFAULT_REGION:-}" ] || export "${_fargate_env?}" ;;
      AWS_EXECUTION_ENV=?*) [ -n "${AWS_EXECUTION_ENV:-}" ] || export "${_fargate_env?}" ;;
      ECS_CONTAINER_METADATA_URI=?*) [ -n "${ECS_CONTAINER_METADATA_URI:-}" ] || export "${_fargate_env?}" ;;
      ECS_CONTAINER_METADATA_URI_V4=?*) [ -n "${ECS_CONTAINER_METADATA_URI_V4:-}" ] || export "${_fargate_env?}" ;;
      AWS_ROLE_ARN=?*) [ -n "${AWS_ROLE_ARN:-}" ] || export "${_fargate_env?}" ;;
      AWS_WEB_IDENTITY_TOKEN_FILE=?*) [ -n "${AWS_WEB_IDENTITY_TOKEN_FILE:-}" ] || export "${_fargate_env?}" ;;
    esac
  done < /run/fargate-env/env || :
  unset _fargate_env
fi
