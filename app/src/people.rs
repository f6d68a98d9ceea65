//! The pages of people: which question each address asks of the server, and which page its answer is.
//!
//! They are documents with forms that post to their own address and need no program (decision 0015). What is wrong comes back
//! in the same page beside its field, with what was typed, but for passwords; what succeeds leads on to another address, so
//! that reloading repeats nothing.

mod account;
mod admin;
mod entrance;
mod factor;
mod fields;
mod history;
mod settings;
mod statistics;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use vision_core::ErrorCode;

pub use account::ProfileForm;
pub(crate) use admin::PAGE;
pub(crate) use fields::address;
pub use fields::{Fields, own_path};
pub(crate) use history::{export_address, search_address};
pub(crate) use settings::{OFF, ON};

use crate::api::people::SignedIn;
use crate::api::{Backend, People, Refused};
use crate::clock::Clock;
use crate::pages::people as pages;
use crate::plain::status_of;

/// Where these pages stand, as axum writes addresses. All of them answer GET and POST.
pub const ADDRESSES: [&str; 25] = [
    "/register",
    "/confirm",
    "/confirm-email",
    "/resend",
    "/login",
    "/login/code",
    "/logout",
    "/forgot",
    "/reset",
    "/profile",
    "/sessions",
    "/keys",
    "/second-factor",
    "/stats",
    "/history",
    "/history/{id}",
    "/shared/{token}",
    "/admin/users",
    "/admin/users/{id}",
    "/admin/analyses",
    "/admin/quotas",
    "/admin/mail",
    "/admin/jobs",
    "/admin/audit",
    "/admin/settings",
];

/// A request for one of the pages.
#[derive(Clone, Default)]
pub struct Visit {
    pub path: String,
    pub query: Fields,
    /// The form that was posted, if one was.
    pub posted: Option<Fields>,
}

/// What is answered.
pub enum Reply {
    Page(Page),
    /// Another address of ours to go on at.
    SeeOther(String),
}

/// A page that is ready to be rendered: nothing in it waits for anything.
#[derive(Clone)]
pub struct Page {
    pub title: String,
    pub status: StatusCode,
    /// Its address, for the header.
    pub path: String,
    view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

impl Page {
    pub fn new(title: impl Into<String>, view: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self { title: title.into(), status: StatusCode::OK, path: String::new(), view: Arc::new(view) }
    }

    /// The same page, answered with the status of a refusal.
    #[must_use]
    pub fn refused(self, refused: Option<&Refused>) -> Self {
        match refused {
            Some(refused) => Self { status: status_of(refused.code), ..self },
            None => self,
        }
    }

    pub fn view(&self) -> AnyView {
        (self.view)()
    }
}

/// What is the same for every page of a visit.
#[derive(Clone)]
struct Here {
    people: Arc<dyn People>,
    visit: Visit,
}

/// Somebody who is logged in, and the request that they make.
struct Own {
    here: Here,
    clock: Clock,
}

/// Answers a request for one of [`ADDRESSES`].
pub async fn answer(people: Arc<dyn People>, visit: Visit) -> Reply {
    let here = Here { people, visit };
    let reply = reply(here.clone()).await.unwrap_or_else(|refused| refusal(&here, &refused));
    match reply {
        Reply::Page(page) => Reply::Page(Page { path: here.visit.path, ..page }),
        other => other,
    }
}

async fn reply(here: Here) -> Result<Reply, Refused> {
    let path = here.visit.path.clone();
    let steps: Vec<&str> = path.trim_matches('/').split('/').collect();
    match steps.as_slice() {
        ["register"] => entrance::register(&here).await,
        ["confirm" | "confirm-email"] => entrance::confirm(&here).await,
        ["resend"] => entrance::resend(&here).await,
        ["login"] => entrance::log_in(&here).await,
        ["login", "code"] => entrance::code(&here).await,
        ["logout"] => entrance::log_out(&here).await,
        ["forgot"] => entrance::forgot(&here).await,
        ["reset"] => entrance::reset(&here).await,
        ["profile"] => account::profile(&here.own().await?).await,
        ["sessions"] => account::sessions(&here.own().await?).await,
        ["keys"] => account::keys(&here.own().await?).await,
        ["second-factor"] => factor::second_factor(&here.own().await?).await,
        ["stats"] => statistics::statistics(&here.own().await?).await,
        ["history"] => history::list(&here.own().await?).await,
        ["history", id] => history::one(&here.own().await?, id).await,
        ["shared", token] => history::shared(&here, token).await,
        ["admin", "users"] => admin::users(&here.own().await?).await,
        ["admin", "users", id] => admin::user(&here.own().await?, id).await,
        ["admin", "analyses"] => admin::analyses(&here.own().await?).await,
        ["admin", "quotas"] => admin::quotas(&here.own().await?).await,
        ["admin", "mail"] => admin::mail(&here.own().await?).await,
        ["admin", "jobs"] => admin::jobs(&here.own().await?).await,
        ["admin", "audit"] => admin::audit(&here.own().await?).await,
        ["admin", "settings"] => settings::settings(&here.own().await?).await,
        _ => Err(Refused::new(ErrorCode::NotFound, crate::text::people::NOTHING_HERE)),
    }
}

/// What is refused as a whole: whoever is not logged in may do so and come back; everyone else reads why.
fn refusal(here: &Here, refused: &Refused) -> Reply {
    if refused.code == ErrorCode::Unauthenticated {
        // What was posted is lost with the session; the page that it was posted from is found again.
        return Reply::SeeOther(format!("/login?next={}", fields::encoded(&here.visit.path)));
    }
    Reply::Page(pages::refused(refused).refused(Some(refused)))
}

/// The page that tells a refusal of something that is no visit, such as a file.
pub fn refusal_of(refused: &Refused, path: &str) -> Page {
    Page { path: path.to_owned(), ..pages::refused(refused).refused(Some(refused)) }
}

impl Here {
    async fn own(self) -> Result<Own, Refused> {
        let SignedIn { time_zone, .. } = self.people.signed_in().await?.ok_or_else(unauthenticated)?;
        Ok(Own { clock: Clock::new(&time_zone), here: self })
    }
}

fn unauthenticated() -> Refused {
    Refused::new(ErrorCode::Unauthenticated, crate::text::people::LOG_IN_FIRST)
}

/// Renders a page into the document that all pages share.
pub async fn render(
    options: LeptosOptions,
    backend: Arc<dyn Backend>,
    people: Arc<dyn People>,
    page: Page,
) -> Response<Body> {
    let status = page.status;
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(Arc::clone(&backend));
            provide_context(Arc::clone(&people));
            provide_context(page.clone());
        },
        move || crate::shell(options.clone()),
    );
    let mut response = render(Request::new(Body::empty())).await;
    *response.status_mut() = status;
    response
}
