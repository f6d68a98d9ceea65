//! An address where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::text;

fn set_status() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
}

#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status();
    view! {
        <Title text=text::TITLE_NOT_FOUND />
        <main id="content" class="prose">
            <h1>{text::NOT_FOUND_TITLE}</h1>
            <p class="lead">{text::NOT_FOUND_TEXT}</p>
            <p>
                <a class="button" href="/">
                    {text::BACK}
                </a>
            </p>
        </main>
    }
}
