//! Reads the sources and holds the rules of the house: floors, sizes, what a file opens with, what it
//! must not hold. It does not judge style that rustfmt and clippy judge.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    reason = "a source that cannot be read fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A room imports rooms of lower floors and itself; rooms of one floor never import each other.
const FLOORS: &[&[&str]] = &[
    &[
        "name",
        "time",
        "limits",
        "result_type",
        "security",
        "bytes",
        "value",
        "ordered",
    ],
    &["finding", "crypto"],
    &["dns", "x509"],
    &["dnssec", "dane", "mta_sts", "tlsrpt"],
    &["facts"],
    &["decide"],
    &["plan", "check"],
    &["wasm"],
];
/// Lines of a Rust file before its tests.
const RUST_LINES: usize = 500;
/// Lines of `lib.rs`, which holds no code.
const LIB_LINES: usize = 120;
/// Lines of a JavaScript file.
const JS_LINES: usize = 300;

struct Source {
    /// From the root of the project, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The lines before the unit tests.
    fn code(&self) -> impl Iterator<Item = &str> {
        self.text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
    }

    /// The code without comments, in one string.
    fn bare(&self) -> String {
        self.code()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The parts of the module's path: `src/finding/codes/dns.rs` is `finding`, `codes`, `dns`.
    fn module(&self) -> Vec<&str> {
        self.path
            .trim_start_matches("src/")
            .trim_end_matches(".rs")
            .split('/')
            .filter(|part| *part != "mod")
            .collect()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of the endings; none where there is no such folder.
fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !matches!(name, "node_modules" | "target" | "dist") {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let inside = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.push(Source {
                    path: inside.replace('\\', "/"),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// What follows each `crate::` of the code: one word, or the first words of a group in braces.
fn imports(code: &str) -> Vec<&str> {
    let word = |text: &str| {
        text.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len())
    };
    let mut found = Vec::new();
    for after in code.split("crate::").skip(1) {
        let Some(group) = after.strip_prefix('{') else {
            found.push(after.split_at(word(after)).0);
            continue;
        };
        let mut depth = 1;
        let mut first = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => first = true,
                c if depth == 1 && first && (c.is_alphanumeric() || c == '_') => {
                    let rest = group.split_at(at).1;
                    found.push(rest.split_at(word(rest)).0);
                    first = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

#[test]
fn imports_are_found() {
    for (code, want) in [
        ("use crate::name::Name;", &["name"][..]),
        (
            "use crate::{dns::{a, b}, finding::X,\n    limits};",
            &["dns", "finding", "limits"],
        ),
        (
            "x: $crate::finding::Entry, crate::Time",
            &["finding", "Time"],
        ),
        ("use super::x;", &[]),
    ] {
        assert_eq!(imports(code), want, "{code}");
    }
}

#[test]
fn rooms_import_downward_only() {
    let mut faults = Vec::new();
    for source in sources("src", &[".rs"]) {
        let module = source.module();
        let room = module.first().copied().unwrap_or_default();
        if room == "lib" {
            continue;
        }
        let Some(here) = floor(room) else {
            faults.push(format!("{}: room `{room}` has no floor", source.path));
            continue;
        };
        let code = source.bare();
        for import in imports(&code) {
            let downward = floor(import).is_some_and(|there| there < here);
            if import != room && !downward {
                faults.push(format!(
                    "{}: `{room}` imports `crate::{import}`",
                    source.path
                ));
            }
        }
        // `super` may lead to the room, not out of it.
        if code.contains(&"super::".repeat(module.len())) {
            faults.push(format!("{}: `super` leads out of the room", source.path));
        }
    }
    none(&faults);
}

#[test]
fn files_keep_their_size() {
    let mut faults = Vec::new();
    for source in sources("src", &[".rs"]) {
        let cap = if source.path == "src/lib.rs" {
            LIB_LINES
        } else {
            RUST_LINES
        };
        let lines = source.code().count();
        if lines > cap {
            faults.push(format!("{}: {lines} lines, at most {cap}", source.path));
        }
    }
    for source in sources("js", &[".js"]) {
        let lines = source.text.lines().count();
        if lines > JS_LINES {
            faults.push(format!(
                "{}: {lines} lines, at most {JS_LINES}",
                source.path
            ));
        }
    }
    none(&faults);
}

#[test]
fn files_open_with_what_they_are() {
    let mut faults = Vec::new();
    for folder in ["src", "tests", "js"] {
        for source in sources(folder, &[".rs", ".js"]) {
            let mut lines = source.text.lines().filter(|line| !line.starts_with("#!/"));
            let first = lines.next().unwrap_or_default();
            let opens = if source.path.ends_with(".rs") {
                first.starts_with("//! ")
            } else {
                first.starts_with("/**") || first.starts_with("// ")
            };
            if !opens {
                faults.push(format!("{}: opens with no word on itself", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn nothing_is_left_undone() {
    // In pieces, so that this file does not hold them.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!"),
        concat!("unimplemented", "!"),
    ];
    let mut faults = Vec::new();
    for folder in ["src", "tests", "js", "bench", "worker-example"] {
        for source in sources(folder, &[".rs", ".js", ".ts", ".py", ".sh"]) {
            for word in words.iter().filter(|word| source.text.contains(**word)) {
                faults.push(format!("{}: `{word}`", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn no_test_is_passed_over() {
    let mut faults = Vec::new();
    let ignored = concat!("#[", "ignore");
    for folder in ["src", "tests"] {
        for source in sources(folder, &[".rs"]) {
            if source.text.contains(ignored) {
                faults.push(format!("{}: `{ignored}]`", source.path));
            }
        }
    }
    for folder in ["tests", "worker-example/test"] {
        for source in sources(folder, &[".js", ".mjs", ".ts"]) {
            for word in ["skip(", "skip:", "only(", "only:", "todo("] {
                if source.text.contains(word) {
                    faults.push(format!("{}: `{word}`", source.path));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn hosts_know_no_engine() {
    let mut faults = Vec::new();
    for source in sources("js/hosts", &[".js"]) {
        for line in source.text.lines() {
            let imports =
                line.contains("from '") || line.contains("import(") || line.starts_with("import ");
            if imports && (line.contains("engine") || line.contains("pkg/")) {
                faults.push(format!("{}: {line}", source.path));
            }
        }
    }
    none(&faults);
}
