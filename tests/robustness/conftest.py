"""What is compared with BuildKit's parser uses that of tests/dockerfile."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in ("dockerfile", "conformance"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
