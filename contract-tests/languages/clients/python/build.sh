# Installs the dependencies and the client of the variant katapult. Compiles the client.
set -eu
if [ "$KATAPULT_VARIANT" = katapult ]; then
  python3 -m venv venv
  pip='venv/bin/python -m pip --quiet --disable-pip-version-check install --no-compile'
  $pip --require-hashes -r requirements.txt
  $pip --no-deps --no-build-isolation ./client
fi
../katapult/venv/bin/python -W error -m compileall -q client/katapult
