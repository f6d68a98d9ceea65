//! Uploaded files: whose they are, how they are shown, how much room there is, and that none lies in plain.

use serde_json::json;
use server::config::ServeOptions;

use super::support::{Client, Place, Reply, Server, form, limits};

fn photo() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]));
    pixels.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg).expect("encoded");
    bytes
}

fn upload(client: &mut Client, bytes: &[u8]) -> Reply {
    client.post("/v1/upload", "application/octet-stream", bytes)
}

fn name(reply: &Reply) -> String {
    reply.json()["filename"].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
}

#[test]
fn a_file_is_its_owners_until_they_publish_it() {
    let server = Server::start(Place::Here);
    let (mut olena, mut taras, mut visitor) =
        (server.person("olena").client, server.person("taras").client, server.client());
    let photo = photo();
    let reply = upload(&mut olena, &photo);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let name = name(&reply);
    assert!(name.ends_with(".jpg") && name.len() == 40, "{name}");
    let (own, public) = (format!("/v1/user/{name}"), format!("/images/{name}"));
    assert_eq!(reply.header("location"), Some(own.as_str()));

    let read = olena.get(&own);
    assert_eq!((read.status, &read.body), (200, &photo));
    assert_eq!(read.header("content-type"), Some("image/jpeg"));
    assert_eq!(read.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(read.header("cache-control"), Some("private, no-cache"));
    assert_eq!(read.header("content-disposition"), Some(format!("inline; filename=\"{name}\"").as_str()));
    assert_eq!(taras.get(&own).code(), "not_found");
    assert_eq!(visitor.get(&own).code(), "unauthenticated");
    assert_eq!(visitor.get(&public).code(), "not_found");
    assert_eq!(taras.send("PATCH", &own, &json!({ "public": true })).code(), "not_found");
    assert_eq!(taras.delete(&own).code(), "not_found");
    assert_eq!(visitor.send("PATCH", &own, &json!({ "public": true })).code(), "unauthenticated");

    assert_eq!(olena.send("PATCH", &own, &json!({ "public": true })).json()["public"], true);
    assert_eq!(visitor.get(&public).body, photo);
    assert_eq!(taras.get(&own).code(), "not_found", "published, and still the owner's");
    assert_eq!(olena.send("PATCH", &own, &json!({ "public": false })).status, 200);
    assert_eq!(visitor.get(&public).status, 404);
    assert_eq!(olena.send("PATCH", &own, &json!({ "colour": 1 })).code(), "bad_input");

    assert_eq!(olena.delete(&own).status, 204);
    assert_eq!((olena.get(&own).status, olena.delete(&own).status), (404, 404));
    assert!(std::fs::read_dir(server.data.path().join("files")).expect("a folder").next().is_none());
}

#[test]
fn files_of_one_moment_are_on_one_page() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let photo = photo();
    let mut names: Vec<String> = (0..4).map(|_| name(&upload(&mut olena, &photo))).collect();
    server.runtime().block_on(async {
        let oldest = "UPDATE files SET created_at_ms = 1000 WHERE name <> $1";
        let pool = server.service.store().database.pool();
        sqlx::query(oldest).bind(names.last().expect("four")).execute(pool).await.expect("changed");
    });
    let (mut listed, mut page) = (Vec::new(), String::from("/v1/user?limit=2"));
    loop {
        let list = olena.get(&page).json();
        let files = list["files"].as_array().expect("a list");
        listed.extend(files.iter().map(|file| file["filename"].as_str().expect("a name").to_owned()));
        let Some(next) = list["next"].as_i64() else { break };
        page = format!("/v1/user?limit=2&before={next}");
    }
    assert_eq!(listed.first(), names.last(), "the newest first");
    listed.sort();
    names.sort();
    assert_eq!(listed, names);
}

#[test]
fn ranges_and_tags_are_answered() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let photo = photo();
    let path = format!("/v1/user/{}", name(&upload(&mut olena, &photo)));
    let whole = olena.get(&path);
    let tag = whole.header("etag").expect("a tag").to_owned();
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let part = olena.clone().with("range", "bytes=10-19").get(&path);
    assert_eq!((part.status, part.body.as_slice()), (206, &photo[10..20]));
    assert_eq!(part.header("content-range"), Some(format!("bytes 10-19/{}", photo.len()).as_str()));
    let held = olena.clone().with("if-none-match", &tag).get(&path);
    assert_eq!((held.status, held.body.len()), (304, 0));
    let beyond = olena.clone().with("range", "bytes=99999999-").get(&path);
    assert_eq!(beyond.status, 416);
}

#[test]
fn the_type_is_found_from_the_bytes() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let pixels = image::RgbImage::new(8, 8);
    let formats = [
        (image::ImageFormat::Png, ".png"),
        (image::ImageFormat::WebP, ".webp"),
        (image::ImageFormat::Gif, ".gif"),
        (image::ImageFormat::Tiff, ".tif"),
        (image::ImageFormat::Bmp, ".bmp"),
    ];
    for (format, extension) in formats {
        let mut bytes = Vec::new();
        let picture = image::DynamicImage::ImageRgb8(pixels.clone());
        picture.write_to(&mut std::io::Cursor::new(&mut bytes), format).expect("encoded");
        let reply = olena.post("/v1/upload", "text/html", &bytes);
        assert!(name(&reply).ends_with(extension), "{}", reply.text());
    }
    // Only browsers show it.
    let avif = upload(&mut olena, b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miafMA1B");
    assert!(name(&avif).ends_with(".avif"), "{}", avif.text());
    let shown = olena.get(&format!("/v1/user/{}", name(&avif)));
    assert_eq!((shown.status, shown.header("content-type")), (200, Some("image/avif")));
    let (kind, body) = form("file", &photo());
    assert!(name(&olena.post("/v1/upload", &kind, &body)).ends_with(".jpg"));
    let cases: [(&[u8], u16, &str); 4] = [
        (b"<html><script>alert(1)</script>", 415, "unsupported_format"),
        (b"", 422, "bad_file"),
        (b"\x7fELF", 415, "unsupported_format"),
        (&photo()[..20], 422, "truncated_image"),
    ];
    for (bytes, status, code) in cases {
        let reply = upload(&mut olena, bytes);
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{bytes:?}");
    }
    assert_eq!(upload(&mut server.client(), &photo()).code(), "unauthenticated");
    for name in ["", "..%2f..%2fserver.key", "server.key", "a.jpg"] {
        assert_eq!(olena.get(&format!("/v1/user/{name}")).status, 404, "{name}");
        assert_eq!(olena.get(&format!("/images/{name}")).status, 404, "{name}");
    }
}

#[test]
fn there_is_room_for_so_much() {
    let photo = photo();
    // Room for a few of the large one.
    let large = {
        let mut bytes = Vec::new();
        let noise = image::RgbImage::from_fn(400, 300, |x, y| {
            let hash = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_le_bytes();
            image::Rgb([hash[0], hash[1], hash[2]])
        });
        noise.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Bmp).expect("encoded");
        bytes
    };
    let options = ServeOptions { account_storage_mb: Some(1), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let olena = server.person("olena").client;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let one = || upload(&mut olena.clone(), &large).status;
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let fitting = 1_000_000 / large.len();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), fitting, "{statuses:?}");
    let full = upload(&mut olena.clone(), &large);
    assert_eq!((full.status, full.code().as_str()), (413, "storage_limit"));
    assert_eq!(upload(&mut olena.clone(), &photo).status, 201, "a small one still fits");
    // The whole list: uploads that came at once may share a moment, and a page never parts those.
    let list = olena.clone().get("/v1/user").json();
    assert_eq!(list["files"].as_array().map(Vec::len), Some(fitting + 1), "{list}");
}

#[test]
fn kept_pictures_take_of_the_same_room() {
    let options = ServeOptions { account_storage_mb: Some(1), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let mut olena = server.person("olena").client;
    let (large, photo) = (vec![b'x'; 450_000], photo());
    let large_photo = [photo.as_slice(), &large].concat();
    let is_warned = |report: &serde_json::Value| {
        report["warnings"].as_array().into_iter().flatten().any(|warning| warning["code"] == "picture_not_kept")
    };
    let keep = |client: &mut Client| {
        let made = client.post("/v1/analyses?keep=true", "application/octet-stream", &large);
        assert_eq!(made.status, 201, "a full account is no reason not to read a picture: {}", made.text());
        let made = made.json();
        (made["id"].as_str().expect("an id").to_owned(), made["picture_kept"] == true, is_warned(&made))
    };
    let (first, is_kept, warned) = keep(&mut olena);
    assert!(is_kept && !warned);
    assert!(keep(&mut olena).1);
    let (third, is_kept, warned) = keep(&mut olena);
    assert!(!is_kept && warned);
    assert_eq!(olena.get(&format!("/v1/analyses/{third}/picture")).status, 404);
    assert!(is_warned(&olena.get(&format!("/v1/analyses/{third}")).json()), "the stored report tells it too");
    assert_eq!(upload(&mut olena, &large_photo).code(), "storage_limit");
    assert_eq!(upload(&mut olena, &photo).status, 201, "a small one still fits");
    assert_eq!(olena.delete(&format!("/v1/analyses/{first}")).status, 204);
    assert_eq!(upload(&mut olena, &large_photo).status, 201, "what was deleted takes no room");
}

#[test]
fn what_was_uploaded_can_be_analysed_by_its_name() {
    let server = Server::start(Place::Here);
    let (mut olena, mut taras) = (server.person("olena").client, server.person("taras").client);
    let name = name(&upload(&mut olena, &photo()));
    let reply = olena.post_json("/v1/analyses", &json!({ "filename": name }));
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.json()["image"]["bytes"], json!(photo().len()));
    assert_eq!(taras.post_json("/v1/analyses", &json!({ "filename": name })).code(), "not_found");
    assert_eq!(server.client().post_json("/v1/analyses", &json!({ "filename": name })).code(), "unauthenticated");
    assert_eq!(olena.post_json("/v1/analyses", &json!({ "name": name })).code(), "bad_input");
}

#[test]
fn no_picture_lies_in_plain_on_the_disk() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let photo = photo();
    upload(&mut olena, &photo);
    let mark = b"a picture whose bytes can be searched for";
    let kept = olena.post("/v1/analyses?keep=true", "application/octet-stream", mark);
    let id = kept.json()["id"].as_str().expect("an id").to_owned();
    let contains = |part: &[u8]| {
        let folders = ["files", "pictures"].map(|folder| server.data.path().join(folder));
        let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
        let contents: Vec<Vec<u8>> =
            files.map(|file| std::fs::read(file.expect("a file").path()).expect("read")).collect();
        assert_eq!(contents.len(), 2);
        contents.iter().any(|content| content.windows(part.len()).any(|window| window == part))
    };
    assert!(!contains(mark) && !contains(&photo[..40]));
    assert_eq!(olena.get(&format!("/v1/analyses/{id}/picture")).body, mark);
}
