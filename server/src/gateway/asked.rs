//! What the address of a request asks for: `?tasks=`, `?profile=`, `?language=`, `?keep=`.

use std::collections::BTreeSet;

use serde::Deserialize;
use vision_core::report::Profile;
use vision_core::stage::Task;

use crate::service::preferred::Wanted;
use crate::service::{Keep, ServiceError};

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskedQuery {
    /// Some of `tags`, `objects`, `faces`, `colors`, `quality`, `description`, with commas between them. What the profile says,
    /// or all, if left out.
    #[param(example = "tags,objects")]
    tasks: Option<String>,
    /// `authority` (the best models, if left out) or `preview` (those of the browser).
    profile: Option<String>,
    /// BCP 47 tag of the description's language; `en` is at hand.
    language: Option<String>,
    /// Whether to keep the picture with the report until it is deleted or expires. What the profile says, or not, if left out.
    keep: Option<bool>,
}

impl AskedQuery {
    /// # Errors
    /// [`ServiceError`] with the code `bad_input` for a word that means nothing here.
    pub fn wanted(&self) -> Result<Wanted, ServiceError> {
        Ok(Wanted {
            tasks: self.tasks.as_deref().map(tasks).transpose()?,
            profile: self.profile.as_deref().map(profile).transpose()?,
            language: self.language.clone(),
        })
    }

    pub fn keep(&self) -> Option<Keep> {
        self.keep.map(|keep| if keep { Keep::ReportAndPicture } else { Keep::Report })
    }
}

fn tasks(text: &str) -> Result<BTreeSet<Task>, ServiceError> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let tasks = words.map(str::parse).collect::<Result<BTreeSet<Task>, _>>()?;
    if tasks.is_empty() {
        return Err(ServiceError::BadInput { detail: "`tasks` names no task".into() });
    }
    Ok(tasks)
}

fn profile(text: &str) -> Result<Profile, ServiceError> {
    match text {
        "preview" => Ok(Profile::Preview),
        "authority" => Ok(Profile::Authority),
        other => Err(ServiceError::BadInput {
            detail: format!("there is no profile `{other}`; the profiles are authority and preview"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use vision_core::ErrorCode;

    use super::*;

    fn query(tasks: &str) -> AskedQuery {
        AskedQuery { tasks: Some(tasks.into()), ..AskedQuery::default() }
    }

    #[test]
    fn words_are_taken_or_refused() {
        let tasks = query("tags, faces,tags").wanted().expect("known words").tasks;
        assert_eq!(tasks, Some(BTreeSet::from([Task::Tags, Task::Faces])));
        for bad in ["", ",", "tags;faces", "everything"] {
            assert_eq!(query(bad).wanted().expect_err(bad).code(), ErrorCode::BadInput, "{bad}");
        }
        assert_eq!(AskedQuery::default().wanted().expect("nothing asked"), Wanted::default());
    }
}
