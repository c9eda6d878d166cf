# shellcheck shell=bash
# Programs that come from Debian packages.

# The environment may name another place for it, which lets tests look at it without being root.
readonly POLICY_FILE=${VIDEOATENCIO_POLICY_FILE:-/usr/sbin/policy-rc.d}

# ensure_packages <install: yes|no> <package...>: installs what is missing when allowed to, or says how.
ensure_packages() {
  local install=$1 missing
  shift
  missing=$(missing_packages "$@")
  [[ -z $missing ]] && return
  if [[ $install == no || $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    fail "$EXIT_PACKAGES" "These Debian packages are missing: $missing
Install them with:

  sudo apt-get update && sudo apt-get install --no-install-recommends $missing

and run this command again."
  fi
  step "Installing Debian packages: $missing"
  # shellcheck disable=SC2086 # a list of words
  install_packages $missing || fail "$EXIT_PACKAGES" 'The Debian packages could not be installed.'
}

missing_packages() {
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  printf '%s' "${missing[*]}"
}

is_installed() {
  if command -v dpkg-query >/dev/null; then
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
  else
    provides_command "$1"
  fi
}

# On other systems the program itself is what counts.
provides_command() {
  local program
  case $1 in
    mariadb-server-core) program=mariadbd ;;
    mariadb-client) program=mariadb ;;
    kannel) program=bearerbox ;;
    libnet-smpp-perl)
      perl -MNet::SMPP -e 1 2>/dev/null
      return
      ;;
    *) program=$1 ;;
  esac
  PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null
}

# The packages bring services that we neither need nor want on the default ports, so none may start: not while
# installing (policy-rc.d, see invoke-rc.d(8)) and not at the next boot.
install_packages() (
  if [[ ! -e $POLICY_FILE ]]; then
    trap 'rm -f "$POLICY_FILE"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$POLICY_FILE"
    chmod 755 "$POLICY_FILE"
  fi
  export DEBIAN_FRONTEND=noninteractive
  logged "$VAR/logs/apt-update.log" apt-get update -q || return 1
  logged "$VAR/logs/apt-install.log" \
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" || return 1
  local service
  for service in prosody kannel; do
    [[ " $* " == *" $service "* && -d /run/systemd/system ]] || continue
    logged "$VAR/logs/systemctl.log" systemctl disable "$service" || true
  done
)
