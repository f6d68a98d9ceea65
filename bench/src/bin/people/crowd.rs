//! Many people who do the same at once: register, log in, look at their profile, their history, their numbers.

use std::sync::Barrier;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, ensure};
use bench::http::Server;
use bench::record::{Measured, percentile};
use serde_json::{Value, json};
use server::auth::hashes_at_once;
use server::store::Database;
use tokio::runtime::Runtime;

use super::told;

const PASSWORD: &str = "Kyiv-Chornobryvtsi-7!";

/// The least that bcrypt takes.
pub const CHEAPEST: u32 = 4;

struct Visitor {
    agent: ureq::Agent,
    name: String,
    address: String,
    token: String,
}

/// # Errors
/// When a request is not answered as it should be.
pub fn measure(server: &Server, database: &Database, runtime: &Runtime, people: usize) -> Result<Vec<Measured>> {
    println!("{people} people at once, bcrypt at its cheapest, 95 of 100 within");
    let mut visitors: Vec<Visitor> = (0..people)
        .map(|number| Visitor {
            agent: ureq::Agent::new_with_defaults(),
            name: format!("visitor{number}"),
            address: format!("10.1.{}.{}", number / 250, number % 250),
            token: String::new(),
        })
        .collect();
    let mut records = Vec::new();
    let mut together = |what: &str, act: &(dyn Fn(&mut Visitor) -> Result<()> + Sync)| -> Result<()> {
        let barrier = Barrier::new(visitors.len());
        let times: Vec<Result<f64>> = std::thread::scope(|scope| {
            let threads: Vec<_> = visitors
                .iter_mut()
                .map(|visitor| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        let from = Instant::now();
                        act(visitor).map(|()| from.elapsed().as_secs_f64() * 1000.0)
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("a thread panicked"))))
                .collect()
        });
        let times = times.into_iter().collect::<Result<Vec<f64>>>().with_context(|| what.to_owned())?;
        records.push(told(what, percentile(&times, 0.95), "ms"));
        Ok(())
    };
    // The password of each is hashed once, so many side by side: what 95 of 100 wait for bcrypt even where all else costs nothing.
    let bcrypt_ms = bcrypt_alone(people)?;
    let at = |path: &str| format!("http://{}{path}", server.address());
    together("register", &|visitor| {
        let asked = json!({
            "first_name": "Olena", "last_name": "Koval", "email": format!("{}@example.org", visitor.name),
            "username": visitor.name, "password": PASSWORD, "password_confirmation": PASSWORD,
        });
        post(visitor, &at("/v1/accounts"), &asked).map(drop)
    })?;
    // What the link in the mail does.
    runtime.block_on(
        sqlx::query("UPDATE accounts SET confirmed_at_ms = created_at_ms WHERE confirmed_at_ms IS NULL")
            .execute(database.pool()),
    )?;
    together("log in", &|visitor| {
        let answer = post(visitor, &at("/v1/token"), &json!({ "login": visitor.name, "password": PASSWORD }))?;
        visitor.token = answer["access_token"].as_str().context("no token")?.to_owned();
        Ok(())
    })?;
    for (what, path) in [
        ("profile, all at once", "/v1/profile"),
        ("history, all at once", "/v1/analyses"),
        ("statistics, all at once", "/v1/stats"),
    ] {
        together(what, &|visitor| get(visitor, &at(path)))?;
    }
    for what in ["register", "log in"] {
        if let Some(whole) = records.iter().find(|record| record.what == what).map(|record| record.value) {
            records.push(told(&format!("{what}, beyond bcrypt"), whole - bcrypt_ms, "ms"));
        }
    }
    records.push(told("bcrypt at its cheapest, for all of them", bcrypt_ms, "ms"));
    Ok(records)
}

/// Within what time 95 of 100 have their hash where nothing else is done.
fn bcrypt_alone(people: usize) -> Result<f64> {
    let from = Instant::now();
    let each = people.div_ceil(hashes_at_once());
    let lanes: Vec<Result<()>> = std::thread::scope(|scope| {
        let hash_all = || (0..each).try_for_each(|_| Ok(bcrypt::hash(PASSWORD, CHEAPEST).map(drop)?));
        let lanes: Vec<_> = (0..hashes_at_once()).map(|_| scope.spawn(hash_all)).collect();
        lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|_| Err(anyhow!("a thread panicked")))).collect()
    });
    lanes.into_iter().collect::<Result<Vec<()>>>()?;
    Ok(from.elapsed().as_secs_f64() * 1000.0 * 0.95)
}

fn post(visitor: &Visitor, address: &str, body: &Value) -> Result<Value> {
    let request = visitor.agent.post(address).header("x-forwarded-for", &visitor.address);
    let mut answer = request.header("content-type", "application/json").send(body.to_string())?;
    ensure!(answer.status().is_success(), "{address}: {}", answer.status());
    Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
}

fn get(visitor: &Visitor, address: &str) -> Result<()> {
    let request = visitor.agent.get(address).header("x-forwarded-for", &visitor.address);
    let mut answer = request.header("authorization", format!("Bearer {}", visitor.token)).call()?;
    ensure!(answer.status() == 200, "{address}: {}", answer.status());
    answer.body_mut().read_to_string()?;
    Ok(())
}
