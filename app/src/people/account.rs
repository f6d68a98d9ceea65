//! One's own account: profile, password, address, sessions, API keys, the end of it.

use std::collections::BTreeSet;

use vision_core::ErrorCode;
use vision_core::stage::Task;

use super::{Fields, Own, Reply};
use crate::api::Refused;
use crate::api::people::{KeyWish, NewPassword, ProfileChange, Scope};
use crate::pages::people::{keys as keys_page, profile as profile_page, sessions as sessions_page};
use crate::text::people as text;

/// Days after which a key that does not say otherwise ends.
const KEY_DAYS: &str = "365";

/// Which of the profile's forms was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileForm {
    Profile,
    Password,
    Email,
    Delete,
    Keep,
    RemoveAvatar,
}

impl ProfileForm {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Password => "password",
            Self::Email => "email",
            Self::Delete => "delete",
            Self::Keep => "keep",
            Self::RemoveAvatar => "remove-avatar",
        }
    }

    fn of(posted: &Fields) -> Result<Self, Refused> {
        let all = [Self::Profile, Self::Password, Self::Email, Self::Delete, Self::Keep, Self::RemoveAvatar];
        all.into_iter().find(|form| form.as_str() == posted.text("do")).ok_or_else(no_such_form)
    }

    /// What is said once it is done.
    fn said(self) -> &'static str {
        match self {
            Self::Profile => "profile-saved",
            Self::Password => "password-changed",
            Self::Email => "email-mailed",
            Self::Delete => "account-goes",
            Self::Keep => "account-stays",
            Self::RemoveAvatar => "avatar-removed",
        }
    }
}

pub(super) async fn profile(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let rules = people.password_rules().await?;
    let Some(posted) = &visit.posted else {
        let profile = people.profile().await?;
        let said = text::said(&visit.query.text("said"));
        return Ok(Reply::Page(profile_page::profile(profile, own.clock.clone(), rules, said, None)));
    };
    let form = ProfileForm::of(posted)?;
    let password = posted.text("password");
    let outcome = match form {
        ProfileForm::Profile => match profile_change(posted) {
            Ok(change) => people.change_profile(change).await,
            Err(refused) => Err(refused),
        },
        ProfileForm::Password => {
            let new = NewPassword { password, confirmation: posted.text("password_confirmation") };
            people.change_password(posted.text("old_password"), new).await
        }
        ProfileForm::Email => people.change_email(password, posted.text("email")).await,
        ProfileForm::Delete => people.delete_account(password).await,
        ProfileForm::Keep => people.keep_account().await,
        ProfileForm::RemoveAvatar => people.remove_avatar().await,
    };
    match outcome {
        Ok(()) => Ok(Reply::SeeOther(format!("/profile?said={}", form.said()))),
        Err(refused) if refused.code == ErrorCode::Unauthenticated => Err(refused),
        Err(refused) => {
            let profile = people.profile().await?;
            let refused = beside_its_field(form, refused);
            let page = profile_page::profile(
                profile,
                own.clock.clone(),
                rules,
                None,
                Some((form, posted.clone(), refused.clone())),
            );
            Ok(Reply::Page(page.refused(Some(&refused))))
        }
    }
}

/// A wrong password is told beside the field that it was typed into.
fn beside_its_field(form: ProfileForm, refused: Refused) -> Refused {
    if refused.code != ErrorCode::InvalidCredentials {
        return refused;
    }
    let field = if form == ProfileForm::Password { "old_password" } else { "password" };
    Refused { code: refused.code, ..Refused::field(field, "wrong", text::WRONG_PASSWORD) }
}

fn profile_change(posted: &Fields) -> Result<ProfileChange, Refused> {
    let ticked = posted.all("task");
    let tasks: BTreeSet<Task> = ticked.iter().filter_map(|task| task.parse().ok()).collect();
    if tasks.is_empty() {
        return Err(Refused::field("task", "none_chosen", text::NO_TASK));
    }
    Ok(ProfileChange {
        first_name: posted.text("first_name"),
        last_name: posted.text("last_name"),
        username: posted.text("username"),
        language: posted.text("language"),
        time_zone: posted.text("time_zone"),
        // Everything is what is looked for unless something else is said, whatever is added later.
        default_tasks: if tasks.len() == Task::ALL.len() { BTreeSet::new() } else { tasks },
        keep_pictures: posted.is_ticked("keep_pictures"),
        version: posted.text("version").parse().unwrap_or(0),
    })
}

pub(super) async fn sessions(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let Some(posted) = &visit.posted else {
        let said = text::said(&visit.query.text("said"));
        return Ok(Reply::Page(sessions_page::sessions(people.sessions().await?, own.clock.clone(), said)));
    };
    match posted.text("do").as_str() {
        "end" => people.end_session(posted.text("id")).await?,
        "end-others" => people.end_other_sessions().await?,
        _ => return Err(no_such_form()),
    }
    Ok(Reply::SeeOther("/sessions?said=session-ended".into()))
}

pub(super) async fn keys(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let Some(posted) = &visit.posted else {
        let said = text::said(&visit.query.text("said"));
        let empty = Fields::from([("expires_in_days", KEY_DAYS), ("scope", Scope::Analyses.as_str())]);
        return Ok(Reply::Page(keys_page::keys(people.api_keys().await?, own.clock.clone(), &empty, said, None)));
    };
    match posted.text("do").as_str() {
        "revoke" => {
            people.revoke_api_key(posted.text("id")).await?;
            return Ok(Reply::SeeOther("/keys?said=key-revoked".into()));
        }
        "create" => {}
        _ => return Err(no_such_form()),
    }
    let made = match key_wish(posted) {
        Ok(wish) => people.create_api_key(wish).await,
        Err(refused) => Err(refused),
    };
    Ok(Reply::Page(match made {
        // Shown this once, so it cannot be at another address.
        Ok(made) => keys_page::made(&made),
        Err(refused) if refused.code == ErrorCode::Unauthenticated => return Err(refused),
        Err(refused) => keys_page::keys(people.api_keys().await?, own.clock.clone(), posted, None, Some(&refused))
            .refused(Some(&refused)),
    }))
}

fn key_wish(posted: &Fields) -> Result<KeyWish, Refused> {
    let ticked = posted.all("scope");
    let scopes: BTreeSet<Scope> =
        Scope::ALL.into_iter().filter(|scope| ticked.iter().any(|name| name == scope.as_str())).collect();
    if scopes.is_empty() {
        return Err(Refused::field("scope", "none_chosen", text::NO_SCOPE));
    }
    let days: u32 = posted.text("expires_in_days").parse().unwrap_or(0);
    Ok(KeyWish { name: posted.text("name"), scopes, expires_in_days: (days > 0).then_some(days) })
}

pub(super) fn no_such_form() -> Refused {
    Refused::new(ErrorCode::BadInput, text::NO_SUCH_FORM)
}
