//! The worker's program for browsers with WebAssembly's relaxed vectors, which multiply and add in one.

#[path = "main.rs"]
mod program;

fn main() {
    program::main();
}
