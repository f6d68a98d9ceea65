//! The pages: rendered here, their programs and static files beside them, and the form that works without JavaScript.

mod backend;
mod find;
mod people;

use std::sync::{Arc, LazyLock};

use app::api::{Backend, People};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts as _, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::{HeaderValue, Method, Uri, header};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;

use super::body::receive;
use super::files::Folder;
use super::problem::Refusal;
use super::visitor::{Visitor, introduce};
use super::{Door, problem};
use crate::service::{Caller, ServiceError};
use backend::{PageBackend, Refused};
pub use find::PageFolders;
use people::PagePeople;

/// Where the pages' programs are; the shell names them by this.
const PROGRAMS: &str = "/pkg/{*path}";

/// Where the pages stand. Found out once in the life of a process: leptos renders the app for it, and while it does, what any
/// page of the process waits for never comes (its `SuppressResourceLoad` is global).
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    leptos_axum::generate_route_list(app::App).into_iter().map(|route| route.path().to_owned()).collect()
});

/// The pages' routes, and what answers where nothing else does.
pub(super) fn routes(folders: &PageFolders) -> Router<Door> {
    let programs = folders.programs.clone().map(Folder::new);
    let public = folders.public.clone().map(Folder::new);
    let mut router = Router::new().route("/", post(form)).route(
        PROGRAMS,
        get(move |Path(path): Path<String>, request: Request| program(programs.clone(), path, request)),
    );
    for path in PATHS.iter() {
        router = router.route(path, get(page));
    }
    router.merge(people::routes()).fallback(move |State(door): State<Door>, visitor: Visitor, request: Request| {
        let public = public.clone();
        async move { elsewhere(&door, visitor, public, request).await }
    })
}

async fn page(State(door): State<Door>, Visitor(caller): Visitor, request: Request) -> Result<Response, Refusal> {
    render(&door, caller, request).await
}

async fn render(door: &Door, caller: Caller, request: Request) -> Result<Response, Refusal> {
    let backend: Arc<dyn Backend> = Arc::new(PageBackend::new(door.clone(), caller.clone()));
    let people: Arc<dyn People> = Arc::new(PagePeople::new(door.clone(), caller.clone()));
    let options = options();
    let rendering = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(Arc::clone(&backend));
            provide_context(Arc::clone(&people));
        },
        move || app::shell(options.clone()),
    );
    let mut response = rendering(request).await;
    personal(door, &caller, &mut response).await?;
    Ok(response)
}

/// A picture posted by a form, answered with a page that needs no script.
async fn form(State(door): State<Door>, Visitor(caller): Visitor, request: Request) -> Result<Response, Refusal> {
    let (backend, name, bytes) = match receive(&door, request).await {
        Ok(received) => {
            let bytes = received.picture.bytes().to_vec();
            (PageBackend::new(door.clone(), caller.clone()), received.name, bytes)
        }
        // The page says what was wrong, as it would of a picture that cannot be read.
        Err(error) => {
            (PageBackend::refusing(door.clone(), caller.clone(), Refused::of(&error)), String::new(), Vec::new())
        }
    };
    let people: Arc<dyn People> = Arc::new(PagePeople::new(door.clone(), caller.clone()));
    let mut response = app::plain::respond(options(), (Arc::new(backend), people), name, bytes).await;
    personal(&door, &caller, &mut response).await?;
    Ok(response)
}

/// A file of the public folder, the page that says that nothing is here, or a problem for programs.
async fn elsewhere(
    door: &Door,
    Visitor(caller): Visitor,
    public: Option<Folder>,
    request: Request,
) -> Result<Response, Refusal> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let (path, for_people) = (request.uri().path().to_owned(), is_for_people(&request));
    if !reads {
        return Ok(problem::no_such_route().await.into_response());
    }
    if let Some(public) = public {
        let mut asked = Request::new(Body::empty());
        *asked.uri_mut() = request.uri().clone();
        *asked.headers_mut() = request.headers().clone();
        if let Some(response) = public.answer(&path, asked).await? {
            return Ok(response);
        }
    }
    if for_people { render(door, caller, request).await } else { Ok(problem::no_such_route().await.into_response()) }
}

/// The page that says that nothing is here, or a problem for programs, at an address that is not even text.
pub(super) async fn nothing(door: &Door, request: Request) -> Result<Response, Refusal> {
    let for_people = is_for_people(&request);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || !for_people {
        return Err(Refusal(ServiceError::NotFound));
    }
    let (mut parts, body) = request.into_parts();
    // What is shown for a letter that cannot be read: the page is chosen by it.
    parts.uri = Uri::from_static("/%EF%BF%BD");
    let Visitor(caller) = Visitor::from_request_parts(&mut parts, door).await?;
    render(door, caller, Request::from_parts(parts, body)).await
}

async fn program(folder: Option<Folder>, path: String, request: Request) -> Result<Response, Refusal> {
    let answer = match folder {
        Some(folder) => folder.answer(&path, request).await?,
        None => None,
    };
    Ok(answer.ok_or(ServiceError::NotFound)?)
}

/// What is rendered for one visitor is nobody else's to cache, and what tells who is logged in is kept nowhere.
async fn personal(door: &Door, caller: &Caller, response: &mut Response) -> Result<(), ServiceError> {
    let keep = if caller.person.is_some() { "private, no-store" } else { "private, no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    introduce(door, caller, response).await
}

fn is_for_people(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.contains("text/html") && !request.uri().path().starts_with("/v1/")
}

fn options() -> LeptosOptions {
    LeptosOptions::builder().output_name("hydrate_body").build()
}
