//! The independent implementation that the tests compare with: the `openssl` command line, working in a
//! directory of its own that goes away with it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A directory in which `openssl` makes keys, signatures and certificates.
pub(crate) struct Workshop(PathBuf);

impl Workshop {
    pub(crate) fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("mxseal-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }

    pub(crate) fn write(&self, file: &str, octets: &[u8]) {
        fs::write(self.0.join(file), octets).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.0.join(file)).unwrap()
    }

    /// Runs `openssl` with the words of `line`, which must succeed, and returns what it prints.
    pub(crate) fn openssl(&self, line: &str) -> String {
        let (success, out, err) = self.try_openssl(line);
        assert!(success, "openssl {line}\n{err}");
        out
    }

    /// Runs `openssl` with the words of `line`: success, standard output, standard error.
    pub(crate) fn try_openssl(&self, line: &str) -> (bool, String, String) {
        let output = Command::new("openssl")
            .args(line.split_whitespace())
            .current_dir(&self.0)
            .env("OPENSSL_CONF", "/dev/null")
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Makes a private key `file` from the words after `genpkey`.
    pub(crate) fn key(&self, file: &str, kind: &str) {
        self.openssl(&format!("genpkey -quiet {kind} -out {file}"));
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // What stays behind in the temporary directory does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
