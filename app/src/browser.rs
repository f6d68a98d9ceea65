//! Every call into the browser: files, clipboard, canvas, network, keys. Nothing here runs on the server.

pub mod clipboard;
pub mod files;
pub mod http;
pub mod page;
pub mod ready;
pub mod save;
pub mod upload;
