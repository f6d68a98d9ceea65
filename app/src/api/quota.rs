//! The visitor's allowance of server analyses.

use serde::{Deserialize, Serialize};

/// `GET /v1/quota` answers with this; `POST /v1/analyses` tells the same in its headers `x-analyses-limit` and `x-analyses-remaining`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub limit: u32,
    pub remaining: u32,
    /// Whether somebody is logged in: then both numbers mean nothing.
    #[serde(default)]
    pub unlimited: bool,
}
