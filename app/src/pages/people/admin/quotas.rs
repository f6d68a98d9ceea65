//! Counts of networks, each with a button that has it begin anew.

use leptos::prelude::*;

use super::{framed, row_button, table};
use crate::api::people::Network;
use crate::clock::Clock;
use crate::components::form::said;
use crate::pages::people::moment;
use crate::people::Page;
use crate::text::people as text;

pub fn quotas(networks: Vec<Network>, clock: Clock, done: Option<&'static str>) -> Page {
    Page::new(text::title(text::ADMIN_QUOTAS), move || {
        let rows = networks
            .iter()
            .map(|network| {
                let label = text::of_row(text::RESET, &network.network);
                view! {
                    <tr>
                        <th scope="row">
                            <code>{network.network.clone()}</code>
                        </th>
                        <td>{network.used}</td>
                        <td>{network.total}</td>
                        <td>{moment(&clock, network.since)}</td>
                        <td>{row_button("/admin/quotas", ("network", &network.network), text::RESET, label, "")}</td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        let columns = [text::NETWORK, text::USED, text::TOTAL, text::USER_SINCE, text::RESET];
        let body = view! {
            <p class="lead">{text::NETWORKS_LEAD}</p>
            {said(done)}
            {table(text::ADMIN_QUOTAS, &columns, rows)}
        }
        .into_any();
        framed(text::ADMIN_QUOTAS.into(), "/admin/quotas", body)
    })
}
