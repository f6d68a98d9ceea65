//! The API as its page shows it: read from the OpenAPI document, so that the page can say nothing else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a page about the API needs of an OpenAPI document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiDoc {
    pub title: String,
    pub version: String,
    pub endpoints: Vec<Endpoint>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `POST`
    pub method: String,
    /// `/v1/analyses/{id}`
    pub path: String,
    pub summary: String,
    pub description: String,
    pub parameters: Vec<Parameter>,
    /// Media types of the request's body.
    pub accepts: Vec<String>,
    pub replies: Vec<Reply>,
    pub example: Example,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query`, `header`
    pub place: String,
    pub required: bool,
    pub description: String,
    pub kind: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub status: String,
    pub description: String,
    pub content: Vec<String>,
}

/// How to call it from a terminal, and whether the page can do it in place (a GET without parameters).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub command: String,
    pub can_try: bool,
}

impl Endpoint {
    /// A name for the endpoint's place on the page: `post-v1-analyses`.
    pub fn anchor(&self) -> String {
        let path: String =
            self.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect::<String>();
        let words: Vec<&str> = path.split('-').filter(|w| !w.is_empty()).collect();
        format!("{}-{}", self.method.to_lowercase(), words.join("-"))
    }
}

impl ApiDoc {
    /// Reads the document; what is missing stays empty, in the document's order.
    pub fn from_openapi(json: &str) -> Self {
        let document: Value = serde_json::from_str(json).unwrap_or_default();
        let mut endpoints = Vec::new();
        if let Some(paths) = document.get("paths").and_then(Value::as_object) {
            for (path, item) in paths {
                for method in ["get", "post", "put", "patch", "delete"] {
                    if let Some(operation) = item.get(method) {
                        endpoints.push(endpoint(&document, path, method, operation));
                    }
                }
            }
        }
        endpoints.sort_by_key(|e| !e.path.starts_with("/v1/"));
        Self {
            title: text(document.pointer("/info/title")),
            version: text(document.pointer("/info/version")),
            endpoints,
        }
    }
}

fn endpoint(document: &Value, path: &str, method: &str, operation: &Value) -> Endpoint {
    let parameters: Vec<Parameter> =
        list(operation.get("parameters")).map(|p| parameter(resolve(document, p))).collect();
    let accepts = operation.get("requestBody").map(|b| keys(resolve(document, b).get("content"))).unwrap_or_default();
    let replies: Vec<Reply> = operation
        .get("responses")
        .and_then(Value::as_object)
        .map(|all| {
            all.iter()
                .map(|(status, reply)| {
                    let reply = resolve(document, reply);
                    Reply {
                        status: status.clone(),
                        description: text(reply.get("description")),
                        content: keys(reply.get("content")),
                    }
                })
                .collect()
        })
        .unwrap_or_default();
    let example = example(path, method, &parameters, &accepts);
    Endpoint {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation.get("summary")),
        description: text(operation.get("description")),
        parameters,
        accepts,
        replies,
        example,
    }
}

fn parameter(value: &Value) -> Parameter {
    let schema = value.get("schema");
    let kind = match schema.and_then(|s| s.get("type")) {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).filter(|k| *k != "null").collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    };
    Parameter {
        name: text(value.get("name")),
        place: text(value.get("in")),
        required: value.get("required").and_then(Value::as_bool).unwrap_or(false),
        description: text(value.get("description")),
        kind,
    }
}

fn example(path: &str, method: &str, parameters: &[Parameter], accepts: &[String]) -> Example {
    let mut command = String::from("curl");
    if method != "get" && method != "post" {
        command.push_str(&format!(" -X {}", method.to_uppercase()));
    }
    if accepts.iter().any(|a| a == "application/octet-stream") {
        command.push_str(" --data-binary @picture.jpg");
    } else if accepts.iter().any(|a| a.starts_with("multipart/")) {
        command.push_str(" -F image=@picture.jpg");
    }
    command.push_str(&format!(" http://127.0.0.1:8080{path}"));
    let needs = parameters.iter().any(|p| p.required);
    Example { command, can_try: method == "get" && !needs && !path.contains('{') }
}

/// Follows a local `$ref` once.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|r| r.strip_prefix('#'))
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn keys(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_object).map(|o| o.keys().cloned().collect()).unwrap_or_default()
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r##"{
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/healthz": {"get": {"responses": {"200": {"description": "alive"}}}},
            "/v1/analyses": {"post": {
                "summary": "Read a picture",
                "parameters": [{"name": "tasks", "in": "query", "schema": {"type": ["string", "null"]}}],
                "requestBody": {"content": {"multipart/form-data": {}}},
                "responses": {"429": {"$ref": "#/components/responses/Problem"}}}},
            "/v1/analyses/{id}": {"delete": {"parameters": [{"name": "id", "in": "path", "required": true}]}}
        },
        "components": {"responses": {"Problem": {"description": "what went wrong", "content": {"application/problem+json": {}}}}}
    }"##;

    #[test]
    fn the_page_shows_what_the_document_says() {
        let doc = ApiDoc::from_openapi(DOCUMENT);
        let names: Vec<String> = doc.endpoints.iter().map(|e| format!("{} {}", e.method, e.path)).collect();
        assert_eq!(names, ["POST /v1/analyses", "DELETE /v1/analyses/{id}", "GET /healthz"]);
        let post = &doc.endpoints[0];
        assert_eq!(post.parameters[0].kind, "string");
        assert_eq!(post.replies[0].description, "what went wrong");
        assert_eq!(post.replies[0].content, ["application/problem+json"]);
        assert_eq!(post.example.command, "curl -F image=@picture.jpg http://127.0.0.1:8080/v1/analyses");
        assert_eq!(post.anchor(), "post-v1-analyses");
        assert_eq!(doc.endpoints[1].anchor(), "delete-v1-analyses-id");
        assert!(!doc.endpoints[1].example.can_try && doc.endpoints[2].example.can_try);
    }

    #[test]
    fn a_broken_document_gives_an_empty_page() {
        assert_eq!(ApiDoc::from_openapi("{"), ApiDoc::default());
    }
}
