#!/bin/sh
set -e

if [ "$(id -u)" = 0 ]; then
    install -d -o app -g app /srv/app/data
    exec gosu app "$@"
fi

exec "$@"
