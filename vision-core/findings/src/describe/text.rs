//! Builds the text and remembers which stretch of it rests on which findings.

use crate::report::{Clause, Description};

/// A text that grows word by word; spans are counted in Unicode scalar values.
#[derive(Debug, Default)]
pub struct Text {
    text: String,
    length: u32,
    clauses: Vec<Clause>,
    /// Characters of the main part; set when the remarks begin.
    main_length: Option<usize>,
    sentence_start: bool,
}

impl Text {
    pub fn new() -> Self {
        Self { sentence_start: true, ..Self::default() }
    }

    /// Adds connecting words. A space goes before them unless they begin with a mark; a mark that would begin a sentence is dropped.
    pub fn words(&mut self, words: &str) -> &mut Self {
        let stray_mark = self.sentence_start && words.starts_with([',', ';', ':']);
        if !words.is_empty() && !stray_mark {
            self.put(words);
        }
        self
    }

    /// Adds words that rest on findings.
    pub fn clause(&mut self, words: &str, findings: Vec<String>, certainty: f32) -> &mut Self {
        let words = words.trim();
        if words.is_empty() {
            return self;
        }
        let (start, end) = self.put(words);
        if findings.is_empty() {
            return self;
        }
        let said: String = self.text.chars().skip(start as usize).take((end - start) as usize).collect();
        let id = format!("d{}", self.clauses.len() + 1);
        self.clauses.push(Clause { id, text: said, start, end, findings, certainty: certainty.clamp(0.0, 1.0) });
        self
    }

    /// Whether the text begins with these words, whatever their case.
    pub fn is_about(&self, words: &str) -> bool {
        self.text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
    }

    /// Ends a sentence.
    pub fn stop(&mut self) -> &mut Self {
        if !self.sentence_start {
            self.text.push('.');
            self.length += 1;
            self.sentence_start = true;
        }
        self
    }

    /// All that follows are remarks.
    pub fn begin_remarks(&mut self) {
        self.stop();
        self.main_length.get_or_insert(self.text.len());
    }

    pub fn finish(mut self, language: &str) -> Description {
        self.stop();
        let main_end = self.main_length.unwrap_or(self.text.len());
        let (main, remarks) = self.text.split_at(main_end);
        Description {
            language: language.to_owned(),
            main: main.to_owned(),
            remarks: remarks.trim_start().to_owned(),
            clauses: self.clauses,
            text: self.text,
        }
    }

    fn put(&mut self, words: &str) -> (u32, u32) {
        let attached = words.starts_with([',', '.', ';', ':']);
        if !self.text.is_empty() && !attached {
            self.text.push(' ');
            self.length += 1;
        }
        let start = self.length;
        let words = if self.sentence_start { capitalised(words) } else { words.to_owned() };
        self.sentence_start = false;
        self.length += words.chars().count() as u32;
        self.text.push_str(&words);
        (start, self.length)
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect())
}
