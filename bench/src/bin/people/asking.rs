//! History, search and statistics of accounts in the full database, one request after another.

use std::time::Instant;

use anyhow::{Result, ensure};
use bench::http::Server;
use bench::record::{Measured, percentile};

use super::filling::{Filled, Member, WORDS};
use super::told;

/// How somebody is known to the server.
#[derive(Clone, Copy)]
enum As {
    Program,
    Browser,
}

/// What is asked, by whom, and where for a word.
type Kind = (&'static str, As, fn(&str) -> String);

/// # Errors
/// When a request is not answered with 200.
pub fn measure(server: &Server, filled: &Filled, requests: usize) -> Result<Vec<Measured>> {
    println!("in the full database, one request after another, 95 of 100 within");
    let kinds: [Kind; 12] = [
        ("history", As::Program, |_| "/v1/analyses?limit=24".into()),
        ("search by a word", As::Program, |word| format!("/v1/analyses?limit=24&q={word}")),
        ("search by a word that is nowhere", As::Program, |_| "/v1/analyses?limit=24&q=zeppelin".into()),
        ("search by two words", As::Program, |word| format!("/v1/analyses?limit=24&q={word}+kite")),
        ("search by two words that never meet", As::Program, |_| "/v1/analyses?limit=24&q=morning+evening".into()),
        ("search by a word and an object that never meet", As::Program, |_| {
            "/v1/analyses?limit=24&q=morning&object=moon".into()
        }),
        ("search by an object that is nowhere", As::Program, |_| "/v1/analyses?limit=24&object=zebra".into()),
        ("search by an object", As::Program, |word| format!("/v1/analyses?limit=24&object={word}")),
        ("statistics", As::Program, |_| "/v1/stats?per=month".into()),
        ("page of the history", As::Browser, |_| "/history".into()),
        ("page of a search", As::Browser, |word| format!("/history?q={word}")),
        ("page of the statistics", As::Browser, |_| "/stats".into()),
    ];
    let agent = ureq::Agent::new_with_defaults();
    let mut records = Vec::new();
    for (what, who, path) in kinds {
        let any = |at: usize| &filled.members[(at * 7919) % filled.members.len()];
        records.push(times(&agent, server, what, requests, |at| (any(at), who, path(WORDS[at % WORDS.len()])))?);
        let busiest = format!("{what}, the busiest account");
        records.push(times(&agent, server, &busiest, requests.min(40), |at| {
            (&filled.members[0], who, path(WORDS[at % WORDS.len()]))
        })?);
    }
    Ok(records)
}

fn times<'a>(
    agent: &ureq::Agent,
    server: &Server,
    what: &str,
    requests: usize,
    of: impl Fn(usize) -> (&'a Member, As, String),
) -> Result<Measured> {
    let mut times = Vec::new();
    for at in 0..requests {
        let (member, who, path) = of(at);
        let request = agent.get(format!("http://{}{path}", server.address()));
        let request = match who {
            As::Program => request.header("authorization", format!("Bearer {}", member.key)),
            As::Browser => request.header("cookie", format!("iia_session={}", member.cookie)),
        };
        let from = Instant::now();
        let mut answer = request.call()?;
        ensure!(answer.status() == 200, "{path}: {}", answer.status());
        let body = answer.body_mut().read_to_string()?;
        times.push(from.elapsed().as_secs_f64() * 1000.0);
        ensure!(body.len() > 20, "{path}: {body}");
    }
    Ok(told(what, percentile(&times, 0.95), "ms"))
}
