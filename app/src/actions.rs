//! What people can do on the page: take pictures in, have them read, ask the server, take results away, walk with the keys.

mod ask;
mod keys;
mod save;
mod take;

pub use ask::{ask, refresh_quota, stop_asking};
pub use keys::{CHOOSE_ID, on_key};
pub use save::{copy_color, copy_csv, copy_json, copy_text, save_csv, save_json, save_picture};
pub use take::{How, example, paste, read_again, select, take};
