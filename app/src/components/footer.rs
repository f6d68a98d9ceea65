//! The line at the bottom.

use leptos::prelude::*;

use crate::text;

#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="bottom">
            <p>{text::FOOTER}</p>
        </footer>
    }
}
