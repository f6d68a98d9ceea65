//! How a picture becomes a sentence, told to whoever wants to know before they drop one.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::text;

#[component]
pub fn AboutPage() -> impl IntoView {
    view! {
        <Title text=text::TITLE_ABOUT />
        <Meta name="description" content=text::ABOUT_LEAD />
        <main id="content" class="prose">
            <h1>{text::ABOUT_TITLE}</h1>
            <p class="lead">{text::ABOUT_LEAD}</p>
            <ol class="steps">
                {text::ABOUT_STEPS
                    .into_iter()
                    .map(|(title, body)| {
                        view! {
                            <li>
                                <h2>{title}</h2>
                                <p>{body}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <section>
                <h2>{text::ABOUT_SENT_TITLE}</h2>
                <p>{text::ABOUT_SENT}</p>
            </section>
            <section>
                <h2>{text::ABOUT_LIMITS_TITLE}</h2>
                <p>{text::ABOUT_LIMITS}</p>
            </section>
            <section>
                <h2>{text::ABOUT_OFFLINE_TITLE}</h2>
                <p>{text::ABOUT_OFFLINE}</p>
            </section>
        </main>
    }
}
