//! The second factor: whether it is on, its secret to scan, its recovery codes.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

use super::title;
use crate::api::Refused;
use crate::api::people::FactorSecret;
use crate::components::form::{Form, Input, InputKind, hidden, said};
use crate::people::{Fields, Page};
use crate::text::people as text;

pub fn state(is_on: bool, done: Option<&'static str>, refused: Option<&Refused>) -> Page {
    let (of, refused) = (title(text::FACTOR_TITLE, refused), refused.cloned());
    Page::new(of, move || {
        let typed = Fields::default();
        let form = Form { id: "factor", typed: &typed, refused: refused.as_ref() };
        let (which, button) = if is_on { ("remove", text::FACTOR_REMOVE) } else { ("begin", text::FACTOR_BEGIN) };
        view! {
            <main id="content" class="narrow">
                <h1>{text::FACTOR_TITLE}</h1>
                <p class="lead">{if is_on { text::FACTOR_ON } else { text::FACTOR_LEAD }}</p>
                {said(done)}
                {form.summary()}
                <form method="post" action="/second-factor" novalidate>
                    {hidden("do", which)}
                    {form.input(Input {
                        name: "password",
                        label: text::YOUR_PASSWORD,
                        kind: InputKind::Password,
                        autocomplete: "current-password",
                        ..Input::default()
                    })}
                    <button class=if is_on { "quiet bad" } else { "" }>{button}</button>
                </form>
            </main>
        }
        .into_any()
    })
}

pub fn scan(secret: &FactorSecret, refused: Option<&Refused>) -> Page {
    let (of, refused) = (title(text::FACTOR_TITLE, refused), refused.cloned());
    let FactorSecret { secret, uri } = secret.clone();
    Page::new(of, move || {
        let typed = Fields::default();
        let form = Form { id: "factor", typed: &typed, refused: refused.as_ref() };
        view! {
            <main id="content" class="narrow">
                <h1>{text::FACTOR_TITLE}</h1>
                <p class="lead">{text::FACTOR_SCAN}</p>
                {form.summary()}
                {qr(&uri)}
                <div class="field">
                    <label for="factor-secret">{text::FACTOR_SECRET}</label>
                    <input id="factor-secret" class="code" type="text" value=secret.clone() readonly autocomplete="off" />
                </div>
                <form method="post" action="/second-factor" novalidate>
                    {hidden("do", "confirm")} {hidden("secret", secret.clone())} {hidden("uri", uri.clone())}
                    {form.input(Input {
                        name: "code",
                        label: text::FACTOR_CODE,
                        autocomplete: "one-time-code",
                        hint: text::FACTOR_CODE_HINT.into(),
                        ..Input::default()
                    })}
                    <button>{text::FACTOR_CONFIRM}</button>
                </form>
            </main>
        }
        .into_any()
    })
}

/// Dark on light in both schemes: not every camera reads the other way round.
fn qr(uri: &str) -> AnyView {
    let Ok(code) = QrCode::encode_text(uri, QrCodeEcc::Medium) else { return ().into_any() };
    let (size, quiet) = (code.size(), 4);
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + quiet, y + quiet));
        }
    }
    let side = size + 2 * quiet;
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=text::FACTOR_QR>
            <rect width=side height=side fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
    .into_any()
}

pub fn codes(codes: Vec<String>) -> Page {
    Page::new(text::title(text::CODES_TITLE), move || {
        let list = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
        view! {
            <main id="content" class="narrow">
                <h1>{text::CODES_TITLE}</h1>
                <p class="lead" role="status">
                    {text::CODES_LEAD}
                </p>
                <ul class="codes">{list}</ul>
                <p>
                    <a class="button" href="/second-factor">
                        {text::CODES_KEPT}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}
