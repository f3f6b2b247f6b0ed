//! Real texts in place of made ones.

use std::{fs, path::Path};

/// The texts of a folder: all its files `*.txt`, in the order of their names. Folders in it are not looked into.
///
/// # Errors
/// For people: it cannot be read, there is none, or one is not UTF-8.
pub(super) fn texts(folder: &Path) -> Result<Vec<String>, String> {
    if folder.is_file() {
        return Err(format!("{} is a file: name the folder that it is in", folder.display()));
    }
    let failed = |error| format!("failed to read the folder {}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let is_text = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"));
        if is_text && path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(format!("there is no text in {}: put files there whose names end in .txt", folder.display()));
    }
    files.sort();
    files.iter().map(|file| text(file)).collect()
}

fn text(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|error| format!("failed to read {}: {error}", file.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let (name, valid) = (file.display(), &error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = 1 + valid.iter().filter(|&&byte| byte == b'\n').count();
        format!("{name} is not UTF-8 from line {line} on: convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test alone, gone at its end.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("parlings-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("a folder can be made");
            Self(path)
        }

        fn with(self, file: &str, bytes: &[u8]) -> Self {
            fs::write(self.0.join(file), bytes).expect("a file can be written");
            self
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).expect("the folder can be removed");
        }
    }

    #[test]
    fn reads_texts_in_the_order_of_their_names() {
        let folder = Folder::new("texts").with("b.txt", b"two").with("a.TXT", "één".as_bytes()).with("c.md", b"\xff");
        fs::create_dir(folder.0.join("d.txt")).expect("a folder can be made");
        assert_eq!(texts(&folder.0), Ok(vec!["één".to_owned(), "two".to_owned()]));
    }

    #[test]
    fn says_what_is_missing() {
        let folder = Folder::new("no-texts").with("a.md", b"");
        assert!(texts(&folder.0).unwrap_err().ends_with("put files there whose names end in .txt"));
        assert!(texts(&folder.0.join("a.md")).unwrap_err().ends_with("a.md is a file: name the folder that it is in"));
        assert!(texts(&folder.0.join("b")).unwrap_err().starts_with("failed to read the folder"));
    }

    #[test]
    fn says_which_text_is_not_utf_8() {
        let folder = Folder::new("latin").with("a.txt", b"one").with("b.txt", b"one\ntwo\ncaf\xe9\n");
        let message = texts(&folder.0).unwrap_err();
        assert!(message.contains("b.txt is not UTF-8 from line 3 on: convert it"), "{message}");
    }
}
