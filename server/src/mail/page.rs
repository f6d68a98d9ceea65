//! How a letter looks: as plain text, and as a page that needs no picture, no font and no style sheet from elsewhere.

use super::letter::{Said, Written};

const PAGE: &str = "margin:0;padding:24px;background:#f6f5f2;color:#1d1b18;font:16px/1.5 system-ui,sans-serif";
const SHEET: &str = "max-width:34em;margin:0 auto;padding:24px;background:#fff;border-radius:8px";
const BUTTON: &str =
    "display:inline-block;padding:10px 18px;border-radius:6px;background:#1d4ed8;color:#fff;text-decoration:none";
const SMALL: &str = "color:#6b675f;font-size:13px";

pub(super) fn laid_out(said: Said, link: Option<&str>, language: &str) -> Written {
    let Said { subject, greeting, paragraphs, button, closing } = said;
    let (first, rest) = paragraphs.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));

    let mut parts = vec![greeting.as_str(), first];
    parts.extend(link);
    parts.extend(rest.iter().map(String::as_str));
    let text = format!("{}\n\n--\n{closing}\n", parts.join("\n\n"));

    let paragraph = |text: &str| format!("<p>{}</p>", escaped(text));
    let mut body = vec![paragraph(&greeting), paragraph(first)];
    if let Some(link) = link {
        let link = escaped(link);
        body.push(format!("<p><a href=\"{link}\" style=\"{BUTTON}\">{}</a></p>", escaped(button)));
        body.push(format!("<p style=\"{SMALL}\">{link}</p>"));
    }
    body.extend(rest.iter().map(|text| paragraph(text)));
    body.push(format!("<p style=\"{SMALL}\">{}</p>", escaped(closing)));
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"{PAGE}\"><div style=\"{SHEET}\">{}</div></body></html>",
        escaped(language),
        escaped(&subject),
        body.concat()
    );
    Written { subject, text, html }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
