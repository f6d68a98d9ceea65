//! What was typed into a form or stands in an address: names and values, each taken once.

/// The fields of a form or of a query, in their order. Not `Debug`: passwords are among them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`; what is not well formed is read as far as it can be (WHATWG URL, 5.1).
    pub fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of that name; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The first value of that name without white space around it, if anything is left.
    pub fn given(&self, name: &str) -> Option<String> {
        let text = self.text(name);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Fields {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

/// The address to go on at, if it is a path of ours; anything that a browser could take for another site is not.
pub fn own_path(next: &str) -> Option<&str> {
    let inside = next.strip_prefix('/')?;
    let elsewhere = inside.starts_with(['/', '\\']) || next.chars().any(|c| c.is_control() || c == '\\');
    (!elsewhere).then_some(next)
}

/// A value as it stands in a query.
pub fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// A path with a query of the pairs that have a value.
pub fn address(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let fields =
            Fields::parse("first_name=%D0%9E%D0%BB%D0%B5%D0%BD%D0%B0&id=1&id=2&words=red+car&bad=%zz&=&x".as_bytes());
        assert_eq!(fields.text("first_name"), "Олена");
        assert_eq!(fields.all("id"), ["1", "2"]);
        assert_eq!(fields.text("words"), "red car");
        assert_eq!((fields.text("bad"), fields.text("none")), ("%zz".into(), String::new()));
        assert!(fields.is_ticked("x") && fields.given("x").is_none());
    }

    #[test]
    fn only_a_path_of_ours_is_gone_on_at() {
        for good in ["/", "/history", "/history/0197?x=1", "/a//b"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "history",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a\r\nb",
            "/\\/x",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_address_holds_only_what_has_a_value() {
        let pairs = [("q", Some("red & blue")), ("from", None), ("to", Some(""))];
        assert_eq!(address("/history", &pairs), "/history?q=red+%26+blue");
        assert_eq!(address("/history", &[]), "/history");
    }
}
