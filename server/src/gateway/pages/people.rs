//! The pages about people over HTTP: a request becomes a visit, its reply a document or another address to go on at.

mod account;
mod administration;
mod entrance;
mod history;
mod statistics;

use std::sync::{Arc, Mutex, PoisonError};

use app::api::people::SignedIn;
use app::api::{Asked, Backend, FieldError, People, Refused};
use app::people::{ADDRESSES, Fields, Reply, Visit, answer};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use proto::auth_v1::Role;
use uuid::Uuid;

use super::backend::PageBackend;
use super::{options, personal};
use crate::gateway::body::{receive, short};
use crate::gateway::problem::Refusal;
use crate::gateway::visitor::{self, Visitor};
use crate::gateway::{Door, range};
use crate::service::{Caller, Person, Service, ServiceError};

/// More than any of the forms takes, with a hundred analyses chosen.
const LONGEST_FORM_BYTES: usize = 64 * 1024;

/// A picture of an analysis, small.
const THUMBNAIL: &str = "/history/{id}/thumbnail";

/// Where the profile's form sends a picture.
const AVATAR: &str = "/profile/avatar";

pub(super) fn routes() -> Router<Door> {
    let router = Router::new().route(THUMBNAIL, get(thumbnail)).route(AVATAR, post(set_avatar));
    ADDRESSES.into_iter().fold(router, |router, address| router.route(address, get(visit).post(visit)))
}

async fn visit(State(door): State<Door>, Visitor(caller): Visitor, request: Request) -> Result<Response, Refusal> {
    let ticket = visitor::ticket(&door, request.headers());
    let people = PagePeople { ticket, ..PagePeople::new(door.clone(), caller.clone()) };
    let shared: Arc<dyn People> = Arc::new(people.clone());
    let visit = visit_of(request).await?;
    let mut response = match answer(Arc::clone(&shared), visit).await {
        Reply::Page(page) => {
            let backend: Arc<dyn Backend> = Arc::new(PageBackend::new(door.clone(), caller.clone()));
            app::people::render(options(), backend, shared, page).await
        }
        Reply::SeeOther(address) => {
            let address = HeaderValue::from_str(&address).map_err(ServiceError::internal)?;
            (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
        }
    };
    response.headers_mut().extend(people.taken_headers());
    personal(&door, &caller, &mut response).await?;
    // They show what is nobody else's, some of it this once.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

async fn visit_of(request: Request) -> Result<Visit, ServiceError> {
    let (parts, body) = request.into_parts();
    let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let posted = if parts.method == Method::POST {
        let bytes = short(body, LONGEST_FORM_BYTES).await.ok_or_else(|| ServiceError::BadInput {
            detail: format!("the form is longer than {LONGEST_FORM_BYTES} bytes, or broke off"),
        })?;
        Some(Fields::parse(&bytes))
    } else {
        None
    };
    Ok(Visit { path: parts.uri.path().to_owned(), query, posted })
}

/// Small, and asked for again only by whether it is still the same: an analysis' picture never changes.
async fn thumbnail(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = known(&id)?;
    let tag = format!("\"{}\"", id.simple());
    let mut response = if range::has(&headers, &tag) && door.service.analysis(&caller, id).await?.picture_kept {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let picture = door.service.thumbnail(&caller, id).await?;
        ([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], picture).into_response()
    };
    let tag = HeaderValue::from_str(&tag).map_err(ServiceError::internal)?;
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// A form with a file: its fields are no visit, its refusals are pages all the same.
async fn set_avatar(State(door): State<Door>, Visitor(caller): Visitor, request: Request) -> Result<Response, Refusal> {
    let setting = async {
        let person = caller.person()?;
        let received = receive(&door, request).await?;
        door.service.set_avatar(person, received.picture).await
    };
    let address = match setting.await {
        Ok(()) => "/profile?said=avatar-set",
        Err(ServiceError::Unauthenticated) => "/login?next=%2Fprofile",
        Err(error) => {
            let people: Arc<dyn People> = Arc::new(PagePeople::new(door.clone(), caller.clone()));
            let backend: Arc<dyn Backend> = Arc::new(PageBackend::new(door.clone(), caller));
            let page = app::people::refusal_of(&refused(&error), "/profile");
            return Ok(app::people::render(options(), backend, people, page).await.into_response());
        }
    };
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static(address))]).into_response())
}

/// What the pages ask about people, for the visitor of one request.
#[derive(Clone)]
pub struct PagePeople {
    door: Door,
    caller: Caller,
    /// Of a login that waits for its code.
    ticket: String,
    /// What the answer tells the browser to remember or to forget.
    headers: Arc<Mutex<HeaderMap>>,
}

impl PagePeople {
    pub fn new(door: Door, caller: Caller) -> Self {
        Self { door, caller, ticket: String::new(), headers: Arc::default() }
    }

    fn taken_headers(&self) -> HeaderMap {
        std::mem::take(&mut *self.headers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn with_headers(
        &self,
        write: impl FnOnce(&Door, &mut HeaderMap) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        write(&self.door, &mut self.headers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks a use case, and tells the page what it said.
    fn ask<T, A>(&self, ask: impl FnOnce(Self, Service) -> A) -> Asked<T>
    where
        T: 'static,
        A: Future<Output = Result<T, ServiceError>> + Send + 'static,
    {
        let asking = ask(self.clone(), self.door.service.clone());
        Box::pin(async move { asking.await.map_err(|error| refused(&error)) })
    }

    fn person(&self) -> Result<&Person, ServiceError> {
        self.caller.person()
    }
}

impl People for PagePeople {
    fn signed_in(&self) -> Asked<Option<SignedIn>> {
        self.ask(async move |here, service: Service| {
            let Some(person) = here.caller.person.as_ref().filter(|person| person.session.is_some()) else {
                return Ok(None);
            };
            let account = service.profile(&here.caller.origin, person).await?;
            let name = format!("{} {}", account.first_name, account.last_name);
            let administrator = person.role == Role::Administrator;
            Ok(Some(SignedIn { name, email: account.email, time_zone: account.time_zone, administrator }))
        })
    }
}

fn refused(error: &ServiceError) -> Refused {
    if error.is_ours() {
        tracing::error!(error.cause = error.causes(), "a page's question about people failed for a reason of ours");
    }
    let field = |broken: &crate::service::error::Broken| FieldError {
        field: broken.field.clone(),
        rule: broken.rule.clone(),
        message: broken.detail.clone(),
    };
    Refused {
        code: error.code(),
        message: error.sentence(),
        fields: error.broken().iter().map(field).collect(),
        retry_after_secs: error.retry_after().map(|wait| wait.as_secs().max(1)),
    }
}

/// An id of another form names nothing.
fn known(id: &str) -> Result<Uuid, ServiceError> {
    Uuid::parse_str(id).map_err(|_| ServiceError::NotFound)
}
