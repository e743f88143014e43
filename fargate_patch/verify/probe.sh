#!/bin/sh
# Does this process have what an SDK looks for, and does a client that is in the image get the keys with it?
# One line: fargate-patch-probe (set|empty|absent) CLIENT (yes|no|untried)
relative=${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-}
full=${AWS_CONTAINER_CREDENTIALS_FULL_URI-}
url=${full:-http://169.254.170.2$relative}
variable=absent
[ -z "${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI+there}${AWS_CONTAINER_CREDENTIALS_FULL_URI+there}" ] || variable=empty
[ -z "$relative$full" ] || variable="set"
export AWS_EC2_METADATA_DISABLED=true AWS_METADATA_SERVICE_TIMEOUT=3

has() { command -v "$1" > /dev/null 2>&1; }
sdk() { # 0: it gets keys, 1: none, 2: it is not installed
  python3 -c 'import sys
try:
  import botocore.session
except Exception:
  sys.exit(2)
keys = botocore.session.get_session().get_credentials()
sys.exit(not keys or keys.method != "container-role" or not keys.access_key)'
}

client=none got=untried keys=2
if has python3; then
  sdk 2> /dev/null
  keys=$?
fi
if [ $keys -lt 2 ]; then
  client=boto3
  [ $keys = 0 ] && got=yes || got=no
elif has aws; then
  client=aws
  aws configure list 2> /dev/null | grep -q container-role && got=yes || got=no
elif has curl; then
  client=curl
  curl -fs --max-time 5 "$url" 2> /dev/null | grep -q AccessKeyId && got=yes || got=no
elif has php; then
  client=php
  # shellcheck disable=SC2016
  php -n -r 'exit((int) (strpos((string) @file_get_contents($argv[1]), "AccessKeyId") === false));' "$url" \
    && got=yes || got=no
elif has node; then
  client=node
  node -e 'require("http").get(process.argv[1], answer => {
    let body = ""
    answer.on("data", part => { body += part }).on("end", () => process.exit(body.includes("AccessKeyId") ? 0 : 1))
  }).on("error", () => process.exit(1))' "$url" && got=yes || got=no
elif has ruby; then
  client=ruby
  ruby -rnet/http -e 'exit Net::HTTP.get(URI(ARGV[0])).include?("AccessKeyId")' "$url" 2> /dev/null && got=yes || got=no
elif has wget; then
  client=wget
  wget -q -O - "$url" 2> /dev/null | grep -q AccessKeyId && got=yes || got=no
fi
[ "$variable" = set ] || got=no
echo "fargate-patch-probe $variable $client $got"
