//! The outbox: mails that wait, were sent or were given up; never what they say.

use leptos::prelude::*;

use super::{framed, row_button, table};
use crate::api::people::Mail;
use crate::clock::Clock;
use crate::components::form::said;
use crate::pages::people::moment;
use crate::people::Page;
use crate::text::people as text;

pub fn mail(mails: Vec<Mail>, clock: Clock, done: Option<&'static str>) -> Page {
    Page::new(text::title(text::ADMIN_MAIL), move || {
        let rows = mails.iter().map(|mail| mail_row(mail, &clock)).collect();
        let columns = [text::RECIPIENT, text::MADE, text::ATTEMPTS, text::STATE, text::RETRY];
        let body = view! {
            {said(done)}
            {table(text::ADMIN_MAIL, &columns, rows)}
        }
        .into_any();
        framed(text::ADMIN_MAIL.into(), "/admin/mail", body)
    })
}

fn mail_row(mail: &Mail, clock: &Clock) -> AnyView {
    let Mail { id, recipient, created_at, attempts, sent_at, next_at, last_error } = mail.clone();
    let (state, at) = match (sent_at, next_at) {
        (Some(at), _) => (text::MAIL_SENT_STATE, Some(at)),
        (None, Some(at)) => (text::MAIL_WAITS, Some(at)),
        (None, None) => (text::MAIL_GIVEN_UP, None),
    };
    let again = sent_at
        .is_none()
        .then(|| row_button("/admin/mail", ("id", &id), text::RETRY, text::of_row(text::RETRY, &recipient), ""));
    view! {
        <tr>
            <th scope="row">{recipient.clone()}</th>
            <td>{moment(clock, created_at)}</td>
            <td>{attempts}</td>
            <td>
                {state} " " {at.map(|at| moment(clock, at))}
                {last_error.map(|error| view! { <span class="soft">" " {error}</span> })}
            </td>
            <td>{again}</td>
        </tr>
    }
    .into_any()
}
