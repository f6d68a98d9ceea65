//! A plain table for a terminal: columns as wide as their widest cell.

/// Prints a head and rows, two spaces between columns.
pub fn print<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) {
    let widths: [usize; N] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
    });
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    line(head);
    for row in &rows {
        line(std::array::from_fn(|column| row.get(column).map_or("", String::as_str)));
    }
}

/// `4.8 MB`.
pub fn megabytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let megabytes = bytes as f64 / 1e6;
    format!("{megabytes:.1} MB")
}
