# shellcheck shell=bash
# Node.js, the packages of package-lock.json and the build.

ensure_node() {
  local version=''
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    fail "$EXIT_NODE" "Node.js (with npm) is not installed.
$(node_advice)"
  fi
  version=$(node --version)
  is_supported_node "${version#v}" ||
    fail "$EXIT_NODE" "Node.js $version is too old or not a supported line.
$(node_advice)"
}

node_advice() {
  say 'Needed: 20.19 or newer of line 20, 22.20 or newer of line 22, or 24.12 and up.
Install it from https://nodejs.org/en/download and run this command again.'
}

# The lines that the test tools support as well; the server itself runs from 20.19 on.
is_supported_node() {
  local major minor
  IFS=. read -r major minor _ <<<"$1"
  case $major in
    20) ((minor >= 19)) ;;
    22) ((minor >= 20)) ;;
    24) ((minor >= 12)) ;;
    *) ((major >= 25)) ;;
  esac
}

ensure_modules() {
  node "$ROOT/appliance/lib/modules-current.mjs" "$ROOT" && return
  step 'Installing the Node packages'
  logged "$VAR/logs/npm-ci.log" npm ci --prefix "$ROOT" --include=dev --no-progress ||
    fail "$EXIT_MODULES" 'The Node packages could not be installed.'
}

ensure_build() {
  if [[ ! -e $ROOT/dist/appliance/demo/demo.js ]]; then
    step 'Building (the first time takes some seconds)'
  else
    step 'Building what changed'
  fi
  (cd "$ROOT" && logged "$VAR/logs/build.log" npm run --silent build) || fail "$EXIT_BUILD" 'The build failed.'
}

# Two commands started at once must not install or build on top of each other. Ends with the descriptor closed.
prepare_alone() {
  (umask 077 && mkdir -p "$VAR" "$ROOT/var")
  exec 9>"$ROOT/var/prepare.lock"
  flock -n 9 || { step 'Waiting for another preparation to end' && flock 9; }
  "$@"
  exec 9>&-
}
