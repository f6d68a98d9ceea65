//! Passwords of breaches, asked of a range service as Have I Been Pwned runs one: it is told the first five digits of the
//! password's SHA-1 hash and lists the rest of every hash that it knows to begin so. It learns neither the password nor whose it is.

use std::time::Duration;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// Digits that are told: about a thousand known hashes begin with the same.
const TOLD: usize = 5;

/// Whoever waits for it is choosing a password.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest list is some 60 KB.
const LONGEST_ANSWER: u64 = 1_000_000;

/// What is asked; nothing where there is no address.
pub struct Breached {
    service: Option<(String, ureq::Agent)>,
}

impl Breached {
    /// The address ends with a slash.
    pub fn new(address: Option<String>) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build();
        Self { service: address.map(|address| (address, ureq::Agent::new_with_config(config))) }
    }

    /// Whether the service knows the password. One that does not answer stops nobody: that is logged and counted.
    pub async fn knows(&self, password: &str) -> bool {
        let Some((address, agent)) = self.service.clone() else { return false };
        let hash = hex::encode_upper(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()));
        let (told, rest) = hash.split_at(TOLD);
        let address = format!("{address}{told}");
        let asking = tokio::task::spawn_blocking(move || ask(&agent, &address)).await;
        let (outcome, known) = match asking {
            Ok(Ok(list)) if lists(&list, rest) => ("known", true),
            Ok(Ok(_)) => ("unknown", false),
            Ok(Err(error)) => {
                tracing::warn!(error.cause = %error, "the service of breached passwords does not answer; none is refused");
                ("unanswered", false)
            }
            Err(error) => {
                tracing::error!(error.cause = %error, "the question for a breached password broke off; none is refused");
                ("unanswered", false)
            }
        };
        metrics::counter!("iia_breached_passwords_total", "outcome" => outcome).increment(1);
        known
    }
}

fn ask(agent: &ureq::Agent, address: &str) -> Result<String, ureq::Error> {
    // With as many lines of nothing as hide the length of the list from whoever sees the connection.
    let request = agent.get(address).header("add-padding", "true").header("user-agent", "intelligent-image-analyzer");
    request.call()?.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string()
}

/// Lines of `REST:COUNT`; a count of nothing is padding.
fn lists(list: &str, rest: &str) -> bool {
    list.lines().filter_map(|line| line.trim().split_once(':')).any(|(listed, count)| {
        listed.eq_ignore_ascii_case(rest) && count.trim().parse::<u64>().is_ok_and(|count| count > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_without_its_padding() {
        let list = "00AB:3\r\n00ac:12\r\n00AD:0\r\n\r\nnonsense\r\n00AE:x\r\n";
        for (rest, known) in [("00AB", true), ("00AC", true), ("00AD", false), ("00AE", false), ("00A", false)] {
            assert_eq!(lists(list, rest), known, "{rest}");
        }
    }

    #[tokio::test]
    async fn without_an_address_nothing_is_asked() {
        assert!(!Breached::new(None).knows("123456").await);
    }
}
