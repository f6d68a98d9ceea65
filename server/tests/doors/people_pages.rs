//! The pages of people as a browser without a script uses them: forms, cookies, redirects, what nobody else may see.

use server::config::ServeOptions;

use super::support::{Client, PASSWORD, Place, Server, browser, form, leads_to, limits, picture, post};

fn logged_in(server: &Server, name: &str) -> Client {
    let mut client = browser(server);
    let reply = post(&mut client, "/login", &[("login", name), ("password", PASSWORD), ("next", "/profile")]);
    assert_eq!(leads_to(&reply), "/profile");
    client
}

#[test]
fn an_account_is_made_confirmed_and_used_with_forms() {
    let server = Server::start(Place::Here);
    let mut client = browser(&server);
    let fields = [
        ("first_name", "Олена"),
        ("last_name", "Koval"),
        ("email", "olena@example.org"),
        ("username", "olena"),
        ("password", PASSWORD),
        ("password_confirmation", PASSWORD),
    ];
    assert_eq!(leads_to(&post(&mut client, "/register", &fields)), "/register?said=mail-sent");
    assert!(client.get("/register?said=mail-sent").text().contains("Look into your mail"));
    let token = server.token_for("olena@example.org", "confirm");

    let early = post(&mut client, "/login", &[("login", "olena"), ("password", PASSWORD)]);
    assert!(early.status == 403 && early.text().contains("href=\"/resend\""), "{}", early.text());

    // Whatever opens links in mails does not use them up.
    for _ in 0..2 {
        assert!(client.get(&format!("/confirm?token={token}")).text().contains("Confirm the address"));
    }
    assert_eq!(leads_to(&post(&mut client, "/confirm", &[("token", &token)])), "/login?said=confirmed");
    let again = post(&mut client, "/confirm", &[("token", &token)]);
    assert!(again.status == 400 || again.status == 422, "{}", again.status);
    assert!(again.text().contains("This link does not work"), "{}", again.text());

    let reply = post(&mut client, "/login", &[("login", "olena"), ("password", PASSWORD), ("next", "//evil.example")]);
    assert_eq!(leads_to(&reply), "/history");
    let cookies: Vec<&str> =
        reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("iia_session=")).expect("a session");
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && !session.contains("Max-Age"),
        "{session}"
    );
    let home = client.get("/");
    assert!(home.text().contains("Олена Koval") && home.text().contains("action=\"/logout\""), "{}", home.text());
    assert_eq!(home.header("cache-control"), Some("private, no-store"));

    let out = post(&mut client, "/logout", &[]);
    assert_eq!(leads_to(&out), "/login?said=logged-out");
    assert_eq!(out.header("clear-site-data"), Some("\"cache\""), "nobody goes back to what was shown");
    assert_eq!(leads_to(&client.get("/profile")), "/login?next=%2Fprofile");
    assert!(!client.get("/").text().contains("Олена"));
}

#[test]
fn a_form_that_is_refused_keeps_what_was_typed_but_no_password() {
    let server = Server::start(Place::Here);
    let fields = [
        ("first_name", "<b>Taras"),
        ("email", "nobody"),
        ("password", "Typed-1!"),
        ("password_confirmation", "Other-2!"),
    ];
    let reply = post(&mut browser(&server), "/register", &fields);
    assert_eq!(reply.status, 422, "{}", reply.text());
    let page = reply.text();
    assert!(page.contains("value=\"&lt;b&gt;Taras\"") && !page.contains("<b>Taras"), "{page}");
    assert!(!page.contains("Typed-1!") && !page.contains("Other-2!"), "{page}");
    assert!(page.contains("aria-invalid=\"true\"") && page.contains("autofocus"), "{page}");
    assert_eq!(reply.header("cache-control"), Some("private, no-store"));
    let long = "a".repeat(70_000);
    assert_eq!(post(&mut browser(&server), "/register", &[("first_name", &long)]).status, 400);
}

#[test]
fn no_other_site_posts_a_form_here() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut client = logged_in(&server, "olena");
    let foreign = |path: &str, client: &Client| {
        let mut client = client.clone();
        client = client.with("origin", "https://evil.example");
        post(&mut client, path, &[("do", "delete")]).status
    };
    // The header that browsers send decides where it is there, so it is left out here.
    let mut plain = server.client().with("accept", "text/html");
    plain.cookie = client.cookie.clone();
    for path in ["/profile", "/logout", "/history", "/keys", "/login"] {
        assert_eq!(foreign(path, &plain), 403, "{path}");
    }
    assert_eq!(client.get("/profile").status, 200, "still logged in");
}

#[test]
fn the_history_is_its_owners() {
    let server = Server::with(Place::Here, ServeOptions::default(), limits(2, 20));
    server.member("olena");
    server.member("taras");
    let mut olena = logged_in(&server, "olena");
    let profile = [
        ("do", "profile"),
        ("version", "0"),
        ("first_name", "Olena"),
        ("last_name", "Koval"),
        ("language", "uk"),
        ("time_zone", "Europe/Kyiv"),
        ("task", "tags"),
        ("task", "objects"),
        ("task", "description"),
        ("keep_pictures", "on"),
    ];
    assert_eq!(leads_to(&post(&mut olena, "/profile", &profile)), "/profile?said=profile-saved");
    let (kind, body) = form("picture", picture::GOOD);
    assert_eq!(olena.post("/v1/analyses", &kind, &body).status, 201);
    let list = olena.get("/v1/analyses").json();
    let id = list["analyses"][0]["id"].as_str().expect("an id").to_owned();

    let page = olena.get("/history").text();
    assert!(page.contains(&format!("/history/{id}")), "{page}");
    assert!(olena.get(&format!("/history/{id}")).text().contains("Read by the server"));
    let mut taras = logged_in(&server, "taras");
    for path in [format!("/history/{id}"), format!("/history/{id}/thumbnail")] {
        assert_eq!(taras.get(&path).status, 404, "{path}");
    }
    assert_eq!(post(&mut taras, &format!("/history/{id}"), &[("do", "rename"), ("title", "Mine")]).status, 404);
    assert_eq!(leads_to(&post(&mut taras, "/history", &[("do", "delete"), ("id", &id)])), "/history?said=deleted");

    let shared = post(&mut olena, &format!("/history/{id}"), &[("do", "share"), ("days", "7")]).text();
    let token = shared.split("/shared/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_owned();
    let seen = browser(&server).get(&format!("/shared/{token}"));
    assert!(seen.status == 200 && !seen.text().contains("/picture"), "{}", seen.text());
    assert_eq!(leads_to(&post(&mut olena, "/history", &[("do", "delete"), ("id", &id)])), "/history?said=deleted");
    assert_eq!(browser(&server).get(&format!("/shared/{token}")).status, 404);
    assert_eq!(post(&mut olena, "/history", &[("do", "delete"), ("id", "../../etc")]).status, 404);
}

#[test]
fn the_administration_is_for_administrators() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut olena = logged_in(&server, "olena");
    server.administrator("ada");
    let mut ada = logged_in(&server, "ada@example.org");
    let pages: Vec<&str> = app::people::ADDRESSES.into_iter().filter(|address| address.starts_with("/admin")).collect();
    assert!(pages.len() >= 6);
    for page in pages {
        let path = page.replace("{id}", "0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51");
        let expected = if page == path { 200 } else { 404 };
        assert_eq!(ada.get(&path).status, expected, "{path}");
        assert_eq!(olena.get(&path).status, 403, "{path}");
        let way_in = browser(&server).get(&path);
        assert!(leads_to(&way_in).starts_with("/login?next=%2Fadmin"), "{path}");
    }
    // Nor does any of their forms do anything for anybody else.
    for page in app::people::ADDRESSES.into_iter().filter(|address| address.starts_with("/admin")) {
        let path = page.replace("{id}", "0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51");
        for what in ["preview", "change", "limit", "reset-quota", ""] {
            let form = [("do", what), ("id", "x"), ("name", "results"), ("network", "00"), ("version", "0")];
            let refused = post(&mut olena, &path, &form).status;
            // Two of the pages have no form, and one has only forms that say which they are.
            let no_form = ["/admin/users", "/admin/audit"].contains(&page) || (page != path && what.is_empty());
            assert_eq!(refused, if no_form { 422 } else { 403 }, "{path} {what}");
            let way_in = post(&mut browser(&server), &path, &form);
            assert!(leads_to(&way_in).starts_with("/login?next=%2Fadmin"), "{path} {what}");
        }
    }
    assert!(ada.get("/").text().contains("href=\"/admin/users\""));
    assert!(!olena.get("/").text().contains("/admin"));
    let found = ada.get("/admin/users?q=olena").text();
    let id =
        found.split("/admin/users/").nth(1).and_then(|rest| rest.split('"').next()).expect("an account").to_owned();
    let page = format!("/admin/users/{id}");
    let form = ada.get(&page).text();
    let version =
        form.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("one").to_owned();
    let change = |what: &'static str, version: &str, client: &mut Client| {
        let fields = [
            ("do", what),
            ("version", version),
            ("first_name", "Olha"),
            ("last_name", "Koval"),
            ("email", "olena@example.org"),
            ("username", "olena"),
        ];
        post(client, &page, &fields)
    };
    let preview = change("preview", &version, &mut ada).text();
    assert!(preview.contains("<td>Olena</td><td>Olha</td>"), "{preview}");
    assert!(olena.get("/profile").text().contains("value=\"Olena\""), "nothing has changed yet");
    assert_eq!(leads_to(&change("change", &version, &mut ada)), format!("{page}?said=user-changed"));
    assert_eq!(change("change", &version, &mut ada).status, 409, "of a version that is gone");
    assert!(olena.get("/profile").text().contains("value=\"Olha\""));

    let (id, version) = (id.as_str(), version.parse::<i64>().expect("a number") + 1);
    server.age_passwords();
    let promote = |what: &'static str, password: &'static str, client: &mut Client| {
        let version = version.to_string();
        let fields = [
            ("do", what),
            ("version", version.as_str()),
            ("first_name", "Olha"),
            ("last_name", "Koval"),
            ("email", "olena@example.org"),
            ("username", "olena"),
            ("administrator", "on"),
            ("password", password),
        ];
        post(client, &format!("/admin/users/{id}"), &fields)
    };
    let asks = "autocomplete=\"current-password\"";
    assert!(promote("preview", "", &mut ada).text().contains(asks), "the role asks for the password");
    let refused = promote("change", "", &mut ada);
    assert!(refused.status == 403 && refused.text().contains(asks), "{}", refused.text());
    let wrong = promote("change", "Wrong-Password-1!", &mut ada);
    assert!(wrong.status == 401 && wrong.text().contains("This is not your password"), "{}", wrong.text());
    assert_eq!(leads_to(&promote("change", PASSWORD, &mut ada)), format!("/admin/users/{id}?said=user-changed"));
    assert_eq!(leads_to(&olena.get("/profile")), "/login?next=%2Fprofile", "a new role begins with a new login");
}
