# Builds a program with the pinned dependencies: build.sh <program>
set -e
[ "$KATAPULT_VARIANT" != stock ] || cd stock
# Cargo.lock.in has "registry" as each source, because this repository must not name a registry host. The real source
# comes from the lock file that Cargo generates. To pin newer versions, copy that file to Cargo.lock.in, and replace
# each source with "registry".
if [ ! -e Cargo.lock ]; then
  cargo generate-lockfile --quiet
  source=$(grep --max-count=1 '^source = ' Cargo.lock)
  sed "s|^source = \"registry\"|$source|" Cargo.lock.in > Cargo.lock
fi
# The variants share the compiled dependencies.
cargo build --quiet --locked --target-dir "$OLDPWD/../dependencies" --bin "$1"
