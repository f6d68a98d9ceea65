//! Tokens and logins on one core, asked of the auth service in this process.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bench::record::Measured;
use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::auth_request::Request;
use proto::auth_v1::identify::Credential;
use proto::auth_v1::{AuthRequest, Identify, LogIn, LogInKind, Origin};
use server::auth::administration::NewAdministrator;
use server::auth::{Auth as _, LocalAuth};
use server::config::{ServeOptions, ServeSettings};
use server::gateway::open;

use super::told;

const PASSWORD: &str = "Kyiv-Chornobryvtsi-7!";
const EMAIL: &str = "ada@example.org";

/// What an installation has that sets nothing else.
const COST: u32 = 12;

const VALIDATES_FOR: Duration = Duration::from_secs(3);
const LOGINS: u32 = 10;

/// # Errors
/// When the service refuses.
pub fn measure() -> Result<Vec<Measured>> {
    println!("on one core");
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let options =
            ServeOptions { data: Some(folder.path().to_owned()), password_cost: Some(COST), ..ServeOptions::default() };
        let auth = open::auth(&ServeSettings::resolve(options)?).await?;
        let new = NewAdministrator {
            first_name: "Ada".into(),
            last_name: "Min".into(),
            email: EMAIL.into(),
            password: PASSWORD.into(),
        };
        auth.create_administrator(new).await?;
        let mut records = validations(&auth, token(&auth).await?).await?;
        records.extend(logins(&auth).await?);
        Ok(records)
    })
}

async fn ask(auth: &LocalAuth, request: Request) -> Result<Reply> {
    let message = AuthRequest { origin: Some(Origin::default()), request: Some(request) };
    match auth.ask(message).await?.reply.context("no reply")? {
        Reply::Failure(failure) => bail!("{}: {}", failure.code, failure.detail),
        reply => Ok(reply),
    }
}

async fn token(auth: &LocalAuth) -> Result<String> {
    let asked =
        LogIn { login: EMAIL.into(), password: PASSWORD.into(), kind: LogInKind::Tokens.into(), ..LogIn::default() };
    match ask(auth, Request::LogIn(asked)).await? {
        Reply::LoggedIn(logged_in) => Ok(logged_in.access_token),
        other => bail!("{other:?}"),
    }
}

async fn validations(auth: &LocalAuth, token: String) -> Result<Vec<Measured>> {
    let from = Instant::now();
    let mut count = 0_u32;
    while from.elapsed() < VALIDATES_FOR {
        for _ in 0..100 {
            let credential = Some(Credential::Bearer(token.clone()));
            ask(auth, Request::Identify(Identify { credential })).await?;
            count += 1;
        }
    }
    Ok(vec![told("validations of a token", f64::from(count) / from.elapsed().as_secs_f64(), "per second and core")])
}

/// A login does one bcrypt and a few statements; beside it, bcrypt alone.
async fn logins(auth: &LocalAuth) -> Result<Vec<Measured>> {
    let hash = bcrypt::hash(PASSWORD, COST)?;
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..LOGINS {
        let from = Instant::now();
        token(auth).await?;
        ours += from.elapsed();
        let from = Instant::now();
        anyhow::ensure!(bcrypt::verify(PASSWORD, &hash)?, "bcrypt");
        bare += from.elapsed();
    }
    let per_second = |time: Duration| f64::from(LOGINS) / time.as_secs_f64();
    Ok(vec![
        told("logins, bcrypt at cost 12", per_second(ours), "per second and core"),
        told("bcrypt alone, cost 12", per_second(bare), "per second and core"),
        told("a login beside bcrypt alone", ours.as_secs_f64() / bare.as_secs_f64() * 100.0, "%"),
    ])
}
