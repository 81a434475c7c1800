//! Where the profile file usually is: the user's folder for configuration, by each system's custom. It opens nothing.

use std::env;
use std::path::PathBuf;

/// Whose customs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Windows,
    MacOs,
    OtherUnix,
}

impl System {
    const fn this() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::OtherUnix
        }
    }
}

/// The places to look at, in order; none if no variable names a folder.
pub(super) fn usual() -> Vec<PathBuf> {
    places(System::this(), |name| env::var_os(name).map(PathBuf::from))
}

/// A relative path in one of the variables is no folder for configuration, by the rules for them.
fn places(system: System, variable: impl Fn(&str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let folder = |name: &str| variable(name).filter(|path| path.has_root());
    let under_home = |below: &str| folder("HOME").map(|home| home.join(below));
    let folders = match (folder("XDG_CONFIG_HOME"), system) {
        (Some(folder), _) => vec![Some(folder)],
        (None, System::Windows) => vec![folder("APPDATA")],
        (None, System::MacOs) => vec![under_home("Library/Application Support"), under_home(".config")],
        (None, System::OtherUnix) => vec![under_home(".config")],
    };
    folders.into_iter().flatten().map(|folder| folder.join("smileid").join("profiles.toml")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_place() {
        let home = [("HOME", "/h"), ("APPDATA", "/a")];
        let both = [("HOME", "/h"), ("XDG_CONFIG_HOME", "/x"), ("APPDATA", "/a")];
        let relative = [("HOME", "/h"), ("XDG_CONFIG_HOME", "x")];
        let library = "/h/Library/Application Support/smileid/profiles.toml";
        let config = "/h/.config/smileid/profiles.toml";
        for (system, variables, expected) in [
            (System::OtherUnix, &home[..], &[config][..]),
            (System::OtherUnix, &both, &["/x/smileid/profiles.toml"]),
            (System::OtherUnix, &relative, &[config]),
            (System::OtherUnix, &[], &[]),
            (System::MacOs, &home, &[library, config]),
            (System::MacOs, &both, &["/x/smileid/profiles.toml"]),
            (System::Windows, &home, &["/a/smileid/profiles.toml"]),
            (System::Windows, &[("HOME", "/h")], &[]),
        ] {
            let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| PathBuf::from(value));
            let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(places(system, value), expected, "{system:?} {variables:?}");
        }
    }
}
