//! The worker's program that runs models on the browser's GPU where it is faster. Apart from the other one, which most visitors
//! get, because it is larger.

#[path = "main.rs"]
mod program;

fn main() {
    program::main();
}
