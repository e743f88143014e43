"""`python -m fargate_patch` is the command `fargate-patch`."""

from __future__ import annotations

import sys

from fargate_patch.cli import main

sys.exit(main())
