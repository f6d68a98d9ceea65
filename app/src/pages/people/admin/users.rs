//! Accounts: searched, put in order, turned over.

use leptos::prelude::*;

use super::user::{full_name, states};
use super::{framed, table};
use crate::api::people::{User, UserList, UserOrder};
use crate::clock::Clock;
use crate::components::form::Form;
use crate::pages::people::moment;
use crate::people::{Fields, PAGE, Page, address};
use crate::text::people as text;

pub fn users(found: UserList, typed: &Fields, offset: u32, clock: Clock) -> Page {
    let typed = typed.clone();
    Page::new(text::title(text::ADMIN_USERS), move || {
        let form = Form { id: "users", typed: &typed, refused: None };
        let orders =
            UserOrder::ALL.map(|order| (order.as_str().to_owned(), text::user_order(order).to_owned())).to_vec();
        let rows = found.users.iter().map(|user| user_row(user, &clock)).collect();
        let columns = [text::USER_NAME, text::EMAIL, text::USERNAME, text::USER_STATE, text::USER_SINCE];
        let turn = |to: u32, words: &'static str| {
            let (q, order, to) = (typed.given("q"), typed.given("order"), to.to_string());
            let pairs = [("q", q.as_deref()), ("order", order.as_deref()), ("offset", Some(to.as_str()))];
            view! {
                <a class="button quiet" href=address("/admin/users", &pairs)>
                    {words}
                </a>
            }
        };
        let previous = (offset > 0).then(|| turn(offset.saturating_sub(PAGE), text::PREVIOUS));
        let next = (u64::from(offset) + u64::from(PAGE) < found.total).then(|| turn(offset + PAGE, text::NEXT));
        let body = view! {
            <form class="search" role="search" action="/admin/users">
                <div class="field">
                    <label for=form.field_id("q")>{text::USERS_WORDS}</label>
                    <input id=form.field_id("q") name="q" type="search" value=typed.text("q") autocomplete="off" />
                </div>
                {form.select("order", text::USERS_ORDER, orders)}
                <button class="quiet">{text::SEARCH}</button>
            </form>
            <p class="soft">{text::users_found(found.total)}</p>
            {table(text::ADMIN_USERS, &columns, rows)}
            <p class="turn">{previous} {next}</p>
        }
        .into_any();
        framed(text::ADMIN_USERS.into(), "/admin/users", body)
    })
}

fn user_row(user: &User, clock: &Clock) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <a class="link" href=format!("/admin/users/{}", user.id)>
                    {full_name(user)}
                </a>
            </th>
            <td>{user.email.clone()}</td>
            <td>{user.username.clone()}</td>
            <td>{states(user)}</td>
            <td>{moment(clock, user.created_at)}</td>
        </tr>
    }
    .into_any()
}
