//! The pages' strings in English (British spelling). A picture is a picture; the device reads, the server is asked.

use vision_core::ErrorCode;
use vision_core::report::PictureKind;

use crate::api::Quota;
use crate::state::{StageName, bytes};

#[cfg(feature = "ssr")]
pub mod people;

pub const PRODUCT: &str = "Image Analyzer";
pub const TITLE_ANALYSE: &str = "Drop a picture and read what is on it · Image Analyzer";
pub const TITLE_ABOUT: &str = "How it works · Image Analyzer";
pub const TITLE_API: &str = "API · Image Analyzer";
pub const TITLE_RESULT: &str = "What is on the picture · Image Analyzer";
pub const HEADING_RESULT: &str = "What is on the picture";
pub const TITLE_NOT_FOUND: &str = "No such page · Image Analyzer";
pub const SUMMARY: &str = "Drop a picture and read what is on it: a description, objects, faces, colours. It is read in your own browser; nothing is uploaded unless you ask.";

pub const SKIP: &str = "To the content";
pub const NAV: &str = "Pages";
pub const NAV_ANALYSE: &str = "Analyse";
pub const NAV_ABOUT: &str = "How it works";
pub const NAV_API: &str = "API";
pub const FOOTER: &str = "Open source, MIT or Apache-2.0. Pictures are read on your device and stay there.";

pub fn quota_left(quota: Quota) -> String {
    match quota.remaining {
        _ if quota.unlimited => String::new(),
        0 => "No server analyses left".into(),
        1 => "1 server analysis left".into(),
        n => format!("{n} server analyses left"),
    }
}

// The empty page.
pub const DROP_TITLE: &str = "Drop a picture and read what is on it";
pub const DROP_PROMISE: &str =
    "It is read here, in your browser. Nothing is uploaded unless you ask the server for a closer look.";
pub const DROP_PLAIN: &str =
    "Without JavaScript your browser cannot read it: the picture is sent to the server, read and forgotten.";
pub const CHOOSE: &str = "Choose pictures";
pub const TAKE_PHOTO: &str = "Take a photo";
pub const PASTE: &str = "Paste";
pub const SEND_PLAIN: &str = "Send and read";
pub const FORMATS: &str = "JPEG, PNG, WebP, GIF, TIFF, BMP · up to 40 MB · many at once";
pub const EXAMPLES: &str = "Or try one of ours";
pub const DROP_HERE: &str = "Let go to read it";
pub const NOTHING_TO_PASTE: &str = "There is no picture on the clipboard. Copy one, then paste it here.";
pub const PASTE_REFUSED: &str = "The browser did not let this page look at the clipboard. Press Ctrl V (⌘ V) instead.";
pub const NO_PICTURES: &str = "There is no picture among what was dropped.";

// Ours: file, what it is.
pub const EXAMPLE_PICTURES: [(&str, &str); 6] = [
    ("coffee", "a cup of coffee"),
    ("cat", "a cat"),
    ("astronaut", "an astronaut"),
    ("shapes", "drawn shapes"),
    ("rocket", "a rocket"),
    ("page", "a printed page"),
];

/// Photographs are JPEG, what is drawn or printed PNG.
pub fn example_ending(name: &str) -> &'static str {
    if matches!(name, "shapes" | "page") { "png" } else { "jpg" }
}

// The picture.
pub fn picture_alt(name: &str) -> String {
    format!("Your picture, {name}")
}
pub const CANNOT_SHOW: &str = "Your browser cannot show this picture.";
pub const OVERLAY: &str = "Findings on the picture";
pub const STRIP: &str = "Your pictures";
pub const ADD_MORE: &str = "Add pictures";
pub const BOXES: &str = "Boxes";
pub const SAVE_PICTURE: &str = "Save picture";
pub const JSON: &str = "JSON";
pub const CSV: &str = "CSV";
pub const COPY_JSON: &str = "Copy JSON";
pub const COPY_CSV: &str = "Copy CSV";
pub const NEW_PICTURE: &str = "New picture";
pub const KEYS: &str = "Keys";
pub const COPIED: &str = "Copied.";
pub const SAVED: &str = "Saved.";
pub fn copied(what: &str) -> String {
    format!("{what} copied.")
}
pub fn box_label(label: &str, percent: &str) -> String {
    format!("{label}, {percent}")
}
pub const FACE: &str = "face";
pub const FACE_OF_A_PERSON: &str = "of a person";

// Where the answer comes from.
pub const READING: &str = "Reading on this device";
pub const READ: &str = "Read on this device";
pub const READ_PARTLY: &str = "Read on this device so far";
pub const CANCELLED: &str = "Cancelled";
pub const CONFIRMED: &str = "Confirmed by the server";
pub const ANSWERED: &str = "Read by the server";
pub const NOT_READ: &str = "Not read";
pub const CANCEL: &str = "Cancel";
pub const READ_AGAIN: &str = "Read again";
pub fn bytes_sent(count: u64) -> String {
    format!("{} sent", bytes(count))
}
pub fn bytes_sent_not_kept(count: u64) -> String {
    format!("{} sent{NOT_KEPT}", bytes(count))
}
pub const NOT_KEPT: &str = ", not kept";
pub const VIEW: &str = "Whose findings";
pub const VIEW_DEVICE: &str = "Device";
pub const VIEW_SERVER: &str = "Server";
pub const VIEW_BOTH: &str = "Both";

pub fn models_coming(here: u64, all: u64, downloading: bool) -> String {
    if downloading { format!("models {} of {}", bytes(here), bytes(all)) } else { "models are getting ready".into() }
}
pub const MODELS_HERE: &str = "Ready; from now on it works without a network too.";
pub const WORKER_STARTS: &str = "starting";
pub const WAITS_ITS_TURN: &str = "waits its turn";
pub const LOOKING: &str = "looking";
pub fn stage_done(stage: StageName) -> &'static str {
    match stage {
        StageName::Image => "opened",
        StageName::Measures => "colours done",
        StageName::Tags => "tags done",
        StageName::Objects => "objects done",
        StageName::Faces => "faces done",
        StageName::Description => "sentence done",
    }
}
pub fn stage_next(stage: StageName) -> &'static str {
    match stage {
        StageName::Image => "colours",
        StageName::Measures => "tags",
        StageName::Tags => "objects",
        StageName::Objects => "faces",
        StageName::Faces => "sentence",
        StageName::Description => "last touches",
    }
}

// The sentence.
pub const GHOST_MAIN: &str = "Two people riding horses by the sea, probably on a beach.";
pub const GHOST_REMARKS: &str = "Soft light, mostly sand and grey-blue.";
pub const NO_SENTENCE: &str = "No sentence was made before you stopped.";
pub const CHIP_NEW: &str = "new";
pub const CHIP_DEVICE_ONLY: &str = "device only";
pub const BEFORE: &str = "Your device said:";
pub fn differences(count: usize) -> String {
    match count {
        0 => "Your device and the server agree.".into(),
        1 => "They differ in one place.".into(),
        n => format!("They differ in {n} places."),
    }
}
pub fn remarks_so_far(light: &str, colors: &[&str]) -> String {
    let mostly = colors.join(" and ");
    match (light, colors) {
        ("", []) => String::new(),
        (light, []) => format!("{}.", sentence_case(light)),
        ("", _) => format!("Mostly {mostly}."),
        (light, _) => format!("{}, mostly {mostly}.", sentence_case(light)),
    }
}

// Ask the server.
pub const ASK_TITLE: &str = "Want a closer look?";
pub const ASK_TEXT: &str = "Bigger models on the server. The picture is sent, read and forgotten.";
pub const ASK_TEXT_ACCOUNT: &str =
    "Bigger models on the server. What they find stays in your history; your profile says whether the picture does.";
pub const ASK: &str = "Ask the server";
pub fn ask_left(remaining: u32) -> String {
    match remaining {
        0 => "You have no server analyses left; your own browser goes on reading as many as you like.".into(),
        1 => "The last server analysis you have left.".into(),
        n => format!("{n} server analyses left."),
    }
}
pub const ASKING: &str = "Asking the server…";
pub fn sent_of(sent: u64, all: u64) -> String {
    if sent >= all { format!("{} sent", bytes(all)) } else { format!("{} of {} sent", bytes(sent), bytes(all)) }
}
pub fn server_at(finished: Option<StageName>) -> &'static str {
    match finished {
        None => "waiting for the server",
        Some(StageName::Image) => "opened, measuring colours",
        Some(StageName::Measures) => "colours measured, looking for a subject",
        Some(StageName::Tags) => "subject found, looking for objects",
        Some(StageName::Objects) => "objects found, reading faces",
        Some(StageName::Faces) => "faces read, writing the sentence",
        Some(StageName::Description) => "sentence written",
    }
}

// Errors: what happened, what it means for you, what to do.
pub const TRY_AGAIN: &str = "Try again";
pub const COPY_DETAIL: &str = "Copy the detail";
pub const UNTOUCHED: &str = "Your preview is untouched.";
pub fn server_error(code: ErrorCode, remaining: Option<u32>) -> (&'static str, String) {
    let not_counted = match remaining {
        Some(n) if n > 0 => format!(" This did not count against your {}.", analyses(n)),
        _ => String::new(),
    };
    match code {
        ErrorCode::RequestLimit => (
            "Your server analyses are used up.",
            format!(
                "{UNTOUCHED} Your own browser goes on reading as many pictures as you like; come back later for more of the server's."
            ),
        ),
        ErrorCode::Overloaded => (
            "The server is busy.",
            format!("{UNTOUCHED} All its places are taken; try again in a few seconds.{not_counted}"),
        ),
        ErrorCode::TooLarge | ErrorCode::TooManyPixels => {
            ("The picture is too large for the server.", format!("{UNTOUCHED} Try a smaller copy of it.{not_counted}"))
        }
        ErrorCode::UnsupportedFormat | ErrorCode::BadFile | ErrorCode::TruncatedImage => {
            ("The server could not read the picture.", format!("{UNTOUCHED} Try another copy of it.{not_counted}"))
        }
        ErrorCode::Cancelled => ("You stopped asking.", format!("{UNTOUCHED} Ask again when you like.")),
        _ => (
            "The server did not answer.",
            format!("{UNTOUCHED} It may be restarting, or you may be offline.{not_counted}"),
        ),
    }
}
fn analyses(n: u32) -> String {
    if n == 1 { "1 analysis".into() } else { format!("{n} analyses") }
}
pub fn device_error(code: ErrorCode, message: &str) -> (&'static str, String) {
    let head = match code {
        ErrorCode::UnsupportedFormat => "This is not a picture that can be read here.",
        ErrorCode::TooLarge => "The picture is too large.",
        ErrorCode::TooManyPixels => "The picture has too many pixels.",
        ErrorCode::TruncatedImage => "The picture breaks off.",
        ErrorCode::BadFile => "The picture is damaged.",
        _ => "The picture could not be read.",
    };
    let mut body = sentence_case(message);
    if !body.ends_with('.') {
        body.push('.');
    }
    body.push_str(" Nothing was sent. Try another copy, or another picture.");
    (head, body)
}
pub fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
pub const WORKER_FAILED: &str = "The part of this page that reads pictures could not start.";
pub const WORKER_FAILED_ADVICE: &str = "Reload the page, or ask the server instead.";
pub const WORKER_STOPPED: &str = "the reader stopped unexpectedly; it may have run out of memory";
pub const OFFLINE_MODELS: &str = "The models could not be fetched, so only colours, light and quality are told.";
pub const PLAIN_ERROR: &str = "The picture was not read.";
pub const PLAIN_NONE: &str = "No picture was chosen.";
pub const BACK: &str = "Read another picture";

// The findings.
pub const OBJECTS: &str = "Objects";
pub const FACES: &str = "Faces";
pub const TAGS: &str = "What it may be";
pub const COLORS: &str = "Colours";
pub const PICTURE: &str = "Picture";
pub const NO_OBJECTS: &str = "No object with a place was found.";
pub const NO_TAGS: &str = "Nothing it surely is.";
pub const NOT_LOOKED_FOR: &str = "Not looked for: the models are not here.";
pub fn show_all(count: usize) -> String {
    format!("Show all {count}")
}
pub const DOUBTED: &str = "doubted";
pub const UNSURE: &str = "unsure";
pub fn copy_color(name: &str, hex: &str) -> String {
    format!("Copy {hex}, {name}")
}
pub const SHARPNESS: &str = "Sharpness";
pub const LIGHT: &str = "Light";
pub const KIND: &str = "Kind";
pub const CAMERA: &str = "Camera";
pub const TAKEN: &str = "Taken";
pub const LOCATION: &str = "Location";
pub const HAS_LOCATION: &str = "the file holds one; not shown";
pub const FRAMES: &str = "Frames";
pub fn frames_told(count: u32) -> String {
    format!("{count}; the first is read")
}
pub fn kind(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Photo => "photograph",
        PictureKind::Drawing => "drawing",
        PictureKind::Screenshot => "screenshot",
        PictureKind::Document => "page of text",
    }
}

// The receipt.
pub const RECEIPT: &str = "Receipt: what read this, and how to repeat it";
pub const RECEIPT_DEVICE: &str = "On this device";
pub const RECEIPT_SERVER: &str = "On the server";
pub const STAGES: &str = "Stages";
pub const WARNINGS: &str = "Remarks";
pub const STAGE: &str = "Stage";
pub const TIME: &str = "Time";

// The keys.
pub const KEYS_TITLE: &str = "Keys";
pub const KEYS_CLOSE: &str = "Close";
pub const KEY_LIST: [(&str, &str); 9] = [
    ("O", "choose pictures"),
    ("Ctrl V", "paste a picture"),
    ("→ ↓", "next clause or box"),
    ("← ↑", "previous clause or box"),
    ("Esc", "let go; cancel while reading"),
    ("B", "boxes on and off"),
    ("S", "ask the server"),
    ("[ ]", "previous and next picture"),
    ("?", "this list"),
];

pub fn announce_read(sentence: &str) -> String {
    format!("Read. {sentence}")
}
pub fn announce_server(sentence: &str) -> String {
    format!("The server has answered. {sentence}")
}
pub const ANNOUNCE_READING: &str = "Reading the picture.";
pub const ANNOUNCE_CANCELLED: &str = "Cancelled.";

// How it works.
pub const ABOUT_TITLE: &str = "How a picture becomes a sentence";
pub const ABOUT_LEAD: &str = "Your browser holds a small copy of the program that runs on the server. It opens the picture, measures it, looks at it with three small networks, weighs what they found against each other and writes down what is left.";
pub const ABOUT_STEPS: [(&str, &str); 6] = [
    (
        "It opens the picture",
        "The kind is told from the bytes, not from the name. Sizes are checked before memory is taken, the camera's orientation is applied, colour profiles are honoured.",
    ),
    (
        "It measures",
        "Main colours with plain names, light, contrast, sharpness, noise, and whether it is a photograph, a drawing, a screenshot or a page. This needs no network and always works.",
    ),
    (
        "It looks",
        "One network says what the picture as a whole may show, one finds things with a place, one finds faces. They are fetched once, their hashes are checked, and your browser keeps them.",
    ),
    (
        "It weighs",
        "Networks are wrong in known ways. Findings that contradict each other or the measures are doubted: they stay in the report with the reason, but not in the sentence.",
    ),
    (
        "It writes",
        "Clauses are made only of findings, and each names its own: point at one and its evidence lights up. What is uncertain is said to be uncertain.",
    ),
    (
        "It gives a receipt",
        "The picture's hash, the models with their hashes, the engine, the version and the time of each stage, so that anyone can repeat it and compare.",
    ),
];
pub const ABOUT_SENT_TITLE: &str = "What is sent";
pub const ABOUT_SENT: &str = "Nothing, until you ask the server. The line above each sentence counts the bytes that really left your device. When you ask, the picture is sent, read by bigger models and forgotten; the findings are kept so that you can fetch them again.";
pub const ABOUT_LIMITS_TITLE: &str = "What it cannot do";
pub const ABOUT_LIMITS: &str = "It knows eighty kinds of things with a place and about a thousand kinds of pictures. It does not know who people are and does not try. It can be wrong; the certainty beside each finding was measured, and below a limit it says nothing rather than guess.";
pub const ABOUT_OFFLINE_TITLE: &str = "Without a network";
pub const ABOUT_OFFLINE: &str = "After the first visit this page and its models stay in your browser: it works on a train or in a museum's cellar, only the server cannot be asked.";

// The API.
pub const API_TITLE: &str = "API";
pub const API_LEAD: &str = "The same core, over HTTP. Send a picture, get the report that this page shows. The whole contract is in the OpenAPI document.";
pub const API_DOCUMENT: &str = "OpenAPI document";
pub const API_PARAMETERS: &str = "Parameters";
pub const API_BODY: &str = "Body";
pub const API_REPLIES: &str = "Replies";
pub const API_EXAMPLE: &str = "Example";
pub const API_TRY: &str = "Try it";
pub const API_NAME: &str = "Name";
pub const API_PLACE: &str = "In";
pub const API_MEANING: &str = "Meaning";
pub const API_STATUS: &str = "Status";
pub const API_REQUIRED: &str = "required";
pub const API_MISSING: &str = "The OpenAPI document could not be read just now. Reload the page.";
pub const API_INDEX: &str = "Endpoints";

pub const NOT_FOUND_TITLE: &str = "There is no page here";
pub const NOT_FOUND_TEXT: &str = "The address may be mistyped, or the page is yet to come.";
