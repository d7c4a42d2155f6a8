# Sourced by scripts/demo and scripts/test: a virtual environment with the project in it.
# VENV names its folder (default: .venv beside this project), PYTHON the Python to make it with.

root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)
VENV=${VENV:-$root/.venv}
case $VENV in
  /*) ;;
  *) VENV=$PWD/$VENV ;;
esac

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Print the first Python on the path that is 3.11 or newer.
find_python() {
  for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    if is_new_enough "$python"; then
      printf '%s\n' "$python"
      return
    fi
  done
  fail "${PYTHON:-python3}: no Python 3.11 or newer was found; install one, or name it: PYTHON=/path/to/python $0"
}

# Make the environment where there is none; nothing in it is ever removed.
make_venv() {
  if [ ! -x "$VENV/bin/python" ]; then
    python=$(find_python) || exit 1
    "$python" -m venv "$VENV" ||
      fail "$VENV: could not be made; install the venv module (Debian, Ubuntu: apt install python3-venv), remove $VENV and run again"
  fi
  is_new_enough "$VENV/bin/python" ||
    fail "$VENV: its Python is older than 3.11; remove it or name another: VENV=/path/to/venv $0"
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 ||
    fail "$VENV: has no pip; remove it, install the venv module (Debian, Ubuntu: apt install python3-venv) and run again"
}

# Install the project as it stands here, with the extras named ("" or "test"), unless it is there.
install_project() {
  make_venv
  mark="$VENV/.zhcorpus-installed${1:+-$1}"
  state=$({ printf '%s\n' "$root" && cat "$root/pyproject.toml"; } | cksum)
  if [ "$(cat "$mark" 2>/dev/null)" != "$state" ]; then
    printf 'installing into %s …\n' "$VENV" >&2
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -e "$root${1:+[$1]}" ||
      fail "$VENV: the installation failed, see above; check the network and run again"
    printf '%s\n' "$state" >"$mark"
  fi
}
