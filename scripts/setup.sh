#!/bin/sh
# Sets up one thing the Makefile asks for, and says what it installs.
#   setup.sh base    Python environment with every pinned dependency
#   setup.sh java    Java 17, which the Spark tests need
#   setup.sh browser Chromium, which the tests of pages need
set -eu
VENV=${VENV:-.venv}
PYTHON=${PYTHON:-python3}

say() { printf 'headwater: %s\n' "$1"; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo "$@"; else
		say "this needs: $*"
		say "run it as root, then run make again"
		exit 1
	fi
}

apt_install() {
	if ! command -v apt-get >/dev/null 2>&1; then
		say "please install $* with your system's package manager, then run make again"
		exit 1
	fi
	say "installing system packages: $*"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

base() {
	command -v "$PYTHON" >/dev/null 2>&1 || apt_install python3 python3-venv
	"$PYTHON" - <<-'PY' || { say "Python 3.11 or newer is needed; point PYTHON at one: make PYTHON=python3.12 demo"; exit 1; }
		import sys
		sys.exit(sys.version_info < (3, 11))
	PY
	"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
	if [ ! -x "$VENV/bin/python" ]; then
		say "making a Python environment in $VENV"
		"$PYTHON" -m venv "$VENV"
	fi
	say "installing the pinned dependencies of requirements.lock (about 1 GB the first time)"
	if command -v uv >/dev/null 2>&1; then
		uv pip install --quiet --python "$VENV/bin/python" --require-hashes -r requirements.lock
		uv pip install --quiet --python "$VENV/bin/python" --no-deps --no-build-isolation -e .
	else
		"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
		"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	fi
	touch "$VENV/.ready"
}

java() {
	if ! command -v java >/dev/null 2>&1; then
		apt_install openjdk-17-jre-headless || apt_install default-jre-headless
	fi
	touch "$VENV/.java"
}

browser() {
	if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1; then
		(apt_install chromium) || (apt_install chromium-browser) || say "no Chromium here; the tests in a browser are skipped"
	fi
	touch "$VENV/.browser"
}

case "${1:-}" in
base) base ;;
java) java ;;
browser) browser ;;
*) say "usage: setup.sh base|java|browser"; exit 2 ;;
esac
