//! Colours and widths of the terminal; what comes from a file is made harmless before it is shown.

use vision_core::report::Swatch;

/// Whether and how text is coloured.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Colours only on a terminal that has them, and never against the user's wish (https://no-color.org).
    pub fn for_stream(is_terminal: bool) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        Self { on: is_terminal && !refused && !dumb }
    }

    #[cfg(test)]
    pub fn none() -> Self {
        Self { on: false }
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }

    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// A block in the swatch's own colour before its name; without colours, the hexadecimal value after it.
    pub fn swatch(self, swatch: &Swatch) -> String {
        let level = |at: usize| swatch.hex.get(at..at + 2).and_then(|t| u8::from_str_radix(t, 16).ok()).unwrap_or(0);
        let share = if swatch.share < 0.005 { "<1".into() } else { format!("{:.0}", swatch.share * 100.0) };
        if self.on {
            let block = self.wrap(&format!("38;2;{};{};{}", level(1), level(3), level(5)), "██");
            format!("{block} {} {share} %", swatch.name)
        } else {
            format!("{} {} {share} %", swatch.name, swatch.hex)
        }
    }
}

/// Text from outside without the signs that a terminal obeys.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_direction(c) { '\u{fffd}' } else { c }).collect()
}

/// Signs that turn the writing direction, with which a name can pretend to be another.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text broken into lines of at most `width` characters, at spaces.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_command_the_terminal() {
        assert_eq!(plain("a\x1b[2Jb\nc\u{202e}d.png"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d.png");
        assert_eq!(plain("Straße №5.jpg"), "Straße №5.jpg");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrapped("a dog on a couch", 8), ["a dog on", "a couch"]);
        assert_eq!(wrapped("incomprehensibilities", 8), ["incomprehensibilities"]);
        assert!(wrapped("", 8).is_empty());
    }
}
