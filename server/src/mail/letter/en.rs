//! The mails in English.

use super::{Letter, Said};

pub fn said(letter: &Letter<'_>, name: &str) -> Said {
    let (subject, paragraphs, button) = words(letter);
    Said {
        subject: subject.into(),
        greeting: format!("Hello {name},"),
        paragraphs,
        button,
        closing: "Intelligent Image Analyzer. This mail was written by a program; nobody reads answers to it.",
    }
}

fn words(letter: &Letter<'_>) -> (&'static str, Vec<String>, &'static str) {
    match letter {
        Letter::Confirm { username_taken, .. } => {
            let mut paragraphs = vec![
                "open this link to confirm your address. Your account is ready then. The link works once, within 24 hours."
                    .to_owned(),
                "If you did not register, do nothing: without the link the account cannot be used.".to_owned(),
            ];
            if *username_taken {
                paragraphs.insert(
                    1,
                    "The user name that you chose is taken. Log in with your address, and choose another one in your profile."
                        .to_owned(),
                );
            }
            ("Confirm your address", paragraphs, "Confirm the address")
        }
        Letter::AlreadyRegistered { .. } => (
            "You have an account already",
            vec![
                "somebody, probably you, tried to register with this address. It has an account already: log in, or ask for \
                 a new password there."
                    .to_owned(),
                "If it was not you, nothing has happened, and nobody was told that the account exists.".to_owned(),
            ],
            "Log in",
        ),
        Letter::ResetPassword { .. } => (
            "Choose a new password",
            vec![
                "open this link to choose a new password. It works once, within an hour.".to_owned(),
                "If you did not ask for it, do nothing: your password stays as it is.".to_owned(),
            ],
            "Choose a password",
        ),
        Letter::PasswordChanged => (
            "Your password was changed",
            vec![
                "the password of your account was changed, and the other devices were logged out.".to_owned(),
                "If it was not you, ask for a new password at once.".to_owned(),
            ],
            "",
        ),
        Letter::ConfirmEmail { .. } => (
            "Confirm your new address",
            vec![
                "open this link to use this address for your account. It works once, within 24 hours. All devices are logged \
                 out then."
                    .to_owned(),
                "If you did not ask for it, do nothing.".to_owned(),
            ],
            "Use this address",
        ),
        Letter::EmailIsChanging { email } => (
            "A new address for your account",
            vec![
                format!(
                    "somebody who knows your password asked to use the address {email} for your account. It counts once the \
                     link that was sent there is opened."
                ),
                "If it was not you, change your password at once: the link does not work any more then.".to_owned(),
            ],
            "",
        ),
        Letter::EmailChanged { email } => (
            "Your address was changed",
            vec![
                format!("the address of your account is {email} now, and all devices were logged out."),
                "If it was not you, tell whoever runs this server at once.".to_owned(),
            ],
            "",
        ),
        Letter::EmailCorrected { old, new } => (
            "An administrator has changed your address",
            vec![
                format!(
                    "An administrator has changed the address of your account from {old} to {new}. You log in with it from now \
                     on, and mails about the account go there."
                ),
                "If you did not ask for that, tell whoever runs this server at once.".to_owned(),
            ],
            "",
        ),
        Letter::TokenReused { device } => (
            "A session was ended for your safety",
            vec![
                format!(
                    "a token of the session on \"{device}\" was used twice, which happens when somebody has copied it. The \
                     session was ended. Log in again there."
                ),
                "If you do not know this session, change your password.".to_owned(),
            ],
            "",
        ),
        Letter::AccountWillGo { on } => (
            "Your account will be deleted",
            vec![
                format!("your account and everything in it will be deleted on {on} (UTC), as you asked."),
                "Until then you can log in and take it back.".to_owned(),
            ],
            "",
        ),
        Letter::SecondFactorAdded => (
            "A second factor was added",
            vec![
                "logging in to your account asks for a code of your authenticator from now on.".to_owned(),
                "If it was not you, change your password and tell whoever runs this server.".to_owned(),
            ],
            "",
        ),
        Letter::SecondFactorRemoved => (
            "The second factor was removed",
            vec![
                "logging in to your account asks for the password alone from now on.".to_owned(),
                "If it was not you, change your password at once.".to_owned(),
            ],
            "",
        ),
        Letter::SecondFactorReset => (
            "An administrator has removed the second factor",
            vec![
                "logging in to your account asks for the password alone from now on. Add a new second factor on its page."
                    .to_owned(),
                "If you did not ask for that, tell whoever runs this server at once.".to_owned(),
            ],
            "",
        ),
    }
}
