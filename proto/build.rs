//! Generates the messages and services from the .proto files, with a compiler written in Rust so that no `protoc` is needed.

use std::path::PathBuf;

use prost::Message as _;

const ROOT: &str = "proto";
const FILES: [&str; 2] = ["proto/image_analyzer/v1/vision.proto", "proto/image_analyzer/auth/v1/auth.proto"];

/// Messages of the auth service that hold something secret: `src/auth.rs` says what is shown of them instead.
const SECRET: [&str; 21] = [
    "Origin",
    "Register",
    "Confirm",
    "ResetPassword",
    "ChangePassword",
    "ChangeEmail",
    "LogIn",
    "CodeAsked",
    "FinishLogIn",
    "LoggedIn",
    "Refresh",
    "Identify",
    "Identify.credential",
    "GivePassword",
    "NewApiKey",
    "DeleteAccount",
    "BeginSecondFactor",
    "SecondFactor",
    "ConfirmSecondFactor",
    "RecoveryCodes",
    "RemoveSecondFactor",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={ROOT}");
    let descriptors = protox::compile(FILES, [ROOT])?;
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?);
    std::fs::write(out_dir.join("descriptors.bin"), descriptors.encode_to_vec())?;
    // A chunk of a picture is handed on without being copied.
    let secret = SECRET.map(|name| format!(".image_analyzer.auth.v1.{name}"));
    tonic_prost_build::configure().bytes(".image_analyzer.v1").skip_debug(secret).compile_fds(descriptors)?;
    Ok(())
}
