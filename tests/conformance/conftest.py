"""The table of cases and BuildKit's parser are those of tests/dockerfile."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "dockerfile"))
