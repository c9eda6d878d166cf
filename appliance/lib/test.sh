# shellcheck shell=bash
# The command `test`: prepares the machine and hands over to the test runner.

help_test() {
  cat <<'TEXT'
Usage: ./appliance/videoatencio test [--coverage] [file...]

Without files: lint, types, build, shell scripts and every test. With files: only those test files.
The last line is `N passed, N failed`.

Options:
  --coverage    measure which lines the tests reach; the report goes to coverage/
  --no-install  never install Debian packages, only say which are missing
  --help        this text

Exit codes: 0 everything passed, 1 something failed or nothing ran, 10 Node.js, 11 Debian packages,
12 Node packages, 13 build, 64 unknown option.
TEXT
}

command_test() {
  local install=yes options=() files=()
  while (($# > 0)); do
    case $1 in
      --coverage) options+=("$1") ;;
      --no-install) install=no ;;
      --help | -h) help_test && return ;;
      -*) usage_error "'test' has no option '$1'." ;;
      *) files+=("$(realpath --relative-to="$ROOT" -- "$1")") ;;
    esac
    shift
  done
  prepare_alone prepare_test "$install" "${#files[@]}"
  cd "$ROOT" || return
  exec node --import=tsx tests/run.ts ${options[@]+"${options[@]}"} ${files[@]+"${files[@]}"}
}

prepare_test() {
  step 'Checking what this machine has'
  ensure_node
  # The last two are SMPP programs of others, against which ours are tested.
  ensure_packages "$1" mariadb-server-core mariadb-client prosody chromium shellcheck \
    libnet-smpp-perl kannel
  ensure_modules
  # A complete run builds as one of its checks.
  [[ $2 == 0 ]] || ensure_build
}
