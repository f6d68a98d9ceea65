//! Getting in: register, confirm, log in and out, a forgotten password.

use leptos::prelude::*;
use vision_core::ErrorCode;

use super::title;
use crate::api::Refused;
use crate::api::people::PasswordRules;
use crate::components::form::{Form, Input, InputKind, hidden, said};
use crate::people::{Fields, Page};
use crate::text::people as text;

fn email(label: &'static str) -> Input {
    Input { name: "email", label, kind: InputKind::Email, autocomplete: "email", ..Input::default() }
}

pub fn register(typed: &Fields, rules: PasswordRules, refused: Option<&Refused>) -> Page {
    let (heading, typed, refused) = (title(text::REGISTER_TITLE, refused), typed.clone(), refused.cloned());
    Page::new(heading, move || {
        let form = Form { id: "register", typed: &typed, refused: refused.as_ref() };
        view! {
            <main id="content" class="narrow">
                <h1>{text::REGISTER_TITLE}</h1>
                <p class="lead">{text::REGISTER_LEAD}</p>
                {form.summary()}
                <form method="post" action="/register" novalidate>
                    <div class="pair">
                        {form.input(Input {
                            name: "first_name", label: text::FIRST_NAME, autocomplete: "given-name", ..Input::default()
                        })}
                        {form.input(Input {
                            name: "last_name", label: text::LAST_NAME, autocomplete: "family-name", ..Input::default()
                        })}
                    </div>
                    {form.input(email(text::EMAIL))}
                    {form.input(Input {
                        name: "username",
                        label: text::USERNAME,
                        autocomplete: "username",
                        hint: text::USERNAME_HINT.into(),
                        optional: true,
                        ..Input::default()
                    })}
                    {form.new_password(rules, (text::PASSWORD, text::PASSWORD_AGAIN))}
                    <button>{text::REGISTER}</button>
                </form>
                <p>
                    {text::HAVE_ACCOUNT} " "
                    <a class="link" href="/login">
                        {text::LOG_IN}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}

/// The next step stands in a mail.
pub fn mail_sent(heading: &'static str, words: &'static str) -> Page {
    Page::new(text::title(heading), move || {
        view! {
            <main id="content" class="narrow">
                <h1>{heading}</h1>
                <p class="lead" role="status">
                    {words}
                </p>
                <p>
                    {text::NO_MAIL} " "
                    <a class="link" href="/resend">
                        {text::SEND_AGAIN_LINK}
                    </a>
                    "."
                </p>
            </main>
        }
        .into_any()
    })
}

pub fn confirm(path: &str, token: &str) -> Page {
    let (path, token) = (path.to_owned(), token.to_owned());
    Page::new(text::title(text::CONFIRM_TITLE), move || {
        let body = if token.is_empty() {
            view! { <p class="lead">{text::NO_TOKEN}</p> }.into_any()
        } else {
            view! {
                <p class="lead">{text::CONFIRM_LEAD}</p>
                <form method="post" action=path.clone()>
                    {hidden("token", token.clone())}
                    <button>{text::CONFIRM}</button>
                </form>
            }
            .into_any()
        };
        view! {
            <main id="content" class="narrow">
                <h1>{text::CONFIRM_TITLE}</h1>
                {body}
            </main>
        }
        .into_any()
    })
}

/// A link that was used, is too old or is not whole; `again` is where a new one is asked for.
pub fn link_failed(refused: &Refused, again: &'static str) -> Page {
    let refused = refused.clone();
    Page::new(text::title(text::LINK_FAILED_TITLE), move || {
        view! {
            <main id="content" class="narrow">
                <h1>{text::LINK_FAILED_TITLE}</h1>
                <p class="lead" role="alert">
                    {text::sentence(&refused.message)} " " {text::LINK_FAILED_ADVICE}
                </p>
                <p>
                    <a class="button" href=again>
                        {text::NEW_LINK}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}

pub fn resend(typed: &Fields, refused: Option<&Refused>) -> Page {
    ask_for_mail("/resend", (text::RESEND_TITLE, text::RESEND_LEAD), typed, refused)
}

pub fn forgot(typed: &Fields, refused: Option<&Refused>) -> Page {
    ask_for_mail("/forgot", (text::FORGOT_TITLE, text::FORGOT_LEAD), typed, refused)
}

fn ask_for_mail(
    action: &'static str,
    (heading, lead): (&'static str, &'static str),
    typed: &Fields,
    refused: Option<&Refused>,
) -> Page {
    let (of, typed, refused) = (title(heading, refused), typed.clone(), refused.cloned());
    Page::new(of, move || {
        let form = Form { id: "mail", typed: &typed, refused: refused.as_ref() };
        view! {
            <main id="content" class="narrow">
                <h1>{heading}</h1>
                <p class="lead">{lead}</p>
                {form.summary()}
                <form method="post" action=action novalidate>
                    {form.input(email(text::EMAIL))}
                    <button>{text::SEND_LINK}</button>
                </form>
            </main>
        }
        .into_any()
    })
}

pub fn reset(token: &str, rules: PasswordRules, refused: Option<&Refused>) -> Page {
    let (of, token, refused) = (title(text::RESET_TITLE, refused), token.to_owned(), refused.cloned());
    Page::new(of, move || {
        let typed = Fields::default();
        let form = Form { id: "reset", typed: &typed, refused: refused.as_ref() };
        let body = if token.is_empty() {
            view! { <p class="lead">{text::NO_TOKEN}</p> }.into_any()
        } else {
            view! {
                <p class="lead">{text::RESET_LEAD}</p>
                {form.summary()}
                <form method="post" action="/reset" novalidate>
                    {hidden("token", token.clone())}
                    {form.new_password(rules, (text::NEW_PASSWORD, text::NEW_PASSWORD_AGAIN))}
                    <button>{text::CHANGE_PASSWORD}</button>
                </form>
            }
            .into_any()
        };
        view! {
            <main id="content" class="narrow">
                <h1>{text::RESET_TITLE}</h1>
                {body}
            </main>
        }
        .into_any()
    })
}

pub fn log_in(typed: &Fields, done: Option<&'static str>, refused: Option<&Refused>) -> Page {
    let (of, typed, refused) = (title(text::LOGIN_TITLE, refused), typed.clone(), refused.cloned());
    Page::new(of, move || {
        let form = Form { id: "login", typed: &typed, refused: refused.as_ref() };
        let unconfirmed = refused.as_ref().is_some_and(|refused| refused.code == ErrorCode::NotConfirmed);
        view! {
            <main id="content" class="narrow">
                <h1>{text::LOGIN_TITLE}</h1>
                {said(done)}
                {form.summary()}
                {unconfirmed
                    .then(|| {
                        view! {
                            <p>
                                {text::CONFIRM_FIRST} " "
                                <a class="link" href="/resend">
                                    {text::SEND_AGAIN_LINK}
                                </a>
                                "."
                            </p>
                        }
                    })}
                <form method="post" action="/login" novalidate>
                    {hidden("next", typed.text("next"))}
                    {form.input(Input {
                        name: "login", label: text::LOGIN, autocomplete: "username", ..Input::default()
                    })}
                    {form.input(Input {
                        name: "password",
                        label: text::PASSWORD,
                        kind: InputKind::Password,
                        autocomplete: "current-password",
                        ..Input::default()
                    })}
                    <label class="tick">
                        <input type="checkbox" name="remember" checked=typed.is_ticked("remember") />
                        {text::REMEMBER}
                    </label>
                    <button>{text::LOG_IN}</button>
                </form>
                <p>
                    <a class="link" href="/forgot">
                        {text::FORGOT_LINK}
                    </a>
                </p>
                <p>
                    {text::NO_ACCOUNT} " "
                    <a class="link" href="/register">
                        {text::REGISTER}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}

pub fn code(typed: &Fields, refused: Option<&Refused>) -> Page {
    let (of, typed, refused) = (title(text::CODE_TITLE, refused), typed.clone(), refused.cloned());
    Page::new(of, move || {
        let form = Form { id: "code", typed: &typed, refused: refused.as_ref() };
        view! {
            <main id="content" class="narrow">
                <h1>{text::CODE_TITLE}</h1>
                <p class="lead">{text::CODE_LEAD}</p>
                {form.summary()}
                <form method="post" action="/login/code" novalidate>
                    {hidden("next", typed.text("next"))}
                    {form.input(Input {
                        name: "code",
                        label: text::CODE,
                        autocomplete: "one-time-code",
                        hint: text::CODE_HINT.into(),
                        ..Input::default()
                    })}
                    <button>{text::LOG_IN}</button>
                </form>
                <p>
                    <a class="link" href="/login">
                        {text::LOG_IN_AS_ANOTHER}
                    </a>
                </p>
            </main>
        }
        .into_any()
    })
}

pub fn log_out() -> Page {
    Page::new(text::title(text::LOGOUT_TITLE), || {
        view! {
            <main id="content" class="narrow">
                <h1>{text::LOGOUT_TITLE}</h1>
                <p class="lead">{text::LOGOUT_LEAD}</p>
                <form method="post" action="/logout">
                    <button>{text::LOG_OUT}</button>
                </form>
            </main>
        }
        .into_any()
    })
}
