//! What the server does by itself, and how it went the last time.

use leptos::prelude::*;

use super::{framed, row_button, table};
use crate::api::people::Job;
use crate::clock::Clock;
use crate::components::form::said;
use crate::pages::people::moment;
use crate::people::Page;
use crate::text::people as text;

pub fn jobs(jobs: Vec<Job>, clock: Clock, done: Option<&'static str>) -> Page {
    Page::new(text::title(text::ADMIN_JOBS), move || {
        let rows = jobs.iter().map(|job| job_row(job, &clock)).collect();
        let columns = [text::JOB, text::BEGAN, text::STATE, text::JOB_DONE, text::RUN];
        let body = view! {
            <p class="lead">{text::JOBS_LEAD}</p>
            {said(done)}
            {table(text::ADMIN_JOBS, &columns, rows)}
        }
        .into_any();
        framed(text::ADMIN_JOBS.into(), "/admin/jobs", body)
    })
}

fn job_row(job: &Job, clock: &Clock) -> AnyView {
    let Job { name, started_at, ended_at, done, failure } = job.clone();
    let state = match (started_at, ended_at, &failure) {
        (None, _, _) => text::JOB_WAITS,
        (Some(_), None, _) => text::JOB_RUNS,
        (Some(_), Some(_), None) => text::JOB_ENDED,
        (Some(_), Some(_), Some(_)) => text::JOB_FAILED,
    };
    let words = text::job(name);
    view! {
        <tr>
            <th scope="row">{words}</th>
            <td>{started_at.map(|at| moment(clock, at))}</td>
            <td>{state} {failure.map(|failure| view! { <span class="soft">" " {failure}</span> })}</td>
            <td>{done}</td>
            <td>{row_button("/admin/jobs", ("name", name), text::RUN, text::of_row(text::RUN, words), "")}</td>
        </tr>
    }
    .into_any()
}
