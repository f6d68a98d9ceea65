//! The answer to a form that was posted without JavaScript: the same components, with nothing to run.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api::Answered;
use crate::components::{Findings, Footer, Header, Note, PictureFigure, ReceiptDetails, SentenceView, WhereLine};
use crate::plain::PlainAnswer;
use crate::state::{Asking, Picture, Problem, Reading, Session, View};
use crate::text;

#[component]
pub fn PlainPage(answer: PlainAnswer) -> impl IntoView {
    let session = Session::new();
    provide_context(session);
    session.quota.set(answer.quota);
    let body = match answer.outcome {
        Ok(report) => {
            session.pictures.set(vec![Picture {
                id: 0,
                name: answer.name,
                bytes: report.image.bytes,
                url: answer.picture_url.clone().unwrap_or_default(),
                size_px: answer.picture_url.is_some().then_some((report.image.width, report.image.height)),
                device: Reading::Waiting,
                bytes_sent: report.image.bytes,
                server: Asking::Done {
                    ms: report.timings.iter().find(|t| t.stage == "total").map_or(0.0, |t| f64::from(t.ms)),
                    answer: Arc::new(Answered { id: None, report, json: String::new() }),
                },
            }]);
            session.current.set(Some(0));
            session.view.set(View::Server);
            view! {
                <main id="content">
                    <section class="stage">
                        <PictureFigure />
                        <p>
                            <a class="button" href="/">
                                {text::BACK}
                            </a>
                        </p>
                    </section>
                    <section class="reading">
                        <h1 class="unseen">{text::HEADING_RESULT}</h1>
                        <WhereLine />
                        <SentenceView />
                        <Findings />
                        <ReceiptDetails />
                    </section>
                </main>
            }
            .into_any()
        }
        Err(error) => {
            let problem = Problem { code: error.code, message: error.message.clone() };
            view! {
                <main id="content" class="prose">
                    <h1>{text::PLAIN_ERROR}</h1>
                    <Note tone="bad" head=text::PLAIN_ERROR body=text::sentence_case(&error.message) problem />
                    <p>
                        <a class="button" href="/">
                            {text::BACK}
                        </a>
                    </p>
                </main>
            }
            .into_any()
        }
    };
    view! {
        <Header path=Signal::stored(String::new()) />
        {body}
        <Footer />
    }
}
