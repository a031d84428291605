#!/bin/sh
# Installs the Debian or Ubuntu packages that a build needs, if any is missing. Usage: install_packages.sh [EXTRA...]
set -eu

missing=""
need() { # pkg-config module, package
    pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}

command -v pkg-config >/dev/null 2>&1 || missing="$missing pkgconf"
need libmicrohttpd libmicrohttpd-dev
need jansson libjansson-dev
need openblas libopenblas-dev
need libpng libpng-dev
need libjpeg libjpeg-dev
need nettle nettle-dev
need sqlite3 libsqlite3-dev
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "These packages are missing, and installing them needs root:$missing" >&2
        exit 1
    }
    root=sudo
fi
echo "Installing:$missing" >&2
$root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086  # the names are words
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
