//! A picture and its reading: the stage on one side, the words on the other.

use leptos::prelude::*;

use super::{AskServer, Findings, Notes, PictureFigure, ReceiptDetails, SentenceView, Strip, Toolbar, WhereLine};

#[component]
pub fn Analyzing() -> impl IntoView {
    view! {
        <section class="stage">
            <PictureFigure />
            <Toolbar />
            <Strip />
        </section>
        <section class="reading">
            <WhereLine />
            <SentenceView />
            <Notes />
            <AskServer />
            <Findings />
            <ReceiptDetails />
        </section>
    }
}
