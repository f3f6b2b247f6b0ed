//! The files of a workspace in memory: read, changed, and written to another place.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// What a workspace is made of, as far as programs are built from it.
pub(crate) const WORKSPACE: [&str; 7] =
    ["Cargo.toml", "Cargo.lock", ".cargo", "src", "grader", "exercises", "solutions"];

/// Folders that belong to a checkout's owner alone, wherever they are found.
const NEVER: [&str; 2] = ["target", ".git"];

/// Files, each under its path from the root with `/` between the parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files(BTreeMap<String, File>);

#[derive(Clone, Debug)]
struct File {
    bytes: Vec<u8>,
    /// Those of the file that it was read from.
    permissions: Option<fs::Permissions>,
}

impl Files {
    /// Reads the files and folders of `root` that are named; those that are not there are passed over.
    pub(crate) fn read(root: &Path, entries: &[&str]) -> anyhow::Result<Self> {
        let mut files = Self::default();
        for entry in entries {
            for path in
                paths_below(root, entry).with_context(|| format!("failed to list {}", root.join(entry).display()))?
            {
                let source = root.join(&path);
                let read =
                    || Ok(File { bytes: fs::read(&source)?, permissions: Some(fs::metadata(&source)?.permissions()) });
                let file = read().map_err(|error: io::Error| error);
                files.0.insert(path, file.with_context(|| format!("failed to read {}", source.display()))?);
            }
        }
        Ok(files)
    }

    /// Puts a file in its place, new or instead of the one that is there.
    pub(crate) fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        let permissions = self.0.get(path).and_then(|file| file.permissions.clone());
        self.0.insert(path.to_owned(), File { bytes: bytes.into(), permissions });
    }

    /// Keeps the files whose path is wanted.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        self.0.retain(|path, _| wanted(path));
    }

    /// A file as text; `None` where there is none, or it is no text.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(&self.0.get(path)?.bytes).ok()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes them below `place`. What is the same there already is left alone, so that cargo does not build it again.
    pub(crate) fn write_to(&self, place: &Path) -> anyhow::Result<()> {
        for (path, file) in &self.0 {
            let path = place.join(path);
            file.write(&path).with_context(|| format!("failed to write {}", path.display()))?;
        }
        Ok(())
    }

    /// Makes `place` hold these files and no others, what cargo has built there apart.
    pub(crate) fn mirror_to(&self, place: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(place).with_context(|| format!("failed to make the folder {}", place.display()))?;
        for path in paths_below(place, "").with_context(|| format!("failed to list {}", place.display()))? {
            if !self.0.contains_key(&path) {
                fs::remove_file(place.join(&path))
                    .with_context(|| format!("failed to remove {path} in {}", place.display()))?;
            }
        }
        self.write_to(place)
    }
}

impl File {
    fn write(&self, path: &Path) -> io::Result<()> {
        if fs::read(path).is_ok_and(|there| there == self.bytes) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &self.bytes)?;
        match &self.permissions {
            Some(permissions) => fs::set_permissions(path, permissions.clone()),
            None => Ok(()),
        }
    }
}

/// The paths of all files at or below `entry`, from `root`. Names that are not Unicode are no part of a workspace.
fn paths_below(root: &Path, entry: &str) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut left = vec![entry.to_owned()];
    while let Some(path) = left.pop() {
        let place = root.join(&path);
        if place.is_file() {
            found.insert(path);
        } else if place.is_dir() {
            for child in fs::read_dir(place)? {
                let Ok(name) = child?.file_name().into_string() else { continue };
                if !NEVER.contains(&name.as_str()) {
                    left.push(if path.is_empty() { name } else { format!("{path}/{name}") });
                }
            }
        }
    }
    Ok(found)
}

/// Writes a file in one step: whoever reads it meanwhile, and a disk that is full, sees the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let next: PathBuf = path.with_file_name(name);
    let written = fs::write(&next, bytes).and_then(|()| {
        if let Ok(there) = fs::metadata(path) {
            fs::set_permissions(&next, there.permissions())?;
        }
        fs::rename(&next, path)
    });
    if written.is_err() {
        // What is left of it is of no use; the error says what went wrong.
        let _ = fs::remove_file(&next);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_mirror_is_the_same_and_what_is_the_same_is_not_touched() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (path, text) in
            [("Cargo.toml", "[workspace]"), ("src/a/b.rs", "b"), ("src/target/x", "built"), (".git/x", "x")]
        {
            fs::create_dir_all(from.path().join(path).parent().unwrap()).unwrap();
            fs::write(from.path().join(path), text).unwrap();
        }
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(from.path().join("Cargo.toml"), executable).unwrap();
        fs::create_dir(to.path().join("target")).unwrap();
        fs::write(to.path().join("target/built"), "").unwrap();
        fs::write(to.path().join("stray.rs"), "").unwrap();

        let files = Files::read(from.path(), &["Cargo.toml", "src", "not there"]).unwrap();
        files.mirror_to(to.path()).unwrap();
        assert_eq!(paths_below(to.path(), "").unwrap(), ["Cargo.toml", "src/a/b.rs"].map(str::to_owned).into());
        assert!(to.path().join("target/built").is_file());
        assert_eq!(fs::metadata(to.path().join("Cargo.toml")).unwrap().permissions().mode() & 0o777, 0o755);

        let written = || fs::metadata(to.path().join("src/a/b.rs")).unwrap().modified().unwrap();
        let long_ago = std::time::UNIX_EPOCH;
        fs::File::options().write(true).open(to.path().join("src/a/b.rs")).unwrap().set_modified(long_ago).unwrap();
        files.mirror_to(to.path()).unwrap();
        assert_eq!(written(), long_ago);
    }

    #[test]
    fn a_file_is_replaced_or_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pi.rs");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("no/such/folder"), b"").is_err());
    }
}
