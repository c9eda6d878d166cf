# shellcheck shell=bash
# What the person at the terminal reads, and how a command ends.

# shellcheck disable=SC2034 # the other parts use them
readonly EXIT_NODE=10 EXIT_PACKAGES=11 EXIT_MODULES=12 EXIT_BUILD=13 EXIT_NOT_CONFIRMED=16 EXIT_USAGE=64

say() {
  printf '%s\n' "$*"
}

# A line of progress with the seconds since the command began.
step() {
  local now=${EPOCHREALTIME/[.,]/}
  printf '[%3d s] %s\n' "$(((now - STARTED) / 1000000))" "$*"
}

# fail <exit code> <text>: says what is wrong and what to do, and ends.
fail() {
  local code=$1
  shift
  printf '\n%s\n' "$*" >&2
  exit "$code"
}

usage_error() {
  fail "$EXIT_USAGE" "$1 Type './appliance/videoatencio help' to see what there is."
}

# logged <file> <command...>: runs quietly; when it fails, shows how its output begins and ends: npm names the
# reason first, compilers and apt last.
logged() {
  local log=$1
  shift
  (umask 077 && mkdir -p "$(dirname "$log")")
  if "$@" >"$log" 2>&1; then return 0; fi
  printf '\nThis failed: %s\nIts output is in %s:\n' "$*" "$log" >&2
  { if (($(wc -l <"$log") > 40)); then head -n 20 "$log" && echo ... && tail -n 20 "$log"; else cat "$log"; fi; } |
    sed 's/^/  | /' >&2
  return 1
}
