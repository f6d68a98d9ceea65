//! The page's own program: hydrates what the server rendered.

fn main() {
    console_error_panic_hook::set_once();
    app::root::hydrate();
    app::browser::ready::tell();
}
