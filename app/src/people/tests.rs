//! The pages as a browser gets them, with a stand-in for the server that answers at once and remembers what it was asked.

mod double;

use std::sync::Arc;

use leptos::prelude::*;
use vision_core::ErrorCode;

use super::{Fields, Reply, Visit, answer};
use crate::api::people::People;
use crate::api::{FieldError, Refused};
use crate::text::people as text;
use double::{Double, now};

/// What nobody's name is, and everybody's could be.
const HOSTILE: &str = "\"><script>alert(1)</script>&<b>";

fn get(path: &str) -> Visit {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Visit { path: path.into(), query: Fields::parse(query.as_bytes()), posted: None }
}

fn post(path: &str, form: &str) -> Visit {
    Visit { posted: Some(Fields::parse(form.as_bytes())), ..get(path) }
}

fn ask(double: &Arc<Double>, visit: Visit) -> Reply {
    let people: Arc<dyn People> = Arc::clone(double) as Arc<dyn People>;
    now(answer(people, visit))
}

/// Status and document of a page.
fn page(double: &Arc<Double>, visit: Visit) -> (u16, String) {
    match ask(double, visit) {
        Reply::Page(page) => {
            let html = Owner::new().with(|| page.view().to_html());
            let title = page.title.clone();
            let title = Owner::new().with(|| view! { <title>{title}</title> }.to_html());
            (page.status.as_u16(), title + &html)
        }
        Reply::SeeOther(address) => panic!("went on at {address}"),
    }
}

fn goes_to(double: &Arc<Double>, visit: Visit) -> String {
    match ask(double, visit) {
        Reply::SeeOther(address) => address,
        Reply::Page(page) => panic!("{}: {}", page.title, Owner::new().with(|| page.view().to_html())),
    }
}

fn refused(code: ErrorCode, fields: &[(&str, &str, &str)]) -> Refused {
    let text = |text: &&str| (*text).to_owned();
    let fields =
        fields.iter().map(|(f, r, m)| FieldError { field: text(f), rule: text(r), message: text(m) }).collect();
    Refused { fields, ..Refused::new(code, "something is wrong") }
}

/// All values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.match_indices(&start)
        .filter_map(|(at, start)| html.get(at + start.len()..)?.split_once('"'))
        .map(|(value, _)| value)
        .collect()
}

const EVERY_PAGE: [&str; 27] = [
    "/register",
    "/register?said=mail-sent",
    "/confirm?token=t",
    "/confirm",
    "/confirm-email?token=t",
    "/resend",
    "/forgot",
    "/reset?token=t",
    "/profile?said=profile-saved",
    "/sessions",
    "/keys",
    "/history",
    "/history/a1",
    "/shared/good",
    "/login/code?next=%2Fprofile",
    "/logout",
    "/second-factor",
    "/stats",
    "/stats?per=month",
    "/admin/users",
    "/admin/users/u1",
    "/admin/analyses?owner=u1",
    "/admin/quotas",
    "/admin/mail",
    "/admin/jobs",
    "/admin/audit",
    "/admin/settings",
];

#[test]
fn every_page_is_a_whole_document_whose_parts_are_named() {
    let double = Double::logged_in();
    for address in EVERY_PAGE {
        let (status, html) = page(&double, get(address));
        assert_eq!(status, 200, "{address}");
        assert_eq!(html.matches("<h1").count(), 1, "{address}");
        assert_eq!(html.matches("<main id=\"content\"").count(), 1, "{address}");
        let mut ids = values(&html, "id");
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id twice at {address}: {ids:?}");
        for described in values(&html, "aria-describedby").iter().flat_map(|list| list.split(' ')) {
            assert!(ids.contains(&described), "{described} at {address}");
        }
        for label in values(&html, "for") {
            assert!(ids.contains(&label), "{label} at {address}");
        }
        for form in html.split("<form").skip(1) {
            let tag = form.split('>').next().unwrap_or_default();
            let own = values(tag, "action");
            let to = own.first().copied().unwrap_or_default();
            assert!(to.starts_with('/') && !to.contains('?'), "{address} posts to {to}");
        }
        // Every input that people fill in has a label of its own, around it or beside it, or names itself.
        for input in html.split("<input").skip(1) {
            let (tag, before) = (input.split('>').next().unwrap_or_default(), "");
            let unseen = tag.contains("type=\"hidden\"") || tag.contains(" hidden");
            let labelled = values(tag, "id").iter().any(|id| html.contains(&format!("for=\"{id}\"")));
            let ticked = tag.contains("type=\"checkbox\"");
            assert!(unseen || labelled || ticked, "{before}{tag} at {address}");
        }
    }
}

#[test]
fn the_audit_log_leads_to_accounts_alone_and_says_what_is_gone() {
    let (status, html) = page(&Double::called("u7"), get("/admin/audit"));
    assert_eq!(status, 200);
    let accounts: Vec<&str> =
        values(&html, "href").into_iter().filter(|address| address.starts_with("/admin/users/")).collect();
    assert_eq!(accounts, ["/admin/users/u7"], "whoever works on the machine has no page");
    for words in [text::TERMINAL, text::AUDIT_GONE, "cannot be read"] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[test]
fn whoever_is_not_logged_in_is_led_to_the_login_and_back() {
    let double = Double::visitor();
    for path in ["/profile", "/sessions", "/keys", "/history", "/history/a1"] {
        let expected = format!("/login?next={}", super::fields::encoded(path));
        assert_eq!(goes_to(&double, get(path)), expected);
        assert_eq!(goes_to(&double, post(path, "do=delete&id=a1")), expected);
    }
    assert!(double.asked().is_empty(), "{:?}", double.asked());
    let (_, html) = page(&double, get("/login?next=%2Fhistory"));
    assert!(html.contains("name=\"next\" value=\"/history\""), "{html}");
    let login = "login=olena&password=Right-1234!&next=";
    assert_eq!(goes_to(&double, post("/login", &format!("{login}%2Fkeys"))), "/keys");
    for elsewhere in ["//evil.example", "https://evil.example", "/%5Cevil.example", ""] {
        assert_eq!(goes_to(&double, post("/login", &format!("{login}{elsewhere}"))), "/history", "{elsewhere}");
    }
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost_but_passwords() {
    let broken = [
        ("email", "not_an_address", "this is not an e-mail address"),
        ("password", "no_digit", "the password has no digit"),
        ("password", "common", "the password is a common one"),
    ];
    let double = Double::refusing(refused(ErrorCode::BadInput, &broken));
    let form = "first_name=%D0%9E%D0%BB%D0%B5%D0%BD%D0%B0&last_name=Koval&email=nobody&username=olena\
                &password=Typed-Secret-1!&password_confirmation=Typed-Secret-2!";
    let (status, html) = page(&double, post("/register", form));
    assert_eq!(status, 422);
    assert!(html.contains("<title>Not yet: Register"), "{html}");
    for kept in ["value=\"Олена\"", "value=\"Koval\"", "value=\"nobody\"", "value=\"olena\""] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    assert!(!html.contains("Typed-Secret"), "a password came back");
    assert_eq!(values(&html, "aria-invalid"), ["true", "true"]);
    assert!(values(&html, "aria-describedby").contains(&"register-password-hint register-password-error"), "{html}");
    // The summary is focused, leads to the fields, and says all of it.
    let summary = html.split("<div").find(|part| part.contains("class=\"note bad summary\"")).expect("one");
    assert!(summary.contains("autofocus") && summary.contains("tabindex=\"-1\""), "{summary}");
    assert_eq!(values(summary, "href"), ["#register-email", "#register-password", "#register-password"]);
    assert!(summary.contains("3 things need another look"), "{summary}");
    assert!(double.asked().contains(&"register Олена nobody".to_owned()), "{:?}", double.asked());
}

#[test]
fn a_field_that_is_missing_is_called_as_on_the_page() {
    let missing = refused(ErrorCode::MissingField, &[("last_name", "missing", "the field `last_name` is missing")]);
    let (_, html) = page(&Double::refusing(missing), post("/register", "first_name=Olena"));
    assert!(html.contains("Last name is missing.") && html.contains("Fill this in."), "{html}");
    assert!(!html.contains("last_name`"), "{html}");
}

#[test]
fn password_managers_know_every_field() {
    let double = Double::logged_in();
    let autocomplete = |address: &str| {
        let html = page(&double, get(address)).1;
        values(&html, "autocomplete").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        autocomplete("/register"),
        ["given-name", "family-name", "email", "username", "new-password", "new-password"]
    );
    assert_eq!(autocomplete("/reset?token=t"), ["new-password", "new-password"]);
    let profile = autocomplete("/profile");
    assert!(profile.iter().any(|value| value == "current-password"), "{profile:?}");
    let (_, login) = page(&Double::visitor(), get("/login"));
    assert_eq!(values(&login, "autocomplete"), ["username", "current-password"]);
    for address in EVERY_PAGE {
        assert!(!page(&double, get(address)).1.contains("onpaste"), "{address}");
    }
}

#[test]
fn hostile_names_are_only_text() {
    let double = Double::called(HOSTILE);
    for address in EVERY_PAGE.into_iter().chain(["/history?q=%3Cscript%3E"]) {
        let html = page(&double, get(address)).1;
        let scripts = html.replace("<script type=\"module\" src=\"/password.js\"></script>", "");
        assert!(!scripts.contains("<script") && !html.contains("&<b>"), "{address}: {html}");
    }
    let double = Double::refusing(refused(ErrorCode::BadInput, &[("email", "x", HOSTILE)]));
    let form = format!("email={0}&first_name={0}", super::fields::encoded(HOSTILE));
    let html = page(&double, post("/register", &form)).1;
    assert!(!html.contains("<script>alert"), "{html}");
}

#[test]
fn a_link_in_a_mail_is_not_used_up_by_looking_at_it() {
    let double = Double::visitor();
    for address in ["/confirm?token=s3cret", "/confirm-email?token=s3cret", "/reset?token=s3cret"] {
        let (_, html) = page(&double, get(address));
        assert!(html.contains("name=\"token\" value=\"s3cret\""), "{html}");
    }
    assert!(double.asked().is_empty(), "{:?}", double.asked());
    assert_eq!(goes_to(&double, post("/confirm", "token=s3cret")), "/login?said=confirmed");
    assert_eq!(double.asked(), ["confirm s3cret"]);
    let reset = "token=s3cret&password=A-good-1-one!&password_confirmation=A-good-1-one!";
    assert_eq!(goes_to(&double, post("/reset", reset)), "/login?said=password-changed");
    let used = Double::refusing(refused(ErrorCode::BadInput, &[]));
    for (path, again) in [("/confirm", "href=\"/resend\""), ("/reset", "href=\"/forgot\"")] {
        let (status, html) = page(&used, post(path, "token=used&password=x"));
        assert!(status == 422 && html.contains(again), "{path}: {html}");
    }
}

#[test]
fn a_refusal_without_a_field_says_when_to_try_again() {
    let wait = Refused { retry_after_secs: Some(240), ..refused(ErrorCode::TooManyAttempts, &[]) };
    let (status, html) = page(&Double::refusing(wait), post("/login", "login=olena&password=wrong"));
    assert_eq!(status, 429);
    assert!(html.contains("Something is wrong.") && html.contains("Try again in 4 minutes."), "{html}");
    assert!(html.contains("value=\"olena\"") && !html.contains("wrong\""), "{html}");
    let (status, html) =
        page(&Double::refusing(refused(ErrorCode::NotConfirmed, &[])), post("/login", "login=o&password=x"));
    assert!(status == 403 && html.contains("href=\"/resend\""), "{html}");
}

#[test]
fn each_form_of_the_profile_shows_its_own_errors() {
    let wrong = Double::logged_in_but(refused(ErrorCode::InvalidCredentials, &[]));
    let cases = [
        ("do=password&old_password=No-1&password=New-1&password_confirmation=New-1", "password-old_password"),
        ("do=email&email=new%40example.org&password=No-1", "email-password"),
        ("do=delete&password=No-1", "delete-password"),
    ];
    for (form, field) in cases {
        let (status, html) = page(&wrong, post("/profile", form));
        assert_eq!(status, 401, "{form}");
        assert!(html.contains(&format!("aria-describedby=\"{field}-error\"")), "{form}: {html}");
        assert!(html.contains("This is not your password.") && !html.contains("No-1"), "{form}");
        assert_eq!(values(&html, "aria-invalid").len(), 1, "{form}");
    }
    let (_, html) = page(&Double::logged_in(), post("/profile", "do=profile&first_name=New&last_name=Name"));
    assert!(html.contains("Choose at least one thing") && html.contains("value=\"New\""), "{html}");
    let all = "do=profile&first_name=N&last_name=N&task=tags&task=objects&task=faces&task=colors&task=quality&task=description&version=3";
    let double = Double::logged_in();
    assert_eq!(goes_to(&double, post("/profile", all)), "/profile?said=profile-saved");
    assert_eq!(double.asked(), ["change_profile tasks 0 version 3"]);
}

#[test]
fn a_key_is_shown_once_and_only_when_it_is_made() {
    let double = Double::logged_in();
    let (_, html) = page(&double, post("/keys", "do=create&name=camera&scope=analyses&expires_in_days=30"));
    assert!(html.contains("value=\"iia_secret\""), "{html}");
    assert!(!page(&double, get("/keys")).1.contains("iia_secret"));
    let (_, html) = page(&double, post("/keys", "do=create&name=camera&expires_in_days=30"));
    assert!(
        html.contains("Choose at least one thing that the key may do") && html.contains("value=\"camera\""),
        "{html}"
    );
    assert_eq!(goes_to(&double, post("/keys", "do=revoke&id=k1")), "/keys?said=key-revoked");
}

#[test]
fn the_history_is_searched_saved_and_cleared() {
    let double = Double::logged_in();
    let (_, html) = page(&double, get("/history?q=red+car&object=car&from=2026-11-01&to=2026-11-02"));
    assert!(html.contains("value=\"red car\"") && html.contains("value=\"2026-11-01\""), "{html}");
    assert!(
        html.contains("href=\"/history?q=red+car&amp;object=car&amp;from=2026-11-01&amp;to=2026-11-02&amp;before=a2\""),
        "the next page: {html}"
    );
    let found = "q=red+car&amp;object=car&amp;from=2026-10-31T22%3A00%3A00Z&amp;to=2026-11-02T22%3A00%3A00Z";
    assert!(html.contains(&format!("href=\"/v1/analyses/export?format=zip&amp;{found}\"")), "as in Kyiv: {html}");
    assert!(html.contains("<option value=\"Olena\">") && html.contains("value=\"car\""), "{html}");
    let whole = page(&double, get("/history")).1;
    assert!(whole.contains("href=\"/v1/analyses/export?format=csv\""), "{whole}");
    assert!(html.contains("/history/a1/thumbnail") && html.contains("picture not kept"), "{html}");
    assert!(html.contains("Keep these 7 analyses"), "{html}");
    assert_eq!(goes_to(&double, post("/history", "do=delete&id=a1&id=a2")), "/history?said=deleted");
    assert_eq!(goes_to(&double, post("/history", "do=take-over")), "/history?said=taken-over");
    assert_eq!(goes_to(&double, post("/history/a1", "do=rename&title=Bear")), "/history/a1?said=renamed");
    let (_, html) = page(&double, post("/history/a1", "do=share&days=30"));
    assert!(html.contains("value=\"http://h/shared/t0ken\""), "{html}");
    let asked = double.asked();
    for expected in ["delete a1,a2", "take_over", "rename a1 Bear", "share a1 30"] {
        assert!(asked.iter().any(|asked| asked == expected), "{expected}: {asked:?}");
    }
}

#[test]
fn the_second_factor_is_scanned_proved_and_removed() {
    let double = Double::logged_in();
    let (_, html) = page(&double, post("/second-factor", "do=begin&password=Right-1234!"));
    assert!(html.contains("class=\"qr\"") && html.contains("value=\"JBSWY3DPEHPK3PXP\""), "{html}");
    let code =
        "do=confirm&code=123456&secret=JBSWY3DPEHPK3PXP&uri=otpauth%3A%2F%2Ftotp%2Fx%3Fsecret%3DJBSWY3DPEHPK3PXP";
    let (_, html) = page(&double, post("/second-factor", code));
    assert!(html.contains("abcd-efgh") && html.contains("shown this once"), "{html}");
    assert_eq!(goes_to(&double, post("/second-factor", "do=remove&password=x")), "/second-factor?said=factor-removed");
    let wrong = Double::logged_in_but(refused(ErrorCode::InvalidCredentials, &[]));
    let (status, html) = page(&wrong, post("/second-factor", code));
    assert!(status == 401 && html.contains("class=\"qr\"") && html.contains("not the code of now"), "{html}");
    let (status, _) = page(&wrong, post("/second-factor", "do=confirm&code=1&secret=X&uri=javascript%3Aalert"));
    assert_eq!(status, 422, "a secret that was not shown here");
}

#[test]
fn a_login_of_two_steps_asks_for_the_code_alone() {
    let double = Double::visitor();
    let first = post("/login", "login=careful&password=Right-1234!&next=%2Fprofile");
    assert_eq!(goes_to(&double, first), "/login/code?next=%2Fprofile");
    let (_, html) = page(&double, get("/login/code?next=%2Fprofile"));
    assert!(html.contains("autocomplete=\"one-time-code\"") && html.contains("value=\"/profile\""), "{html}");
    assert!(!html.contains("type=\"password\""), "{html}");
    assert_eq!(goes_to(&double, post("/login/code", "code=123456&next=%2Fprofile")), "/profile");
    assert_eq!(goes_to(&double, post("/login/code", "code=123456&next=%2F%2Fevil.example")), "/history");
    assert_eq!(double.asked()[1], "finish_log_in 123456");

    let wrong = Double::refusing(refused(ErrorCode::InvalidCredentials, &[]));
    let (status, html) = page(&wrong, post("/login/code", "code=1&next=%2Fprofile"));
    assert!(status == 401 && html.contains("not the code of now") && html.contains("value=\"/profile\""), "{html}");
    let over = Double::refusing(refused(ErrorCode::Unauthenticated, &[]));
    let (status, html) = page(&over, post("/login/code", "code=1&next=%2Fprofile"));
    assert!(status == 401 && html.contains("action=\"/login\"") && html.contains("value=\"/profile\""), "{html}");
}

#[test]
fn an_account_is_changed_after_a_look_at_what_would_change() {
    let double = Double::logged_in();
    let typed = "version=4&first_name=New&last_name=N&email=n%40example.org&username=&blocked=on&end_sessions=on";
    let (_, html) = page(&double, post("/admin/users/u1", &format!("do=preview&{typed}")));
    assert!(html.contains("<td>Olena</td><td>New</td>"), "{html}");
    for carried in ["name=\"version\" value=\"4\"", "name=\"blocked\"", "name=\"end_sessions\"", "value=\"change\""] {
        assert!(html.contains(carried), "{carried}: {html}");
    }
    assert!(!html.contains("name=\"administrator\""), "{html}");
    assert_eq!(
        goes_to(&double, post("/admin/users/u1", &format!("do=change&{typed}"))),
        "/admin/users/u1?said=user-changed"
    );
    assert_eq!(
        double.asked(),
        ["Preview New version 4 blocked true end true", "ForGood New version 4 blocked true end true"]
    );
    let late = Double::logged_in_but(refused(ErrorCode::Conflict, &[]));
    let (status, html) = page(&late, post("/admin/users/u1", &format!("do=change&{typed}")));
    assert!(status == 409 && html.contains("Somebody else has changed this account"), "{html}");
    assert!(html.contains("value=\"Olena\"") && !html.contains("value=\"New\""), "as it is now: {html}");
    let (_, html) = page(&double, post("/admin/users/u1", "do=limit&analyses_per_hour=many"));
    assert!(html.contains("not a whole number") && html.contains("value=\"many\""), "{html}");
    assert_eq!(
        goes_to(&double, post("/admin/users/u1", "do=limit&analyses_per_hour=")),
        "/admin/users/u1?said=limit-set"
    );
    assert!(html.contains("5 analyses within the running hour"), "{html}");
    assert_eq!(goes_to(&double, post("/admin/users/u1", "do=reset-quota")), "/admin/users/u1?said=quota-reset");
    assert_eq!(double.asked().last().map(String::as_str), Some("reset_quota u1"));
}

#[test]
fn what_gives_rights_asks_for_the_password_once_more() {
    let typed = "version=4&first_name=New&last_name=N&email=n%40example.org&username=&administrator=on";
    let with_password = format!("do=change&{typed}&password=Right-1234%21");
    let double = Double::logged_in();
    let (_, html) = page(&double, post("/admin/users/u1", &format!("do=preview&{typed}")));
    assert!(html.contains("autocomplete=\"current-password\""), "{html}");
    assert_eq!(goes_to(&double, post("/admin/users/u1", &with_password)), "/admin/users/u1?said=user-changed");
    let asked = double.asked();
    assert!(asked[1] == "give_password" && asked[2].starts_with("ForGood"), "{asked:?}");

    let stale = Double::logged_in_but(refused(ErrorCode::PasswordRequired, &[]));
    let (status, html) = page(&stale, post("/admin/users/u1", &format!("do=change&{typed}")));
    assert!(status == 403 && html.contains("autocomplete=\"current-password\""), "{html}");
    assert!(html.contains("value=\"change\"") && html.contains("name=\"administrator\""), "as it was: {html}");
    let wrong = Double::logged_in_but(refused(ErrorCode::InvalidCredentials, &[]));
    let (status, html) = page(&wrong, post("/admin/users/u1", &with_password));
    assert!(status == 401 && html.contains("This is not your password"), "{html}");
    assert!(!html.contains("Right-1234"), "{html}");
}

#[test]
fn a_job_that_failed_says_why_and_is_done_again() {
    let double = Double::logged_in();
    let (_, html) = page(&double, get("/admin/jobs"));
    for shown in ["went well", "runs", "failed", "Encrypt files anew", "value=\"encryption\""] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    assert_eq!(goes_to(&double, post("/admin/jobs", "name=encryption")), "/admin/jobs?said=job-started");
    assert_eq!(double.asked(), ["start encryption"]);
}

#[test]
fn settings_are_shown_as_they_were_chosen_and_saved_whole() {
    let double = Double::logged_in();
    let (_, html) = page(&double, get("/admin/settings"));
    assert!(html.contains("name=\"anonymous_analyses\"") && html.contains("value=\"20\""), "{html}");
    assert!(html.contains("0 to 1000. Empty: 10."), "{html}");
    assert!(html.contains("as the server was started: yes"), "{html}");
    let form = "version=4&anonymous_analyses=30&account_analyses=&password_digit=off";
    assert_eq!(goes_to(&double, post("/admin/settings", form)), "/admin/settings?said=settings-saved");
    let asked = double.asked().remove(0);
    assert!(asked.starts_with("settings 4") && asked.contains("Some(Count(30))"), "{asked}");
    assert!(asked.contains("(\"account_analyses\", None)") && asked.contains("Some(Switch(false))"), "{asked}");

    let (status, html) =
        page(&double, post("/admin/settings", "version=4&anonymous_analyses=many&account_analyses=-1"));
    assert_eq!((status, values(&html, "aria-invalid").len()), (422, 2), "{html}");
    assert!(html.contains("value=\"many\""), "{html}");
    let late = Double::logged_in_but(refused(ErrorCode::Conflict, &[]));
    let (status, html) = page(&late, post("/admin/settings", form));
    assert!(status == 409 && html.contains("Somebody else has changed the settings"), "{html}");
    assert!(html.contains("value=\"20\"") && !html.contains("value=\"30\""), "as they are now: {html}");
}

#[test]
fn an_administrators_pages_are_nobody_elses() {
    let double = Double::logged_in_but(refused(ErrorCode::Forbidden, &[]));
    for (path, form) in [
        ("/admin/users/u1", "do=change&version=4"),
        ("/admin/mail", "id=m1"),
        ("/admin/quotas", "network=ab12"),
        ("/admin/analyses", "id=a9"),
        ("/admin/settings", "version=4"),
        ("/admin/jobs", "name=results"),
    ] {
        assert_eq!(page(&double, post(path, form)).0, 403, "{path}");
        assert!(goes_to(&Double::visitor(), post(path, form)).starts_with("/login?next=%2Fadmin"), "{path}");
    }
}

#[test]
fn what_is_not_there_is_said() {
    let double = Double::logged_in();
    for (visit, status) in [
        (get("/history/nothing"), 404),
        (get("/shared/old"), 404),
        (get("/elsewhere"), 404),
        (post("/keys", "do=everything"), 422),
        (post("/shared/good", ""), 422),
    ] {
        let (found, html) = page(&double, visit);
        assert_eq!(found, status, "{html}");
        assert!(html.contains("<h1>"), "{html}");
    }
}
