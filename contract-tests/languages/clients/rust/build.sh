# Builds a program with the pinned dependencies: build.sh <program>
set -e
here=$PWD
[ "$KATAPULT_VARIANT" != stock ] || cd stock
# Cargo.lock.in has "registry" as each source, because this repository must not name a registry host. The real source,
# and the version of the client, come from the lock file that Cargo generates. To pin newer versions, copy that file to
# Cargo.lock.in, and replace each source with "registry".
if [ ! -e Cargo.lock ]; then
  cargo generate-lockfile --quiet
  source=$(grep --max-count=1 '^source = ' Cargo.lock)
  version=$(sed -n '/^name = "katapult"/{n;p}' Cargo.lock)
  sed "s|^source = \"registry\"|$source|; /^name = \"katapult\"/{n;s|.*|$version|}" Cargo.lock.in > Cargo.lock
fi
# The variants share the compiled dependencies.
RUSTC_WORKSPACE_WRAPPER=$here/clippy.sh cargo build --quiet --locked --target-dir "$here/../dependencies" --bin "$1"
