//! The API, browsable: every endpoint of the OpenAPI document with its parameters, replies and an example.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::api::{self, ApiDoc, Endpoint, Parameter, Reply};
use crate::text;

#[component]
pub fn ApiPage() -> impl IntoView {
    let doc = Resource::new_blocking(|| (), |()| async { api::api_doc().await.ok() });
    view! {
        <Title text=text::TITLE_API />
        <Meta name="description" content=text::API_LEAD />
        <main id="content" class="prose wide">
            <h1>{text::API_TITLE}</h1>
            <p class="lead">{text::API_LEAD}</p>
            <p>
                <a class="link" href="/openapi.json" rel="external">
                    {text::API_DOCUMENT}
                </a>
            </p>
            <Suspense fallback=|| ()>
                {move || doc.get().map(|doc| endpoints(doc.unwrap_or_default()))}
            </Suspense>
        </main>
    }
}

fn endpoints(doc: ApiDoc) -> AnyView {
    if doc.endpoints.is_empty() {
        return view! { <p>{text::API_MISSING}</p> }.into_any();
    }
    let index = doc
        .endpoints
        .iter()
        .map(|e| {
            view! {
                <li>
                    <a href=format!("#{}", e.anchor())>
                        <b>{e.method.clone()}</b>
                        <code>{e.path.clone()}</code>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="endpoints" aria-label=text::API_INDEX>
            <ul>{index}</ul>
        </nav>
        <div>{doc.endpoints.into_iter().map(|endpoint| view! { <EndpointView endpoint /> }).collect_view()}</div>
    }
    .into_any()
}

#[component]
fn EndpointView(endpoint: Endpoint) -> impl IntoView {
    let anchor = endpoint.anchor();
    view! {
        <section class="endpoint" id=anchor>
            <h2>
                <b class=format!("verb {}", endpoint.method.to_lowercase())>{endpoint.method.clone()}</b>
                <code>{endpoint.path.clone()}</code>
            </h2>
            {(!endpoint.summary.is_empty()).then(|| view! { <p class="summary">{endpoint.summary.clone()}</p> })}
            {(!endpoint.description.is_empty()).then(|| view! { <p>{endpoint.description.clone()}</p> })}
            {(!endpoint.parameters.is_empty()).then(|| parameters(endpoint.parameters.clone()))}
            {(!endpoint.accepts.is_empty())
                .then(|| {
                    view! {
                        <p class="accepts">{text::API_BODY} " " <code>{endpoint.accepts.join(", ")}</code></p>
                    }
                })}
            {(!endpoint.replies.is_empty()).then(|| replies(endpoint.replies.clone()))}
            <pre class="example" tabindex="0" aria-label=text::API_EXAMPLE><code>{endpoint.example.command.clone()}</code></pre>
            {endpoint
                .example
                .can_try
                .then(|| {
                    view! {
                        <p>
                            <a class="button quiet" href=endpoint.path.clone() rel="external" target="_blank">
                                {text::API_TRY}
                            </a>
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}

fn parameters(parameters: Vec<Parameter>) -> AnyView {
    let rows = parameters
        .into_iter()
        .map(|p| {
            let required = p.required.then_some(text::API_REQUIRED);
            view! {
                <tr>
                    <td><code>{p.name}</code></td>
                    <td>{p.place} " " {required}</td>
                    <td>{p.description}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table>
            <caption>{text::API_PARAMETERS}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::API_NAME}</th>
                    <th scope="col">{text::API_PLACE}</th>
                    <th scope="col">{text::API_MEANING}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn replies(replies: Vec<Reply>) -> AnyView {
    let rows = replies
        .into_iter()
        .map(|r| {
            view! {
                <tr>
                    <td><code>{r.status}</code></td>
                    <td>{r.content.join(", ")}</td>
                    <td>{r.description}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table>
            <caption>{text::API_REPLIES}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::API_STATUS}</th>
                    <th scope="col">{text::API_BODY}</th>
                    <th scope="col">{text::API_MEANING}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
