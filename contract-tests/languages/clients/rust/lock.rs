//! Creates Cargo.lock from Cargo.lock.in, which has "registry" as each source because this repository must not name a
//! registry host. The real source comes from the lock file that `cargo generate-lockfile` has just created.
//!
//! To pin newer versions, copy that lock file to Cargo.lock.in and replace each source with "registry".

use std::{fs, io};

fn main() -> io::Result<()> {
    let fresh = fs::read_to_string("Cargo.lock")?;
    let source = fresh.lines().find(|line| line.starts_with("source = ")).expect("a package from a registry");
    fs::write("Cargo.lock", fs::read_to_string("Cargo.lock.in")?.replace("source = \"registry\"", source))
}
