//! A report as a table for spreadsheets.

use vision_core::report::{Rect, Report, Standing};

/// One line per finding: kind, id, label, score, box, colour, standing, reason.
pub fn csv(report: &Report) -> String {
    let mut lines = vec!["kind,id,label,score,x,y,width,height,hex,standing,reason".to_owned()];
    let mut push = |cells: [String; 11]| lines.push(cells.map(|c| cell(&c)).join(","));
    let none = String::new;
    for t in &report.tags {
        push([
            "tag".into(),
            t.id.clone(),
            t.label.clone(),
            format!("{:.4}", t.probability),
            none(),
            none(),
            none(),
            none(),
            none(),
            standing(t.standing),
            t.reason.clone().unwrap_or_default(),
        ]);
    }
    for o in &report.objects {
        let [x, y, w, h] = corners(&o.bounds);
        let hex = o.color.as_ref().map(|c| c.hex.clone()).unwrap_or_default();
        let (score, reason) = (format!("{:.4}", o.score), o.reason.clone().unwrap_or_default());
        push(["object".into(), o.id.clone(), o.label.clone(), score, x, y, w, h, hex, standing(o.standing), reason]);
    }
    for f in &report.faces {
        let [x, y, w, h] = corners(&f.bounds);
        let (score, reason) = (format!("{:.4}", f.score), f.reason.clone().unwrap_or_default());
        push(["face".into(), f.id.clone(), "face".into(), score, x, y, w, h, none(), standing(f.standing), reason]);
    }
    for c in &report.palette {
        let share = format!("{:.4}", c.share);
        let blank = [none(), none(), none(), none()];
        let [x, y, w, h] = blank;
        push(["color".into(), c.id.clone(), c.name.clone(), share, x, y, w, h, c.hex.clone(), none(), none()]);
    }
    lines.join("\r\n") + "\r\n"
}

fn corners(rect: &Rect) -> [String; 4] {
    [rect.x, rect.y, rect.width, rect.height].map(|v| format!("{v:.1}"))
}

fn standing(standing: Standing) -> String {
    match standing {
        Standing::Accepted => "accepted",
        Standing::Unsure => "unsure",
        Standing::Doubted => "doubted",
    }
    .to_owned()
}

/// RFC 4180: quotes where they are needed. A leading sign of a formula is disarmed, as spreadsheets would run it.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The name without its extension, for files made from it.
pub fn file_stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown::tests::{object, report};
    use super::*;

    #[test]
    fn findings_become_lines_that_a_spreadsheet_reads_and_does_not_run() {
        let mut r = report(&[], &[]);
        r.objects = vec![object("o1", "dog", 0.5, -1.5)];
        r.objects[0].reason = Some("it is small, \"perhaps\"".into());
        r.objects[0].label = "=cmd()".into();
        let lines: Vec<String> = csv(&r).lines().map(str::to_owned).collect();
        assert_eq!(
            lines[1],
            "object,o1,'=cmd(),0.5000,-1.5,10.0,50.0,100.0,,accepted,\"it is small, \"\"perhaps\"\"\""
        );
        assert!(lines.iter().all(|l| l.starts_with("kind,") || l.starts_with("object,")));
    }

    #[test]
    fn stems() {
        for (name, stem) in [("a.b.png", "a.b"), ("a", "a"), (".png", ".png"), ("", "")] {
            assert_eq!(file_stem(name), stem);
        }
    }
}
