//! The receipt, folded: what read this and how to repeat it, stage by stage.

use leptos::prelude::*;
use vision_core::Report;
use vision_core::report::{ModelUsed, Timing};

use crate::actions;
use crate::erased::Erase as _;
use crate::state::Session;
use crate::text;

#[component]
pub fn ReceiptDetails() -> impl IntoView {
    let session = expect_context::<Session>();
    let device = Memo::new(move |_| session.picture.with(|p| p.as_ref().and_then(|p| p.device_report())));
    let server = Memo::new(move |_| session.picture.with(|p| p.as_ref().and_then(|p| p.server_report().cloned())));
    let failed = Memo::new(move |_| session.picture.with(|p| p.as_ref().is_some_and(|p| p.has_failed())));
    view! {
        <Show when=move || !failed.get()>
            <details class="receipt">
                <summary>{text::RECEIPT}</summary>
                {move || device.get().map(|report| one(text::RECEIPT_DEVICE, &report))}
                {move || server.get().map(|report| one(text::RECEIPT_SERVER, &report))}
                <p class="take with-script">
                    <button class="quiet small" type="button" on:click=move |_| actions::copy_json(session)>
                        {text::COPY_JSON}
                    </button>
                    <button class="quiet small" type="button" on:click=move |_| actions::copy_csv(session)>
                        {text::COPY_CSV}
                    </button>
                </p>
            </details>
        </Show>
    }
    .erased_late()
}

fn one(title: &'static str, report: &Report) -> impl IntoView + use<> {
    let receipt = &report.receipt;
    let head = format!(
        "image sha256 {} · core {} · {} · {}",
        receipt.image_sha256, receipt.core_version, receipt.engine, receipt.platform
    );
    let models = receipt
        .models
        .iter()
        .map(|ModelUsed { name, version, sha256, engine, engine_reason }| {
            let ran_by = match engine_reason {
                Some(reason) => format!(" · {engine}: {reason}"),
                None => String::new(),
            };
            view! { <li><code>{format!("{name} {version} ({}){ran_by}", short(sha256))}</code></li> }
        })
        .collect_view();
    let timings = report
        .timings
        .iter()
        .map(|Timing { stage, ms }| {
            view! {
                <tr>
                    <td>{stage.clone()}</td>
                    <td>{format!("{ms:.1}\u{a0}ms")}</td>
                </tr>
            }
        })
        .collect_view();
    let warnings = report.warnings.iter().map(|w| view! { <li>{w.message.clone()}</li> }).collect_view();
    let has_warnings = !report.warnings.is_empty();
    view! {
        <h3>{title}</h3>
        <p>
            <code>{head}</code>
        </p>
        <ul class="models">{models}</ul>
        {has_warnings.then(|| view! { <ul class="warnings">{warnings}</ul> })}
        <table>
            <caption>{text::STAGES}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::STAGE}</th>
                    <th scope="col">{text::TIME}</th>
                </tr>
            </thead>
            <tbody>{timings}</tbody>
        </table>
    }
    .erased_late()
}

/// The first letters of a hash, enough to compare by eye; the whole of it is in the JSON.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
