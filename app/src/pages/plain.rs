//! The answer to a form that was posted without JavaScript: the same components, with nothing to run.

use leptos::prelude::*;

use super::result::{self, Shown};
use crate::components::{Findings, Footer, Header, Note, PictureFigure, ReceiptDetails, SentenceView, WhereLine};
use crate::plain::PlainAnswer;
use crate::state::{Problem, Session};
use crate::text;

#[component]
pub fn PlainPage(answer: PlainAnswer) -> impl IntoView {
    let body = match answer.outcome {
        Ok(report) => {
            let session =
                result::provide(Shown { name: answer.name, picture_url: answer.picture_url, report: &report });
            session.quota.set(answer.quota);
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
            let session = Session::new();
            provide_context(session);
            session.quota.set(answer.quota);
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
