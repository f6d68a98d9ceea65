//! Which page stands at which address, inside the frame that all pages share.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

use crate::components::{Footer, Header};
use crate::pages::{AboutPage, AnalysePage, ApiPage, NotFoundPage};

/// Every page, as the server renders it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <RoutedHeader />
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=AnalysePage ssr=SsrMode::Async />
                <Route path=path!("/about") view=AboutPage ssr=SsrMode::Async />
                <Route path=path!("/api") view=ApiPage ssr=SsrMode::Async />
            </FlatRoutes>
            <Footer />
        </Router>
    }
}

/// The header, told by the router which page is current.
#[component]
fn RoutedHeader() -> impl IntoView {
    let path = use_location().pathname;
    view! { <Header path=Signal::derive(move || path.get()) /> }
}
