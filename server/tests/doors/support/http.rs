//! An HTTP client that keeps cookies, as a browser does, until it is told to drop them.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use super::secrets;

#[derive(Clone)]
pub struct Client {
    base: String,
    agent: ureq::Agent,
    pub cookie: Option<String>,
    headers: Vec<(String, String)>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        self.json()["code"].as_str().expect("a problem has a code").to_owned()
    }
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .max_redirects(0)
            .build();
        Self { base: format!("http://{address}"), agent: config.into(), cookie: None, headers: Vec::new() }
    }

    /// Sends this header with every request from now on.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn analyze(&mut self, picture: &[u8]) -> Reply {
        self.post("/v1/analyses", "application/octet-stream", picture)
    }

    /// Notes a secret that is sent in another way than as JSON.
    pub fn note(&self, name: &str, secret: &str) {
        secrets::note(&self.base, name, secret);
    }

    pub fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Reply {
        let request = self.request("POST", path).header("content-type", kind);
        let request = request.body(body.to_vec()).expect("a request");
        let reply = self.agent.run(request);
        self.take(reply)
    }

    pub fn put(&mut self, path: &str, body: &[u8]) -> Reply {
        let request = self.request("PUT", path).header("content-type", "application/octet-stream");
        let reply = self.agent.run(request.body(body.to_vec()).expect("a request"));
        self.take(reply)
    }

    pub fn get(&mut self, path: &str) -> Reply {
        let reply = self.agent.run(self.request("GET", path).body(()).expect("a request"));
        self.take(reply)
    }

    pub fn delete(&mut self, path: &str) -> Reply {
        let reply = self.agent.run(self.request("DELETE", path).body(()).expect("a request"));
        self.take(reply)
    }

    /// Sends JSON by any method.
    pub fn send(&mut self, method: &str, path: &str, body: &Value) -> Reply {
        secrets::note_json(&self.base, body);
        self.note("code", body["code"].as_str().unwrap_or_default());
        let request = self.request(method, path).header("content-type", "application/json");
        // A body of a DELETE is unusual, and allowed.
        let agent = self.agent.configure_request(request.body(body.to_string()).expect("a request"));
        let reply = self.agent.run(agent.allow_non_standard_methods(true).build());
        self.take(reply)
    }

    pub fn post_json(&mut self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, body)
    }

    /// Sends this token with every request from now on.
    pub fn bearer(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// Puts a cookie beside those that are there, in the place of one of the same name; one without age goes.
    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        let name = pair.split('=').next().unwrap_or_default();
        let others = self.cookie.take().unwrap_or_default();
        let mut pairs: Vec<&str> =
            others.split("; ").filter(|other| !other.is_empty() && other.split('=').next() != Some(name)).collect();
        if !cookie.contains("Max-Age=0") {
            pairs.push(pair);
        }
        self.cookie = Some(pairs.join("; ")).filter(|all| !all.is_empty());
    }

    fn take(&mut self, reply: Result<http::Response<ureq::Body>, ureq::Error>) -> Reply {
        let (parts, mut body) = reply.expect("an answer").into_parts();
        for cookie in parts.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            self.note("cookie", cookie.split([';', '=']).nth(1).unwrap_or_default());
            self.keep(cookie);
        }
        let body = body.with_config().limit(100_000_000).read_to_vec().expect("a whole body");
        if let Ok(json) = serde_json::from_slice(&body) {
            secrets::note_json(&self.base, &json);
        }
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// A form with one file, and the media type to send it under.
pub fn form(field: &str, content: &[u8]) -> (String, Vec<u8>) {
    let boundary = "a-boundary-that-is-in-no-picture";
    let mut body = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--{boundary}\r\n\
         content-disposition: form-data; name=\"{field}\"; filename=\"a.jpg\"\r\ncontent-type: text/plain\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
