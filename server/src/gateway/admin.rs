//! `/v1/admin/...`: for administrators alone. Every handler takes an [`Administrator`], which nobody else can be.

mod settings;
mod users;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use proto::auth_v1::{AuditEntry, ListAudit, ListMails, Mail};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Door;
use super::input::bad_query;
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::Administrator;
use crate::service::administration::{FoundAnalysis, NetworkCount};
use crate::service::upkeep::JobFacts;
use crate::service::{Moment, ServiceError};

/// Lines of a list, if the caller names no number.
const PAGE: u32 = 50;

/// The routes. A test asks every one of them as a user and as a visitor.
pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(users::list))
        .routes(routes!(users::read, users::change))
        .routes(routes!(users::limit, users::reset))
        .routes(routes!(analyses))
        .routes(routes!(delete_analysis))
        .routes(routes!(quotas))
        .routes(routes!(reset_quota))
        .routes(routes!(mails))
        .routes(routes!(retry_mail))
        .routes(routes!(jobs))
        .routes(routes!(start_job))
        .routes(routes!(audit))
        .routes(routes!(settings::read, settings::change))
}

/// Which analyses are wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AnalysesQuery {
    /// Only those of that account or visitor: an id, or an account's address or user name.
    owner: Option<String>,
    /// The last id of the page before.
    before: Option<Uuid>,
    /// Lines wanted, at most 100; 50, if left out.
    limit: Option<u32>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct FoundAnalyses {
    analyses: Vec<FoundAnalysis>,
}

/// Find analyses of everybody
#[utoipa::path(
    get, path = "/v1/admin/analyses", tag = "Administration", operation_id = "findAnalyses", params(AnalysesQuery),
    responses(
        (status = 200, description = "The newest first", body = FoundAnalyses),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn analyses(
    Administrator(by): Administrator,
    State(door): State<Door>,
    query: Result<Query<AnalysesQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let AnalysesQuery { owner, before, limit } = asked(query)?;
    let analyses = door.service.find_analyses(&by, owner.as_deref(), before, limit.unwrap_or(PAGE)).await?;
    Ok(private(Json(FoundAnalyses { analyses }).into_response()))
}

/// Delete an analysis of anybody
#[utoipa::path(
    delete, path = "/v1/admin/analyses/{id}", tag = "Administration", operation_id = "deleteAnyAnalysis",
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 204, description = "Report and picture are gone"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_analysis(
    Administrator(by): Administrator,
    State(door): State<Door>,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    door.service.delete_any_analysis(&by, known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many lines are wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LimitQuery {
    /// Lines wanted, at most 100; 50, if left out.
    limit: Option<u32>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct NetworkCounts {
    networks: Vec<NetworkCount>,
}

/// See what anonymous visitors have used
#[utoipa::path(
    get, path = "/v1/admin/quotas", tag = "Administration", operation_id = "listQuotas", params(LimitQuery),
    responses(
        (status = 200, description = "The busiest networks first", body = NetworkCounts),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn quotas(
    Administrator(by): Administrator,
    State(door): State<Door>,
    query: Result<Query<LimitQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let networks = door.service.network_counts(&by, asked(query)?.limit.unwrap_or(PAGE)).await?;
    Ok(private(Json(NetworkCounts { networks }).into_response()))
}

/// Have a network's counts begin anew
#[utoipa::path(
    delete, path = "/v1/admin/quotas/{network}", tag = "Administration", operation_id = "resetQuota",
    params(("network" = String, Path, description = "The network, as the list names it")),
    responses(
        (status = 204, description = "Its visitors without a cookie begin at nothing"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reset_quota(
    Administrator(by): Administrator,
    State(door): State<Door>,
    Path(network): Path<String>,
) -> Result<StatusCode, Refusal> {
    door.service.reset_network(&by, &network).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which mails are wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MailsQuery {
    /// Only those that are not sent.
    waiting: Option<bool>,
    /// Lines wanted, at most 100; 50, if left out.
    limit: Option<u32>,
}

/// A mail, without what it says.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct MailFacts {
    id: String,
    recipient: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    attempts: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Moment>,
    /// When it is tried next; absent when it is sent or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Moment>,
    last_error: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct MailList {
    mails: Vec<MailFacts>,
}

/// See the mails
#[utoipa::path(
    get, path = "/v1/admin/mails", tag = "Administration", operation_id = "listMails", params(MailsQuery),
    responses(
        (status = 200, description = "The newest first", body = MailList),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mails(
    Administrator(by): Administrator,
    State(door): State<Door>,
    query: Result<Query<MailsQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let MailsQuery { waiting, limit } = asked(query)?;
    let asked = ListMails { waiting: waiting.unwrap_or(false), limit: limit.unwrap_or(PAGE) };
    let mails = door.service.mails(&by, asked).await?;
    Ok(private(Json(MailList { mails: mails.into_iter().map(mail).collect() }).into_response()))
}

/// Have a mail tried again now
#[utoipa::path(
    post, path = "/v1/admin/mails/{id}/retry", tag = "Administration", operation_id = "retryMail",
    params(("id" = Uuid, Path, description = "Id of the mail")),
    responses(
        (status = 202, description = "It is tried"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: there is none, or it is sent", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn retry_mail(
    Administrator(by): Administrator,
    State(door): State<Door>,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    door.service.retry_mail(&by, known(id)?).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct JobList {
    jobs: Vec<JobFacts>,
}

/// See what the server does by itself
///
/// Each job is done once an hour; the answer tells how it went the last time. Mails have a list of their own.
#[utoipa::path(
    get, path = "/v1/admin/jobs", tag = "Administration", operation_id = "listJobs",
    responses(
        (status = 200, description = "Every job", body = JobList),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn jobs(Administrator(by): Administrator, State(door): State<Door>) -> Result<Response, Refusal> {
    Ok(private(Json(JobList { jobs: door.service.jobs(&by).await? }).into_response()))
}

/// Have a job done now
#[utoipa::path(
    post, path = "/v1/admin/jobs/{name}/run", tag = "Administration", operation_id = "runJob",
    params(("name" = String, Path, description = "Name of the job")),
    responses(
        (status = 202, description = "It has begun"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn start_job(
    Administrator(by): Administrator,
    State(door): State<Door>,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    door.service.start_job(&by, &name).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Which entries are wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Only entries before that number.
    before: Option<i64>,
    /// Lines wanted, at most 100; 50, if left out.
    limit: Option<u32>,
}

/// Who did what to whom.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct AuditLine {
    number: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// An account's id, or `terminal`.
    actor: String,
    #[schema(example = "account.changed")]
    action: String,
    target: String,
    /// What it was, field by field. In the place of a name or an address stands `{"sealed": "gone"}` once the account is gone, and
    /// `{"sealed": "unreadable"}` where it is not what was written with this server's key.
    #[schema(value_type = Object)]
    old: serde_json::Value,
    /// What it became, in the same form.
    #[schema(value_type = Object)]
    new: serde_json::Value,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct AuditLog {
    entries: Vec<AuditLine>,
}

/// Read the audit log
#[utoipa::path(
    get, path = "/v1/admin/audit", tag = "Administration", operation_id = "readAuditLog", params(AuditQuery),
    responses(
        (status = 200, description = "The newest first", body = AuditLog),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn audit(
    Administrator(by): Administrator,
    State(door): State<Door>,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let AuditQuery { before, limit } = asked(query)?;
    let asked = ListAudit { before: before.unwrap_or(0), limit: limit.unwrap_or(PAGE) };
    let entries = door.service.audit_log(&by, asked).await?;
    Ok(private(Json(AuditLog { entries: entries.into_iter().map(line).collect() }).into_response()))
}

fn mail(mail: Mail) -> MailFacts {
    let Mail { id, recipient, created_at_ms, attempts, sent_at_ms, next_at_ms, last_error } = mail;
    MailFacts {
        id,
        recipient,
        created_at: Moment(created_at_ms),
        attempts,
        sent_at: moment(sent_at_ms),
        next_at: moment(next_at_ms),
        last_error: Some(last_error).filter(|error| !error.is_empty()),
    }
}

fn line(entry: AuditEntry) -> AuditLine {
    let AuditEntry { number, at_ms, actor, action, target, old, new } = entry;
    let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
    AuditLine { number, at: Moment(at_ms), actor, action, target, old: json(&old), new: json(&new) }
}

fn moment(ms: i64) -> Option<Moment> {
    (ms > 0).then_some(Moment(ms))
}

fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, ServiceError> {
    query.map(|Query(query)| query).map_err(bad_query)
}

/// An id of another form names nothing.
fn known(id: Result<Path<Uuid>, PathRejection>) -> Result<Uuid, ServiceError> {
    id.map(|Path(id)| id).map_err(|_| ServiceError::NotFound)
}
