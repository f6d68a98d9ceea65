//! A picture and its reading: the stage on one side, the words on the other.

use leptos::prelude::*;

use super::{AskServer, Findings, Notes, PictureFigure, ReceiptDetails, SentenceView, Strip, Toolbar, WhereLine};

use crate::erased::Erase as _;
use crate::text;

#[component]
pub fn Analyzing() -> impl IntoView {
    view! {
        <section class="stage">
            <PictureFigure />
            <Toolbar />
            <Strip />
        </section>
        <section class="reading">
            <h1 class="unseen">{text::HEADING_RESULT}</h1>
            <WhereLine />
            <SentenceView />
            <Notes />
            <AskServer />
            <Findings />
            <ReceiptDetails />
        </section>
    }
    .erased_late()
}
