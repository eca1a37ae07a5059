//! Sets `cfg(stock)` if the client is generated from the stock templates, which lack two of our errors.

fn main() {
    println!("cargo::rerun-if-changed=client");
    if !std::path::Path::new("client/src/apis/response.rs").exists() {
        println!("cargo::rustc-cfg=stock");
    }
}
