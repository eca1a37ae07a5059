//! Says by `cfg(stock)` whether the client comes from the stock templates, which lack two of our errors.

fn main() {
    println!("cargo::rerun-if-changed=client");
    if !std::path::Path::new("client/src/apis/response.rs").exists() {
        println!("cargo::rustc-cfg=stock");
    }
}
