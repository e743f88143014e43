#!/usr/bin/env bash
# What the GitHub Action does. Inputs come as FP_ variables and are only ever words of a command, never part of one.
set -euo pipefail

home=$GITHUB_ACTION_PATH
work=${RUNNER_TEMP:-$(mktemp -d)}/fargate-patch-action
mkdir -p "$work"

case ${FP_MODE:=check} in
  check | diff | write) ;;
  *) echo "::error title=fargate-patch::mode is check, diff or write" && exit 2 ;;
esac

if [ ! -e "$work/installed" ]; then
  python=$(command -v python3 || command -v python) || { echo "::error title=fargate-patch::there is no Python on this runner; use actions/setup-python before" && exit 2; }
  "$python" -m venv "$work/venv"
  for bin in "$work/venv/bin" "$work/venv/Scripts"; do
    if [ -d "$bin" ]; then "$bin/python" -m pip install --quiet --disable-pip-version-check "$home"; fi
  done
  : > "$work/installed"
fi
bin=$work/venv/bin
[ -d "$bin" ] || bin=$work/venv/Scripts

files=()
while IFS= read -r line; do
  line=${line%$'\r'}
  if [ -n "$line" ]; then files+=("$line"); fi
done <<< "${FP_FILES:-.}"
read -r -d '' -a more <<< "${FP_ARGS:-}" || true

tool() { # tool ARGUMENTS…: the command on all files; 0 and 1 are answers, 2 is an error
  local code=0
  "$bin/fargate-patch" ${more[@]+"${more[@]}"} "$@" -- "${files[@]}" || code=$?
  return "$code"
}

code=0
tool --check --output-format json --output "$work/report.json" || code=$?
if [ -s "$work/report.json" ]; then
  "$bin/python" "$home/action/outputs.py" "$work/report.json" >> "$GITHUB_OUTPUT"
fi

if [ "${FP_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  tool --check --output-format markdown --output "$work/summary.md" 2> /dev/null || true
  if [ -s "$work/summary.md" ]; then cat "$work/summary.md" >> "$GITHUB_STEP_SUMMARY"; fi
fi

if [ "$FP_MODE" = diff ]; then
  tool --diff --quiet 2> /dev/null || true
fi

report() { # report MODE…: the report in the log, or in a file
  if [ -n "${FP_OUTPUT:-}" ]; then
    mkdir -p -- "$(dirname -- "$FP_OUTPUT")"
    tool "$@" --output-format "${FP_FORMAT:-github}" > "$FP_OUTPUT"
  else
    tool "$@" --output-format "${FP_FORMAT:-github}"
  fi
}

if [ "$FP_MODE" = write ]; then
  code=0
  report || code=$?
else
  report --check 2> /dev/null || true
fi
exit "$code"
