//! The pages of the Intelligent Image Analyzer: rendered on the server; the home page's `root` is then hydrated in the browser.
//!
//! `shell` is the document around the pages, `routes` says which page stands where, `pages` and `components` only render.
//! Decisions are plain data in `state`, what people do is in `actions`, what comes from the server goes through `api`, what the browser can do is in
//! `browser`, and everything heavy happens in the vision worker behind `worker`. Every string is in `text`.

// A view's type holds the types of all that it is made of.
#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!(
    "`ssr` and `hydrate` in one build disable every event handler of the browser's program: build them in separate cargo invocations"
);

pub mod actions;
pub mod api;
pub mod browser;
#[cfg(feature = "ssr")]
pub mod clock;
pub mod components;
mod erased;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod plain;
pub mod root;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod shell;
pub mod state;
pub mod text;
pub mod worker;

#[cfg(feature = "ssr")]
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
