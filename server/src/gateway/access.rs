//! What a browser may do with our answers: nothing is guessed, framed, shared or loaded from elsewhere; and that no other site
//! makes it change anything here.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use percent_encoding::percent_decode_str;

use super::problem::Refusal;
use super::visitor::Cookies;
use super::{Door, pages};
use crate::service::ServiceError;

/// Scripts are our own files and compiled wasm; a rendered page names the nonce of its inline scripts in a policy of its own.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self' blob:; worker-src 'self'; \
     font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Together they isolate the page from other origins, which is what wasm threads ask for.
const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(self), geolocation=(), microphone=()"),
];

/// Browsers that have seen it come back over HTTPS only, for a year.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

pub(super) async fn headers(State(cookies): State<Cookies>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    match cookies {
        Cookies::Plain => {}
        Cookies::Secure => drop(headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY)),
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    response
}

/// Nothing is at an address that is no text; asked of a route, it would be answered in the router's own words.
pub(super) async fn readable(State(door): State<Door>, request: Request, next: Next) -> Response {
    match percent_decode_str(request.uri().path()).decode_utf8() {
        Ok(_) => next.run(request).await,
        Err(_) => pages::nothing(&door, request).await.into_response(),
    }
}

/// Told by every browser: where a request comes from in relation to here.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another site would have a browser change here. A browser sends our cookies with such a request, never a
/// token; a program sends neither of the two headers that are looked at.
pub(super) async fn same_site(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_from_here(request.headers()) {
        return next.run(request).await;
    }
    let detail = "this request comes from another site; open the page itself and try there";
    Refusal(ServiceError::Forbidden { detail }).into_response()
}

fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(&FETCH_SITE), text(&header::ORIGIN)) {
        // `none`: the person has asked for it themselves. `same-site` is another host of the same owner, which is not us.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        // A browser from before 2023. Behind a proxy only the host can be compared, for the scheme is not known.
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(&header::HOST)
        }
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_programs_change_anything() {
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://a.example")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("host", "a.example:8080"), ("origin", "http://a.example:8080")], true),
            (&[("host", "a.example"), ("origin", "https://a.example.evil.example")], false),
            (&[("host", "a.example"), ("origin", "null")], false),
            (&[("host", "a.example"), ("origin", "http://a.example:81")], false),
        ];
        for (sent, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(is_from_here(&headers), expected, "{sent:?}");
        }
    }
}
