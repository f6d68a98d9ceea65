//! What the mails say, in English and in Ukrainian.

mod en;
mod uk;

use super::Address;
use super::page;

/// A mail that an account's owner gets.
#[derive(Clone, Copy, Debug)]
pub enum Letter<'a> {
    /// To somebody who has registered.
    Confirm {
        link: &'a str,
        username_taken: bool,
    },
    /// To the owner of an address with which somebody has registered again.
    AlreadyRegistered {
        login: &'a str,
    },
    ResetPassword {
        link: &'a str,
    },
    PasswordChanged,
    /// To the new address.
    ConfirmEmail {
        link: &'a str,
    },
    /// To the old address.
    EmailIsChanging {
        email: &'a str,
    },
    /// To both.
    EmailChanged {
        email: &'a str,
    },
    /// To both, when an administrator has done it.
    EmailCorrected {
        old: &'a str,
        new: &'a str,
    },
    /// A refresh token came again after it was replaced.
    TokenReused {
        device: &'a str,
    },
    AccountWillGo {
        on: &'a str,
    },
    SecondFactorAdded,
    SecondFactorRemoved,
    /// By an administrator.
    SecondFactorReset,
}

/// A mail as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What a language says.
pub(super) struct Said {
    pub subject: String,
    pub greeting: String,
    pub paragraphs: Vec<String>,
    /// The words on the link.
    pub button: &'static str,
    pub closing: &'static str,
}

impl Letter<'_> {
    pub fn written(&self, to: &Address<'_>) -> Written {
        let said = match to.language {
            "uk" => uk::said(self, to.name),
            _ => en::said(self, to.name),
        };
        page::laid_out(said, self.link(), to.language)
    }

    fn link(&self) -> Option<&str> {
        match self {
            Self::Confirm { link, .. }
            | Self::ResetPassword { link }
            | Self::ConfirmEmail { link }
            | Self::AlreadyRegistered { login: link } => Some(link),
            Self::PasswordChanged
            | Self::EmailIsChanging { .. }
            | Self::EmailChanged { .. }
            | Self::EmailCorrected { .. }
            | Self::TokenReused { .. }
            | Self::AccountWillGo { .. }
            | Self::SecondFactorAdded
            | Self::SecondFactorRemoved
            | Self::SecondFactorReset => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Letter<'static>; 13] = [
        Letter::Confirm { link: "http://h/confirm?token=a-b_c", username_taken: true },
        Letter::AlreadyRegistered { login: "http://h/login" },
        Letter::ResetPassword { link: "http://h/reset?token=x" },
        Letter::PasswordChanged,
        Letter::ConfirmEmail { link: "http://h/confirm-email?token=x" },
        Letter::EmailIsChanging { email: "new@example.org" },
        Letter::EmailChanged { email: "new@example.org" },
        Letter::EmailCorrected { old: "old@example.org", new: "new@example.org" },
        Letter::TokenReused { device: "<b>Firefox</b>" },
        Letter::AccountWillGo { on: "2026-12-03" },
        Letter::SecondFactorAdded,
        Letter::SecondFactorRemoved,
        Letter::SecondFactorReset,
    ];

    #[test]
    fn every_letter_is_whole_in_both_languages() {
        for letter in ALL {
            let in_language = |language| {
                letter.written(&Address { account_id: "a", email: "o@example.org", name: "<Olena>", language })
            };
            let (english, ukrainian) = (in_language("en"), in_language("uk"));
            assert_ne!(english.subject, ukrainian.subject);
            for written in [&english, &ukrainian] {
                assert!(written.text.contains("<Olena>"), "{}", written.text);
                assert!(written.html.contains("&lt;Olena&gt;") && !written.html.contains("<b>"), "{}", written.html);
                if let Some(link) = letter.link() {
                    assert!(written.text.lines().any(|line| line == link), "a line of its own: {}", written.text);
                    assert!(written.html.contains(&format!("href=\"{link}\"")), "{}", written.html);
                }
            }
            let cyrillic = |c: char| ('а'..='я').contains(&c);
            assert!(ukrainian.text.chars().any(cyrillic) && !english.text.chars().any(cyrillic));
        }
    }
}
