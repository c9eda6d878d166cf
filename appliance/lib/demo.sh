# shellcheck shell=bash
# The command `demo`: prepares the machine and hands over to the supervisor.

help_demo() {
  cat <<'TEXT'
Usage: ./appliance/videoatencio demo [options]

Starts a complete Videoatenció on this machine, reachable only from this machine: a private MariaDB, Prosody,
an SMS gateway and a mail server of its own, and the application. Ctrl-C stops all of it. Data stay in var/demo.

Options:
  --port N         port of the application (8080)
  --viewer-port N  port of the citizen's phone and mailbox (the next one)
  --fresh          empty var/demo first; asks before it does
  --yes            answer yes to that question
  --no-install     never install Debian packages, only say which are missing
  --help           this text

Exit codes: 0 stopped by Ctrl-C, 1 a part failed, 10 Node.js, 11 Debian packages, 12 Node packages, 13 build,
14 port taken, 15 already running, 16 --fresh not confirmed, 64 unknown option.
TEXT
}

command_demo() {
  local port=8080 viewer_port='' fresh=no yes=no install=yes
  while (($# > 0)); do
    case $1 in
      --port=* | --viewer-port=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" && continue ;;
      --port | --viewer-port)
        require_port "$@"
        if [[ $1 == --port ]]; then port=$2; else viewer_port=$2; fi
        shift
        ;;
      --fresh) fresh=yes ;;
      --yes) yes=yes ;;
      --no-install) install=no ;;
      --help | -h) help_demo && return ;;
      *) usage_error "'demo' has no option '$1'." ;;
    esac
    shift
  done
  [[ $fresh == no ]] || confirm_fresh "$yes"
  prepare_alone prepare_demo "$install"
  run_demo "$fresh" --port "$port" --viewer-port "${viewer_port:-$((port + 1))}"
}

prepare_demo() {
  step 'Checking what this machine has'
  ensure_node
  ensure_packages "$1" mariadb-server-core mariadb-client prosody
  ensure_modules
  ensure_build
}

# From here on the supervisor is this process, so that a Ctrl-C reaches it directly.
run_demo() {
  local fresh=$1
  shift
  [[ $fresh == no ]] || set -- "$@" --fresh
  cd "$ROOT" || return
  VIDEOATENCIO_STARTED=$((STARTED / 1000)) exec node --enable-source-maps \
    dist/appliance/demo/demo.js --var "$VAR/demo" "$@"
}

require_port() {
  if [[ ! ${2:-} =~ ^[1-9][0-9]{0,4}$ ]] || (($2 > 65534)); then
    usage_error "$1 needs a number from 1 to 65534."
  fi
}

confirm_fresh() {
  local answer=''
  [[ -e $VAR/demo && $1 == no ]] || return 0
  [[ -t 0 ]] && read -r -p "Delete all data of the demo in $VAR/demo? [y/N] " answer
  [[ $answer == [yY]* ]] || fail "$EXIT_NOT_CONFIRMED" 'Nothing was deleted and nothing started. Add --yes to confirm.'
}
