//! `/v1/stats`: an account in numbers, and as a chart.

mod chart;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use serde::Deserialize;

use super::Door;
use super::input::bad_query;
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::LoggedInPerson;
use crate::service::ServiceError;
use crate::service::statistics::{Per, Statistics};

/// What a period is.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StatsQuery {
    /// `day` (the last 30), `week` (the last 26) or `month` (the last year); `day`, if left out.
    #[param(inline)]
    per: Option<Per>,
}

/// See your account in numbers
///
/// Counted as it happens, in days of the time zone of your profile; what is deleted from the history stays counted.
#[utoipa::path(
    get, path = "/v1/stats", tag = "Accounts", operation_id = "getStatistics", params(StatsQuery),
    responses(
        (status = 200, description = "The numbers", body = Statistics),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key without the scope `profile`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    query: Result<Query<StatsQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let statistics = door.service.statistics(&caller.origin, &person, per(query)?).await?;
    Ok(private(Json(statistics).into_response()))
}

/// See your analyses as a chart
#[utoipa::path(
    get, path = "/v1/stats/chart.svg", tag = "Accounts", operation_id = "getStatisticsChart", params(StatsQuery),
    responses(
        (status = 200, description = "A bar for each period", body = String, content_type = "image/svg+xml"),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn chart(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    query: Result<Query<StatsQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let statistics = door.service.statistics(&caller.origin, &person, per(query)?).await?;
    let mut response = private(chart::drawn(&statistics.periods).into_response());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(response)
}

fn per(query: Result<Query<StatsQuery>, QueryRejection>) -> Result<Per, ServiceError> {
    let query = query.map_err(bad_query)?.0;
    Ok(query.per.unwrap_or_default())
}
