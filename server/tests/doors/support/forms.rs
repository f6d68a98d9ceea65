//! A browser without a script: it sends forms and goes where it is led.

use super::{Client, Reply, Server};

pub fn browser(server: &Server) -> Client {
    server.client().with("accept", "text/html").with("sec-fetch-site", "same-origin")
}

pub fn post(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    for (name, value) in fields {
        client.note(name, value);
    }
    let encoded = |text: &str| {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect::<String>()
    };
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    client.post(path, "application/x-www-form-urlencoded", body.join("&").as_bytes())
}

/// Where a reply leads.
pub fn leads_to(reply: &Reply) -> &str {
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").expect("an address")
}
