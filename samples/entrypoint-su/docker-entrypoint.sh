#!/bin/bash
set -e

mkdir -p /srv/app/data
chown app:app /srv/app/data

exec su - app -c "$*"
