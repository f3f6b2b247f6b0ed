//! The programs that the manifests name, as cargo reads them.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::{
    build,
    classroom::{Classroom, Submissions},
};

/// A program of `exercises/` or `solutions/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) package: String,
    pub(super) name: String,
    /// The file of its `main`.
    pub(super) main: PathBuf,
    /// Whether cargo builds a test of it, and documentation. The course's programs have neither.
    pub(super) test: bool,
    pub(super) doc: bool,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
    test: bool,
    doc: bool,
}

/// Asks cargo for the programs of both packages.
///
/// # Errors
/// There is no cargo, or it cannot read the manifests.
pub(super) fn programs(classroom: &Classroom) -> anyhow::Result<Vec<Program>> {
    let cargo = build::cargo();
    let output = Command::new(&cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(&classroom.root)
        .stdin(Stdio::null())
        .output()
        .with_context(|| {
            format!("failed to start {}: is Rust installed, and its `cargo` on the PATH?", cargo.display())
        })?;
    if !output.status.success() {
        bail!("cargo cannot read the manifests: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("cargo metadata has another form than expected")?;
    let own = [Submissions::Exercises.package(), Submissions::Solutions.package()];
    let packages = metadata.packages.into_iter().filter(|package| own.contains(&package.name.as_str()));
    Ok(packages.flat_map(programs_of).collect())
}

fn programs_of(package: Package) -> impl Iterator<Item = Program> {
    let Package { name: package, targets } = package;
    targets.into_iter().filter(|target| target.kind.iter().any(|kind| kind == "bin")).map(move |target| Program {
        package: package.clone(),
        name: target.name,
        main: target.src_path,
        test: target.test,
        doc: target.doc,
    })
}
