#!/bin/sh
# Makes the virtual environment in which the reference runs: setup.sh DIRECTORY
set -eu
here=$(dirname "$0")
environment=$1
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" -c "$here/constraints.txt"
