//! The database of a test: SQLite in its folder, or a schema of its own on the PostgreSQL server that `IIA_TEST_POSTGRES` names.
//! `cargo xtask test` runs the same tests on both.

use std::path::Path;

use sqlx::Connection as _;

/// The address of the PostgreSQL server that tests run on; SQLite where there is none.
fn server() -> Option<String> {
    std::env::var("IIA_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// The database of the installation in that folder, the same each time; None: SQLite.
pub async fn of(folder: &Path) -> Option<String> {
    let server = server()?;
    let name = folder.file_name().expect("a folder with a name").to_string_lossy().to_lowercase();
    let schema: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut connection = sqlx::PgConnection::connect(&server).await.expect("the PostgreSQL server answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS t{schema}"));
    sqlx::raw_sql(create).execute(&mut connection).await.expect("a schema");
    connection.close().await.expect("closed");
    Some(format!("{server}?options=-c%20search_path%3Dt{schema}"))
}
