//! The home page: drop a picture and read what is on it.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::root::{self, Root};
use crate::text;

#[component]
pub fn AnalysePage() -> impl IntoView {
    view! {
        <Title text=text::TITLE_ANALYSE />
        <Meta name="description" content=text::SUMMARY />
        <div id=root::ID class="root">
            <Root />
        </div>
    }
}
