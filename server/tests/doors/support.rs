//! Servers for the tests: a gateway whose pictures are read here or in a vision service beside it, both by the same stand-in
//! for the models, which does what the picture's bytes say.

pub mod database;
mod forms;
mod http;
mod people;
mod reader;
mod sample;
pub mod secrets;
mod server;

pub use self::http::{Client, Reply, form};
pub use forms::{browser, leads_to, post};
pub use people::{PASSWORD, Person};
pub use reader::{StandIn, picture};
pub use sample::report;
pub use server::{PLACES, Place, Server, VisionServer, eventually, limits, remote, vision_service, vision_service_in};
