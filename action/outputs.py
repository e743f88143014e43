"""The outputs of the GitHub Action, out of the JSON report: `changed` and `findings`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

files = json.loads(Path(sys.argv[1]).read_text("utf-8"))["files"]
print("changed=" + str(any(file["status"] == "would-patch" for file in files)).lower())
print(f"findings={sum(len(file['findings']) for file in files)}")
