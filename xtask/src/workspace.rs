//! What the workspace holds, as `cargo metadata` tells it. It builds nothing.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::report::Stop;
use crate::shell;

/// A member of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name in the registry.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its features but `default`, in alphabetical order.
    pub(crate) features: Vec<String>,
    /// The names of its examples.
    pub(crate) examples: Vec<String>,
    /// Its place in the repository, with `/` between the parts.
    pub(crate) folder: String,
}

/// The repository's root: this package lies one folder below it.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The workspace's members in alphabetical order.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>, Stop> {
    let mut command = shell::cargo(root, &["metadata", "--format-version", "1", "--no-deps", "--locked"]);
    let text = shell::capture(&mut command).map_err(|error| Stop::Failed(format!("cargo metadata: {error}")))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| Stop::Failed(format!("cargo metadata is not JSON: {error}")))?;
    Ok(read(&value, root))
}

fn read(metadata: &Value, root: &Path) -> Vec<Package> {
    let members = metadata.get("packages").and_then(Value::as_array);
    let mut packages: Vec<Package> = members.into_iter().flatten().filter_map(|member| package(member, root)).collect();
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    packages
}

fn package(value: &Value, root: &Path) -> Option<Package> {
    let name = value.get("name")?.as_str()?.to_owned();
    let version = value.get("version")?.as_str()?.to_owned();
    let features = value.get("features")?.as_object()?;
    let mut features: Vec<String> = features.keys().filter(|name| *name != "default").cloned().collect();
    features.sort();
    let manifest = Path::new(value.get("manifest_path")?.as_str()?);
    let folder = manifest.parent()?.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
    let targets = value.get("targets")?.as_array()?;
    let examples = targets.iter().filter(|target| is_example(target));
    let examples = examples.filter_map(|target| Some(target.get("name")?.as_str()?.to_owned())).collect();
    Some(Package { name, version, features, examples, folder })
}

fn is_example(target: &Value) -> bool {
    let kinds = target.get("kind").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "example"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_with_features_and_examples() {
        let text = r#"{"packages": [
            {"name": "b", "version": "0.1.0", "features": {}, "targets": [{"kind": ["bin"], "name": "b"}],
             "manifest_path": "/r/crates/b/Cargo.toml"},
            {"name": "a", "version": "0.1.0", "features": {"default": ["y"], "y": [], "x": []}, "manifest_path": "/r/a/Cargo.toml",
             "targets": [{"kind": ["lib"], "name": "a"}, {"kind": ["example"], "name": "own"}]}
        ]}"#;
        let packages = read(&serde_json::from_str(text).unwrap(), Path::new("/r"));
        let names: Vec<_> = packages.iter().map(|package| (package.name.as_str(), package.folder.as_str())).collect();
        assert_eq!(names, [("a", "a"), ("b", "crates/b")]);
        assert_eq!(packages[0].features, ["x", "y"]);
        assert_eq!(packages[0].examples, ["own"]);
        assert!(packages[1].features.is_empty() && packages[1].examples.is_empty());
    }

    #[test]
    fn the_real_workspace_is_found() {
        let packages = packages(&root()).unwrap();
        assert!(
            packages.iter().any(|package| package.name == "smileid-core" && package.folder == "crates/smileid-core")
        );
    }
}
