//! Where somebody is logged in.

use leptos::prelude::*;

use super::moment;
use crate::api::people::Session;
use crate::clock::Clock;
use crate::components::form::{hidden, said};
use crate::people::Page;
use crate::text::people as text;

pub fn sessions(sessions: Vec<Session>, clock: Clock, done: Option<&'static str>) -> Page {
    Page::new(text::title(text::SESSIONS_TITLE), move || {
        let others = sessions.iter().any(|session| !session.current).then(|| {
            view! {
                <form method="post" action="/sessions">
                    {hidden("do", "end-others")}
                    <button class="quiet">{text::END_OTHERS}</button>
                </form>
            }
        });
        view! {
            <main id="content" class="narrow">
                <h1>{text::SESSIONS_TITLE}</h1>
                <p class="lead">{text::SESSIONS_LEAD}</p>
                {said(done)}
                <ul class="things">{sessions.iter().map(|session| one(session, &clock)).collect_view()}</ul>
                {others}
            </main>
        }
        .into_any()
    })
}

fn one(session: &Session, clock: &Clock) -> AnyView {
    let Session { id, current, device, place, browser, created_at, last_used_at, expires_at } = session.clone();
    let name = if device.is_empty() { text::UNKNOWN_DEVICE.to_owned() } else { device_name(&device) };
    let end = (!current).then(|| {
        view! {
            <form method="post" action="/sessions">
                {hidden("do", "end")} {hidden("id", id)}
                <button class="quiet small" aria-label=text::end_session(&name)>
                    {text::END}
                </button>
            </form>
        }
    });
    view! {
        <li>
            <div>
                <b title=device>{name.clone()}</b>
                {current.then(|| view! { <span class="chip">{text::THIS_ONE}</span> })}
                {(!browser).then(|| view! { <span class="chip">{text::PROGRAM}</span> })}
                <dl class="facts">
                    <dt>{text::PLACE}</dt>
                    <dd>{place}</dd>
                    <dt>{text::BEGAN}</dt>
                    <dd>{moment(clock, created_at)}</dd>
                    <dt>{text::LAST_USED}</dt>
                    <dd>{moment(clock, last_used_at)}</dd>
                    <dt>{text::ENDS}</dt>
                    <dd>{moment(clock, expires_at)}</dd>
                </dl>
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// What a browser calls itself, in few words, where it is one of those that most people have; the order matters, because
/// browsers call themselves by the names of others too.
fn device_name(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device_name;

    #[test]
    fn a_browser_is_told_in_few_words() {
        let cases = [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36",
                "Chrome, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/144.0 Safari/537.36 Edg/144.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604.1",
                "Safari, iPhone",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, macOS"),
            ("curl/8.5.0", "curl/8.5.0"),
        ];
        for (said, expected) in cases {
            assert_eq!(device_name(said), expected);
        }
    }
}
