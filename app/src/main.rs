//! The page's own program: hydrates what the server rendered.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    app::browser::ready::tell();
}
