//! Makes Cargo.lock of Cargo.lock.in, which pins the same but says "registry" for each source: nothing in this
//! repository names a registry's host. The name is in the lock file that `cargo generate-lockfile` has just made.
//!
//! To pin newer versions, take that lock file for Cargo.lock.in, with "registry" for each source.

use std::{fs, io};

fn main() -> io::Result<()> {
    let fresh = fs::read_to_string("Cargo.lock")?;
    let source = fresh.lines().find(|line| line.starts_with("source = ")).expect("a package from a registry");
    fs::write("Cargo.lock", fs::read_to_string("Cargo.lock.in")?.replace("source = \"registry\"", source))
}
