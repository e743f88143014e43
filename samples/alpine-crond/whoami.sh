#!/bin/sh
# Whose keys this container works with.
wget -qO- "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
